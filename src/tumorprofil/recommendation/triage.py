"""Triage: what the recommendation says of each case, and every reason that applied.

Precedence: a recorded refusal, formal shortfall (where it is applied), the first group whose switch is not
`same_rules`, relevance, and last the groups that act only where a case would be filtered out. What is unknown keeps
every outcome open that it could lead to; `undetermined` stands only where more than one is left. A case that is not
known to belong to a group is treated as one that does not, but it is never filtered out for that.

The steps are Ibis expressions over the table `case`, compiled once for a version and its switches; numeric settings
are parameters of the compiled query.
"""

from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any, Literal

import ibis
import ibis.expr.types as ir

from tumorprofil.recommendation import language, vocabulary
from tumorprofil.recommendation.document import OUTCOMES, REFUSAL, Criterion, Group, Recommendation

Formal = Literal["report", "apply", "ignore"]
FORMAL: tuple[Formal, ...] = ("report", "apply", "ignore")
Population = Literal["all", "referred"]
POPULATIONS: tuple[Population, ...] = ("all", "referred")
_OUTCOME_OF_SWITCH = {"exempt": "presented", "manual": "manual_review", "out_of_scope": "out_of_scope"}
_POSSIBLE = ("presented", "manual_review", "filtered_out", "out_of_scope")
Possible = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason that can apply: the criterion, the outcome that it led to, and the column that says where it did."""

    criterion: str
    outcome: str
    column: str


def triaged(case: ir.Table, rule: Recommendation, formal: Formal) -> ir.Table:
    """The table `case` with the columns `outcome`, `grouped` (decided by a group before relevance),
    `missing_<requirement>`, `review_<criterion>`, and `<outcome>_<criterion>`, true where a criterion is a reason for
    the outcome (`reasons` lists them)."""
    asked = _asked(case, rule)
    opened = asked.mutate(blocked=_blocked(asked, rule, formal), **_prefixed("relevance", _relevance(asked, rule)))
    left = opened.mutate(**_prefixed("can", _groups_first(opened, rule, _groups_last(opened, rule))))
    count = reduce(lambda total, flag: total + flag, (left[f"can_{name}"].cast("int8") for name in _POSSIBLE))
    outcome = ibis.cases(
        (left.blocked, "returned"),
        (count > 1, "undetermined"),
        *((left[f"can_{name}"], name) for name in _POSSIBLE[:-1]),
        else_=_POSSIBLE[-1],
    )
    decided = left.mutate(outcome=outcome, grouped=~left.blocked & _grouped(left, rule))
    kept = [*case.columns, "outcome", "grouped", *(_missing(part.id) for part in rule.requirements)]
    kept += [f"review_{criterion.id}" for criterion in rule.criteria if criterion.review is not None]
    return decided.select(*kept, **_reason_columns(decided, rule, formal))


def reasons(rule: Recommendation, formal: Formal) -> tuple[Reason, ...]:
    """Every reason that can apply, in the order of precedence."""
    found = [Reason(REFUSAL, "returned", f"returned_{REFUSAL}")]
    if formal == "apply":
        found += [Reason(part.id, "returned", f"returned_{part.id}") for part in rule.requirements]
    for group in _acting(rule, "always") + _acting(rule, "where_filtered_out"):
        for outcome in sorted((_OUTCOME_OF_SWITCH[rule.switch(group)], "undetermined"), key=OUTCOMES.index):
            found.append(Reason(group.id, outcome, f"{outcome}_{group.id}"))
    for criterion in rule.criteria:
        found += [Reason(criterion.id, name, f"{name}_{criterion.id}") for name in _leads_to(rule, criterion)]
    return tuple(found)


def _leads_to(rule: Recommendation, criterion: Criterion) -> tuple[str, ...]:
    later = {_OUTCOME_OF_SWITCH[rule.switch(group)] for group in _acting(rule, "where_filtered_out")}
    possible = (
        {"presented", "filtered_out", "undetermined"} | later | ({"manual_review"} if criterion.review else set())
    )
    return tuple(name for name in OUTCOMES if name in possible)


def deciding_groups(rule: Recommendation) -> dict[str, str]:
    """The groups that decide before relevance is asked, with the outcome that they lead to."""
    return {group.id: _OUTCOME_OF_SWITCH[rule.switch(group)] for group in _acting(rule, "always")}


def deciding(rule: Recommendation, formal: Formal, table: ir.Table) -> ir.StringValue:
    """Of the reasons that applied the first in the order of precedence: one a case, so that counts add up."""
    return ibis.cases(*((table[reason.column], reason.criterion) for reason in reasons(rule, formal)))


def _asked(case: ir.Table, rule: Recommendation) -> ir.Table:
    """What each expression of the document says of each case, three-valued but for what is missing."""
    names = rule.names(case)
    cells: dict[str, Any] = {"refused": (case.consent_board == "no").fill_null(False)}
    for part in rule.requirements:
        cells[_missing(part.id)] = ~_read(part.holds, names).fill_null(False)
    for group in rule.groups:
        if rule.switch(group) != "same_rules":
            cells[f"belongs_{group.id}"] = _read(group.belongs, names)
    for criterion in rule.criteria:
        cells[f"holds_{criterion.id}"] = _read(criterion.holds, names)
        if criterion.review is not None:
            cells[f"review_{criterion.id}"] = _read(criterion.review, names)
    return case.mutate(**cells)


def _read(text: str, names: vocabulary.Names) -> Any:
    return language.read(text, names).value


def _missing(requirement: str) -> str:
    return f"missing_{requirement}"


def _acting(rule: Recommendation, applies: str) -> tuple[Group, ...]:
    return tuple(group for group in rule.groups if group.applies == applies and rule.switch(group) != "same_rules")


def _relevance(asked: ir.Table, rule: Recommendation) -> Possible:
    """The outcomes that relevance alone leaves open. All criteria must hold; one that fails filters the case out,
    unless it is under review."""
    present, review, fail = [], [], []
    for criterion in rule.criteria:
        holds = asked[f"holds_{criterion.id}"]
        under_review = asked[f"review_{criterion.id}"] if criterion.review else ibis.literal(False)
        may_fail = ~holds.fill_null(False)
        present.append(holds.fill_null(True))
        review.append(may_fail & under_review.fill_null(True))
        fail.append(may_fail & ~under_review.fill_null(False))
    reviewed = [
        reduce(and_, (present[k] | review[k] for k in range(len(present)) if k != n), review[n])
        for n in range(len(present))
    ]
    return {
        "presented": reduce(and_, present),
        "manual_review": reduce(or_, reviewed),
        "filtered_out": reduce(or_, fail),
        "out_of_scope": ibis.literal(False),
    }


def _grouped(table: ir.Table, rule: Recommendation) -> Any:
    sure = (table[f"belongs_{group.id}"].fill_null(False) for group in _acting(rule, "always"))
    return reduce(or_, sure, ibis.literal(False))


def _groups_last(opened: ir.Table, rule: Recommendation) -> Possible:
    """What is left open by the groups that act only where a case would be filtered out."""
    possible: Possible = {name: opened[f"relevance_{name}"] for name in _POSSIBLE}
    for group in _acting(rule, "where_filtered_out"):
        belongs, to = opened[f"belongs_{group.id}"], _OUTCOME_OF_SWITCH[rule.switch(group)]
        moved = possible["filtered_out"] & belongs.fill_null(True)
        stays = possible["filtered_out"] & ~belongs.fill_null(False)
        possible = {**possible, to: possible[to] | moved, "filtered_out": stays}
    return possible


def _groups_first(opened: ir.Table, rule: Recommendation, possible: Possible) -> Possible:
    """What is left open by the groups that decide before relevance; the first of them is laid on last."""
    for group in reversed(_acting(rule, "always")):
        belongs, to = opened[f"belongs_{group.id}"], _OUTCOME_OF_SWITCH[rule.switch(group)]
        sure, spared = belongs.fill_null(False), belongs.isnull() & possible["filtered_out"]
        possible = {name: flag & ~sure for name, flag in possible.items()}
        possible[to] = possible[to] | sure | spared
    return possible


def _reason_columns(decided: ir.Table, rule: Recommendation, formal: Formal) -> Possible:
    columns: Possible = {f"returned_{REFUSAL}": decided.refused}
    if formal == "apply":
        columns |= {f"returned_{part.id}": decided[_missing(part.id)] for part in rule.requirements}
    reached = ~decided.blocked
    undetermined = decided.outcome == "undetermined"
    for group in _acting(rule, "always"):
        belongs, to = decided[f"belongs_{group.id}"], _OUTCOME_OF_SWITCH[rule.switch(group)]
        columns[f"{to}_{group.id}"] = decided.grouped & belongs.fill_null(False) & (decided.outcome == to)
        spared = belongs.isnull() & decided.can_filtered_out
        columns[f"undetermined_{group.id}"] = reached & spared & undetermined
        reached = reached & ~belongs.fill_null(False)
    spared = reached & decided.relevance_filtered_out
    for group in _acting(rule, "where_filtered_out"):
        belongs, to = decided[f"belongs_{group.id}"], _OUTCOME_OF_SWITCH[rule.switch(group)]
        columns[f"{to}_{group.id}"] = spared & belongs.fill_null(False) & (decided.outcome == to)
        columns[f"undetermined_{group.id}"] = spared & belongs.isnull() & undetermined
        spared = spared & ~belongs.fill_null(False)
    for criterion in rule.criteria:
        holds = decided[f"holds_{criterion.id}"]
        for outcome in _leads_to(rule, criterion):
            applied = {"presented": holds.fill_null(False), "undetermined": ~holds.fill_null(False)}.get(
                outcome, ~holds.fill_null(True)
            )
            columns[f"{outcome}_{criterion.id}"] = reached & applied & (decided.outcome == outcome)
    return columns


def _prefixed(prefix: str, flags: Possible) -> Possible:
    return {f"{prefix}_{name}": flag for name, flag in flags.items()}


def _blocked(asked: ir.Table, rule: Recommendation, formal: Formal) -> Any:
    if formal != "apply":
        return asked.refused
    return reduce(or_, (asked[_missing(part.id)] for part in rule.requirements), asked.refused)
