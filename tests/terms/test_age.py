"""Age bands are settings; a child stays a child."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tumorprofil.errors import UsageError
from tumorprofil.terms import age


@pytest.mark.parametrize(
    ("years", "band"),
    [
        (0, "child"),
        (17, "child"),
        (17.999, "child"),
        (18, "young_adult"),
        (30, "young_adult"),
        (30.99, "young_adult"),
        (31, "adult"),
        (110, "adult"),
        (None, "unknown"),
        (-1, "unknown"),
    ],
)
def test_the_default_bands_at_every_boundary(years: float | None, band: str) -> None:
    assert age.age_band(years) == band


@pytest.mark.parametrize(
    ("years", "band"),
    [(14, "child"), (15, "child"), (17.9, "child"), (18, "young_adult"), (39, "young_adult"), (40, "adult")],
)
def test_a_child_wins_where_bands_overlap(years: float, band: str) -> None:
    assert age.age_band(years, "aya_15_39") == band


@given(st.floats(0, 130), st.sampled_from(["default", "aya_15_39"]))
def test_everybody_has_a_band(years: float, setting: str) -> None:
    assert age.age_band(years, setting) in {"child", "young_adult", "adult"}


def test_an_unknown_setting_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="is called mine; known are default, aya_15_39"):
        age.age_band(20, "mine")


@pytest.mark.parametrize(
    ("birth", "on", "years"),
    [
        (date(2000, 6, 15), date(2018, 6, 14), 17),
        (date(2000, 6, 15), date(2018, 6, 15), 18),
        (date(2000, 2, 29), date(2018, 2, 28), 17),
        (date(2000, 2, 29), date(2018, 3, 1), 18),
        (date(2000, 1, 1), date(2000, 12, 31), 0),
    ],
)
def test_whole_years_turn_on_the_birthday(birth: date, on: date, years: int) -> None:
    assert age.whole_years(birth, on) == years
