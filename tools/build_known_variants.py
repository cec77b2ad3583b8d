"""Build known_variant.tsv.gz: exact GRCh37 coordinates with the protein change that they mean.

Run from the project root, after build_recurrent_variants.py: python tools/build_known_variants.py
From accepted CIViC variants with coordinates and alleles, and from recurrent_variant.tsv. One way of writing for
VCF and MAF: bases that both alleles share are cut from the end, then from the beginning; an empty allele is `-`;
`start` is the first changed base, of an insertion the base before it, as in MAF.
"""

import re
from collections.abc import Iterator

from build_civic_rules import CIVIC, accepted_profiles, proteins, symbol
from tsv import DATA, Row, read, write

from tumorprofil.terms.hgvs import coding_change, parse_protein

COLUMNS = (
    "build",
    "chromosome",
    "start",
    "end",
    "reference",
    "alternate",
    "gene",
    "protein",
    "hgvs_c",
    "consequence",
    "source",
)
CONSEQUENCES = {
    "missense",
    "nonsense",
    "frameshift",
    "inframe_deletion",
    "inframe_insertion",
    "inframe_indel",
    "silent",
    "start_lost",
    "stop_lost",
}


def minimal(start: int, reference: str, alternate: str) -> tuple[int, int, str, str]:
    """Start, end and alleles without the bases that both alleles share."""
    reference, alternate = reference.strip("-").upper(), alternate.strip("-").upper()
    while reference and alternate and reference[-1] == alternate[-1]:
        reference, alternate = reference[:-1], alternate[:-1]
    while reference and alternate and reference[0] == alternate[0]:
        reference, alternate, start = reference[1:], alternate[1:], start + 1
    if not reference:
        return start - 1, start, "-", alternate
    return start, start + len(reference) - 1, reference, alternate or "-"


def consequence(protein: str, types: str) -> str:
    if protein:
        kind = parse_protein(f"p.{protein}").kind
        return kind if kind in CONSEQUENCES else "protein_altering"
    return "splice_site" if re.search("Splice (Donor|Acceptor)", types) else ""


def placed(start: int, reference: str, alternate: str) -> Row:
    """The cells of `minimal`. Both sources name, of an insertion without a reference base, the base before it."""
    inserted = not reference.strip("-")
    start, end, reference, alternate = minimal(start + inserted, reference, alternate)
    return {"start": str(start), "end": str(end), "reference": reference, "alternate": alternate}


def coding_of(row: Row) -> str:
    """The coding change on CIViC's representative transcript, else on a RefSeq one, else on any."""
    names = [name for name in row["hgvs"].split("|") if ":c." in name]
    wanted = row["representative_transcript"] or "?"
    best = min(names, key=lambda name: (not name.startswith(wanted), not name.startswith("NM_")), default="")
    return coding_change(best) or ""


def from_civic() -> Iterator[Row]:
    wanted = {item["molecular_profile_id"] for item, _, _ in accepted_profiles()}
    for row in read(CIVIC / "gene_variants.tsv.gz"):
        complete = row["chromosome"] and row["start"] and (row["reference_bases"] or row["variant_bases"])
        if row["molecular_profile_id"] not in wanted or row["reference_build"] != "GRCh37" or not complete:
            continue
        if re.search("[^ACGT]", row["reference_bases"] + row["variant_bases"]):
            continue
        exact = proteins(row["name"])
        protein = exact[0] if len(exact) == 1 else ""
        what = consequence(protein, row["variant_types"])
        if not what:
            continue
        yield {
            "build": "GRCh37",
            "chromosome": row["chromosome"],
            **placed(int(row["start"]), row["reference_bases"], row["variant_bases"]),
            "gene": symbol(row["gene"]),
            "protein": protein,
            "hgvs_c": coding_of(row),
            "consequence": what,
            "source": "CIViC",
        }


def from_recurrence() -> Iterator[Row]:
    for row in read(DATA / "recurrent_variant.tsv"):
        yield {
            **{name: row[name] for name in ("build", "chromosome", "gene", "protein", "hgvs_c")},
            **placed(int(row["start"]), row["reference"], row["alternate"]),
            "consequence": consequence(row["protein"], ""),
            "source": "TCGA",
        }


def order(row: Row) -> tuple[int, int, str, str]:
    chromosome = {"X": 23, "Y": 24, "M": 25, "MT": 25}.get(row["chromosome"]) or int(row["chromosome"])
    return chromosome, int(row["start"]), row["reference"], row["alternate"]


def main() -> None:
    known: dict[tuple[int, int, str, str], Row] = {}
    conflicts = []
    for row in (*from_civic(), *from_recurrence()):
        first = known.setdefault(order(row), row)
        if first["gene"] != row["gene"] or (first["protein"] and row["protein"] and first["protein"] != row["protein"]):
            conflicts.append(f"{first['gene']} {first['protein']} / {row['protein']} ({row['source']})")
    count = write("known_variant.tsv.gz", COLUMNS, (known[key] for key in sorted(known)))
    print(f"{count} known variants; the first of two readings was kept for {len(conflicts)}: {'; '.join(conflicts)}")


if __name__ == "__main__":
    main()
