"""Build civic_rule.tsv.gz from CIViC's accepted evidence, in the vocabulary of alteration classes.

Run from the project root: python tools/build_civic_rules.py
Only molecular profiles of one variant are taken; what the vocabulary cannot say is counted and left out.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from tsv import DATA, PLACE, SHARED, Row, read, write

from tumorprofil.terms.hgvs import normalise_protein, parse_protein

CIVIC = SHARED / "civic"
COLUMNS = (
    "support_id",
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
    "evidence_items",
    "best_level",
    "types",
    "known",
)
FACTORS = {"4943": ("tmb_high", "TMB"), "4944": ("msi_high", "MSI")}
# An item of these significances does not make an exact variant a known one.
NOT_KNOWN = {"UNALTERED_FUNCTION", "UNCERTAIN_SIGNIFICANCE", "PROTECTIVENESS", "NEGATIVE", "NA", ""}
ORIGINS = {"SOMATIC": "somatic", "RARE_GERMLINE": "germline", "COMMON_GERMLINE": "germline"}
EXON = re.compile(r"exon (\d+) (mutation|insertion|deletion)", re.I)
CODONS = re.compile(r"([A-Z]\d+)(?:/([A-Z]\d+))*")
LOSS_OF_FUNCTION = {"loss-of-function", "inactivating mutation", "deleterious mutation", "biallelic inactivation"}


@dataclass(frozen=True, order=True)
class Key:
    """What a CIViC variant says, as an alteration class with its parameters."""

    gene: str
    alteration_class: str
    partner: str = ""
    protein: str = ""
    residue_first: str = ""
    residue_last: str = ""
    exon: str = ""
    exon_kind: str = ""
    biomarker: str = ""


SPANS = {
    (row["gene"], row["exon"]): (row["residue_first"], row["residue_last"]) for row in read(DATA / "exon_range.tsv")
}
ROLES = {row["gene"]: row["role"] for row in read(DATA / "gene_role.tsv")}
SYMBOLS = {row["reported"]: row["symbol"] for row in read(DATA.parents[1] / "terms" / "data" / "gene_symbol.tsv.gz")}


def symbol(reported: str) -> str:
    return SYMBOLS.get(reported, reported)


def proteins(name: str) -> list[str]:
    """The exact protein changes that a variant's name stands for, without p.; `S34Y/F` stands for two."""
    pair = re.fullmatch(r"([A-Z]\d+)([A-Z])/([A-Z])", name)
    names = [pair[1] + pair[2], pair[1] + pair[3]] if pair else [name]
    changes = [normalise_protein(each) or "" for each in names]
    return [each[2:] for each in changes if each.startswith("p.") and parse_protein(each).kind != "other"]


def keys_of_gene_variant(row: Row) -> list[Key]:
    """The alteration classes of a gene variant; empty where the vocabulary has none."""
    gene, name = symbol(row["gene"]), row["name"].strip()
    words = name.lower()
    if CODONS.fullmatch(name):
        return [
            Key(gene, "codon", protein=codon, residue_first=codon[1:], residue_last=codon[1:])
            for codon in name.split("/")
        ]
    if exact := proteins(name):
        return [Key(gene, "protein", protein=protein) for protein in exact]
    if found := EXON.fullmatch(name):
        return exon_keys(gene, found[1], found[2].lower(), row["variant_types"])
    if words in ("mutation", "activating mutation", "gain-of-function"):
        return [Key(gene, "oncogenic")]
    if words in LOSS_OF_FUNCTION:
        return [Key(gene, "oncogenic" if ROLES.get(gene) in ("suppressor", "both") else "truncating")]
    if words == "tkd mutation" and gene == "FLT3":
        return [Key(gene, "residue_range", residue_first="610", residue_last="943")]
    if words in ("itd", "internal duplication"):
        first, last = ("565", "650") if gene == "FLT3" else ("", "")
        return [Key(gene, "itd", residue_first=first, residue_last=last)]
    if gene == "MET" and words == "exon 14 skipping mutation":
        return [Key(gene, "exon_skipping", exon="14")]
    simple = {
        "amplification": "amplification",
        "deletion": "deletion",
        "loss": "deletion",
        "rearrangement": "fusion",
        "rearrangements": "fusion",
        "truncating mutation": "truncating",
        "truncation": "truncating",
        "frameshift truncation": "truncating",
    }
    return [Key(gene, simple[words])] if words in simple else []


def exon_keys(gene: str, exon: str, what: str, types: str) -> list[Key]:
    # CIViC also calls the loss of a whole exon an exon deletion; only in-frame ones within the exon are meant here.
    if what == "deletion" and (gene, exon) not in SPANS and "Inframe" not in types:
        return []
    first, last = SPANS.get((gene, exon), ("", ""))
    kind = "any" if what == "mutation" else what
    return [Key(gene, "exon", residue_first=first, residue_last=last, exon=exon, exon_kind=kind)]


def keys_of_fusion(row: Row) -> list[Key]:
    """A fusion with its partner, or with any (CIViC's `v`); exon-level fusions count for their genes."""
    sides = [re.sub(r"\(entrez:\d+\)", "", side).strip() for side in row["vicc_name"].split("::")]
    if len(sides) != 2 or any(side.startswith("reg_") for side in sides):
        return []
    genes = [
        symbol(found[1]) if (found := re.search(r"\((\w[\w-]*)\):e", side)) else "" if side == "v" else symbol(side)
        for side in sides
    ]
    five, three = genes
    if not five and not three:
        return []
    return [Key(three or five, "fusion", partner=five if three else "")]


def accepted_profiles() -> Iterator[tuple[Row, list[Key], str]]:
    """(evidence item, its keys, why there are none) of every accepted evidence item."""
    profiles = {
        row["molecular_profile_id"]: row["variant_ids"].split("|") for row in read(CIVIC / "molecular_profiles.tsv.gz")
    }
    genes = {row["variant_id"]: row for row in read(CIVIC / "gene_variants.tsv.gz")}
    fusions = {row["variant_id"]: row for row in read(CIVIC / "fusion_variants.tsv.gz")}
    for item in read(CIVIC / "evidence.tsv.gz"):
        if item["status"] != "accepted":
            continue
        variants = profiles[item["molecular_profile_id"]]
        variant = variants[0]
        if len(variants) > 1:
            yield item, [], "several variants"
        elif variant in genes:
            keys = keys_of_gene_variant(genes[variant])
            name = genes[variant]["name"]
            yield item, keys, "expression or methylation" if re.search("expression|methyl", name, re.I) else "no class"
        elif variant in fusions:
            yield item, keys_of_fusion(fusions[variant]), "fusion of a regulatory element"
        else:
            yield (
                item,
                [Key("", FACTORS[variant][0], biomarker=FACTORS[variant][1])] if variant in FACTORS else [],
                "factor",
            )


def supports(item: Row) -> bool:
    return item["evidence_direction"] == "SUPPORTS"


def makes_known(item: Row) -> bool:
    return supports(item) and item["significance"] not in NOT_KNOWN and item["variant_origin"] != "COMMON_GERMLINE"


def written(item: Row) -> str:
    against = "" if supports(item) else ", does not support"
    return f"EID{item['evidence_id']} ({item['evidence_level']}{against})"


def flat(number: int, key: Key, items: list[Row]) -> Row:
    items = sorted(items, key=lambda item: (item["evidence_level"], int(item["evidence_id"])))
    origins = {ORIGINS.get(item["variant_origin"], "any") for item in items}
    return {
        "support_id": f"C{number:04d}",
        **{name: getattr(key, name) for name in PLACE},
        "origin": origins.pop() if len(origins) == 1 else "any",
        "evidence_items": "|".join(written(item) for item in items),
        "best_level": min((item["evidence_level"] for item in items if supports(item)), default=""),
        "types": "|".join(sorted({item["evidence_type"].lower() for item in items})),
        "known": str(any(makes_known(item) for item in items)).lower(),
    }


def main() -> None:
    grouped: dict[Key, list[Row]] = defaultdict(list)
    left_out: Counter[str] = Counter()
    taken = 0
    for item, keys, why in accepted_profiles():
        taken += bool(keys)
        if not keys:
            left_out[why] += 1
        for key in keys:
            grouped[key].append(item)
    rows = [flat(number, key, grouped[key]) for number, key in enumerate(sorted(grouped), 1)]
    count = write("civic_rule.tsv.gz", COLUMNS, rows)
    print(f"{taken} accepted items in {count} rows; left out {sum(left_out.values())}: {dict(left_out)}")


if __name__ == "__main__":
    main()
