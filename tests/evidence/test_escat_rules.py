"""The published facts as rules: nothing lost, nothing proposed that must not be."""

import csv
from collections import Counter, defaultdict
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from tumorprofil.evidence import knowledge
from tumorprofil.terms import gene, reference, tumour_type
from tumorprofil.terms.hgvs import normalise_protein, parse_protein
from tumorprofil.terms.tier import Tier

CLASSES = {
    "protein",
    "codon",
    "residue_range",
    "exon",
    "exon_skipping",
    "truncating",
    "pathogenic",
    "oncogenic",
    "amplification",
    "deletion",
    "fusion",
    "itd",
    "expression",
    "msi_high",
    "tmb_high",
    "hrd",
}
SHOWN_ONLY = {
    "main_tier_only",
    "source_own_rule",
    "class_list_without_drug",
    "source_doubted",
    "place_not_named",
    "drug_withdrawn",
}
RULES = knowledge.rules()


@pytest.fixture(scope="module")
def facts(shared_data: Path) -> dict[int, dict[str, str]]:
    with (shared_data / "escat" / "escat_facts.tsv").open(encoding="utf-8") as handle:
        return {int(row["fact_id"]): row for row in csv.DictReader(handle, delimiter="\t")}


def proposed(scope: str, alteration: str, origin: str = "somatic", as_of: date | None = None) -> str | None:
    """The tier that reliability, then date, then the best class leave standing."""
    found = [
        rule
        for rule in knowledge.rules(as_of)
        if rule.scope == scope and rule.alteration == alteration and rule.proposes and rule.origin in (origin, "any")
    ]
    if not found:
        return None
    reliability = min(rule.reliability for rule in found)
    found = [rule for rule in found if rule.reliability == reliability]
    newest = max(rule.date for rule in found)
    return min(rule.tier.value for rule in found if rule.date == newest and rule.tier)


def test_every_published_fact_is_a_rule_and_no_rule_names_an_unknown_fact(facts: dict[int, dict[str, str]]) -> None:
    assert len(facts) == 277
    assert {rule.fact_id for rule in RULES if rule.fact_id} == set(facts)


def test_a_fact_becomes_one_rule_or_one_a_member_of_its_family(facts: dict[int, dict[str, str]]) -> None:
    rules = Counter(rule.fact_id for rule in RULES if rule.fact_id)
    several = {fact for fact, count in rules.items() if count > 1}
    families = {number for number, fact in facts.items() if fact["gene"] in ("NTRK", "RAS") or "/" in fact["gene"]}
    egfr_pairs = {*range(173, 180), 204}
    amplified_or_expressed = {211, 212}
    assert several == families | egfr_pairs | amplified_or_expressed


def test_tier_drug_and_reliability_are_those_of_the_fact(facts: dict[int, dict[str, str]]) -> None:
    for rule in RULES:
        if rule.fact_id:
            fact = facts[rule.fact_id]
            assert rule.tier_as_given == fact["tier_as_given"]
            assert (rule.drug or "") == fact["drug"].strip()
            assert rule.reliability == fact["reliability"]
            assert rule.tier is None or rule.tier.value.replace("-", "") == fact["tier_norm"]


def test_a_rule_has_no_tier_only_where_the_source_gives_a_main_class() -> None:
    assert {rule.source_id for rule in RULES if rule.tier is None} == {"S9_mbc_cfdna_code"}


def test_identifiers_are_unique() -> None:
    assert len({rule.evidence_id for rule in RULES}) == len(RULES)


def test_every_proposing_rule_has_a_tier_a_reference_and_a_known_date() -> None:
    for rule in RULES:
        if rule.proposes:
            assert rule.tier is not None
            assert rule.reference
            assert date(2010, 1, 1) < rule.date < date(2027, 1, 1)
            assert rule.shown_only_reason is None


def test_every_rule_that_is_only_shown_says_why() -> None:
    for rule in RULES:
        if not rule.proposes:
            assert rule.shown_only_reason in SHOWN_ONLY, rule.evidence_id


def test_no_rule_has_been_reviewed() -> None:
    assert {rule.review for rule in RULES} == {"unreviewed"}


@pytest.mark.parametrize("source", ["S9_mbc_cfdna_code", "S11_varan"])
def test_rules_that_a_source_made_for_itself_never_propose(source: str) -> None:
    of_source = [rule for rule in RULES if rule.source_id == source]
    assert of_source
    assert not any(rule.proposes for rule in of_source)


def test_the_list_of_genes_of_a_disease_class_never_proposes() -> None:
    listed = [rule for rule in RULES if rule.shown_only_reason == "class_list_without_drug"]
    assert {rule.gene for rule in listed} == {
        "ASXL1",
        "BCOR",
        "EZH2",
        "RUNX1",
        "SF3B1",
        "SRSF2",
        "STAG2",
        "U2AF1",
        "ZRSR2",
    }
    assert {rule.scope for rule in listed} == {"aml"}


def test_a_value_that_its_transcriber_doubts_never_proposes(facts: dict[int, dict[str, str]]) -> None:
    doubted = {number for number, fact in facts.items() if "CHECK" in fact["note"]}
    assert doubted
    assert not any(rule.proposes for rule in RULES if rule.fact_id in doubted)


@pytest.mark.parametrize(
    ("scope", "alteration", "tier"),
    [
        ("nsclc_nonsquamous", "EGFR exon 20 insertion", "I-B"),
        ("nsclc_nonsquamous", "KRAS G12C", "I-B"),
        ("nsclc_nonsquamous", "EGFR L858R", "I-A"),
        ("nsclc_nonsquamous", "EGFR T790M", "I-A"),
        ("nsclc_nonsquamous", "RET fusion", "I-C"),
        ("nsclc", "RET fusion", "I-A"),
        ("biliary", "BRAF V600E", "I-B"),
        ("biliary", "ERBB2 amplification", "I-C"),
        ("prostate", "ATM mutation", "II-A"),
        ("prostate", "ATM deletion", "II-A"),
        ("breast", "ESR1 mutation", "I-A"),
        ("breast", "AKT1 E17K", "II-B"),
        ("breast", "PTEN mutation", "II-A"),
        ("gastric", "MSI-high", "I-B"),
        ("pancreatic_ductal", "BRCA2 mutation", "I-B"),
        ("pancreatic_ductal", "RET fusion", "I-C"),
        ("pancreatic_ductal", "NRG1 fusion", "II-B"),
        ("melanoma", "BRAF V600", "I-A"),
    ],
)
def test_conflicts_are_decided_by_reliability_then_date(scope: str, alteration: str, tier: str) -> None:
    assert proposed(scope, alteration) == tier


def test_an_old_report_is_judged_by_what_was_known_then() -> None:
    in_2021, in_2023 = date(2021, 6, 1), date(2023, 1, 23)
    assert proposed("nsclc_nonsquamous", "KRAS G12C", as_of=in_2021) == "II-B"
    assert proposed("nsclc_nonsquamous", "KRAS G12C", as_of=in_2023) == "I-B"
    assert proposed("nsclc_nonsquamous", "EGFR exon 20 insertion", as_of=in_2021) is None


def test_germline_brca_in_pancreatic_cancer_keeps_its_own_tier() -> None:
    assert proposed("pancreatic_ductal", "BRCA1 mutation", origin="germline") == "I-A"
    assert proposed("pancreatic_ductal", "BRCA1 mutation", as_of=date(2021, 1, 1)) == "III-B"


def test_unverified_rows_rank_below_every_published_one_and_name_a_drug() -> None:
    own = [rule for rule in RULES if rule.fact_id is None]
    assert {rule.reliability for rule in own} == {"U"}
    assert all(rule.reliability < "U" for rule in RULES if rule.fact_id)
    assert all(rule.drug and rule.evidence_id.startswith("U") for rule in own)
    assert {rule.scope for rule in own} == {"melanoma", "any_solid"}


def test_the_parameters_of_a_rule_fit_its_class() -> None:
    for rule in RULES:
        assert rule.alteration_class in CLASSES
        assert (rule.protein is not None) == (rule.alteration_class in ("protein", "codon")), rule.evidence_id
        if rule.alteration_class == "protein":
            normalised = normalise_protein(rule.protein)
            assert normalised == f"p.{rule.protein}"
            assert parse_protein(normalised).kind == "missense"
        if rule.alteration_class == "codon":
            assert rule.protein is not None
            assert int(rule.protein[1:]) == rule.residue_first == rule.residue_last
        if rule.alteration_class in ("residue_range", "exon", "itd"):
            assert rule.residue_first is not None
            assert rule.residue_last is not None
            assert rule.residue_first < rule.residue_last
        assert (rule.exon_kind is not None) == (rule.alteration_class == "exon")
        assert rule.exon_kind in (None, "deletion", "insertion", "any")
        assert (rule.biomarker is not None) == (rule.alteration_class in ("expression", "msi_high", "tmb_high", "hrd"))
        assert rule.gene or rule.biomarker
        assert rule.origin in ("somatic", "germline", "any")
        assert rule.disease_setting in (None, "early", "advanced")


def test_every_gene_is_a_current_symbol_with_a_role() -> None:
    roles = {row["gene"]: row["role"] for row in reference.rows("gene_role")}
    assert set(roles.values()) == {"oncogene", "suppressor", "both"}
    assert {name: gene.resolve(name or "") for name in roles} == {name: name for name in roles}
    for rule in RULES:
        assert rule.gene is None or rule.gene in roles
        assert rule.partner is None or rule.partner in roles


def test_every_condition_is_in_the_table_and_can_be_checked() -> None:
    conditions = {row["code"]: row for row in reference.rows("evidence_condition")}
    used = {code for rule in RULES for code in rule.conditions}
    assert used == set(conditions)
    for row in conditions.values():
        assert row["text_en"]
        assert row["text_da"]
        assert row["kind"] in ("receptor", "earlier_treatment", "stage", "standard_treatment")
        if row["kind"] == "receptor":
            assert row["biomarker"]
            assert row["required_status"] in ("positive", "negative")


def test_every_reference_of_a_published_rule_is_dated_in_the_table() -> None:
    dates = {row["reference"]: row["date"] for row in reference.rows("evidence_reference")}
    cited = {rule.reference: rule.date.isoformat() for rule in RULES if rule.fact_id}
    assert cited == dates


def test_exons_have_the_residues_of_the_exon_table() -> None:
    spans = {
        (row["gene"], int(row["exon"] or 0)): (int(row["residue_first"] or 0), int(row["residue_last"] or 0))
        for row in reference.rows("exon_range")
    }
    with_exon = [rule for rule in RULES if rule.alteration_class == "exon" and rule.exon]
    assert with_exon
    for rule in with_exon:
        assert (rule.residue_first, rule.residue_last) == spans[rule.gene or "", rule.exon or 0]


def test_exons_of_one_gene_follow_each_other_without_overlap() -> None:
    spans = defaultdict(list)
    for row in reference.rows("exon_range"):
        spans[row["gene"]].append(
            (int(row["exon"] or 0), int(row["residue_first"] or 0), int(row["residue_last"] or 0))
        )
    for exons in spans.values():
        exons.sort()
        for (exon, first, last), (after, start, _) in pairwise(exons):
            assert first < last < start
            assert after > exon + 1 or start == last + 1


@pytest.mark.parametrize("build", ["GRCh37", "GRCh38"])
def test_the_windows_of_met_exon_14_lie_at_its_borders_in_both_builds(build: str) -> None:
    exon = {"GRCh37": (116411903, 116412043), "GRCh38": (116771849, 116771989)}[build]
    windows = {
        row["site"]: (int(row["start"] or 0), int(row["end"] or 0))
        for row in reference.rows("exon_window")
        if row["build"] == build
    }
    assert windows == {"acceptor": (exon[0] - 30, exon[0] + 1), "donor": (exon[1] - 1, exon[1] + 8)}


@pytest.mark.parametrize(
    "code",
    ["BRCA", "COAD", "HNSC", "AML", "HCC", "LUAD", "PAAD", "PRAD", "THPA", "WDTC", "THYROID", "CHOL", "GIST", "STAD"],
)
def test_published_tumour_types_are_covered(code: str) -> None:
    assert code in knowledge.covered_codes()


@pytest.mark.parametrize(
    "code",
    [
        "ACC",
        "BLCA",
        "CESC",
        "CERVIX",
        "DLBCLNOS",
        "GB",
        "GBM",
        "CCRCC",
        "DIFG",
        "ASTR",
        "ODG",
        "PLMESO",
        "HGSOC",
        "SOFT_TISSUE",
        "SARCNOS",
        "NSGCT",
        "SEM",
        "UCEC",
        "MEL",
        "SKCM",
        "LUSC",
        "TISSUE",
    ],
)
def test_other_tumour_types_are_not_covered(code: str) -> None:
    assert code not in knowledge.covered_codes()


def test_every_scope_names_codes_that_exist_and_every_rule_a_scope() -> None:
    scopes = {row["scope"]: row for row in reference.rows("evidence_scope")}
    assert {rule.scope for rule in RULES} == set(scopes)
    for row in scopes.values():
        for code in f"{row['oncotree']}|{row['except'] or ''}".strip("|").split("|"):
            assert tumour_type.find(code), code
        assert row["name_en"]
        assert row["name_da"]


def test_any_solid_tumour_is_every_tumour_but_the_haematological() -> None:
    solid = knowledge.scope_codes("any_solid")
    assert {"MEL", "GB", "LUAD", "OVARY"} <= solid
    assert not solid & {"LYMPH", "MYELOID", "AML", "DLBCLNOS", "TISSUE"}


def test_tiers_of_unverified_agnostic_rows_are_those_of_basket_trials() -> None:
    assert {rule.tier for rule in RULES if rule.scope == "any_solid"} == {Tier.I_C}
