"""What the evidence tables say and whether a finding falls under a rule: the half of the reference assessment that
`reference_engine` asks. Plain Python over dicts, written from the specification and not from the fast engine."""

from fractions import Fraction
from functools import cache

from tumorprofil.terms import reference
from tumorprofil.terms.hgvs import ProteinChange, parse_protein

TRUNCATING = {"nonsense", "frameshift", "splice_site", "start_lost"}
PROTEIN_ALTERING = TRUNCATING | {"missense", "inframe_deletion", "inframe_insertion", "inframe_indel", "stop_lost",
                                 "protein_altering"}
BIOMARKER_CLASS = {"MSI": "msi_high", "TMB": "tmb_high", "HRD": "hrd"}


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
def scope_name(scope):
    return next(row["name_en"] for row in reference.rows("evidence_scope") if row["scope"] == scope)


@cache
def is_covered(tumour_type):
    covered = [row["scope"] for row in reference.rows("evidence_scope") if row["covered"] == "true"]
    return any(holds(scope, tumour_type) for scope in covered)


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
    parsed, first, last = change(finding), int(rule["residue_first"]), int(rule["residue_last"])
    return parsed.first is not None and parsed.first <= last and parsed.last >= first


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
    return rule["alteration_class"] == wanted and rule["biomarker"] == biomarker["name"]


def speaks(biomarker):
    """Whether a biomarker's status is one that evidence can speak of."""
    return biomarker["status"] in ("high", "positive")


def alteration(finding):
    """The alteration in the field's words."""
    kind, exon = finding["kind"], finding["exon"]
    if kind == "copy_number":
        return finding["copy_call"]
    if kind == "fusion":
        return f"{finding['partner'] or '?'}::{finding['gene'] or '?'}"
    if kind == "splice":
        last = finding["exon_last"]
        return exon and f"exon {exon}{f'-{last}' if last and last > exon else ''} splice"
    if kind in ("itd", "expression"):
        return {"itd": "ITD"}.get(kind, kind)
    if finding["hgvs_p"] or finding["hgvs_c"]:
        return (finding["hgvs_p"] or "").removeprefix("p.") or finding["hgvs_c"]
    if not finding["chromosome"] or finding["start_position"] is None:
        return None
    return (f"{finding['chromosome']}:{finding['start_position']} "
            f"{finding['reference_allele'] or ''}>{finding['alternate_allele'] or ''}")
