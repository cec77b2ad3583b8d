"""A freeze: the cohort tables as Parquet files in a folder, with a manifest that says what they are.

A number that was computed from a freeze can be computed again: the manifest holds row counts, sizes and hashes of
every file, the schema, the version of the evidence, and how the table `case` was made. A table may lie in several
files, so that a large freeze is written part by part.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from tumorprofil.cohort import engine, schema
from tumorprofil.cohort.cohort import Cohort
from tumorprofil.errors import ReadError, Refusal, UsageError
from tumorprofil.terms.language import translate

MANIFEST = "manifest.json"
FORMAT = "tumorprofil freeze"
VERSION = 1
# The order of the rows in the files, the same on any machine: the engine's own hangs on how many cores it had.
_ORDER = {
    "patient": "patient_id",
    "profile": "profile_id",
    "finding": "finding_id",
    "assessed": "profile_id, finding_id, biomarker, evidence_id, drug",
    "case": "profile_id",
}
# What a finding is called by the tables is worked out again when it is assessed again.
_DERIVED = ("gene", "partner", "hgvs_p")


class FrozenCohort(Cohort):
    """A cohort whose tables lie in the files of a freeze. Raises ReadError where a query fails and a file is not what
    it was."""

    @contextmanager
    def cursor(self, path: str | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
        """As for any cohort."""
        with super().cursor(path) as cursor, _blamed(self.folder or Path()):
            yield cursor


def is_freeze(folder: Path) -> bool:
    """Whether a folder holds a freeze."""
    return (folder / MANIFEST).is_file()


def check_place(folder: Path, replace: bool = False) -> None:
    """Raises UsageError where no freeze can be written as `folder`; `replace` says that one there may go."""
    if is_freeze(folder) and not replace:
        raise UsageError(
            translate("{folder} is a freeze already; name another folder, or say --replace.").format(folder=folder)
        )
    if folder.exists() and not (is_freeze(folder) or (folder.is_dir() and not any(folder.iterdir()))):
        raise UsageError(translate("{folder} exists and is no freeze; name a new folder.").format(folder=folder))
    if not folder.parent.is_dir():
        raise UsageError(
            translate("{file}: the folder {folder} does not exist; make it first.").format(
                file=folder, folder=folder.parent
            )
        )


@contextmanager
def writing(folder: Path, replace: bool = False) -> Iterator[Path]:
    """A folder to write the parts of a freeze into; it takes its place as `folder` when the block ends well.

    With `replace` an earlier freeze of that name is replaced; anything else is left alone. Raises UsageError where
    `folder` exists and may not be replaced, or where its parent does not exist."""
    check_place(folder, replace)
    partial = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        yield partial
        partial.chmod(0o755)
        replaced = partial.with_name(f"{partial.name}.old")
        if folder.exists():
            folder.rename(replaced)
        partial.rename(folder)
        shutil.rmtree(replaced, ignore_errors=True)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def copy(cohort: Cohort, folder: Path, tables: Mapping[str, str], part: int = 0, path: str | None = None) -> None:
    """Write tables of a cohort as part number `part` of a freeze: name in the schema → name in the workspace, looked
    for along `path`."""
    for name, held in tables.items():
        columns = ", ".join(
            f'CAST("{column.name}" AS {column.type}) AS "{column.name}"' for column in schema.table(name).columns
        )
        file = str(folder / f"{name}-{part:05}.parquet").replace("'", "''")
        query = f'SELECT {columns} FROM "{held}" ORDER BY {_ORDER.get(name, "ALL")}'
        with cohort.cursor(path) as cursor:
            cursor.execute(f"COPY ({query}) TO '{file}' (FORMAT parquet)")


def seal(folder: Path, made: date, synthetic: bool, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Write the manifest over the parts in `folder`, and return it. `facts` are kept as they are."""
    tables: dict[str, Any] = {}
    for table in schema.TABLES:
        files = [_file(path) for path in sorted(folder.glob(f"{table.name}-[0-9]*.parquet"))]
        if files:
            tables[table.name] = {
                "rows": sum(file["rows"] for file in files),
                "columns": _columns(folder / files[0]["name"], table),
                "files": files,
            }
    named = json.dumps(tables, sort_keys=True).encode()
    manifest = {
        "format": FORMAT,
        "format_version": VERSION,
        "id": hashlib.sha256(named).hexdigest()[:16],
        "made": made.isoformat(),
        "synthetic": synthetic,
        **facts,
        "tables": tables,
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return manifest


def attach(folder: Path) -> Cohort:
    """The cohort of a freeze; its tables are read from the files when they are asked for.

    Raises ReadError where the manifest cannot be read, or a file is missing or is not the size that it was."""
    manifest = _manifest(folder)
    connection = engine.workspace()
    cohort = FrozenCohort(connection, manifest=manifest, folder=folder)
    engine.share_reference(connection, "gene_symbol")
    for table in schema.TABLES:
        entry = manifest["tables"].get(table.name)
        if entry is None and table not in schema.SOURCE_TABLES:
            continue
        with _blamed(folder):
            connection.execute(f'CREATE VIEW "{table.name}" AS {_select(folder, table, entry)}')
    reported = ", ".join(f'"{name}"' for name in schema.FINDING.column_names if name not in _DERIVED)
    connection.execute(f"CREATE VIEW finding_reported AS SELECT {reported} FROM finding")
    return cohort


def files(cohort: Cohort, name: str) -> list[Path]:
    """The files of a cohort's freeze that hold table `name`; none where there is no freeze, or no such table in it."""
    if cohort.folder is None or cohort.manifest is None or name not in cohort.manifest["tables"]:
        return []
    return [cohort.folder / file["name"] for file in cohort.manifest["tables"][name]["files"]]


def changed_files(folder: Path) -> list[str]:
    """The files whose content is not what the manifest says; empty where the freeze is as it was written.

    Raises ReadError as `attach` does."""
    entries = [file for table in _manifest(folder)["tables"].values() for file in table["files"]]
    return [file["name"] for file in entries if _digest(folder / file["name"]) != file["sha256"]]


def verify(cohort: Cohort, name: str) -> None:
    """Raises ReadError where a file of the freeze that holds table `name` is not what the manifest says."""
    if cohort.folder is None or cohort.manifest is None:
        return
    for file in cohort.manifest["tables"][name]["files"]:
        path = cohort.folder / file["name"]
        if _size(path) != file["bytes"] or _digest(path) != file["sha256"]:
            raise _changed(path)


def is_synthetic(folder: Path) -> bool:
    """Whether a folder holds a freeze in which nobody is real."""
    try:
        return is_freeze(folder) and _manifest(folder)["synthetic"] is True
    except (ReadError, KeyError):
        return False


@contextmanager
def _blamed(folder: Path) -> Iterator[None]:
    """Say of what the engine cannot read which file was changed, where one was."""
    try:
        yield
    except (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException):
        # The query is wrong, not the files.
        raise
    except duckdb.Error as error:
        if changed := changed_files(folder):
            raise _changed(folder / changed[0]) from error
        raise


def _changed(path: Path) -> ReadError:
    problem = translate("the file was changed after it was written; run check")
    return _refused(path, problem)


def _columns(path: Path, table: schema.TableSchema) -> dict[str, str]:
    held = set(pq.read_schema(path).names)
    return {name: kind for name, kind in table.types().items() if name in held}


def _file(path: Path) -> dict[str, Any]:
    return {
        "name": path.name,
        "rows": pq.read_metadata(path).num_rows,
        "bytes": path.stat().st_size,
        "sha256": _digest(path),
    }


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        if manifest["format"] != FORMAT or manifest["format_version"] != VERSION:
            raise KeyError("format")
        files = [file for table in manifest["tables"].values() for file in table["files"]]
        lost = [
            file["name"]
            for file in files
            if Path(file["name"]).name != file["name"] or _size(folder / file["name"]) != file["bytes"]
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _refused(path, translate("this is no manifest of a freeze that this version reads")) from error
    if lost:
        raise _refused(folder / lost[0], translate("the file is missing, or is not as long as the manifest says"))
    return dict(manifest)


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else -1


def _refused(path: Path, problem: str) -> ReadError:
    return ReadError([Refusal(str(path), "file", problem, translate("Make the freeze again."))])


def _select(folder: Path, table: schema.TableSchema, entry: Mapping[str, Any] | None) -> str:
    # A column that a later version added is empty in an older freeze.
    known = set(entry["columns"]) if entry else set()
    cells = ", ".join(
        f'CAST("{column.name}" AS {column.type}) AS "{column.name}"'
        if column.name in known
        else f'CAST(NULL AS {column.type}) AS "{column.name}"'
        for column in table.columns
    )
    if entry is None:
        return f"SELECT {cells} WHERE false"
    files = ", ".join("'" + str(folder / file["name"]).replace("'", "''") + "'" for file in entry["files"])
    # A folder above that is named like a column, such as year=2025, says nothing of the rows.
    return f"SELECT {cells} FROM read_parquet([{files}], hive_partitioning = false)"
