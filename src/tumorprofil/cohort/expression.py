"""Cohort tables as unbound Ibis tables: an expression is written and compiled once, and runs on any cohort."""

from collections.abc import Mapping
from typing import Literal

import ibis
import ibis.expr.types as ir

from tumorprofil.cohort.schema import TableSchema

Dialect = Literal["duckdb", "pyspark"]
_TYPES = {
    "VARCHAR": "string",
    "BIGINT": "int64",
    "INTEGER": "int32",
    "DOUBLE": "float64",
    "DATE": "date",
    "BOOLEAN": "boolean",
}


def unbound(name: str, types: Mapping[str, str]) -> ir.Table:
    """A table by name only, from column name → DuckDB type."""
    return ibis.table({column: _TYPES[kind] for column, kind in types.items()}, name=name)


def cohort_table(schema: TableSchema) -> ir.Table:
    """A cohort table by name only."""
    return unbound(schema.name, schema.types())


def sql(expression: ir.Table, dialect: Dialect = "duckdb") -> str:
    """The expression as the SQL of DuckDB or Spark; neither needs to run."""
    if dialect == "pyspark":
        # Writing Spark's SQL asks for options that Ibis has only once its backend is loaded.
        _ = ibis.pyspark
    return str(ibis.to_sql(expression, dialect=dialect))
