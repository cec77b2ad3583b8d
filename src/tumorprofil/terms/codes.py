"""ICD-10, ICD-O-3 topography and morphology: written forms, and ranges of codes as the reference tables hold them."""

import re

Ranges = tuple[tuple[str, str], ...]

# A Danish SKS code is D + ICD-10 without the dot, with letters behind it: M with metastases, X local recurrence.
_ICD10 = re.compile(r"(?:D(?=[A-Z]))?([A-Z]\d\d)\.?(\d{0,2})[A-Z]*")
_TOPOGRAPHY = re.compile(r"(C\d\d)\.?(\d?)")
_MORPHOLOGY = re.compile(r"M?-?(\d{4})(?:/?([0-9]))?")


def icd10(reported: str) -> str | None:
    """An ICD-10 or Danish SKS diagnosis as ICD-10 with the dot: ``DC209M`` is C20.9. None where it is neither."""
    match = _ICD10.fullmatch(reported.strip().upper())
    return _dotted(match[1], match[2]) if match else None


def topography(reported: str) -> str | None:
    """An ICD-O-3 topography with the dot: ``C509`` is C50.9. None where it is none."""
    match = _TOPOGRAPHY.fullmatch(reported.strip().upper())
    return _dotted(match[1], match[2]) if match else None


def morphology(reported: str) -> str | None:
    """An ICD-O-3 or Patobank morphology with its behaviour where given: ``M81403`` is 8140/3. None where it is none."""
    match = _MORPHOLOGY.fullmatch(reported.strip().upper())
    return match[1] + (f"/{match[2]}" if match[2] else "") if match else None


def ranges(cell: str | None) -> Ranges:
    """The ranges of a table's cell: ``C81-C86|C88.0`` holds C81 to C86, and C88.0. Empty for an empty cell."""
    pairs = (part.partition("-") for part in cell.split("|")) if cell else ()
    return tuple((first, last or first) for first, _, last in pairs)


def within(code: str | None, spans: Ranges) -> bool:
    """Whether a code lies in one of the ranges. A code is compared as far as the range's end is written."""
    return code is not None and any(
        first <= code[:len(first)] and code[:len(last)] <= last for first, last in spans)


def _dotted(category: str, subdivision: str) -> str:
    return f"{category}.{subdivision}" if subdivision else category
