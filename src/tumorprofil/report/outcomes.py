"""How an outcome looks, on a page, in a chart and on a slide: always the same colour, never the colour alone.

Fills are those of Okabe and Ito (jfly.uni-koeln.de/color, 2008) or as far apart. `ink` is for text: on white and on the
outcome's own tint it reaches a contrast of 4.5:1 (WCAG 2.2, success criterion 1.4.3).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tumorprofil.recommendation.wording import OUTCOME
from tumorprofil.terms.language import translate


@dataclass(frozen=True, slots=True)
class Look:
    """Colours, and the icon as an SVG path to be stroked in a square of 16."""

    ink: str
    fill: str
    tint: str
    icon: str


LOOKS: Mapping[str, Look] = {
    "presented": Look("#006045", "#009e73", "#d9f0e8", "M3 8.5 L6.5 12 L13 4.5"),
    "filtered_out": Look("#59308c", "#7a4fb0", "#e9e0f4", "M2.5 3 H13.5 L9.5 8 V13 L6.5 11.5 V8 Z"),
    "undetermined": Look("#4a535b", "#8a939b", "#e9ecef", "M5 6 a3 3 0 1 1 4.2 2.7 Q8 9.4 8 10.6 M8 13.2 V13.6"),
    "manual_review": Look(
        "#0a5585", "#56b4e9", "#dceefa", "M8 2.5 a2.7 2.7 0 1 1 -0.01 0 M2.8 14 a5.2 5.2 0 0 1 10.4 0"
    ),
    "returned": Look("#734b00", "#e69f00", "#fcefd2", "M6 3 L2.5 6.5 L6 10 M2.5 6.5 H10 a3.2 3.2 0 0 1 0 6.4 H7"),
}
# Beside the five: no outcome of the recommendation, which says nothing of these profiles.
OUT_OF_SCOPE = "out_of_scope"


def label(outcome: str) -> str:
    """The outcome in the language that is shown."""
    return translate(OUTCOME[outcome])
