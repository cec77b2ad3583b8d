"""The evidence in the engine: typed, shared between cohorts, replaceable by a site's own."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from tumorprofil.cohort import engine
from tumorprofil.errors import UsageError
from tumorprofil.evidence import knowledge
from tumorprofil.terms import reference


@pytest.fixture
def workspace() -> duckdb.DuckDBPyConnection:
    connection = engine.workspace()
    connection.execute("CREATE TABLE gene_symbol (reported VARCHAR, symbol VARCHAR)")
    connection.execute(
        "INSERT INTO gene_symbol VALUES ('EGFR', 'EGFR'), ('ERBB1', 'EGFR'), ('TTN', 'TTN'), ('MINE', 'KRAS')"
    )
    knowledge.load(connection)
    return connection


def answer(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[object, ...]]:
    return connection.execute(query).fetchall()


def test_every_rule_is_in_the_engine_with_its_types(workspace: duckdb.DuckDBPyConnection) -> None:
    assert answer(workspace, "SELECT count(*) FROM rule") == [(len(knowledge.rules()),)]
    assert answer(
        workspace, "SELECT residue_first, date, proposes, tier_rank FROM rule WHERE evidence_id = 'E0173.EX19DEL'"
    ) == [(729, date(2023, 1, 23), True, 1)]


def test_rules_in_the_engine_are_the_plain_ones(workspace: duckdb.DuckDBPyConnection) -> None:
    told = {
        (rule.evidence_id, rule.tier.rank if rule.tier else None, rule.proposes, rule.reference)
        for rule in knowledge.rules()
    }
    assert set(answer(workspace, "SELECT evidence_id, tier_rank, proposes, citation FROM rule")) == told


def test_scopes_reach_their_descendants_and_leave_out_the_exceptions(workspace: duckdb.DuckDBPyConnection) -> None:
    reached = {
        code
        for (code,) in answer(workspace, "SELECT tumour_type FROM rule_tumour_type WHERE scope = 'nsclc_nonsquamous'")
    }
    assert {"NSCLC", "LUAD"} <= reached
    assert "LUSC" not in reached
    assert reached == knowledge.scope_codes("nsclc_nonsquamous")


def test_covered_tumour_types_in_the_engine_are_the_plain_ones(workspace: duckdb.DuckDBPyConnection) -> None:
    assert {
        code for (code,) in answer(workspace, "SELECT tumour_type FROM covered_tumour_type")
    } == knowledge.covered_codes()


def test_a_recurrent_and_a_civic_variant_are_known_proteins(workspace: duckdb.DuckDBPyConnection) -> None:
    assert answer(
        workspace,
        """SELECT gene, protein FROM known_protein WHERE (gene, protein) IN
        (('PIK3CA', 'H1047R'), ('MTOR', 'E1799K'), ('ESR1', 'D538G'), ('EGFR', 'V1M')) ORDER BY ALL""",
    ) == [("ESR1", "D538G"), ("MTOR", "E1799K"), ("PIK3CA", "H1047R")]


def test_a_cohorts_own_meaning_of_a_symbol_counts(workspace: duckdb.DuckDBPyConnection) -> None:
    assert answer(workspace, "FROM candidate_symbol ORDER BY ALL") == [
        ("EGFR", "EGFR"),
        ("ERBB1", "EGFR"),
        ("MINE", "KRAS"),
    ]


def test_the_evidence_is_loaded_once_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    knowledge.load(engine.workspace())
    monkeypatch.setattr(knowledge, "_fill", lambda schema: pytest.fail(f"{schema} was loaded again"))
    again = engine.workspace()
    knowledge.load(again)
    assert again.execute("SELECT count(*) FROM rule").fetchone() == (len(knowledge.rules()),)


def test_the_version_names_the_content_and_its_newest_date() -> None:
    digest, _, newest = knowledge.version().partition("-")
    assert len(digest) == 12
    assert date.fromisoformat(newest) == max(rule.date for rule in knowledge.rules())


def test_a_sites_own_rules_stand_in_and_change_the_version(tmp_path: Path) -> None:
    shipped = reference.path("escat_rule").read_text(encoding="utf-8")
    shipped_version = knowledge.version()
    (tmp_path / "escat_rule.tsv").write_text("".join(shipped.splitlines(keepends=True)[:4]), encoding="utf-8")
    beside = engine.workspace()
    knowledge.load(beside)
    with reference.own_tables(tmp_path):
        own = engine.workspace()
        knowledge.load(own)
        assert answer(own, "SELECT evidence_id FROM rule ORDER BY ALL") == [("E0001",), ("E0002",), ("E0003",)]
        assert knowledge.version() != shipped_version
    assert answer(beside, "SELECT count(*) FROM rule") == [(len(knowledge.rules()),)]


def test_a_malformed_own_rule_is_refused_by_its_identifier(tmp_path: Path) -> None:
    lines = reference.path("escat_rule").read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "escat_rule.tsv").write_text(lines[0] + lines[1].replace("2020-08-24", "24.08.2020"), encoding="utf-8")
    with reference.own_tables(tmp_path), pytest.raises(UsageError, match="E0001"):
        knowledge.load(engine.workspace())


def test_rules_known_on_a_day_include_those_of_that_day() -> None:
    day = date(2023, 1, 23)
    assert max(rule.date for rule in knowledge.rules(day)) == day
    assert not knowledge.rules(date(2000, 1, 1))


def test_an_unknown_scope_is_refused() -> None:
    with pytest.raises(UsageError, match="plant"):
        knowledge.scope_codes("plant")
