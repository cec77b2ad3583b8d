"""Settings of a recommendation: what the committee has left open, each with its kind, its default and its words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tumorprofil.cohort.schema import PRESENTER_ROLE
from tumorprofil.errors import UsageError
from tumorprofil.recommendation import vocabulary
from tumorprofil.terms import age, performance
from tumorprofil.terms.language import N_, current, translate
from tumorprofil.terms.tier import Tier, parse

Value = int | str | tuple[str, ...]
# What a recommendation does with a group of cases.
SWITCH: Mapping[str, str] = {
    "same_rules": N_("the same rules as for others"),
    "exempt": N_("always presented"),
    "manual": N_("manual review"),
    "out_of_scope": N_("outside the recommendation"),
}
# Settings of these names shape the table `case`, before any criterion is asked.
OF_THE_CASE = ("karnofsky", "age_bands", "performance_status_days")


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: `words` by language, `choices` code → words by language, `lowest` and `highest` of a number."""

    name: str
    kind: str
    default: Value
    words: Mapping[str, str]
    choices: Mapping[str, Mapping[str, str]]
    lowest: int | None = None
    highest: int | None = None

    @property
    def compiled(self) -> bool:
        """Whether a change of its value compiles the expressions anew; the others are parameters of the engine."""
        return self.kind not in ("number", "tier")

    def value(self, given: object) -> Value:
        """A value from a document, a program or a command line. Raises UsageError where the setting has no such
        value."""
        try:
            return _READERS[self.kind](self, given)
        except (ValueError, TypeError, AttributeError):
            raise UsageError(
                translate("The setting {name} cannot be {value}; it takes {expected}.").format(
                    name=self.name, value=repr(given)[:60], expected=self.expected()
                )
            ) from None

    def expected(self) -> str:
        """What the setting takes, in words."""
        if self.kind == "number":
            return translate("a whole number from {lowest} to {highest}").format(
                lowest=self.lowest, highest=self.highest
            )
        if self.kind == "roles":
            return translate("one or more of {known}, separated by commas").format(known=", ".join(self.codes()))
        return translate("one of {known}").format(known=", ".join(self.codes()))

    def codes(self) -> tuple[str, ...]:
        """The codes that the setting can take; empty for a number."""
        return tuple(_CODES[self.kind](self))

    def term(self, value: Value) -> vocabulary.Setting:
        """The setting as an expression names it."""
        if not self.compiled:
            return vocabulary.number_setting(self.name)
        if isinstance(value, tuple):
            return tuple(vocabulary.text_setting(role) for role in value)
        return vocabulary.text_setting(str(value), self.codes())

    def parameter(self, value: Value) -> int:
        """The number that stands for the value when a compiled expression runs."""
        return Tier(str(value)).rank if self.kind == "tier" else int(str(value))

    def said(self, value: Value) -> str:
        """The value in words of the language that is shown."""
        if isinstance(value, tuple):
            return ", ".join(translate(PRESENTER_ROLE[role]) for role in value)
        if self.kind == "switch":
            return translate(SWITCH[str(value)])
        if self.kind in OF_TABLES and value == performance.DEFAULT:
            return translate("the usual table")
        if str(value) in self.choices:
            return self.choices[str(value)][current()]
        return str(value)


def _number(setting: Setting, given: object) -> int:
    number = int(str(given))
    if isinstance(given, bool) or not (setting.lowest or 0) <= number <= (setting.highest or 0):
        raise ValueError
    return number


def _tier(setting: Setting, given: object) -> str:
    tier = parse(str(given))
    if tier is None or str(given).isdigit():
        raise ValueError
    return tier.value


def _code(setting: Setting, given: object) -> str:
    if given not in setting.codes():
        raise ValueError
    return str(given)


def _roles(setting: Setting, given: object) -> tuple[str, ...]:
    roles = given.split(",") if isinstance(given, str) else list(given)  # type: ignore[call-overload]
    wanted = {str(role).strip() for role in roles}
    if not wanted or not wanted <= set(setting.codes()):
        raise ValueError
    return tuple(role for role in setting.codes() if role in wanted)


_READERS: Mapping[str, Callable[[Setting, object], Value]] = {
    "number": _number,
    "tier": _tier,
    "switch": _code,
    "choice": _code,
    "karnofsky": _code,
    "age_bands": _code,
    "roles": _roles,
}
_CODES: Mapping[str, Callable[[Setting], Any]] = {
    "number": lambda setting: (),
    "tier": lambda setting: (tier.value for tier in Tier),
    "switch": lambda setting: SWITCH,
    "choice": lambda setting: setting.choices,
    "karnofsky": lambda setting: performance.settings(),
    "age_bands": lambda setting: age.settings(),
    "roles": lambda setting: PRESENTER_ROLE,
}
KINDS = tuple(_READERS)
# Settings that name a version of a reference table; an expression that asks them reads alike whatever it is.
OF_TABLES = ("karnofsky", "age_bands")
