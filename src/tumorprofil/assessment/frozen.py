"""What an assessment adds to a freeze: the tables `assessed` and `case`, and how they were made.

A freeze keeps both, so that a change of rules reads one row a profile and nothing else. They are used again only
where they say what would be computed now: the same evidence, as of a day between which and the asked one no
evidence came, and the same cut-offs.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tumorprofil.assessment.case import LOGIC, CaseSettings, tables_digest
from tumorprofil.assessment.settings import AsOf, Settings
from tumorprofil.cohort import freeze as freezes
from tumorprofil.cohort.cohort import Cohort
from tumorprofil.cohort.schema import SOURCE_TABLES
from tumorprofil.evidence import knowledge

if TYPE_CHECKING:
    from tumorprofil.assessment.assess import Assessed


def freeze(
    assessed: Assessed, folder: str | Path, settings: CaseSettings | None = None, *, replace: bool = False
) -> dict[str, Any]:
    """Write a cohort with its assessment as a freeze; returns the manifest. Nothing is left behind where it fails.

    Raises UsageError where `folder` exists, unless it is a freeze and `replace` says that it may go."""
    settings = (settings or CaseSettings()).resolved()
    synthetic = bool((assessed.cohort.manifest or {}).get("synthetic"))
    with freezes.writing(Path(folder), replace) as partial:
        write_part(assessed, partial, settings)
        return freezes.seal(partial, date.today(), synthetic, facts(assessed, settings))


def write_part(assessed: Assessed, folder: Path, settings: CaseSettings, part: int = 0) -> None:
    """Write every table of an assessed cohort as part number `part` of a freeze."""
    assessed.table()
    tables = {table.name: table.name for table in SOURCE_TABLES}
    tables |= {"assessed": "assessed", "case": assessed.case(settings)}
    freezes.copy(assessed.cohort, folder, tables, part, assessed.path)


def facts(assessed: Assessed, settings: CaseSettings) -> dict[str, Any]:
    """What the manifest says of the tables `assessed` and `case`."""
    cohort = assessed.cohort
    return {
        "evidence": _evidence(assessed.evidence_version, assessed.settings),
        "case": _case(settings),
        "refused": {"values": cohort.refused_values, "rows_or_files": cohort.left_out},
    }


def holds_assessment(cohort: Cohort, settings: Settings) -> bool:
    """Whether a cohort was opened from a freeze whose table `assessed` is what `settings` would give now."""
    evidence = (cohort.manifest or {}).get("evidence")
    if not evidence or "assessed" not in (cohort.manifest or {})["tables"]:
        return False
    now = _evidence(knowledge.version(), settings)
    if (evidence["version"], evidence["cut_offs"]) != (now["version"], now["cut_offs"]):
        return False
    return evidence["as_of"] == now["as_of"] or _same_evidence(evidence["as_of"], settings.as_of)


def holds_case(cohort: Cohort, settings: CaseSettings) -> bool:
    """Whether a cohort was opened from a freeze whose table `case` is what these settings would give now."""
    manifest = cohort.manifest or {}
    return "case" in manifest.get("tables", {}) and manifest.get("case") == _case(settings)


def _case(settings: CaseSettings) -> dict[str, Any]:
    return {**asdict(settings), "tables": tables_digest(), "logic": LOGIC}


def _evidence(version: str, settings: Settings) -> dict[str, Any]:
    return {"version": version, "as_of": str(settings.as_of), "cut_offs": asdict(settings.cut_offs)}


def _same_evidence(frozen: str, wanted: AsOf) -> bool:
    if frozen == "report" or not isinstance(wanted, date):
        return False
    then = date.fromisoformat(frozen)
    return not any(min(then, wanted) < rule.date <= max(then, wanted) for rule in knowledge.rules())
