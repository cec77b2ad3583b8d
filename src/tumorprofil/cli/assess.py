"""`tumorprofil assess`: proposed tiers, on the screen, into a pipe or into a file."""

import sys
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
from rich.console import Console
from rich.table import Table
from rich.text import Text

import tumorprofil as tp
from tumorprofil.cli import terminal
from tumorprofil.report import assessment, numbers, table
from tumorprofil.terms.language import translate

LISTED = 200


def assess(paths: list[str], out: Path | None, as_of: date | str | None, **options: Any) -> int:
    """Read, assess, and show or write the proposals. 0 also where values were refused: they count as unknown."""
    if out is not None:
        table.check(out, assessment.FORMATS)
    with terminal.progress(translate("Reading and assessing")):
        cohort = tp.read(paths, **options)
        assessed = tp.assess(cohort, as_of=as_of)  # type: ignore[arg-type]
        rows = assessment.rows(assessed)
        if out is not None:
            assessment.save(assessed, out)
    if out is None and terminal.attended():
        show(rows)
    elif out is None:
        table.write_text(rows, sys.stdout)
    _report(cohort, out)
    return 0


def show(rows: pa.Table, console: Console | None = None) -> None:
    """The proposals as a table for people; at most `LISTED` rows."""
    console = console or Console()
    listing = Table(box=None, pad_edge=False, header_style="bold")
    for heading in (
        translate("Patient"),
        translate("Tumour type"),
        translate("Tier"),
        translate("Finding"),
        translate("Drug in the evidence"),
        translate("Why"),
    ):
        listing.add_column(heading, overflow="fold", no_wrap=heading == translate("Tier"))
    for row in rows.slice(0, LISTED).to_pylist():
        listing.add_row(
            Text(row["patient_id"]),
            Text(row["tumour_type"] or "–"),
            terminal.badge(row["tier"]),
            Text(f"{row['gene'] or ''} {row['alteration'] or ''}", style="bold"),
            Text(row["drug"] or ""),
            Text(row["basis"] or ""),
        )
    console.print(listing)
    if rows.num_rows > LISTED:
        console.print(
            translate("{shown} of {count} rows are shown; --out FILE writes them all.").format(
                shown=numbers.whole(LISTED), count=numbers.whole(rows.num_rows)
            )
        )
    console.print(translate("Proposals, never a treatment decision."), style="italic")


def _report(cohort: tp.Cohort, out: Path | None) -> None:
    left_out = sum(refusal.extent != "value" for refusal in cohort.refusals)
    unknown = len(cohort.refusals) - left_out
    if out is not None:
        print(translate("Written: {file}").format(file=out), file=sys.stderr)
    if left_out:
        print(
            translate("Rows or files left out: {count}; run check to see them.").format(count=numbers.whole(left_out)),
            file=sys.stderr,
        )
    if unknown:
        print(
            translate("Values that could not be read and count as unknown: {count}; run check to see them.").format(
                count=numbers.whole(unknown)
            ),
            file=sys.stderr,
        )
