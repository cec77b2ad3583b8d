"""The evidence as tables in the engine, loaded once a process, and as plain rows.

The tables live in a schema of the shared engine database, one schema a version, so that a cohort assessed with
a site's own tables stands beside one assessed with the shipped ones. `docs/reference/evidence.md` says how the
tables are made.
"""

import hashlib
import threading
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache

import duckdb

from tumorprofil.cohort import engine
from tumorprofil.errors import UsageError
from tumorprofil.evidence import tables
from tumorprofil.terms import reference
from tumorprofil.terms.language import translate
from tumorprofil.terms.tier import Tier

_lock = threading.Lock()
_loaded: set[str] = set()


@dataclass(frozen=True, slots=True)
class Rule:
    """One piece of ESCAT evidence. Residues and exons count from 1; `conditions` are codes of table
    `evidence_condition`; `tier` is empty where the source gives only a main class; U is unverified."""

    evidence_id: str
    fact_id: int | None
    scope: str
    gene: str | None
    partner: str | None
    alteration_class: str
    protein: str | None
    residue_first: int | None
    residue_last: int | None
    exon: int | None
    exon_kind: str | None
    biomarker: str | None
    origin: str
    tier: Tier | None
    tier_as_given: str
    drug: str | None
    conditions: tuple[str, ...]
    disease_setting: str | None
    line: str | None
    alteration: str
    reference: str
    date: date
    reliability: str
    review: str
    proposes: bool
    shown_only_reason: str | None
    source_id: str
    source_locator: str
    note: str | None


def load(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the evidence readable in a cohort's workspace: rule, support, rule_tumour_type, covered_tumour_type,
    known_protein and the reference tables that assessment asks for.

    Raises UsageError where a site's own table does not hold what the shipped one holds."""
    schema = f"evidence_{version().partition('-')[0]}"
    with _lock:
        if schema not in _loaded:
            _fill(schema)
            _loaded.add(schema)
    row = connection.execute("SELECT current_database()").fetchone()
    assert row is not None
    connection.execute(f"SET search_path = '{row[0]}.main,memory.{schema},memory.main'")
    own = _own_symbols(connection, row[0])
    if own is None:
        engine.share_reference(connection, "gene_symbol")
    elif own != len(reference.rows("gene_symbol")):
        # Some files mean something of their own by a symbol. Most do not, and are spared these milliseconds.
        connection.execute(
            "CREATE OR REPLACE TABLE candidate_symbol AS SELECT reported, symbol FROM gene_symbol "
            "SEMI JOIN evidence_gene ON symbol = evidence_gene.gene"
        )


def _own_symbols(connection: duckdb.DuckDBPyConnection, workspace: str) -> int | None:
    """How many gene symbols the workspace itself holds; None where it uses the shared ones."""
    try:
        row = connection.execute(f"SELECT count(*) FROM {workspace}.main.gene_symbol").fetchone()
    except duckdb.CatalogException:
        return None
    return int(row[0]) if row else None


def version() -> str:
    """Which evidence this is: a hash of every table in use and the newest date in the rules, such as
    ``3f9c02aa91d4-2025-01-01``. Belongs in every result."""
    return _version(_signature())


def rules(as_of: date | None = None) -> tuple[Rule, ...]:
    """Every ESCAT rule known on `as_of` (that date included), all of them without a date; in the table's order."""
    return tuple(rule for rule in _rules(_signature()) if as_of is None or rule.date <= as_of)


def scope_codes(scope: str) -> frozenset[str]:
    """The OncoTree codes of a scope, descendants included. Raises UsageError for an unknown scope."""
    for row in reference.rows("evidence_scope"):
        if row["scope"] == scope:
            return tables.expanded(row)
    raise UsageError(translate("No tumour-type scope is called {scope}.").format(scope=scope))


def covered_codes() -> frozenset[str]:
    """The OncoTree codes that the evidence covers, so that "no evidence" means something there."""
    covered = [tables.expanded(row) for row in reference.rows("evidence_scope") if row["covered"] == "true"]
    return frozenset().union(*covered)


Signature = tuple[tuple[str, int], ...]


def _signature() -> Signature:
    files = [reference.path(name) for name in (*tables.SHIPPED, *tables.FROM_TERMS)]
    return tuple((str(file), file.stat().st_mtime_ns) for file in files)


@lru_cache(maxsize=8)
def _version(_state: Signature) -> str:
    digest = hashlib.sha256()
    for name in (*tables.SHIPPED, *tables.FROM_TERMS):
        digest.update(reference.path(name).read_bytes())
    newest = max(rule.date for rule in _rules(_state))
    return f"{digest.hexdigest()[:12]}-{newest.isoformat()}"


@lru_cache(maxsize=8)
def _rules(_state: Signature) -> tuple[Rule, ...]:
    return tuple(_rule(row) for row in reference.rows("escat_rule"))


def _rule(row: reference.Row) -> Rule:
    cells: dict[str, object] = {field.name: row[field.name] for field in fields(Rule)}
    try:
        for name in ("fact_id", "residue_first", "residue_last", "exon"):
            cells[name] = int(str(cells[name])) if cells[name] else None
        cells["tier"] = Tier(str(row["tier"])) if row["tier"] else None
        cells["conditions"] = tuple((row["conditions"] or "").split("|")) if row["conditions"] else ()
        cells["date"] = date.fromisoformat(row["date"] or "")
        cells["proposes"] = row["proposes"] == "true"
    except ValueError as error:
        raise UsageError(
            translate("Table {name}, row {row}: {problem}.").format(
                name="escat_rule", row=row["evidence_id"], problem=error
            )
        ) from error
    return Rule(**cells)  # type: ignore[arg-type]


def _fill(schema: str) -> None:
    _version(_signature())  # refuses a malformed rule with its identifier before the engine sees it
    connection = engine.workspace()
    row = connection.execute("SELECT current_database()").fetchone()
    assert row is not None
    connection.execute(f"CREATE SCHEMA memory.{schema}")
    connection.execute(f"SET search_path = 'memory.{schema},memory.main'")
    for name in (*tables.SHIPPED, *tables.COPIED):
        engine.load_reference(connection, name)
    tables.register_derived(connection)
    for statement in tables.STATEMENTS:
        connection.execute(statement)
    tables.register_symbols(connection)
    connection.execute(f"DETACH {row[0]}")
    connection.close()
