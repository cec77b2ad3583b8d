"""Build finding_count.tsv.gz: how many profiles of 21 TCGA cohorts carry which change in a gene of the TSO500 panel.

Run from the project root: python tools/build_finding_counts.py
Figures only are committed. A change that RECURRENT patients or more carry over all cohorts stands by name; the others
of a gene are pooled by consequence, with the first and last residue that they lie between where POOLED profiles or
more carry them. A profile with more than HIGH_BURDEN changes in the panel's genes counts in the cohort `high_burden`
alone: few hypermutated tumours would otherwise give every other profile their passengers.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from tsv import DATA, SHARED, Row, read, write

from tumorprofil.terms.hgvs import normalise_protein, parse_protein

RECURRENT, POOLED, HIGH_BURDEN = 5, 5, 45
COUNTS = DATA.parents[1] / "synthetic" / "data" / "finding_count.tsv.gz"
COLUMNS = ("cohort", "gene", "protein", "consequence", "profiles", "residue_first", "residue_last")
CONSEQUENCES = {
    "Missense_Mutation": "missense",
    "Nonsense_Mutation": "nonsense",
    "Frame_Shift_Del": "frameshift",
    "Frame_Shift_Ins": "frameshift",
    "In_Frame_Del": "inframe_deletion",
    "In_Frame_Ins": "inframe_insertion",
    "Splice_Site": "splice_site",
    "Translation_Start_Site": "start_lost",
}
# As in the preset for TCGA: MC3's names for how a sample was amplified or paired, and for a rescued call.
ACCEPTED = {"", ".", "PASS", "wga", "native_wga_mix", "nonpreferredpair", "gapfiller"}


class Change(NamedTuple):
    """One change that one profile carries; `protein` without its prefix, empty where the source has none."""

    gene: str
    protein: str
    consequence: str
    residue: int


def symbols() -> dict[str, str]:
    table = DATA.parents[1] / "terms" / "data" / "gene_symbol.tsv.gz"
    return {row["reported"]: row["symbol"] for row in read(table)}


def change(row: Row, gene: str) -> Change | None:
    """The change of a MAF row, None where it does not alter the protein."""
    consequence = CONSEQUENCES.get(row["Variant_Classification"])
    if consequence is None or not set(row.get("FILTER", "").replace(";", ",").split(",")) <= ACCEPTED:
        return None
    protein = normalise_protein(row.get("HGVSp_Short") or row.get("Protein_Change")) or ""
    parts = parse_protein(protein)
    if consequence.startswith("inframe") and parts.kind.startswith("inframe"):
        consequence = parts.kind
    # A missense that spans residues, or a class that the protein change contradicts, is pooled.
    named = protein.removeprefix("p.") if parts.kind == consequence else ""
    return Change(gene, named, consequence, parts.first or 0)


def profiles(cohort: str, current: dict[str, str], panel: set[str]) -> dict[str, set[Change]]:
    """Profile → its changes in the panel's genes; a profile without any is there too."""
    found: dict[str, set[Change]] = defaultdict(set)
    for row in read(SHARED / "tcga" / f"{cohort}.maf.gz"):
        carried = found[row["Tumor_Sample_Barcode"][:12]]
        gene = current.get(row["Hugo_Symbol"], row["Hugo_Symbol"])
        if gene in panel and (known := change(row, gene)):
            carried.add(known)
    return found


def counted(
    cohort: str, carried: list[set[Change]], named: set[tuple[str, str]], last: dict[str, int]
) -> Iterator[Row]:
    """The rows of a cohort: its size, each gene with any change, and each change by name or pooled."""
    yield figures(cohort, profiles=len(carried))
    genes = Counter(gene for profile in carried for gene in {known.gene for known in profile})
    changes: Counter[tuple[str, str, str]] = Counter()
    residues: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for profile in carried:
        keys = set()
        for known in profile:
            protein = known.protein if (known.gene, known.protein) in named else ""
            keys.add(key := (known.gene, protein, known.consequence))
            if not protein and known.residue:
                residues[key].append(known.residue)
        changes.update(keys)
    for gene in sorted(genes):
        yield figures(cohort, gene, profiles=genes[gene], residue_last=last[gene])
        for key in sorted(key for key in changes if key[0] == gene):
            # Where few carry a pool, the residues would give away the change of one profile.
            span = residues[key] if changes[key] >= POOLED and len(set(residues[key])) >= POOLED else []
            first, end = (min(span), max(span)) if span else ("", "")
            yield figures(cohort, *key, profiles=changes[key], residue_first=first, residue_last=end)


def figures(cohort: str, gene: str = "", protein: str = "", consequence: str = "", **cells: object) -> Row:
    texts = {"cohort": cohort, "gene": gene, "protein": protein, "consequence": consequence}
    return texts | {name: str(cell) for name, cell in cells.items()}


def recurrent(carried: Iterable[set[Change]]) -> set[tuple[str, str]]:
    counts = Counter((known.gene, known.protein) for profile in carried for known in profile if known.protein)
    return {key for key, count in counts.items() if count >= RECURRENT}


def main() -> None:
    current = symbols()
    panel = {current.get(row["gene"], row["gene"]) for row in read(DATA.parents[1] / "terms/data/panel_gene.tsv")}
    cohorts: dict[str, list[set[Change]]] = {}
    high: list[set[Change]] = []
    for file in sorted((SHARED / "tcga").glob("*.maf.gz")):
        cohort = file.name.split(".")[0]
        carried = list(profiles(cohort, current, panel).values())
        cohorts[cohort] = [profile for profile in carried if len(profile) <= HIGH_BURDEN]
        high += [profile for profile in carried if len(profile) > HIGH_BURDEN]
    cohorts["high_burden"] = high
    every = [profile for carried in cohorts.values() for profile in carried]
    named = recurrent(every)
    last: dict[str, int] = defaultdict(int)
    for profile in every:
        for known in profile:
            last[known.gene] = max(last[known.gene], known.residue)
    rows = [row for cohort, carried in cohorts.items() for row in counted(cohort, carried, named, last)]
    count = write(str(COUNTS), COLUMNS, rows)
    print(f"{count} rows, {len(named)} changes by name, {len(high)} profiles of high burden")


if __name__ == "__main__":
    main()
