"""Compiled queries of a recommendation: text once per version and switches, numeric settings as parameters."""

import re
from collections.abc import Callable, Hashable

import duckdb
import ibis.expr.types as ir
import pyarrow as pa

from tumorprofil.cohort.expression import sql
from tumorprofil.recommendation.document import Recommendation

_SETTING = re.compile(r"SETTING\('([a-z][a-z0-9_]*)'\)")
_compiled: dict[Hashable, str] = {}
# Far above what one process asks for; a server that compiles without end starts anew.
_MOST = 1_000


def compiled(rule: Recommendation, what: Hashable, build: Callable[[], ir.Table]) -> str:
    """The query that `build` expresses, as the engine's text; `what` tells it from others of the same rule."""
    key = (rule.digest, rule.compiled_settings, what)
    found = _compiled.get(key)
    if found is None:
        if len(_compiled) >= _MOST:
            _compiled.clear()
        # A text literal of a document cannot look like this: its quotation marks are doubled.
        found = _compiled[key] = _SETTING.sub(r"$\1", sql(build()))
    return found


def run(connection: duckdb.DuckDBPyConnection, query: str, rule: Recommendation) -> pa.Table:
    """The answer to a compiled query with the settings of the rule."""
    used = {name: value for name, value in rule.parameters.items() if re.search(rf"\${name}\b", query)}
    return connection.execute(query, used).to_arrow_table()
