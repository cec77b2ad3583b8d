"""Why a case has its outcome, in sentences of the language that is shown."""

from collections.abc import Mapping, Sequence
from typing import Any

from tumorprofil.cohort.schema import KNOWN_STATUS
from tumorprofil.recommendation.document import REFUSAL, Criterion, Group, Recommendation
from tumorprofil.recommendation.setting import SWITCH
from tumorprofil.terms.language import N_, current, translate
from tumorprofil.terms.tier import Tier

OUTCOME: Mapping[str, str] = {
    "presented": N_("Presented"),
    "returned": N_("Returned"),
    "filtered_out": N_("Filtered out"),
    "manual_review": N_("Manual review"),
    "undetermined": N_("Undetermined"),
    "out_of_scope": N_("Out of scope"),
}
# A setting of this value leaves the tiers of a kind of findings out of account.
_OUT = "do_not_count"
_TIER = {
    "no_tier": N_("no tier"),
    "not_covered": N_("not covered"),
    "not_assessed": N_("not assessed"),
}


def sentences(rule: Recommendation, case: Mapping[str, Any], applied: Sequence[str]) -> list[str]:
    """A sentence for each criterion in `applied`; `case` is a row of the table `case` with its outcome."""
    return [_sentence(rule, case, criterion) for criterion in applied]


def _sentence(rule: Recommendation, case: Mapping[str, Any], criterion: str) -> str:
    part = rule.part(criterion)
    if isinstance(part, Criterion):
        return fill(part.reasons[_verdict(part, case)][current()], rule, case)
    if isinstance(part, Group):
        return _of_group(rule, part, case["outcome"])
    if criterion == REFUSAL:
        return rule.refusal[current()]
    return translate("Missing: {what}.").format(what=rule.words(criterion))


def _verdict(criterion: Criterion, case: Mapping[str, Any]) -> str:
    """What a criterion itself says of a case; a group may have turned that into another outcome."""
    if case["outcome"] in ("presented", "undetermined"):
        return str(case["outcome"])
    return "manual_review" if criterion.review is not None and case[f"review_{criterion.id}"] else "filtered_out"


def _of_group(rule: Recommendation, group: Group, outcome: str) -> str:
    switch = translate(SWITCH[rule.switch(group)])
    if outcome == "undetermined":
        return translate("{group}: not known whether the case belongs to the group, whose rule is {rule}.").format(
            group=group.words[current()], rule=switch
        )
    return translate("{group}: {rule}.").format(group=group.words[current()], rule=switch)


def fill(template: str, rule: Recommendation, case: Mapping[str, Any]) -> str:
    """A text of the document with its named places filled from the settings and the case."""
    return template.format(**rule.said(), performance_status=performance_status(case), tier=tier(rule, case))


def performance_status(case: Mapping[str, Any]) -> str:
    """The performance status in words: a number, the bounds of an open one, or what is said where it is missing."""
    if case["performance_status"] is not None:
        return str(case["performance_status"])
    if case["performance_status_low"] is not None:
        return f"{case['performance_status_low']}–{case['performance_status_high']}"
    status = case["performance_status_status"]
    return translate(KNOWN_STATUS[status] if status in ("not_done", "not_relevant") else N_("unknown")).lower()


def tier(rule: Recommendation, case: Mapping[str, Any]) -> str:
    """The best tier that counts under the recommendation, or in words why there is none."""
    status = case["tier_status"]
    if status in _TIER:
        return translate(_TIER[status])
    counted = ["other", *(kind for kind in ("germline", "resistance") if rule.settings.get(f"{kind}_findings") != _OUT)]
    ranks = [rank for kind in counted if (rank := case[f"tier_rank_{kind}"]) is not None]
    if ranks:
        return next(known.value for known in Tier if known.rank == min(ranks))
    return translate("no tier that counts ({tier} does not)").format(tier=case["tier"])
