"""The retrospective tally: every count by a group of cases, and what the counts are counts of."""

import json
from collections.abc import Sequence
from datetime import date
from itertools import combinations
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.recommendation import reference_triage as reference
from tests.recommendation.given_cases import (
    TIERS,
    Case,
    a_case,
    draft,
    many_cases,
    performance,
    settings_of_the_draft,
    tier,
    triaged,
)
from tumorprofil.errors import UsageError
from tumorprofil.quality.interval import exact_interval
from tumorprofil.recommendation.outcome import Triaged
from tumorprofil.recommendation.tally import BY, Tally, count

FORMAL = st.sampled_from(["report", "apply"])
# Making a failing example smaller would compile hundreds of queries.
some = settings(
    max_examples=8,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


def tally(cases: Sequence[Case], by: Sequence[str] = (), formal: Any = "report", population: Any = "all",
          **chosen: Any) -> Tally:  # fmt: skip
    return count(triaged(cases, draft(**chosen), formal, population), by)


def some_cases() -> list[Case]:
    """One case of each outcome at one centre, two presented at another, one at a centre that is not known."""
    cells: list[Case] = [
        {"centre": "A", "performance_status": 1},
        {"centre": "A", "performance_status": 3, **tier("X"), "has_proposal": True, "treated": True},
        {"centre": "A", "performance_status": 3, **tier("not_covered")},
        {"centre": "A", **performance(None)},
        {"centre": "A", "consent_board": "no"},
        {"centre": "A", "age_group": "young_adult"},
        {"centre": "B", "performance_status": 0, "has_proposal": True},
        {"centre": "B", "performance_status": 2, "patient_id": "P6"},
        {"centre": None, "performance_status": 2},
    ]
    return [
        a_case(**{"patient_id": f"P{number}", **each}, profile_id=f"S{number}") for number, each in enumerate(cells)
    ]


def test_a_row_counts_every_outcome_and_leaves_what_is_out_of_scope_aside() -> None:
    found = tally(some_cases(), ["centre"], young_adults="out_of_scope")
    assert [(row.key, [row.counts[name] for name in ("profiles", "patients", *reference.IN_SCOPE, "out_of_scope")])
            for row in found.rows] == [
        (("A",), [5, 5, 1, 1, 1, 1, 1, 1]),
        (("B",), [2, 1, 2, 0, 0, 0, 0, 0]),
        ((None,), [1, 1, 1, 0, 0, 0, 0, 0]),
    ]  # fmt: skip


def test_shares_have_a_best_case_a_worst_case_and_an_exact_interval() -> None:
    row = tally(some_cases(), young_adults="out_of_scope").total
    assert row.counts["profiles"] == 8
    assert (row.share, row.worst_case) == (1 / 8, 2 / 8)
    assert row.interval == exact_interval(1, 8)


def test_the_total_counts_a_person_once_who_stands_in_several_rows() -> None:
    cases = [a_case(profile_id=f"S{n}", patient_id="P", centre=place) for n, place in enumerate(("A", "A", "B"))]
    found = tally(cases, ["centre"])
    assert [row.counts["patients"] for row in found.rows] == [1, 1]
    assert (found.total.counts["patients"], found.total.counts["profiles"]) == (1, 3)


def test_a_person_whose_profiles_are_all_out_of_scope_is_not_counted() -> None:
    cases = [a_case(profile_id="S1", patient_id="A", age_group="child"), a_case(profile_id="S2", patient_id="B")]
    assert tally(cases, children="out_of_scope").total.counts["patients"] == 1


def test_a_group_that_is_out_of_scope_as_a_whole_has_no_share() -> None:
    found = tally([a_case(age_group="child")], ["age_group"], children="out_of_scope")
    for row in found.rows:
        assert (row.counts["profiles"], row.share, row.worst_case, row.interval) == (0, None, None, None)
    assert found.total.counts["out_of_scope"] == 1


def test_of_those_filtered_out_it_is_told_what_was_done_with_them_all_the_same() -> None:
    lost = {"performance_status": 3, "has_proposal": True}
    cells: list[Case] = [
        lost,
        lost | {"treated": True},
        lost | {"treated": True, "responded": True},
        {"has_proposal": True, "treated": True, "responded": True},
    ]
    counts = tally([a_case(**each, profile_id=f"S{n}") for n, each in enumerate(cells)]).total.counts
    assert [counts[name] for name in ("filtered_out", "proposed", "treated", "responded")] == [3, 3, 2, 1]


@pytest.mark.parametrize("kept", ["has_proposal", "treated", "responded"])
def test_what_the_source_does_not_keep_is_not_recorded_and_not_none(kept: str) -> None:
    names = {"proposed": "has_proposal", "treated": "treated", "responded": "responded"}
    unknown = dict.fromkeys(set(names.values()) - {kept})
    cases = [a_case(performance_status=3, **unknown, profile_id=f"S{n}") for n in range(2)]
    assert tally(cases).to_dict()["lost"] == {
        name: 0 if column == kept else "not_recorded" for name, column in names.items()
    }


def test_what_is_kept_of_nobody_filtered_out_is_none() -> None:
    assert tally([a_case()]).to_dict()["lost"] == {"proposed": 0, "treated": 0, "responded": 0}


def test_what_is_recorded_holds_for_the_source_and_not_for_a_row() -> None:
    cases = [a_case(profile_id="S1", centre="A"), a_case(profile_id="S2", centre="B", performance_status=3)]
    found = tally([case | {"treated": None} for case in cases], ["centre"]).to_dict()
    assert {row["centre"]: row["lost"]["treated"] for row in found["rows"]} == dict.fromkeys("AB", "not_recorded")


# --- rows --------------------------------------------------------------------------------------------------------


def keys(cases: Sequence[Case], *by: str, **chosen: Any) -> list[Any]:
    rows = tally(cases, by, **chosen).rows
    return [row.key[0] if len(by) == 1 else row.key for row in rows]


def test_centres_stand_in_danish_order_and_the_unknown_last() -> None:
    names = ["Ålborg", "Zealand", None, "Odense", "Ærø", "aarhus", "Østerbro", "Bispebjerg"]
    cases = [a_case(profile_id=f"S{n}", centre=name) for n, name in enumerate(names)]
    ordered = keys(cases, "centre")
    assert ordered[:5] == ["Bispebjerg", "Odense", "Zealand", "Ærø", "Østerbro"]
    assert set(ordered[5:7]) == {"Ålborg", "aarhus"}
    assert ordered[7] is None


def test_tiers_stand_by_rank_and_then_why_there_is_none() -> None:
    names = ["not_assessed", "not_covered", "no_tier", *reversed(TIERS)]
    cases = [a_case(profile_id=f"S{n}", **tier(name)) for n, name in enumerate(names)]
    assert keys(cases, "tier") == [*TIERS, "no_tier", "not_covered", "not_assessed"]


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("year", [2019, 2020, 2026, None]),
        ("performance_status", [0, 1, 2, 3, 4, None]),
        ("haematological", [False, True, None]),
        ("sex", ["female", "male", "unknown", None]),
    ],
)
def test_values_stand_in_their_order_and_the_unknown_last(column: str, values: list[Any]) -> None:
    cases = [a_case(profile_id=f"S{n}") | {column: value} for n, value in enumerate(reversed(values))]
    assert sorted(map(str, keys(cases, column))) == sorted(map(str, values))
    assert keys(cases, column)[-1] is None
    if column in ("year", "performance_status"):
        assert keys(cases, column) == values


def test_two_columns_are_ordered_one_after_the_other() -> None:
    places = [("B", 2020), (None, 2020), ("A", None), ("A", 2021), ("A", 2020)]
    cases = [a_case(profile_id=f"S{n}", centre=place, year=year) for n, (place, year) in enumerate(places)]
    assert keys(cases, "centre", "year") == [("A", 2020), ("A", 2021), ("A", None), ("B", 2020), (None, 2020)]
    assert keys(cases, "year", "centre")[0] == (2020, "A")


def test_every_profile_stands_under_the_one_reason_that_decided() -> None:
    found = tally([*some_cases(), a_case(profile_id="C", age_group="child")], ["reason"])
    assert {row.key[0]: row.counts["profiles"] for row in found.rows} == {
        "refusal": 1, "children": 1, "performance_status_and_tier": 8}  # fmt: skip


def test_without_a_split_there_is_the_total_alone() -> None:
    found = tally(some_cases())
    assert [row.key for row in found.rows] in ([], [()])
    assert found.total.counts["profiles"] == 9


def test_no_profile_gives_no_row_and_no_share() -> None:
    for by in ([], ["centre"], ["tier", "reason"]):
        found = tally([], by)
        assert not [row for row in found.rows if row.counts["profiles"]]
        assert (found.total.counts["profiles"], found.total.counts["patients"]) == (0, 0)
        assert (found.total.share, found.total.worst_case, found.total.interval) == (None, None, None)
        json.dumps(found.to_dict())


def test_the_population_can_be_what_was_sent_to_the_board() -> None:
    cases = [a_case(profile_id=f"S{n}", referred=sent) for n, sent in enumerate((True, True, False, None))]
    assert tally(cases, population="referred").total.counts["profiles"] == 2
    assert tally(cases).total.counts["profiles"] == 4


@pytest.mark.parametrize("by", [["patient_id"], ["profile_id"], ["age"], ["centre", "nothing"], ["x; DROP TABLE x"]])
def test_what_a_tally_cannot_be_split_by_is_refused_with_what_it_can(by: list[str]) -> None:
    with pytest.raises(UsageError, match="centre, year, cancer_group"):
        tally([], by)


def test_a_column_twice_is_one_or_refused() -> None:
    try:
        found = tally(some_cases(), ["centre", "centre"])
    except UsageError:
        return
    assert found.by == ("centre",)


def test_more_than_65_536_persons_are_counted_exactly() -> None:
    # Some engines count distinct values by an estimate from here on.
    many = 70_001
    cases = [{"profile_id": f"S{n}", "patient_id": f"P{n % many}", "centre": "AB"[n % 2]} for n in range(many + 9)]
    found = tally(cases, ["centre"])
    assert found.total.counts["patients"] == many
    assert found.total.counts["profiles"] == many + 9
    assert [row.counts["patients"] for row in found.rows] == [
        len({case["patient_id"] for case in cases if case["centre"] == place}) for place in "AB"]  # fmt: skip


# --- the record --------------------------------------------------------------------------------------------------


def test_the_record_has_the_documented_keys() -> None:
    found = tally(some_cases(), ["centre"], performance_status_limit=1, presenter_roles="oncologist").to_dict()
    keys = "recommendation by rows total reasons formal lost evidence suppressed_below"
    assert set(keys.split()) <= set(found)
    assert {"id", "version", "settings"} <= set(found["recommendation"])
    assert found["recommendation"]["id"] == "dnmtb-2026-draft"
    assert found["recommendation"]["version"] == "2026.1"
    assert found["recommendation"]["settings"]["performance_status_limit"] == 1
    assert set(found["recommendation"]["settings"]) == set(draft().options)
    shares = {"filtered_out_share", "filtered_out_ci", "worst_case_share", "best_case_share"}
    for row in [*found["rows"], found["total"]]:
        assert {"centre", "profiles", *reference.IN_SCOPE, *shares} <= set(row)
    assert found["by"] == ["centre"]
    assert {"centre", "criterion", "outcome", "profiles"} <= set(found["reasons"][0])
    assert {"requirement", "missing"} <= set(found["formal"][0])
    assert set(found["lost"]) == {"proposed", "treated", "responded"}
    assert {"version": "none", "as_of": "2026-01-01"}.items() <= found["evidence"].items()
    assert found["suppressed_below"] is None


def test_the_record_is_plain_json() -> None:
    found = tally(some_cases(), ["centre", "tier"]).to_dict()
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_the_shares_of_the_record_are_those_of_its_counts() -> None:
    for row in tally(some_cases(), ["centre"]).to_dict()["rows"]:
        assert row["filtered_out_share"] == row["best_case_share"] == row["filtered_out"] / row["profiles"]
        assert row["worst_case_share"] == (row["filtered_out"] + row["undetermined"]) / row["profiles"]
        assert list(row["filtered_out_ci"]) == list(exact_interval(row["filtered_out"], row["profiles"]) or ())


def test_the_same_question_gives_the_same_record() -> None:
    first = tally(some_cases(), ["centre"], population="all").to_dict()
    assert tally(list(reversed(some_cases())), ["centre"]).to_dict() == first


def test_every_requirement_is_listed_with_how_many_profiles_lack_it() -> None:
    cases = [a_case(profile_id=f"S{n}", has_stage=n > 1, report_date=date(2025, 1, n + 1)) for n in range(4)]
    formal = {row["requirement"]: row["missing"] for row in tally(cases).to_dict()["formal"]}
    assert formal == dict.fromkeys(reference.REQUIREMENTS, 0) | {"stage": 2}
    assert list(formal) == reference.REQUIREMENTS


# --- laws --------------------------------------------------------------------------------------------------------

COUNTED = ("profiles", "patients", *reference.IN_SCOPE, "out_of_scope")


def decided_by(outcome: Triaged, cases: list[Case]) -> list[Any]:
    """The cases of the population, each with what its listing says."""
    by_name = {case["profile_id"]: case for case in cases}
    rows = outcome.to_arrow().to_pylist()
    split = [[row[name].split("|") if row[name] else [] for name in ("reasons", "missing")] for row in rows]
    return [(by_name[row["profile_id"]], (row["outcome"], *lists)) for row, lists in zip(rows, split, strict=True)]


def assert_same(outcome: Triaged, cases: list[Case], by: tuple[str, ...]) -> None:
    found, decided = count(outcome, by), decided_by(outcome, cases)
    expected, total = reference.tally(decided, by), reference.counts(decided)
    rows = {row.key: row for row in found.rows} if by else {(): found.total}
    assert {key for key, counts in expected.items() if counts["profiles"]} <= set(rows) <= {*expected, ()}
    for key in rows.keys() & expected.keys():
        assert {name: rows[key].counts[name] for name in COUNTED} == {name: expected[key][name] for name in COUNTED}
        assert (rows[key].share, rows[key].worst_case) == (expected[key]["best_case"], expected[key]["worst_case"])
    assert {name: found.total.counts[name] for name in COUNTED} == {name: total[name] for name in COUNTED}
    if decided:
        assert found.to_dict()["lost"] == {name: total[name] for name in reference.LOST}
    reasons = {(reason.key, reason.criterion, reason.outcome): reason.profiles for reason in found.reasons}
    assert {key: told for key, told in reasons.items() if told} == reference.reason_counts(decided, by)
    assert dict(found.missing) == reference.missing_counts(decided)


@pytest.mark.parametrize("by", [(), *((column,) for column in BY)], ids=lambda by: "+".join(by) or "total")
@settings(some, max_examples=2)
@given(many_cases(most=25), settings_of_the_draft, FORMAL, st.sampled_from(["all", "referred"]))
def test_every_count_is_that_of_the_listing(
    by: tuple[str, ...], cases: list[Case], chosen: dict[str, Any], formal: Any, population: Any
) -> None:
    assert_same(triaged(cases, draft(**chosen), formal, population), cases, by)


@settings(some, max_examples=8)
@given(st.sampled_from(list(combinations(BY, 2))), many_cases(most=25), FORMAL)
def test_every_count_of_two_columns_is_that_of_the_listing(by: tuple[str, ...], cases: list[Case], formal: Any) -> None:
    assert_same(triaged(cases, draft(), formal), cases, by)


@some
@given(many_cases(most=25), settings_of_the_draft, st.sampled_from([("centre",), ("year", "tier"), ("reason",)]))
def test_rows_and_outcomes_add_up(cases: list[Case], chosen: dict[str, Any], by: tuple[str, ...]) -> None:
    found = tally(cases, by, **chosen)
    for name in ("profiles", *reference.IN_SCOPE, "out_of_scope"):
        assert sum(row.counts[name] or 0 for row in found.rows) == found.total.counts[name]
    for row in (*found.rows, found.total):
        assert row.counts["profiles"] == sum(row.counts[name] or 0 for name in reference.IN_SCOPE)
        assert (row.counts["patients"] or 0) <= (row.counts["profiles"] or 0)
    assert (found.total.counts["profiles"] or 0) + (found.total.counts["out_of_scope"] or 0) == len(cases)


@some
@given(many_cases(most=25), settings_of_the_draft)
def test_the_truth_lies_between_the_best_and_the_worst_case(cases: list[Case], chosen: dict[str, Any]) -> None:
    for row in tally(cases, ("cancer_group",), **chosen).rows:
        if row.counts["profiles"]:
            assert row.interval is not None
            assert 0 <= row.interval[0] <= (row.share or 0) <= row.interval[1] <= 1
            assert (row.share or 0) <= (row.worst_case or 0) <= 1
