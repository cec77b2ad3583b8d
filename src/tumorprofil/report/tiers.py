"""How a tier looks, on a page and in a terminal: one ordered scale from blue to grey, strong where actionable.

Every colour reaches a contrast of 4.5:1 on white, as text must (WCAG 2.2, success criterion 1.4.3).
"""

from tumorprofil.terms.language import N_, translate

COLOURS = {
    "I-A": "#08306b",
    "I-B": "#084594",
    "I-C": "#0b559f",
    "II-A": "#1562a8",
    "II-B": "#2a6aa8",
    "III-A": "#41709f",
    "III-B": "#4f7396",
    "IV-A": "#5a748c",
    "IV-B": "#607484",
    "V": "#66727c",
    "X": "#6b7075",
}
NO_TIER = "no_tier"
WORDS = {
    "not_covered": N_("not covered"),
    "not_assessed": N_("not assessed"),
    NO_TIER: N_("no tier"),
}
MEANINGS = {
    "not_covered": N_("The evidence does not cover the tumour type: nothing is said about these findings."),
    "not_assessed": N_("The tumour type is unknown, or the file has no annotation: nothing can be said."),
    NO_TIER: N_("Assessed, and no finding has a tier."),
}
# What a bar of many profiles shows; the table beside it keeps all classes.
GROUPS: dict[str, tuple[str, ...]] = {
    "I": ("I-A", "I-B", "I-C"),
    "II": ("II-A", "II-B"),
    "III": ("III-A", "III-B"),
    "IV–X": ("IV-A", "IV-B", "V", "X"),
    NO_TIER: (NO_TIER,),
    "not_covered": ("not_covered",),
    "not_assessed": ("not_assessed",),
}


def label(tier: str | None) -> str:
    """What stands in the badge: the tier itself, or in words why there is none.

    >>> label("I-A"), label(None)
    ('I-A', 'no tier')
    """
    code = tier or NO_TIER
    return translate(WORDS[code]) if code in WORDS else code


def style_class(tier: str | None) -> str:
    """The CSS class of a tier's badge."""
    return f"tier-{tier.lower()}" if tier in COLOURS else "tier-none"


def group(tier: str | None) -> str:
    """The group of `GROUPS` that a tier belongs to."""
    return next(name for name, members in GROUPS.items() if (tier or NO_TIER) in members)
