"""Build recurrent_variant.tsv: small variants of oncogenes that recur across patients of 21 TCGA cohorts.

Run from the project root: python tools/build_recurrent_variants.py
Counts only are committed. A variant counts where it alters the protein without truncating it and enough distinct
patients carry it: PATIENTS in two cohorts or more, ALONE in a single one, where one hypermutated or noisy cohort
could otherwise make a passenger recur. A variant is the gene and its normalised protein change.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from tsv import DATA, SHARED, Row, read, write

from tumorprofil.terms.hgvs import normalise_protein, parse_protein

PATIENTS, ALONE = 5, 8
COLUMNS = (
    "gene",
    "protein",
    "consequence",
    "patients",
    "cohorts",
    "build",
    "chromosome",
    "start",
    "end",
    "reference",
    "alternate",
    "hgvs_c",
    "coordinate_patients",
)
KINDS = {"missense", "inframe_deletion", "inframe_insertion", "inframe_indel"}
Coordinate = tuple[str, str, str, str, str]


def current_symbols() -> dict[str, str]:
    table = DATA.parents[1] / "terms" / "data" / "gene_symbol.tsv.gz"
    return {row["reported"]: row["symbol"] for row in read(table)}


def variants(genes: set[str]) -> Iterator[tuple[str, str, str, str, Row]]:
    """(gene, protein, patient, cohort, row) of every protein-altering, non-truncating variant in `genes`."""
    symbols = current_symbols()
    for file in sorted((SHARED / "tcga").glob("*.maf.gz")):
        for row in read(file):
            gene = symbols.get(row["Hugo_Symbol"], row["Hugo_Symbol"])
            if gene not in genes:
                continue
            protein = normalise_protein(row.get("HGVSp_Short") or row.get("Protein_Change"))
            if protein and parse_protein(protein).kind in KINDS:
                yield gene, protein.removeprefix("p."), row["Tumor_Sample_Barcode"][:12], file.name.split(".")[0], row


def coordinate(row: Row) -> Coordinate:
    """Chromosome, start, end, reference and alternate as MAF has them: nothing shared, - where empty."""
    return (
        row["Chromosome"].removeprefix("chr"),
        row["Start_Position"],
        row["End_Position"],
        row["Reference_Allele"] or "-",
        row["Tumor_Seq_Allele2"] or "-",
    )


def main() -> None:
    roles = {row["gene"]: row["role"] for row in read(DATA / "gene_role.tsv")}
    genes = {gene for gene, role in roles.items() if role in ("oncogene", "both")}
    patients: dict[tuple[str, str], set[str]] = defaultdict(set)
    cohorts: dict[tuple[str, str], set[str]] = defaultdict(set)
    places: dict[tuple[str, str], Counter[Coordinate]] = defaultdict(Counter)
    coding: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    seen: set[tuple[str, str, str]] = set()
    for gene, protein, patient, cohort, row in variants(genes):
        key = (gene, protein)
        patients[key].add(patient)
        cohorts[key].add(cohort)
        if (gene, protein, patient) not in seen:
            places[key][coordinate(row)] += 1
            seen.add((gene, protein, patient))
        if re.match(r"c\.", row.get("HGVSc", "")):
            coding[key][row["HGVSc"]] += 1
    rows = []
    for key in sorted(patients):
        if len(patients[key]) < (PATIENTS if len(cohorts[key]) > 1 else ALONE):
            continue
        place, count = min(places[key].items(), key=lambda item: (-item[1], item[0]))
        chromosome, start, end, reference, alternate = place
        rows.append(
            {
                "gene": key[0],
                "protein": key[1],
                "consequence": parse_protein(f"p.{key[1]}").kind,
                "patients": str(len(patients[key])),
                "cohorts": "|".join(sorted(cohorts[key])),
                "build": "GRCh37",
                "chromosome": chromosome,
                "start": start,
                "end": end,
                "reference": reference,
                "alternate": alternate,
                "hgvs_c": min(coding[key].items(), key=lambda item: (-item[1], item[0]))[0] if coding[key] else "",
                "coordinate_patients": str(count),
            }
        )
    print(f"{write('recurrent_variant.tsv', COLUMNS, rows)} recurrent variants")


if __name__ == "__main__":
    main()
