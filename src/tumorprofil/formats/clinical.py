"""Clinical tables: one row a person or sample, CSV, TSV or a workbook, Danish or English headings.

A layout maps headings that are not recognised. A cell that is no value becomes unknown and is listed; a row that
names no person is refused. Where a person stands in several rows the rows must agree: a value that differs is
refused as ambiguous and becomes unknown.
"""

from collections.abc import Sequence
from functools import partial

from tumorprofil.errors import ReadError, Refusal
from tumorprofil.formats.cells import reading
from tumorprofil.formats.clinical_tables import VALUES, Field, fill
from tumorprofil.formats.delimited import literal
from tumorprofil.formats.headings import columns_of, markers, score
from tumorprofil.formats.layout import DEFAULT, Layout, Options, codes_of
from tumorprofil.formats.source import Source
from tumorprofil.formats.staging import Staging
from tumorprofil.formats.tabular import Sheet, find_sheets, lines_of, load
from tumorprofil.terms.language import translate

NAME = "clinical"

_LISTED_PER_COLUMN = 200
_CELLS = "_clinical_cells"


def recognises(source: Source, layout: Layout = DEFAULT) -> bool:
    """True for a table whose headings name a person or sample and something clinical, and no variants."""
    try:
        return bool(find_sheets(source, partial(score, layout=layout)))
    except ReadError:
        # A workbook that cannot be opened: read says why.
        return True


def read(source: Source, staging: Staging, options: Options) -> None:
    """Read one clinical table into the cohort tables that it can fill."""
    try:
        sheets = find_sheets(source, partial(score, layout=options.layout))
    except ReadError as error:
        for refusal in error.refusals:
            staging.refuse(refusal)
        return
    if not sheets:
        staging.refuse(
            source.refusal(
                translate("no line with headings"),
                translate(
                    "Headings that name a person or sample and something clinical; a cohort.toml can map others."
                ),
            )
        )
    for sheet in sheets:
        read_sheet(sheet, staging, options)


def read_sheet(sheet: Sheet, staging: Staging, options: Options) -> None:
    """Read one table of a file."""
    layout = options.layout
    columns = columns_of(sheet.headings, layout)
    fields = [
        Field(name, number, positions, reading(name, layout))
        for number, (name, positions) in enumerate(columns.items())
    ]
    used = sorted({position for positions in columns.values() for position in positions})
    for refusal in load(sheet, staging.connection, used, _CELLS, staging.keep_going):
        staging.refuse(refusal)
    staging.connection.execute(f"CREATE OR REPLACE TEMP TABLE {VALUES} AS {_values(fields, used, layout)}")
    _refuse_values(sheet, fields, staging)
    _refuse_rows(sheet, used, staging)
    for problem in fill(fields, staging):
        _refuse_records(sheet, staging, *problem)
    staging.connection.execute(f"DROP TABLE {_CELLS}; DROP TABLE {VALUES}")


def _values(fields: Sequence[Field], used: Sequence[int], layout: Layout) -> str:
    """SQL for the table of values: beside those of the fields `record`, `person`, `sample` and `centre`."""
    status, missing = markers(layout)
    words = {**status, **dict.fromkeys(missing, "nothing")}
    marked = ", ".join(f"map_extract_value(marker, lower(c{position})) AS m{position}" for position in used)
    cells = (
        f"SELECT *, {marked} FROM {_CELLS}, (SELECT MAP([{', '.join(map(literal, words))}], "
        f"[{', '.join(map(literal, words.values()))}]) AS marker)"
    )
    picked = ", ".join(_field(field) for field in fields)
    by_name = {field.name: field for field in fields}
    return f"SELECT *, {_person(by_name, layout)} FROM (SELECT record, {picked} FROM ({cells}))"


def _field(field: Field) -> str:
    values = [_cell(field, position) for position in field.positions]
    if "unknown" in codes_of(field.name):
        # Known in a later heading beats unknown in an earlier one.
        asked = ", ".join([*values, *(f"m{position}" for position in field.positions)])
        values = [
            *(f"nullif({value}, 'unknown')" for value in values),
            f"CASE WHEN 'unknown' IN ({asked}) THEN 'unknown' END",
        ]
    said = [f"nullif(m{position}, 'nothing')" for position in field.positions]
    written = [
        f"CASE WHEN {value} IS NOT NULL THEN c{position} END"
        for position, value in zip(field.positions, values, strict=False)
    ]
    left = [f"CASE WHEN m{position} IS DISTINCT FROM 'nothing' THEN c{position} END" for position in field.positions]
    flags = "".join(f", {_is_bad(field, position)} AS x{field.number}_{position}" for position in field.positions)
    any_bad = " OR ".join(_is_bad(field, position) for position in field.positions)
    status = f"CASE WHEN {any_bad} THEN 'unknown' ELSE {_coalesce(said)} END"
    return (
        f"{_coalesce(values)} AS {field.value}, {status} AS {field.status}, "
        f"{_coalesce([*written, *left])} AS {field.reported}{flags}"
    )


def _cell(field: Field, position: int) -> str:
    value = field.reading.of(f"c{position}")
    # A marker that is a code of the column means that code; elsewhere it is no value.
    return value if codes_of(field.name) else f"CASE WHEN m{position} IS NULL THEN {value} END"


def _is_bad(field: Field, position: int) -> str:
    return f"(c{position} IS NOT NULL AND m{position} IS NULL AND {field.reading.of(f'c{position}')} IS NULL)"


def _coalesce(parts: Sequence[str]) -> str:
    return f"coalesce({', '.join(parts)})" if len(parts) > 1 else parts[0]


def _person(fields: dict[str, Field], layout: Layout) -> str:
    named = [fields[name].value for name in ("patient.patient_id", "profile.profile_id") if name in fields]
    raw = _coalesce(named)
    person = _first_group(raw, layout.patient_pattern, raw)
    sample = fields["profile.profile_id"].value if "profile.profile_id" in fields else "CAST(NULL AS VARCHAR)"
    if layout.merge_samples and layout.patient_pattern:
        sample = f"CASE WHEN {sample} IS NOT NULL THEN {person} END"
    own = [fields["patient.centre"].value] if "patient.centre" in fields else []
    one = literal(layout.centre) if layout.centre else "CAST(NULL AS VARCHAR)"
    centre = _coalesce([*own, _first_group(raw, layout.centre_pattern, one)])
    return f"{person} AS person, {sample} AS sample, {centre} AS centre"


def _first_group(cell: str, pattern: str | None, otherwise: str) -> str:
    if not pattern:
        return otherwise
    return f"coalesce(nullif(regexp_extract({cell}, {literal(f'^(?:{pattern})')}, 1), ''), {otherwise})"


def _refuse_values(sheet: Sheet, fields: Sequence[Field], staging: Staging) -> None:
    flags = [(field, position) for field in fields for position in field.positions]
    counted = ", ".join(f"count_if(x{field.number}_{position})" for field, position in flags)
    counts = staging.connection.execute(f"SELECT {counted} FROM {VALUES}").fetchone() or ()
    for (field, position), count in zip(flags, counts, strict=True):
        if not count:
            continue
        rows = staging.connection.execute(
            f"SELECT record, c{position} FROM {_CELLS} JOIN {VALUES} USING (record) "
            f"WHERE x{field.number}_{position} ORDER BY record LIMIT {_LISTED_PER_COLUMN}"
        ).fetchall()
        problem, expected = translate(field.reading.problem), translate(field.reading.expected)
        _refuse_records(sheet, staging, rows, position, problem, expected)
        if count > len(rows):
            staging.refuse(
                Refusal(
                    sheet.place,
                    "value",
                    translate("{count} more cells like these").format(count=count - len(rows)),
                    expected,
                    column=sheet.headings[position],
                )
            )


def _refuse_rows(sheet: Sheet, used: Sequence[int], staging: Staging) -> None:
    filled = " OR ".join(f"c{position} IS NOT NULL" for position in used)
    rows = staging.connection.execute(
        f"SELECT record, NULL FROM {_CELLS} JOIN {VALUES} USING (record) WHERE person IS NULL AND ({filled}) "
        f"ORDER BY record LIMIT {_LISTED_PER_COLUMN}"
    ).fetchall()
    _refuse_records(
        sheet,
        staging,
        rows,
        None,
        translate("no person named"),
        translate("Every row names its person or sample."),
        extent="row",
    )
    staging.connection.execute(f"DELETE FROM {VALUES} WHERE person IS NULL")


def _refuse_records(
    sheet: Sheet,
    staging: Staging,
    rows: Sequence[tuple[int, str | None]],
    position: int | None,
    problem: str,
    expected: str,
    extent: str = "value",
) -> None:
    lines = lines_of(sheet, [record for record, _ in rows]) if rows else {}
    for record, found in rows:
        staging.refuse(
            Refusal(
                sheet.place,
                "row" if extent == "row" else "value",
                problem,
                expected,
                line=lines.get(record),
                column=sheet.headings[position] if position is not None else None,
                found=found,
            )
        )
