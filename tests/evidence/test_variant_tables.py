"""CIViC's support, recurrent variants and known coordinates."""

import csv
import gzip
import re
from pathlib import Path

import pytest

from tumorprofil.terms import reference
from tumorprofil.terms.hgvs import normalise_protein

SUPPORT = reference.rows("civic_rule")
KNOWN = reference.rows("known_variant")
RECURRENT = reference.rows("recurrent_variant")
ITEM = re.compile(r"EID(\d+) \(([A-E])(, does not support)?\)")


def test_only_accepted_civic_items_are_attached(shared_data: Path) -> None:
    csv.field_size_limit(1 << 24)
    with gzip.open(shared_data / "civic" / "evidence.tsv.gz", "rt", encoding="utf-8") as handle:
        accepted = {
            row["evidence_id"]
            for row in csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE)
            if row["status"] == "accepted"
        }
    items = {found[1] for row in SUPPORT for found in ITEM.finditer(row["evidence_items"] or "")}
    assert items <= accepted
    assert len(accepted) == 4745
    assert len(items) == 3668


def test_the_best_level_is_that_of_an_item_that_supports() -> None:
    for row in SUPPORT:
        parts = (row["evidence_items"] or "").split("|")
        items = [ITEM.fullmatch(part) for part in parts]
        assert all(items), row["support_id"]
        levels = [item[2] for item in items if item and not item[3]]
        assert row["best_level"] == min(levels, default=None)


@pytest.mark.parametrize(
    ("gene", "alteration_class", "protein", "exon"),
    [
        ("BRAF", "protein", "V600E", None),
        ("IDH1", "codon", "R132", None),
        ("EGFR", "exon", None, "19"),
        ("MET", "exon_skipping", None, "14"),
        ("ERBB2", "amplification", None, None),
        ("FLT3", "itd", None, None),
        ("NTRK1", "fusion", None, None),
        (None, "msi_high", None, None),
        (None, "tmb_high", None, None),
    ],
)
def test_well_known_alterations_have_support(
    gene: str | None, alteration_class: str, protein: str | None, exon: str | None
) -> None:
    assert [
        row
        for row in SUPPORT
        if (row["gene"], row["alteration_class"], row["protein"], row["exon"])
        == (gene, alteration_class, protein, exon)
    ]


def test_an_item_that_only_contradicts_makes_no_variant_known() -> None:
    assert {row["known"] for row in SUPPORT if not row["best_level"]} == {"false"}


def test_protein_changes_are_in_their_one_spelling() -> None:
    for row in (*SUPPORT, *KNOWN, *RECURRENT):
        if row["protein"] and row.get("alteration_class") != "codon":
            assert normalise_protein(row["protein"]) == f"p.{row['protein']}"


@pytest.mark.parametrize(("gene", "protein", "patients"), [("EGFR", "L858R", 21), ("IDH1", "R132H", 385)])
def test_recurrence_counts_patients_not_samples(gene: str, protein: str, patients: int) -> None:
    assert [int(row["patients"] or 0) for row in RECURRENT if (row["gene"], row["protein"]) == (gene, protein)] == [
        patients
    ]


def test_both_spellings_of_an_exon_19_deletion_count_as_one_variant() -> None:
    found = [row for row in RECURRENT if row["gene"] == "EGFR" and row["consequence"] == "inframe_deletion"]
    assert [(row["protein"], row["patients"]) for row in found] == [("E746_A750del", "17")]


def test_recurrent_variants_are_frequent_enough_and_in_oncogenes() -> None:
    roles = {row["gene"]: row["role"] for row in reference.rows("gene_role")}
    for row in RECURRENT:
        alone = "|" not in (row["cohorts"] or "")
        assert int(row["patients"] or 0) >= (8 if alone else 5)
        assert roles[row["gene"]] in ("oncogene", "both")
        assert row["consequence"] in ("missense", "inframe_deletion", "inframe_insertion", "inframe_indel")


def test_known_coordinates_share_no_base_and_stand_once() -> None:
    places = [(row["chromosome"], row["start"], row["reference"], row["alternate"]) for row in KNOWN]
    assert len(set(places)) == len(places)
    for row in KNOWN:
        one, other = row["reference"] or "", row["alternate"] or ""
        assert re.fullmatch("-|[ACGT]+", one)
        assert re.fullmatch("-|[ACGT]+", other)
        assert one[0] != other[0]
        assert one[-1] != other[-1]
        span = int(row["end"] or 0) - int(row["start"] or 0)
        assert span == (1 if one == "-" else len(one) - 1)
        assert row["build"] == "GRCh37"


def test_known_coordinates_name_braf_v600e() -> None:
    assert [
        (row["chromosome"], row["start"], row["reference"], row["alternate"])
        for row in KNOWN
        if (row["gene"], row["protein"]) == ("BRAF", "V600E")
    ] == [("7", "140453136", "A", "T")]


def test_known_coordinates_agree_with_what_tcga_writes_there(shared_data: Path) -> None:
    wanted = {
        (row["chromosome"], row["start"], row["reference"], row["alternate"]): row
        for row in KNOWN
        if row["consequence"] == "missense"
    }
    agreed = disagreed = 0
    with gzip.open(shared_data / "tcga" / "LGG.maf.gz", "rt", encoding="utf-8") as handle:
        for row in csv.DictReader(handle, delimiter="\t"):
            place = (row["Chromosome"], row["Start_Position"], row["Reference_Allele"], row["Tumor_Seq_Allele2"])
            if place in wanted:
                same = normalise_protein(row["HGVSp_Short"]) == f"p.{wanted[place]['protein']}"
                agreed, disagreed = agreed + same, disagreed + (not same)
    assert agreed > 400
    assert disagreed < agreed / 50
