"""Save an assessment: the proposals as a table, or the whole as one page that opens anywhere."""

from __future__ import annotations

from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from tumorprofil.report import content, table
from tumorprofil.report.page import render
from tumorprofil.terms import language, reference

if TYPE_CHECKING:
    from tumorprofil.assessment.assess import Assessed
    from tumorprofil.cohort.cohort import Cohort

FORMATS = (*table.FORMATS, ".html")
# What `assess` promises to everybody who reads its output, in this order.
COLUMNS = (
    "patient_id",
    "profile_id",
    "tumour_type",
    "gene",
    "alteration",
    "tier",
    "evidence_id",
    "drug",
    "basis",
)
_FILES = """
    SELECT p.source_file AS name, min(p.source_format) AS format, count(DISTINCT p.profile_id) AS profiles,
        coalesce(sum(f.findings), 0)::BIGINT AS findings
    FROM profile p LEFT JOIN (SELECT profile_id, count(*) AS findings FROM finding GROUP BY profile_id) f
    ON f.profile_id = p.profile_id GROUP BY p.source_file ORDER BY p.source_file
"""
# A finding may meet several rules that propose nothing; it is one finding all the same.
_UNTIERED = """
    SELECT profile_id, gene, alteration, reason, count(*) AS findings FROM (
        SELECT profile_id, finding_id, min(gene) AS gene, min(alteration) AS alteration, min(reason) AS reason
        FROM assessed WHERE profile_id IN (SELECT unnest(?)) AND finding_id IS NOT NULL
        GROUP BY profile_id, finding_id HAVING NOT bool_or(proposed)
    ) GROUP BY profile_id, gene, alteration, reason ORDER BY profile_id, gene NULLS LAST, alteration
"""


def save(assessed: Assessed, path: str | Path) -> None:
    """Write the proposals as .tsv, .csv, .json or .parquet, or the readable page as .html.

    Raises UsageError for another ending or a folder that does not exist."""
    path = Path(path)
    table.check(path, FORMATS)
    if path.suffix == ".html":
        path.write_text(page(assessed), encoding="utf-8")
    elif path.suffix == ".parquet":
        table.write(assessed.proposals(), path)
    else:
        table.write(rows(assessed), path)


def rows(assessed: Assessed) -> pa.Table:
    """The proposals with the nine columns of `COLUMNS`, the basis in the language that is shown."""
    proposals = assessed.proposals()
    sources = [f"basis_{language.current()}" if name == "basis" else name for name in COLUMNS]
    return proposals.select(sources).rename_columns(list(COLUMNS))


def page(assessed: Assessed, made: date | None = None) -> str:
    """One self-contained HTML page in the language that is shown."""
    return render(gather(assessed, made or date.today()))


def files_read(cohort: Cohort) -> tuple[content.FileRead, ...]:
    """The files of a cohort, what they were recognised as, and what each gave."""
    return tuple(content.FileRead(**row) for row in cohort.arrow(_FILES).to_pylist())


def gather(assessed: Assessed, made: date) -> content.Content:
    """What stands on the page. Up to `content.LISTED_PROFILES` profiles are listed in full, best tier first;
    more are summed up as well."""
    cohort = assessed.cohort
    best = sorted(assessed.best().to_pylist(), key=lambda row: (row["tier_rank"] or 99, row["patient_id"]))
    proposals = assessed.proposals().to_pylist()
    many = len(best) > content.LISTED_PROFILES
    as_of = assessed.as_of
    read = files_read(cohort)
    return content.Content(
        made=made,
        evidence_version=str(assessed.evidence_version),
        as_of=as_of if isinstance(as_of, date) else None,
        as_of_report=as_of == "report",
        synthetic=_are_examples(read),
        patients=cohort.count("patient"),
        profiles=len(best),
        findings=cohort.count("finding"),
        files=read,
        refused=len(cohort.refusals),
        refusals=tuple(str(refusal) for refusal in cohort.refusals[: content.LISTED_REFUSALS]),
        notes=cohort.notes,
        listed=_profiles(assessed, best[: content.LISTED_PROFILES], proposals),
        shares=content.shares(best) if many else (),
        frequent=content.frequent(proposals) if many else (),
    )


def _profiles(assessed: Assessed, best: list[content.Row], proposals: list[content.Row]) -> tuple[content.Profile, ...]:
    listed = [row["profile_id"] for row in best]
    by_profile: dict[str, list[content.Row]] = {profile_id: [] for profile_id in listed}
    for row in proposals:
        if row["profile_id"] in by_profile:
            by_profile[row["profile_id"]].append(row)
    without: dict[str, list[content.Row]] = {profile_id: [] for profile_id in listed}
    assessed.table()
    found = assessed.arrow(_UNTIERED, [listed])
    for row in found.to_pylist():
        without[row["profile_id"]].append(row)
    wording = f"text_{language.current()}"
    conditions = {row["code"] or "": row[wording] or "" for row in reference.rows("evidence_condition")}
    profiles = []
    for row in best:
        shown = by_profile[row["profile_id"]]
        named = {(finding["gene"], finding["alteration"]) for finding in shown}
        left = [entry for entry in without[row["profile_id"]] if (entry["gene"], entry["alteration"]) not in named]
        listing, count, summed = content.untiered(left)
        profiles.append(
            content.Profile(
                profile_id=row["profile_id"],
                patient_id=row["patient_id"],
                centre=row["centre"] or "",
                tumour_type=content.tumour_type(row["tumour_type"]),
                tier=row["tier"],
                tier_basis=content.in_language(row, "basis"),
                findings=tuple(content.finding(finding, conditions) for finding in shown),
                untiered=listing,
                untiered_count=count,
                untiered_sum=summed,
            )
        )
    return tuple(profiles)


def _are_examples(read: tuple[content.FileRead, ...]) -> bool:
    """True where everything comes from the examples that ship: synthetic patients and cell lines."""
    examples = Path(str(files("tumorprofil"))) / "examples"
    named = [Path(name).resolve() for file in read for name in file.name.split("|")]
    return bool(named) and all(path.is_relative_to(examples.resolve()) for path in named)
