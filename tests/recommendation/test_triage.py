"""What the draft recommendation says of a case: outcome, reasons, what is missing, and the sentences for it."""

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from tests.recommendation import reference_triage as reference
from tests.recommendation.given_cases import (
    COMBINATIONS,
    TIERS,
    VALUES,
    Case,
    GivenCases,
    a_case,
    cases,
    draft,
    listed,
    many_cases,
    performance,
    said,
    settings_of_the_draft,
    tier,
    triaged,
)
from tumorprofil.assessment.case import CaseSettings
from tumorprofil.cohort.schema import CASE
from tumorprofil.errors import UsageError
from tumorprofil.recommendation.outcome import triage
from tumorprofil.recommendation.setting import OF_THE_CASE
from tumorprofil.terms import language

FORMAL = st.sampled_from(["report", "apply", "ignore"])
CRITERION = "performance_status_and_tier"
# Making a failing example smaller would compile hundreds of queries.
some = settings(
    max_examples=10,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)

# --- relevance, drawn as the committee draws it: one line a performance status, one column a best tier ------------

RELEVANCE = """
PS    | I-A       II-B      III-A        X            no_tier      not_covered   not_assessed
0     | presented presented presented    presented    presented    presented     presented
2     | presented presented presented    presented    presented    presented     presented
3     | presented presented filtered_out filtered_out filtered_out manual_review undetermined
4     | presented presented filtered_out filtered_out filtered_out manual_review undetermined
0–2   | presented presented presented    presented    presented    presented     presented
3–4   | presented presented filtered_out filtered_out filtered_out manual_review undetermined
2–3   | presented presented undetermined undetermined undetermined undetermined  undetermined
–     | presented presented undetermined undetermined undetermined undetermined  undetermined
"""
_, _HEADINGS, *_LINES = RELEVANCE.split("\n")[:-1]
CELLS = [
    (line.split("|")[0].strip(), name, outcome)
    for line in _LINES
    for name, outcome in zip(_HEADINGS.split("|")[1].split(), line.split("|")[1].split(), strict=True)
]


def drawn(status: str) -> Case:
    """A performance status as the tables here draw it: 3, 2–3 or –."""
    bounds = [int(part) for part in status.split("–") if part]
    return performance(*bounds) if bounds else performance(None)


@pytest.mark.parametrize(("status", "best", "outcome"), CELLS)
def test_performance_status_and_tier_decide(status: str, best: str, outcome: str) -> None:
    found = said(a_case(**drawn(status), **tier(best)))
    assert (found["outcome"], found["reasons"]) == (outcome, [CRITERION])


@pytest.mark.parametrize("limit", range(5))
@pytest.mark.parametrize("value", range(6))
def test_the_limit_of_the_performance_status_is_a_setting(limit: int, value: int) -> None:
    found = said(a_case(performance_status=value), draft(performance_status_limit=limit))
    assert found["outcome"] == ("filtered_out" if value > limit else "presented")


@pytest.mark.parametrize("limit", TIERS)
def test_the_worst_tier_that_is_presented_is_a_setting(limit: str) -> None:
    rows = [a_case(performance_status=3, **tier(name), profile_id=name) for name in TIERS]
    outcomes = {row["profile_id"]: row["outcome"] for row in listed(rows, draft(tier_limit=limit))}
    presented = TIERS[: TIERS.index(limit) + 1]
    assert outcomes == {name: "presented" if name in presented else "filtered_out" for name in TIERS}


def test_a_value_counts_and_not_the_bounds_around_it() -> None:
    converted = performance(2) | {"performance_status_low": 2, "performance_status_high": 3}
    assert said(a_case(**converted))["outcome"] == "presented"
    converted = performance(3) | {"performance_status_low": 2, "performance_status_high": 3}
    assert said(a_case(**converted))["outcome"] == "filtered_out"


def test_where_nobody_is_above_the_limit_an_unknown_performance_status_leaves_nothing_open() -> None:
    case = a_case(**performance(None))
    assert said(case, draft(performance_status_limit=3))["outcome"] == "undetermined"
    assert said(case, draft(performance_status_limit=4))["outcome"] == "presented"


# --- findings whose tiers may not count --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "germline", "resistance", "outcome"),
    [
        ("germline", "count", "count", "presented"),
        ("germline", "do_not_count", "count", "filtered_out"),
        ("germline", "count", "do_not_count", "presented"),
        ("resistance", "count", "count", "presented"),
        ("resistance", "count", "do_not_count", "filtered_out"),
        ("resistance", "do_not_count", "count", "presented"),
        ("other", "do_not_count", "do_not_count", "presented"),
    ],
)
def test_tiers_of_germline_and_resistance_findings_count_by_setting(
    source: str, germline: str, resistance: str, outcome: str
) -> None:
    rule = draft(germline_findings=germline, resistance_findings=resistance)
    assert said(a_case(performance_status=3, **tier("I-A", source)), rule)["outcome"] == outcome


def test_a_worse_tier_of_another_finding_counts_where_the_best_one_does_not() -> None:
    case = a_case(performance_status=3, **tier("I-A", "germline") | {"tier_rank_other": 5})
    assert said(case, draft(germline_findings="do_not_count"))["outcome"] == "presented"


def test_a_reason_never_says_that_a_good_tier_is_not_good_enough() -> None:
    found = said(a_case(performance_status=3, **tier("I-A", "germline")), draft(germline_findings="do_not_count"))
    assert "best tier is I-A; only tiers I-A to II-B" not in found["why"]


# --- groups and switches -----------------------------------------------------------------------------------------

GROUPS: dict[str, Case] = {
    "haematology": {"haematological": True},
    "children": {"age_group": "child"},
    "young_adults": {"age_group": "young_adult"},
}
SWITCHED = {"exempt": "presented", "manual": "manual_review", "out_of_scope": "out_of_scope"}


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("switch", SWITCHED)
@pytest.mark.parametrize("status", [1, 3, None])
def test_the_switch_of_a_group_decides_whatever_the_performance_status(
    group: str, switch: str, status: int | None
) -> None:
    found = said(a_case(performance_status=status, **GROUPS[group]), draft(**{group: switch}))
    assert (found["outcome"], found["reasons"]) == (SWITCHED[switch], [group])


@pytest.mark.parametrize("group", GROUPS)
def test_the_same_rules_hold_for_a_group_that_is_switched_so(group: str) -> None:
    rule = draft(**{group: "same_rules"})
    for value, outcome in ((1, "presented"), (3, "filtered_out")):
        found = said(a_case(performance_status=value, **GROUPS[group]), rule)
        assert (found["outcome"], found["reasons"]) == (outcome, [CRITERION])


def test_the_defaults_of_the_draft_send_haematology_children_and_rare_cancers_to_manual_review() -> None:
    assert said(a_case(haematological=True))["outcome"] == "manual_review"
    assert said(a_case(age_group="child"))["outcome"] == "manual_review"
    assert said(a_case(age_group="young_adult"))["outcome"] == "presented"
    assert said(a_case(rare=True, performance_status=3))["outcome"] == "manual_review"


@pytest.mark.parametrize("switch", SWITCHED)
def test_the_switch_of_rare_cancers_acts_only_where_a_case_is_filtered_out(switch: str) -> None:
    rule = draft(rare_cancers=switch)
    assert said(a_case(rare=True), rule)["reasons"] == [CRITERION]
    assert said(a_case(rare=True), rule)["outcome"] == "presented"
    turned = said(a_case(rare=True, performance_status=3), rule)
    assert (turned["outcome"], turned["reasons"][0]) == (SWITCHED[switch], "rare_cancers")


def test_the_same_rules_for_rare_cancers_filter_them_out() -> None:
    found = said(a_case(rare=True, performance_status=3), draft(rare_cancers="same_rules"))
    assert (found["outcome"], found["reasons"]) == ("filtered_out", [CRITERION])


def test_the_switch_of_rare_cancers_does_not_act_where_the_evidence_does_not_cover_the_cancer() -> None:
    case = a_case(rare=True, performance_status=3, **tier("not_covered"))
    found = said(case, draft(rare_cancers="exempt"))
    assert (found["outcome"], found["reasons"]) == ("manual_review", [CRITERION])


def test_a_rare_cancer_that_is_exempt_is_presented_though_the_performance_status_is_unknown() -> None:
    case = a_case(rare=True, **performance(None))
    assert said(case, draft(rare_cancers="exempt"))["outcome"] == "presented"
    assert said(case, draft(rare_cancers="manual"))["outcome"] == "undetermined"


@pytest.mark.parametrize(
    ("haematology", "children", "outcome", "reasons"),
    [
        ("manual", "manual", "manual_review", ["haematology", "children"]),
        ("manual", "exempt", "manual_review", ["haematology"]),
        ("exempt", "manual", "presented", ["haematology"]),
        ("same_rules", "manual", "manual_review", ["children"]),
        ("out_of_scope", "manual", "out_of_scope", ["haematology"]),
    ],
)
def test_of_two_groups_the_first_decides_and_every_one_that_led_there_is_a_reason(
    haematology: str, children: str, outcome: str, reasons: list[str]
) -> None:
    found = said(a_case(haematological=True, age_group="child"), draft(haematology=haematology, children=children))
    assert (found["outcome"], found["reasons"]) == (outcome, reasons)


def test_a_group_comes_before_rarity() -> None:
    case = a_case(haematological=True, rare=True, performance_status=3)
    found = said(case, draft(haematology="exempt", rare_cancers="manual"))
    assert (found["outcome"], found["reasons"]) == ("presented", ["haematology"])


# --- membership that is not known --------------------------------------------------------------------------------

UNKNOWN: dict[str, Case] = {
    "haematology": {"haematological": None},
    "children": {"age_group": "unknown"},
    "young_adults": {"age_group": "unknown"},
    "rare_cancers": {"rare": None},
}


def only(group: str, switch: str) -> Any:
    """The draft in which one group alone has rules of its own."""
    return draft(**dict.fromkeys(UNKNOWN, "same_rules") | {group: switch})


@pytest.mark.parametrize("group", UNKNOWN)
@pytest.mark.parametrize("switch", SWITCHED)
def test_a_case_that_may_belong_to_a_group_is_never_filtered_out(group: str, switch: str) -> None:
    found = said(a_case(performance_status=3, **UNKNOWN[group]), only(group, switch))
    assert (found["outcome"], found["reasons"]) == ("undetermined", [group, CRITERION])


@pytest.mark.parametrize("group", UNKNOWN)
def test_a_group_under_the_same_rules_leaves_nothing_open(group: str) -> None:
    found = said(a_case(performance_status=3, **UNKNOWN[group]), only(group, "same_rules"))
    assert (found["outcome"], found["reasons"]) == ("filtered_out", [CRITERION])


@pytest.mark.parametrize("group", UNKNOWN)
@pytest.mark.parametrize("switch", SWITCHED)
def test_a_case_that_may_belong_to_a_group_is_presented_as_one_that_does_not(group: str, switch: str) -> None:
    found = said(a_case(performance_status=1, **UNKNOWN[group]), only(group, switch))
    assert (found["outcome"], found["reasons"]) == ("presented", [CRITERION])


@pytest.mark.parametrize("status", [1, 3])
def test_the_group_that_a_case_surely_belongs_to_decides_over_one_that_it_may_belong_to(status: int) -> None:
    case = a_case(performance_status=status, haematological=None, age_group="child")
    found = said(case, draft(haematology="exempt", children="manual"))
    assert (found["outcome"], found["reasons"]) == ("manual_review", ["children"])


def test_a_rare_cancer_of_a_person_of_unknown_age_is_reviewed_as_one_of_an_adult() -> None:
    case = a_case(performance_status=3, age_group="unknown", rare=True)
    found = said(case, draft(children="exempt", rare_cancers="manual"))
    assert (found["outcome"], found["reasons"]) == ("manual_review", ["rare_cancers", CRITERION])


def test_a_cancer_that_is_not_covered_is_reviewed_whatever_the_age() -> None:
    case = a_case(performance_status=3, age_group="unknown", **tier("not_covered"))
    found = said(case, draft(children="exempt"))
    assert (found["outcome"], found["reasons"]) == ("manual_review", [CRITERION])


# --- precedence and formal requirements --------------------------------------------------------------------------

LACKING = {
    "identity": {"has_identity": False},
    "histology": {"has_histology": False},
    "performance_status": {"performance_status_date": None},
    "stage": {"has_stage": None},
    "treatment_lines": {"has_treatment_lines": False},
    "specimen": {"has_specimen": False},
    "method": {"has_quality": False},
    "findings": {"has_findings": None},
    "match": {"has_question": False},
    "presenter": {"presenter_role": "other"},
    "consent": {"consent_board": None},
    "tier": {"performance_status": 3, **tier("not_assessed")},
}


def test_a_complete_case_lacks_nothing() -> None:
    assert said(a_case())["missing"] == []


@pytest.mark.parametrize("requirement", LACKING)
def test_what_is_missing_is_named(requirement: str) -> None:
    assert said(a_case(**LACKING[requirement]))["missing"] == [requirement]


@pytest.mark.parametrize("requirement", LACKING)
@pytest.mark.parametrize(("formal", "returned"), [("report", False), ("apply", True), ("ignore", False)])
def test_a_shortfall_is_reported_applied_or_ignored(requirement: str, formal: str, returned: bool) -> None:
    found = said(a_case(**LACKING[requirement]), formal=formal)
    assert (found["outcome"] == "returned") is returned
    assert (found["reasons"] == [requirement]) is returned
    assert found["missing"] == ([] if formal == "ignore" else [requirement])


@pytest.mark.parametrize("flag", ["has_method", "has_match"])
def test_a_requirement_of_two_parts_asks_for_both(flag: str) -> None:
    assert said(a_case(**{flag: False}))["missing"] == [flag.removeprefix("has_")]


@pytest.mark.parametrize("status", [None, "unknown", "not_done", "not_relevant"])
def test_a_performance_status_that_is_not_known_is_missing(status: str | None) -> None:
    assert said(a_case(**performance(None) | {"performance_status_status": status}))["missing"] == [
        "performance_status"
    ]


@pytest.mark.parametrize(("status", "asked"), [("2", False), ("3", True), ("3–4", True), ("2–3", False), ("–", False)])
def test_a_tier_is_asked_for_only_above_the_limit(status: str, asked: bool) -> None:
    missing = said(a_case(**drawn(status), **tier("not_assessed")))["missing"]
    assert ("tier" in missing) is asked


@pytest.mark.parametrize("best", ["no_tier", "not_covered", "X"])
def test_any_answer_of_an_assessment_meets_the_demand_for_a_tier(best: str) -> None:
    assert said(a_case(performance_status=3, **tier(best)))["missing"] == []


@pytest.mark.parametrize("role", [None, "oncologist", "pathologist", "other"])
def test_the_roles_that_may_present_are_a_setting(role: str | None) -> None:
    for roles in (["oncologist"], ["oncologist", "other"], "pathologist,other"):
        missing = said(a_case(presenter_role=role), draft(presenter_roles=roles))["missing"]
        assert missing == ([] if role in roles else ["presenter"]) if role else missing == ["presenter"]


CONSENT = """
              not_asked recorded given
–             ok        missing  missing
yes           ok        ok       ok
no            ok        ok       missing
not_clarified ok        ok       missing
not_required  ok        ok       ok
"""


@pytest.mark.parametrize("line", CONSENT.strip().splitlines()[1:])
def test_what_counts_as_consent_is_a_setting(line: str) -> None:
    answer, *expected = line.split()
    case = a_case(consent_board=None if answer == "–" else answer)
    for setting, told in zip(("not_asked", "recorded", "given"), expected, strict=True):
        assert said(case, draft(consent=setting))["missing"] == ([] if told == "ok" else ["consent"])


@pytest.mark.parametrize("cells", [{}, {"age_group": "child"}, {"performance_status": 4}, {"rare": True}])
@pytest.mark.parametrize("formal", ["report", "apply", "ignore"])
@pytest.mark.parametrize("switch", ["same_rules", "exempt", "manual", "out_of_scope"])
def test_a_refusal_comes_before_everything(cells: Case, formal: str, switch: str) -> None:
    rule = draft(children=switch, rare_cancers=switch, consent="not_asked")
    found = said(a_case(**cells, consent_board="no"), rule, formal)
    assert (found["outcome"], found["reasons"]) == ("returned", ["refusal"])


@pytest.mark.parametrize("answer", [None, "yes", "not_clarified", "not_required"])
def test_only_a_recorded_refusal_blocks(answer: str | None) -> None:
    assert said(a_case(consent_board=answer))["outcome"] == "presented"


def test_a_refusal_and_what_is_missing_are_reasons_together() -> None:
    case = a_case(consent_board="no", has_stage=False, has_identity=False)
    found = said(case, formal="apply")
    assert (found["outcome"], found["reasons"]) == ("returned", ["refusal", "identity", "stage"])


def test_a_shortfall_that_is_applied_comes_before_the_groups() -> None:
    case = a_case(age_group="child", has_stage=False)
    assert said(case, draft(children="out_of_scope"), "apply")["outcome"] == "returned"
    assert said(case, draft(children="out_of_scope"), "report")["outcome"] == "out_of_scope"


def test_what_is_missing_is_reported_whatever_the_outcome() -> None:
    for cells in ({"performance_status": 3}, {"age_group": "child"}, {"consent_board": "no"}, performance(3, 4)):
        assert "stage" in said(a_case(**cells) | {"has_stage": False})["missing"]


# --- sentences ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["da", "en"])
@pytest.mark.parametrize("status", ["1", "3"])
def test_a_sentence_names_the_performance_status_the_tier_and_both_limits(code: str, status: str) -> None:
    with language.use(code):
        why = said(a_case(**drawn(status), **tier("III-A")), draft(performance_status_limit=2, tier_limit="I-C"))["why"]
    numbers = re.findall(r"\b\d\b", why)
    assert (sorted(set(numbers)), "III-A" in why, "I-C" in why) == (sorted({status, "2"}), True, True)


@pytest.mark.parametrize("code", ["da", "en"])
def test_a_sentence_names_the_bounds_of_an_open_performance_status(code: str) -> None:
    with language.use(code):
        why = said(a_case(**drawn("2–3"), **tier("III-A")))["why"]
    assert "PS 2–3 " in why
    assert "III-A" in why


@pytest.mark.parametrize(
    ("code", "best", "word"),
    [
        ("da", "no_tier", "intet tier"),
        ("en", "no_tier", "no tier"),
        ("da", "not_covered", "ikke dækket"),
        ("en", "not_covered", "not covered"),
        ("da", "not_assessed", "ikke vurderet"),
        ("en", "not_assessed", "not assessed"),
    ],
)
def test_why_there_is_no_tier_is_said_in_words(code: str, best: str, word: str) -> None:
    with language.use(code):
        assert word in said(a_case(**tier(best)))["why"]


@pytest.mark.parametrize(
    ("code", "status", "word"),
    [
        ("da", None, "PS ukendt"),
        ("en", None, "PS unknown"),
        ("en", "unknown", "PS unknown"),
        ("da", "not_done", "PS ikke udført"),
        ("en", "not_done", "PS not done"),
        ("en", "not_relevant", "PS not relevant"),
    ],
)
def test_a_performance_status_that_is_not_there_is_said_in_words(code: str, status: str | None, word: str) -> None:
    with language.use(code):
        assert word in said(a_case(**performance(None) | {"performance_status_status": status}))["why"]


def test_the_sentence_of_a_refusal_is_the_documents() -> None:
    with language.use("da"):
        assert said(a_case(consent_board="no"))["why"] == "Patienten har sagt nej til præsentation på DNMTB."
    assert said(a_case(consent_board="no"))["why"] == "The patient has refused presentation at the board."


def test_every_missing_requirement_has_a_sentence() -> None:
    case = a_case(has_stage=False, has_identity=False)
    assert said(case, formal="apply")["why"] == "Missing: The patient's identity. Missing: Stage."
    with language.use("da"):
        assert said(case, formal="apply")["why"] == "Mangler: Patientens identitet. Mangler: Stadium."


def test_the_sentence_of_a_group_names_its_rule() -> None:
    assert said(a_case(age_group="child"))["why"] == "Child: manual review."
    with language.use("da"):
        why = said(a_case(age_group="child"), draft(children="out_of_scope"))["why"]
        assert why.startswith("Barn: ")
        assert why != "Barn: outside the recommendation."


def test_a_group_that_a_case_may_belong_to_says_so() -> None:
    why = said(a_case(age_group="unknown", performance_status=3))["why"]
    assert "Child: not known whether the case belongs to the group" in why


def test_a_rare_cancer_under_review_is_not_said_to_lack_evidence() -> None:
    case = a_case(rare=True, performance_status=3, **tier("III-A"))
    why = said(case, draft(rare_cancers="manual"))["why"]
    assert "Rare cancer: manual review." in why
    assert "does not cover the cancer" not in why


@some
@given(many_cases(), settings_of_the_draft, FORMAL)
def test_every_reason_has_a_whole_sentence_in_both_languages(
    rows: list[Case], chosen: dict[str, Any], formal: str
) -> None:
    for code in ("da", "en"):
        with language.use(code):
            for row in listed(rows, draft(**chosen), formal):
                assert row["why"].count(".") >= len(row["reasons"].split("|"))
                assert "{" not in row["why"]
                assert "None" not in row["why"]


# --- the listing and its refusals --------------------------------------------------------------------------------


def test_the_listing_shows_what_the_rules_asked_and_is_ordered_by_person() -> None:
    rows = [a_case(patient_id=person, profile_id=name) for person, name in (("B", "1"), ("A", "3"), ("A", "2"))]
    table = triaged(rows, draft()).to_arrow()
    assert [(row["patient_id"], row["profile_id"]) for row in table.to_pylist()] == [("A", "2"), ("A", "3"), ("B", "1")]
    assert set(table.column_names) - set(CASE.column_names) == {"outcome", "reasons", "missing", "why"}
    assert {"performance_status", "tier"} <= set(table.column_names)


def test_the_population_can_be_limited_to_what_was_sent_to_the_board() -> None:
    rows = [a_case(profile_id=str(referred), referred=referred) for referred in (True, False, None)]
    found = triaged(rows, draft(), population="referred").to_arrow()
    assert found["profile_id"].to_pylist() == ["True"]


def test_no_case_gives_no_row() -> None:
    assert triaged([], draft()).to_arrow().num_rows == 0


@pytest.mark.parametrize("wrong", [{"formal": "strict"}, {"population": "some"}])
def test_an_unknown_way_of_asking_is_refused_with_those_that_are_known(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=r"one of \w+, \w+.*not (strict|some)"):
        triage(GivenCases([]), draft(), **wrong)  # type: ignore[arg-type]


def test_the_population_sent_to_the_board_is_refused_where_no_referrals_are_kept() -> None:
    with pytest.raises(UsageError, match="keeps no referrals"):
        triage(GivenCases([a_case(referred=None)]), draft(), population="referred")  # type: ignore[arg-type]


def test_settings_that_shape_the_case_are_handed_to_the_assessment() -> None:
    asked = []

    class Asked(GivenCases):
        def case(self, settings: CaseSettings) -> str:
            asked.append(settings)
            return super().case(settings)

    rule = draft(karnofsky="ctep", age_bands="aya_15_39", performance_status_days=30)
    triage(Asked([a_case()]), rule).to_arrow()  # type: ignore[arg-type]
    assert asked == [CaseSettings("ctep", "aya_15_39", 30)]


# --- laws --------------------------------------------------------------------------------------------------------


@settings(some, max_examples=40)
@given(many_cases(), settings_of_the_draft, FORMAL)
def test_the_engine_agrees_with_the_reference(rows: list[Case], chosen: dict[str, Any], formal: str) -> None:
    rule = draft(**chosen)
    expected = [reference.triage(row, rule.settings, formal) for row in rows]
    found = [
        (row["outcome"], row["reasons"].split("|"), row["missing"].split("|") if row["missing"] else [])
        for row in listed(rows, rule, formal)
    ]
    assert found == expected


def memberships_are_known(case: Case) -> bool:
    return None not in reference.memberships(case).values()


@settings(some, max_examples=40)
@given(st.lists(cases().filter(memberships_are_known), max_size=8), settings_of_the_draft)
def test_undetermined_stands_exactly_where_the_unknown_leaves_more_than_one_outcome(
    rows: list[Case], chosen: dict[str, Any]
) -> None:
    rows = [row | {"profile_id": f"S{number}"} for number, row in enumerate(rows)]
    rule = draft(**chosen)
    for case, row in zip(rows, listed(rows, rule, "ignore"), strict=True):
        left = reference.outcomes_of_completions(case, rule.settings)
        assert row["outcome"] == (next(iter(left)) if len(left) == 1 else "undetermined")


@some
@given(many_cases(), settings_of_the_draft, FORMAL)
def test_every_case_has_a_reason(rows: list[Case], chosen: dict[str, Any], formal: str) -> None:
    assert all(row["reasons"] for row in listed(rows, draft(**chosen), formal))


@some
@given(many_cases(), settings_of_the_draft, FORMAL)
def test_a_higher_limit_never_presents_fewer(rows: list[Case], chosen: dict[str, Any], formal: str) -> None:
    before: set[str] = set()
    for limit in range(5):
        found = listed(rows, draft(**chosen | {"performance_status_limit": limit}), formal)
        presented = {row["profile_id"] for row in found if row["outcome"] == "presented"}
        assert before <= presented
        before = presented


@some
@given(many_cases(), settings_of_the_draft, FORMAL)
def test_a_refused_case_is_returned_under_every_setting(rows: list[Case], chosen: dict[str, Any], formal: str) -> None:
    refused = [row | {"consent_board": "no"} for row in rows]
    assume(refused)
    assert {row["outcome"] for row in listed(refused, draft(**chosen), formal)} == {"returned"}


@some
@given(many_cases(), settings_of_the_draft)
def test_missing_evidence_never_filters_a_patient_out(rows: list[Case], chosen: dict[str, Any]) -> None:
    nothing = dict.fromkeys(("tier_rank_germline", "tier_rank_resistance", "tier_rank_other"))
    for absent in ("not_covered", "not_assessed"):
        found = listed([row | nothing | tier(absent) for row in rows], draft(**chosen))
        assert "filtered_out" not in {row["outcome"] for row in found}


@some
@given(many_cases(), settings_of_the_draft)
def test_shortfalls_change_no_other_outcome_than_to_returned(rows: list[Case], chosen: dict[str, Any]) -> None:
    rule = draft(**chosen)
    reported = [dict(row) for row in listed(rows, rule, "report")]
    ignored = listed(rows, rule, "ignore")
    assert [row["outcome"] for row in reported] == [row["outcome"] for row in ignored]
    for before, after in zip(reported, listed(rows, rule, "apply"), strict=True):
        expected = "returned" if before["missing"] else before["outcome"]
        assert after["outcome"] == expected


def test_the_laws_reach_every_setting_that_a_rule_asks() -> None:
    assert set(VALUES) == set(draft().options) - set(OF_THE_CASE)
    for name, values in VALUES.items():
        if name not in ("performance_status_limit", "tier_limit"):
            assert {chosen[name] for chosen in COMBINATIONS if chosen} == set(values)
