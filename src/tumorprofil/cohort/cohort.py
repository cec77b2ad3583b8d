"""A cohort: the tables of one read, in a workspace of their own."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa

from tumorprofil.cohort import engine
from tumorprofil.errors import Refusal


class Cohort:
    """Profiles with their persons, specimens and findings.

    `refusals` lists what the files held and the cohort does not; `notes` what was left out on purpose, such
    as a laboratory's controls. `manifest` and `folder` are those of the freeze that the cohort was opened from, None
    for files.
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

    def table(self, name: str) -> ir.Table:
        """Cohort table `name` as an Ibis expression over the engine."""
        return ibis.duckdb.from_connection(self.connection).table(name)

    def arrow(self, query: str) -> pa.Table:
        """The answer to a SQL query over the cohort tables."""
        return self.connection.execute(query).to_arrow_table()

    def count(self, name: str) -> int:
        """Number of rows of cohort table `name`."""
        row = self.connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()
        return int(row[0]) if row else 0

    def __repr__(self) -> str:
        return (
            f"Cohort({self.count('patient')} patients, {self.count('profile')} profiles, {len(self.refusals)} refusals)"
        )
