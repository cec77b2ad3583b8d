"""A retrospective tally that can be saved: as a page, a table, a workbook or slides."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from tumorprofil.recommendation import tally as counting
from tumorprofil.recommendation.outcome import Triaged
from tumorprofil.report import table

FORMATS = (".html", ".csv", ".json", ".xlsx", ".pptx")


@dataclass(frozen=True, slots=True)
class Tally(counting.Tally):
    """Counts by group, and what they are counts of. A count is None where it is suppressed."""

    def save(self, path: str | Path) -> None:
        """Write the readable page as .html, the rows as .csv, all of it as .json, a workbook as .xlsx or three slides
        as .pptx. Words are in the language that is shown.

        Raises UsageError for another ending or a folder that does not exist."""
        path = Path(path)
        table.check(path, FORMATS)
        # Each is imported where it is used: a program that only counts needs none of them.
        if path.suffix == ".html":
            path.write_text(text(self, "html"), encoding="utf-8")
        elif path.suffix == ".xlsx":
            from tumorprofil.report import tally_workbook

            tally_workbook.write(self, path)
        elif path.suffix == ".pptx":
            from tumorprofil.report import tally_slides

            tally_slides.write(self, path)
        else:
            from tumorprofil.report import tally_text

            (tally_text.write_csv if path.suffix == ".csv" else tally_text.write_json)(self, path)


def tally(outcome: Triaged, by: Sequence[str] = ()) -> Tally:
    """Count the outcomes of a triaged cohort by some columns, as `tumorprofil.recommendation.tally.count` does.

    Raises UsageError for a column that a tally cannot be split by."""
    return wrap(counting.count(outcome, by))


def combine(paths: Iterable[str | Path]) -> Tally:
    """The tally of several counts-only files together, as `tumorprofil.recommendation.counts.combine` adds them."""
    from tumorprofil.recommendation import counts

    return wrap(counts.combine(paths))


def publish(tally: Tally, threshold: int, earlier: Iterable[str | Path] = ()) -> Tally:
    """What of a tally may be published, as `tumorprofil.recommendation.publication.publish` says."""
    from tumorprofil.recommendation import publication

    return publication.publish(tally, threshold, earlier)


def wrap(base: counting.Tally) -> Tally:
    """The same tally, as one that can be saved."""
    return Tally(**{field.name: getattr(base, field.name) for field in fields(base)})


def text(tally: Tally, format: str) -> str:
    """The tally as text: `html`, `json`, `csv`, or `table` for a terminal."""
    if format == "html":
        from tumorprofil.report import tally_page

        return tally_page.render(tally)
    from tumorprofil.report import tally_text

    written = {"json": tally_text.json_text, "csv": tally_text.csv_text, "table": tally_text.text_table}
    return written[format](tally)
