"""Cut-offs as data: each with its unit, what it is for, and who says so."""

from dataclasses import dataclass
from decimal import Decimal

from tumorprofil.errors import UsageError
from tumorprofil.terms import reference
from tumorprofil.terms.language import translate
from tumorprofil.terms.lookup import flag, once_per_table, text


@dataclass(frozen=True, slots=True)
class CutOff:
    """One row of table `cut_off`. `comparison` says on which side of `value` the meaning holds."""

    name: str
    value: Decimal
    unit: str
    comparison: str
    applies_to: str
    meaning: str
    source: str
    verified: bool

    def met(self, measured: int | float | Decimal) -> bool:
        """Whether the meaning holds of a measured value. A float is taken as it is written (0.3 is 3/10)."""
        exact = Decimal(repr(measured)) if isinstance(measured, float) else Decimal(measured)
        return {">=": exact >= self.value, ">": exact > self.value, "<=": exact <= self.value}[self.comparison]


def cut_off(name: str) -> CutOff:
    """The cut-off of that name. Raises UsageError where the table has none."""
    found = _cut_offs().get(name)
    if found is None:
        raise UsageError(translate("No cut-off is called {name}; known are {known}.").format(
            name=name, known=", ".join(sorted(_cut_offs()))))
    return found


def cut_offs() -> tuple[CutOff, ...]:
    """All cut-offs in the table's order."""
    return tuple(_cut_offs().values())


@once_per_table("cut_off")
def _cut_offs() -> dict[str, CutOff]:
    return {text(row, "name"): CutOff(
        text(row, "name"), Decimal(text(row, "value")), text(row, "unit"), text(row, "comparison"),
        text(row, "applies_to"), text(row, "meaning"), text(row, "source"), flag(row, "verified"),
    ) for row in reference.rows("cut_off")}
