"""VCF: consequence, transcript and gene from VEP and SnpEff."""

from pathlib import Path

import pytest

from tests.formats.vcf_text import Row, findings, read_text, rows, vcf_text
from tumorprofil.cohort.schema import CONSEQUENCE
from tumorprofil.formats import consequence

VEP = "Allele|Consequence|SYMBOL|Feature|EXON|HGVSc|HGVSp|CANONICAL|MANE_SELECT|gnomADe_AF|MAX_AF|CLIN_SIG|NEAREST"
CSQ = f'##INFO=<ID=CSQ,Number=.,Type=String,Description="Consequence annotations from Ensembl VEP. Format: {VEP}">'
ANN = (
    "##INFO=<ID=ANN,Number=.,Type=String,Description=\"Functional annotations: 'Allele | Annotation | "
    "Annotation_Impact | Gene_Name | Gene_ID | Feature_Type | Feature_ID | Transcript_BioType | Rank | HGVS.c | "
    "HGVS.p'\">"
)


def entry(allele: str, consequence: str, gene: str = "", **fields: str) -> str:
    values = {"Allele": allele, "Consequence": consequence, "SYMBOL": gene, **fields}
    return "|".join(values.get(name, "") for name in VEP.split("|"))


def annotated(folder: Path, *entries: str, ref: str = "A", alt: str = "T") -> list[Row]:
    return findings(folder, [f"7 100 . {ref} {alt} . PASS CSQ={','.join(entries)} GT 0/1"], CSQ)


def test_an_entry_fills_gene_changes_transcript_exon_frequency_and_significance(tmp_path: Path) -> None:
    row = annotated(
        tmp_path,
        entry(
            "T",
            "missense_variant&splice_region_variant",
            "BRAF",
            Feature="ENST1",
            EXON="15/18",
            HGVSc="ENST1.4:c.1799T>A",
            HGVSp="ENSP1.2:p.Val600Glu",
            gnomADe_AF="0.0001",
            MAX_AF="0.002",
            CLIN_SIG="pathogenic&likely_pathogenic",
        ),
    )[0]
    assert (
        row["gene_reported"],
        row["hgvs_c"],
        row["hgvs_p_reported"],
        row["transcript"],
        row["exon"],
        row["consequence"],
        row["population_frequency"],
        row["significance"],
    ) == ("BRAF", "c.1799T>A", "p.Val600Glu", "ENST1.4", 15, "missense", 0.002, "pathogenic")


def test_a_silent_change_is_decoded(tmp_path: Path) -> None:
    row = annotated(tmp_path, entry("T", "synonymous_variant", "TP53", HGVSp="ENSP1.2:p.Arg213%3D"))[0]
    assert (row["hgvs_p_reported"], row["consequence"]) == ("p.Arg213=", "silent")


def test_several_exons_give_the_first_and_the_last(tmp_path: Path) -> None:
    row = annotated(tmp_path, entry("-", "inframe_deletion", "EGFR", EXON="19-20/28"), ref="AGG", alt="A")[0]
    assert (row["exon"], row["exon_last"]) == (19, 20)


@pytest.mark.parametrize(
    ("entries", "gene"),
    [
        ([entry("T", "stop_gained", "A1"), entry("T", "missense_variant", "B1", MANE_SELECT="NM_1.1")], "B1"),
        ([entry("T", "stop_gained", "A1"), entry("T", "missense_variant", "B1", CANONICAL="YES")], "B1"),
        (
            [
                entry("T", "intron_variant", "A1", CANONICAL="YES"),
                entry("T", "missense_variant", "B1", CANONICAL="YES"),
            ],
            "B1",
        ),
        ([entry("T", "missense_variant", "A1"), entry("T", "upstream_gene_variant", "B1", MANE_SELECT="NM_1.1")], "A1"),
        ([entry("T", "missense_variant", "A1"), entry("T", "missense_variant", "B1", HGVSp="ENSP1:p.V1E")], "B1"),
    ],
)
def test_one_transcript_is_chosen_of_several(tmp_path: Path, entries: list[str], gene: str) -> None:
    for order in (entries, entries[::-1]):
        assert annotated(tmp_path, *order)[0]["gene_reported"] == gene


@pytest.mark.parametrize(
    ("ref", "alt", "alleles"), [("A", "T,G", ("T", "G")), ("AC", "A,ACC", ("-", "CC")), ("AC", "A,GC", ("A", "GC"))]
)
def test_each_allele_takes_its_own_entries_by_veps_spelling(
    tmp_path: Path, ref: str, alt: str, alleles: tuple[str, str]
) -> None:
    entries = [entry(alleles[1], "stop_gained", "SECOND"), entry(alleles[0], "missense_variant", "FIRST")]
    assert [row["gene_reported"] for row in annotated(tmp_path, *entries, ref=ref, alt=alt)] == ["FIRST", "SECOND"]


def test_a_neighbour_is_never_the_gene(tmp_path: Path) -> None:
    row = annotated(tmp_path, entry("T", "intergenic_variant", "", NEAREST="NDUFB2"))[0]
    assert (row["gene_reported"], row["consequence"]) == (None, "noncoding")


def test_snpeff_is_read_and_its_intron_number_is_no_exon(tmp_path: Path) -> None:
    lines = [
        "7 100 . A T . PASS ANN=T|missense_variant|MODERATE|BRAF|G|transcript|NM_004333.4|pc|15/18|c.1799T>A|"
        "p.Val600Glu GT 0/1",
        "7 200 . A T . PASS ANN=T|splice_donor_variant&intron_variant|HIGH|MET|G|transcript|NM_1.1|pc|14/20|"
        "c.3028+1G>T| GT 0/1",
    ]
    first, second = findings(tmp_path, lines, ANN)
    assert (first["gene_reported"], first["transcript"], first["exon"], first["hgvs_p_reported"]) == (
        "BRAF",
        "NM_004333.4",
        15,
        "p.Val600Glu",
    )
    assert (second["consequence"], second["exon"], second["hgvs_c"]) == ("splice_site", None, "c.3028+1G>T")


def test_without_annotation_only_coordinates_are_told(tmp_path: Path) -> None:
    rows_ = findings(tmp_path, ["7 100 . A T . PASS . GT 0/1"])
    assert [(row["consequence"], row["gene_reported"]) for row in rows_] == [("not_annotated", None)]


def test_a_record_without_an_entry_is_not_annotated_beside_one_that_has_one(tmp_path: Path) -> None:
    lines = [f"7 100 . A T . PASS CSQ={entry('T', 'stop_gained', 'X1')} GT 0/1", "7 200 . A T . PASS . GT 0/1"]
    assert [row["consequence"] for row in findings(tmp_path, lines, CSQ)] == ["nonsense", "not_annotated"]


def test_clinvar_and_gnomad_may_stand_in_info_keys_of_their_own(tmp_path: Path) -> None:
    header = [
        '##INFO=<ID=CLNSIG,Number=.,Type=String,Description="ClinVar">',
        '##INFO=<ID=gnomAD_AF,Number=A,Type=Float,Description="gnomAD">',
    ]
    text = vcf_text(["1 5 . A T,C . PASS CLNSIG=Likely_benign;gnomAD_AF=0.2,0.3 GT 0/1"], header)
    assert [(row["significance"], row["population_frequency"]) for row in rows(read_text(tmp_path, text))] == [
        ("likely_benign", 0.2),
        ("likely_benign", 0.3),
    ]


def test_every_term_has_a_code_of_the_schema() -> None:
    assert set(consequence.TERMS.values()) <= set(CONSEQUENCE)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("splice_region_variant&synonymous_variant", "splice_region"),
        ("intron_variant&stop_gained", "nonsense"),
        ("frameshift_variant,missense_variant", "frameshift"),
        ("something_new", None),
    ],
)
def test_the_worst_of_several_terms_wins(written: str, code: str | None) -> None:
    assert consequence.worst(written) == code
