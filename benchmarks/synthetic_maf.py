"""A seeded MAF of any size with the shape of MC3: drivers where they recur, passengers everywhere else."""

from pathlib import Path

import numpy as np

from tumorprofil.terms import reference

HEADINGS = (
    "Hugo_Symbol",
    "Chromosome",
    "Start_Position",
    "End_Position",
    "Variant_Classification",
    "Variant_Type",
    "Reference_Allele",
    "Tumor_Seq_Allele2",
    "Tumor_Sample_Barcode",
    "Matched_Norm_Sample_Barcode",
    "HGVSc",
    "HGVSp_Short",
    "Transcript_ID",
    "Exon_Number",
    "t_ref_count",
    "t_alt_count",
    "n_ref_count",
    "n_alt_count",
    "IMPACT",
    "ExAC_AF",
    "FILTER",
)
_CLASSES = (
    "Missense_Mutation",
    "Silent",
    "Nonsense_Mutation",
    "Frame_Shift_Del",
    "Splice_Site",
    "Intron",
    "In_Frame_Del",
)
_SHARES = (0.60, 0.22, 0.05, 0.03, 0.03, 0.05, 0.02)
_DRIVER_SHARE = 0.01
# In TCGA about one row in twenty lies in a gene that evidence speaks of.
_EVIDENCE_GENE_SHARE = 0.04
_ROWS_PER_SAMPLE = 200
_CHUNK = 100_000
_LETTERS = np.array(list("ACDEFGHIKLMNPQRSTVWY"))
_BASES = np.array(list("ACGT"))


def write(path: Path, rows: int, seed: int = 20251208) -> None:
    """Write `rows` rows to `path`. The same seed gives the same file."""
    rng = np.random.default_rng(seed)
    symbols = np.array(
        sorted({str(row["symbol"]) for row in reference.rows("gene_symbol") if row["kind"] == "current"})
    )
    spoken_of = np.array(sorted({str(row["gene"]) for row in reference.rows("civic_rule") if row["gene"]}))
    drivers = [
        (str(row["gene"]), str(row["protein"]))
        for row in reference.rows("recurrent_variant")
        if "_" not in str(row["protein"])
    ]
    with path.open("w", encoding="utf-8") as out:
        out.write("\t".join(HEADINGS) + "\n")
        for start in range(0, rows, _CHUNK):
            out.writelines(_lines(rng, symbols, spoken_of, drivers, start, min(_CHUNK, rows - start)))


def _lines(
    rng: np.random.Generator,
    symbols: np.ndarray,
    spoken_of: np.ndarray,
    drivers: list[tuple[str, str]],
    start: int,
    count: int,
) -> list[str]:
    genes = np.where(
        rng.random(count) < _EVIDENCE_GENE_SHARE,
        spoken_of[rng.integers(len(spoken_of), size=count)],
        symbols[rng.integers(len(symbols), size=count)],
    )
    classes = rng.choice(len(_CLASSES), size=count, p=_SHARES)
    positions = rng.integers(1_000_000, 150_000_000, size=count)
    residues = rng.integers(1, 1500, size=count)
    letters = _LETTERS[rng.integers(len(_LETTERS), size=(count, 2))]
    bases = _BASES[rng.integers(4, size=(count, 2))]
    reads = rng.integers(3, 120, size=(count, 2))
    driven = rng.random(count) < _DRIVER_SHARE
    picked = rng.integers(len(drivers), size=count)
    lines = []
    for index in range(count):
        kind = _CLASSES[classes[index]]
        gene, residue = genes[index], residues[index]
        protein = _protein(kind, letters[index][0], residue, letters[index][1])
        if driven[index]:
            gene, change = drivers[picked[index]]
            kind, protein = "Missense_Mutation", f"p.{change}"
        sample = f"SYNT-{(start + index) // _ROWS_PER_SAMPLE:06d}-01A"
        position = positions[index]
        lines.append(
            f"{gene}\t{residue % 22 + 1}\t{position}\t{position}\t{kind}\tSNP\t{bases[index][0]}\t{bases[index][1]}\t"
            f"{sample}\t{sample[:-3]}10A\tc.{residue * 3}{bases[index][0]}>{bases[index][1]}\t{protein}\t"
            f"ENST{residue:011d}\t{residue % 20 + 1}/28\t{reads[index][0]}\t{reads[index][1]}\t60\t0\t"
            "MODERATE\t.\tPASS\n"
        )
    return lines


def _protein(kind: str, before: str, residue: int, after: str) -> str:
    return {
        "Missense_Mutation": f"p.{before}{residue}{after}",
        "Silent": f"p.{before}{residue}=",
        "Nonsense_Mutation": f"p.{before}{residue}*",
        "Frame_Shift_Del": f"p.{before}{residue}fs*12",
        "Splice_Site": f"p.X{residue}_splice",
        "In_Frame_Del": f"p.{before}{residue}del",
    }.get(kind, ".")
