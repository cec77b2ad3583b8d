"""Intervals are the exact ones that Danish quality reports print."""

from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tumorprofil.quality.interval import clopper_pearson, exact_interval

PUBLISHED = [
    (242, 1141, 18.9, 23.7),
    (80, 406, 15.9, 23.9),
    (38, 191, 14.5, 26.3),
    (37, 208, 12.8, 23.7),
    (66, 243, 21.7, 33.2),
    (21, 93, 14.6, 32.4),
    (36, 421, 6.1, 11.6),
    (2, 32, 0.8, 20.8),
    (6, 11, 23.4, 83.3),
    (1, 1, 2.5, 100.0),
]

pairs = st.integers(1, 300).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))
confidences = st.sampled_from([0.5, 0.8, 0.95, 0.99])


def limits(events: int, total: int, confidence: float = 0.95) -> tuple[float, float]:
    found = exact_interval(events, total, confidence)
    assert found is not None
    return found


def at_most(events: int, total: int, share: float) -> float:
    """The probability of `events` or fewer, summed without rounding from the definition."""
    exact = Fraction(share)
    return float(sum(comb(total, k) * exact**k * (1 - exact) ** (total - k) for k in range(events + 1)))


@pytest.mark.parametrize(("events", "total", "low", "high"), PUBLISHED)
def test_a_published_interval_is_reproduced_to_its_last_decimal(
    events: int, total: int, low: float, high: float
) -> None:
    assert [round(100 * limit, 1) for limit in limits(events, total)] == [low, high]


def test_many_pairs_are_computed_at_once() -> None:
    events, totals, lows, highs = (np.array(column) for column in zip(*PUBLISHED, strict=True))
    low, high = clopper_pearson(events, totals)
    assert np.allclose(np.round(100 * low, 1), lows)
    assert np.allclose(np.round(100 * high, 1), highs)


def test_one_total_serves_many_events() -> None:
    low, high = clopper_pearson([0, 1, 2], 2)
    assert low.shape == high.shape == (3,)


@pytest.mark.parametrize("total", [1, 2, 7, 400])
def test_no_events_start_at_zero_and_end_where_the_closed_form_does(total: int) -> None:
    assert limits(0, total) == pytest.approx((0, 1 - 0.025 ** (1 / total)))


@pytest.mark.parametrize("total", [1, 2, 7, 400])
def test_only_events_end_at_one_and_start_where_the_closed_form_does(total: int) -> None:
    assert limits(total, total) == pytest.approx((0.025 ** (1 / total), 1))


def test_the_ends_of_the_scale_are_exact() -> None:
    assert limits(0, 5)[0] == 0.0
    assert limits(5, 5)[1] == 1.0


@given(pairs, confidences)
def test_the_interval_holds_the_observed_share(pair: tuple[int, int], confidence: float) -> None:
    low, high = limits(*pair, confidence)
    assert 0 <= low <= pair[0] / pair[1] <= high <= 1


@given(st.integers(1, 300), confidences)
def test_one_more_event_raises_both_limits(total: int, confidence: float) -> None:
    low, high = clopper_pearson(np.arange(total + 1), total, confidence)
    assert np.all(np.diff(low) > 0)
    assert np.all(np.diff(high) > 0)


@given(pairs)
def test_more_confidence_widens_the_interval(pair: tuple[int, int]) -> None:
    narrow, wide = limits(*pair, 0.9), limits(*pair, 0.99)
    assert wide[0] <= narrow[0] < narrow[1] <= wide[1]


@given(pairs, confidences)
def test_counting_the_others_mirrors_the_interval(pair: tuple[int, int], confidence: float) -> None:
    events, total = pair
    low, high = limits(events, total, confidence)
    assert limits(total - events, total, confidence) == pytest.approx((1 - high, 1 - low))


@given(st.integers(1, 40).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))), confidences)
def test_each_limit_leaves_half_of_the_doubt_in_its_binomial_tail(pair: tuple[int, int], confidence: float) -> None:
    events, total = pair
    low, high = limits(events, total, confidence)
    half = (1 - confidence) / 2
    if events > 0:
        assert 1 - at_most(events - 1, total, low) == pytest.approx(half, abs=1e-9)
    if events < total:
        assert at_most(events, total, high) == pytest.approx(half, abs=1e-9)


def test_an_empty_total_has_no_interval() -> None:
    assert exact_interval(0, 0) is None
    low, high = clopper_pearson([0, 1], [0, 1])
    assert np.isnan([low[0], high[0]]).all()
    assert not np.isnan([low[1], high[1]]).any()


@pytest.mark.parametrize(("events", "total"), [(-1, 5), (6, 5), (1, 0), (0, -1)])
def test_impossible_counts_are_refused(events: int, total: int) -> None:
    with pytest.raises(ValueError, match="at most their total"):
        exact_interval(events, total)


def test_one_impossible_pair_among_many_is_refused() -> None:
    with pytest.raises(ValueError, match="at most their total"):
        clopper_pearson([1, 3], [2, 2])


@pytest.mark.parametrize("confidence", [0, 1, -0.1, 95])
def test_a_confidence_outside_its_range_is_refused(confidence: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        exact_interval(1, 2, confidence)
