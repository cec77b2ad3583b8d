"""The assessment once more, slow and obvious: plain Python over lists of dicts, to check the fast engine against.

Written from the specification of the assessment (`docs/decisions/0003-assessment-order.md` and the alteration
classes of the evidence tables), not from the fast engine. Rows are dicts with the columns of
`tumorprofil.cohort.schema`; every function takes what it needs and keeps nothing.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache

from tumorprofil.cohort import schema
from tumorprofil.terms import reference
from tumorprofil.terms.hgvs import ProteinChange, parse_protein

Row = dict[str, object]

TIERS = ["I-A", "I-B", "I-C", "II-A", "II-B", "III-A", "III-B", "IV-A", "IV-B", "V", "X"]
COLUMNS = [name for name in schema.ASSESSED.column_names if name not in ("basis_en", "basis_da")]
TRUNCATING = {"nonsense", "frameshift", "splice_site", "start_lost"}
PROTEIN_ALTERING = TRUNCATING | {"missense", "inframe_deletion", "inframe_insertion", "inframe_indel", "stop_lost",
                                 "protein_altering"}
NO_EFFECT = {"silent", "intron", "utr", "promoter", "noncoding"}
SPECIFICITY = {"protein": 0, "exon_skipping": 1, "exon": 1, "codon": 1, "itd": 1, "residue_range": 2, "fusion": 3,
               "amplification": 3, "deletion": 3, "msi_high": 3, "tmb_high": 3, "hrd": 3, "expression": 3,
               "truncating": 3, "pathogenic": 3, "oncogenic": 4}
READS = {"small_variant": "read_support_small_variant", "fusion": "read_support_fusion",
         "splice": "read_support_splice", "itd": "read_support_itd"}
BIOMARKER_CLASS = {"MSI": "msi_high", "TMB": "tmb_high", "HRD": "hrd"}


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of the person behind a profile."""

    setting: str | None
    standard_treatment: str | None
    lines: list[Row]
    biomarkers: list[Row]


# --- what the tables say -----------------------------------------------------------------------------------------


@cache
def cut_off(name):
    return next(Fraction(row["value"]) for row in reference.rows("cut_off") if row["name"] == name)


@cache
def lineage(code):
    parents = {row["code"]: row["parent"] for row in reference.rows("oncotree")}
    codes = []
    while code in parents:
        codes.append(code)
        code = parents[code]
    return codes


@cache
def holds(scope, tumour_type):
    """Whether a tumour-type scope speaks of an OncoTree code."""
    row = next(row for row in reference.rows("evidence_scope") if row["scope"] == scope)
    above = set(lineage(tumour_type)) if tumour_type != "TISSUE" else set()
    return bool(above & set(row["oncotree"].split("|"))) and not above & set((row["except"] or "").split("|"))


@cache
def is_covered(tumour_type):
    return any(row["covered"] == "true" and holds(row["scope"], tumour_type) for row in reference.rows("evidence_scope"))


@cache
def role(gene):
    return next((row["role"] for row in reference.rows("gene_role") if row["gene"] == gene), None)


@cache
def known_changes():
    civic = {(row["gene"], row["protein"]) for row in reference.rows("civic_rule")
             if row["alteration_class"] == "protein" and row["known"] == "true"}
    return civic | {(row["gene"], row["protein"]) for row in reference.rows("recurrent_variant")}


@cache
def germline_genes():
    return {row["gene"] for row in reference.rows("germline_gene")}


@cache
def genes_with_oncogenic_rules():
    return {row["gene"] for row in reference.rows("escat_rule") if row["alteration_class"] == "oncogenic"}


@cache
def conditions():
    return {row["code"]: row for row in reference.rows("evidence_condition")}


@cache
def _known_variants():
    return {(row["build"], row["chromosome"], int(row["start"]), row["reference"], row["alternate"]): row
            for row in reference.rows("known_variant")}


@cache
def _windows():
    return [(row["gene"], int(row["exon"]), row["build"], row["chromosome"], int(row["start"]), int(row["end"]))
            for row in reference.rows("exon_window")]


# --- what the finding is -----------------------------------------------------------------------------------------


def annotated(finding, build):
    """The finding with what an exactly known coordinate means, where the source has no annotation."""
    if finding["kind"] != "small_variant" or finding["consequence"] != "not_annotated":
        return finding
    place = trimmed(finding["start_position"], finding["reference_allele"], finding["alternate_allele"])
    known = _known_variants().get((build, finding["chromosome"], *place))
    if known is None:
        return finding
    return finding | {
        "gene": known["gene"], "consequence": known["consequence"],
        "hgvs_p": f"p.{known['protein']}" if known["protein"] else finding["hgvs_p"],
        "hgvs_c": known["hgvs_c"] or finding["hgvs_c"]}


def trimmed(start, ref, alt):
    """Alleles without shared bases, as in table `known_variant`: an empty one is -, an insertion starts before it."""
    ref, alt = (ref or "").replace("-", ""), (alt or "").replace("-", "")
    inserted_already = ref == ""
    while ref and alt and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    while ref and alt and ref[0] == alt[0]:
        ref, alt, start = ref[1:], alt[1:], start + 1
    if ref == "" and not inserted_already:
        start -= 1
    return start, ref or "-", alt or "-"


def change(finding) -> ProteinChange | None:
    return parse_protein(finding["hgvs_p"]) if finding["hgvs_p"] else None


def effect(finding):
    """The consequence, from the protein change where the source gives no kind."""
    if finding["consequence"] in (None, "protein_altering") and finding["hgvs_p"]:
        kind = change(finding).kind
        return {"splice": "splice_site", "other": finding["consequence"]}.get(kind, kind)
    return finding["consequence"]


def splice_exons(finding, build):
    """Exons whose splice windows a small variant touches."""
    if finding["kind"] != "small_variant" or finding["start_position"] is None:
        return set()
    end = finding["end_position"] or finding["start_position"]
    return {exon for gene, exon, window_build, chromosome, first, last in _windows()
            if (gene, window_build, chromosome) == (finding["gene"], build, finding["chromosome"])
            and finding["start_position"] <= last and end >= first}


def is_pathogenic(finding):
    return finding["significance"] in ("pathogenic", "likely_pathogenic")


def touches(finding, rule):
    if not rule["residue_first"] or not finding["hgvs_p"]:
        return False
    parsed = change(finding)
    return parsed.first is not None and parsed.first <= int(rule["residue_last"]) and parsed.last >= int(rule["residue_first"])


def in_exon(finding, rule):
    if finding["exon"] is None or not rule["exon"]:
        return touches(finding, rule)
    return finding["exon"] <= int(rule["exon"]) <= (finding["exon_last"] or finding["exon"])


def is_known_oncogenic(finding):
    of_role = role(finding["gene"])
    known = bool(finding["hgvs_p"]) and (finding["gene"], finding["hgvs_p"].removeprefix("p.")) in known_changes()
    lost = effect(finding) in TRUNCATING or is_pathogenic(finding)
    return (of_role in ("oncogene", "both") and known) or (of_role in ("suppressor", "both") and lost)


# --- whether a finding falls under a rule ------------------------------------------------------------------------


def matches(finding, rule, build):
    """Whether a finding is of the alteration class that a rule (ESCAT or CIViC) names."""
    kind, name = finding["kind"], rule["alteration_class"]
    if kind == "fusion":
        sides = {finding["gene"], finding["partner"]}
        return name == "fusion" and rule["gene"] in sides and (not rule["partner"] or (
            {rule["gene"], rule["partner"]} == sides))
    if rule["gene"] is None or rule["gene"] != finding["gene"]:
        return False
    if kind == "copy_number":
        return name in ("amplification", "deletion") and finding["copy_call"] == name
    if kind == "splice":
        return name == "exon_skipping" and finding["exon"] is not None and in_exon(finding, rule)
    if kind in ("itd", "expression"):
        return name == kind
    return _small_variant_matches(finding, rule, build)


def _small_variant_matches(finding, rule, build):
    kind, parsed = effect(finding), change(finding)
    name = rule["alteration_class"]
    if name == "protein":
        return finding["hgvs_p"] == f"p.{rule['protein']}"
    if name == "codon":
        return (parsed is not None and parsed.kind == "missense" and parsed.first == int(rule["residue_first"])
                and parsed.reference == rule["protein"][0])
    if name == "residue_range":
        return kind in PROTEIN_ALTERING and touches(finding, rule)
    if name == "exon":
        return in_exon(finding, rule) and _is_exon_kind(kind, parsed, rule["exon_kind"])
    if name == "exon_skipping":
        return int(rule["exon"]) in splice_exons(finding, build)
    if name == "itd":
        return kind == "inframe_insertion" and touches(finding, rule)
    if name == "truncating":
        return kind in TRUNCATING
    if name == "pathogenic":
        return is_pathogenic(finding)
    return name == "oncogenic" and is_known_oncogenic(finding)


def _is_exon_kind(kind, parsed, wanted):
    if wanted == "deletion":
        return kind in ("inframe_deletion", "inframe_indel")
    if wanted == "insertion":
        gains = parsed is not None and parsed.inserted_length > parsed.deleted_length
        return kind == "inframe_insertion" or (kind == "inframe_indel" and gains)
    return kind in PROTEIN_ALTERING


def biomarker_matches(biomarker, rule):
    wanted = BIOMARKER_CLASS.get(biomarker["name"], "expression")
    return rule["alteration_class"] == wanted and (rule["biomarker"] in (None, biomarker["name"])
                                                   if wanted != "expression" else rule["biomarker"] == biomarker["name"])


def speaks(biomarker):
    """Whether a biomarker's status is one that evidence can speak of."""
    high = biomarker["name"] in BIOMARKER_CLASS
    return biomarker["status"] in (("high", "positive") if high else ("positive",))


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
              "gene": finding["gene"], "germline_flag": germline_flag(finding, profile)}
    reason = exclusion(finding, build)
    if reason:
        return [_row(shared, tier="not_assessed" if reason == "not_annotated" else None, reason=reason)]
    shared |= _support([rule for rule in reference.rows("civic_rule") if matches(finding, rule, build)])
    unknown = (finding["kind"] == "small_variant" and finding["gene"] in genes_with_oncogenic_rules()
               and effect(finding) in PROTEIN_ALTERING and not is_known_oncogenic(finding))
    matched = [rule for rule in _rules(as_of) if matches(finding, rule, build)]
    return _evidence_rows(shared, matched, finding["origin"], person, "significance_unknown" if unknown else "no_evidence")


def _biomarker_rows(biomarker, profile, person, as_of):
    shared = {"patient_id": profile["patient_id"], "profile_id": profile["profile_id"], "finding_id": None,
              "biomarker": biomarker["name"], "tumour_type": profile["tumour_type"] or None,
              "gene": biomarker["name"], "germline_flag": False}
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
        elsewhere = [rule for rule in matched if rule not in here and _proposes(rule, origin) and rule["tier"] in TIERS[:5]]
        if elsewhere:
            best = min(elsewhere, key=lambda rule: _order(rule, person))
            return [*rows, _evidence_row(shared, best, origin, person, reason="derived", proposed=True, tier="III-A")]
        return rows or [_row(shared, reason=nothing)]
    return rows or [_row(shared, tier="not_covered", reason="not_covered")]


def _admits(rule, origin):
    return {"any": True, "germline": origin == "germline", "somatic": origin != "germline"}[rule["origin"]]


def _proposes(rule, origin):
    return rule["proposes"] == "true" and _admits(rule, origin)


def _order(rule, person):
    return (
        rule["disease_setting"] is not None and rule["disease_setting"] != (person.setting or "advanced"),
        "ABCU".index(rule["reliability"]), -date.fromisoformat(rule["date"]).toordinal(),
        1 if rule["alteration_class"] == "fusion" and rule["partner"] else SPECIFICITY[rule["alteration_class"]],
        TIERS.index(rule["tier"]), rule["drug"] is None, rule["evidence_id"])


def _evidence_row(shared, rule, origin, person, **cells):
    states = {code: condition_state(code, person) for code in (rule["conditions"] or "").split("|") if code}
    if rule["origin"] == "germline" and origin != "germline":
        states["germline_origin"] = False if origin == "somatic" else None
    return _row(shared, **{
        "tier": rule["tier"], "evidence_id": rule["evidence_id"], "evidence_tumour_type": rule["scope"],
        "drug": rule["drug"], "reference": rule["reference"], "evidence_date": date.fromisoformat(rule["date"]),
        "reliability": rule["reliability"],
        "conditions_unmet": "|".join(code for code, state in states.items() if state is False) or None,
        "conditions_unknown": "|".join(code for code, state in states.items() if state is None) or None} | cells)


def _support(rules):
    items = {item for rule in rules for item in rule["evidence_items"].split("|")}
    return {"support": "|".join(sorted(items)) or None, "support_level": min((rule["best_level"] for rule in rules), default=None)}


def _row(shared, **cells):
    row = dict.fromkeys(COLUMNS) | {"proposed": False} | shared | cells
    row["tier_rank"] = TIERS.index(row["tier"]) + 1 if row["tier"] in TIERS else None
    return row
