"""A tally as text: CSV and JSON for programs, a table for a terminal."""

import csv
import io
import json
import textwrap
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

from tumorprofil.recommendation.tally import COUNTS, LOST, Row, Tally, flat
from tumorprofil.report.tally_values import SOFT_HYPHEN, Column, Number, Unsaid, columns, number, plain, shown
from tumorprofil.report.tally_words import column, group, heading, lost, share, suppression
from tumorprofil.terms.language import translate

# Excel takes a CSV without this mark for the machine's old code page and spoils æ, ø and å.
_CSV_ENCODING = "utf-8-sig"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
# So many columns has the table for a terminal, and at least so many of them name the group.
_WIDTH = 118
_LEAST = 24
# Persons, and what is said in a sentence beneath.
_NOT_IN_A_TERMINAL = ("patients", *LOST)
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
        return str(Unsaid.NOT_RECORDED if found == Unsaid.NOT_ADDABLE else found)
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
    """The tally as lines of text for a terminal, in the language that is shown: what it is, its
    numbers, what was lost."""
    listed = [each for each in columns(tally) if each.code not in _NOT_IN_A_TERMINAL]
    rows = (*tally.rows, tally.total) if tally.by else (tally.total,)
    headings = [_broken(translate(each.heading), 8) for each in listed]
    numbers = [[_number(number(row, each.code)) for each in listed] for row in rows]
    widths = [
        max(_width(text) for text in (*lines, *cells))
        for lines, cells in zip(headings, zip(*numbers, strict=True), strict=True)
    ]
    room = max(_LEAST, _WIDTH - sum(widths) - 2 * len(widths))
    names = [_named(tally, row, room) for row in rows]
    label = _broken(" · ".join(column(name) for name in tally.by), room)
    widths = [max(_width(text) for text in (*label, *names)), *widths]
    headings = [label, *headings]
    depth = max(len(lines) for lines in headings)
    top = [[([""] * (depth - len(lines)) + lines)[at] for lines in headings] for at in range(depth)]
    body = [_line([name, *cells], widths) for name, cells in zip(names, numbers, strict=True)]
    rule = "─" * (sum(widths) + 2 * (len(widths) - 1))
    lines = [*_wrapped(heading(tally)), "", _above(listed, widths), *(_line(cells, widths) for cells in top), rule]
    lines += [*body[:-1], *([rule] if len(body) > 1 else []), body[-1], ""]
    lines += _wrapped(f"{share(tally)} {lost(tally)}")
    # The sign # may stand in any of the cells above.
    return plain("\n".join([*lines, *_wrapped(suppression(tally))])) + "\n"


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(_printable(text), _WIDTH, break_on_hyphens=False)


def _number(value: Number) -> str:
    return "–" if value == Unsaid.NOT_APPLICABLE else shown(value)


def _above(listed: Sequence[Column], widths: Sequence[int]) -> str:
    """The heading that several columns share, over the last of them."""
    under = [at for at, each in enumerate(listed, 1) if each.under]
    end = sum(widths[: under[-1] + 1]) + 2 * under[-1]
    return f"{translate(listed[under[0] - 1].under):>{end}}"


def _broken(text: str, width: int) -> list[str]:
    """A heading in lines, broken at spaces and soft hyphens."""
    lines = [""]
    for part in text.split():
        pieces = part.split(SOFT_HYPHEN)
        if not lines[-1] or _width(f"{lines[-1]} {plain(part)}") <= width:
            lines[-1] = f"{lines[-1]} ".lstrip()
        else:
            lines.append("")
        for at, piece in enumerate(pieces):
            rest = "" if at == len(pieces) - 1 else "-"
            if at and _width(lines[-1] + piece + rest) > width:
                lines[-1] += "-"
                lines.append("")
            lines[-1] += piece
    return lines


def _named(tally: Tally, row: Row, room: int) -> str:
    """The group of a row, its longest part shortened where there is no room."""
    parts = [_printable(part) for part in group(tally, row.key).split(" · ")]
    while _width(" · ".join(parts)) > room and max(map(len, parts)) > 2:
        longest = max(parts, key=len)
        parts[parts.index(longest)] = longest.removesuffix("…")[:-1] + "…"
    return " · ".join(parts)


def _printable(text: str) -> str:
    # A control character from a file could move the cursor of a terminal.
    return "".join(letter if letter.isprintable() or letter == SOFT_HYPHEN else " " for letter in text)


def _width(text: str) -> int:
    return sum(
        0
        if unicodedata.combining(letter) or letter == SOFT_HYPHEN
        else 2
        if unicodedata.east_asian_width(letter) in "WF"
        else 1
        for letter in text
    )


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *numbers = cells
    parts = [first + " " * (widths[0] - _width(first))]
    parts += [" " * (width - _width(cell)) + cell for cell, width in zip(numbers, widths[1:], strict=True)]
    return "  ".join(parts).rstrip()
