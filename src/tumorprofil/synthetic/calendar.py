"""The days on which reports are signed and the board meets, as days since 1970."""

from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from tumorprofil.synthetic.draw import Floats, Ints
from tumorprofil.synthetic.figures import figures

_EPOCH = date(1970, 1, 1)
_TUESDAY = 5  # days since 1970 modulo 7, which began on a Thursday


def day_of(when: date) -> int:
    """A date as days since 1970."""
    return (when - _EPOCH).days


@lru_cache(maxsize=8)
def report_days(until: date) -> tuple[Ints, Floats]:
    """The days on which a laboratory reports, up to `until`, and their weights summed.

    Raises ValueError where there is none."""
    chosen = figures()["calendar"]
    start: date = chosen["start"]
    weights = {}
    for number in range((until - start).days + 1):
        day = start + timedelta(days=number)
        weight = chosen["weekdays"][day.weekday()] * chosen["months"][day.month - 1]
        if weight and f"{day:%m-%d}" not in chosen["closed"]:
            weights[day_of(day)] = weight * (1 + chosen["growth"] * number / 365)
    if not weights:
        raise ValueError(f"no report is signed between {start} and {until}")
    return np.array(list(weights), dtype=np.int64), np.cumsum(list(weights.values()))


def at_or_before(day: Ints, until: date) -> Ints:
    """The last report day that is not after each day; the first one where there is none."""
    days, _ = report_days(until)
    return days[np.maximum(np.searchsorted(days, day, side="right") - 1, 0)]


def board_day(after: Ints) -> Ints:
    """The first Tuesday after each day."""
    ahead = (_TUESDAY - after) % 7
    return after + np.where(ahead == 0, 7, ahead)
