"""The retrospective tally: how many profiles a recommendation would have let through, and how many not.

The unit is the profile, one specimen's report; persons are a second count. One query counts every group at once, and
the total is the sum of its rows. A tally is plain data: it knows nothing of the engine that counted it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from typing import Any

import ibis.expr.types as ir

from tumorprofil.errors import UsageError
from tumorprofil.quality.interval import exact_interval
from tumorprofil.recommendation.about import About, about
from tumorprofil.recommendation.document import OUTCOMES
from tumorprofil.recommendation.outcome import Triaged
from tumorprofil.recommendation.setting import Value
from tumorprofil.recommendation.triage import deciding, reasons
from tumorprofil.terms import centre
from tumorprofil.terms.language import translate
from tumorprofil.terms.tier import Tier

Cell = str | int | bool | None
# What a tally can be split by: columns of the table `case`, and the reason that decided.
BY = (
    "centre",
    "year",
    "cancer_group",
    "tumour_type",
    "age_group",
    "sex",
    "performance_status",
    "tier",
    "haematological",
    "rare",
    "reason",
)
IN_SCOPE = OUTCOMES[:-1]
# What a group with rules of its own can lead to within the scope.
GROUPED = {"presented": "grouped_presented", "manual_review": "grouped_manual_review"}
# Of those filtered out: what was done with them all the same.
LOST = ("proposed", "treated", "responded")
_LOST_COLUMN = {"proposed": "has_proposal", "treated": "treated", "responded": "responded"}
# Stands where the source keeps no proposals, treatments or responses at all.
NOT_RECORDED = -1
COUNTS = ("profiles", "patients", *OUTCOMES, *GROUPED.values(), *LOST)
_AGE_ORDER = ("child", "young_adult", "adult", "unknown")
_TIER_ORDER = [*(tier.value for tier in Tier), "no_tier", "not_covered", "not_assessed"]


@dataclass(frozen=True, slots=True)
class Row:
    """One group. `key` holds its value of each column in `by`, None where it is unknown; `counts` the numbers of
    `COUNTS`, None where one is suppressed, and `NOT_RECORDED` for what the source does not
    keep (persons: where tallies of several sources were added)."""

    key: tuple[Cell, ...]
    counts: Mapping[str, int | None]

    @property
    def share(self) -> float | None:
        """Filtered out among all profiles: the best case, which takes everything undetermined as not filtered out."""
        return _share(self.counts["filtered_out"], self.counts["profiles"])

    @property
    def worst_case(self) -> float | None:
        """Filtered out and undetermined among all profiles."""
        filtered_out, undetermined = self.counts["filtered_out"], self.counts["undetermined"]
        if filtered_out is None or undetermined is None:
            return None
        return _share(filtered_out + undetermined, self.counts["profiles"])

    @property
    def interval(self) -> tuple[float, float] | None:
        """Exact 95 % interval (Clopper–Pearson) of `share`."""
        filtered_out, profiles = self.counts["filtered_out"], self.counts["profiles"]
        return exact_interval(filtered_out, profiles) if filtered_out is not None and profiles else None


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How many profiles of a group have a reason: the criterion and the outcome that it led to."""

    key: tuple[Cell, ...]
    criterion: str
    outcome: str
    profiles: int | None


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts by group, and what they are counts of. A count is None where it is suppressed."""

    about: About
    by: tuple[str, ...]
    rows: tuple[Row, ...]
    total: Row
    reasons: tuple[ReasonCount, ...]
    missing: Mapping[str, int | None]
    suppressed_below: int | None = None
    # Persons of each group of a coarser table, by its sorted (column, value) pairs: what may be published of the rows
    # depends on them. Never written out; empty where they are not known.
    persons: Mapping[tuple[tuple[str, Cell], ...], int] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The tally as JSON holds it. Shares are fractions; `not_recorded` stands where the source cannot know."""
        about = self.about
        return {
            "recommendation": {
                "id": about.recommendation,
                "version": about.version,
                "state": about.state,
                "digest": about.digest,
                "reworded": about.reworded,
                "changed": list(about.changed),
                "settings": {name: _plain(value) for name, value in about.settings.items()},
            },
            "population": about.population,
            "formal_shortfalls": about.formal,
            "by": list(self.by),
            "rows": [self.record(row) for row in self.rows],
            "total": self.record(self.total),
            "reasons": [
                {
                    **dict(zip(self.by, reason.key, strict=True)),
                    "criterion": reason.criterion,
                    "outcome": reason.outcome,
                    "profiles": reason.profiles,
                }
                for reason in self.reasons
            ],
            "formal": [{"requirement": name, "missing": count} for name, count in self.missing.items()],
            "lost": lost(self.total),
            "evidence": {"version": about.evidence_version, "as_of": about.as_of},
            "refused": {"values": about.refused_values, "rows_or_files": about.left_out},
            "synthetic": about.synthetic,
            "freeze": about.freeze,
            "made": about.made.isoformat(),
            "suppressed_below": self.suppressed_below,
        }

    def record(self, row: Row) -> dict[str, Any]:
        """One row as JSON holds it; the total has None in the columns of `by`."""
        key = row.key or (None,) * len(self.by)
        return {
            **dict(zip(self.by, key, strict=True)),
            **{name: said(row.counts[name]) for name in ("profiles", "patients", *OUTCOMES)},
            "filtered_out_share": row.share,
            "filtered_out_ci": list(row.interval) if row.interval else None,
            "worst_case_share": row.worst_case,
            "best_case_share": row.share,
            "lost": lost(row),
        }

    def to_frame(self) -> Any:
        """The rows as a pandas data frame, the total last. Raises ImportError where pandas is not installed."""
        import pandas  # type: ignore[import-untyped]

        return pandas.DataFrame([flat(self.record(row)) for row in (*self.rows, self.total)])


def lost(row: Row) -> dict[str, int | str | None]:
    """Of those filtered out: how many had a proposal, were treated, responded."""
    return {name: said(row.counts[name]) for name in LOST}


def said(number: int | None) -> int | str | None:
    """A count as it is written out: `not_recorded` where the source does not keep it, None where it is suppressed."""
    return "not_recorded" if number == NOT_RECORDED else number


def flat(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record without nesting: the interval as two columns, what was lost as three."""
    low, high = record["filtered_out_ci"] or (None, None)
    found = {name: value for name, value in record.items() if name not in ("filtered_out_ci", "lost")}
    found |= {"filtered_out_ci_low": low, "filtered_out_ci_high": high}
    return found | {f"lost_{name}": value for name, value in record["lost"].items()}


def count(outcome: Triaged, by: Sequence[str] = ()) -> Tally:
    """Count the outcomes of a triaged cohort by some columns of `BY`.

    Raises UsageError for a column that a tally cannot be split by."""
    by = _checked(by)
    found = outcome.run(("tally", by), lambda table: _counted(table, outcome, by)).to_pylist()
    # The engine's sums are wider than 64 bits, and empty over no rows.
    records = [{name: value if name in by else int(value or 0) for name, value in record.items()} for record in found]
    records.sort(key=lambda record: [_order(name, record[name]) for name in by])
    rows = tuple(Row(tuple(record[name] for name in by), _counts(record)) for record in records)
    persons = rows[0].counts["patients"] if len(rows) == 1 else _patients(outcome)
    listed = reasons(outcome.rule, outcome.formal)
    return Tally(
        about=about(outcome),
        by=by,
        rows=rows,
        total=summed(rows, persons),
        reasons=tuple(
            ReasonCount(row.key, reason.criterion, reason.outcome, number)
            for row, record in zip(rows, records, strict=True)
            for reason in listed
            if (number := record[reason.column])
        ),
        missing={}
        if outcome.formal == "ignore"
        else {part.id: sum(record[f"missing_{part.id}"] for record in records) for part in outcome.rule.requirements},
        persons=_persons(outcome, by),
    )


def ordered(by: Sequence[str], rows: Iterable[Row]) -> tuple[Row, ...]:
    """Rows in the order in which people read them: Danish order, tiers by rank, the unknown last."""
    return tuple(sorted(rows, key=lambda row: [_order(name, cell) for name, cell in zip(by, row.key, strict=True)]))


def summed(rows: Iterable[Row], patients: int | None) -> Row:
    """The total of some rows. Persons do not add up, since one may stand in several rows: they are given."""
    rows = tuple(rows)
    counts: dict[str, int | None] = {
        name: sum(row.counts[name] or 0 for row in rows) for name in ("profiles", *OUTCOMES, *GROUPED.values())
    }
    for name in LOST:
        known = [number for row in rows if (number := row.counts[name]) is not None and number >= 0]
        counts[name] = sum(known) if known or not rows else NOT_RECORDED
    return Row((), {**counts, "patients": patients})


def _checked(by: Sequence[str]) -> tuple[str, ...]:
    asked = tuple(dict.fromkeys([by] if isinstance(by, str) else by))
    if unknown := [name for name in asked if name not in BY]:
        raise UsageError(
            translate("A tally cannot be split by {name}; it can by {known}.").format(
                name=unknown[0], known=", ".join(BY)
            )
        )
    return asked


def _counted(table: ir.Table, outcome: Triaged, by: tuple[str, ...]) -> ir.Table:
    table = _split(table, outcome, by)
    in_scope = table.outcome != OUTCOMES[-1]
    filtered_out = table.outcome == "filtered_out"
    sums: dict[str, Any] = {name: (table.outcome == name).sum() for name in OUTCOMES}
    sums |= {name: (filtered_out & table[column]).sum() for name, column in _LOST_COLUMN.items()}
    sums |= {f"{name}_recorded": table[column].count() for name, column in _LOST_COLUMN.items()}
    sums |= {reason.column: table[reason.column].sum() for reason in reasons(outcome.rule, outcome.formal)}
    for part in outcome.rule.requirements:
        sums[f"missing_{part.id}"] = (table[f"missing_{part.id}"] & in_scope).sum()
    for outcome_of_group, name in GROUPED.items():
        sums[name] = (table.grouped & (table.outcome == outcome_of_group)).sum()
    sums["patients"] = table.patient_id.nunique(where=in_scope)
    grouped = table.group_by(**{name: table[f"by_{name}"] for name in by}).agg(**sums) if by else table.agg(**sums)
    return grouped


def _split(table: ir.Table, outcome: Triaged, by: tuple[str, ...]) -> ir.Table:
    keys = {name: table[name] for name in by if name != "reason"}
    keys |= {"tier": table.tier.fill_null("no_tier"), "reason": deciding(outcome.rule, outcome.formal, table)}
    return table.mutate(**{f"by_{name}": keys[name] for name in by})


def _persons(outcome: Triaged, by: tuple[str, ...]) -> dict[tuple[tuple[str, Cell], ...], int]:
    """The persons of every group that fewer of the columns make."""
    found = {}
    for columns in (chosen for size in range(1, len(by)) for chosen in combinations(by, size)):

        def build(table: ir.Table, columns: tuple[str, ...] = columns) -> ir.Table:
            table = _split(table, outcome, columns)
            grouped = table.group_by(**{name: table[f"by_{name}"] for name in columns})
            return grouped.agg(persons=table.patient_id.nunique(where=table.outcome != OUTCOMES[-1]))

        for record in outcome.run(("persons", columns), build).to_pylist():
            found[tuple(sorted((name, record[name]) for name in columns))] = int(record["persons"])
    return found


def _patients(outcome: Triaged) -> int:
    def build(table: ir.Table) -> ir.Table:
        return table.filter(table.outcome != OUTCOMES[-1]).agg(patients=lambda kept: kept.patient_id.nunique())

    return int(outcome.run(("patients",), build).column(0)[0].as_py())


def _counts(record: Mapping[str, Any]) -> dict[str, int | None]:
    counts: dict[str, int | None] = {name: record[name] for name in (*OUTCOMES, *GROUPED.values())}
    counts["profiles"] = sum(record[name] for name in IN_SCOPE)
    counts["patients"] = record["patients"]
    for name in LOST:
        counts[name] = record[name] if record[f"{name}_recorded"] else NOT_RECORDED
    return counts


def _share(part: int | None, whole: int | None) -> float | None:
    return part / whole if part is not None and whole else None


def _plain(value: Value) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _order(column: str, value: Cell) -> tuple[bool, Any]:
    if value is None:
        return True, 0
    if column == "tier":
        return False, _TIER_ORDER.index(str(value))
    if column == "age_group":
        return False, _AGE_ORDER.index(str(value))
    if column == "centre":
        known = centre.find(str(value), date.today())
        value = known.name if known else value
    return False, danish_order(value) if isinstance(value, str) else value


def danish_order(text: str) -> str:
    """A key that sorts as Danish does: æ, ø and å after z, whatever the case."""
    found = text.casefold()
    for letters, place in (("aa", "}"), ("å", "}"), ("ø", "|"), ("æ", "{")):
        found = found.replace(letters, place)
    return found
