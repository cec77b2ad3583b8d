"""What is published is attacked: nobody who reads it, alone or beside another table, can work out a small count."""

import dataclasses
import json
from collections.abc import Sequence
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tumorprofil as tp
from tumorprofil.quality.attack import Relation, attack
from tumorprofil.recommendation.document import OUTCOMES
from tumorprofil.recommendation.publication import publish
from tumorprofil.recommendation.tally import IN_SCOPE, LOST, NOT_RECORDED, About, ReasonCount, Row, Tally, summed

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
    population="all",
    formal="report",
    synthetic=True,
    freeze="f1",
    made=date(2026, 11, 1),
)
Counts = dict[str, int]
Key = tuple[str, ...]


def a_tally(by: tuple[str, ...], groups: dict[Key, Counts], missing: Counts | None = None) -> Tally:
    """A tally of some groups; each count names an outcome, or what of those filtered out was lost."""
    rows = []
    reasons = []
    for key, given_counts in groups.items():
        counts = {name: given_counts.get(name, 0) for name in OUTCOMES}
        counts |= {name: given_counts.get(name, NOT_RECORDED) for name in LOST}
        counts["profiles"] = sum(counts[name] for name in IN_SCOPE)
        rows.append(Row(key, {**counts, "patients": given_counts.get("patients", counts["profiles"])}))
        reasons += [ReasonCount(key, f"why_{name}", name, counts[name]) for name in OUTCOMES if counts[name]]
    total = summed(rows, sum(row.counts["patients"] or 0 for row in rows))
    return Tally(ABOUT, by, tuple(rows), total, tuple(reasons), missing or {})


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
    assert dataclasses.replace(publish(table, 5), suppressed_below=None) == table


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
