"""MAF: both TCGA shapes, and every way in which a MAF is broken."""

import gzip
from pathlib import Path

import pytest

import tumorprofil as tp

HEADINGS = ("Hugo_Symbol", "Chromosome", "Start_Position", "End_Position", "Variant_Classification", "Reference_Allele",
            "Tumor_Seq_Allele2", "Tumor_Sample_Barcode", "HGVSp_Short", "t_ref_count", "t_alt_count", "FILTER")
ROW = ("EGFR", "7", "55259515", "55259515", "Missense_Mutation", "T", "G", "SYNT-01-T", "p.L858R", "60", "40", "PASS")


def write(path: Path, *rows: tuple[str, ...], headings: tuple[str, ...] = HEADINGS) -> Path:
    path.write_text("\n".join("\t".join(row) for row in (headings, *rows)) + "\n", encoding="utf-8")
    return path


def changed(**cells: str) -> tuple[str, ...]:
    return tuple(cells.get(name, cell) for name, cell in zip(HEADINGS, ROW, strict=True))


def findings(cohort: tp.Cohort) -> list[dict[str, object]]:
    return cohort.arrow("SELECT * FROM finding ORDER BY finding_id").to_pylist()


def test_a_row_becomes_a_finding_with_its_reads(tmp_path: Path) -> None:
    row = findings(tp.read(write(tmp_path / "one.maf", ROW)))[0]
    assert (row["gene"], row["hgvs_p"], row["consequence"]) == ("EGFR", "p.L858R", "missense")
    assert (row["alternate_reads"], row["depth"], row["chromosome"]) == (40, 100, "7")


def test_an_aged_symbol_is_resolved_and_the_reported_one_kept(tmp_path: Path) -> None:
    row = findings(tp.read(write(tmp_path / "old.maf", changed(Hugo_Symbol="MLL2"))))[0]
    assert (row["gene"], row["gene_reported"]) == ("KMT2D", "MLL2")


def test_legacy_protein_names_are_normalised(tmp_path: Path) -> None:
    row = findings(tp.read(write(tmp_path / "old.maf", changed(HGVSp_Short="p.ELREA746del"))))[0]
    assert (row["hgvs_p"], row["hgvs_p_reported"]) == ("p.E746_A750del", "p.ELREA746del")


def test_a_bad_position_costs_the_value_and_not_the_row(tmp_path: Path) -> None:
    cohort = tp.read(write(tmp_path / "bad.maf", ROW, changed(Start_Position="soon")))
    assert [row["start_position"] for row in findings(cohort)] == [55259515, None]
    refusal = cohort.refusals[0]
    assert (refusal.extent, refusal.line, refusal.column, refusal.found) == ("value", 3, "Start_Position", "soon")


def test_a_negative_count_is_refused_as_a_value(tmp_path: Path) -> None:
    cohort = tp.read(write(tmp_path / "bad.maf", changed(t_alt_count="-4")))
    assert findings(cohort)[0]["alternate_reads"] is None
    assert cohort.refusals[0].found == "-4"


def test_an_unknown_kind_of_variant_is_listed_and_not_guessed(tmp_path: Path) -> None:
    cohort = tp.read(write(tmp_path / "bad.maf", changed(Variant_Classification="Strange")))
    assert findings(cohort)[0]["consequence"] == "not_annotated"
    assert (cohort.refusals[0].found, cohort.refusals[0].line) == ("Strange", 2)


@pytest.mark.parametrize("row", [ROW[:5], (*ROW, "one more"), changed(Tumor_Sample_Barcode="")])
def test_a_bad_row_stops_the_read(tmp_path: Path, row: tuple[str, ...]) -> None:
    with pytest.raises(tp.ReadError) as caught:
        tp.read(write(tmp_path / "bad.maf", ROW, row))
    assert caught.value.refusals[0].extent == "row"
    assert caught.value.refusals[0].line == 3
    assert "\n" not in str(caught.value)


def test_a_bad_row_is_passed_over_when_told_to_keep_going(tmp_path: Path) -> None:
    cohort = tp.read(write(tmp_path / "bad.maf", ROW, ROW[:5], changed(Hugo_Symbol="KRAS")), keep_going=True)
    assert [row["gene"] for row in findings(cohort)] == ["EGFR", "KRAS"]
    assert len(cohort.refusals) == 1


def test_two_builds_in_one_file_are_refused(tmp_path: Path) -> None:
    headings = (*HEADINGS, "NCBI_Build")
    path = write(tmp_path / "two.maf", (*ROW, "GRCh37"), (*ROW, "GRCh38"), headings=headings)
    with pytest.raises(tp.ReadError, match="build"):
        tp.read(path)


def test_a_file_cut_off_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cut.maf.gz"
    whole = gzip.compress(write(tmp_path / "whole.maf", *[ROW] * 3000).read_bytes())
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(tp.ReadError, match="cut off"):
        tp.read(path)


def test_headings_alone_are_a_file_without_findings(tmp_path: Path) -> None:
    assert tp.read(write(tmp_path / "none.maf")).count("finding") == 0


def test_a_doubled_heading_is_no_obstacle(tmp_path: Path) -> None:
    headings = (*HEADINGS, "IMPACT", "IMPACT")
    assert tp.read(write(tmp_path / "two.maf", (*ROW, "HIGH", "HIGH"), headings=headings)).count("finding") == 1


def test_latin_1_is_read(tmp_path: Path) -> None:
    path = tmp_path / "latin.maf"
    row = changed(Tumor_Sample_Barcode="Prøve-1")
    path.write_bytes("\n".join("\t".join(cells) for cells in (HEADINGS, row)).encode("latin-1"))
    assert findings(tp.read(path))[0]["profile_id"] == "Prøve-1"


def test_the_firehose_shape_has_protein_changes_and_fractions(shared_data: Path) -> None:
    cohort = tp.read(shared_data / "tcga" / "LUAD.maf.gz", preset="tcga")
    row = cohort.arrow("SELECT count(*) AS n, count(vaf) AS vaf, count(exon) AS exon FROM finding").to_pylist()[0]
    assert row == {"n": 142536, "vaf": 142530, "exon": 0}


def test_the_mc3_shape_has_counts_and_exons(shared_data: Path) -> None:
    cohort = tp.read(shared_data / "tcga" / "LAML.maf.gz", preset="tcga")
    query = "SELECT count(*) AS n, count(alternate_reads) AS reads, count(exon) AS exon FROM finding"
    row = cohort.arrow(query).to_pylist()[0]
    assert row["reads"] == row["n"] == 5723
    assert row["exon"] == 4950


def test_samples_of_one_person_are_merged_on_request(shared_data: Path, tmp_path: Path) -> None:
    config = tmp_path / "cohort.toml"
    config.write_text('patient_pattern = "^(TCGA-[A-Z0-9]{2}-[A-Z0-9]{4})"\nmerge_samples = true\n', encoding="utf-8")
    apart = tp.read(shared_data / "tcga" / "LGG.maf.gz", preset="tcga")
    merged = tp.read(shared_data / "tcga" / "LGG.maf.gz", config=config)
    assert apart.count("profile") > apart.count("patient") == merged.count("profile") == merged.count("patient")


def test_a_folder_with_an_equals_sign_in_its_name_is_no_column(tmp_path: Path) -> None:
    home = tmp_path / "Hugo_Symbol=XXX"
    home.mkdir()
    heading = "Tumor_Sample_Barcode\tHugo_Symbol\tVariant_Classification\tHGVSp_Short"
    (home / "one.maf").write_text(f"{heading}\nS1\tEGFR\tMissense_Mutation\tp.L858R\n", encoding="utf-8")
    cohort = tp.read(home, tumour_type="LUAD")
    assert cohort.connection.execute("SELECT gene FROM finding").fetchall() == [("EGFR",)]
