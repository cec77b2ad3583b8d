"""Render the page of an assessment: one file, no script, nothing fetched from anywhere."""

from functools import lru_cache

from jinja2 import Environment

from tumorprofil.report import numbers, tiers
from tumorprofil.report.content import Content, Share
from tumorprofil.report.html import environment, style_digest
from tumorprofil.terms import language
from tumorprofil.terms.language import translate

_BAR_WIDTH = 560
_FILLS = {
    "I": "#08306b",
    "II": "#2171b5",
    "III": "#6baed6",
    "IV–X": "#c6dbef",
    "no_tier": "#ffffff",
    "not_covered": "url(#hatched)",
    "not_assessed": "url(#dotted)",
}


@lru_cache(maxsize=1)
def _templates() -> Environment:
    return environment(whole=numbers.whole, day=numbers.day, label=tiers.label, style_class=tiers.style_class)


def render(content: Content) -> str:
    """The page as HTML in the language that is shown."""
    style = _templates().get_template("assessment.css").render(colours=tiers.COLOURS)
    return (
        _templates()
        .get_template("assessment.html")
        .render(
            content=content,
            language=language.current(),
            style=style,
            style_digest=style_digest(style),
            meanings={tiers.label(code): translate(text) for code, text in tiers.MEANINGS.items()},
            bars=[bar(share) for share in content.shares],
            columns=[
                code
                for code in (*tiers.COLOURS, *tiers.WORDS)
                if any(share.counts.get(code) for share in content.shares)
            ],
            groups=[(tiers.label(name), fill) for name, fill in _FILLS.items()],
            bar_width=_BAR_WIDTH,
        )
    )


def bar(share: Share) -> list[tuple[float, float, str]]:
    """One tumour type's bar as (start, width, fill) in drawing units; the widths add up to the whole.

    >>> bar(Share("Lung", {"I-A": 1, "I-B": 2, "X": 1}))
    [(0.0, 420.0, '#08306b'), (420.0, 140.0, '#c6dbef')]
    """
    parts = []
    start = 0.0
    for name, members in tiers.GROUPS.items():
        width = _BAR_WIDTH * sum(share.counts.get(code, 0) for code in members) / share.total
        if width:
            parts.append((round(start, 2), round(width, 2), _FILLS[name]))
        start += width
    return parts
