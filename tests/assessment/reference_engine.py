"""The assessment once more, slow and obvious: plain Python over lists of dicts, to check the fast engine against.

Written from the specification of the assessment (`docs/decisions/0003-assessment-order.md` and the alteration
classes of the evidence tables), not from the fast engine. Rows are dicts with the columns of
`tumorprofil.cohort.schema`; every function takes what it needs and keeps nothing.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache

from tests.assessment.reference_matching import (
    PROTEIN_ALTERING,
    TRUNCATING,
    alteration,
    annotated,
    biomarker_matches,
    cut_off,
    effect,
    genes_with_oncogenic_rules,
    germline_genes,
    holds,
    is_covered,
    is_known_oncogenic,
    is_pathogenic,
    matches,
    scope_name,
    speaks,
    splice_exons,
)
from tumorprofil.cohort import schema
from tumorprofil.terms import reference

Row = dict[str, object]

TIERS = ["I-A", "I-B", "I-C", "II-A", "II-B", "III-A", "III-B", "IV-A", "IV-B", "V", "X"]
COLUMNS = [name for name in schema.ASSESSED.column_names if name not in ("basis_en", "basis_da")]
NO_EFFECT = {"silent", "intron", "utr", "promoter", "noncoding"}
SPECIFICITY = {"protein": 0, "exon_skipping": 1, "exon": 1, "codon": 1, "itd": 1, "residue_range": 2, "fusion": 3,
               "amplification": 3, "deletion": 3, "msi_high": 3, "tmb_high": 3, "hrd": 3, "expression": 3,
               "truncating": 3, "pathogenic": 3, "oncogenic": 4}
READS = {"small_variant": "read_support_small_variant", "fusion": "read_support_fusion",
         "splice": "read_support_splice", "itd": "read_support_itd"}


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of the person behind a profile."""

    setting: str | None
    standard_treatment: str | None
    lines: list[Row]
    biomarkers: list[Row]


@cache
def conditions():
    return {row["code"]: row for row in reference.rows("evidence_condition")}


# --- why there is no evidence to look for ------------------------------------------------------------------------


def exclusion(finding, build):
    """The reason that ends an assessment before evidence is asked for, or None."""
    small = finding["kind"] == "small_variant"
    kind = effect(finding)
    if small and kind in (None, "not_annotated"):
        return "not_annotated"
    if finding["significance"] in ("benign", "likely_benign"):
        return "benign"
    if finding["filter"] not in (None, "", "PASS"):
        return "not_passed"
    frequency = finding["population_frequency"]
    if small and frequency is not None and Fraction(str(frequency)) >= cut_off("population_frequency") and (
            not is_pathogenic(finding)):
        return "polymorphism"
    reads = finding["alternate_reads"]
    if finding["kind"] in READS and reads is not None and reads < cut_off(READS[finding["kind"]]):
        return "too_few_reads"
    if small and kind in NO_EFFECT and not splice_exons(finding, build):
        return "silent"
    return None


def germline_flag(finding, profile):
    """Whether a finding is, or may be, in the germline."""
    if finding["origin"] == "germline":
        return is_pathogenic(finding) or finding["significance"] is None
    if finding["origin"] == "somatic" or not profile["tumour_only"] or not _may_be_inherited_by_fraction(finding):
        return False
    frequency = finding["population_frequency"]
    lost = effect(finding) in TRUNCATING or is_pathogenic(finding)
    return (finding["gene"] in germline_genes() and lost) or (frequency is not None and frequency > 0)


def _may_be_inherited_by_fraction(finding):
    if finding["alternate_reads"] is not None and finding["depth"]:
        fraction = Fraction(finding["alternate_reads"], finding["depth"])
    elif finding["vaf"] is not None:
        fraction = Fraction(str(finding["vaf"]))
    else:
        return False
    ref, alt = finding["reference_allele"], finding["alternate_allele"]
    if ref and alt:
        indel = "-" in (ref, alt) or len(ref) != len(alt)
    else:
        indel = effect(finding) in ("frameshift", "inframe_deletion", "inframe_insertion", "inframe_indel")
    return fraction >= cut_off("germline_vaf_indel" if indel else "germline_vaf_substitution")


# --- conditions --------------------------------------------------------------------------------------------------


def condition_state(code, person):
    """True where the patient meets a condition, False where not, None where nothing is known."""
    condition = conditions()[code]
    if condition["kind"] == "receptor":
        states = {row["status"] for row in person.biomarkers if row["name"] == condition["biomarker"]}
        states -= {None, "not_evaluable"}
        return states == {condition["required_status"]} if len(states) == 1 else None
    if condition["kind"] == "earlier_treatment":
        if not person.lines:
            return None
        if not condition["drugs"]:
            return True
        given = {drug.strip().lower() for line in person.lines for drug in (line["drugs"] or "").split("|")}
        if given & set(condition["drugs"].split("|")):
            return True
        return None if any(not line["drugs"] for line in person.lines) else False
    value = person.setting if condition["kind"] == "stage" else person.standard_treatment
    if value in (None, "unknown", "no_guideline"):
        return None
    return value in condition["required_status"].split("|")


# --- the rows ----------------------------------------------------------------------------------------------------


def assess(findings, biomarkers, profiles, diagnoses, treatment_lines, as_of: date) -> list[Row]:
    """The rows of table `assessed`, without the texts, in no particular order."""
    rows = []
    for profile in profiles:
        person = _person(profile, biomarkers, diagnoses, treatment_lines)
        for finding in findings:
            if finding["profile_id"] == profile["profile_id"]:
                rows += _finding_rows(finding, profile, person, as_of)
        for biomarker in person.biomarkers:
            if speaks(biomarker):
                rows += _biomarker_rows(biomarker, profile, person, as_of)
    return rows


def _person(profile, biomarkers, diagnoses, lines):
    own = [row for row in diagnoses if row["patient_id"] == profile["patient_id"]]

    def only(column):
        values = {row[column] for row in own} - {None}
        return values.pop() if len(values) == 1 else None

    return Person(
        only("disease_setting"), only("standard_treatment_status"),
        [row for row in lines if row["patient_id"] == profile["patient_id"]],
        [row for row in biomarkers if row["profile_id"] == profile["profile_id"]])


def _finding_rows(finding, profile, person, as_of):
    build = profile["build"]
    finding = annotated(finding, build)
    shared = {"patient_id": profile["patient_id"], "profile_id": profile["profile_id"],
              "finding_id": finding["finding_id"], "biomarker": None, "tumour_type": profile["tumour_type"] or None,
              "gene": finding["gene"], "alteration": alteration(finding),
              "germline_flag": germline_flag(finding, profile)}
    reason = exclusion(finding, build)
    if reason:
        return [_row(shared, tier="not_assessed" if reason == "not_annotated" else None, reason=reason)]
    shared |= _support([rule for rule in reference.rows("civic_rule") if matches(finding, rule, build)])
    if finding["kind"] == "small_variant" and effect(finding) in NO_EFFECT:
        finding = finding | {"consequence": "splice_region"}
    unknown = (finding["kind"] == "small_variant" and finding["gene"] in genes_with_oncogenic_rules()
               and effect(finding) in PROTEIN_ALTERING | {"splice_region"} and not is_known_oncogenic(finding))
    matched = [rule for rule in _rules(as_of) if matches(finding, rule, build)]
    nothing = "significance_unknown" if unknown else "no_evidence"
    return _evidence_rows(shared, matched, finding["origin"], person, nothing)


def _biomarker_rows(biomarker, profile, person, as_of):
    shared = {"patient_id": profile["patient_id"], "profile_id": profile["profile_id"], "finding_id": None,
              "biomarker": biomarker["name"], "tumour_type": profile["tumour_type"] or None,
              "gene": biomarker["name"], "alteration": biomarker["status"], "germline_flag": False}
    shared |= _support([rule for rule in reference.rows("civic_rule") if biomarker_matches(biomarker, rule)])
    matched = [rule for rule in _rules(as_of) if biomarker_matches(biomarker, rule)]
    return _evidence_rows(shared, matched, None, person, "no_evidence")


def _rules(as_of):
    return [rule for rule in reference.rows("escat_rule") if date.fromisoformat(rule["date"]) <= as_of]


def _evidence_rows(shared, matched, origin, person, nothing):
    tumour_type = shared["tumour_type"]
    if tumour_type is None:
        return [_row(shared, tier="not_assessed", reason="tumour_type_unknown")]
    here = [rule for rule in matched if holds(rule["scope"], tumour_type)]
    proposing = sorted((rule for rule in here if _proposes(rule, origin)), key=lambda rule: _order(rule, person))
    rows = []
    for rule in here:
        if _admits(rule, origin) and rule["proposes"] == "true":
            reason = "evidence" if rule["tier"] == proposing[0]["tier"] else "outranked"
        else:
            reason = "shown_only" if rule["proposes"] != "true" else "origin_excluded"
        rows.append(_evidence_row(shared, rule, origin, person, reason=reason, proposed=rule in proposing[:1]))
    if proposing:
        return rows
    if is_covered(tumour_type):
        elsewhere = [rule for rule in matched
                     if rule not in here and _proposes(rule, origin) and rule["tier"] in TIERS[:5]]
        if elsewhere:
            best = min(elsewhere, key=lambda rule: (TIERS.index(rule["tier"]), _order(rule, person)))
            return [*rows, _evidence_row(shared, best, origin, person, reason="derived", proposed=True, tier="III-A")]
        return [*rows, _row(shared, reason=nothing)]
    return [*rows, _row(shared, tier="not_covered", reason="not_covered")]


def _admits(rule, origin):
    return {"any": True, "germline": origin == "germline", "somatic": origin != "germline"}[rule["origin"]]


def _proposes(rule, origin):
    return rule["proposes"] == "true" and _admits(rule, origin)


@cache
def agnostic_scopes():
    return {row["scope"] for row in reference.rows("evidence_scope") if row["any_solid"] == "true"}


def _order(rule, person):
    return (
        rule["disease_setting"] is not None and rule["disease_setting"] != (person.setting or "advanced"),
        "ABCU".index(rule["reliability"]), rule["scope"] in agnostic_scopes(),
        -date.fromisoformat(rule["date"]).toordinal(),
        1 if rule["alteration_class"] == "fusion" and rule["partner"] else SPECIFICITY[rule["alteration_class"]],
        TIERS.index(rule["tier"]), rule["drug"] is None, rule["evidence_id"])


def _evidence_row(shared, rule, origin, person, **cells):
    states = {code: condition_state(code, person) for code in (rule["conditions"] or "").split("|") if code}
    if rule["origin"] == "germline" and origin != "germline":
        states["germline_origin"] = False if origin == "somatic" else None
    unmet = sorted(code for code, state in states.items() if state is False)
    unknown = sorted(code for code, state in states.items() if state is None)
    return _row(shared, **{
        "tier": rule["tier"], "evidence_id": rule["evidence_id"], "evidence_tumour_type": scope_name(rule["scope"]),
        "drug": rule["drug"], "reference": rule["reference"], "evidence_date": date.fromisoformat(rule["date"]),
        "reliability": rule["reliability"],
        "conditions_unmet": "|".join(unmet) or None,
        "conditions_unknown": "|".join(unknown) or None} | cells)


def _support(rules):
    items = {item for rule in rules for item in rule["evidence_items"].split("|")}
    levels = {rule["best_level"] for rule in rules} - {None}
    return {"support": "|".join(sorted(items)) or None, "support_level": min(levels, default=None)}


def _row(shared, **cells):
    row = dict.fromkeys(COLUMNS) | {"proposed": False} | shared | cells
    row["tier_rank"] = TIERS.index(row["tier"]) + 1 if row["tier"] in TIERS else None
    return row
