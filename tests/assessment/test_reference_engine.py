"""The reference assessment itself: what it must say about cases that a person can check by hand."""

from datetime import date

import pytest

from tests.assessment import reference_engine
from tumorprofil.cohort import schema

AS_OF = date(2026, 1, 1)


def row(table, **cells):
    return dict.fromkeys(table.column_names) | cells


def assess(*findings, tumour_type=None, build="GRCh37", tumour_only=False, biomarkers=(), lines=(), as_of=AS_OF,
           **diagnosis):
    profile = row(schema.PROFILE, profile_id="S", patient_id="P", build=build, tumour_only=tumour_only,
                  tumour_type=tumour_type)
    return reference_engine.assess(
        [row(schema.FINDING, finding_id=number, profile_id="S") | finding for number, finding in enumerate(findings)],
        [row(schema.BIOMARKER_TABLE, profile_id="S") | biomarker for biomarker in biomarkers], [profile],
        [row(schema.DIAGNOSIS, patient_id="P") | diagnosis],
        [row(schema.TREATMENT_LINE, patient_id="P") | line for line in lines], as_of)


def variant(gene, change=None, consequence="missense", **cells):
    return {"kind": "small_variant", "gene": gene, "hgvs_p": change, "consequence": consequence} | cells


def proposed(rows):
    return [(row["tier"], row["reason"]) for row in rows if row["proposed"]]


def answer(rows):
    """The one row without evidence."""
    (found,) = [row for row in rows if row["evidence_id"] is None]
    return found["tier"], found["reason"]


@pytest.mark.parametrize(("finding", "tumour_type", "tier"), [
    (variant("EGFR", "p.L858R"), "LUAD", "I-A"),
    (variant("EGFR", "p.E746_A750del", "inframe_deletion"), "LUAD", "I-A"),
    (variant("KRAS", "p.G12C"), "LUAD", "I-B"),
    (variant("BRAF", "p.V600E"), "COAD", "I-A"),
    (variant("PIK3CA", "p.H1047R"), "BRCA", "I-A"),
    ({"kind": "splice", "gene": "MET", "exon": 14, "alternate_reads": 50}, "LUAD", "I-B"),
])
def test_published_evidence_in_the_tumour_type_proposes_its_tier(finding, tumour_type, tier):
    assert proposed(assess(finding, tumour_type=tumour_type)) == [(tier, "evidence")]


@pytest.mark.parametrize(("gene", "partner"), [("ALK", "EML4"), ("EML4", "ALK")])
def test_a_fusion_counts_in_either_order(gene, partner):
    fusion = {"kind": "fusion", "gene": gene, "partner": partner}
    assert proposed(assess(fusion, tumour_type="LUAD")) == [("I-A", "evidence")]


def test_a_tumour_type_that_the_table_does_not_cover_is_said_as_such_and_keeps_its_support():
    (found,) = assess(variant("IDH1", "p.R132H"), tumour_type="DIFG")
    assert (found["tier"], found["reason"], found["proposed"]) == ("not_covered", "not_covered", False)
    assert found["support"].startswith("EID")


def test_an_unknown_tumour_type_is_not_guessed():
    (found,) = assess(variant("EGFR", "p.L858R"), tumour_type=None)
    assert (found["tier"], found["reason"]) == ("not_assessed", "tumour_type_unknown")
    assert found["support_level"] == "A"


def test_a_tier_is_derived_only_where_the_table_covers_the_tumour_type():
    met = variant("MET", None, "splice_site", chromosome="7", start_position=116412043, end_position=116412043)
    assert proposed(assess(met, tumour_type="BRCA")) == [("III-A", "derived")]
    assert proposed(assess(met, tumour_type="OV")) == []


def test_an_unknown_variant_of_an_oncogene_has_unknown_significance():
    assert answer(assess(variant("PIK3CA", "p.V7L"), tumour_type="BRCA")) == (None, "significance_unknown")
    assert answer(assess(variant("TTN", "p.V7L"), tumour_type="BRCA")) == (None, "no_evidence")


@pytest.mark.parametrize(("build", "position"), [("GRCh37", 116411880), ("GRCh38", 116771830)])
def test_an_intronic_variant_of_the_splice_window_counts_as_exon_skipping(build, position):
    met = variant("MET", None, "intron", chromosome="7", start_position=position, end_position=position)
    assert proposed(assess(met, tumour_type="LUAD", build=build)) == [("I-B", "evidence")]


def test_a_splice_window_of_another_build_says_nothing():
    met = variant("MET", None, "intron", chromosome="7", start_position=116411880, end_position=116411880)
    assert answer(assess(met, tumour_type="LUAD", build="GRCh38")) == (None, "silent")


@pytest.mark.parametrize(("start", "ref", "alt"), [(140453136, "A", "T"), (140453135, "CA", "CT")])
def test_a_bare_coordinate_is_annotated_where_it_is_known_exactly(start, ref, alt):
    bare = variant(None, None, "not_annotated", chromosome="7", start_position=start,
                   reference_allele=ref, alternate_allele=alt)
    assert proposed(assess(bare, tumour_type="COAD")) == [("I-A", "evidence")]
    assert answer(assess(bare, tumour_type="COAD", build="GRCh38")) == ("not_assessed", "not_annotated")


@pytest.mark.parametrize(("cells", "reason"), [
    ({"significance": "likely_benign", "filter": "LowQ"}, "benign"),
    ({"filter": "LowQ", "population_frequency": 0.5}, "not_passed"),
    ({"population_frequency": 0.01, "alternate_reads": 1}, "polymorphism"),
    ({"alternate_reads": 2}, "too_few_reads"),
    ({"consequence": "silent"}, "silent"),
    ({"consequence": "not_annotated", "significance": "benign"}, "not_annotated"),
])
def test_the_first_reason_against_a_finding_ends_its_assessment(cells, reason):
    (found,) = assess(variant("EGFR", "p.L858R") | cells, tumour_type="LUAD")
    assert (found["reason"], found["evidence_id"], found["support"]) == (reason, None, None)


@pytest.mark.parametrize("cells", [
    {"population_frequency": 0.0099}, {"population_frequency": 0.02, "significance": "pathogenic"},
    {"alternate_reads": 3}, {"filter": "PASS"}])
def test_what_is_no_reason_against_a_finding_leaves_its_tier(cells):
    assert proposed(assess(variant("EGFR", "p.L858R") | cells, tumour_type="LUAD")) == [("I-A", "evidence")]


def test_evidence_for_germline_findings_asks_for_one():
    brca = variant("BRCA1", "p.Q5*", "nonsense", significance="pathogenic")
    rows = {origin: assess(brca | {"origin": origin}, tumour_type="BRCA")
            for origin in ("germline", "somatic", "unknown")}
    assert proposed(rows["germline"]) == [("I-A", "evidence")]
    for origin, column in (("somatic", "conditions_unmet"), ("unknown", "conditions_unknown")):
        excluded = [row for row in rows[origin] if row["reason"] == "origin_excluded"]
        assert excluded
        assert all("germline_origin" in row[column] and not row["proposed"] for row in excluded)


@pytest.mark.parametrize(("cells", "flagged"), [
    ({"alternate_reads": 30, "depth": 100}, True),
    ({"alternate_reads": 299, "depth": 1000}, False),
    ({"vaf": 0.3}, True),
    ({"vaf": 0.3, "alternate_reads": 10, "depth": 100}, False),
    ({"vaf": 0.2, "reference_allele": "A", "alternate_allele": "-"}, True),
    ({"vaf": 0.3, "origin": "somatic"}, False),
    ({"origin": "germline"}, True),
    ({}, False),
])
def test_a_finding_that_may_be_inherited_is_flagged_and_stays(cells, flagged):
    brca = variant("BRCA2", "p.Q5*", "nonsense", reference_allele="A", alternate_allele="T") | cells
    rows = assess(brca, tumour_type="PRAD", tumour_only=True)
    assert {row["germline_flag"] for row in rows} == {flagged}
    assert any(row["evidence_id"] for row in rows)


def test_evidence_of_a_later_day_is_not_known_yet():
    early = assess(variant("KRAS", "p.G12C"), tumour_type="LUAD", as_of=date(2021, 1, 1))
    assert proposed(early) == [("II-B", "evidence")]
    assert all(row["evidence_date"] <= date(2021, 1, 1) for row in early if row["evidence_id"])


def test_the_setting_of_the_disease_chooses_between_rules_and_excludes_none():
    ret = {"kind": "fusion", "gene": "RET", "partner": "KIF5B"}
    early, advanced = (assess(ret, tumour_type="LUAD", disease_setting=setting) for setting in ("early", "advanced"))
    assert proposed(early) == [("I-A", "evidence")]
    assert proposed(advanced) == [("I-C", "evidence")]
    assert {row["evidence_id"] for row in early} == {row["evidence_id"] for row in advanced}


def test_a_biomarker_has_rows_only_when_it_is_high_or_positive():
    high = assess(tumour_type="BRCA", biomarkers=[{"name": "MSI", "status": "high"}])
    assert proposed(high) == [("I-C", "evidence")]
    assert {(row["biomarker"], row["finding_id"]) for row in high} == {("MSI", None)}
    assert assess(tumour_type="BRCA", biomarkers=[{"name": "MSI", "status": "stable"}]) == []


@pytest.mark.parametrize(("code", "known", "state"), [
    ("er_positive", {"biomarkers": [{"name": "ER", "status": "positive"}]}, True),
    ("er_positive", {"biomarkers": [{"name": "ER", "status": "negative"}]}, False),
    ("er_positive", {"biomarkers": [{"name": "ER", "status": "not_evaluable"}]}, None),
    ("er_positive", {"biomarkers": [{"name": "PR", "status": "positive"}]}, None),
    ("prior_treatment", {"lines": [{"drugs": None}]}, True),
    ("prior_treatment", {}, None),
    ("prior_crizotinib", {"lines": [{"drugs": "Crizotinib|pemetrexed"}]}, True),
    ("prior_crizotinib", {"lines": [{"drugs": "pemetrexed"}]}, False),
    ("prior_crizotinib", {"lines": [{"drugs": "pemetrexed"}, {"drugs": None}]}, None),
    ("no_satisfactory_options", {"standard_treatment": "exhausted"}, True),
    ("no_satisfactory_options", {"standard_treatment": "not_exhausted"}, False),
    ("no_satisfactory_options", {"standard_treatment": "unknown"}, None),
    ("resected", {"setting": "early"}, True),
    ("resected", {"setting": "advanced"}, False),
    ("resected", {}, None),
])
def test_a_condition_is_met_unmet_or_unknown(code, known, state):
    person = {"setting": None, "standard_treatment": None, "lines": [], "biomarkers": []} | known
    assert reference_engine.condition_state(code, reference_engine.Person(**person)) is state
