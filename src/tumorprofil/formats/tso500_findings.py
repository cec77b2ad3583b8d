"""The rows of a CombinedVariantOutput as findings. The report lists only calls that passed the pipeline's filters."""

from collections.abc import Iterator

from tumorprofil.formats import fusion_genes
from tumorprofil.formats.consequence import worst
from tumorprofil.formats.fusion_genes import Finding
from tumorprofil.formats.tso500_sections import Cells, Row
from tumorprofil.terms.cut_off import cut_off
from tumorprofil.terms.hgvs import coding_change

_PASSED = "PASS"


def small_variants(rows: list[Row], profile: str, cells: Cells) -> Iterator[Finding]:
    """Substitutions and small insertions and deletions. Silent and intronic rows, and those without a gene, stay.

    Reads that support the variant are not reported: fraction and depth are."""
    for row in rows:
        start, end, reference, alternate = trimmed(
            cells.count(row, "Genomic Position"),
            row.cells.get("Reference Call", ""), row.cells.get("Alternative Call", ""))
        coding = row.cells.get("C-Dot Notation", "")
        exon, exon_last = cells.exons(row, "Affected Exon(s)")
        yield {
            "profile_id": profile,
            "kind": "small_variant",
            "gene_reported": row.cells.get("Gene"),
            "chromosome": cells.chromosome(row, "Chromosome"),
            "start_position": start,
            "end_position": end,
            "reference_allele": reference,
            "alternate_allele": alternate,
            "hgvs_c": coding_change(coding),
            "hgvs_p_reported": row.cells.get("P-Dot Notation"),
            "transcript": coding.partition(":")[0] if ":" in coding else None,
            "consequence": _consequence(row.cells.get("Consequence(s)", "")),
            "exon": exon,
            "exon_last": exon_last,
            "depth": cells.count(row, "Depth"),
            "vaf": cells.fraction(row, "Allele Frequency"),
            "origin": "unknown",
            "filter": _PASSED,
        }


def _consequence(written: str) -> str:
    return worst(written.replace(":", "&").replace(";", "&")) or "not_annotated"


def trimmed(position: int | None, reference: str, alternate: str) -> tuple[int | None, int | None, str, str]:
    """Start, end and alleles without the bases that both alleles share, as in a MAF; `-` where nothing is left.

    An insertion lies between its start and its end.

    >>> trimmed(100, "CA", "C")
    (101, 101, 'A', '-')
    >>> trimmed(100, "C", "CAT")
    (100, 101, '-', 'AT')
    """
    if reference == alternate:
        return position, position, reference or "-", alternate or "-"
    while len(reference) > 1 and len(alternate) > 1 and reference[-1] == alternate[-1]:
        reference, alternate = reference[:-1], alternate[:-1]
    shared = 0
    while shared < min(len(reference), len(alternate)) and reference[shared] == alternate[shared]:
        shared += 1
    reference, alternate = reference[shared:], alternate[shared:]
    if position is None:
        return None, None, reference or "-", alternate or "-"
    start = position + shared
    if not reference:
        return start - 1, start, "-", alternate
    return start, start + len(reference) - 1, reference, alternate or "-"


def amplifications(rows: list[Row], profile: str, cells: Cells) -> Iterator[Finding]:
    """Genes in the section of amplifications.

    The pipeline lists a gene there once its caller sees a gain; evidence speaks of high-level amplification,
    so only a fold change at the cut-off is called that, and the rest a gain."""
    for row in rows:
        fold = cells.measure(row, "Fold Change")
        high = fold is not None and cut_off("amplification_fold_change_tso500").met(fold)
        yield {
            "profile_id": profile,
            "kind": "copy_number",
            "gene_reported": row.cells.get("Gene"),
            "fold_change": fold,
            "copy_call": "amplification" if high else "gain",
            "filter": _PASSED,
        }


def splice_variants(rows: list[Row], profile: str, cells: Cells) -> Iterator[Finding]:
    """Splice variants seen in RNA; the exons are those that the transcript leaves out."""
    for row in rows:
        exon, exon_last = cells.exons(row, "Affected Exon")
        left, right = cells.place(row, "Breakpoint 1"), cells.place(row, "Breakpoint 2")
        supporting = cells.count(row, "Splice Supporting Reads")
        normal = cells.count(row, "Reference Reads Transcript")
        yield {
            "profile_id": profile,
            "kind": "splice",
            "gene_reported": row.cells.get("Gene"),
            "chromosome": left[0] if left else None,
            "start_position": left[1] if left else None,
            "end_position": right[1] if left and right and left[0] == right[0] else None,
            "exon": exon,
            "exon_last": exon_last,
            "alternate_reads": supporting,
            "depth": None if supporting is None or normal is None else supporting + normal,
            "filter": _PASSED,
        }


def fusions(rows: list[Row], profile: str, cells: Cells) -> list[Finding]:
    """Fusions. A pair joined by a hyphen names the 5' gene first; where a slash joins them the order is not
    known, and the gene named last takes the 3' partner's place."""
    return [
        fusion_genes.finding(
            profile, fusion_genes.split_pair(row.cells.get("Gene Pair", "")),
            (cells.place(row, "Breakpoint 1"), cells.place(row, "Breakpoint 2")),
            reads=cells.count(row, "Fusion Supporting Reads"), passed=_PASSED)
        for row in rows
    ]
