"""Every reference table says where it comes from, and a site may put its own in its place."""

import os
from pathlib import Path

import pytest

from tumorprofil.errors import UsageError
from tumorprofil.terms import age, cut_off, gene, reference

DATA = Path(reference.__file__).parent / "data"
OWN = [table for table in reference.tables() if table.file.parent == DATA]


@pytest.mark.parametrize("table", OWN, ids=lambda table: str(table.name))
def test_a_table_has_its_provenance_and_rows_of_one_width(table: reference.Table) -> None:
    assert table.file.name in {f"{table.name}.tsv", f"{table.name}.tsv.gz"}
    assert table.meaning
    assert table.source
    assert table.licence
    rows = reference.rows(table.name)
    assert rows
    # DictReader puts surplus cells under None and fills missing ones with None; a short row lacks its last column.
    assert all(None not in row for row in rows)


def test_every_file_in_the_folder_is_listed() -> None:
    listed = {table.file.name for table in OWN}
    assert {file.name for file in DATA.iterdir() if ".tsv" in file.name} == listed


@pytest.mark.parametrize(
    "table", [table for table in OWN if table.file.suffix == ".tsv"], ids=lambda table: str(table.name)
)
def test_every_line_has_as_many_cells_as_the_header(table: reference.Table) -> None:
    lines = table.file.read_text(encoding="utf-8").splitlines()
    assert {line.count("\t") for line in lines} == {lines[0].count("\t")}
    assert not any(line.startswith("#") for line in lines)


def test_an_own_table_replaces_the_shipped_one_and_only_within_the_block(tmp_path: Path) -> None:
    (tmp_path / "gene_symbol.tsv").write_text("reported\tsymbol\tkind\nOLD\tNEW\tprevious\n", encoding="utf-8")
    with reference.own_tables(tmp_path):
        assert gene.resolve("OLD") == "NEW"
        assert gene.resolve("EGFR") is None
    assert gene.resolve("OLD") is None
    assert gene.resolve("EGFR") == "EGFR"


def test_an_own_folder_leaves_the_other_tables_alone(tmp_path: Path) -> None:
    header = "setting\tband\tage_from\tage_below\tprecedence\tsource\tverified\n"
    (tmp_path / "age_band.tsv").write_text(f"{header}default\tchild\t0\t16\t1\tus\ttrue\n", encoding="utf-8")
    with reference.own_tables(tmp_path):
        assert age.age_band(15) == "child"
        assert age.age_band(16) == "unknown"
        assert cut_off.cut_off("tmb_high").value == 10


def test_a_changed_own_table_is_read_again(tmp_path: Path) -> None:
    header = "name\tvalue\tunit\tcomparison\tapplies_to\tmeaning\tsource\tverified\n"
    own = tmp_path / "cut_off.tsv"
    with reference.own_tables(tmp_path):
        for number, value in enumerate(("12", "13")):
            own.write_text(f"{header}tmb_high\t{value}\tm\t>=\tTMB\tHigh\tus\ttrue\n", encoding="utf-8")
            os.utime(own, ns=(number, number))
            assert cut_off.cut_off("tmb_high").value == int(value)


def test_an_own_table_without_a_column_is_refused(tmp_path: Path) -> None:
    (tmp_path / "gene_symbol.tsv").write_text("reported\tsymbol\nOLD\tNEW\n", encoding="utf-8")
    with (
        reference.own_tables(tmp_path),
        pytest.raises(UsageError, match="cannot replace table gene_symbol: column kind is missing"),
    ):
        gene.resolve("OLD")


def test_the_folder_may_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gene_symbol.tsv").write_text("reported\tsymbol\tkind\nOLD\tNEW\tprevious\n", encoding="utf-8")
    monkeypatch.setenv("TUMORPROFIL_REFERENCE", str(tmp_path))
    assert gene.resolve("OLD") == "NEW"


def test_an_unknown_table_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="No reference table is called gene; known are"):
        reference.path("gene")
