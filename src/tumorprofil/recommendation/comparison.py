"""Two versions of a recommendation, or two settings of one, side by side: who moves from what to what, and why."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa

from tumorprofil.assessment.assess import Assessed
from tumorprofil.recommendation.document import Recommendation
from tumorprofil.recommendation.outcome import Triaged, triage
from tumorprofil.recommendation.triage import Formal, Population, deciding

_PAIRS = """
    WITH a AS ({a}), b AS ({b})
    SELECT a.outcome AS "from", b.outcome AS "to", a.reason AS reason_from, b.reason AS reason_to,
        {what} FROM a JOIN b USING (profile_id)
"""
_LISTED = "profile_id, a.patient_id, a.centre, a.year, a.cancer_group, a.performance_status, a.tier"


@dataclass(frozen=True, slots=True)
class Move:
    """How many profiles have one outcome under the first rules and another, or the same, under the second; `why` the
    criterion that decided under each."""

    from_outcome: str
    to_outcome: str
    why_from: str
    why_to: str
    profiles: int

    @property
    def moves(self) -> bool:
        """Whether the outcome differs."""
        return self.from_outcome != self.to_outcome


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changes between two versions or settings, over the same profiles."""

    first: Triaged
    second: Triaged
    moves: tuple[Move, ...]

    @property
    def changed_settings(self) -> dict[str, tuple[Any, Any]]:
        """The settings that differ: name → value under the first, under the second; None where one has none such."""
        a, b = self.first.rule.settings, self.second.rule.settings
        return {name: (a.get(name), b.get(name)) for name in (*a, *(set(b) - set(a))) if a.get(name) != b.get(name)}

    @property
    def profiles(self) -> int:
        """Number of profiles compared."""
        return sum(move.profiles for move in self.moves)

    @property
    def moved(self) -> int:
        """Number of profiles whose outcome differs."""
        return sum(move.profiles for move in self.moves if move.moves)

    def change(self, outcome: str) -> int:
        """By how many profiles an outcome grows or shrinks from the first to the second."""
        gained = sum(move.profiles for move in self.moves if move.to_outcome == outcome)
        return gained - sum(move.profiles for move in self.moves if move.from_outcome == outcome)

    def cases(self) -> pa.Table:
        """One row a profile whose outcome differs: what it is, from what to what, and the criteria that decided."""
        query = _query(self.first, self.second, _LISTED) + " WHERE a.outcome <> b.outcome ORDER BY ALL"
        table = _run(self.first, self.second, query)
        first = _LISTED.replace("a.", "").split(", ")
        return table.select([*first, "from", "to", "reason_from", "reason_to"])

    def to_dict(self) -> dict[str, Any]:
        """The comparison as JSON holds it."""
        return {
            "from": _identity(self.first.rule),
            "to": _identity(self.second.rule),
            "population": self.first.population,
            "formal_shortfalls": self.first.formal,
            "profiles": self.profiles,
            "moved": self.moved,
            "moves": [
                {
                    "from": move.from_outcome,
                    "to": move.to_outcome,
                    "criterion_from": move.why_from,
                    "criterion_to": move.why_to,
                    "profiles": move.profiles,
                }
                for move in self.moves
                if move.moves
            ],
        }


def compare(
    assessed: Assessed,
    first: Recommendation,
    second: Recommendation,
    *,
    formal: Formal = "report",
    population: Population = "all",
) -> Comparison:
    """Who moves between two versions or settings. Raises UsageError as `triage` does."""
    a = triage(assessed, first, formal=formal, population=population)
    b = triage(assessed, second, formal=formal, population=population)
    found = _run(a, b, _query(a, b, "count(*) AS profiles") + " GROUP BY 1, 2, 3, 4 ORDER BY profiles DESC, 1, 2, 3, 4")
    moves = (
        Move(row["from"], row["to"], row["reason_from"], row["reason_to"], row["profiles"]) for row in found.to_pylist()
    )
    return Comparison(a, b, tuple(sorted(moves, key=lambda move: not move.moves)))


def _query(a: Triaged, b: Triaged, what: str) -> str:
    # Both sides have parameters of the same names and other values.
    second = re.sub(r"\$([a-z]\w*)", r"$second_\1", b.text(("compared",), _compared(b)))
    return _PAIRS.format(a=a.text(("compared",), _compared(a)), b=second, what=what)


def _compared(outcome: Triaged) -> Any:
    names = ("profile_id", "patient_id", "centre", "year", "cancer_group", "performance_status", "tier", "outcome")

    def build(table: ir.Table) -> ir.Table:
        return table.select(*names, reason=deciding(outcome.rule, outcome.formal, table))

    return build


def _run(a: Triaged, b: Triaged, query: str) -> pa.Table:
    values: Mapping[str, int] = {
        **a.rule.parameters,
        **{f"second_{name}": value for name, value in b.rule.parameters.items()},
    }
    used = {name: value for name, value in values.items() if re.search(rf"\${name}\b", query)}
    return a.assessed.cohort.arrow(query, used)


def _identity(rule: Recommendation) -> dict[str, Any]:
    return {
        "id": rule.id,
        "version": rule.version,
        "digest": rule.digest,
        "settings": {name: list(value) if isinstance(value, tuple) else value for name, value in rule.settings.items()},
    }
