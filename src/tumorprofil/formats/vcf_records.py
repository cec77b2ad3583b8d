"""The records of a VCF: one scan by the engine that holds all of them against the grammar, and the exact line and
column of what does not fit."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

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

_LONGEST_LINE_BYTES = 32 * 1024 * 1024
# Of each kind of fault so many are listed, and so many suspicious records are looked at one by one.
_LISTED_PER_KIND = 20
_LOOKED_AT = 10_000
# More ways of writing FORMAT than these are left to the look one by one.
_MOST_FORMATS = 200
_HEAD_RECORDS = 50
_REJECTS = "vcf_rejected_cell"

Shape = tuple[str | None, int]


@dataclass(frozen=True, slots=True)
class Records:
    """What one scan told: how FORMAT is written and with how many alternate alleles at most, how many records do not
    fit, which of the rarer kinds of alternate allele occur, and the SQL that scans the file and that accepts a record."""

    scan: str
    formats: tuple[str, ...]
    most_alleles: int
    total: int
    suspicious: int
    broken_rows: int
    without_alternate: int
    unusual: int
    accepted: str
    fitting: str


def scan_sql(source: Source, header: Header, *, rejects: bool = False, numbered: bool = False) -> str:
    """SQL that scans the records as text, passing over lines with the wrong number of columns."""
    columns = "{" + ", ".join(f"{literal(name)}: 'VARCHAR'" for name in header.columns) + "}"
    line_end = r"\r\n" if header.windows_line_ends else r"\n"
    options = ["delim = '\t'", "quote = ''", "escape = ''", "header = false", "auto_detect = false",
               f"skip = {header.lines}", f"columns = {columns}", f"max_line_size = {_LONGEST_LINE_BYTES}",
               f"compression = '{source.compression}'", f"encoding = '{source.encoding}'",
               rf"new_line = '{line_end}'"]
    options += ["store_rejects = true", f"rejects_table = '{_REJECTS}'", "rejects_scan = 'vcf_rejected_scan'",
                "rejects_limit = 1"] if rejects else ["ignore_errors = true"]
    if numbered:
        options.append("parallel = false")
    return f"read_csv({literal(str(source.readable))}, {', '.join(options)})"


def examine(connection: duckdb.DuckDBPyConnection, source: Source, header: Header, grammar: Grammar,
            annotation: Annotation | None) -> Records:
    """Hold all records against the grammar, in one scan where the first records show every shape, else in two."""
    shapes = {shape for line in source.head[header.lines:][:_HEAD_RECORDS] if (shape := _shape(line, header))}
    scan = scan_sql(source, header, rejects=True)
    groups: list[tuple[str | None, int, int, int, int, int, int]] = []
    accepted = " AND ".join(_matches(column) for column, (_, whole) in COLUMN_PATTERNS.items() if whole)
    for _ in range(2):
        fitting = _fitting(header, grammar, annotation, shapes)
        groups = connection.execute(f"""
            SELECT {'"FORMAT"' if header.has_format else 'NULL'}, alleles, count(*),
                count_if(({accepted}) IS NOT TRUE), count_if(({fitting}) IS NOT TRUE), count_if("ALT" = '.'),
                count_if(contains("ALT", '<') OR contains("ALT", '[') OR contains("ALT", ']') OR contains("ALT", '*')
                         OR contains("ALT", '.'))
            FROM (SELECT *, {_alleles()} AS alleles FROM {scan}) GROUP BY ALL""").fetchall()
        rejected = _rejected(connection)
        unseen = {(written, alleles) for written, alleles, *_ in groups} - shapes
        if not unseen or len(shapes) >= _MOST_FORMATS:
            break
        shapes |= set(list(unseen)[:_MOST_FORMATS])
    return Records(
        scan_sql(source, header), tuple(sorted({group[0] for group in groups if group[0]})),
        max((group[1] for group in groups), default=1), sum(group[2] for group in groups),
        sum(group[4] for group in groups), rejected + sum(group[3] for group in groups),
        sum(group[5] for group in groups), sum(group[6] for group in groups), accepted, fitting)


def _alleles() -> str:
    return """CASE WHEN contains("ALT", ',') THEN len("ALT") - len(replace("ALT", ',', '')) + 1 ELSE 1 END"""


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


def _matches(column: str) -> str:
    return f"regexp_full_match({quoted(column)}, {literal(COLUMN_PATTERNS[column][0])})"


def _fitting(header: Header, grammar: Grammar, annotation: Annotation | None, shapes: set[Shape]) -> str:
    """SQL that is true only for a record in which everything fits the grammar."""
    conditions = [_matches(column) for column in COLUMN_PATTERNS]
    conditions += [f"(NOT contains({cell}, ';') OR (list_unique(string_split({cell}, ';')) = len(string_split({cell}, ';'))"
                   f" AND NOT list_has_any(string_split({cell}, ';'), ['0', '.', 'PASS'])))" for cell in ('"ID"', '"FILTER"')]
    counts = sorted({alleles for _, alleles in shapes if alleles <= MOST_ALLELES})
    info = " ".join(f"WHEN {alleles} THEN regexp_full_match({_plain_info(annotation)}, "
                    f"{literal(info_pattern(grammar, alleles))})" for alleles in counts)
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
            cases += f" WHEN \"FORMAT\" = {literal(written)} AND alleles = {alleles} THEN {each}"
    return f"CASE {cases} END" if cases else "false"


def _plain_info(annotation: Annotation | None) -> str:
    # Annotation is most of a record and may be any text: without it the pattern runs over a tenth of the letters.
    if annotation is None:
        return '"INFO"'
    parts = f"string_split(';' || \"INFO\", ';{annotation.key}=')"
    tail = f"CASE WHEN contains({parts}[2], ';') THEN substr({parts}[2], strpos({parts}[2], ';') + 1) END"
    return (f"CASE WHEN len({parts}) = 2 THEN coalesce(nullif(concat_ws(';', nullif({parts}[1][2:], ''), {tail}), ''), '.') "
            "ELSE \"INFO\" END")


def list_faults(connection: duckdb.DuckDBPyConnection, source: Source, header: Header, grammar: Grammar,
                records: Records) -> list[Refusal]:
    """What is wrong where, in the order of the lines; of each kind only the first, with how many more there are."""
    numbered = scan_sql(source, header, numbered=True)
    rows = connection.execute(f"""
        SELECT ordinal FROM (SELECT row_number() OVER () AS ordinal, *, {_alleles()} AS alleles FROM {numbered})
        WHERE ({records.fitting}) IS NOT TRUE ORDER BY ordinal LIMIT {_LOOKED_AT}""").fetchall()
    found = _faults_by_line(source, header, grammar, {row[0] for row in rows})
    refusals = list(_capped(source, found))
    if records.suspicious > len(rows):
        refusals.append(source.refusal(
            translate("{count} more records were not looked at one by one").format(count=records.suspicious - len(rows)),
            translate("Mend the file where it is made."), extent="value"))
    return refusals


def _capped(source: Source, found: Iterable[tuple[int, Fault]]) -> Iterator[Refusal]:
    counts: Counter[tuple[str, str]] = Counter()
    for line, fault in found:
        kind = (fault.column, fault.problem)
        counts[kind] += 1
        if counts[kind] <= _LISTED_PER_KIND:
            yield source.refusal(fault.problem, fault.expected, extent=fault.extent, line=line, column=fault.column,
                                 found=fault.found)
    for (column, problem), count in counts.items():
        if count > _LISTED_PER_KIND:
            yield source.refusal(problem, translate("{count} more lines like these.").format(count=count - _LISTED_PER_KIND),
                                 extent="value", column=column)


def _faults_by_line(source: Source, header: Header, grammar: Grammar, suspicious: set[int]) -> Iterator[tuple[int, Fault]]:
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
        return Fault("row", "", translate("the line is too long"), translate("A line under 32 MB."), "")
    if raw.count(b"\t") != width - 1:
        return Fault("row", "", translate("{count} columns").format(count=raw.count(b"\t") + 1),
                     translate("As many as the line with the column names has: {count}.").format(count=width), "")
    try:
        raw.decode(source.encoding)
    except UnicodeDecodeError:
        return Fault("row", "", translate("letters that are not in the file's encoding"),
                     translate("Save the file as UTF-8 or latin-1."), "")
    return None
