"""Performance status: ECOG, Karnofsky, Lansky, and what is said where none was measured.

Scales: Oken, Am J Clin Oncol 1982;5:649 (ECOG); Karnofsky and Burchenal 1949; Lansky, Cancer 1987;60:1651.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from tumorprofil.errors import UsageError
from tumorprofil.terms import reference
from tumorprofil.terms.language import translate
from tumorprofil.terms.lookup import once_per_table, text

DEFAULT = "default"


class Scale(StrEnum):
    """The scales that are in use."""

    ECOG = "ecog"
    KARNOFSKY = "karnofsky"
    LANSKY = "lansky"

    def allows(self, value: int) -> bool:
        """Whether the scale has this value: ECOG 0–5, the others 0–100 in tens."""
        return 0 <= value <= 5 if self is Scale.ECOG else 0 <= value <= 100 and value % 10 == 0


class Status(StrEnum):
    """Whether a value is known, and if not, what the source says of it."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    NOT_DONE = "not_done"
    NOT_RELEVANT = "not_relevant"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a source's text says: a value on a scale, or why there is none. `status` is None for an empty cell."""

    scale: Scale | None
    value: int | None
    status: Status | None


@dataclass(frozen=True, slots=True)
class Implausible:
    """A text that is no performance status. `reason` is translated."""

    reason: str


@dataclass(frozen=True, slots=True)
class Bounds:
    """An ECOG value with the lowest and highest that the measurement allows; all None where it says nothing."""

    value: int | None
    low: int | None
    high: int | None


NOTHING = Bounds(None, None, None)

_NAMES = {
    "ecog": Scale.ECOG, "who": Scale.ECOG, "zubrod": Scale.ECOG, "ps": Scale.ECOG, "ecog ps": Scale.ECOG,
    "who ps": Scale.ECOG, "karnofsky": Scale.KARNOFSKY, "kps": Scale.KARNOFSKY, "lansky": Scale.LANSKY,
    "lps": Scale.LANSKY,
}
_MISSING = {
    Status.UNKNOWN: ("unknown", "unk", "ukendt", "not available", "na", "n/a", "nan", "uoplyst", "not known", "missing",
                     "not reported"),
    Status.NOT_DONE: ("not done", "not performed", "not evaluated", "not assessed", "ikke udført", "ikke målt",
                      "ikke vurderet"),
    Status.NOT_RELEVANT: ("not relevant", "not applicable", "ikke relevant", "irrelevant"),
}
_STATUS = {word: status for status, words in _MISSING.items() for word in words}
_VALUE = re.compile(r"(?:([a-z][a-z ]*?)\s*[:=]?\s*)?(\d{1,3})(?:[.,]0+)?\s*%?")


def parse(reported: str | None, scale: Scale | None = None) -> Reading | Implausible:
    """What a reported performance status says; `scale` is the one that the column's heading names.

    The text may name its scale itself (``KPS 80 %``, ``ECOG: 1``). A number without any scale is implausible: 0 is
    the best on one scale and the worst on another."""
    words = " ".join((reported or "").replace("_", " ").split()).strip("[]()").lower()
    if not words:
        return Reading(scale, None, None)
    if words in _STATUS:
        return Reading(scale, None, _STATUS[words])
    match = _VALUE.fullmatch(words)
    named = _NAMES.get(match[1]) if match and match[1] else None
    if match is None or (match[1] and named is None):
        return Implausible(translate("this is no performance status"))
    if named and scale and named is not scale:
        return Implausible(translate("the text names another scale than the column"))
    used, value = named or scale, int(match[2])
    if used is None:
        return Implausible(translate("the scale is not given"))
    if not used.allows(value):
        return Implausible(expected(used))
    return Reading(used, value, Status.KNOWN)


def expected(scale: Scale) -> str:
    """What a value on the scale looks like, for a refusal."""
    if scale is Scale.ECOG:
        return translate("ECOG is a whole number from 0 to 5")
    return translate("{scale} is a number from 0 to 100 in tens").format(scale=scale.capitalize())


def ecog_bounds(scale: Scale | str, value: int | None, setting: str = DEFAULT, alive: bool = True) -> Bounds:
    """A measurement as ECOG. Karnofsky is converted by the named setting, which gives a value, and bounds where
    published tables differ (table `performance_scale`); Lansky is never converted. ECOG 5 and Karnofsky 0 say that
    the person is dead: of a living one they say nothing.

    Raises UsageError for a setting that the table does not have."""
    conversion = _conversion(setting)
    scale = Scale(scale)
    if value is None or scale is Scale.LANSKY or not scale.allows(value):
        return NOTHING
    bounds = Bounds(value, value, value) if scale is Scale.ECOG else conversion.get(value, NOTHING)
    return NOTHING if alive and bounds.value == 5 else bounds


def prevailing(ecog: Bounds, karnofsky: Bounds) -> Bounds:
    """Of two measurements on one basis the ECOG, where it says anything."""
    return karnofsky if ecog.value is None else ecog


def settings() -> tuple[str, ...]:
    """The names of the conversions in the table."""
    return tuple(_scales())


def ecog_rows(setting: str = DEFAULT) -> list[dict[str, str | int | None]]:
    """Every value that converts, as lookup rows: scale, value, ecog, ecog_low, ecog_high. ECOG 5 is among them."""
    measured = [(Scale.ECOG, value) for value in range(6)]
    measured += [(Scale.KARNOFSKY, value) for value in _conversion(setting)]
    return [{"scale": scale.value, "value": value, "ecog": found.value, "ecog_low": found.low, "ecog_high": found.high}
            for scale, value in measured for found in [ecog_bounds(scale, value, setting, alive=False)]]


def _conversion(setting: str) -> dict[int, Bounds]:
    found = _scales().get(setting)
    if found is None:
        raise UsageError(translate("No conversion from Karnofsky to ECOG is called {name}; known are {known}.").format(
            name=setting, known=", ".join(_scales())))
    return found


@once_per_table("performance_scale")
def _scales() -> dict[str, dict[int, Bounds]]:
    scales: dict[str, dict[int, Bounds]] = {}
    for row in reference.rows("performance_scale"):
        scales.setdefault(text(row, "setting"), {})[int(text(row, "karnofsky"))] = Bounds(
            int(text(row, "ecog")), int(text(row, "ecog_low")), int(text(row, "ecog_high")))
    return scales
