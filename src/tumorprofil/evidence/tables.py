"""The evidence tables as the engine holds them: typed, and with tumour-type scopes expanded to OncoTree codes."""

import duckdb
import pyarrow as pa

from tumorprofil.terms import reference, tumour_type
from tumorprofil.terms.tier import Tier

SHIPPED = (
    "escat_rule",
    "civic_rule",
    "evidence_scope",
    "evidence_condition",
    "evidence_reference",
    "exon_range",
    "exon_window",
    "gene_role",
    "recurrent_variant",
    "known_variant",
    "resistance_alteration",
)
# Tables of the floor below that the evidence rests on; `COPIED` ones are wanted in the engine as they are.
FROM_TERMS = ("oncotree", "gene_symbol", "germline_gene")
COPIED = ("germline_gene",)

_PLACE = "residue_first::BIGINT AS residue_first, residue_last::BIGINT AS residue_last, exon::BIGINT AS exon"
STATEMENTS = (
    f"""CREATE TABLE rule AS SELECT
        escat_rule.* REPLACE (fact_id::BIGINT AS fact_id, {_PLACE}, date::DATE AS date, proposes::BOOLEAN AS proposes),
        'escat' AS kind, reference AS citation, tier_rank
        FROM escat_rule LEFT JOIN _tier USING (tier)""",
    f"CREATE TABLE support AS SELECT * REPLACE ({_PLACE}, known::BOOLEAN AS known), 'civic' AS kind FROM civic_rule",
    "CREATE TABLE rule_tumour_type AS SELECT scope, tumour_type FROM _scope",
    "CREATE TABLE covered_tumour_type AS SELECT DISTINCT tumour_type FROM _scope WHERE covered",
    """CREATE TABLE known_protein AS
        SELECT gene, protein FROM support WHERE alteration_class = 'protein' AND known
        UNION SELECT gene, protein FROM recurrent_variant""",
    """CREATE OR REPLACE TABLE known_variant AS SELECT * REPLACE (start::BIGINT AS start, "end"::BIGINT AS "end")
        FROM known_variant""",
    """CREATE OR REPLACE TABLE exon_window AS SELECT * REPLACE (
        exon::BIGINT AS exon, start::BIGINT AS start, "end"::BIGINT AS "end") FROM exon_window""",
    """CREATE OR REPLACE TABLE exon_range AS SELECT * REPLACE (
        exon::BIGINT AS exon, residue_first::BIGINT AS residue_first, residue_last::BIGINT AS residue_last)
        FROM exon_range""",
    """CREATE OR REPLACE TABLE recurrent_variant AS SELECT * REPLACE (
        patients::BIGINT AS patients, start::BIGINT AS start, "end"::BIGINT AS "end",
        coordinate_patients::BIGINT AS coordinate_patients) FROM recurrent_variant""",
    """CREATE TABLE evidence_gene AS
        SELECT gene FROM rule WHERE gene IS NOT NULL UNION SELECT partner FROM rule WHERE partner IS NOT NULL
        UNION SELECT gene FROM support WHERE gene IS NOT NULL
        UNION SELECT partner FROM support WHERE partner IS NOT NULL
        UNION SELECT gene FROM known_variant""",
)


def expanded(scope: reference.Row) -> frozenset[str]:
    """The OncoTree codes of one row of `evidence_scope`: its codes and all below them, without the exceptions."""

    def with_descendants(cell: str | None) -> set[str]:
        codes = cell.split("|") if cell else []
        return {code for top in codes for code in (top, *tumour_type.descendants(top))}

    return frozenset(with_descendants(scope["oncotree"]) - with_descendants(scope["except"]) - {tumour_type.ROOT})


def register_derived(connection: duckdb.DuckDBPyConnection) -> None:
    """Put the helper tables `_tier` (tier, tier_rank) and `_scope` (scope, tumour_type, covered) into the schema."""
    scopes = [
        (row["scope"], code, row["covered"] == "true")
        for row in reference.rows("evidence_scope")
        for code in sorted(expanded(row))
    ]
    _put(connection, "_tier", {"tier": [tier.value for tier in Tier], "tier_rank": [tier.rank for tier in Tier]})
    _put(
        connection,
        "_scope",
        {
            "scope": [scope for scope, _, _ in scopes],
            "tumour_type": [code for _, code, _ in scopes],
            "covered": [covered for _, _, covered in scopes],
        },
    )


def register_symbols(connection: duckdb.DuckDBPyConnection) -> None:
    """Put `candidate_symbol` into the schema: every symbol that a source may report for a gene of the evidence."""
    genes = {gene for (gene,) in connection.execute("SELECT gene FROM evidence_gene").fetchall()}
    named = [(row["reported"], row["symbol"]) for row in reference.rows("gene_symbol") if row["symbol"] in genes]
    _put(
        connection,
        "candidate_symbol",
        {"reported": [reported for reported, _ in named], "symbol": [symbol for _, symbol in named]},
    )


def _put(connection: duckdb.DuckDBPyConnection, name: str, columns: dict[str, list[object]]) -> None:
    connection.register("_incoming", pa.table(columns))
    connection.execute(f"CREATE TABLE {name} AS SELECT * FROM _incoming")
    connection.unregister("_incoming")
