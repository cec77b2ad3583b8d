"""Reference tables: TSV files in the package, each replaceable by the user's own.

A table's provenance (source, licence, validity, verified) stands in `tables.toml` beside it. A site that
keeps its own version puts a file of the same name and columns into a folder and names the folder in the
setting `TUMORPROFIL_REFERENCE`.
"""

import csv
import gzip
import io
import os
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from tumorprofil.errors import UsageError
from tumorprofil.terms.language import translate

Row = dict[str, str | None]

_HOMES = ("terms", "evidence", "synthetic")
_own_folder: ContextVar[str | None] = ContextVar("own_folder", default=None)


@dataclass(frozen=True, slots=True)
class Table:
    """One reference table and where it comes from. `verified` is false where nobody with clinical or
    administrative responsibility has checked the rows."""

    name: str
    file: Path
    meaning: str
    source: str
    licence: str
    valid_from: date
    valid_to: date | None
    verified: bool


@lru_cache
def _shipped() -> dict[str, Table]:
    tables = {}
    for home in _HOMES:
        folder = Path(str(files("tumorprofil"))) / home / "data"
        listing = folder / "tables.toml"
        if not listing.exists():
            continue
        for name, entry in tomllib.loads(listing.read_text(encoding="utf-8")).items():
            tables[name] = Table(
                name=name,
                file=folder / entry["file"],
                meaning=entry["meaning"],
                source=entry["source"],
                licence=entry["licence"],
                valid_from=entry["valid_from"],
                valid_to=entry.get("valid_to"),
                verified=entry["verified"],
            )
    return tables


def tables() -> tuple[Table, ...]:
    """Every shipped reference table with its provenance, by name."""
    return tuple(sorted(_shipped().values(), key=lambda table: table.name))


@contextmanager
def own_tables(folder: str | Path) -> Iterator[None]:
    """Within the block, tables found in `folder` stand in for the shipped ones of the same name."""
    token = _own_folder.set(str(folder))
    try:
        yield
    finally:
        _own_folder.reset(token)


def path(name: str) -> Path:
    """The file that holds table `name`: the user's own where there is one, else the shipped one.

    Raises UsageError for an unknown table."""
    table = _shipped().get(name)
    if table is None:
        raise UsageError(
            translate("No reference table is called {name}; known are {known}.").format(
                name=name, known=", ".join(sorted(_shipped()))
            )
        )
    folder = _own_folder.get() or os.environ.get("TUMORPROFIL_REFERENCE")
    if folder:
        for candidate in (Path(folder) / f"{name}.tsv", Path(folder) / f"{name}.tsv.gz"):
            if candidate.exists():
                return candidate
    return table.file


def shipped_path(name: str) -> Path:
    """The file of table `name` in the package. Raises KeyError for an unknown table."""
    return _shipped()[name].file


def rows(name: str) -> tuple[Row, ...]:
    """All rows of table `name`; an empty cell is None. Cached per file and its time of change."""
    file = path(name)
    found = _read(file, file.stat().st_mtime_ns)
    shipped = _shipped()[name].file
    if file != shipped:
        _same_columns(name, file, _read(shipped, shipped.stat().st_mtime_ns), found)
    return found


@lru_cache(maxsize=64)
def _read(file: Path, _changed: int) -> tuple[Row, ...]:
    raw = file.read_bytes()
    if raw[:2] == b"\x1f\x8b":
        raw = gzip.decompress(raw)
    reader = csv.DictReader(io.StringIO(raw.decode("utf-8")), delimiter="\t", quoting=csv.QUOTE_NONE)
    return tuple({key: value or None for key, value in row.items()} for row in reader)


def _same_columns(name: str, file: Path, shipped: tuple[Row, ...], own: tuple[Row, ...]) -> None:
    missing = set(shipped[0]) - set(own[0] if own else {})
    if missing:
        raise UsageError(
            translate("{file} cannot replace table {name}: column {missing} is missing.").format(
                file=file, name=name, missing=", ".join(sorted(missing))
            )
        )
