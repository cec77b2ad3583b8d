"""Workbooks (XLSX, XLSB, XLS, ODS) as tables of text cells. Nothing in them is executed."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import pyarrow as pa

from tumorprofil.errors import ReadError
from tumorprofil.formats.source import Source
from tumorprofil.terms.language import translate

Rows = tuple[tuple[str | None, ...], ...]


def sheets(source: Source) -> list[tuple[str, Rows]]:
    """Name and rows of each sheet that has any, from the sheet's first row on; empty cells are None.

    Raises ReadError where the file cannot be opened as a workbook."""
    # Imported here: few reads need it.
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with source.path.open("rb") as handle:
            book = CalamineWorkbook.from_filelike(handle)
            tables = [
                (name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names
            ]
    except (CalamineError, OSError, ValueError) as error:
        raise ReadError(
            [
                source.refusal(
                    translate("the workbook cannot be opened"),
                    translate("Save it again as XLSX, without a password."),
                    found=str(error),
                )
            ]
        ) from error
    return [(name, tuple(tuple(_text(cell) for cell in row) for row in rows)) for name, rows in tables if rows]


def columns(rows: Rows, positions: Sequence[int]) -> pa.Table:
    """The cells at `positions` as text columns ``c<position>``, with `record` counting the rows from 1."""
    cells = {
        f"c{position}": pa.array([row[position] if position < len(row) else None for row in rows], pa.string())
        for position in positions
    }
    return pa.table({"record": pa.array(range(1, len(rows) + 1), pa.int64()), **cells})


def _text(cell: object) -> str | None:
    """A cell as a person would have typed it into a text table: dates in ISO form, whole numbers without a point."""
    match cell:
        case None | "":
            return None
        case bool():
            return "true" if cell else "false"
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime() if cell.time() == time(0):
            return cell.date().isoformat()
        case datetime() | date() | time():
            return cell.isoformat()
        case timedelta():
            return str(cell)
    return str(cell)
