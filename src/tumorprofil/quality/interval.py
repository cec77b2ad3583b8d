"""Exact confidence intervals for a share: Clopper & Pearson, Biometrika 1934;26:404-413.

The limits are the shares at which the observed count, or a more extreme one, would have probability alpha/2.
All ten intervals printed in Danish quality reports that were checked are of this kind (Wilson's are not).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tumorprofil.terms.language import translate

Shares = NDArray[np.float64]


def clopper_pearson(events: ArrayLike, totals: ArrayLike, confidence: float = 0.95) -> tuple[Shares, Shares]:
    """Lower and upper limit for each pair of counts; NaN where the total is 0, for nothing was observed.

    Raises ValueError for counts outside 0 ≤ events ≤ total, and for a confidence outside ]0, 1[.
    """
    # Imported here: only reports need it, and it costs a tenth of a second.
    from scipy.special import betaincinv  # type: ignore[import-untyped]  # scipy ships no types

    if not 0 < confidence < 1:
        raise ValueError(translate("A confidence lies between 0 and 1, and is not {found}.").format(found=confidence))
    seen, of = np.broadcast_arrays(np.asarray(events, dtype=np.float64), np.asarray(totals, dtype=np.float64))
    if not np.all((seen >= 0) & (seen <= of)):
        raise ValueError(translate("Events must be at least 0 and at most their total."))
    tail = (1 - confidence) / 2
    # The beta distribution has no quantile where a parameter is 0; there the limit is the end of the scale.
    low = np.where(seen > 0, betaincinv(np.maximum(seen, 1), of - seen + 1, tail), 0.0)
    high = np.where(seen < of, betaincinv(seen + 1, np.maximum(of - seen, 1), 1 - tail), 1.0)
    return np.where(of > 0, low, np.nan), np.where(of > 0, high, np.nan)


def exact_interval(events: int, total: int, confidence: float = 0.95) -> tuple[float, float] | None:
    """The limits for one pair of counts; None where the total is 0.

    >>> low, high = exact_interval(242, 1141)
    >>> f"{low:.3f}-{high:.3f}"
    '0.189-0.237'
    """
    low, high = clopper_pearson(events, total, confidence)
    return (float(low), float(high)) if total else None
