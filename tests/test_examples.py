"""The examples that ship: small, shown to anybody, and as their generator makes them."""

import gzip
import re
import runpy
from pathlib import Path

import pytest

from tumorprofil.cohort.cohort import Cohort
from tumorprofil.formats.reading import read

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "src" / "tumorprofil" / "examples"
MAKE = runpy.run_path(str(ROOT / "tools" / "make_examples.py"))


def rows(cohort: Cohort, query: str) -> list[tuple[object, ...]]:
    return cohort.connection.execute(query).fetchall()


@pytest.mark.parametrize("folder", ["lung", "registry"])
def test_the_invented_files_are_what_their_generator_makes(folder: str) -> None:
    made = {name: text.encode() for name, text in MAKE[folder]().items()}
    assert made == {name: (EXAMPLES / folder / name).read_bytes() for name in made}
    lying = {path.name for path in (EXAMPLES / folder).iterdir()}
    assert lying == {*made, "README.md", "cohort.toml"}


def test_the_cell_line_is_the_extract_that_its_generator_makes(shared_data: Path) -> None:
    made = MAKE["melanoma"](shared_data / "vcf" / "colo829-nygc-v6.vcf.gz")
    assert gzip.decompress((EXAMPLES / "melanoma" / "colo829.vcf.gz").read_bytes()).decode() == made


def test_nothing_of_third_parties_is_left_in_the_cell_line() -> None:
    text = gzip.decompress((EXAMPLES / "melanoma" / "colo829.vcf.gz").read_bytes()).decode()
    assert not re.search(r"(?i)cos[mvn]\d|cosmic|hgmd|\bC[MSDIRX]\d{5,}|cancergenecensus|gpfs|\.com", text)
    assert "V600E" not in text.split("#CHROM")[0]
    identifiers = {identifier for line in text.splitlines() if not line.startswith("#")
                   for identifier in line.split("\t")[2].split(";")}
    assert all(re.fullmatch(r"rs\d+|\.", identifier) for identifier in identifiers)


def test_the_examples_stay_small() -> None:
    assert sum(path.stat().st_size for path in EXAMPLES.rglob("*") if path.is_file()) < 400_000


def test_every_invented_name_says_so() -> None:
    cohorts = [read(EXAMPLES / folder) for folder in ("lung", "registry")]
    names = [str(row[0]) for cohort in cohorts for row in rows(cohort, "SELECT patient_id FROM patient")]
    assert len(names) == 11
    assert all(name.startswith("SYNT-") for name in names)


def test_the_lung_reports_hold_three_patients_and_a_control_that_is_none() -> None:
    cohort = read(EXAMPLES / "lung")
    assert rows(cohort, "SELECT profile_id, analyte, tumour_type FROM profile ORDER BY 1") == [
        ("SYNT-0001", "dna_rna", "LUAD"), ("SYNT-0002", "dna_rna", "LUAD"), ("SYNT-0003", "rna", "LUAD")]
    assert rows(cohort, """SELECT profile_id, kind, gene, partner, hgvs_p, exon FROM finding
        WHERE gene IN ('ALK', 'MET') OR hgvs_p IN ('p.L858R', 'p.S1982fs') ORDER BY ALL""") == [
        ("SYNT-0001", "small_variant", "BRCA2", None, "p.S1982fs", 11),
        ("SYNT-0001", "small_variant", "EGFR", None, "p.L858R", 21),
        ("SYNT-0002", "fusion", "ALK", "EML4", None, None),
        ("SYNT-0003", "splice", "MET", None, None, 14)]
    assert (cohort.refusals, len(cohort.notes)) == ((), 1)


def test_the_cell_line_has_braf_v600e_with_its_reads() -> None:
    cohort = read(EXAMPLES / "melanoma")
    assert rows(cohort, "SELECT tumour_type, build, tumour_only FROM profile") == [("MEL", "GRCh38", False)]
    assert rows(cohort, """SELECT hgvs_p, alternate_reads, depth FROM finding WHERE gene = 'BRAF'""") == [
        ("p.V600E", 282, 428)]
    assert cohort.refusals == ()


def test_the_registry_holds_three_centres_and_one_cell_that_is_listed() -> None:
    cohort = read(EXAMPLES / "registry")
    assert rows(cohort, "SELECT centre, count(*) FROM profile GROUP BY ALL ORDER BY ALL") == [
        ("AUH", 3), ("OUH", 3), ("RH", 2)]
    assert [(Path(refusal.file).name, refusal.line, refusal.column, refusal.found) for refusal in cohort.refusals] == [
        ("klinik.csv", 6, "ECOG", "pT3")]
    assert rows(cohort, """SELECT patient_id, scale, value, value_status FROM performance_status
        WHERE value_status <> 'known' OR patient_id = 'SYNT-OUH-0102' ORDER BY ALL""") == [
        ("SYNT-AUH-0202", "ecog", None, "unknown"), ("SYNT-OUH-0102", "karnofsky", 80, "known"),
        ("SYNT-OUH-0302", "ecog", None, "unknown")]


@pytest.mark.parametrize(("patient", "gene", "change", "tumour_type"), [
    ("SYNT-RH-0101", "PIK3CA", "p.H1047R", "BRCA"),
    ("SYNT-OUH-0201", "BRAF", "p.V600E", "COADREAD"),
    ("SYNT-RH-0301", "KIT", "p.W557_K558del", "GIST"),
    ("SYNT-OUH-0302", "IDH1", "p.R132H", "ODG"),
    ("SYNT-AUH-0303", "BRCA2", "p.S1982fs", "PRAD"),
])
def test_the_registry_holds_what_evidence_speaks_of(patient: str, gene: str, change: str, tumour_type: str) -> None:
    cohort = read(EXAMPLES / "registry")
    found = cohort.connection.execute(
        """SELECT hgvs_p, tumour_type FROM finding JOIN profile USING (profile_id)
        WHERE patient_id = ? AND gene = ?""", [patient, gene]).fetchall()
    assert found == [(change, tumour_type)]
