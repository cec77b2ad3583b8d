"""The figures that the registry is drawn from, as arrays: `registry.toml` and the reference tables `synthetic_*`."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np

from tumorprofil.synthetic.draw import Choices, Flags, Floats, Ints, choices
from tumorprofil.terms import reference, tumour_type
from tumorprofil.terms.lookup import flag, once_per_table, text

TIERS = ("high", "middle", "low", "none", "not_covered")


@dataclass(frozen=True, slots=True)
class Kinds:
    """The tumour types of the registry, one entry a row of table `synthetic_tumour_type`."""

    rows: tuple[reference.Row, ...]
    share: Floats
    child: Flags
    haematological: Flags
    tissue: list[str]
    index: dict[str, int]

    def numbers(self, column: str) -> Floats:
        return np.array([float(row[column] or 0) for row in self.rows])

    def texts(self, column: str) -> list[str]:
        return [text(row, column) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Centres:
    """The centres, with their shares by column of table `synthetic_centre`, and the assays they choose from."""

    codes: list[str]
    share: dict[str, Floats]
    choice: Choices
    assay: Ints
    laboratory: list[str]
    tissue_assay: Ints


@dataclass(frozen=True, slots=True)
class Assays:
    """The assays, one entry a row of table `synthetic_assay`."""

    names: list[str]
    rows: tuple[reference.Row, ...]

    def numbers(self, column: str) -> Floats:
        return np.array([float(row[column] or 0) for row in self.rows])

    def flags(self, column: str) -> Flags:
        return np.array([flag(row, column) for row in self.rows])

    def texts(self, column: str) -> list[str]:
        return [text(row, column) for row in self.rows]


@lru_cache(maxsize=1)
def figures() -> dict[str, Any]:
    """The sections of `registry.toml`."""
    return tomllib.loads((files("tumorprofil.synthetic") / "data" / "registry.toml").read_text(encoding="utf-8"))


def by_tier(shares: dict[str, float]) -> Floats:
    """The shares in the order of TIERS."""
    return np.array([shares[name] for name in TIERS])


@once_per_table("synthetic_tumour_type", "oncotree", "haematological")
def kinds() -> Kinds:
    """The tumour types."""
    rows = reference.rows("synthetic_tumour_type")
    codes = [text(row, "oncotree") for row in rows]
    return Kinds(
        rows,
        np.array([float(text(row, "share")) for row in rows]),
        np.array([int(text(row, "age_max")) < 18 for row in rows]),
        np.array([bool(tumour_type.is_haematological(code)) for code in codes]),
        [tumour_type.tissue(code) or "" for code in codes],
        {text(row, "key"): number for number, row in enumerate(rows)},
    )


@once_per_table("synthetic_assay")
def assays() -> Assays:
    """The assays."""
    rows = reference.rows("synthetic_assay")
    return Assays([text(row, "assay") for row in rows], rows)


@once_per_table("synthetic_centre", "synthetic_centre_assay", "synthetic_assay")
def centres() -> Centres:
    """The centres."""
    rows = reference.rows("synthetic_centre")
    codes = [text(row, "centre") for row in rows]
    used = {code: [row for row in reference.rows("synthetic_centre_assay") if row["centre"] == code] for code in codes}
    names = assays().names
    return Centres(
        codes,
        {column: np.array([float(row[column] or 0) for row in rows]) for column in rows[0] if column != "centre"},
        choices([float(text(row, "weight")) for row in used[code]] for code in codes),
        np.array([names.index(text(row, "assay")) for code in codes for row in used[code]]),
        [text(row, "laboratory") for code in codes for row in used[code]],
        # The first assay of a centre is what it uses for a tissue.
        np.cumsum([0, *(len(used[code]) for code in codes[:-1])]),
    )


def of_kinds(cell: str) -> list[int]:
    """The tumour types that a cell names: keys and families joined by |, `solid`, or `all`."""
    names = set(cell.split("|"))
    return [
        number
        for number, row in enumerate(kinds().rows)
        if names & {text(row, "key"), text(row, "family"), "all"}
        or ("solid" in names and not kinds().haematological[number])
    ]


def weighted(cell: str | None) -> list[tuple[str, float]]:
    """The options of a cell with their weights: ``G12D:3|G12V`` is G12D three times as often as G12V."""
    pairs = (option.partition(":") for option in (cell or "").split("|"))
    return [(name, float(weight or 1)) for name, _, weight in pairs]


def phrases(use: str) -> list[str]:
    """The phrases of table `synthetic_phrase` for one use."""
    return [text(row, "phrase") for row in reference.rows("synthetic_phrase") if row["use"] == use]


@once_per_table("synthetic_drug")
def _atc() -> dict[str, str]:
    return {text(row, "drug"): text(row, "atc") for row in reference.rows("synthetic_drug")}


def atc(drugs: str) -> str:
    """The ATC codes of drugs joined by |, in their order; empty where one of them has none."""
    found = [_atc().get(drug, "") for drug in drugs.split("|")]
    return "|".join(found) if all(found) else ""


@once_per_table("synthetic_regimen", "synthetic_tumour_type")
def regimens() -> tuple[Choices, list[str]]:
    """What is given in which line: group 4 × tumour type + line - 1, and the drugs of every option."""
    rows = reference.rows("synthetic_regimen")
    groups: list[list[str]] = []
    for kind in kinds().rows:
        for line in ("1", "2", "3", "4"):
            own = _drugs(rows, text(kind, "family"), line)
            groups.append(own or _drugs(rows, "all", "4"))
    return choices([1.0] * len(group) for group in groups), [drugs for group in groups for drugs in group]


def _drugs(rows: Sequence[reference.Row], family: str, line: str) -> list[str]:
    return [text(row, "drugs") for row in rows if row["line"] == line and family in text(row, "families").split("|")]


@once_per_table("synthetic_matched_drug")
def matched_drugs() -> dict[tuple[str, str], str]:
    """Gene and family (or `all`) to the drug that is proposed."""
    return {
        (text(row, "gene"), text(row, "families")): text(row, "drugs")
        for row in reference.rows("synthetic_matched_drug")
    }
