"""The numbers of a tally as people and programs read them.

What stands where there is no number is decided here, for every format alike: suppressed, not recorded in the source,
not to be added up over several sources, or not applicable because there is nothing to count.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from babel.numbers import format_decimal

from tumorprofil.recommendation.tally import LOST, NOT_RECORDED, Row, Tally
from tumorprofil.report import numbers, outcomes
from tumorprofil.terms import language
from tumorprofil.terms.language import N_, translate


class Unsaid(StrEnum):
    """Why there is no number."""

    SUPPRESSED = "suppressed"
    NOT_RECORDED = "not_recorded"
    NOT_ADDABLE = "not_addable"
    NOT_APPLICABLE = "not_applicable"


Interval = tuple[float, float]
Number = int | float | Interval | Unsaid
SUPPRESSED_SIGN = "#"
SOFT_HYPHEN = "\u00ad"
_UNSAID: Mapping[Unsaid, str] = {
    Unsaid.SUPPRESSED: SUPPRESSED_SIGN,
    Unsaid.NOT_RECORDED: N_("not recorded"),
    Unsaid.NOT_ADDABLE: N_("cannot be added up"),
    Unsaid.NOT_APPLICABLE: N_("not applicable"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of numbers. `under` is the heading that it shares with its neighbours, where there is one. A heading
    has soft hyphens where it may be broken."""

    code: str
    kind: Literal["count", "share", "interval"]
    heading: str
    under: str = ""


_SHARE = N_("Share filtered out")
_OF_THOSE = N_("Of those filtered out")
_HEADING = {
    "presented": N_("Pre\u00adsented"),
    "filtered_out": N_("Fil\u00adtered out"),
    "undetermined": N_("Un\u00addeter\u00admined"),
    "manual_review": N_("Manual re\u00adview"),
    "returned": N_("Re\u00adturned"),
    outcomes.OUT_OF_SCOPE: N_("Out\u00adside"),
}
_COUNTED = tuple(Column(name, "count", _HEADING[name]) for name in outcomes.LOOKS)
_OUT_OF_SCOPE = Column(outcomes.OUT_OF_SCOPE, "count", _HEADING[outcomes.OUT_OF_SCOPE])
_MEASURED = (
    Column("share", "share", N_("Best case"), _SHARE),
    Column("interval", "interval", N_("95% inter\u00adval (%)"), _SHARE),
    Column("worst_case", "share", N_("Worst case"), _SHARE),
)
LOST_HEADING = {
    "proposed": N_("Proposed treatment"),
    "treated": N_("Treated"),
    "responded": N_("Responded"),
}
_LOST = tuple(Column(name, "count", LOST_HEADING[name], _OF_THOSE) for name in LOST)
_MEASURES: Mapping[str, tuple[tuple[str, ...], Callable[[Row], float | Interval | None]]] = {
    "share": (("filtered_out", "profiles"), lambda row: row.share),
    "interval": (("filtered_out", "profiles"), lambda row: row.interval),
    "worst_case": (("filtered_out", "undetermined", "profiles"), lambda row: row.worst_case),
}


def columns(tally: Tally) -> tuple[Column, ...]:
    """The columns of numbers that a tally has something to say in."""
    first = (Column("profiles", "count", N_("Profiles")), Column("patients", "count", N_("Patients")))
    outside = (_OUT_OF_SCOPE,) if out_of_scope(tally) else ()
    return (*first, *_COUNTED, *outside, *_MEASURED, *(_LOST if _lost_is_recorded(tally) else ()))


def out_of_scope(tally: Tally) -> bool:
    """Whether any profile lies, or may lie, outside the recommendation."""
    return tally.total.counts["out_of_scope"] != 0


def _lost_is_recorded(tally: Tally) -> bool:
    return any(row.counts[name] != NOT_RECORDED for row in (*tally.rows, tally.total) for name in LOST)


def number(row: Row, code: str) -> Number:
    """What a row says in a column: a number, or why there is none."""
    if code not in _MEASURES:
        count = counted(row.counts[code])
        return Unsaid.NOT_ADDABLE if code == "patients" and count == Unsaid.NOT_RECORDED else count
    needed, measure = _MEASURES[code]
    if any(row.counts[name] is None for name in needed):
        return Unsaid.SUPPRESSED
    value = measure(row)
    return Unsaid.NOT_APPLICABLE if value is None else value


def counted(count: int | None) -> int | Unsaid:
    """A count of the tally, or why there is none."""
    if count is None:
        return Unsaid.SUPPRESSED
    return Unsaid.NOT_RECORDED if count == NOT_RECORDED else count


def fraction(part: int | None, whole: int | None) -> float | Unsaid:
    """A count as a share of another, or why there is none."""
    if part is None or whole is None:
        return Unsaid.SUPPRESSED
    return part / whole if whole else Unsaid.NOT_APPLICABLE


def shown(value: Number) -> str:
    """A number in the language that is shown, or in words why there is none.

    >>> shown(1141), shown(0.2121), shown((0.189, 0.237)), shown(Unsaid.SUPPRESSED)
    ('1,141', '21.2%', '18.9–23.7', '#')
    """
    if isinstance(value, Unsaid):
        return translate(_UNSAID[value])
    if isinstance(value, tuple):
        return "–".join(_per_cent(limit) for limit in value)
    if isinstance(value, int):
        return numbers.whole(value)
    return f"{_per_cent(value)}\u00a0%" if language.current() == "da" else f"{_per_cent(value)}%"


def said(value: Number) -> str:
    """A number as it stands in a sentence, where a sign would explain nothing.

    >>> said(1141), said(Unsaid.SUPPRESSED)
    ('1,141', 'not shown')
    """
    return translate("not shown") if value == Unsaid.SUPPRESSED else shown(value)


def plain(text: str) -> str:
    """A text without soft hyphens, which only a page hides.

    >>> plain("Pre\\u00adsented")
    'Presented'
    """
    return text.replace(SOFT_HYPHEN, "")


def _per_cent(value: float) -> str:
    return str(format_decimal(value * 100, format="0.0", locale=language.current()))
