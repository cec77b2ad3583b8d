"""Reading an annotated VCF in full: this project's reader against pysam, the same rows in the same run.

Both end in a table with one row for each alternate allele: coordinates without shared bases, gene, coding and protein
change, transcript, exon, worst consequence, reads, population frequency, significance and filter, from the best of
several transcripts. Ours also holds every record against the header's definitions. Run it alone with
``python benchmarks/vcf.py [records]``.
"""

import json
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
import pysam

from tumorprofil.formats import vcf
from tumorprofil.formats.consequence import RANKS, TERMS
from tumorprofil.formats.layout import Options
from tumorprofil.formats.source import open_source
from tumorprofil.formats.staging import Staging

RECORDS = 300_000
SEED = 20260901
_RUNS = 3
T = TypeVar("T")
_GENES = 500
_CSQ = (
    "Allele",
    "Consequence",
    "IMPACT",
    "SYMBOL",
    "Gene",
    "Feature_type",
    "Feature",
    "BIOTYPE",
    "EXON",
    "INTRON",
    "HGVSc",
    "HGVSp",
    "CANONICAL",
    "MANE_SELECT",
    "gnomADe_AF",
    "CLIN_SIG",
)
_NAMES = "#CHROM POS ID REF ALT QUAL FILTER INFO FORMAT NORMAL TUMOR".replace(" ", "\t")
_HEADER = f"""##fileformat=VCFv4.2
##reference=GRCh38
##FILTER=<ID=weak,Description="Weak evidence">
##INFO=<ID=DP,Number=1,Type=Integer,Description="Depth">
##INFO=<ID=SOMATIC,Number=0,Type=Flag,Description="Somatic">
##INFO=<ID=TLOD,Number=A,Type=Float,Description="Log odds">
##INFO=<ID=CSQ,Number=.,Type=String,Description="Consequence annotations from Ensembl VEP. Format: {"|".join(_CSQ)}">
##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">
##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Reads of each allele">
##FORMAT=<ID=AF,Number=A,Type=Float,Description="Fraction">
##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Depth">
{"".join(f"##contig=<ID=chr{n}>{chr(10)}" for n in range(1, 23))}{_NAMES}
"""
_CONSEQUENCES = (
    "intron_variant",
    "intron_variant",
    "missense_variant",
    "synonymous_variant",
    "upstream_gene_variant",
    "intergenic_variant",
    "intron_variant&non_coding_transcript_variant",
    "3_prime_UTR_variant",
    "missense_variant&splice_region_variant",
    "stop_gained",
    "frameshift_variant",
    "splice_region_variant&intron_variant",
)


def write_synthetic(path: Path, records: int, seed: int = SEED) -> None:
    """A VCF with two samples, VEP annotation of one to three transcripts and two per cent multi-allelic records."""
    draw = random.Random(seed)
    with path.open("w", encoding="utf-8") as file:
        file.write(_HEADER)
        for number in range(records):
            file.write(_record(draw, f"chr{1 + number * 22 // records}", 1000 + number * 100 + draw.randint(0, 90)))


def _record(draw: random.Random, chromosome: str, position: int) -> str:
    ref = draw.choice("ACGT")
    alts = [draw.choice([base for base in "ACGT" if base != ref])]
    if draw.random() < 0.02:
        alts.append(draw.choice([base for base in "ACGT" if base not in (ref, alts[0])]))
    entries = ",".join(_entry(draw, alt, ref, place) for alt in alts for place in range(draw.choice((1, 1, 2, 3))))
    odds = ",".join(f"{draw.random() * 50:.2f}" for _ in alts)
    info = f"DP={draw.randint(60, 800)};SOMATIC;TLOD={odds};CSQ={entries}"
    keys = ("GT", "AD", "AF", "DP") if draw.random() < 0.9 else ("GT", "DP", "AD", "AF")
    samples = [_sample(draw, keys, len(alts), fraction) for fraction in (0.005, draw.random())]
    passed = draw.choice(("PASS", "PASS", "weak", "."))
    cells = (
        chromosome,
        position,
        ".",
        ref,
        ",".join(alts),
        draw.randint(1, 999),
        passed,
        info,
        ":".join(keys),
        *samples,
    )
    return "\t".join(map(str, cells)) + "\n"


def _entry(draw: random.Random, alt: str, ref: str, place: int) -> str:
    consequence, gene, codon = draw.choice(_CONSEQUENCES), draw.randrange(_GENES), draw.randint(1, 1500)
    coding = consequence.startswith(("missense", "synonymous", "stop"))
    transcript = f"ENST{gene * 10 + place:011d}.3"
    return "|".join(
        (
            alt,
            consequence,
            "MODERATE",
            f"GENE{gene}",
            f"ENSG{gene:011d}",
            "Transcript",
            transcript,
            "protein_coding",
            f"{draw.randint(1, 20)}/20" if coding else "",
            "",
            f"{transcript}:c.{codon * 3}{ref}>{alt}" if coding else "",
            f"ENSP{gene:011d}.2:p.Val{codon}Glu" if coding else "",
            "YES" if place == 0 else "",
            f"NM_{gene:06d}.4" if place == 0 else "",
            f"{draw.random() * 0.01:.4g}" if draw.random() < 0.3 else "",
            "pathogenic" if draw.random() < 0.01 else "",
        )
    )


def _sample(draw: random.Random, keys: tuple[str, ...], alleles: int, fraction: float) -> str:
    depth = draw.randint(30, 400)
    reads = [int(depth * fraction / alleles)] * alleles
    values = {
        "GT": "0/1",
        "AD": ",".join(map(str, [depth - sum(reads), *reads])),
        "AF": ",".join(f"{count / depth:.3f}" for count in reads),
        "DP": str(depth),
    }
    return ":".join(values[key] for key in keys)


def with_pysam(path: Path) -> pa.Table:
    """The same findings by pysam and plain Python."""
    names = (
        "chromosome",
        "start",
        "end",
        "ref",
        "alt",
        "gene",
        "coding",
        "protein",
        "transcript",
        "exon",
        "consequence",
        "reads",
        "depth",
        "frequency",
        "significance",
        "filter",
    )
    columns = list(zip(*_pysam_rows(path), strict=True))
    return pa.table(dict(zip(names, columns, strict=True)))


def _pysam_rows(path: Path) -> Iterator[tuple[object, ...]]:
    place = {name: number for number, name in enumerate(_CSQ)}
    outside = RANKS["upstream_gene_variant"]

    def order(entry: list[str]) -> tuple[object, ...]:
        rank = min(RANKS.get(term, 99) for term in entry[place["Consequence"]].split("&"))
        missing = [not entry[place[name]] for name in ("MANE_SELECT", "CANONICAL", "HGVSp")]
        return (rank >= outside, missing[0], missing[1], rank, missing[2])

    codes = [None, *TERMS.values()]
    with pysam.VariantFile(str(path)) as file:
        for record in file:
            entries = [entry.split("|") for entry in record.info.get("CSQ", ())]
            tumour = record.samples["TUMOR"]
            reads, depth = tumour.get("AD"), tumour.get("DP")
            filters = ";".join(record.filter.keys()) or None
            for number, alt in enumerate(record.alts or (), start=1):
                own = min((entry for entry in entries if entry[0] == alt), key=order)
                start, ref, changed = _trim(record.pos, record.ref or "", alt)
                frequency = own[place["gnomADe_AF"]]
                exon = re.match(r"\d+", own[place["EXON"]])
                transcript, _, coding = own[place["HGVSc"]].partition(":")
                yield (
                    record.chrom.removeprefix("chr"),
                    start,
                    start + len(ref) - 1,
                    ref or "-",
                    changed or "-",
                    own[place["SYMBOL"]],
                    coding or None,
                    own[place["HGVSp"]].partition(":")[2] or None,
                    transcript or own[place["Feature"]],
                    int(exon.group()) if exon else None,
                    codes[order(own)[3]],
                    reads[number],
                    max(depth, sum(reads)),
                    float(frequency) if frequency else None,
                    own[place["CLIN_SIG"]] or None,
                    filters,
                )


def _trim(position: int, ref: str, alt: str) -> tuple[int, str, str]:
    while len(ref) > 1 and len(alt) > 1 and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    while len(ref) + len(alt) > 2 and ref and alt and ref[0] == alt[0]:
        position, ref, alt = position + 1, ref[1:], alt[1:]
    return position, ref, alt


def with_ours(path: Path) -> Staging:
    """The findings by this project's reader, checks included; they lie in the workspace as columns."""
    staging = Staging()
    vcf.read(open_source(path), staging, Options())
    if staging.refusals:
        raise AssertionError(staging.refusals[0])
    return staging


def _timed(function: Callable[[Path], T], path: Path) -> tuple[float, T]:
    start = time.perf_counter()
    answer = function(path)
    return time.perf_counter() - start, answer


def run(records: int = RECORDS) -> dict[str, float]:
    """Figures: seconds of both (the best of several turns), their ratio (goal at least 3), rows.

    Raises AssertionError where the two tables differ."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "synthetic.vcf"
        write_synthetic(path, records)
        # In turn, so that whatever else the machine does meets both.
        rounds = [(_timed(with_ours, path), _timed(with_pysam, path)) for _ in range(_RUNS)]
        megabytes = path.stat().st_size / 1e6
    ours_seconds, pysam_seconds = (min(turn[side][0] for turn in rounds) for side in (0, 1))
    staging, theirs = rounds[-1][0][1], rounds[-1][1][1]
    ours = staging.connection.execute("SELECT * FROM _finding_0").to_arrow_table()
    _same(ours, theirs)
    return {
        "records": records,
        "megabytes": round(megabytes, 1),
        "findings": ours.num_rows,
        "ours_seconds": round(ours_seconds, 2),
        "pysam_seconds": round(pysam_seconds, 2),
        "times_faster": round(pysam_seconds / ours_seconds, 1),
    }


def _same(ours: pa.Table, theirs: pa.Table) -> None:
    pairs = {
        "chromosome": "chromosome",
        "start_position": "start",
        "alternate_allele": "alt",
        "gene_reported": "gene",
        "hgvs_p_reported": "protein",
        "hgvs_c": "coding",
        "consequence": "consequence",
        "transcript": "transcript",
        "exon": "exon",
        "alternate_reads": "reads",
        "depth": "depth",
        "population_frequency": "frequency",
        "filter": "filter",
    }
    keys = [(name, "ascending") for name in ("chromosome", "start_position", "alternate_allele")]
    left = ours.select(list(pairs)).sort_by(keys)
    right = theirs.select(list(pairs.values())).rename_columns(list(pairs)).sort_by(keys)
    for name in pairs:
        found, expected = left[name].to_pylist(), right[name].to_pylist()
        if found != expected:
            # An intergenic entry names a gene that it is only near to: ours drops it.
            kinds = left["consequence"].to_pylist()
            odd = [
                (one, other)
                for one, other, kind in zip(found, expected, kinds, strict=True)
                if one != other and not (name == "gene_reported" and kind == "noncoding")
            ]
            assert not odd, f"{name}: {odd[:3]}"


if __name__ == "__main__":
    print(json.dumps(run(int(sys.argv[1]) if len(sys.argv) > 1 else RECORDS), indent=1))
