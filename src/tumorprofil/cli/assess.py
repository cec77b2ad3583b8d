"""`tumorprofil assess`: proposed tiers, on the screen, into a pipe or into a file."""

import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tumorprofil.assessment.assess import Assessed
from tumorprofil.cli import asking, terminal
from tumorprofil.cohort.schema import TIER_REASON
from tumorprofil.report import assessment, numbers, table
from tumorprofil.terms.language import translate

LISTED = 200


def assess(paths: list[str], out: Path | None, as_of: str | None, **reading: Any) -> int:
    """Read, assess, and show or write the proposals. 0 also where values were refused: they count as unknown."""
    if out is not None:
        table.check(out, assessment.FORMATS)
    with terminal.progress(translate("Reading and assessing")):
        assessed = asking.assessed(paths, as_of, reading)
        rows = assessment.rows(assessed)
        if out is not None:
            assessment.save(assessed, out)
    if out is None and terminal.attended():
        show(rows)
    elif out is None:
        table.write_text(rows, sys.stdout)
    if out is not None:
        print(translate("Written: {file}").format(file=out), file=sys.stderr)
    terminal.say_left_over(assessed.cohort)
    if not rows.num_rows:
        _say_why_nothing(assessed)
    return 0


def _say_why_nothing(assessed: Assessed) -> None:
    """Why no tier is proposed, in a line a reason: silence would look like a result."""
    reasons = Counter(assessed.best()["reason"].to_pylist())
    for reason, count in reasons.most_common():
        print(
            translate("No tier is proposed for {count} profiles: {why}.").format(
                count=numbers.whole(count), why=translate(TIER_REASON[reason]).lower()
            ),
            file=sys.stderr,
        )


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
