"""`tumorprofil tally` and `tumorprofil combine`: the retrospective tally, on the screen or into a file."""

import sys
from pathlib import Path
from typing import Any

from tumorprofil.cli import asking, terminal
from tumorprofil.errors import UsageError
from tumorprofil.recommendation import counts
from tumorprofil.recommendation.outcome import Triaged, check_engine, triage
from tumorprofil.report import tally as reports
from tumorprofil.report.table import check
from tumorprofil.terms.language import translate

FORMATS = ("table", "json", "csv", "html")


def tally(
    paths: list[str],
    recommendation: str,
    set: list[str],
    by: str | None,
    formal: str,
    population: str,
    as_of: str | None,
    engine: str,
    format: str | None,
    out: Path | None,
    suppress_below: int | None,
    published: list[str],
    counts_only: bool,
    **reading: Any,
) -> int:
    """Read, assess, apply the recommendation, count, and show or write the tally. Refused values count as unknown."""
    _check_output(format, out, counts_only)
    _check_publishing(suppress_below, published)
    if counts_only and (suppress_below is not None or format not in (None, "json")):
        raise UsageError(
            translate("Counts for the national body are exact and JSON; leave out --suppress-below and --format.")
        )
    check_engine(engine)
    rule, columns = asking.rule(recommendation, set), asking.columns(by)
    with terminal.progress(translate("Reading and assessing")):
        assessed = asking.assessed(paths, as_of, reading)
        outcome = triage(assessed, rule, formal=formal, population=population, engine=engine)  # type: ignore[arg-type]
        if counts_only:
            return _write_counts(outcome, columns, out)
        counted = reports.tally(outcome, columns)
    _show(counted, format, out, suppress_below, published)
    terminal.say_left_over(outcome.assessed.cohort)
    return 0


def combine(
    files: list[str], format: str | None, out: Path | None, suppress_below: int | None, published: list[str]
) -> int:
    """Add counts-only files, and show or write the national tally."""
    _check_output(format, out, False)
    _check_publishing(suppress_below, published)
    _show(reports.wrap(counts.combine(files)), format, out, suppress_below, published)
    return 0


def _check_output(format: str | None, out: Path | None, counts_only: bool) -> None:
    if format is not None and format not in FORMATS:
        raise UsageError(
            translate("The format {format} is unknown; use {known}.").format(format=format, known=", ".join(FORMATS))
        )
    if out is not None and format is not None and out.suffix != f".{format}":
        raise UsageError(
            translate("--format {format} and the ending of {file} contradict each other; leave one out.").format(
                format=format, file=out
            )
        )
    if out is not None:
        check(out, (".json",) if counts_only else reports.FORMATS)


def _check_publishing(suppress_below: int | None, published: list[str]) -> None:
    if suppress_below is not None and suppress_below < 1:
        raise UsageError(
            translate("Counts are suppressed below a whole number from 1, not {given}.").format(given=suppress_below)
        )
    if published and suppress_below is None:
        raise UsageError(translate("--published goes with --suppress-below."))


def _show(
    tally: reports.Tally, format: str | None, out: Path | None, suppress_below: int | None, published: list[str]
) -> None:
    if suppress_below is not None:
        with terminal.progress(translate("Protecting small numbers")):
            tally = reports.publish(tally, suppress_below, published)
    if out is not None:
        tally.save(out)
        print(translate("Written: {file}").format(file=out), file=sys.stderr)
    else:
        sys.stdout.write(reports.text(tally, format or "table"))


def _write_counts(outcome: Triaged, columns: list[str], out: Path | None) -> int:
    content = counts.counts_only(outcome, columns)
    if out is None:
        sys.stdout.write(counts.text(content))
    else:
        out.write_text(counts.text(content), encoding="utf-8")
        print(translate("Written: {file}").format(file=out), file=sys.stderr)
    return 0
