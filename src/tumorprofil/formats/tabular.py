"""Tables of text cells with a line of headings: delimited text of any usual kind, and the sheets of a workbook."""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import duckdb

from tumorprofil.errors import Refusal
from tumorprofil.formats import workbook
from tumorprofil.formats.delimited import Table, bad_cells, quoted, scan
from tumorprofil.formats.source import Source
from tumorprofil.terms.language import translate

DELIMITERS = ("\t", ";", ",", "|")
# Exports begin with a title or a few comments, not with a page of them.
_SEARCHED_LINES = 30
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: its headings as written and the line (from 1) that they stand on.

    `delimiter` is None for a sheet of a workbook, whose cells are then in `rows`."""

    source: Source
    headings: tuple[str, ...]
    heading_line: int
    delimiter: str | None = None
    rows: tuple[tuple[str | None, ...], ...] = ()
    place: str = ""


def find_sheets(source: Source, score: Callable[[Sequence[str]], int]) -> list[Sheet]:
    """The tables in `source` whose headings `score` more than 0, one for a text file, any number for a workbook.

    Raises ReadError for a workbook that cannot be opened."""
    if not source.workbook:
        return list(islice((sheet for sheet in _candidates(source) if score(sheet.headings) > 0), 1))
    found = []
    for name, rows in workbook.sheets(source):
        lines = (
            (number, tuple(cell or "" for cell in row)) for number, row in enumerate(rows[:_SEARCHED_LINES], start=1)
        )
        number, headings = next((line for line in lines if score(line[1]) > 0), (0, ()))
        if headings:
            found.append(Sheet(source, headings, number, rows=rows[number:], place=f"{source.name}#{name}"))
    return found if len(found) != 1 else [replace(found[0], place=source.name)]


def _candidates(source: Source) -> Iterator[Sheet]:
    for number, line in enumerate(source.head[:_SEARCHED_LINES], start=1):
        if line.startswith("#"):
            continue
        # The delimiter that cuts the line into most cells first: a heading may hold a comma.
        for delimiter in sorted(DELIMITERS, key=line.count, reverse=True):
            if delimiter in line:
                yield Sheet(source, tuple(_split(line, delimiter)), number, delimiter, place=source.name)


def _split(line: str, delimiter: str) -> list[str]:
    if delimiter == "\t":
        return [_unwrapped(cell) for cell in line.split("\t")]
    return next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])


def _unwrapped(cell: str) -> str:
    wrapped = len(cell) > 1 and cell.startswith('"') and cell.endswith('"')
    return cell[1:-1].replace('""', '"') if wrapped else cell


def load(
    sheet: Sheet, connection: duckdb.DuckDBPyConnection, positions: Sequence[int], name: str, keep_going: bool = False
) -> list[Refusal]:
    """Make temporary table `name`: `record` (1 the first row of data) and text column ``c<position>`` for each of
    `positions`, trimmed, NULL where empty. Returns a refusal for each row that could not be read."""
    if sheet.delimiter is None:
        _load_workbook(sheet, connection, positions, name)
        return []
    table = _delimited(sheet)
    cells = ", ".join(f"{_text(f'c{position}', sheet.delimiter)} AS c{position}" for position in positions)
    rows = scan(table, text=True, rejects=True, keep_going=keep_going, numbered=True)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {quoted(name)} AS "
        f"SELECT line - {sheet.heading_line} AS record, {cells} FROM {rows}"
    )
    return bad_cells(connection, table) + _open_quotation(sheet)


def _open_quotation(sheet: Sheet) -> list[Refusal]:
    """A refusal where a quotation mark is never closed: the engine drops what follows it without a word."""
    if sheet.delimiter == "\t" or _even_quotation_marks(sheet.source):
        return []
    last = sheet.heading_line
    try:
        for _, end, _ in _records(sheet, strict=True):
            last = end
    except csv.Error:
        return [
            Refusal(
                sheet.place,
                "row",
                translate("a quotation mark that is never closed, or stands inside a quoted cell"),
                translate("A quoted cell ends with a quotation mark; one inside it is written twice."),
                line=last + 1,
            )
        ]
    return []


def _even_quotation_marks(source: Source) -> bool:
    count = 0
    with source.open() as handle:
        while block := handle.read(_BLOCK):
            count += block.count(b'"')
    return count % 2 == 0


def _delimited(sheet: Sheet) -> Table:
    assert sheet.delimiter is not None
    headings = tuple(f"c{position}" for position in range(len(sheet.headings)))
    # A tab-separated table holds quotation marks as they are; the other kinds quote cells with them.
    quote = "" if sheet.delimiter == "\t" else '"'
    return Table(_with_whole_encoding(sheet.source), headings, sheet.heading_line, {}, ("",), sheet.delimiter, quote)


def _text(cell: str, delimiter: str) -> str:
    trimmed = f"trim({cell}, ' ' || chr(9) || chr(13) || chr(160))"
    if delimiter == "\t":
        trimmed = (
            f"CASE WHEN length({cell}) > 1 AND {cell} LIKE '\"%\"' "
            f"THEN replace({cell}[2:-2], '\"\"', '\"') ELSE {trimmed} END"
        )
    return f"nullif({trimmed}, '')"


def _with_whole_encoding(source: Source) -> Source:
    # The source's encoding was judged by its beginning; one Danish letter far down decides otherwise.
    if source.encoding != "utf-8":
        return source
    from codecs import getincrementaldecoder

    decoder = getincrementaldecoder("utf-8")()
    with source.open() as handle:
        try:
            while block := handle.read(_BLOCK):
                decoder.decode(block)
        except UnicodeDecodeError:
            return replace(source, encoding="latin-1")
    return source


def _load_workbook(sheet: Sheet, connection: duckdb.DuckDBPyConnection, positions: Sequence[int], name: str) -> None:
    incoming = workbook.columns(sheet.rows, positions)
    connection.register("_incoming", incoming)
    try:
        cells = ", ".join(f"nullif(trim(c{position}), '') AS c{position}" for position in positions)
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {quoted(name)} AS SELECT record, {cells} FROM _incoming")
    finally:
        connection.unregister("_incoming")


def lines_of(sheet: Sheet, records: Sequence[int]) -> dict[int, int]:
    """The line (from 1, in the decompressed file) that each of `records` begins on.

    Looks at the file once more; blank lines, cells with line breaks and broken rows make it necessary."""
    if sheet.delimiter is None:
        return {record: sheet.heading_line + record for record in records}
    wanted, last = set(records), max(records, default=0)
    whole = (first for first, _, cells in _records(sheet) if len(cells) == len(sheet.headings))
    starts = islice(whole, last)
    return {record: line for record, line in enumerate(starts, start=1) if record in wanted}


def _records(sheet: Sheet, strict: bool = False) -> Iterator[tuple[int, int, list[str]]]:
    """First line, last line and cells of each row of data that is not blank. Raises csv.Error where `strict` and
    a quotation mark is out of place."""
    assert sheet.delimiter is not None
    lines = islice(_with_whole_encoding(sheet.source).lines(), sheet.heading_line, None)
    rows = (line + "\n" for line in lines)
    if sheet.delimiter == "\t":
        reader = csv.reader(rows, delimiter="\t", quoting=csv.QUOTE_NONE)
    else:
        reader = csv.reader(rows, delimiter=sheet.delimiter, strict=strict)
    before = 0
    for cells in reader:
        if cells:
            yield sheet.heading_line + before + 1, sheet.heading_line + reader.line_num, cells
        before = reader.line_num
