"""Tab-separated tables: one fast typed scan, and the exact place of what does not fit."""

from dataclasses import dataclass

import duckdb

from tumorprofil.errors import Extent, Refusal
from tumorprofil.formats.source import Source
from tumorprofil.terms.language import translate

_LONGEST_LINE_BYTES = 8 * 1024 * 1024
_LISTED = 200


@dataclass(frozen=True, slots=True)
class Table:
    """A delimited file: its headings in order, how many lines come before the data, and which of its columns
    hold numbers (heading → DuckDB type)."""

    source: Source
    headings: tuple[str, ...]
    skip: int
    numbers: dict[str, str]
    missing: tuple[str, ...]
    delimiter: str = "\t"
    quote: str = ""


def quoted(name: str) -> str:
    """A heading as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def scan(
    table: Table, *, text: bool = False, rejects: bool = False, keep_going: bool = False, numbered: bool = False
) -> str:
    """SQL that scans the file.

    `text` reads every cell as text; `rejects` notes what does not fit in the tables that `bad_cells` looks
    into; `keep_going` passes over broken rows; `numbered` adds the column `line`, which is slow."""
    types = {name: "VARCHAR" if text else table.numbers.get(name, "VARCHAR") for name in _unique(table.headings)}
    columns = "{" + ", ".join(f"{literal(name)}: '{kind}'" for name, kind in types.items()) + "}"
    missing = "[" + ", ".join(map(literal, table.missing)) + "]"
    options = [
        f"delim = {literal(table.delimiter)}",
        f"quote = {literal(table.quote)}",
        f"escape = {literal(table.quote)}",
        "header = false",
        "auto_detect = false",
        # A folder called year=2020 is a folder, and no column.
        "hive_partitioning = false",
        f"skip = {table.skip}",
        f"columns = {columns}",
        f"nullstr = {missing}",
        "null_padding = false",
        f"max_line_size = {_LONGEST_LINE_BYTES}",
        # The engine reads one buffer a thread, and by default makes it sixteen times the longest line.
        f"buffer_size = {_LONGEST_LINE_BYTES}",
        f"compression = '{table.source.compression}'",
        f"encoding = '{table.source.encoding}'",
    ]
    if rejects:
        options += ["store_rejects = true", "rejects_table = 'bad_cell'", "rejects_scan = 'bad_scan'"]
    elif keep_going:
        options.append("ignore_errors = true")
    if numbered:
        options.append("parallel = false")
    read = f"read_csv({literal(str(table.source.readable))}, {', '.join(options)})"
    if numbered:
        return f"(SELECT row_number() OVER () + {table.skip} AS line, * FROM {read})"
    return read


def _unique(headings: tuple[str, ...]) -> tuple[str, ...]:
    counts: dict[str, int] = {}
    names = []
    for heading in headings:
        counts[heading] = counts.get(heading, 0) + 1
        names.append(heading if counts[heading] == 1 else f"{heading}#{counts[heading]}")
    return tuple(names)


def bad_cells(connection: duckdb.DuckDBPyConnection, table: Table) -> list[Refusal]:
    """What the last scan with `rejects` noted, as refusals in the order of the lines; the notes are then gone."""
    try:
        rows = connection.execute(
            "SELECT line, column_name, column_idx, error_type::VARCHAR, csv_line FROM bad_cell "
            "ORDER BY line, column_idx"
        ).fetchall()
    except duckdb.CatalogException:
        return []
    connection.execute("DROP TABLE IF EXISTS bad_cell; DROP TABLE IF EXISTS bad_scan")
    # A short row is noted once for each cell that it lacks.
    refusals = list(dict.fromkeys(_refusal(table, *row) for row in rows[: 10 * _LISTED]))[:_LISTED]
    if len(rows) > _LISTED:
        refusals.append(
            table.source.refusal(
                translate("{count} more cells or rows like these").format(count=len(rows) - _LISTED),
                translate("Mend the file where it is made."),
                extent="value",
            )
        )
    return refusals


def _refusal(
    table: Table, line: int, column: str | None, index: int | None, kind: str, csv_line: str | None
) -> Refusal:
    problems: dict[str, tuple[Extent, str, str]] = {
        "CAST": ("value", translate("not a number"), translate("A number, or an empty cell.")),
        "MISSING COLUMNS": ("row", translate("too few cells"), translate("As many cells as there are headings.")),
        "TOO MANY COLUMNS": ("row", translate("too many cells"), translate("As many cells as there are headings.")),
        "LINE SIZE OVER MAXIMUM": ("row", translate("the line is too long"), translate("A line under 8 MB.")),
        "INVALID ENCODING": (
            "row",
            translate("letters that are not in the file's encoding"),
            translate("Save the file as UTF-8 or latin-1."),
        ),
        "INVALID UNICODE": (
            "row",
            translate("letters that are not in the file's encoding"),
            translate("Save the file as UTF-8 or latin-1."),
        ),
    }
    extent, problem, expected = problems.get(
        kind, ("row", translate("a row that cannot be read"), translate("As many cells as there are headings."))
    )
    cells = (csv_line or "").split(table.delimiter)
    found = cells[index - 1] if extent == "value" and index and index <= len(cells) else None
    return Refusal(
        table.source.name,
        extent,
        problem,
        expected,
        line=line,
        column=column if extent == "value" else None,
        found=found,
    )
