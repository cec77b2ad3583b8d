"""Cases given row by row, and a triage over them: what the tests of rules and tallies share."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from itertools import cycle, islice
from random import Random
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from tumorprofil.assessment.case import CaseSettings
from tumorprofil.cohort.cohort import Cohort
from tumorprofil.cohort.schema import CASE, PRESENTER_ROLE
from tumorprofil.formats.staging import Staging
from tumorprofil.recommendation.document import Recommendation
from tumorprofil.recommendation.library import recommendation
from tumorprofil.recommendation.outcome import Triaged

Case = dict[str, Any]
DRAFT = "dnmtb-2026-draft"
TIERS = ("I-A", "I-B", "I-C", "II-A", "II-B", "III-A", "III-B", "IV-A", "IV-B", "V", "X")
_ARROW = {
    "VARCHAR": pa.string(),
    "BIGINT": pa.int64(),
    "DOUBLE": pa.float64(),
    "BOOLEAN": pa.bool_(),
    "DATE": pa.date32(),
}
_SCHEMA = pa.schema([(column.name, _ARROW[column.type]) for column in CASE.columns])

# An adult with a common solid cancer, for whom everything is there; tests change what they speak of.
COMPLETE: Case = dict.fromkeys(CASE.column_names) | {
    "centre": "1301", "year": 2025, "report_date": date(2025, 6, 15), "age": 65.0, "age_group": "adult",
    "sex": "female", "tumour_type": "LUAD", "cancer_group": "DLCG", "haematological": False, "rare": False,
    "performance_status": 1, "performance_status_low": 1, "performance_status_high": 1,
    "performance_status_status": "known", "performance_status_date": date(2025, 6, 1),
    "tier_status": "no_tier", "germline_flag": False, "has_identity": True, "has_histology": True, "has_stage": True,
    "has_treatment_lines": True, "has_specimen": True, "has_method": True, "has_quality": True, "has_findings": True,
    "consent_board": "yes", "referred": True, "presenter_role": "oncologist", "has_question": True, "has_match": True,
    "has_proposal": False, "treated": False, "responded": False,
}  # fmt: skip


class GivenCases:
    """Stands where an assessed cohort would: its table `case` holds the rows that it is given."""

    evidence_version = "none"
    as_of = date(2026, 1, 1)

    def __init__(self, cases: Sequence[Case]) -> None:
        self.cohort = workspace()
        given = pa.Table.from_pylist([COMPLETE | case for case in cases], schema=_SCHEMA)
        self.cohort.connection.register("_given", given)
        self.cohort.connection.execute("CREATE OR REPLACE TABLE given AS SELECT * FROM _given")
        self.cohort.connection.unregister("_given")

    def case(self, settings: CaseSettings) -> str:
        return "given"


@cache
def workspace() -> Cohort:
    """One workspace for all tests: a query that was compiled for it is compiled for every example."""
    return Staging().finish()


def a_case(**cells: Any) -> Case:
    """A complete case with other cells. A number given as performance status is its own bounds."""
    case = COMPLETE | {"profile_id": "S1", "patient_id": "Anna"} | cells
    if "performance_status" in cells and "performance_status_low" not in cells:
        case |= performance(cells["performance_status"]) | cells
    return case


def performance(low: int | None, high: int | None = None) -> Case:
    """The cells of a performance status: known, open between two bounds, or unknown."""
    known = low is not None and high in (None, low)
    return {
        "performance_status": low if known else None,
        "performance_status_low": low,
        "performance_status_high": low if high is None else high,
        "performance_status_status": "known" if known else "unknown",
        "performance_status_date": date(2025, 6, 1) if known else None,
    }


def tier(name: str | None, source: str = "other") -> Case:
    """The cells of a best tier: a tier with the kind of finding that carries it, or why there is none."""
    if name not in TIERS:
        status = name or "no_tier"
        return {"tier": None if status == "no_tier" else status, "tier_rank": None, "tier_status": status}
    rank = TIERS.index(name) + 1
    return {"tier": name, "tier_rank": rank, "tier_status": "tier", f"tier_rank_{source}": rank}


def draft(**settings: Any) -> Recommendation:
    """The draft with other settings."""
    return recommendation(DRAFT, **settings)


def triaged(cases: Sequence[Case], rule: Recommendation, formal: Any = "report", population: Any = "all") -> Triaged:
    """A triage over cases; it holds until the next is made."""
    return Triaged(GivenCases(cases), rule, formal, population)  # type: ignore[arg-type]


def listed(cases: Sequence[Case], rule: Recommendation, formal: Any = "report") -> list[dict[str, Any]]:
    """What a triage says of each case, in the order of profile names."""
    rows: list[dict[str, Any]] = triaged(cases, rule, formal).to_arrow().to_pylist()
    return sorted(rows, key=lambda row: str(row["profile_id"]))


def said(case: Case, rule: Recommendation | None = None, formal: Any = "report") -> dict[str, Any]:
    """What a triage says of one case, with its reasons and what is missing as lists."""
    (row,) = listed([case], rule or draft(), formal)
    return row | {name: row[name].split("|") if row[name] else [] for name in ("reasons", "missing")}


# --- arbitrary cases and settings, as the table and the document allow them ---------------------------------------

_truth = st.sampled_from([True, False, None])
_maybe_false = st.sampled_from([True, True, True, False, None])
_rank = st.none() | st.integers(1, 11)


@st.composite
def performances(draw: st.DrawFn) -> Case:
    low = draw(st.none() | st.integers(0, 4))
    if low is None:
        status = draw(st.sampled_from([None, "unknown", "not_done", "not_relevant"]))
        return performance(None) | {"performance_status_status": status}
    cells = performance(low, draw(st.integers(low, 4)))
    if cells["performance_status"] is not None:
        # A converted Karnofsky score has a value, and bounds around it.
        cells |= {
            "performance_status_low": draw(st.integers(0, low)),
            "performance_status_high": draw(st.integers(low, 4)),
            "performance_status_date": draw(st.sampled_from([None, date(2025, 6, 1)])),
        }
    return cells


@st.composite
def tiers(draw: st.DrawFn) -> Case:
    ranks = {f"tier_rank_{source}": draw(_rank) for source in ("germline", "resistance", "other")}
    known = [rank for rank in ranks.values() if rank is not None]
    if known and draw(st.integers(0, 3)):
        return ranks | tier(TIERS[min(known) - 1]) | ranks
    return dict.fromkeys(ranks) | tier(draw(st.sampled_from(["no_tier", "not_covered", "not_assessed"])))


@st.composite
def cases(draw: st.DrawFn, patients: int = 3) -> Case:
    """Any case, with whatever of it unknown that the table allows to be unknown."""
    complete = draw(st.booleans())
    flags = [name for name in CASE.column_names if name.startswith("has_") and name != "has_proposal"]
    return COMPLETE | draw(performances()) | draw(tiers()) | {
        "patient_id": f"P{draw(st.integers(1, patients))}",
        "centre": draw(st.sampled_from([None, "Aarhus", "Ålborg", "Zealand", "Odense", "ærø", "1301"])),
        "year": draw(st.none() | st.integers(2019, 2026)),
        "age_group": draw(st.sampled_from(["child", "young_adult", "adult", "adult", "unknown"])),
        "sex": draw(st.sampled_from([None, "female", "male", "unknown"])),
        "tumour_type": draw(st.sampled_from([None, "LUAD", "AML"])),
        "cancer_group": draw(st.sampled_from([None, "DLCG", "DAPHO", "none"])),
        "haematological": draw(st.sampled_from([True, False, False, None])),
        "rare": draw(_truth),
        "consent_board": draw(st.sampled_from([None, "yes", "yes", "yes", "no", "not_clarified", "not_required"])),
        "presenter_role": draw(st.none() | st.sampled_from(sorted(PRESENTER_ROLE))),
        "referred": draw(_truth),
        **{name: True if complete else draw(_maybe_false) for name in flags},
        **{name: draw(_truth) for name in ("has_proposal", "treated", "responded")},
    }  # fmt: skip


@st.composite
def many_cases(draw: st.DrawFn, most: int = 10) -> list[Case]:
    """Some cases, each profile named once. A source keeps proposals, treatments and referrals, or it does not."""
    rows = draw(st.lists(cases(), max_size=most))
    kept = {name: draw(st.booleans()) for name in ("has_proposal", "treated", "responded", "referred")}
    for number, row in enumerate(rows):
        row |= {name: bool(row[name]) if known else None for name, known in kept.items()}
        row["profile_id"] = f"S{number:03}"
    return rows


_SWITCHES = ("same_rules", "exempt", "manual", "out_of_scope")
# Every value that a setting of the draft can take, but for those that shape the table `case`.
VALUES: Mapping[str, Sequence[Any]] = {
    "performance_status_limit": range(5),
    "tier_limit": TIERS,
    "haematology": _SWITCHES,
    "children": _SWITCHES,
    "young_adults": _SWITCHES,
    "rare_cancers": _SWITCHES,
    "presenter_roles": [("oncologist",), ("pathologist", "other"), tuple(PRESENTER_ROLE)],
    "consent": ("not_asked", "recorded", "given"),
    "germline_findings": ("count", "do_not_count"),
    "resistance_findings": ("count", "do_not_count"),
}
_FREE = ("performance_status_limit", "tier_limit")


def _some_settings(number: int) -> list[dict[str, Any]]:
    """The draft's own settings, and some chance ones, in which every value stands about equally often."""
    chance = Random(2026)
    drawn = {name: list(islice(cycle(values), number)) for name, values in VALUES.items() if name not in _FREE}
    for values in drawn.values():
        chance.shuffle(values)
    return [{}, *(dict(zip(drawn, row, strict=True)) for row in zip(*drawn.values(), strict=True))]


# A setting that is compiled in costs a compilation: the laws share some of the thousands of combinations.
COMBINATIONS = _some_settings(12)
settings_of_the_draft = st.builds(
    lambda fixed, free: fixed | free,
    st.sampled_from(COMBINATIONS),
    st.fixed_dictionaries({}, optional={name: st.sampled_from(VALUES[name]) for name in _FREE}),
)
