"""A cohort: the tables of one read, in a workspace of their own."""

import itertools
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa

from tumorprofil.cohort import engine
from tumorprofil.errors import Refusal

Parameters = Sequence[object] | Mapping[str, object]


class Cohort:
    """Profiles with their persons, specimens and findings.

    `refusals` lists what the files held and the cohort does not; `notes` what was left out on purpose, such
    as a laboratory's controls. `manifest` and `folder` are those of the freeze that the cohort was opened from, None
    for files. `connection` is for one thread; `arrow`, `count` and `cursor` may be used by several at once.
    The tables are described in `tumorprofil.cohort.schema`.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        refusals: tuple[Refusal, ...] = (),
        notes: tuple[str, ...] = (),
        manifest: Mapping[str, Any] | None = None,
        folder: Path | None = None,
    ) -> None:
        self.connection = connection
        self.refusals = refusals
        self.notes = notes
        self.manifest = manifest
        self.folder = folder
        # Held by whoever makes tables in the workspace.
        self.making = threading.RLock()
        self.workspace, self.path = engine.search_path(connection)
        self._fallback = threading.Lock()
        self._numbers = itertools.count()
        engine.release(self, connection)

    @property
    def refused_values(self) -> int:
        """How many values could not be read and count as unknown, also before the cohort was frozen."""
        return self._refused("values", sum(refusal.extent == "value" for refusal in self.refusals))

    @property
    def left_out(self) -> int:
        """How many rows or files could not be read and are not in the cohort, also before it was frozen."""
        return self._refused("rows_or_files", sum(refusal.extent != "value" for refusal in self.refusals))

    def _refused(self, extent: str, count: int) -> int:
        return count + int((self.manifest or {}).get("refused", {}).get(extent, 0))

    def table(self, name: str, schema: str = "main") -> ir.Table:
        """Cohort table `name` as an Ibis expression over the engine; `schema` is where in the workspace it lies."""
        backend = ibis.duckdb.from_connection(self.connection)
        return backend.table(name) if schema == "main" else backend.table(name, database=(self.workspace, schema))

    @contextmanager
    def cursor(self, path: str | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection for one task, which no other thread has; `path` is where it looks for tables, if not where
        the cohort does."""
        cursor = engine.cursor(self.connection, path or self.path)
        try:
            yield cursor
        finally:
            cursor.close()

    def arrow(self, query: str, parameters: Parameters = (), path: str | None = None) -> pa.Table:
        """The answer to a SQL query over the cohort tables; `path` as in `cursor`."""
        try:
            with self.cursor(path) as cursor:
                return cursor.execute(query, parameters).to_arrow_table()
        except duckdb.CatalogException:
            if path is not None:
                # The connection would look elsewhere.
                raise
            # What was registered on the connection, such as a data frame, or is temporary, it alone sees.
            with self._fallback:
                return self.connection.execute(query, parameters).to_arrow_table()

    def count(self, name: str) -> int:
        """Number of rows of cohort table `name`."""
        return int(self.arrow(f'SELECT count(*) FROM "{name}"').column(0)[0].as_py())

    def number(self) -> int:
        """A number that names one thing in the workspace; each call gives another."""
        return next(self._numbers)

    def __repr__(self) -> str:
        return (
            f"Cohort({self.count('patient')} patients, {self.count('profile')} profiles, {len(self.refusals)} refusals)"
        )
