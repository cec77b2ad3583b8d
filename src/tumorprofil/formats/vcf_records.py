"""The records of a VCF: one scan by the engine that holds all of them against the grammar, and the exact line and
column of what does not fit."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import duckdb

from tumorprofil.errors import Refusal
from tumorprofil.formats.delimited import literal, quoted
from tumorprofil.formats.source import Source
from tumorprofil.formats.vcf_annotation import Annotation
from tumorprofil.formats.vcf_grammar import (
    COLUMN_PATTERNS,
    MOST_ALLELES,
    Fault,
    Grammar,
    faults,
    info_pattern,
    pattern_of_format,
)
from tumorprofil.formats.vcf_header import FIXED, Header
from tumorprofil.terms.language import translate

_LONGEST_LINE_BYTES = 8 * 1024 * 1024
# Of each kind of fault so many are listed, and so many suspicious records are looked at one by one.
_LISTED_PER_KIND = 20
_LOOKED_AT = 10_000
# More ways of writing FORMAT than these are left to the look one by one.
_MOST_FORMATS = 200
_REJECTS = "vcf_rejected_cell"

Shape = tuple[str | None, int]


@dataclass(frozen=True, slots=True)
class Records:
    """What one scan told: how FORMAT is written, how many alternate alleles a record has at most, how many records
    do not fit or have alleles other than bases, and the SQL that scans the file and that accepts a record."""

    scan: str
    formats: tuple[str, ...]
    most_alleles: int
    total: int
    suspicious: int
    broken_rows: int
    unusual: int
    accepted: str
    fitting: str


def scan_sql(source: Source, header: Header, *, rejects: bool = False, numbered: bool = False) -> str:
    """SQL that scans the records as text, passing over lines with the wrong number of columns."""
    columns = "{" + ", ".join(f"{literal(name)}: 'VARCHAR'" for name in header.columns) + "}"
    line_end = r"\r\n" if header.windows_line_ends else r"\n"
    options = [
        "delim = '\t'",
        "quote = ''",
        "escape = ''",
        "header = false",
        "auto_detect = false",
        f"skip = {header.lines}",
        f"columns = {columns}",
        f"max_line_size = {_LONGEST_LINE_BYTES}",
        # The engine reads one buffer a thread, and by default makes it sixteen times the longest line.
        f"buffer_size = {_LONGEST_LINE_BYTES}",
        f"compression = '{source.compression}'",
        f"encoding = '{source.encoding}'",
        rf"new_line = '{line_end}'",
        "hive_partitioning = false",
    ]
    options += (
        [
            "store_rejects = true",
            f"rejects_table = '{_REJECTS}'",
            "rejects_scan = 'vcf_rejected_scan'",
            "rejects_limit = 1",
        ]
        if rejects
        else ["ignore_errors = true"]
    )
    if numbered:
        options.append("parallel = false")
    return f"read_csv({literal(str(source.readable))}, {', '.join(options)})"


def examine(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    header: Header,
    grammar: Grammar,
    annotation: Annotation | None,
) -> Records:
    """Hold all records against the grammar, in one scan where the first records show every shape, else in two."""
    shapes = {shape for line in source.head[header.lines :] if (shape := _shape(line, header))}
    accepted = " AND ".join(_matches(column) for column, (_, whole) in COLUMN_PATTERNS.items() if whole)
    rows = _rows(scan_sql(source, header, rejects=True), header, annotation)
    groups = _groups(connection, rows, _fitting(header, grammar, shapes))
    rejected = _rejected(connection)
    unseen = {group.shape for group in groups if group.suspicious} - shapes
    if unseen and len(unseen) <= _MOST_FORMATS:
        again = _groups(connection, rows, _fitting(header, grammar, unseen), _is_one_of(unseen))
        groups = [group for group in groups if group.shape not in unseen] + again
        shapes |= unseen
        _rejected(connection)
    suspicious = sum(group.suspicious for group in groups)
    return Records(
        scan_sql(source, header),
        tuple(sorted({written for group in groups if (written := group.shape[0])})),
        max((group.shape[1] for group in groups), default=1),
        sum(group.records for group in groups),
        suspicious,
        rejected + (_count(connection, rows, f"({accepted}) IS NOT TRUE") if suspicious else 0),
        sum(group.unusual for group in groups),
        accepted,
        _fitting(header, grammar, shapes),
    )


def _count(connection: duckdb.DuckDBPyConnection, rows: str, where: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {rows} WHERE {where}").fetchone()
    _rejected(connection)
    return int(row[0]) if row else 0


class _Group(NamedTuple):
    """Counts over the records of one shape."""

    shape: Shape
    records: int
    suspicious: int
    unusual: int


def _groups(connection: duckdb.DuckDBPyConnection, rows: str, fitting: str, where: str = "true") -> list[_Group]:
    found = connection.execute(f"""
        SELECT "FORMAT", alleles, count(*), count_if(({fitting}) IS NOT TRUE),
            count_if(NOT regexp_full_match("ALT", '[ACGTNacgtn,]+'))
        FROM {rows} WHERE {where} GROUP BY ALL""").fetchall()
    return [_Group((written, alleles), *counts) for written, alleles, *counts in found]


def _rows(scan: str, header: Header, annotation: Annotation | None) -> str:
    """The records with how many alternate `alleles` each has and its `plain` INFO, each entry with ; before it.

    Annotation is most of a record and may be any text: without it a pattern runs over a tenth of the letters."""
    missing = "" if header.has_format else ', NULL::VARCHAR AS "FORMAT"'
    alleles = """CASE WHEN contains("ALT", ',') THEN len("ALT") - len(replace("ALT", ',', '')) + 1 ELSE 1 END"""
    inner = f"SELECT *, {alleles} AS alleles{missing}"
    if annotation is None:
        return f"({inner}, ';' || \"INFO\" AS plain FROM {scan})"
    after = "array_to_string(string_split(parts[2], ';')[2:], ';')"
    tail = f"CASE WHEN contains(parts[2], ';') THEN ';' || {after} ELSE '' END"
    split = f"string_split(';' || \"INFO\", ';{annotation.key}=')"
    return f"(SELECT *, parts[1] || {tail} AS plain FROM ({inner}, {split} AS parts FROM {scan}))"


def _is_one_of(shapes: set[Shape]) -> str:
    each = ((literal(written) if written else "NULL", alleles) for written, alleles in sorted(shapes, key=str))
    return " OR ".join(
        f'("FORMAT" IS NOT DISTINCT FROM {written} AND alleles = {alleles})' for written, alleles in each
    )


def _shape(line: str, header: Header) -> Shape | None:
    cells = line.split("\t")
    if len(cells) != len(header.columns):
        return None
    return (cells[8] or None) if header.has_format else None, cells[4].count(",") + 1


def _rejected(connection: duckdb.DuckDBPyConnection) -> int:
    try:
        row = connection.execute(f"SELECT count(*) FROM {_REJECTS}").fetchone()
    except duckdb.CatalogException:
        return 0
    connection.execute(f"DROP TABLE IF EXISTS {_REJECTS}; DROP TABLE IF EXISTS vcf_rejected_scan")
    return row[0] if row else 0


# What nearly every record holds, told by comparing, which is cheaper than a pattern.
_USUAL = {"ID": (".",), "REF": tuple("ACGT"), "ALT": tuple("ACGT"), "QUAL": (".",), "FILTER": ("PASS", ".")}


def _matches(column: str) -> str:
    cell = quoted(column)
    pattern = f"regexp_full_match({cell}, {literal(COLUMN_PATTERNS[column][0])})"
    usual = ", ".join(map(literal, _USUAL.get(column, ())))
    return f"CASE WHEN {cell} IN ({usual}) THEN true ELSE {pattern} END" if usual else pattern


def _fitting(header: Header, grammar: Grammar, shapes: set[Shape]) -> str:
    """SQL that is true only for a record of one of these shapes in which everything fits the grammar."""
    conditions = [_matches(column) for column in COLUMN_PATTERNS]
    # CASE, since the engine works out both sides of an OR.
    for cell in ('"ID"', '"FILTER"'):
        parts = f"string_split({cell}, ';')"
        once = f"list_unique({parts}) = len({parts}) AND NOT list_has_any({parts}, ['0', '.'])"
        conditions.append(f"CASE WHEN contains({cell}, ';') THEN {once} ELSE true END")
    info = " ".join(
        f"WHEN {alleles} THEN regexp_full_match(plain, {literal(info_pattern(grammar, alleles))})"
        for alleles in sorted({alleles for _, alleles in shapes if alleles <= MOST_ALLELES})
    )
    conditions.append(f"CASE alleles {info} END" if info else "false")
    if header.has_format:
        conditions.append(_samples_fit(header, grammar, shapes))
    return " AND ".join(conditions)


def _samples_fit(header: Header, grammar: Grammar, shapes: set[Shape]) -> str:
    cases = ""
    for written, alleles in sorted(shapes, key=str):
        pattern = pattern_of_format(grammar, written, alleles) if alleles <= MOST_ALLELES else None
        if written and pattern:
            each = " AND ".join(f"regexp_full_match({name}, {literal(pattern)})" for name in header.columns[9:])
            cases += f' WHEN "FORMAT" = {literal(written)} AND alleles = {alleles} THEN {each}'
    return f"CASE {cases} END" if cases else "false"


def list_faults(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    header: Header,
    grammar: Grammar,
    annotation: Annotation | None,
    records: Records,
) -> list[Refusal]:
    """What is wrong where, in the order of the lines; of each kind only the first, with how many more there are."""
    connection.execute("SET preserve_insertion_order = true")
    numbered = f"(SELECT row_number() OVER () AS ordinal, * FROM {scan_sql(source, header, numbered=True)})"
    rows = connection.execute(f"""
        SELECT ordinal FROM {_rows(numbered, header, annotation)} 
        WHERE ({records.fitting}) IS NOT TRUE ORDER BY ordinal LIMIT {_LOOKED_AT}""").fetchall()
    found = _faults_by_line(source, header, grammar, {row[0] for row in rows})
    refusals = list(_capped(source, found))
    if records.suspicious > len(rows):
        refusals.append(
            source.refusal(
                translate("{count} more records were not looked at one by one").format(
                    count=records.suspicious - len(rows)
                ),
                translate("Mend the file where it is made."),
                extent="value",
            )
        )
    return refusals


def _capped(source: Source, found: Iterable[tuple[int, Fault]]) -> Iterator[Refusal]:
    counts: Counter[tuple[str, str]] = Counter()
    for line, fault in found:
        kind = (fault.column, fault.problem)
        counts[kind] += 1
        if counts[kind] <= _LISTED_PER_KIND:
            yield source.refusal(
                fault.problem, fault.expected, extent=fault.extent, line=line, column=fault.column, found=fault.found
            )
    for (column, problem), count in counts.items():
        if count > _LISTED_PER_KIND:
            more = translate("{count} more lines like these.").format(count=count - _LISTED_PER_KIND)
            yield source.refusal(problem, more, extent="value", column=column)


def _faults_by_line(
    source: Source, header: Header, grammar: Grammar, suspicious: set[int]
) -> Iterator[tuple[int, Fault]]:
    names = (*FIXED, "FORMAT", *header.samples)
    ordinal = 0
    with source.open() as handle:
        for line, raw in enumerate(handle, start=1):
            if line <= header.lines:
                continue
            bare = raw.rstrip(b"\r\n")
            if not bare:
                continue
            fault = _broken(bare, header, source)
            if fault:
                yield line, fault
                continue
            ordinal += 1
            if ordinal in suspicious:
                cells = bare.decode(source.encoding).split("\t")
                for fault in faults(grammar, names, cells):
                    yield line, fault


def _broken(raw: bytes, header: Header, source: Source) -> Fault | None:
    width = len(header.columns)
    if len(raw) > _LONGEST_LINE_BYTES:
        return Fault(
            "row",
            "",
            translate("the line is too long"),
            translate("A line under {size} MB.").format(size=_LONGEST_LINE_BYTES >> 20),
            "",
        )
    if raw.count(b"\t") != width - 1:
        return Fault(
            "row",
            "",
            translate("{count} columns").format(count=raw.count(b"\t") + 1),
            translate("As many as the line with the column names has: {count}.").format(count=width),
            "",
        )
    try:
        raw.decode(source.encoding)
    except UnicodeDecodeError:
        return Fault(
            "row",
            "",
            translate("letters that are not in the file's encoding"),
            translate("Save the file as UTF-8 or latin-1."),
            "",
        )
    return None
