"""What is published is attacked: nobody who reads it, alone or beside another table, can work out a small count."""

import dataclasses
import json
from collections.abc import Sequence
from datetime import date
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tumorprofil as tp
from tumorprofil.assessment.assess import assess
from tumorprofil.quality.attack import Relation, attack
from tumorprofil.recommendation.about import About
from tumorprofil.recommendation.document import OUTCOMES
from tumorprofil.recommendation.library import recommendation
from tumorprofil.recommendation.outcome import Triaged, triage
from tumorprofil.recommendation.publication import publish
from tumorprofil.recommendation.tally import (
    BY,
    GROUPED,
    IN_SCOPE,
    LOST,
    NOT_RECORDED,
    ReasonCount,
    Row,
    Tally,
    count,
    summed,
)
from tumorprofil.synthetic import registry

ABOUT = About(
    recommendation="dnmtb-2026-draft",
    version="2026.1",
    state="draft",
    digest="d",
    title={"da": "Udkast", "en": "Draft"},
    settings={},
    setting_words={},
    said={},
    words={},
    deciding_groups={},
    criteria=(),
    labels={},
    changed=(),
    reworded=False,
    refused_values=0,
    left_out=0,
    evidence_version="e",
    as_of="2026-11-01",
    case_tables="1-t",
    population="all",
    formal="report",
    synthetic=True,
    freeze="f1",
    made=date(2026, 11, 1),
)
Counts = dict[str, int]
Key = tuple[str, ...]


def a_tally(
    by: tuple[str, ...],
    groups: dict[Key, Counts],
    missing: Counts | None = None,
    reasons: dict[Key, dict[tuple[str, str], int]] | None = None,
    **about: Any,
) -> Tally:
    """A tally of some groups; each count names an outcome, what of those filtered out was lost, persons or what groups
    decided. Without reasons each outcome has one of its own."""
    rows = []
    listed = []
    for key, given_counts in groups.items():
        counts = {name: given_counts.get(name, 0) for name in (*OUTCOMES, *GROUPED.values())}
        counts |= {name: given_counts.get(name, NOT_RECORDED) for name in LOST}
        counts["profiles"] = sum(counts[name] for name in IN_SCOPE)
        rows.append(Row(key, {**counts, "patients": given_counts.get("patients", counts["profiles"])}))
        own = {(f"why_{name}", name): counts[name] for name in OUTCOMES}
        for (criterion, outcome), number in (own if reasons is None else reasons[key]).items():
            listed += [ReasonCount(key, criterion, outcome, number)] if number else []
    total = summed(rows, sum(row.counts["patients"] or 0 for row in rows))
    return Tally(dataclasses.replace(ABOUT, **about), by, tuple(rows), total, tuple(listed), missing or {})


def rolled_up(tally: Tally, by: tuple[str, ...]) -> Tally:
    """The same profiles counted by fewer columns."""
    groups: dict[Key, Counts] = {}
    for row in tally.rows:
        key = tuple(str(row.key[tally.by.index(name)]) for name in by)
        into = groups.setdefault(key, dict.fromkeys((*OUTCOMES, "patients"), 0))
        for name in into:
            into[name] += row.counts[name] or 0
    return a_tally(by, groups)


def read_by_an_outsider(published: Sequence[Tally]) -> tuple[dict[Any, int], dict[Any, None], list[Relation[Any]]]:
    """All that stands in some published tables: the numbers, the places without one, and what adds up to what."""
    known: dict[Any, int] = {}
    unknown: dict[Any, None] = {}
    relations: dict[tuple[Any, ...], Relation[Any]] = {}
    for tally in published:
        cells = [(frozenset(zip(tally.by, row.key, strict=True)), row) for row in tally.rows]
        cells.append((frozenset(), tally.total))
        for group, row in cells:
            for name in ("profiles", *OUTCOMES):
                number = row.counts[name]
                if number is None:
                    unknown[(group, name)] = None
                else:
                    known[(group, name)] = number
            whole, parts = (group, "profiles"), tuple((group, name) for name in IN_SCOPE)
            relations[(whole, parts)] = Relation(whole, parts)
        for name in ("profiles", *OUTCOMES):
            if tally.by:
                whole, parts = (frozenset(), name), tuple((group, name) for group, _ in cells[:-1])
                relations[(whole, parts)] = Relation(whole, parts)
        for (wide, _), other in product(cells, published):
            if other.by and set(other.by) < set(tally.by):
                inner = frozenset(cell for cell in wide if cell[0] in other.by)
                parts = tuple((group, name) for group, _ in cells[:-1] if inner <= group for name in ["profiles"])
                for name in ("profiles", *OUTCOMES):
                    parts = tuple((group, name) for group, _ in cells[:-1] if inner <= group)
                    if wide:
                        relations[((inner, name), parts)] = Relation((inner, name), parts)
    return known, {key: None for key in unknown if key not in known}, list(relations.values())


def worked_out(published: Sequence[Tally], truth: dict[Any, int | None]) -> dict[Any, int]:
    """The suppressed counts that an outsider can work out exactly, knowing how they were suppressed.

    Zeros are suppressed only where nothing else helps. Where none was, every hidden number is one at least; where one
    was, an outsider who takes that for granted is misled."""
    known, unknown, relations = read_by_an_outsider(published)
    for relation in relations:
        unknown |= dict.fromkeys(cell for cell in (relation.whole, *relation.parts) if cell not in known)
    floor = int(all(truth[cell] for cell in unknown))
    found = attack(known, list(unknown), relations, at_least=floor)
    return {cell: low for cell, (low, high) in found.items() if low == high}


counts = st.fixed_dictionaries({name: st.integers(0, 12) for name in ("presented", "filtered_out", "undetermined")})


@st.composite
def tables(draw: st.DrawFn) -> Tally:
    centres = [f"C{n}" for n in range(draw(st.integers(2, 3)))]
    years = [f"{2020 + n}" for n in range(draw(st.integers(1, 2)))]
    return a_tally(("centre", "year"), {key: draw(counts) for key in product(centres, years)})


@settings(max_examples=100)
@given(table=tables(), threshold=st.sampled_from([3, 5]))
def test_no_small_count_can_be_worked_out_from_one_table_or_from_several(table: Tally, threshold: int) -> None:
    family = [table, *(rolled_up(table, by) for by in (("centre",), ("year",), ()))]
    published = [publish(one, threshold) for one in family]
    truth = {
        (frozenset(zip(one.by, row.key, strict=False)), name): row.counts[name]
        for one in family
        for row in (*one.rows, one.total)
        for name in ("profiles", *OUTCOMES)
    }
    told = worked_out(published, truth)
    assert {cell: number for cell, number in told.items() if 0 < (truth.get(cell) or 0) < threshold} == {}


@given(table=tables(), threshold=st.sampled_from([3, 5]))
@settings(max_examples=100)
def test_no_small_number_is_printed_anywhere(table: Tally, threshold: int) -> None:
    content = publish(table, threshold).to_dict()
    for row in (*content["rows"], content["total"]):
        assert not [row[name] for name in ("profiles", "patients", *OUTCOMES) if 0 < (row[name] or 0) < threshold]
    assert not [reason for reason in content["reasons"] if 0 < (reason["profiles"] or 0) < threshold]


def one(tally: Tally, place: int = 0) -> dict[str, Any]:
    record: dict[str, Any] = tally.to_dict()["rows"][place]
    return record


CENTRES: dict[Key, Counts] = {
    ("OUH",): {"presented": 90, "filtered_out": 2, "undetermined": 8},
    ("RH",): {"presented": 120, "filtered_out": 14, "undetermined": 6},
    ("AUH",): {"presented": 70, "filtered_out": 11, "undetermined": 9},
}


def test_the_share_and_its_interval_go_with_the_count() -> None:
    row = one(publish(a_tally(("centre",), CENTRES), 5))
    assert row["filtered_out"] is None
    assert (row["filtered_out_share"], row["filtered_out_ci"]) == (None, None)
    assert (row["best_case_share"], row["worst_case_share"]) == (None, None)


def test_the_reason_goes_with_the_outcome_that_it_explains() -> None:
    reasons = publish(a_tally(("centre",), CENTRES), 5).to_dict()["reasons"]
    hidden = [reason for reason in reasons if (reason["centre"], reason["outcome"]) == ("OUH", "filtered_out")]
    assert [reason["profiles"] for reason in hidden] == [None]


def test_a_second_cell_of_the_row_and_of_the_column_goes_too() -> None:
    published = publish(a_tally(("centre",), CENTRES), 5)
    assert sum(row.counts["filtered_out"] is None for row in published.rows) >= 2
    assert sum(published.rows[0].counts[name] is None for name in IN_SCOPE) >= 2


def test_nothing_small_means_nothing_suppressed() -> None:
    table = a_tally(("centre",), {(name,): {"presented": 50, "filtered_out": 10} for name in ("OUH", "RH")})
    public = publish(table, 5)
    grouped = dict.fromkeys(GROUPED.values(), 0)
    rows = tuple(Row(row.key, {**row.counts, **grouped}) for row in public.rows)
    assert dataclasses.replace(public, rows=rows, suppressed_below=None) == table


def test_a_zero_is_published() -> None:
    table = a_tally(("centre",), {("OUH",): {"presented": 50}, ("RH",): {"presented": 40, "filtered_out": 9}})
    assert one(publish(table, 5))["filtered_out"] == 0


def test_what_was_lost_is_hidden_where_it_is_small_or_nearly_all() -> None:
    def lost(proposed: int) -> Any:
        table = a_tally(
            (), {(): {"presented": 90, "filtered_out": 20, "proposed": proposed, "treated": 7, "responded": 0}}
        )
        return publish(table, 5).to_dict()["lost"]["proposed"]

    assert (lost(2), lost(10), lost(18)) == (None, 10, None)


def test_a_formal_requirement_that_few_miss_is_hidden() -> None:
    table = a_tally((), {(): {"presented": 100}}, {"stage": 2, "consent": 40, "identity": 98})
    formal = {row["requirement"]: row["missing"] for row in publish(table, 5).to_dict()["formal"]}
    assert formal == {"stage": None, "consent": 40, "identity": None}


def test_few_persons_with_many_profiles_are_few_persons() -> None:
    groups: dict[Key, Counts] = {**CENTRES, ("SUH",): {"presented": 9, "patients": 2}}
    row = one(publish(a_tally(("centre",), groups), 5), 3)
    assert (row["profiles"], row["patients"]) == (None, None)


def saved(tally: Tally, path: Path) -> Path:
    path.write_text(json.dumps(tally.to_dict()), encoding="utf-8")
    return path


def test_two_settings_never_tell_how_few_moved(tmp_path: Path) -> None:
    first = a_tally((), {(): {"presented": 100, "filtered_out": 20}})
    second = a_tally((), {(): {"presented": 98, "filtered_out": 22}})
    public = saved(publish(first, 5), tmp_path / "first.json")
    total = publish(second, 5, [public]).to_dict()["total"]
    assert (total["presented"], total["filtered_out"], total["profiles"]) == (None, None, 120)
    alone = publish(second, 5).to_dict()["total"]
    assert alone["presented"] == 98


def test_two_settings_that_move_many_may_both_be_published(tmp_path: Path) -> None:
    first = a_tally((), {(): {"presented": 100, "filtered_out": 20}})
    second = a_tally((), {(): {"presented": 60, "filtered_out": 60}})
    public = saved(publish(first, 5), tmp_path / "first.json")
    assert publish(second, 5, [public]).to_dict()["total"]["presented"] == 60


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"freeze": "f1"}'])
def test_an_earlier_file_that_is_no_tally_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(text, encoding="utf-8")
    with pytest.raises(tp.ReadError, match="no tally"):
        publish(a_tally((), {(): {"presented": 9}}), 5, [tmp_path / "x.json"])


def test_an_earlier_tally_of_another_freeze_is_refused(tmp_path: Path) -> None:
    table = a_tally((), {(): {"presented": 9}})
    other = dataclasses.replace(table, about=dataclasses.replace(ABOUT, freeze="f2"))
    with pytest.raises(tp.ReadError, match="not counted from the same freeze"):
        publish(table, 5, [saved(other, tmp_path / "other.json")])


@pytest.mark.parametrize("threshold", [0, -3])
def test_a_threshold_below_one_is_refused(threshold: int) -> None:
    with pytest.raises(tp.UsageError, match="whole number from 1"):
        publish(a_tally((), {(): {"presented": 9}}), threshold)


def test_a_threshold_of_one_suppresses_nothing() -> None:
    table = a_tally(("centre", "year"), {("OUH", "2024"): {"presented": 1, "filtered_out": 2, "proposed": 1}})
    assert publish(table, 1) == dataclasses.replace(table, suppressed_below=1)


@pytest.fixture(scope="module")
def synthetic(tmp_path_factory: pytest.TempPathFactory) -> Triaged:
    folder = tmp_path_factory.mktemp("published") / "registry"
    registry.write(folder, profiles=600, until=date(2026, 1, 31))
    return triage(assess(tp.read(folder)), recommendation("dnmtb-2026-draft"))


# Nearly a hundred tumour types take a quarter of a minute.
SPLITS = [(by, threshold) for by in (*BY, "centre,year") if by != "tumour_type" for threshold in (3, 5)]


@pytest.mark.parametrize(("by", "threshold"), SPLITS)
def test_the_synthetic_registry_can_be_published(by: str, threshold: int, synthetic: Triaged) -> None:
    assert publish(count(synthetic, by.split(",")), threshold).suppressed_below == threshold


def test_the_persons_of_every_coarser_group_are_counted(synthetic: Triaged) -> None:
    fine, coarse = count(synthetic, ("centre", "year")), count(synthetic, ("centre",))
    of_centres = {key: number for key, number in fine.persons.items() if [name for name, _ in key] == ["centre"]}
    assert of_centres == {(("centre", row.key[0]),): row.counts["patients"] for row in coarse.rows}
    assert coarse.persons == {}
    assert publish(fine, 5).persons == {}


class Outsider:
    """What stands in one published table, in numbers: what is told, and what follows of what is not."""

    def __init__(self, published: Tally, truth: Tally) -> None:
        self.by, self.tally, self.true = published.by, published, truth
        self.known: dict[Any, int] = {}
        self.hidden: dict[Any, None] = {}
        self.suppressed: dict[Any, None] = {}
        self.truth: dict[Any, int] = {}
        self.relations: list[Relation[Any]] = []
        self.read(published, truth)
        self.relate()

    def read(self, published: Tally, truth: Tally) -> None:
        for row, true in zip((*published.rows, published.total), (*truth.rows, truth.total), strict=True):
            for name in ("profiles", *OUTCOMES, *LOST):
                if true.counts[name] != NOT_RECORDED:
                    self.put((name, row.key), row.counts[name], true.counts[name])
            for name in GROUPED.values():
                self.put((name, row.key), row.counts[name], true.counts[name])
                if row.key:
                    self.suppressed.pop((name, row.key), None)
                    self.hidden[(name, row.key)] = None
        for reason, real in zip(published.reasons, truth.reasons, strict=True):
            self.put(("why", reason.criterion, reason.outcome, reason.key), reason.profiles, real.profiles)
        if self.by:
            for why in [key for key in self.truth if key[0] == "why"]:
                whole = (*why[:-1], ())
                self.truth[whole] = self.truth.get(whole, 0) + self.truth[why]
                self.hidden[whole] = None
        for name, number in published.missing.items():
            self.put(("missing", name), number, truth.missing[name])

    def put(self, key: Any, number: int | None, true: int | None) -> None:
        assert true is not None
        self.truth[key] = true
        if number is None:
            self.suppressed[key] = None
        else:
            self.known[key] = number

    def relate(self) -> None:
        groups = list(dict.fromkeys(key[-1] for key in self.truth if key[0] == "profiles"))
        for group in groups:
            self.relations.append(Relation(("profiles", group), tuple((name, group) for name in IN_SCOPE)))
            for outcome in OUTCOMES:
                self.relate_reasons(outcome, group)
            for wide, narrow in (("filtered_out", "proposed"), *pairwise(LOST), ("filtered_out", "treated")):
                self.split((wide, group), (narrow, group))
        for name in self.tally.missing:
            self.split(("profiles", ()), ("missing", name))
            if self.tally.about.formal == "apply" and ("why", name, "returned", ()) in self.truth:
                self.relations.append(Relation(("missing", name), (("why", name, "returned", ()),)))
        for key in list(self.truth):
            parts = tuple(one for one in self.truth if one[:-1] == key[:-1] and one[-1] and one[0] != "rest")
            if self.by and key[0] not in ("missing", "rest") and key[-1] == () and parts:
                self.relations.append(Relation(key, parts))

    def relate_reasons(self, outcome: str, group: Any) -> None:
        listed = [key for key in self.truth if key[0] == "why" and key[2:] == (outcome, group)]
        if outcome not in GROUPED:
            return self.make_up((outcome, group), listed)
        grouped = (GROUPED[outcome], group)
        first = [key for key in listed if key[1] in self.tally.about.deciding_groups]
        rest = self.split((outcome, group), grouped)
        self.make_up(grouped, first)
        self.make_up(rest, [key for key in listed if key not in first])

    def make_up(self, whole: Any, parts: list[Any]) -> None:
        if sum(self.truth[part] for part in parts) == self.truth[whole]:
            self.relations.append(Relation(whole, tuple(parts)))
        else:
            for part in parts:
                self.split(whole, part)

    def split(self, whole: Any, part: Any) -> Any:
        rest = ("rest", whole, part)
        if whole in self.truth and part in self.truth:
            self.truth[rest] = self.truth[whole] - self.truth[part]
            self.hidden[rest] = None
            self.relations.append(Relation(whole, (part, rest)))
        return rest

    def works_out(self, threshold: int) -> dict[Any, int]:
        """The small numbers that are printed, or follow from what is."""
        sure = int(all(self.truth[key] for key in self.suppressed))
        floors = dict.fromkeys(self.hidden, 0) | dict.fromkeys(self.suppressed, sure)
        found = attack(self.known, list(floors), self.relations, at_least=floors)
        told = self.known | {key: low for key, (low, high) in found.items() if low == high}
        few = {row.key for row in (*self.true.rows, self.true.total) if (row.counts["patients"] or 0) < threshold}
        return {
            key: number
            for key, number in told.items()
            if 0 < number < threshold or (number and key[0] in ("profiles", *IN_SCOPE, "why", *LOST) and key[-1] in few)
        }


def told(tally: Tally, threshold: int = 5) -> dict[Any, int]:
    return Outsider(publish(tally, threshold), tally).works_out(threshold)


REASONS: dict[tuple[str, str], int] = {
    ("haematology", "manual_review"): 28,
    ("children", "manual_review"): 2,
    ("ps", "manual_review"): 10,
}
GROUPS = {"haematology": "manual_review", "children": "manual_review", "spared": "presented"}


def test_what_groups_decided_tells_nobody_how_many_children_there_are() -> None:
    given_counts = {"presented": 60, "manual_review": 40, "grouped_manual_review": 30}
    table = a_tally((), {(): given_counts}, None, {(): {**REASONS, ("ps", "presented"): 60}}, deciding_groups=GROUPS)
    assert told(table) == {}


def test_what_groups_left_to_relevance_is_not_told() -> None:
    given_counts = {"presented": 60, "manual_review": 40, "grouped_manual_review": 38}
    reasons = {("haematology", "manual_review"): 38, ("ps", "manual_review"): 2, ("tier", "manual_review"): 2}
    table = a_tally((), {(): given_counts}, None, {(): {**reasons, ("ps", "presented"): 60}}, deciding_groups=GROUPS)
    assert told(table) == {}


def test_a_child_with_leukaemia_stands_in_two_groups() -> None:
    given_counts = {"presented": 60, "manual_review": 29, "grouped_manual_review": 29}
    reasons = {(): {**REASONS, ("ps", "manual_review"): 0}}
    table = a_tally((), {(): given_counts}, None, reasons, deciding_groups=GROUPS)
    assert told(table) == {}


def test_what_is_missing_stands_among_the_reasons_too() -> None:
    reasons = {(): {("stage", "returned"): 12, ("consent", "returned"): 2, ("ps", "presented"): 80}}
    table = a_tally((), {(): {"presented": 80, "returned": 14}}, {"stage": 12, "consent": 2}, reasons, formal="apply")
    assert told(table) == {}


def test_nothing_that_few_persons_have_is_published() -> None:
    groups: dict[Key, Counts] = {**CENTRES, ("SUH",): {"presented": 9, "filtered_out": 7, "patients": 2}}
    row = publish(a_tally(("centre",), groups), 5).rows[3]
    assert {name: row.counts[name] for name in ("profiles", "patients", "presented", "filtered_out")} == dict.fromkeys(
        ("profiles", "patients", "presented", "filtered_out")
    )


def test_few_persons_of_a_centre_are_few_in_the_table_by_centre_and_year() -> None:
    groups = {(centre, year): {"presented": 20} for centre in ("OUH", "RH", "AUH") for year in ("2024", "2025")}
    table = dataclasses.replace(a_tally(("centre", "year"), groups), persons={(("centre", "OUH"),): 3})
    rows = publish(table, 5).rows
    assert None in [row.counts["presented"] for row in rows if row.key[0] == "OUH"]
    assert None not in [row.counts["presented"] for row in publish(dataclasses.replace(table, persons={}), 5).rows]


def test_who_was_treated_without_a_response_is_not_told() -> None:
    counts = {"presented": 90, "filtered_out": 60, "proposed": 40, "treated": 20, "responded": 17}
    assert told(a_tally((), {(): counts})) == {}
    assert told(a_tally((), {(): {**counts, "proposed": 22, "responded": 0}})) == {}


def earlier_and_new(first: Tally, second: Tally, tmp_path: Path) -> Tally:
    return publish(second, 5, [saved(publish(first, 5), tmp_path / "first.json")])


def test_an_earlier_table_by_centre_tells_its_sums_too(tmp_path: Path) -> None:
    def split(moved: int) -> Tally:
        groups = {
            (centre, year): {"presented": 40 - change, "filtered_out": 20 + change}
            for centre in ("OUH", "RH")
            for year, change in (("2024", moved), ("2025", -moved))  # so that the total is the same
        }
        return a_tally(("centre", "year"), groups)

    second = rolled_up(split(1), ("year",))
    public = earlier_and_new(split(0), second, tmp_path)
    assert public.rows[0].counts["presented"] is None
    assert publish(second, 5).rows[0].counts["presented"] is not None


def test_persons_are_compared_with_those_of_an_earlier_table(tmp_path: Path) -> None:
    first, second = (a_tally((), {(): {"presented": 90, "patients": persons}}) for persons in (80, 78))
    total = earlier_and_new(first, second, tmp_path).total.counts
    assert (total["patients"], total["profiles"]) == (None, None)


def test_what_was_lost_and_missing_is_compared_with_an_earlier_table(tmp_path: Path) -> None:
    first, second = (
        a_tally((), {(): {"presented": 90, "filtered_out": 60, "proposed": number}}, {"stage": number})
        for number in (30, 32)
    )
    public = earlier_and_new(first, second, tmp_path)
    assert (public.total.counts["proposed"], public.missing["stage"]) == (None, None)


def test_the_rows_do_not_tell_a_total_that_an_earlier_one_forbids(tmp_path: Path) -> None:
    first = a_tally((), {(): {"presented": 122, "filtered_out": 58}})
    groups = {(centre,): {"presented": 40, "filtered_out": 20} for centre in ("OUH", "RH", "AUH")}
    public = earlier_and_new(first, a_tally(("centre",), groups), tmp_path)
    assert public.total.counts["presented"] is None
    assert None in [row.counts["presented"] for row in public.rows]


def test_a_combined_tally_cannot_be_guarded(tmp_path: Path) -> None:
    table = a_tally((), {(): {"presented": 9}}, freeze=None)
    with pytest.raises(tp.ReadError, match="one set of settings only"):
        publish(table, 5, [saved(table, tmp_path / "combined.json")])


def test_two_columns_show_outcomes_only() -> None:
    groups = {
        (c, y): {"manual_review": 40, "grouped_manual_review": 30, "filtered_out": 30, "proposed": 10}
        for c in ("OUH", "RH")
        for y in ("2024", "2025")
    }
    reasons = {key: {**REASONS, ("ps", "filtered_out"): 30} for key in groups}
    public = publish(a_tally(("centre", "year"), groups, None, reasons, deciding_groups=GROUPS), 5)
    assert {row.counts["proposed"] for row in public.rows} == {None}
    assert {row.counts["grouped_manual_review"] for row in public.rows} == {None}
    assert {reason.profiles for reason in public.reasons if reason.outcome == "manual_review"} == {None}


@st.composite
def detailed_tables(draw: st.DrawFn) -> Tally:
    """Tables with all that is published beside outcomes: reasons that overlap, what was lost, what is missing."""
    number = st.integers(0, 15)
    formal = draw(st.sampled_from(["report", "apply"]))
    by = draw(st.sampled_from([(), ("centre",)]))
    groups: dict[Key, Counts] = {}
    reasons: dict[Key, dict[tuple[str, str], int]] = {}
    for key in [(f"C{n}",) for n in range(draw(st.integers(2, 3)))] if by else [()]:
        found: dict[tuple[str, str], int] = {}

        def overlapping(names: list[str], outcome: str, found: dict[tuple[str, str], int] = found) -> int:
            # Cases with the first reason only, with the second only, with both.
            one, two, both = draw(number), draw(number), draw(st.sampled_from([0, 0, 3, 8]))
            found |= {(names[0], outcome): one + both, (names[1], outcome): two + both}
            return one + two + both

        counts = {"grouped_manual_review": overlapping(["haematology", "children"], "manual_review")}
        counts["grouped_presented"] = found[("spared", "presented")] = draw(number)
        counts["manual_review"] = counts["grouped_manual_review"] + overlapping(["ps", "tier"], "manual_review")
        counts["presented"] = counts["grouped_presented"] + (plain := draw(number))
        found[("ps", "presented")] = plain
        counts["filtered_out"] = overlapping(["ps", "tier"], "filtered_out")
        counts["returned"] = overlapping(["stage", "consent"] if formal == "apply" else ["refusal", "why"], "returned")
        within = counts["filtered_out"]
        for name in LOST:
            within = counts[name] = draw(st.integers(0, within))
        counts["undetermined"] = found[("ps", "undetermined")] = draw(number)
        counts["patients"] = sum(counts[name] for name in IN_SCOPE) * draw(st.sampled_from([3, 10])) // 10
        groups[key], reasons[key] = counts, found
    asked = sum(sum(counts[name] for name in IN_SCOPE) for counts in groups.values())
    missing = {name: draw(st.integers(0, asked)) for name in ("stage", "consent")}
    if formal == "apply":
        missing = {name: sum(found[(name, "returned")] for found in reasons.values()) for name in missing}
    return a_tally(by, groups, missing, reasons, formal=formal, deciding_groups=GROUPS)


@settings(max_examples=60, deadline=None)
@given(table=detailed_tables(), threshold=st.sampled_from([3, 5]))
def test_nothing_beside_the_outcomes_tells_a_small_number(table: Tally, threshold: int) -> None:
    published = publish(table, threshold)
    assert Outsider(published, table).works_out(threshold) == {}
    for row, true in zip(published.rows, table.rows, strict=True):
        assert row.counts["patients"] is None or row.counts["profiles"] is not None
        if 0 < (true.counts["patients"] or 0) < threshold:
            assert not any(row.counts[name] for name in ("profiles", "patients", *IN_SCOPE, *LOST))
