"""Write a table to a file whose ending says the format, or as lines of tab-separated text."""

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import TextIO

import pyarrow as pa
import pyarrow.parquet as pq

from tumorprofil.errors import UsageError
from tumorprofil.terms.language import translate

TEXT_FORMATS = {".tsv": "\t", ".csv": ","}
FORMATS = (*TEXT_FORMATS, ".json", ".parquet")
# Excel takes a CSV without this mark for the machine's old code page and spoils æ, ø and å.
_CSV_ENCODING = "utf-8-sig"


def write(table: pa.Table, path: Path) -> None:
    """Write `table` as .tsv, .csv, .json (a list of objects) or .parquet.

    Raises UsageError for another ending or a folder that does not exist."""
    check(path, FORMATS)
    if path.suffix == ".parquet":
        pq.write_table(table, path)
    elif path.suffix == ".json":
        rows = [{key: _plain(value) for key, value in row.items()} for row in table.to_pylist()]
        path.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    else:
        encoding = _CSV_ENCODING if path.suffix == ".csv" else "utf-8"
        with path.open("w", encoding=encoding, newline="") as stream:
            write_text(table, stream, TEXT_FORMATS[path.suffix])


def check(path: Path, formats: Iterable[str]) -> None:
    """Raise UsageError where nothing could be written to `path`, before any work is done for it."""
    if path.suffix not in formats:
        raise UsageError(
            translate("{file}: the ending says no known format; use one of {known}.").format(
                file=path, known=", ".join(formats)
            )
        )
    if not path.parent.is_dir():
        raise UsageError(
            translate("{file}: the folder {folder} does not exist; make it first.").format(
                file=path, folder=path.parent
            )
        )
    if path.is_dir():
        raise UsageError(translate("{file} is a folder; name a file.").format(file=path))


def write_text(table: pa.Table, stream: TextIO, separator: str = "\t") -> None:
    """Write `table` with a heading row. Tab-separated text is never quoted: a tab or line end within a cell
    becomes a blank."""
    if separator == "\t":
        stream.writelines("\t".join(cells) + "\n" for cells in _cells(table))
    else:
        csv.writer(stream, delimiter=separator, lineterminator="\n").writerows(_cells(table))


def _cells(table: pa.Table) -> Iterator[list[str]]:
    yield list(table.column_names)
    for batch in table.to_batches(max_chunksize=10_000):
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            yield [
                "" if cell is None else " ".join(str(cell).split()) if isinstance(cell, str) else str(_plain(cell))
                for cell in row
            ]


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
