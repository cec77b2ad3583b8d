"""Tumorprofil: from laboratory files to proposed ESCAT tiers, and from there to the board and the nation.

>>> import tumorprofil as tp
>>> assessed = tp.assess(tp.read("patient.vcf", tumour_type="LUAD"))  # doctest: +SKIP
>>> outcome = tp.triage(assessed, tp.recommendation("dnmtb-2026-draft"))  # doctest: +SKIP
>>> tp.tally(outcome, by=["centre", "year"]).save("tally.html")  # doctest: +SKIP
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tumorprofil.assessment.assess import Assessed, assess
    from tumorprofil.assessment.frozen import freeze
    from tumorprofil.cohort.cohort import Cohort
    from tumorprofil.errors import ReadError, Refusal, TumorprofilError, UsageError
    from tumorprofil.formats.reading import read
    from tumorprofil.recommendation.comparison import Comparison, compare
    from tumorprofil.recommendation.document import Recommendation
    from tumorprofil.recommendation.library import recommendation
    from tumorprofil.recommendation.outcome import Triaged, triage
    from tumorprofil.report.assessment import save
    from tumorprofil.report.tally import Tally, combine, tally

__version__ = "0.1.0"
__all__ = [
    "Assessed",
    "Cohort",
    "Comparison",
    "ReadError",
    "Recommendation",
    "Refusal",
    "Tally",
    "Triaged",
    "TumorprofilError",
    "UsageError",
    "assess",
    "combine",
    "compare",
    "freeze",
    "read",
    "recommendation",
    "save",
    "tally",
    "triage",
]

_HOMES = {
    "Comparison": "recommendation.comparison",
    "compare": "recommendation.comparison",
    "Recommendation": "recommendation.document",
    "Tally": "report.tally",
    "tally": "report.tally",
    "combine": "report.tally",
    "Triaged": "recommendation.outcome",
    "triage": "recommendation.outcome",
    "freeze": "assessment.frozen",
    "Assessed": "assessment.assess",
    "assess": "assessment.assess",
    "Cohort": "cohort.cohort",
    "read": "formats.reading",
    "save": "report.assessment",
    "ReadError": "errors",
    "Refusal": "errors",
    "TumorprofilError": "errors",
    "UsageError": "errors",
}


def __getattr__(name: str) -> Any:
    # The engine takes half a second to import; a command that only prints its help does not wait for it.
    if name == "recommendation":
        return import_module(f"{__name__}.recommendation")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
