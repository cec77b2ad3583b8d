"""What stands on the page of an assessment, as plain values: no engine, no markup."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tumorprofil.cohort.schema import TIER_REASON
from tumorprofil.report import numbers
from tumorprofil.terms import language
from tumorprofil.terms import tumour_type as tumour_types
from tumorprofil.terms.language import translate

Row = Mapping[str, Any]
# More profiles than this are summed up, and only those with the best tiers are listed.
LISTED_PROFILES = 30
LISTED_UNTIERED = 40
LISTED_REFUSALS = 20
# Said by name only; a tumour genome holds thousands of them.
_COUNTED_ONLY = ("silent", "polymorphism", "benign", "not_annotated", "not_passed", "too_few_reads")


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding with its proposed tier, or with what is known of it where the evidence does not reach."""

    gene: str
    alteration: str
    tier: str | None
    reads: str
    basis: str
    drug: str
    unmet: tuple[str, ...]
    unknown: tuple[str, ...]
    support: tuple[str, ...]
    support_level: str | None
    germline: bool


@dataclass(frozen=True, slots=True)
class Untiered:
    """A finding without a tier, and why there is none."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Profile:
    """One profile: its best tier and its findings, those with a tier first."""

    profile_id: str
    patient_id: str
    centre: str
    tumour_type: str
    tier: str | None
    tier_basis: str
    findings: tuple[Finding, ...]
    untiered: tuple[Untiered, ...]
    untiered_count: int
    untiered_sum: str


@dataclass(frozen=True, slots=True)
class FileRead:
    """A file and what it gave."""

    name: str
    format: str
    profiles: int
    findings: int


@dataclass(frozen=True, slots=True)
class Share:
    """How many profiles of one tumour type have which best tier."""

    tumour_type: str
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Frequent:
    """An alteration with a tier that several profiles share."""

    gene: str
    alteration: str
    tier: str
    tumour_type: str
    profiles: int


@dataclass(frozen=True, slots=True)
class Content:
    """The whole page. `shares` and `frequent` are empty where every profile is listed."""

    made: date
    evidence_version: str
    as_of: date | None
    as_of_report: bool
    synthetic: bool
    patients: int
    profiles: int
    findings: int
    files: tuple[FileRead, ...]
    refused: int
    refusals: tuple[str, ...]
    notes: tuple[str, ...]
    listed: tuple[Profile, ...]
    shares: tuple[Share, ...]
    frequent: tuple[Frequent, ...]

    @property
    def dated_earlier(self) -> bool:
        """True where the evidence is limited to an earlier day than the page's."""
        return self.as_of_report or (self.as_of is not None and self.as_of < self.made)


def finding(row: Row, conditions: Mapping[str, str]) -> Finding:
    """A row of the proposals as it is shown. `conditions` gives the words of each condition's code."""
    return Finding(
        gene=row["gene"] or "",
        alteration=row["alteration"] or "",
        tier=row["tier"],
        reads=reads(row),
        basis=in_language(row, "basis"),
        drug=row["drug"] or "",
        unmet=tuple(conditions.get(code, code) for code in _split(row["conditions_unmet"])),
        unknown=tuple(conditions.get(code, code) for code in _split(row["conditions_unknown"])),
        support=_split(row["support"]),
        support_level=row["support_level"],
        germline=bool(row["germline_flag"]),
    )


def reads(row: Row) -> str:
    """How much of the sequence carries the finding, from counts where there are any.

    >>> reads({"alternate_reads": 282, "depth": 428, "vaf": None})
    '66% (282 of 428 reads)'
    """
    alternate, depth, fraction = row.get("alternate_reads"), row.get("depth"), row.get("vaf")
    if alternate is not None and depth:
        return translate("{share} ({alternate} of {depth} reads)").format(
            share=numbers.percent(alternate / depth), alternate=numbers.whole(alternate), depth=numbers.whole(depth)
        )
    if alternate is not None:
        return translate("{alternate} reads").format(alternate=numbers.whole(alternate))
    if fraction is not None:
        return numbers.percent(fraction)
    if row.get("copies") is not None:
        return translate("{copies} copies").format(copies=f"{row['copies']:g}")
    if row.get("fold_change") is not None:
        return translate("{fold}-fold").format(fold=f"{row['fold_change']:g}")
    return ""


def untiered(rows: Sequence[Row]) -> tuple[tuple[Untiered, ...], int, str]:
    """Findings without a tier: those worth reading, how many there are in all, and the count of each reason.

    A row says how many findings share its gene, alteration and reason (`findings`)."""
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["reason"]] = counts.get(row["reason"], 0) + row["findings"]
    named = [row for row in rows if row["reason"] not in _COUNTED_ONLY and row["alteration"]]
    shown = tuple(
        Untiered(f"{row['gene'] or ''} {row['alteration']}".strip(), reason(row["reason"]))
        for row in named[:LISTED_UNTIERED]
    )
    ordered = sorted(counts.items(), key=lambda item: -item[1])
    text = "; ".join(f"{reason(code)}: {numbers.whole(count)}" for code, count in ordered)
    return shown, sum(counts.values()), text


def reason(code: str | None) -> str:
    """The words of a tier reason's code."""
    return translate(TIER_REASON[code]) if code in TIER_REASON else code or ""


def shares(best: Iterable[Row]) -> tuple[Share, ...]:
    """The best tiers of many profiles by tumour type, the most frequent tumour type first."""
    by_type: dict[str, dict[str, int]] = {}
    for row in best:
        counts = by_type.setdefault(tumour_type(row["tumour_type"]), {})
        key = row["tier"] or "no_tier"
        counts[key] = counts.get(key, 0) + 1
    found = [Share(name, counts) for name, counts in by_type.items()]
    return tuple(sorted(found, key=lambda share: (-share.total, share.tumour_type)))


def frequent(proposals: Iterable[Row], limit: int = 20) -> tuple[Frequent, ...]:
    """The alterations with a tier that most profiles share."""
    profiles: dict[tuple[str, str, str, str], set[str]] = {}
    for row in proposals:
        if row["tier_rank"] is not None:
            key = (row["gene"] or "", row["alteration"] or "", row["tier"], tumour_type(row["tumour_type"]))
            profiles.setdefault(key, set()).add(row["profile_id"])
    ordered = sorted(profiles.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(Frequent(*key, profiles=len(found)) for key, found in ordered[:limit])


def tumour_type(code: str | None) -> str:
    """A tumour type in words with its code; unknown is said."""
    if code is None:
        return translate("Unknown tumour type")
    name = tumour_types.name(code)
    return code if name == code else f"{name} ({code})"


def in_language(row: Row, column: str) -> str:
    """The column in the language that is shown, such as `basis_da`."""
    return row[f"{column}_{language.current()}"] or ""


def _split(cell: str | None) -> tuple[str, ...]:
    return tuple(part for part in (cell or "").split("|") if part)
