"""The recommendation of the national molecular tumour board: rules as data, triage, tally, comparison.

The public function `tumorprofil.recommendation` and this package share their name, so the package can be called.
"""

import sys
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tumorprofil.recommendation.document import Recommendation


class _Callable(ModuleType):
    def __call__(self, name: str, **settings: object) -> "Recommendation":
        """The recommendation of that id or file: see `tumorprofil.recommendation.library.recommendation`."""
        from tumorprofil.recommendation.library import recommendation

        return recommendation(name, **settings)


sys.modules[__name__].__class__ = _Callable
