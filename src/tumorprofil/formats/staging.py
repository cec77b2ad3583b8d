"""Where readers put what they read: raw tables in a workspace, joined into the cohort tables at the end.

A reader hands over SELECTs that fill a subset of a table's columns, so that a narrow file costs narrow
columns. `finish` lays one view per cohort table over them: gene symbols resolved through HGNC, protein
changes normalised, parts of one profile or person merged.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from tumorprofil.cohort import engine, schema
from tumorprofil.cohort.cohort import Cohort
from tumorprofil.errors import ReadError, Refusal

# Set by the view from what the reader reports, never by a reader.
_DERIVED = {"finding_id", "gene", "partner", "hgvs_p"}
# Below this size a file is read in order, so that its findings keep the file's order.
_ORDERED_BELOW_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Added:
    """Rows that went into a raw table: those from `first` on."""

    table: str
    first: int
    count: int

    @property
    def rows(self) -> str:
        """SQL for just these rows."""
        return f"(SELECT * FROM {self.table} WHERE rowid >= {self.first})"


class Staging:
    """The workspace of one read. Raises ReadError from `finish` where a row or file was refused, unless told
    to keep going; nothing of the workspace survives that."""

    def __init__(self, keep_going: bool = False) -> None:
        self.connection: duckdb.DuckDBPyConnection = engine.workspace()
        # A read that was refused leaves nothing behind; one that succeeds hands its workspace to the cohort.
        self._abandoned = engine.release(self, self.connection)
        self.refusals: list[Refusal] = []
        self.notes: list[str] = []
        self.keep_going = keep_going
        self._parts: dict[str, dict[tuple[str, ...], str]] = {}
        self._meant: dict[str, str] = {}

    def add(self, table: str, select: str, parameters: Sequence[object] = (), size: int = 0) -> Added:
        """Put the rows of `select` into cohort table `table`; its column names must be the table's own.

        `size` is the size in bytes of the file behind it."""
        order = "false" if size > _ORDERED_BELOW_BYTES else "true"
        self.connection.execute(f"SET preserve_insertion_order = {order}")
        described = self.connection.execute(f"DESCRIBE {select}", list(parameters)).fetchall()
        columns = tuple(sorted(row[0] for row in described))
        types = schema.table(table).types()
        unknown = [name for name in columns if name not in types or (name in _DERIVED and table == "finding")]
        if unknown:
            raise ValueError(f"{table} takes no column {', '.join(unknown)}")
        picked = ", ".join(f'CAST("{name}" AS {types[name]}) AS "{name}"' for name in columns)
        parts = self._parts.setdefault(table, {})
        first = 0
        if columns in parts:
            last = self.connection.execute(f"SELECT max(rowid) FROM {parts[columns]}").fetchone()
            first = 0 if last is None or last[0] is None else last[0] + 1
            statement = f"INSERT INTO {parts[columns]} SELECT {picked} FROM ({select})"
        else:
            parts[columns] = f"_{table}_{len(parts)}"
            statement = f"CREATE TABLE {parts[columns]} AS SELECT {picked} FROM ({select})"
        row = self.connection.execute(statement, list(parameters)).fetchone()
        return Added(parts[columns], first, int(row[0]) if row else 0)

    def take_back(self, added: Added) -> None:
        """Remove rows that were added last, as if they had never been read."""
        self.connection.execute(f"DELETE FROM {added.table} WHERE rowid >= {added.first}")

    def add_rows(self, table: str, rows: Iterable[Mapping[str, object]]) -> Added | None:
        """Put a few rows, given as mappings with the same keys, into cohort table `table`."""
        rows = list(rows)
        if not rows:
            return None
        incoming = pa.table({name: pa.array([row[name] for row in rows]) for name in rows[0]})
        self.connection.register("_incoming", incoming)
        try:
            return self.add(table, "SELECT * FROM _incoming")
        finally:
            self.connection.unregister("_incoming")

    def resolve(self, reported: str, symbol: str) -> None:
        """Say which current HGNC symbol is meant by a text that is none, such as ROS1;GOPC."""
        self._meant[reported] = symbol

    def refuse(self, refusal: Refusal) -> None:
        """Note that something was not taken in."""
        self.refusals.append(refusal)

    def finish(self) -> Cohort:
        """The cohort. Raises ReadError where rows or files were refused and the read does not keep going."""
        if not self.keep_going and any(refusal.extent != "value" for refusal in self.refusals):
            raise ReadError(self.refusals)
        for part in self._parts.get("finding", {}).values():
            self._close_gaps(part)
        engine.share_reference(self.connection, "gene_symbol")
        if self._meant:
            engine.load_reference(self.connection, "gene_symbol")
        for meant in self._meant.items():
            self.connection.execute("INSERT INTO gene_symbol (reported, symbol) VALUES (?, ?)", meant)
        # Findings as reported, for the assessment: it resolves only the genes that evidence speaks of.
        self.connection.execute(f"CREATE VIEW finding_reported AS {_reported_view(self._parts.get('finding', {}))}")
        for table in schema.SOURCE_TABLES:
            self.connection.execute(f'CREATE VIEW "{table.name}" AS {self._view(table)}')
        self._abandoned.detach()
        return Cohort(self.connection, tuple(self.refusals), tuple(self.notes))

    def _close_gaps(self, part: str) -> None:
        # The engine closes the gaps of deleted rows at a moment of its own choosing, which would give findings
        # another number in the middle of an assessment.
        row = self.connection.execute(f"SELECT count(*), max(rowid) FROM {part}").fetchone()
        if row is not None and row[0] and row[0] != row[1] + 1:
            self.connection.execute(f"CREATE OR REPLACE TABLE {part} AS SELECT * FROM {part}")

    def _view(self, table: schema.TableSchema) -> str:
        parts = self._parts.get(table.name, {})
        if table.name == "finding":
            return _finding_view()
        union = _union(table, parts, table.column_names)
        if table.name == "profile":
            return _profile_view(union)
        if table.name == "patient":
            profiles = _union(schema.PROFILE, self._parts.get("profile", {}), ("profile_id", "patient_id"))
            return _patient_view(union, profiles)
        return f"SELECT DISTINCT * FROM ({union})"


def _union(table: schema.TableSchema, parts: dict[tuple[str, ...], str], names: Sequence[str]) -> str:
    types = table.types()

    def select(columns: Sequence[str], source: str) -> str:
        cells = ", ".join(
            f'"{name}"' if name in columns else f'CAST(NULL AS {types[name]}) AS "{name}"' for name in names
        )
        return f"SELECT {cells} FROM {source}"

    if not parts:
        return select((), "(SELECT 1) WHERE false")
    return " UNION ALL ".join(select(columns, source) for columns, source in parts.items())


def _merged(union: str, table: schema.TableSchema, key: str) -> str:
    # min() is the deterministic way to take the value that one of the parts has.
    cells = ", ".join(f'min("{name}") AS "{name}"' for name in table.column_names if name != key)
    ordered = ", ".join(f'"{name}"' for name in table.column_names)
    return f'SELECT {ordered} FROM (SELECT "{key}", {cells} FROM ({union}) GROUP BY "{key}")'


def _patient_view(union: str, profiles: str) -> str:
    # A file that names only samples takes each for a person of its own; a table that gives the sample to
    # someone corrects it, and then nothing is left of that person but the name.
    told = " OR ".join(f'"{name}" IS NOT NULL' for name in schema.PATIENT.column_names if name != "patient_id")
    return (
        f"SELECT * FROM ({_merged(union, schema.PATIENT, 'patient_id')}) WHERE {told} "
        f"OR patient_id NOT IN (SELECT profile_id FROM ({profiles}) WHERE profile_id <> patient_id)"
    )


def _profile_view(union: str) -> str:
    # Parts of one profile (a DNA and an RNA file) become one row. The tumour type is the user's own word,
    # else the person's one diagnosis, else what the file's layout says.
    return f"""
        WITH parts AS ({union}), merged AS (
            SELECT profile_id, {
        ", ".join(
            f'min("{name}") AS "{name}"'
            for name in schema.PROFILE.column_names
            if name not in ("profile_id", "patient_id", "analyte", "source_file", "tumour_type", "tumour_type_basis")
        )
    },
                coalesce(min(patient_id) FILTER (patient_id <> profile_id), min(patient_id)) AS patient_id,
                CASE WHEN count(DISTINCT analyte) > 1 THEN 'dna_rna' ELSE min(analyte) END AS analyte,
                string_agg(DISTINCT source_file, '|' ORDER BY source_file) AS source_file,
                min(tumour_type) FILTER (tumour_type_basis = 'option') AS by_option,
                min(tumour_type) FILTER (tumour_type_basis = 'file') AS by_file,
                min(tumour_type) FILTER (tumour_type_basis = 'clinical') AS by_sample
            FROM parts GROUP BY profile_id
        ), known AS (
            SELECT patient_id, min(oncotree) AS oncotree FROM diagnosis WHERE oncotree IS NOT NULL
            GROUP BY patient_id HAVING count(DISTINCT oncotree) = 1
        )
        SELECT {
        ", ".join(
            f'merged."{name}"'
            for name in schema.PROFILE.column_names
            if name not in ("tumour_type", "tumour_type_basis", "source_file", "source_format")
        )
    },
            coalesce(by_option, by_sample, known.oncotree, by_file) AS tumour_type,
            CASE WHEN by_option IS NOT NULL THEN 'option'
                 WHEN coalesce(by_sample, known.oncotree) IS NOT NULL THEN 'clinical'
                 WHEN by_file IS NOT NULL THEN 'file' END AS tumour_type_basis,
            merged.source_file, merged.source_format
        FROM merged LEFT JOIN known USING (patient_id)
    """


def _reported_view(parts: dict[tuple[str, ...], str]) -> str:
    types = schema.FINDING.types()
    reported = [name for name in schema.FINDING.column_names if name not in _DERIVED]
    if not parts:
        empty = ", ".join(f'CAST(NULL AS {types[name]}) AS "{name}"' for name in ("finding_id", *reported))
        return f"SELECT {empty} WHERE false"
    selects = []
    for number, (columns, source) in enumerate(parts.items()):
        cells = ", ".join(
            f'"{name}"' if name in columns else f'CAST(NULL AS {types[name]}) AS "{name}"' for name in reported
        )
        # rowid numbers the rows for nothing; row_number() would double the cost of reading.
        selects.append(f"SELECT {number << 40} + rowid AS finding_id, {cells} FROM {source}")
    return " UNION ALL ".join(selects)


def _finding_view() -> str:
    cells = ", ".join(
        {
            "gene": "coalesce(g.symbol, f.gene_reported) AS gene",
            "partner": "coalesce(p.symbol, f.partner_reported) AS partner",
            "hgvs_p": "protein_change(f.hgvs_p_reported) AS hgvs_p",
        }.get(name, f'f."{name}"')
        for name in schema.FINDING.column_names
    )
    return (
        f"SELECT {cells} FROM finding_reported f "
        "LEFT JOIN gene_symbol g ON g.reported = f.gene_reported "
        "LEFT JOIN gene_symbol p ON p.reported = f.partner_reported"
    )
