"""What the issue says the program shows, on the real files."""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

import tumorprofil as tp

COLO829 = "vcf/colo829-nygc-v6.vcf.gz"


@pytest.fixture(scope="module")
def tcga(shared_data: Path) -> tp.Assessed:
    return tp.assess(tp.read(shared_data / "tcga", preset="tcga"))


def of(table: pa.Table, **cells: str) -> pa.Table:
    for name, value in cells.items():
        table = table.filter(pc.equal(table[name], value))
    return table


@pytest.mark.parametrize(("tumour_type", "gene", "alteration", "patients", "tier"), [
    ("LUAD", "EGFR", "L858R", 21, "I-A"),
    ("LUAD", "KRAS", "G12C", 62, "I-B"),
    ("COAD", "BRAF", "V600E", 46, "I-A"),
    ("BRCA", "PIK3CA", "H1047R", 126, "I-A"),
    ("DIFG", "IDH1", "R132H", 359, "not_covered"),
])
def test_the_known_counts_come_out(
    tcga: tp.Assessed, tumour_type: str, gene: str, alteration: str, patients: int, tier: str,
) -> None:
    rows = of(tcga.proposals(), tumour_type=tumour_type, gene=gene, alteration=alteration)
    assert len(set(rows["patient_id"].to_pylist())) == patients
    assert set(rows["tier"].to_pylist()) == {tier}
    assert all(rows["support"].to_pylist())


def test_exon_19_deletions_are_found_under_their_legacy_names(tcga: tp.Assessed) -> None:
    found = of(tcga.proposals(), tumour_type="LUAD", gene="EGFR").to_pylist()
    rows = [row for row in found if "EX19DEL" in row["evidence_id"]]
    assert len({row["patient_id"] for row in rows}) == 23
    assert {row["alteration"] for row in rows} >= {"E746_A750del", "E746_R748del", "L747_T751del"}
    assert {row["tier"] for row in rows} == {"I-A"}


@pytest.mark.parametrize("spelling", ["p.ELREA746del", "p.E746_A750del", "p.E746_A750delELREA", "p.Glu746_Ala750del"])
def test_an_exon_19_deletion_is_found_under_every_spelling(tmp_path: Path, spelling: str) -> None:
    path = tmp_path / "one.maf"
    path.write_text("Hugo_Symbol\tVariant_Classification\tTumor_Sample_Barcode\tProtein_Change\n"
                    f"EGFR\tIn_Frame_Del\tSYNT-1\t{spelling}\n", encoding="utf-8")
    rows = tp.assess(tp.read(path, tumour_type="LUAD")).proposals().to_pylist()
    assert [(row["alteration"], row["tier"]) for row in rows] == [("E746_A750del", "I-A")]


def test_every_profile_stands_in_the_best_tiers_once(tcga: tp.Assessed) -> None:
    profiles = tcga.best()["profile_id"].to_pylist()
    assert len(profiles) == len(set(profiles)) == tcga.cohort.count("profile")


def test_the_bad_ecog_cells_are_listed(tcga: tp.Assessed) -> None:
    found = {refusal.found for refusal in tcga.cohort.refusals if "cooperative_oncology" in (refusal.column or "")
             or "eastern_cancer" in (refusal.column or "")}
    assert {"YES", "pT2a"} & found


def test_colo829_has_braf_v600e_with_its_reads_tier_and_reason(shared_data: Path) -> None:
    proposals = tp.assess(tp.read(shared_data / COLO829, tumour_type="MEL")).proposals()
    rows = of(proposals, gene="BRAF", alteration="V600E").to_pylist()
    assert [(row["alternate_reads"], row["depth"], row["tier"]) for row in rows] == [(282, 428, "I-A")]
    assert "melanoma" in rows[0]["basis_en"].lower()
    assert "U0001" in rows[0]["basis_da"]


def test_tso500_has_its_fusions_splice_variants_and_biomarkers(shared_data: Path) -> None:
    cohort = tp.read(shared_data / "tso500" / "sample_CombinedVariantOutput.tsv", tumour_type="LUAD")
    kinds = dict(cohort.connection.execute("SELECT kind, count(*) FROM finding GROUP BY 1").fetchall())
    assert kinds == {"fusion": 16, "splice": 2}
    proposed = tp.assess(cohort).proposals()
    assert of(proposed, gene="MET", tier="I-B").num_rows == 1
    dna = tp.read(shared_data / "tso500" / "sample_CombinedVariantOutput_blanks.tsv", tumour_type="COAD")
    values = dict(dna.connection.execute("SELECT name, value FROM biomarker").fetchall())
    assert values == {"TMB": 275.6, "MSI": 64.8}
    assert of(tp.assess(dna).proposals(), biomarker="MSI")["tier"].to_pylist() == ["I-A"]


def test_a_no_template_control_is_no_patient(shared_data: Path) -> None:
    cohort = tp.read(shared_data / "tso500" / "NTC_fake_variants.tsv", strict=False)
    assert (cohort.count("patient"), cohort.count("profile"), cohort.count("finding")) == (0, 0, 0)
    assert cohort.notes


def test_silent_findings_get_no_tier(tcga: tp.Assessed) -> None:
    query = """SELECT count(*) FROM assessed JOIN finding USING (finding_id)
        WHERE consequence = 'silent' AND assessed.tier IS NOT NULL"""
    tcga.table()
    assert tcga.cohort.connection.execute(query).fetchone() == (0,)
