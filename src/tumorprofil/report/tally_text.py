"""A tally as text: CSV and JSON for programs, a table for a terminal."""

import csv
import io
import json
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

from tumorprofil.recommendation.tally import COUNTS, LOST, Row, Tally, flat
from tumorprofil.report.tally_values import Column, Unsaid, columns, number, shown
from tumorprofil.report.tally_words import column, group, suppression
from tumorprofil.terms.language import translate

# Excel takes a CSV without this mark for the machine's old code page and spoils æ, ø and å.
_CSV_ENCODING = "utf-8-sig"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_WIDEST = 44
# Columns of a flat record that are measures, by the column of the report that says why one may be missing.
_MEASURE = {
    "filtered_out_share": "share",
    "best_case_share": "share",
    "filtered_out_ci_low": "interval",
    "filtered_out_ci_high": "interval",
    "worst_case_share": "worst_case",
    **{f"lost_{name}": name for name in LOST},
    **{name: name for name in COUNTS},
}


def write_csv(tally: Tally, path: Path) -> None:
    """The rows and the total with English codes as headings. No cell is empty: `suppressed`, `not_recorded`,
    `not_applicable` and `unknown` are said, and the total has `total` in the columns of groups."""
    path.write_text(csv_text(tally), encoding=_CSV_ENCODING, newline="")


def csv_text(tally: Tally) -> str:
    """The text of the CSV."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(_csv_rows(tally))
    return stream.getvalue()


def write_json(tally: Tally, path: Path) -> None:
    """What `to_dict` says."""
    path.write_text(json_text(tally), encoding="utf-8")


def json_text(tally: Tally) -> str:
    """The text of the JSON."""
    return json.dumps(tally.to_dict(), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _csv_rows(tally: Tally) -> Iterator[list[str]]:
    yield list(flat(tally.record(tally.total)))
    # A tally without groups has one row, which is its total.
    for row in (*tally.rows, tally.total) if tally.by else (tally.total,):
        yield [_cell(tally, row, name, value) for name, value in flat(tally.record(row)).items()]


def _cell(tally: Tally, row: Row, name: str, value: object) -> str:
    if name in tally.by:
        return "total" if not row.key else "unknown" if value is None else guarded(_code(value))
    if isinstance(found := number(row, _MEASURE[name]), Unsaid):
        return str(found)
    return str(value)


def _code(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def guarded(text: str) -> str:
    """A text that no spreadsheet takes for a formula.

    >>> guarded("=1+1"), guarded("AUH")
    ("'=1+1", 'AUH')
    """
    return f"'{text}" if text.lstrip(" \n").startswith(_FORMULA) else text


def text_table(tally: Tally) -> str:
    """The tally as lines of text for a terminal, in the language that is shown."""
    shown_columns = columns(tally)
    label = " · ".join(column(name) for name in tally.by)
    rows = (*tally.rows, tally.total) if tally.by else (tally.total,)
    headings = [_heading(label, _WIDEST), *(_heading(_named(each), 12) for each in shown_columns)]
    depth = max(len(lines) for lines in headings)
    top = [[(lines + [""] * depth)[at] for lines in headings] for at in range(depth)]
    body = [[_short(group(tally, row.key)), *(shown(number(row, each.code)) for each in shown_columns)] for row in rows]
    widths = [max(_width(cell) for cell in cells) for cells in zip(*top, *body, strict=True)]
    lines = [_line(cells, widths) for cells in top]
    rule = "─" * (sum(widths) + 2 * (len(widths) - 1))
    lines += [rule, *(_line(cells, widths) for cells in body[:-1]), *([rule] if len(body) > 1 else [])]
    lines.append(_line(body[-1], widths))
    # The sign # may stand in any of the cells above.
    return "\n".join([*lines, *([note] if (note := suppression(tally)) else [])]) + "\n"


def _named(each: Column) -> str:
    return f"{translate(each.under)}: {translate(each.heading).lower()}" if each.under else translate(each.heading)


def _heading(text: str, width: int) -> list[str]:
    lines = [""]
    for part in text.split():
        joined = f"{lines[-1]} {part}".strip()
        lines = [*lines[:-1], joined] if len(joined) <= width or not lines[-1] else [*lines, part]
    return lines


def _short(text: str) -> str:
    # A control character from a file could move the cursor of a terminal.
    plain = "".join(letter if letter.isprintable() else " " for letter in text)
    return plain if len(plain) <= _WIDEST else plain[: _WIDEST - 1] + "…"


def _width(text: str) -> int:
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *numbers = cells
    parts = [first + " " * (widths[0] - _width(first))]
    parts += [" " * (width - _width(cell)) + cell for cell, width in zip(numbers, widths[1:], strict=True)]
    return "  ".join(parts).rstrip()
