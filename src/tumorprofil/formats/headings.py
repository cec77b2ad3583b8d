"""Which column of a clinical table holds what: the layout's word first, else the shipped Danish and English terms."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from tumorprofil.formats.layout import DEFAULT, Layout, codes_of, known_columns

# Where these stand, the table holds variants and not persons.
_VARIANT_HEADINGS = {
    "hugo_symbol",
    "variant_classification",
    "chromosome",
    "chrom",
    "pos",
    "gene_1",
    "gene_2",
    "gene1",
    "gene2",
}
_PERSON = ("patient.patient_id", "profile.profile_id")
_TRANSLITERATED = str.maketrans({"å": "aa", "æ": "ae", "ø": "oe"})


@dataclass(frozen=True, slots=True)
class Terms:
    """The shipped terms. All keys are normalised: headings as by `normalised`, values and markers in lower case."""

    columns: dict[str, str]
    missing: tuple[str, ...]
    status: dict[str, str]
    values: dict[str, dict[str, str]]


@lru_cache
def terms() -> Terms:
    """The terms of `clinical_terms.toml`."""
    data = tomllib.loads(files("tumorprofil.formats").joinpath("clinical_terms.toml").read_text(encoding="utf-8"))
    columns = {}
    for table, entries in data["columns"].items():
        for column, headings in entries.items():
            if column not in known_columns(table):
                raise ValueError(f"clinical_terms.toml names {table}.{column}, which is no column")
            for heading in headings:
                columns[normalised(heading)] = f"{table}.{column}"
                columns.setdefault(normalised(heading.translate(_TRANSLITERATED)), f"{table}.{column}")
    values = {
        f"{table}.{column}": _inverted(meanings)
        for table, entries in data["values"].items()
        for column, meanings in entries.items()
    }
    return Terms(columns, tuple(data["missing"]), _inverted(data["status"]), values)


def _inverted(meanings: dict[str, list[str]]) -> dict[str, str]:
    return {word.lower(): meaning for meaning, words in meanings.items() for word in words}


def normalised(heading: str) -> str:
    """A heading for comparison: lower case, all but letters and digits as one underscore."""
    return re.sub(r"[^0-9a-zæøå]+", "_", heading.strip().lower()).strip("_")


def columns_of(headings: Sequence[str], layout: Layout) -> dict[str, tuple[int, ...]]:
    """``table.column`` → positions of the headings that may hold it, the first to ask first.

    A column that the layout names is filled from the layout's headings alone, and a heading that it uses is
    used for nothing else."""
    exact = {heading: position for position, heading in reversed(list(enumerate(headings)))}
    loose = {normalised(heading): position for heading, position in exact.items()}
    found: dict[str, tuple[int, ...]] = {}
    for name, wanted in layout.columns.items():
        places = [exact.get(heading, loose.get(normalised(heading))) for heading in wanted]
        positions = tuple(dict.fromkeys(place for place in places if place is not None))
        if positions and not name.startswith("maf."):
            found[name] = positions
    used = {position for positions in found.values() for position in positions}
    for position, heading in enumerate(headings):
        known = terms().columns.get(normalised(heading))
        if known and position not in used and known not in layout.columns:
            found[known] = (*found.get(known, ()), position)
    return found


def score(headings: Sequence[str], layout: Layout = DEFAULT) -> int:
    """How many columns of a clinical table are recognised; 0 where there is no person, nothing clinical beside
    it, or variants in the rows."""
    if _VARIANT_HEADINGS & {normalised(heading) for heading in headings}:
        return 0
    found = columns_of(headings, layout)
    persons = [name for name in _PERSON if name in found]
    clinical = len(found) - len(persons)
    return clinical + len(persons) if (persons and clinical) or len(persons) == len(_PERSON) else 0


def meanings(name: str, layout: Layout) -> dict[str, str]:
    """What each written value of ``table.column`` means, in lower case: the codes and their English names, the
    shipped terms, and above them the layout's own."""
    table = name.split(".", 1)[0]
    kind = {"consent": "consent.answer", "biomarker": "biomarker.status"}.get(table, name)
    codes = {} if table == "maf" else codes_of(name)
    own = {written.lower(): meaning for written, meaning in layout.values.get(name, {}).items()}
    known = {**{text.lower(): code for code, text in codes.items()}, **{code.lower(): code for code in codes}}
    return {**known, **(terms().values.get(kind, {}) if codes else {}), **terms().values.get(name, {}), **own}


def markers(layout: Layout) -> tuple[dict[str, str], tuple[str, ...]]:
    """Written words that are no value, in lower case: those with a status of their own, and those that say nothing."""
    status = {**terms().status, **{word.lower(): code for word, code in layout.status.items()}}
    missing = tuple(dict.fromkeys([*terms().missing, *(word.lower() for word in layout.missing)]))
    return status, tuple(word for word in missing if word not in status)
