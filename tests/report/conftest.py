"""An assessment made by hand, so that the page is tested on its own and shows every kind of answer."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa
import pytest

from tumorprofil.cohort.cohort import Cohort
from tumorprofil.cohort.schema import ASSESSED
from tumorprofil.errors import Refusal
from tumorprofil.formats.staging import Staging

_ARROW = {
    "VARCHAR": pa.string(),
    "BIGINT": pa.int64(),
    "BOOLEAN": pa.bool_(),
    "DATE": pa.date32(),
    "DOUBLE": pa.float64(),
}
_ASSESSED = pa.schema([(column.name, _ARROW[column.type]) for column in ASSESSED.columns])
_PROPOSALS = pa.schema(
    [
        *_ASSESSED,
        ("alternate_reads", pa.int64()),
        ("depth", pa.int64()),
        ("vaf", pa.float64()),
        ("copies", pa.float64()),
        ("fold_change", pa.float64()),
    ]
)
_BEST = pa.schema(
    [
        (name, pa.int64() if name in ("tier_rank", "findings") else pa.string())
        for name in (
            "patient_id",
            "profile_id",
            "centre",
            "tumour_type",
            "tier",
            "tier_rank",
            "gene",
            "alteration",
            "evidence_id",
            "drug",
            "reason",
            "findings",
            "basis_en",
            "basis_da",
        )
    ]
)
Row = dict[str, Any]


class Fake:
    """What the report asks of an assessment, with rows given by hand."""

    def __init__(self, profiles: Sequence[Row], rows: Sequence[Row], as_of: date | str = date(2026, 11, 24)) -> None:
        self.as_of = as_of
        self.evidence_version = "escat 2025-01-01"
        self._profiles = profiles
        self._rows = [{"finding_id": number, **row} for number, row in enumerate(rows)]
        self.cohort = self._cohort()

    def _cohort(self) -> Cohort:
        staging = Staging()
        staging.add_rows("patient", [{"patient_id": row["patient_id"]} for row in self._profiles])
        staging.add_rows(
            "profile",
            [
                {
                    "profile_id": row["profile_id"],
                    "patient_id": row["patient_id"],
                    "tumour_type": row["tumour_type"],
                    "tumour_type_basis": "file",
                    "source_file": "LUNG.maf",
                    "source_format": "maf",
                }
                for row in self._profiles
            ],
        )
        staging.add_rows("finding", [{"profile_id": row["profile_id"], "kind": "small_variant"} for row in self._rows])
        staging.refuse(Refusal("clinical.tsv", "value", "not an ECOG value", "Write 0 to 5.", 7, "ECOG", "<b>YES</b>"))
        cohort = staging.finish()
        cohort.notes = ("NTC is a control and no patient.",)
        cohort.connection.register("_rows", self.to_arrow())
        cohort.connection.execute("CREATE TABLE assessed AS SELECT * FROM _rows")
        return cohort

    def best(self) -> pa.Table:
        return pa.Table.from_pylist([{name: row.get(name) for name in _BEST.names} for row in self._profiles], _BEST)

    def proposals(self) -> pa.Table:
        shown = [row for row in self._rows if row.get("proposed") or row.get("support")]
        return pa.Table.from_pylist([{name: row.get(name) for name in _PROPOSALS.names} for row in shown], _PROPOSALS)

    def to_arrow(self) -> pa.Table:
        return pa.Table.from_pylist(
            [{name: row.get(name) for name in _ASSESSED.names} for row in self._rows], _ASSESSED
        )

    def arrow(self, query: str, parameters: Sequence[object] = ()) -> pa.Table:
        return self.cohort.arrow(query, parameters)

    def table(self) -> ir.Table:
        return self.cohort.table("assessed")


def profile(name: str, tier: str | None, rank: int | None, **cells: Any) -> Row:
    return {
        "patient_id": name,
        "profile_id": f"{name}-01",
        "tumour_type": "LUAD",
        "tier": tier,
        "tier_rank": rank,
        "findings": 3,
        "basis_en": "EGFR L858R in lung cancer.",
        "basis_da": "EGFR L858R ved lungekræft.",
        **cells,
    }


def row(name: str, gene: str, alteration: str, tier: str | None, rank: int | None, **cells: Any) -> Row:
    return {
        "patient_id": name,
        "profile_id": f"{name}-01",
        "tumour_type": "LUAD",
        "gene": gene,
        "alteration": alteration,
        "tier": tier,
        "tier_rank": rank,
        "proposed": rank is not None,
        "reason": "evidence",
        "basis_en": f"{gene} {alteration} in lung cancer.",
        "basis_da": f"{gene} {alteration} ved lungekræft.",
        **cells,
    }


@pytest.fixture
def assessed() -> Fake:
    """Three patients: one with a tier, one not covered, one without a tier."""
    return Fake(
        [
            profile("P1", "I-A", 1, centre="Rigshospitalet"),
            profile(
                "P2",
                "not_covered",
                None,
                tumour_type="GBM",
                basis_en="The table does not cover the tumour type.",
                basis_da="Tabellen dækker ikke kræfttypen.",
            ),
            profile(
                "P3",
                None,
                None,
                tumour_type=None,
                basis_en="The tumour type is unknown.",
                basis_da="Kræfttypen er ukendt.",
            ),
        ],
        [
            row(
                "P1",
                "EGFR",
                "L858R",
                "I-A",
                1,
                drug="osimertinib",
                evidence_id="E1",
                alternate_reads=282,
                depth=428,
                support="EID229 (A)|EID2994 (B)",
                support_level="A",
                conditions_unknown="er_positive",
            ),
            row(
                "P1",
                "BRCA2",
                "truncating",
                "III-A",
                6,
                drug="olaparib",
                evidence_id="E2",
                vaf=0.51,
                germline_flag=True,
                conditions_unmet="pr_negative",
            ),
            row("P1", "TP53", "R175H", None, None, reason="no_evidence"),
            row("P1", "TTN", "A12=", None, None, reason="silent"),
            row(
                "P2",
                "IDH1",
                "R132H",
                "not_covered",
                None,
                support="EID100 (B)",
                support_level="B",
                reason="not_covered",
                tumour_type="GBM",
            ),
        ],
    )


@pytest.fixture
def crowd() -> Fake:
    """More profiles than are listed, over several tumour types."""
    tiers: list[tuple[str | None, int | None]] = [
        ("I-A", 1),
        ("II-B", 5),
        ("III-A", 6),
        (None, None),
        ("not_covered", None),
    ]
    profiles, rows = [], []
    for number in range(400):
        tier, rank = tiers[number * number % 7 % 5]
        code = ("LUAD", "COAD", "IDC", "LGGNOS", None)[number % 5]
        profiles.append(profile(f"P{number:03}", tier, rank, tumour_type=code))
        rows.append(row(f"P{number:03}", "KRAS", ("G12C", "G12D")[number % 2], tier, rank, tumour_type=code))
    return Fake(profiles, rows)


@pytest.fixture
def make() -> Callable[..., Fake]:
    """An assessment of the given profiles and rows."""
    return Fake
