"""The flow: what goes in comes out, and its picture tells no more than its numbers."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import pairwise

import pytest

from tests.report import tally_examples as examples
from tumorprofil.recommendation.tally import GROUPED, Row
from tumorprofil.report import outcomes
from tumorprofil.report.tally import Tally
from tumorprofil.report.tally_flow import Flow, flow, picture

COUNTED = tuple(make for make in examples.ALL if make is not examples.suppressed)


def between(way: Flow, source: str, target: str) -> int | None:
    return next(link.count for link in way.links if (link.source, link.target) == (source, target))


@pytest.mark.parametrize("make", COUNTED)
def test_as_many_profiles_leave_a_station_as_come_to_it(make: Callable[[], Tally]) -> None:
    way = flow(make())
    for node in way.nodes:
        into = [link.count or 0 for link in way.links if link.target == node.id]
        out = [link.count or 0 for link in way.links if link.source == node.id]
        assert not into or sum(into) == node.count
        assert not out or sum(out) == node.count


@pytest.mark.parametrize("make", examples.ALL)
def test_the_outcomes_are_those_of_the_total(make: Callable[[], Tally]) -> None:
    tally = make()
    way = flow(tally)
    assert {name: way.node(name).count for name in outcomes.LOOKS} == {
        name: tally.total.counts[name] for name in outcomes.LOOKS
    }


def with_groups(tally: Tally, leading: Mapping[str, str], **decided: int | None) -> Tally:
    """The tally with other groups that decide before relevance, and how many profiles they decided."""
    counts = {**tally.total.counts, **dict.fromkeys(GROUPED.values(), 0), **decided}
    return replace(tally, about=replace(tally.about, deciding_groups=leading), total=Row((), counts))


def test_groups_with_their_own_rules_leave_before_relevance() -> None:
    way = flow(examples.without_groups())
    assert way.node("groups").count == between(way, "groups", "manual_review") == 40
    assert between(way, "relevance", "manual_review") == 21
    assert way.node("relevance").count == 1141 - 12 - 40


def test_exempt_groups_go_to_presentation_without_being_asked_for_relevance() -> None:
    tally = examples.without_groups()
    way = flow(with_groups(tally, {"haematology": "presented"}, grouped_presented=40))
    assert between(way, "groups", "presented") == 40
    assert between(way, "relevance", "presented") == 736 - 40


def test_without_acting_groups_relevance_is_the_only_step() -> None:
    tally = examples.made((), {(): examples.counts(100, 0, 10, 0, 5)})
    way = flow(with_groups(tally, {}))
    assert [node.words for node in way.nodes if node.column == 2] == ["Relevance"]


def test_counts_that_do_not_add_up_are_shown_as_one_step() -> None:
    tally = examples.without_groups()
    way = flow(with_groups(tally, tally.about.deciding_groups, grouped_manual_review=900))
    assert [node.words for node in way.nodes if node.column == 2] == ["Groups and relevance"]


def test_a_step_that_would_tell_a_small_number_is_not_shown() -> None:
    tally = replace(examples.without_groups(), suppressed_below=22)
    assert [node.words for node in flow(tally).nodes if node.column == 2] == ["Groups and relevance"]
    assert all(link.count != 21 for link in flow(tally).links)


def test_a_suppressed_step_is_hidden_and_not_the_picture() -> None:
    tally = examples.without_groups()
    hidden = with_groups(tally, {"haematology": "manual_review"}, grouped_manual_review=None)
    way = flow(replace(hidden, suppressed_below=5))
    assert not way.suppressed
    assert [node.words for node in way.nodes if node.column == 2] == ["Groups and relevance"]


def test_widths_are_proportional_to_profiles() -> None:
    drawing = picture(flow(examples.without_groups()))
    assert drawing is not None
    thick = {(band.link.source, band.link.target): band.thickness for band in drawing.bands}
    assert thick["relevance", "filtered_out"] / thick["all", "kept"] == pytest.approx(242 / 1129)


def test_widths_say_nothing_where_a_number_is_suppressed() -> None:
    way = flow(examples.suppressed())
    drawing = picture(way)
    assert way.suppressed
    assert drawing is not None
    assert len({band.thickness for band in drawing.bands}) == 1


def test_what_nobody_went_through_is_drawn_as_no_band() -> None:
    tally = examples.made((), {(): examples.counts(10, 10, 0, 0, 0)})
    drawing = picture(flow(tally))
    assert drawing is not None
    assert [(band.link.source, band.link.target) for band in drawing.bands] == [("all", "returned")]
    assert len(drawing.bars) == 9


def test_nothing_is_drawn_of_nothing() -> None:
    assert picture(flow(examples.empty())) is None


@pytest.mark.parametrize("make", [make for make in examples.ALL if make is not examples.empty])
def test_the_labels_of_outcomes_never_meet(make: Callable[[], Tally]) -> None:
    drawing = picture(flow(make()))
    assert drawing is not None
    last = [bar for bar in drawing.bars if bar.node.outcome]
    lines = [bar.words_at[1] for bar in last]
    assert all(below - above >= 20 for above, below in pairwise(lines))
    assert all(bar.y + bar.height <= drawing.height for bar in drawing.bars)


def test_the_picture_ends_where_it_should_for_a_format_without_curves() -> None:
    drawing = picture(flow(examples.without_groups()))
    assert drawing is not None
    for band in drawing.bands:
        points = band.outline()
        assert points[0] == (band.x0, band.y0)
        assert (band.x1, band.y1) in points
        assert points[-1] == pytest.approx((band.x0, band.y0 + band.thickness))


def test_a_tally_whose_whole_is_hidden_still_has_a_picture() -> None:
    tally = examples.suppressed()
    drawing = picture(flow(replace(tally, total=Row((), dict.fromkeys(tally.total.counts)))))
    assert drawing is not None
