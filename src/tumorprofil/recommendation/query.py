"""Compiled queries of a recommendation: text once per engine, version and switches, numeric settings as parameters."""

import re
import threading
from collections.abc import Callable, Hashable

import ibis.expr.types as ir

from tumorprofil.cohort.expression import Dialect, sql
from tumorprofil.recommendation.document import Recommendation

_SETTING = re.compile(r"SETTING\('([a-z][a-z0-9_]*)'\)")
# How an engine marks a parameter.
_MARK: dict[Dialect, str] = {"duckdb": "$", "pyspark": ":"}
_compiled: dict[Hashable, str] = {}
_compiling = threading.RLock()
# Far above what one process asks for; a server that compiles without end starts anew.
_MOST = 1_000


def compiled(rule: Recommendation, what: Hashable, build: Callable[[], ir.Table], dialect: Dialect = "duckdb") -> str:
    """The query that `build` expresses, as the engine's text; `what` tells it from others of the same rule."""
    key = (rule.digest, rule.compiled_settings, dialect, what)
    with _compiling:
        found = _compiled.get(key)
        if found is not None:
            return found
        if len(_compiled) >= _MOST:
            _compiled.clear()
        # A text literal of a document cannot look like this: its quotation marks are doubled, or escaped.
        found = _compiled[key] = _SETTING.sub(rf"{_MARK[dialect]}\1", sql(build(), dialect))
        return found


def parameters(query: str, rule: Recommendation, dialect: Dialect = "duckdb") -> dict[str, int]:
    """The settings of the rule that a compiled query asks for."""
    mark = re.escape(_MARK[dialect])
    return {name: value for name, value in rule.parameters.items() if re.search(rf"{mark}{name}\b", query)}
