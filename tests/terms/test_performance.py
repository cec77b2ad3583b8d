"""Performance status: what a source's text says, and when a Karnofsky score is an ECOG."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tumorprofil.errors import UsageError
from tumorprofil.terms import performance
from tumorprofil.terms.performance import NOTHING, Bounds, Implausible, Reading, Scale, Status

tens = st.integers(1, 10).map(lambda step: step * 10)
conversions = st.sampled_from(performance.settings())


@pytest.mark.parametrize(
    ("karnofsky", "ecog"), [(100, 0), (90, 1), (80, 1), (70, 2), (60, 2), (50, 3), (40, 3), (30, 4), (20, 4), (10, 4)]
)
def test_the_default_conversion_at_every_value(karnofsky: int, ecog: int) -> None:
    assert performance.ecog_bounds(Scale.KARNOFSKY, karnofsky).value == ecog


@pytest.mark.parametrize(
    ("karnofsky", "ecog"), [(100, 0), (90, 0), (80, 1), (70, 1), (60, 2), (50, 2), (40, 3), (30, 3), (20, 4), (10, 4)]
)
def test_the_ctep_conversion_at_every_value(karnofsky: int, ecog: int) -> None:
    assert performance.ecog_bounds(Scale.KARNOFSKY, karnofsky, "ctep").value == ecog


@pytest.mark.parametrize("karnofsky", [50, 60])
@pytest.mark.parametrize("setting", performance.settings())
def test_where_published_tables_differ_there_are_bounds(karnofsky: int, setting: str) -> None:
    found = performance.ecog_bounds(Scale.KARNOFSKY, karnofsky, setting)
    assert (found.low, found.high) == (2, 3)


@given(tens, conversions)
def test_the_value_lies_within_its_bounds(karnofsky: int, setting: str) -> None:
    found = performance.ecog_bounds(Scale.KARNOFSKY, karnofsky, setting)
    assert found.low <= found.value <= found.high  # type: ignore[operator]


@given(tens, tens, conversions)
def test_a_better_karnofsky_is_never_a_worse_ecog(one: int, other: int, setting: str) -> None:
    better = performance.ecog_bounds(Scale.KARNOFSKY, max(one, other), setting)
    worse = performance.ecog_bounds(Scale.KARNOFSKY, min(one, other), setting)
    for side in ("value", "low", "high"):
        assert getattr(better, side) <= getattr(worse, side)


@given(st.integers(0, 4), conversions)
def test_ecog_is_itself_under_every_setting(value: int, setting: str) -> None:
    assert performance.ecog_bounds(Scale.ECOG, value, setting) == Bounds(value, value, value)


@given(st.integers(0, 100), st.booleans())
def test_lansky_is_never_converted(value: int, alive: bool) -> None:
    assert performance.ecog_bounds(Scale.LANSKY, value, alive=alive) == NOTHING


@pytest.mark.parametrize(("scale", "value"), [(Scale.ECOG, 5), (Scale.KARNOFSKY, 0)])
def test_the_value_of_the_dead_says_nothing_of_the_living(scale: Scale, value: int) -> None:
    assert performance.ecog_bounds(scale, value) == NOTHING
    assert performance.ecog_bounds(scale, value, alive=False) == Bounds(5, 5, 5)


@pytest.mark.parametrize(
    ("scale", "value"),
    [(Scale.ECOG, 6), (Scale.ECOG, -1), (Scale.KARNOFSKY, 85), (Scale.KARNOFSKY, 110), (Scale.ECOG, None)],
)
def test_what_is_not_on_the_scale_says_nothing(scale: Scale, value: int | None) -> None:
    assert performance.ecog_bounds(scale, value) == NOTHING


def test_ecog_wins_where_both_exist() -> None:
    ecog, karnofsky = Bounds(1, 1, 1), Bounds(3, 2, 3)
    assert performance.prevailing(ecog, karnofsky) == ecog
    assert performance.prevailing(NOTHING, karnofsky) == karnofsky


def test_an_unknown_conversion_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="is called mine; known are default, ctep"):
        performance.ecog_bounds(Scale.ECOG, 1, "mine")


@pytest.mark.parametrize(
    ("written", "column", "scale", "value"),
    [
        ("0", Scale.ECOG, Scale.ECOG, 0),
        ("5", Scale.ECOG, Scale.ECOG, 5),
        ("0", Scale.KARNOFSKY, Scale.KARNOFSKY, 0),
        ("100", Scale.KARNOFSKY, Scale.KARNOFSKY, 100),
        ("80 %", Scale.KARNOFSKY, Scale.KARNOFSKY, 80),
        ("2.0", Scale.ECOG, Scale.ECOG, 2),
        ("1,0", Scale.ECOG, Scale.ECOG, 1),
        ("KPS 90", None, Scale.KARNOFSKY, 90),
        ("ECOG: 1", None, Scale.ECOG, 1),
        ("PS 2", None, Scale.ECOG, 2),
        ("WHO PS 2", None, Scale.ECOG, 2),
        ("Lansky=70", None, Scale.LANSKY, 70),
        ("Karnofsky 60%", Scale.KARNOFSKY, Scale.KARNOFSKY, 60),
    ],
)
def test_a_value_is_read_with_its_scale(written: str, column: Scale | None, scale: Scale, value: int) -> None:
    assert performance.parse(written, column) == Reading(scale, value, Status.KNOWN)


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("[Not Available]", Status.UNKNOWN),
        ("Unknown", Status.UNKNOWN),
        ("ukendt", Status.UNKNOWN),
        ("[Not Evaluated]", Status.NOT_DONE),
        ("ikke udført", Status.NOT_DONE),
        ("not_done", Status.NOT_DONE),
        ("[Not Applicable]", Status.NOT_RELEVANT),
        ("ikke relevant", Status.NOT_RELEVANT),
        ("", None),
        (None, None),
    ],
)
def test_unknown_not_done_and_not_relevant_are_answers_of_their_own(written: str | None, status: Status | None) -> None:
    assert performance.parse(written, Scale.ECOG) == Reading(Scale.ECOG, None, status)


@pytest.mark.parametrize(
    ("written", "column", "reason"),
    [
        ("6", Scale.ECOG, "ECOG is a whole number from 0 to 5"),
        ("90", Scale.ECOG, "ECOG is a whole number from 0 to 5"),
        ("85", Scale.KARNOFSKY, "Karnofsky is a number from 0 to 100 in tens"),
        ("110", Scale.KARNOFSKY, "Karnofsky is a number from 0 to 100 in tens"),
        ("pT2a", Scale.ECOG, "this is no performance status"),
        ("YES", Scale.ECOG, "this is no performance status"),
        ("1-2", Scale.ECOG, "this is no performance status"),
        ("1.5", Scale.ECOG, "this is no performance status"),
        ("-1", Scale.ECOG, "this is no performance status"),
        ("KPS 90", Scale.ECOG, "the text names another scale"),
        ("0", None, "the scale is not given"),
        ("stage 2", None, "this is no performance status"),
    ],
)
def test_what_is_no_performance_status_says_why(written: str, column: Scale | None, reason: str) -> None:
    found = performance.parse(written, column)
    assert isinstance(found, Implausible)
    assert found.reason.startswith(reason)


@given(st.sampled_from(list(Scale)), st.integers(0, 100))
def test_a_value_written_and_read_is_the_same_where_the_scale_has_it(scale: Scale, value: int) -> None:
    found = performance.parse(f"{scale.value} {value}")
    assert (found == Reading(scale, value, Status.KNOWN)) == scale.allows(value)


@given(st.text(max_size=20), st.sampled_from([None, *Scale]))
def test_no_text_breaks_the_reading(written: str, scale: Scale | None) -> None:
    found = performance.parse(written, scale)
    assert isinstance(found, Implausible) or found.value is None or 0 <= found.value <= 100


def test_lookup_rows_hold_every_value_that_converts() -> None:
    rows = performance.ecog_rows()
    assert len(rows) == 6 + 11
    assert {"scale": "karnofsky", "value": 50, "ecog": 3, "ecog_low": 2, "ecog_high": 3} in rows
