"""Deterministic TSV in and out for the scripts that build the committed tables."""

import csv
import gzip
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
SHARED = PROJECT.parent / "shared" / "data"
DATA = PROJECT / "src" / "tumorprofil" / "evidence" / "data"

Row = dict[str, str]

# The columns that say what an alteration is, shared by ESCAT rules and CIViC support.
PLACE = (
    "gene",
    "partner",
    "alteration_class",
    "protein",
    "residue_first",
    "residue_last",
    "exon",
    "exon_kind",
    "biomarker",
)


def read(file: Path, quoted: bool = False) -> Iterator[Row]:
    """Rows of a TSV, gzip or plain; cells trimmed."""
    csv.field_size_limit(1 << 24)
    quoting = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    with (gzip.open if file.suffix == ".gz" else open)(file, "rt", encoding="utf-8") as handle:
        for row in csv.DictReader(handle, delimiter="\t", quoting=quoting):
            yield {key: (value or "").strip() for key, value in row.items() if key}


def write(name: str, columns: Sequence[str], rows: Iterable[Row]) -> int:
    """Write table `name` (.tsv or .tsv.gz); byte for byte the same for the same rows. Returns the row count."""
    text = io.StringIO()
    text.write("\t".join(columns) + "\n")
    count = 0
    for row in rows:
        text.write("\t".join(str(row.get(column, "")) for column in columns) + "\n")
        count += 1
    raw = text.getvalue().encode("utf-8")
    if name.endswith(".gz"):
        raw = gzip.compress(raw, 9, mtime=0)
    (DATA / name).write_bytes(raw)
    return count
