"""Tumorprofil: from laboratory files to proposed ESCAT tiers, and from there to the board and the nation.

>>> import tumorprofil as tp
>>> assessed = tp.assess(tp.read("patient.vcf", tumour_type="LUAD"))  # doctest: +SKIP
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tumorprofil.assessment.assess import Assessed, assess
    from tumorprofil.cohort.cohort import Cohort
    from tumorprofil.errors import ReadError, Refusal, TumorprofilError, UsageError
    from tumorprofil.formats.reading import read
    from tumorprofil.report.assessment import save

__version__ = "0.1.0"
__all__ = ["Assessed", "Cohort", "ReadError", "Refusal", "TumorprofilError", "UsageError", "assess", "read", "save"]

_HOMES = {
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
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
