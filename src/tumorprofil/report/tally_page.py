"""Render the page of a tally: one file, no script, nothing fetched from anywhere."""

from functools import lru_cache

from jinja2 import Environment
from markupsafe import Markup

from tumorprofil.recommendation.tally import Tally
from tumorprofil.report import outcomes, tally_chart, tally_content, tally_method, tally_words
from tumorprofil.report.html import environment, style_digest
from tumorprofil.report.tally_flow import BAR, WIDTH, Node, flow, picture
from tumorprofil.report.tally_values import counted, fraction, said, shown
from tumorprofil.terms import language
from tumorprofil.terms.language import translate


@lru_cache(maxsize=1)
def _templates() -> Environment:
    return environment(looks=outcomes.LOOKS, words=tally_words, content=tally_content, method=tally_method)


def render(tally: Tally) -> str:
    """The page as HTML in the language that is shown."""
    band = translate("SYNTHETIC DATA: NO REAL PATIENT") if tally.about.synthetic else ""
    style = _templates().get_template("tally.css").render(band=band)
    way = flow(tally)
    return (
        _templates()
        .get_template("tally.html")
        .render(
            tally=tally,
            about=tally.about,
            language=language.current(),
            style=style,
            style_digest=style_digest(style),
            flow=way,
            picture=picture(way),
            flow_size=(WIDTH, BAR),
            node_count=lambda node: node_count(way.node("all").count, node),
            chart=_chart(tally),
            chart_title=tally_chart.title(tally) if tally.by else "",
        )
    )


def _chart(tally: Tally) -> Markup:
    if not tally_chart.charted(tally):
        return Markup("")
    # Drawn from our own specification and written anew from its elements: what a file says is text in it.
    return Markup(tally_chart.drawn(tally_chart.interval_chart(tally), tally_chart.title(tally)))


def node_count(whole: int | None, node: Node) -> str:
    """The count of a station, and for an outcome its share of all profiles."""
    count = said(counted(node.count))
    share = fraction(node.count, whole)
    return f"{count} ({shown(share)})" if node.outcome and isinstance(share, float) else count
