"""Build escat_rule.tsv from the published ESCAT facts, the decisions below and our own unverified rows.

Run from the project root: python tools/build_escat_rules.py
Every fact becomes one row, or one row a member where it names a gene family or a list.
"""

import re
from dataclasses import dataclass, replace

from tsv import DATA, PLACE, SHARED, Row, read, write
from unverified_rules import UNVERIFIED

COLUMNS = (
    "evidence_id",
    "fact_id",
    "scope",
    "gene",
    "partner",
    "alteration_class",
    "protein",
    "residue_first",
    "residue_last",
    "exon",
    "exon_kind",
    "biomarker",
    "origin",
    "tier",
    "tier_as_given",
    "drug",
    "conditions",
    "disease_setting",
    "line",
    "alteration",
    "reference",
    "date",
    "reliability",
    "review",
    "proposes",
    "shown_only_reason",
    "source_id",
    "source_locator",
    "note",
)

SCOPES = (
    ("Non-squamous NSCLC", "nsclc_nonsquamous"),
    ("NSCLC, resected", "nsclc"),
    ("Breast cancer", "breast"),
    ("Colorectal", "colorectal"),
    ("Prostate", "prostate"),
    ("Gastric", "gastric"),
    ("Oesophageal", "oesophageal"),
    ("Pancreatic", "pancreatic_ductal"),
    ("Hepatocellular", "hepatocellular"),
    ("Cholangiocarcinoma", "cholangiocarcinoma"),
    ("Biliary", "biliary"),
    ("Head and neck", "head_neck_squamous"),
    ("Gastrointestinal stromal", "gist"),
    ("Thyroid", "thyroid"),
    ("Acute myeloid", "aml"),
)
FAMILIES = {
    "NTRK": ("NTRK1", "NTRK2", "NTRK3"),
    "NTRK1/2/3": ("NTRK1", "NTRK2", "NTRK3"),
    "NTRK1/3": ("NTRK1", "NTRK3"),
    "RAS": ("KRAS", "NRAS", "HRAS"),
    "BRCA1/2": ("BRCA1", "BRCA2"),
    "IDH1/2": ("IDH1", "IDH2"),
    "FGFR1/2/3": ("FGFR1", "FGFR2", "FGFR3"),
    "KIT/PDGFRA": ("KIT", "PDGFRA"),
    "CD274 (IHC)": ("CD274",),
}
FUSIONS = {  # gene as the source writes it -> (3' partner, 5' partner)
    "PML-RARA": ("RARA", "PML"),
    "RUNX1-RUNX1T1": ("RUNX1T1", "RUNX1"),
    "CBFB-MYH11": ("MYH11", "CBFB"),
    "BCR-ABL": ("ABL1", "BCR"),
}
# Evidence that rests on germline and somatic variants alike unless the source restricts it.
EITHER_ORIGIN = {"BRCA1", "BRCA2", "PALB2", "ATM", "ATR"}
INTERIM_2025 = {211, 212}
MYELODYSPLASIA_LIST = range(148, 157)

CONDITIONS = {
    182: "prior_crizotinib",
    183: "prior_crizotinib",
    184: "prior_crizotinib",
    185: "prior_alk_inhibitor",
    191: "prior_treatment",
    192: "no_satisfactory_options",
    193: "prior_treatment",
    194: "prior_treatment",
    195: "prior_treatment",
    196: "prior_treatment",
    205: "prior_egfr_inhibitor",
    208: "prior_treatment",
    210: "prior_treatment",
    220: "er_positive|her2_negative",
    221: "er_negative|pr_negative|her2_negative",
    223: "er_negative|pr_negative|her2_negative",
    224: "resected",
}
SHOWN_ONLY = {
    7: ("source_doubted", ""),
    166: ("source_doubted", ""),
    170: ("place_not_named", "The source names no place in the gene; taken as any in-frame insertion."),
    171: ("place_not_named", "The source names no place in the gene; taken as any in-frame deletion."),
    196: ("drug_withdrawn", ""),
}
NOTES = {
    135: "The source says advanced thyroid cancer without histology.",
    137: "The source says advanced thyroid cancer without histology; RET mutations belong to medullary cancer.",
    141: "HER2-directed treatment was studied in adenocarcinoma.",
    145: "Kinase domain taken as residues 610-943.",
    204: "Activating mutation taken as exon 19 deletion and L858R only.",
    179: "Major uncommon mutations taken as G719X, L861Q and S768I.",
}


@dataclass(frozen=True)
class Target:
    """One alteration in the vocabulary of alteration classes. `suffix` tells members of one fact apart."""

    alteration_class: str
    words: str
    gene: str = ""
    partner: str = ""
    protein: str = ""
    residue_first: str = ""
    residue_last: str = ""
    exon: str = ""
    exon_kind: str = ""
    biomarker: str = ""
    suffix: str = ""


EXONS = {(row["gene"], row["exon"]): row for row in read(DATA / "exon_range.tsv")}


def exon_target(gene: str, exon: str, kind: str, words: str, suffix: str = "") -> Target:
    span = EXONS[gene, exon]
    return Target(
        "exon",
        words,
        gene,
        exon=exon,
        exon_kind=kind,
        suffix=suffix,
        residue_first=span["residue_first"],
        residue_last=span["residue_last"],
    )


def exact(gene: str, protein: str, suffix: str = "") -> Target:
    return Target("protein", f"{gene} {protein}", gene, protein=protein, suffix=suffix)


def codon(gene: str, residue: str, suffix: str = "") -> Target:
    number = residue[1:]
    return Target(
        "codon", f"{gene} {residue}", gene, protein=residue, residue_first=number, residue_last=number, suffix=suffix
    )


def common_egfr() -> list[Target]:
    return [exon_target("EGFR", "19", "deletion", "EGFR exon 19 deletion", "EX19DEL"), exact("EGFR", "L858R", "L858R")]


def her2_amplified_or_positive() -> list[Target]:
    return [
        Target("amplification", "ERBB2 amplification", "ERBB2", suffix="AMPLIFICATION"),
        Target("expression", "HER2 positive", "ERBB2", biomarker="HER2", suffix="EXPRESSION"),
    ]


# What a gene and an alteration in the source's words come to. Anything else is found by `general`.
SPECIAL: dict[int, list[Target]] = {
    2: [exon_target("EGFR", "19", "deletion", "EGFR exon 19 deletion")],
    4: [codon("EGFR", "G719")],
    7: [exon_target("EGFR", "20", "insertion", "EGFR exon 20 insertion")],
    9: [Target("exon_skipping", "MET exon 14 skipping", "MET", exon="14")],
    130: [exon_target("KIT", "11", "deletion", "KIT exon 11 deletion")],
    144: [Target("itd", "FLT3 internal tandem duplication", "FLT3", residue_first="565", residue_last="650")],
    145: [Target("residue_range", "FLT3 kinase domain mutation", "FLT3", residue_first="610", residue_last="943")],
    170: [Target("exon", "IDH2 insertion", "IDH2", exon_kind="insertion", residue_first="1", residue_last="452")],
    171: [Target("exon", "IDH2 deletion", "IDH2", exon_kind="deletion", residue_first="1", residue_last="452")],
    **{fact: common_egfr() for fact in (*range(173, 179), 204)},
    179: [codon("EGFR", "G719", "G719X"), exact("EGFR", "L861Q", "L861Q"), exact("EGFR", "S768I", "S768I")],
    188: [codon("BRAF", "V600")],
    200: [codon("BRAF", "V600")],
    190: [Target("exon_skipping", "MET exon 14 skipping", "MET", exon="14")],
    191: [exon_target("ERBB2", "20", "any", "ERBB2 exon 20 mutation")],
    195: [exon_target("EGFR", "20", "insertion", "EGFR exon 20 insertion")],
    196: [exon_target("EGFR", "20", "insertion", "EGFR exon 20 insertion")],
    205: [exact("EGFR", "T790M")],
    208: [codon("IDH1", "R132")],
    211: her2_amplified_or_positive(),
    212: her2_amplified_or_positive(),
    216: [exon_target("KIT", "9", "any", "KIT exon 9 mutation")],
    221: [Target("expression", "PD-L1 positive", "CD274", biomarker="PDL1")],
}


def scope_of(fact: Row) -> str:
    return next(scope for start, scope in SCOPES if fact["tumour_type"].startswith(start))


def general(fact: Row) -> list[Target]:
    """The targets of a fact that needs no decision of its own."""
    kind, words, gene = fact["alteration_type"], fact["alteration"], fact["gene"]
    if not gene:
        tmb = kind == "TMB-H"
        name = "TMB" if tmb else "MSI"
        return [Target(f"{name.lower()}_high", f"{name}-high", biomarker=name)]
    if gene in FUSIONS:
        three, five = FUSIONS[gene]
        return [Target("fusion", f"{five}\u2013{three} fusion", three, five)]
    members = FAMILIES.get(gene, (gene,))
    return [replace(one(member, kind, words, fact), suffix=member if len(members) > 1 else "") for member in members]


def one(gene: str, kind: str, words: str, fact: Row) -> Target:
    if "fusion" in f"{kind} {words}":
        return Target("fusion", f"{gene} fusion", gene)
    if "amplification" in f"{kind} {words}":
        return Target("amplification", f"{gene} amplification", gene)
    if kind == "deletion" or (kind == "copy number" and words in ("deletion", "loss")):
        return Target("deletion", f"{gene} deletion", gene)
    if re.fullmatch(r"[A-Z]\d+[A-Z]", words):
        return exact(gene, words)
    if words == "germline pathogenic":
        return Target("pathogenic", f"{gene} pathogenic variant", gene)
    if "mutation" in words or "mutation" in kind or fact["source_id"].startswith("S9"):
        return Target("oncogenic", f"{gene} mutation", gene)
    raise ValueError(f"fact {fact['fact_id']}: {gene} {kind} {words} needs a decision")


def origin(fact: Row, target: Target) -> str:
    given = f"{fact['origin']} {fact['alteration']}"
    if "germline" in given and "somatic" in given:
        return "any"
    if "germline" in given or "somatic" in given:
        return "germline" if "germline" in given else "somatic"
    # RET mutations of medullary thyroid cancer are targeted whether inherited or not.
    either = target.gene in EITHER_ORIGIN or (target.gene == "RET" and target.alteration_class == "oncogenic")
    return "any" if either or not target.gene or target.alteration_class == "expression" else "somatic"


def setting(fact: Row) -> str:
    words = f"{fact['tumour_type']} {fact['tumour_context']}".lower()
    if "resected" in words or "early" in words:
        return "early"
    return "advanced" if re.search(r"advance|metastatic", words) else ""


def line(fact: Row) -> str:
    context = fact["tumour_context"]
    if fact["source_id"] == "S2_esmo_mnsclc_matrix":
        return context
    return {
        "208": "after at least one line",
        "210": "after at least one line",
        "216": "1L",
        "221": "1L",
        "223": "adjuvant",
        "224": "adjuvant",
        "205": "after 1st- or 2nd-generation EGFR inhibitor",
    }.get(fact["fact_id"], "")


def shown_only(fact: Row) -> tuple[str, str]:
    number = int(fact["fact_id"])
    if fact["source_id"].startswith("S9"):
        return "main_tier_only", ""
    if fact["source_id"].startswith("S11"):
        return "source_own_rule", ""
    if number in MYELODYSPLASIA_LIST:
        return "class_list_without_drug", ""
    return SHOWN_ONLY.get(number, ("", ""))


def tier(fact: Row) -> str:
    found = re.fullmatch(r"(I|II|III|IV)([ABC])", fact["tier_norm"])
    if found:
        return f"{found[1]}-{found[2]}"
    return fact["tier_norm"] if fact["tier_norm"] in ("V", "X") else ""


def reference(fact: Row) -> str:
    if not fact["source_id"].startswith("S4"):
        return fact["guideline_reference"]
    if int(fact["fact_id"]) in INTERIM_2025:
        return "ESMO CPG biliary tract cancer, 2025 interim update (ESMO Open 2025;10:104003)"
    return "ESMO CPG biliary tract cancer (Vogel et al., Ann Oncol 2023;34:127-140)"


def note(fact: Row, more: str) -> str:
    authors = "The tier is the review authors' own, not ESMO's." if fact["source_id"].startswith("S12") else ""
    grade = f"Grade {fact['evidence_grade']}." if fact["evidence_grade"] else ""
    benefit = f"ESMO-MCBS {fact['mcbs']}." if fact["mcbs"] else ""
    parts = (fact["note"].replace('"', "'"), authors, NOTES.get(int(fact["fact_id"]), ""), more, grade, benefit)
    return " ".join(part if part.endswith(".") else f"{part}." for part in parts if part)


def rules_of(fact: Row, dates: dict[str, str]) -> list[Row]:
    number = int(fact["fact_id"])
    targets = SPECIAL.get(number) or general(fact)
    reason, more = shown_only(fact)
    cited = reference(fact)
    return [
        {
            "evidence_id": f"E{number:04d}" + (f".{target.suffix}" if target.suffix else ""),
            "fact_id": fact["fact_id"],
            "scope": scope_of(fact),
            **{name: getattr(target, name) for name in PLACE},
            "origin": origin(fact, target),
            "tier": tier(fact),
            "tier_as_given": fact["tier_as_given"],
            "drug": fact["drug"],
            "conditions": CONDITIONS.get(number, ""),
            "disease_setting": setting(fact),
            "line": line(fact),
            "alteration": target.words,
            "reference": cited,
            "date": dates[cited],
            "reliability": fact["reliability"],
            "review": "unreviewed",
            "proposes": "false" if reason else "true",
            "shown_only_reason": reason,
            "source_id": fact["source_id"],
            "source_locator": fact["source_locator"],
            "note": note(fact, more),
        }
        for target in targets
    ]


def main() -> None:
    dates = {row["reference"]: row["date"] for row in read(DATA / "evidence_reference.tsv")}
    facts = list(read(SHARED / "escat" / "escat_facts.tsv", quoted=True))
    rows = [row for fact in facts for row in rules_of(fact, dates)] + UNVERIFIED
    print(f"{len(facts)} facts, {write('escat_rule.tsv', COLUMNS, rows)} rows")


if __name__ == "__main__":
    main()
