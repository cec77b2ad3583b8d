"""VCF written by hand for the tests of its reader, and read back."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tumorprofil.errors import Refusal
from tumorprofil.formats import vcf
from tumorprofil.formats.layout import Options
from tumorprofil.formats.source import open_source
from tumorprofil.formats.staging import Staging

Row = dict[str, Any]

COLUMNS = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
READS = (
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">',
    '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Reads">',
    '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Depth">',
)


def vcf_text(
    records: Iterable[str], header: Iterable[str] = READS, samples: Iterable[str] = ("S-1",), version: str = "4.2"
) -> str:
    """A whole VCF; records are written with spaces where the file has tabs."""
    names = list(samples)
    columns = COLUMNS + ("\tFORMAT\t" + "\t".join(names) if names else "")
    lines = [f"##fileformat=VCFv{version}", *header, columns, *("\t".join(record.split()) for record in records)]
    return "\n".join(lines) + "\n"


def read_file(path: Path, keep_going: bool = False, **options: Any) -> Staging:
    """What the reader made of a file, before anything is resolved."""
    staging = Staging(keep_going=keep_going)
    vcf.read(open_source(path), staging, Options(**options))
    return staging


def read_text(folder: Path, text: str, name: str = "case.vcf", **options: Any) -> Staging:
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    return read_file(path, **options)


def case(staging: Staging) -> tuple[list[Row], Row]:
    """The findings in the order of the file, and the one profile."""
    cohort = staging.finish()
    (profile,) = cohort.arrow("SELECT * FROM profile").to_pylist()
    return cohort.arrow("SELECT * FROM finding ORDER BY finding_id").to_pylist(), profile


def rows(staging: Staging) -> list[Row]:
    return case(staging)[0]


def findings(
    folder: Path, records: Iterable[str], *header: str, samples: Iterable[str] = ("S-1",), **options: Any
) -> list[Row]:
    """The findings of a VCF with these records, which must give no refusal."""
    staging = read_text(folder, vcf_text(records, (*READS, *header), samples), **options)
    assert staging.refusals == []
    return rows(staging)


def refusals(folder: Path, text: str, **options: Any) -> list[Refusal]:
    return read_text(folder, text, **options).refusals
