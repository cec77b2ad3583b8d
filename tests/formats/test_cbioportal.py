"""cBioPortal study folders, on a small study made up here."""

from pathlib import Path
from typing import Any

import pytest

from tumorprofil.cohort.cohort import Cohort
from tumorprofil.errors import ReadError
from tumorprofil.formats import cbioportal
from tumorprofil.formats.layout import Options
from tumorprofil.formats.staging import Staging


def meta(kind: str, datatype: str, file: str) -> str:
    """The meta file of one data file."""
    return f"genetic_alteration_type: {kind}\ndatatype: {datatype}\ndata_filename: {file}\n"


def tabbed(*lines: str) -> str:
    """A tab-separated table from lines with spaces."""
    return "".join("\t".join(line.split()) + "\n" for line in lines)


META = {
    "study": "type_of_cancer: nsclc\ncancer_study_identifier: made_up\nname: Made up\nreference_genome: hg19\n",
    "patient": meta("CLINICAL", "PATIENT_ATTRIBUTES", "data_clinical_patient.txt"),
    "sample": meta("CLINICAL", "SAMPLE_ATTRIBUTES", "data_clinical_sample.txt"),
    "mutations": meta("MUTATION_EXTENDED", "MAF", "data_mutations.txt"),
    "cna": meta("COPY_NUMBER_ALTERATION", "DISCRETE", "data_cna.txt"),
    "sv": meta("STRUCTURAL_VARIANT", "SV", "data_sv.txt"),
    "rna": meta("MRNA_EXPRESSION", "CONTINUOUS", "data_rna.txt"),
}
PATIENT = """#Patient Identifier\tSex\tDiagnosis Age\tOverall Survival Status\tECOG
#Patient Identifier\tSex\tAge\tStatus\tECOG
#STRING\tSTRING\tNUMBER\tSTRING\tSTRING
#1\t1\t1\t1\t1
PATIENT_ID\tSEX\tAGE\tOS_STATUS\tECOG
P-1\tFemale\t61\t0:LIVING\t1
P-2\tMale\t70\t1:DECEASED\tNA
"""
SAMPLE = """#Patient\tSample\tOncoTree\tType\tTMB\tMSI
#Patient\tSample\tOncoTree\tType\tTMB\tMSI
#STRING\tSTRING\tSTRING\tSTRING\tNUMBER\tSTRING
#1\t1\t1\t1\t1\t1
PATIENT_ID\tSAMPLE_ID\tONCOTREE_CODE\tSAMPLE_TYPE\tTMB_NONSYNONYMOUS\tMSI_TYPE
P-1\tP-1-T1\tLUAD\tPrimary\t4.2\tStable
P-1\tP-1-T2\tLUAD\tMetastasis\t5\tStable
P-2\tP-2-T1\tCOAD\tPrimary\t52.1\tInstable
"""
MUTATIONS = tabbed(
    "Hugo_Symbol NCBI_Build Chromosome Start_Position End_Position Variant_Classification Reference_Allele"
    " Tumor_Seq_Allele2 Tumor_Sample_Barcode HGVSp_Short",
    "EGFR GRCh37 7 55259515 55259515 Missense_Mutation T G P-1-T1 p.L858R",
)
CNA = "Hugo_Symbol\tEntrez_Gene_Id\tP-1-T1\tP-1-T2\tP-2-T1\nERBB2\t2064\t0\t2\tNA\nPTEN\t5728\t-2\t-1\t1\n"
SV = tabbed(
    "Sample_Id SV_Status Site1_Hugo_Symbol Site2_Hugo_Symbol Site2_Chromosome Site2_Position NCBI_Build Class"
    " RNA_Support Tumor_Variant_Count",
    "P-1-T1 SOMATIC EML4 ALK 2 29446394 GRCh37 INVERSION yes 12",
    "P-2-T1 SOMATIC FLT3 FLT3 13 28608250 GRCh37 DUPLICATION no 9",
    "P-2-T1 SOMATIC MET MET 7 116412043 GRCh37 DELETION yes 20",
    "P-2-T1 SOMATIC BRCA2 BRCA2 13 32900000 GRCh37 INVERSION no 3",
)


def study(folder: Path, **replaced: str) -> Path:
    """The study, with some of its data files written otherwise."""
    data = {
        "clinical_patient": PATIENT,
        "clinical_sample": SAMPLE,
        "mutations": MUTATIONS,
        "cna": CNA,
        "sv": SV,
        "rna": "Hugo_Symbol\tP-1-T1\n",
        **replaced,
    }
    for name, text in META.items():
        (folder / f"meta_{name}.txt").write_text(text)
    for name, text in data.items():
        (folder / f"data_{name}.txt").write_text(text)
    return folder


def read(folder: Path, keep_going: bool = False, **options: Any) -> Cohort:
    staging = Staging(keep_going)
    cbioportal.read_folder(folder, staging, Options(keep_going=keep_going, **options))
    return staging.finish()


def rows(cohort: Cohort, query: str) -> list[dict[str, Any]]:
    return [{key: value for key, value in row.items() if value is not None} for row in cohort.arrow(query).to_pylist()]


def test_a_study_is_known_by_its_meta_file(tmp_path: Path) -> None:
    assert not cbioportal.recognises_folder(tmp_path)
    assert cbioportal.recognises_folder(study(tmp_path))


def test_patients_and_samples_are_told_apart(tmp_path: Path) -> None:
    cohort = read(study(tmp_path))
    assert cohort.refusals == ()
    assert rows(cohort, "SELECT * FROM patient ORDER BY 1") == [
        {"patient_id": "P-1", "sex": "female", "vital_status": "alive"},
        {"patient_id": "P-2", "sex": "male", "vital_status": "dead"},
    ]
    assert rows(cohort, "SELECT profile_id, patient_id, specimen_id, tumour_type, build FROM profile ORDER BY 1") == [
        {"profile_id": name, "patient_id": person, "specimen_id": name, "tumour_type": code, "build": "GRCh37"}
        for name, person, code in (("P-1-T1", "P-1", "LUAD"), ("P-1-T2", "P-1", "LUAD"), ("P-2-T1", "P-2", "COAD"))
    ]
    assert rows(cohort, "SELECT patient_id, value FROM performance_status") == [{"patient_id": "P-1", "value": 1}]
    assert rows(cohort, "SELECT specimen_id, site FROM specimen ORDER BY 1")[1] == {
        "specimen_id": "P-1-T2",
        "site": "metastasis",
    }
    assert {"profile_id": "P-2-T1", "name": "MSI", "status": "high"} in rows(
        cohort, "SELECT profile_id, name, status FROM biomarker"
    )


def test_mutations_copy_number_and_structural_variants_become_findings(tmp_path: Path) -> None:
    cohort = read(study(tmp_path))
    found = rows(
        cohort,
        "SELECT profile_id, kind, partner, gene, coalesce(copy_call, hgvs_p_reported) AS what "
        "FROM finding ORDER BY ALL",
    )
    assert found == [
        {"profile_id": "P-1-T1", "kind": "copy_number", "gene": "PTEN", "what": "deletion"},
        {"profile_id": "P-1-T1", "kind": "fusion", "partner": "EML4", "gene": "ALK"},
        {"profile_id": "P-1-T1", "kind": "small_variant", "gene": "EGFR", "what": "p.L858R"},
        {"profile_id": "P-1-T2", "kind": "copy_number", "gene": "ERBB2", "what": "amplification"},
        {"profile_id": "P-1-T2", "kind": "copy_number", "gene": "PTEN", "what": "loss"},
        {"profile_id": "P-2-T1", "kind": "copy_number", "gene": "PTEN", "what": "gain"},
        {"profile_id": "P-2-T1", "kind": "itd", "gene": "FLT3"},
        {"profile_id": "P-2-T1", "kind": "splice", "gene": "MET"},
    ]
    assert rows(cohort, "SELECT alternate_reads, origin FROM finding WHERE kind = 'fusion'") == [
        {"alternate_reads": 12, "origin": "somatic"}
    ]


def test_what_is_not_used_is_noted(tmp_path: Path) -> None:
    notes = read(study(tmp_path)).notes
    assert any("MRNA_EXPRESSION" in note for note in notes)
    assert any("1 structural variants within one gene" in note for note in notes)


def test_the_long_copy_number_table_reads_like_the_wide_one(tmp_path: Path) -> None:
    long = tabbed(
        "Hugo_Symbol Sample_Id Value",
        "ERBB2 P-1-T2 2",
        "PTEN P-1-T1 -2",
        "PTEN P-1-T2 -1",
        "PTEN P-2-T1 1",
        "TP53 P-1-T1 0",
    )
    query = "SELECT profile_id, gene, copy_call FROM finding WHERE kind = 'copy_number' ORDER BY ALL"
    folders = [tmp_path / "wide", tmp_path / "long"]
    for folder in folders:
        folder.mkdir()
    assert rows(read(study(folders[0])), query) == rows(read(study(folders[1], cna=long)), query)


def test_a_call_that_is_none_is_listed_with_its_place(tmp_path: Path) -> None:
    cohort = read(study(tmp_path, cna=CNA.replace("-2", "3")))
    assert [(refusal.line, refusal.column, refusal.found) for refusal in cohort.refusals] == [(3, "P-1-T1", "3")]
    assert rows(cohort, "SELECT count(*) AS n FROM finding WHERE kind = 'copy_number'") == [{"n": 3}]


def test_an_unknown_tumour_type_is_listed(tmp_path: Path) -> None:
    cohort = read(study(tmp_path, clinical_sample=SAMPLE.replace("COAD", "NOTACODE")))
    assert [(refusal.line, refusal.column, refusal.found) for refusal in cohort.refusals] == [
        (8, "ONCOTREE_CODE", "NOTACODE")
    ]


def test_the_user_s_tumour_type_wins(tmp_path: Path) -> None:
    cohort = read(study(tmp_path), tumour_type="PAAD")
    assert rows(cohort, "SELECT DISTINCT tumour_type, tumour_type_basis FROM profile WHERE profile_id = 'P-1-T1'") == [
        {"tumour_type": "PAAD", "tumour_type_basis": "option"}
    ]


def test_a_data_file_that_is_not_there_stops_the_read(tmp_path: Path) -> None:
    folder = study(tmp_path)
    (folder / "data_sv.txt").unlink()
    with pytest.raises(ReadError, match=r"data_sv.txt: there is no such file"):
        read(folder)
    assert read(folder, keep_going=True).count("profile") == 3


def test_another_build_than_the_option_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="another genome build"):
        read(study(tmp_path), build="GRCh38")


def test_a_row_that_is_cut_off_stops_the_read(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"data_cna.txt:3: too few cells"):
        read(study(tmp_path, cna=CNA[:-5] + "\n"))


def test_copy_number_without_gene_symbols_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="Hugo_Symbol"):
        read(study(tmp_path, cna=CNA.replace("Hugo_Symbol\t", "Gene\t")))
