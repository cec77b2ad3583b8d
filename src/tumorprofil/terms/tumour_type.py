"""Tumour types: OncoTree codes (version of 2021-11-02, CC BY 4.0) and their places in the tree."""

from dataclasses import dataclass

from tumorprofil.terms import codes, reference
from tumorprofil.terms.language import current
from tumorprofil.terms.lookup import once_per_table, text

ROOT = "TISSUE"


@dataclass(frozen=True, slots=True)
class TumourType:
    """One node of OncoTree. `level` is 0 for the root, 1 for a tissue; `tissue` is the tissue's name."""

    code: str
    name: str
    parent: str | None
    tissue: str | None
    level: int


def find(code: str) -> TumourType | None:
    """The node of an OncoTree code, None for any other text. Spelling counts: codes are upper case."""
    return _tree().get(code)


def is_known(code: str) -> bool:
    """Whether the text is a code that a tumour can have; the root is none."""
    return code in _tree() and code != ROOT


def name(code: str, language: str | None = None) -> str:
    """The name of a tumour type, in Danish where the table has one; the code itself where it is unknown."""
    danish = _danish().get(code) if (language or current()) == "da" else None
    node = _tree().get(code)
    return danish or (node.name if node else code)


def ancestors(code: str) -> tuple[str, ...]:
    """The codes above a tumour type, nearest first, the root last. Empty for an unknown code."""
    above = []
    node = _tree().get(code)
    while node is not None and node.parent is not None:
        above.append(node.parent)
        node = _tree().get(node.parent)
    return tuple(above)


def lineage(code: str) -> tuple[str, ...]:
    """The code itself and its ancestors; empty for an unknown code."""
    return (code, *ancestors(code)) if code in _tree() else ()


def descendants(code: str) -> frozenset[str]:
    """The codes below a tumour type, without itself. Empty for an unknown code."""
    return _descendants().get(code, frozenset())


def tissue(code: str) -> str | None:
    """The code of the tissue that a tumour type belongs to, such as LUNG; None for the root or an unknown code."""
    return next((step for step in lineage(code) if _tree()[step].level == 1), None)


def is_haematological(oncotree: str | None, site: str | None = None, morphology: str | None = None) -> bool | None:
    """Whether a cancer is haematological, by its OncoTree code, ICD-10 code or ICD-O morphology: True where one says
    so, None where none of them is known. Source: table `haematological`."""
    known = find(oncotree) is not None if oncotree else False
    if not known and site is None and morphology is None:
        return None
    rules = _haematological()
    return ((known and tissue(oncotree or "") in rules.tissues)
            or codes.within(site, rules.site) or codes.within(morphology, rules.morphology))


def from_topography(site: str | None, morphology: str | None) -> str | None:
    """The OncoTree code that a source without one gets: `site` is ICD-10 or ICD-O-3 topography, `morphology` ICD-O-3.
    None where the two do not name one tumour type. Source: table `icd_oncotree`."""
    if morphology is not None and not _malignant(morphology):
        return None
    for rule in _defaults():
        histology = codes.within(morphology, rule.morphology) if rule.morphology else morphology is None
        if histology and (not rule.site or codes.within(site, rule.site)):
            return rule.oncotree
    return None


def default_codes(oncotree: str) -> tuple[tuple[str, str], ...]:
    """Topography and morphology of a tumour type, as every pair of the ends of the ranges that name it. Empty where
    no default code names it. Source: table `icd_oncotree`, read backwards."""
    return tuple((site, morphology) for rule in _defaults() if rule.oncotree == oncotree
                 for sites in rule.site for site in sites for span in rule.morphology for morphology in span)


def lineage_rows() -> list[dict[str, str | int]]:
    """The tree as lookup rows: code, ancestor, distance; each code is its own ancestor at distance 0."""
    return [{"code": code, "ancestor": step, "distance": distance}
            for code in _tree() for distance, step in enumerate(lineage(code))]


def rows() -> list[dict[str, str | bool | None]]:
    """Every tumour type as a lookup row: code, name, tissue (code), haematological."""
    return [{"code": code, "name": node.name, "tissue": tissue(code), "haematological": is_haematological(code)}
            for code, node in _tree().items() if code != ROOT]


def _malignant(morphology: str) -> bool:
    return morphology.partition("/")[2] in ("", "3", "6", "9")


@dataclass(frozen=True, slots=True)
class _Haematological:
    tissues: frozenset[str]
    site: codes.Ranges
    morphology: codes.Ranges


@dataclass(frozen=True, slots=True)
class _Default:
    site: codes.Ranges
    morphology: codes.Ranges
    oncotree: str


@once_per_table("oncotree")
def _tree() -> dict[str, TumourType]:
    return {text(row, "code"): TumourType(
        text(row, "code"), text(row, "name"), row["parent"], row["tissue"], int(text(row, "level")),
    ) for row in reference.rows("oncotree")}


@once_per_table("oncotree")
def _descendants() -> dict[str, frozenset[str]]:
    below: dict[str, set[str]] = {}
    for code in _tree():
        for above in ancestors(code):
            below.setdefault(above, set()).add(code)
    return {code: frozenset(found) for code, found in below.items()}


@once_per_table("oncotree_danish")
def _danish() -> dict[str, str]:
    return {text(row, "code"): text(row, "name_da") for row in reference.rows("oncotree_danish")}


@once_per_table("haematological")
def _haematological() -> _Haematological:
    by_basis = {text(row, "basis"): text(row, "codes") for row in reference.rows("haematological")}
    return _Haematological(frozenset(by_basis["oncotree"].split("|")), codes.ranges(by_basis["site"]),
                           codes.ranges(by_basis["morphology"]))


@once_per_table("icd_oncotree")
def _defaults() -> tuple[_Default, ...]:
    ordered = sorted(reference.rows("icd_oncotree"), key=lambda row: int(text(row, "precedence")))
    return tuple(_Default(codes.ranges(row["site"]), codes.ranges(row["morphology"]), text(row, "oncotree"))
                 for row in ordered)
