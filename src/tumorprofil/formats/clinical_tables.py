"""From the typed cells of a clinical table to cohort tables: rows of one person merged, wide columns spread to rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tumorprofil.cohort import schema
from tumorprofil.formats.cells import Reading
from tumorprofil.formats.layout import SPREAD, codes_of
from tumorprofil.formats.staging import Staging
from tumorprofil.terms.language import translate

# (rows as (record, what was written), position of the heading, problem, expected, extent)
Problem = tuple[list[tuple[int, str | None]], int | None, str, str, str]

VALUES = "_clinical_values"
# What tells the rows of one person apart, where the table has it.
_KEYS = {"diagnosis": ("diagnosis_id",), "specimen": ("specimen_id",), "treatment_line": ("line",)}
# Rows that stand for themselves: nothing says that two of them are the same.
_AS_WRITTEN = ("treatment_proposal", "treatment", "response")


@dataclass(frozen=True, slots=True)
class Field:
    """One column ``table.column`` of the cohort, and the positions in the file that may hold it.

    In the table of values ``v<number>`` is its value, ``s<number>`` the status of a cell without one, and
    ``r<number>`` what was written."""

    name: str
    number: int
    positions: tuple[int, ...]
    reading: Reading

    @property
    def table(self) -> str:
        return self.name.split(".", 1)[0]

    @property
    def column(self) -> str:
        return self.name.split(".", 1)[1]

    @property
    def value(self) -> str:
        return f"v{self.number}"

    @property
    def known(self) -> str:
        """The value without the code for unknown."""
        return f"nullif({self.value}, 'unknown')" if "unknown" in codes_of(self.name) else self.value

    @property
    def status(self) -> str:
        return f"s{self.number}"

    @property
    def reported(self) -> str:
        return f"r{self.number}"


def fill(fields: Sequence[Field], staging: Staging) -> Iterator[Problem]:
    """Add what the fields can fill to the cohort tables; yields what was ambiguous."""
    of = {table: [field for field in fields if field.table == table] for table in {field.table for field in fields}}
    spread = {field.name for field in fields if field.column in SPREAD.get(field.table, ())}
    yield from _patients(of.get("patient", []), staging)
    for table in ("diagnosis", "specimen", "treatment_line"):
        own = [field for field in of.get(table, []) if field.name not in spread]
        if own:
            yield from _merged(table, own, staging)
    for table in _AS_WRITTEN:
        if table in of:
            _as_written(table, of[table], staging)
    yield from _performance(of.get("performance_status", []), staging)
    yield from _lines([field for field in of.get("treatment_line", []) if field.name in spread], staging)
    yield from _consents(of.get("consent", []), staging)
    yield from _profiles(of, staging)
    yield from _biomarkers([field for field in of.get("biomarker", []) if field.name in spread], staging)


def _one(value: str) -> str:
    """SQL for the one value of a group; NULL where the group has none, or several."""
    return f"CASE WHEN count(DISTINCT {value}) = 1 THEN min({value}) END"


def _cell(field: Field) -> str:
    """SQL for the one value of a field in a group; where it is unknown in one row and known in another, known."""
    return (
        f"CASE count(DISTINCT {field.known}) WHEN 1 THEN min({field.known}) WHEN 0 THEN min({field.value}) END "
        f"AS {field.column}"
    )


def _status(field: Field) -> str:
    value = field.value
    return f"CASE count(DISTINCT {value}) WHEN 1 THEN 'known' WHEN 0 THEN max({field.status}) ELSE 'unknown' END"


def _ambiguous(fields: Sequence[Field], keys: Sequence[str], staging: Staging) -> Iterator[Problem]:
    """The cells that differ from the first one of their group."""
    by = ", ".join(keys)
    for field in fields:
        first = f"first_value({field.known}) OVER (PARTITION BY {by} ORDER BY record)"
        rows = staging.connection.execute(
            f"SELECT record, {field.reported} FROM {VALUES} WHERE {field.known} IS NOT NULL "
            f"QUALIFY {field.known} IS DISTINCT FROM {first} ORDER BY record"
        ).fetchall()
        if rows:
            yield (
                rows,
                field.positions[0],
                translate("ambiguous: another row of the same person or sample says otherwise"),
                translate("Rows of one person or sample that agree."),
                "value",
            )


def _patients(fields: Sequence[Field], staging: Staging) -> Iterator[Problem]:
    own = [field for field in fields if field.column not in ("patient_id", "centre")]
    cells = "".join(f", {_cell(field)}" for field in own)
    staging.add(
        "patient", f"SELECT person AS patient_id, {_one('centre')} AS centre{cells} FROM {VALUES} GROUP BY person"
    )
    yield from _ambiguous([*own, *(field for field in fields if field.column == "centre")], ["person"], staging)


def _merged(table: str, fields: Sequence[Field], staging: Staging) -> Iterator[Problem]:
    keys = [field for field in fields if field.column in _KEYS[table]]
    own = [field for field in fields if field not in keys]
    if not own and table != "treatment_line" and not keys:
        return
    named = [f"{key.value} AS {key.column}" for key in keys]
    group = ["person", *(key.value for key in keys)]
    if table == "specimen" and not keys:
        # Where specimens have no names of their own, the sample that was analysed names its specimen.
        named, group = ["sample AS specimen_id"], ["person", "sample"]
    cells = ["person AS patient_id", *named]
    cells += [f"{_cell(field)}" for field in own]
    filled = [f"{key.value} IS NOT NULL" for key in keys] or [f"count({field.value}) > 0" for field in own]
    stage = next((field for field in own if field.name == "diagnosis.stage"), None)
    if stage:
        cells.append(f"{_status(stage)} AS stage_status")
        filled.append(f"count({stage.status}) > 0")
    if table == "diagnosis" and keys:
        filled += [f"count({field.value}) > 0" for field in own]
    staging.add(
        table, f"SELECT {', '.join(cells)} FROM {VALUES} GROUP BY {', '.join(group)} HAVING {' OR '.join(filled)}"
    )
    yield from _ambiguous(own, group, staging)


def _as_written(table: str, fields: Sequence[Field], staging: Staging) -> None:
    sample = "" if any(field.column == "profile_id" for field in fields) else ", sample AS profile_id"
    own = [field for field in fields if field.column != "patient_id"]
    cells = "".join(f", {field.value} AS {field.column}" for field in own)
    filled = " OR ".join(f"{field.value} IS NOT NULL" for field in own)
    staging.add(table, f"SELECT DISTINCT person AS patient_id{sample}{cells} FROM {VALUES} WHERE {filled}")


def _performance(fields: Sequence[Field], staging: Staging) -> Iterator[Problem]:
    measured = next((field for field in fields if field.column == "measured_date"), None)
    group = ["person", *([measured.value] if measured else [])]
    when = f", {measured.value} AS measured_date" if measured else ""
    for field in fields:
        if field.column not in schema.SCALE:
            continue
        reported = f"string_agg(DISTINCT {field.reported}, '|' ORDER BY {field.reported})"
        known = f"{reported} FILTER ({field.value} IS NOT NULL)"
        staging.add(
            "performance_status",
            f"SELECT person AS patient_id{when}, '{field.column}' AS scale, "
            f"{_one(field.value)} AS value, {_status(field)} AS value_status, "
            f"coalesce({known}, {reported}) AS reported FROM {VALUES} GROUP BY {', '.join(group)} "
            f"HAVING count({field.value}) + count({field.status}) > 0",
        )
        yield from _ambiguous([field], group, staging)


def _lines(fields: Sequence[Field], staging: Staging) -> Iterator[Problem]:
    for field in fields:
        listed = f"SELECT person, {_one(field.value)} AS drugs FROM {VALUES} GROUP BY person"
        staging.add(
            "treatment_line",
            f"SELECT person AS patient_id, unnest(range(1, len(drugs) + 1)) AS line, "
            f"unnest(drugs) AS drugs FROM ({listed})",
        )
        yield from _ambiguous([field], ["person"], staging)


def _consents(fields: Sequence[Field], staging: Staging) -> Iterator[Problem]:
    answered = next((field for field in fields if field.column == "answered_date"), None)
    when = f", {_one(answered.value)} AS answered_date" if answered else ""
    for field in fields:
        if field.column not in schema.CONSENT_PURPOSE:
            continue
        staging.add(
            "consent",
            f"SELECT person AS patient_id, '{field.column}' AS purpose, "
            f"{_one(field.value)} AS answer{when} FROM {VALUES} "
            f"GROUP BY person HAVING count({field.value}) > 0",
        )
        yield from _ambiguous([field], ["person"], staging)


def _profiles(of: dict[str, list[Field]], staging: Staging) -> Iterator[Problem]:
    samples = [field for field in of.get("profile", []) if field.column == "profile_id"]
    own = [field for field in of.get("profile", []) if field.column not in ("profile_id", "patient_id", "centre")]
    if not samples:
        if own:
            staging.notes.append(
                translate("A clinical table says {columns} without naming samples: not taken in.").format(
                    columns=", ".join(field.column for field in own)
                )
            )
        return
    rows = staging.connection.execute(
        f"SELECT record, NULL FROM {VALUES} WHERE sample IS NOT NULL "
        "QUALIFY person <> first_value(person) OVER (PARTITION BY sample ORDER BY record) ORDER BY record"
    ).fetchall()
    if rows:
        yield (
            rows,
            None,
            translate("a sample that an earlier row gives to another person"),
            translate("Every sample belongs to one person."),
            "row",
        )
    cells = "".join(f", {_cell(field)}" for field in own)
    specimen = next((field for field in of.get("specimen", []) if field.column == "specimen_id"), None)
    if all(field.column != "specimen_id" for field in own) and "specimen" in of:
        cells += f", {_one(specimen.value) if specimen else 'sample'} AS specimen_id"
    tumour_type = next((field for field in own if field.column == "tumour_type"), None)
    if tumour_type:
        cells += f", CASE WHEN count(DISTINCT {tumour_type.value}) = 1 THEN 'clinical' END AS tumour_type_basis"
    # A table that knows a sample only by its person's name says nothing about profiles.
    told = " OR ".join(["min(person) <> sample", *(f"count({field.value}) > 0" for field in own)])
    staging.add(
        "profile",
        f"SELECT sample AS profile_id, min(person) AS patient_id, {_one('centre')} AS centre{cells} "
        f"FROM {VALUES} WHERE sample IS NOT NULL GROUP BY sample HAVING {told}",
    )
    yield from _ambiguous(own, ["sample"], staging)


def _biomarkers(fields: Sequence[Field], staging: Staging) -> Iterator[Problem]:
    for field in fields:
        unit = {"TMB": "'mutations/Mb'", "MSI": "'%'", "PDL1": "'%'"}.get(field.column, "NULL")
        number = f"TRY_CAST({field.value} AS DOUBLE)"
        staging.add(
            "biomarker",
            f"SELECT sample AS profile_id, '{field.column}' AS name, value, status, "
            f"CASE WHEN value IS NOT NULL THEN {unit} END AS unit, "
            "CASE WHEN status IS NOT NULL THEN 'source' END AS status_basis FROM ("
            f"SELECT sample, {_one(number)} AS value, "
            f"{_one(f'CASE WHEN {number} IS NULL THEN {field.value} END')} AS status "
            f"FROM {VALUES} WHERE sample IS NOT NULL GROUP BY sample HAVING count({field.value}) > 0)",
        )
        yield from _ambiguous([field], ["sample"], staging)
