"""`tumorprofil compare`: who moves between two versions of the recommendation, or two settings of one."""

import json
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tumorprofil.cli import asking, terminal
from tumorprofil.recommendation.comparison import Comparison
from tumorprofil.recommendation.comparison import compare as compare_rules
from tumorprofil.recommendation.wording import OUTCOME
from tumorprofil.report import numbers, table
from tumorprofil.terms.language import translate


def compare(
    first: str,
    second: str,
    paths: list[str],
    formal: str,
    population: str,
    as_of: str | None,
    out: Path | None,
    **reading: Any,
) -> int:
    """Apply both to the same profiles; show the moves, or write the profiles that move (.json: the moves)."""
    if out is not None:
        table.check(out, table.FORMATS)
    a, b = asking.rule_with_settings(first), asking.rule_with_settings(second)
    with terminal.progress(translate("Reading and assessing")):
        found = compare_rules(asking.assessed(paths, as_of, reading), a, b, formal=formal, population=population)  # type: ignore[arg-type]
    if out is None:
        _show(found)
    elif out.suffix == ".json":
        out.write_text(json.dumps(found.to_dict(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    else:
        table.write(found.cases(), out)
    if out is not None:
        print(translate("Written: {file}").format(file=out), file=sys.stderr)
    terminal.say_left_over(found.first.assessed.cohort)
    return 0


def _show(found: Comparison) -> None:
    a, b = found.first.rule, found.second.rule
    print(f"A: {a.id} {a.version}\nB: {b.id} {b.version}")
    for name, (old, new) in found.changed_settings.items():
        said = [rule.options[name].said(value) if value is not None else "–" for rule, value in ((a, old), (b, new))]
        print(f"  {name}: {said[0]} → {said[1]}")
    print(
        translate("Profiles: {count}; moved: {moved}").format(
            count=numbers.whole(found.profiles), moved=numbers.whole(found.moved)
        )
    )
    heading = [translate("From"), translate("To"), translate("Profiles"), translate("Decided by"), translate("Now by")]
    rows = [
        [
            translate(OUTCOME[move.from_outcome]),
            translate(OUTCOME[move.to_outcome]),
            numbers.whole(move.profiles),
            a.words(move.why_from),
            b.words(move.why_to),
        ]
        for move in found.moves
        if move.moves
    ]
    if not rows:
        return
    if not terminal.attended():
        for cells in (heading, *rows):
            print("\t".join(cells))
        return
    listing = Table(box=None, pad_edge=False, header_style="bold")
    for name in heading:
        listing.add_column(name, justify="right" if name == translate("Profiles") else "left")
    for cells in rows:
        listing.add_row(*map(Text, cells))
    Console().print(listing)
