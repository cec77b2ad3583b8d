"""Rare cancers: below 6 new cases per 100,000 a year, by families of topography × morphology (RARECARE)."""

from dataclasses import dataclass

from tumorprofil.terms import codes, reference, tumour_type
from tumorprofil.terms.lookup import flag, once_per_table, text


@dataclass(frozen=True, slots=True)
class Family:
    """One row of table `rare_cancer`. An empty range means any."""

    name: str
    topography: codes.Ranges
    morphology: codes.Ranges
    rare: bool


def family(topography: str | None, morphology: str | None) -> Family | None:
    """The family that a malignant tumour belongs to. None where topography or morphology is missing, where the
    morphology is not malignant, or where the table has no family for the two. Source: table `rare_cancer`."""
    if topography is None or morphology is None or morphology.partition("/")[2] in ("0", "1", "2"):
        return None
    return next((known for known in _families()
                 if (not known.topography or codes.within(topography, known.topography))
                 and (not known.morphology or codes.within(morphology, known.morphology))), None)


def is_rare(topography: str | None, morphology: str | None) -> bool | None:
    """Whether a cancer is rare; None where the family is not known."""
    found = family(topography, morphology)
    return found.rare if found else None


def is_rare_type(oncotree: str) -> bool | None:
    """Whether a tumour type is rare, by the codes that name it; None where none does or they do not agree."""
    answers = {is_rare(site, morphology) for site, morphology in tumour_type.default_codes(oncotree)}
    return answers.pop() if len(answers) == 1 else None


@once_per_table("rare_cancer")
def _families() -> tuple[Family, ...]:
    ordered = sorted(reference.rows("rare_cancer"), key=lambda row: int(text(row, "precedence")))
    return tuple(Family(text(row, "family"), codes.ranges(row["topography"]), codes.ranges(row["morphology"]),
                        flag(row, "rare")) for row in ordered)
