"""Aged gene symbols resolve to today's."""

from pathlib import Path

import pytest

from tumorprofil.terms import gene, reference


@pytest.mark.parametrize(
    ("reported", "symbol"),
    [
        ("SEPT14", "SEPTIN14"),
        ("MLL", "KMT2A"),
        ("MLL2", "KMT2D"),
        ("HER2", "ERBB2"),
        ("EGFR", "EGFR"),
        ("C11orf30", "EMSY"),
        (" EGFR ", "EGFR"),
        ("PARK2", "PRKN"),
        ("AC016683.6", None),
        ("", None),
    ],
)
def test_a_symbol_resolves_to_the_current_one(reported: str, symbol: str | None) -> None:
    assert gene.resolve(reported) == symbol


def test_a_current_symbol_wins_over_another_genes_old_one() -> None:
    current = {row["symbol"] for row in reference.rows("gene_symbol") if row["kind"] == "current"}
    assert len(current) > 40_000
    assert all(gene.resolve(symbol or "") == symbol for symbol in current)


def test_every_reported_symbol_stands_once() -> None:
    reported = [row["reported"] for row in reference.rows("gene_symbol")]
    assert len(reported) == len(set(reported))


def test_every_symbol_that_something_resolves_to_is_current() -> None:
    rows = reference.rows("gene_symbol")
    current = {row["symbol"] for row in rows if row["kind"] == "current"}
    assert {row["symbol"] for row in rows} <= current


def test_the_panels_old_symbols_all_resolve(shared_data: Path) -> None:
    panel = (shared_data / "panels" / "tso500_genes_523.txt").read_text(encoding="utf-8").split()
    assert len(panel) == 523
    assert all(gene.resolve(symbol) for symbol in panel)
    assert sum(gene.resolve(symbol) != symbol for symbol in panel) == 31


def test_a_gene_list_of_the_germline_table_is_current() -> None:
    for row in reference.rows("germline_gene"):
        assert gene.resolve(row["gene"] or "") == row["gene"]
