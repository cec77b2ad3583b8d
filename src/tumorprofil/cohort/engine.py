"""The embedded engine: one DuckDB in the process, one workspace a cohort.

Reference tables and macros are loaded once and seen by every workspace; a workspace is an in-memory
database of its own (compressed, which measured faster to fill than the plain kind) that vanishes with
its cohort.
"""

import itertools
import threading
import weakref
from functools import lru_cache
from pathlib import Path

import duckdb
import pyarrow as pa

from tumorprofil.terms import hgvs, reference

_numbers = itertools.count(1)
_lock = threading.Lock()


@lru_cache(maxsize=1)
def _engine() -> duckdb.DuckDBPyConnection:
    engine = duckdb.connect(":memory:")
    engine.execute("SET autoinstall_known_extensions = false; SET autoload_known_extensions = false")
    engine.execute("SET enable_progress_bar = false")
    # A checkpoint of an in-memory database compresses again what the reader has compressed already: seconds.
    engine.execute("SET checkpoint_threshold = '1TB'")
    hgvs.register(engine)
    return engine


def workspace() -> duckdb.DuckDBPyConnection:
    """A connection whose unqualified names mean this cohort's own tables first, then the reference tables."""
    name = f"cohort_{next(_numbers)}"
    with _lock:
        connection = _engine().cursor()
    connection.execute(f"ATTACH ':memory:' AS {name} (COMPRESS)")
    connection.execute(f"SET search_path = '{name}.main,memory.main'")
    return connection


def cursor(connection: duckdb.DuckDBPyConnection, path: str) -> duckdb.DuckDBPyConnection:
    """A connection of its own to the engine of `connection`, which looks for unqualified names along `path`.

    Two threads that share a connection get each other's answers; a cursor does not inherit the search path."""
    with _lock:
        made = connection.cursor()
    made.execute(f"SET search_path = '{path}'")
    return made


def search_path(connection: duckdb.DuckDBPyConnection) -> tuple[str, str]:
    """The name of the workspace of `connection`, and the path along which it looks for unqualified names."""
    row = connection.execute("SELECT current_database(), current_setting('search_path')").fetchone()
    assert row is not None
    return str(row[0]), str(row[1])


def release(owner: object, connection: duckdb.DuckDBPyConnection) -> "weakref.finalize[..., object]":
    """Drop the workspace of `connection` when `owner` is no longer used; detach the answer to call that off."""
    name, _ = search_path(connection)
    return weakref.finalize(owner, _drop, connection, name)


def _drop(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    connection.execute("USE memory")
    connection.execute(f"DETACH {name}")
    connection.close()


@lru_cache(maxsize=16)
def _shared(name: str, _file: Path, _changed: int) -> None:
    connection = _engine().cursor()
    load_reference(connection, name)
    connection.close()


def share_reference(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Make reference table `name` readable in the workspace: the shipped one is loaded once for all workspaces,
    a user's own into this workspace alone."""
    file = reference.path(name)
    if file == reference.shipped_path(name):
        with _lock:
            _shared(name, file, file.stat().st_mtime_ns)
    else:
        load_reference(connection, name)


def load_reference(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Make reference table `name` readable in the workspace as a table of text columns of that name."""
    rows = reference.rows(name)
    columns = list(rows[0]) if rows else []
    table = pa.table({column: pa.array([row[column] for row in rows], pa.string()) for column in columns})
    connection.register("_incoming", table)
    connection.execute(f'CREATE OR REPLACE TABLE "{name}" AS SELECT * FROM _incoming')
    connection.unregister("_incoming")
