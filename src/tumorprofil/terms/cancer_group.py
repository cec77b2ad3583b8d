"""Danish multidisciplinary cancer groups (DMCG): which one a cancer belongs to, by site, histology and age."""

from dataclasses import dataclass

from tumorprofil.terms import codes, reference, tumour_type
from tumorprofil.terms.lookup import flag, once_per_table, text

NO_GROUP = "none"


@dataclass(frozen=True, slots=True)
class CancerGroup:
    """One row of table `cancer_group`."""

    code: str
    name: str
    umbrella: str | None
    area_da: str
    area_en: str
    database: str | None
    source: str
    verified: bool


@dataclass(frozen=True, slots=True)
class _Rule:
    group: str
    age_below: float | None
    site: codes.Ranges
    morphology: codes.Ranges
    oncotree: frozenset[str]


def groups() -> tuple[CancerGroup, ...]:
    """All groups, and the bucket `none`."""
    return tuple(_groups().values())


def find(code: str) -> CancerGroup | None:
    """The group of that code."""
    return _groups().get(code)


def cancer_group(*, icd10: str | None = None, topography: str | None = None, morphology: str | None = None,
                 oncotree: str | None = None, age: float | None = None) -> str | None:
    """The group that a cancer belongs to: a code of table `cancer_group`, `none` where it has no group of its own, None
    where too little is known to say.

    `age` in years at the report. Codes as `tumorprofil.terms.codes` writes them. ICD-O topography counts as the site
    where there is no ICD-10 code, but not alone: skin is melanoma or not, and a lymph node may hold anything.
    Source: table `cancer_group_rule`, lowest precedence first."""
    site = icd10 or (topography if morphology else None)
    known_type = oncotree if oncotree and tumour_type.is_known(oncotree) else None
    if site is None and morphology is None and known_type is None:
        return None
    lineage = frozenset(tumour_type.lineage(known_type)) if known_type else frozenset()
    for rule in _rules():
        if rule.age_below is not None and (age is None or age >= rule.age_below):
            continue
        if rule.site and not codes.within(site, rule.site):
            continue
        if rule.morphology and not codes.within(morphology, rule.morphology):
            continue
        if rule.oncotree and not rule.oncotree & lineage:
            continue
        return rule.group
    return NO_GROUP


def age_limit() -> float:
    """The age in years from which no rule asks for the age any more."""
    return max((rule.age_below for rule in _rules() if rule.age_below is not None), default=0)


@once_per_table("cancer_group")
def _groups() -> dict[str, CancerGroup]:
    return {text(row, "code"): CancerGroup(
        text(row, "code"), text(row, "name"), row["umbrella"], text(row, "area_da"), text(row, "area_en"),
        row["database"], text(row, "source"), flag(row, "verified"),
    ) for row in reference.rows("cancer_group")}


@once_per_table("cancer_group_rule")
def _rules() -> tuple[_Rule, ...]:
    ordered = sorted(reference.rows("cancer_group_rule"), key=lambda row: int(text(row, "precedence")))
    return tuple(_Rule(
        text(row, "cancer_group"), float(age) if (age := row["age_below"]) else None, codes.ranges(row["site"]),
        codes.ranges(row["morphology"]), frozenset((row["oncotree"] or "").split("|")) - {""},
    ) for row in ordered)
