"""Draws that are made for many at a time from one seeded generator."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Words = npt.NDArray[np.str_]
Random = np.random.Generator


@dataclass(frozen=True, slots=True)
class Choices:
    """Options in groups: group g holds those from ``first[g]`` up to ``first[g + 1]``; `cumulative` are the weights
    summed over all options, group after group."""

    first: Ints
    cumulative: Floats

    def draw(self, rng: Random, group: Ints) -> Ints:
        """The number, counted over all groups, of one option for each entry of `group`; none of them may be empty."""
        before = np.concatenate(([0.0], self.cumulative))
        low, high = before[self.first[group]], before[self.first[group + 1]]
        found = np.searchsorted(self.cumulative, low + rng.random(len(group)) * (high - low), side="right")
        drawn: Ints = np.minimum(found, self.first[group + 1] - 1).astype(np.int64)
        return drawn


def choices(weights: Iterable[Sequence[float] | Floats]) -> Choices:
    """Choices of groups, each given by the weights of its options."""
    groups = [np.asarray(group, dtype=np.float64) for group in weights]
    first = np.concatenate(([0], np.cumsum([len(group) for group in groups]))).astype(np.int64)
    return Choices(first, np.cumsum(np.concatenate(groups)) if groups else np.zeros(0))


def pick(rng: Random, weights: Sequence[float], size: int) -> Ints:
    """The number of one of the weights, `size` times."""
    return choices([weights]).draw(rng, np.zeros(size, dtype=np.int64))


def pick_word(rng: Random, shares: Mapping[str, float], size: int) -> tuple[Ints, list[str]]:
    """Numbers and the words that they stand for; the word is empty where nothing is recorded."""
    return pick(rng, list(shares.values()), size), list(shares)


def happens(rng: Random, chance: Floats | float, size: int) -> Flags:
    """True with that chance, `size` times."""
    return rng.random(size) < chance


def around(rng: Random, median: Floats | float, spread: float, size: int) -> Floats:
    """Log-normal values around a median; `spread` is the standard deviation of the logarithm."""
    return np.asarray(median * np.exp(spread * rng.standard_normal(size)), dtype=np.float64)


def bounded_normal(rng: Random, mean: Floats, spread: Floats, low: Floats, high: Floats) -> Floats:
    """Normal values within bounds: drawn again while outside, and at the bound where that does not help."""
    values = mean + spread * rng.standard_normal(len(mean))
    for _ in range(8):
        outside = np.flatnonzero((values < low) | (values > high))
        values[outside] = mean[outside] + spread[outside] * rng.standard_normal(len(outside))
    return np.clip(values, low, high)


def whole(values: Floats) -> Ints:
    """Values without their fraction."""
    return np.floor(values).astype(np.int64)
