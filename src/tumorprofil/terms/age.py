"""Age bands: child, young adult, adult, by a named setting."""

from dataclasses import dataclass
from datetime import date

from tumorprofil.errors import UsageError
from tumorprofil.terms import reference
from tumorprofil.terms.language import translate
from tumorprofil.terms.lookup import once_per_table, text

DEFAULT = "default"
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class AgeBand:
    """One row of table `age_band`: from `age_from` years, below `age_below`."""

    name: str
    age_from: float
    age_below: float | None

    def holds(self, age: float) -> bool:
        """Whether the age lies in the band."""
        return self.age_from <= age and (self.age_below is None or age < self.age_below)


def age_band(age: float | None, setting: str = DEFAULT) -> str:
    """The band of an age in years, `unknown` where it is missing or negative. Where bands overlap the first in
    precedence wins: a child is a child. Raises UsageError for a setting that the table does not have."""
    return next((band.name for band in bands(setting) if age is not None and band.holds(age)), UNKNOWN)


def bands(setting: str = DEFAULT) -> tuple[AgeBand, ...]:
    """The bands of a setting, in precedence. Raises UsageError for a setting that the table does not have."""
    found = _bands().get(setting)
    if found is None:
        raise UsageError(translate("No setting of age bands is called {name}; known are {known}.").format(
            name=setting, known=", ".join(_bands())))
    return found


def settings() -> tuple[str, ...]:
    """The names of the settings in the table."""
    return tuple(_bands())


def whole_years(birth: date, on: date) -> int:
    """Age in whole years on a day; a person born on 29 February turns on 1 March in other years."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


@once_per_table("age_band")
def _bands() -> dict[str, tuple[AgeBand, ...]]:
    ordered = sorted(reference.rows("age_band"), key=lambda row: int(text(row, "precedence")))
    settings = dict.fromkeys(text(row, "setting") for row in ordered)
    return {setting: tuple(
        AgeBand(text(row, "band"), float(text(row, "age_from")), float(end) if (end := row["age_below"]) else None)
        for row in ordered if row["setting"] == setting) for setting in settings}
