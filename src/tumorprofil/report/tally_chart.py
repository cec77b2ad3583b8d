"""The share filtered out in each group, with its uncertainty, as one Vega-Lite specification for screen and print."""

import math
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

from tumorprofil.recommendation.tally import Row, Tally
from tumorprofil.report import outcomes
from tumorprofil.report.tally_values import number, shown
from tumorprofil.report.tally_words import group, groups, source
from tumorprofil.terms import language
from tumorprofil.terms.language import translate

Spec = dict[str, Any]
# More rows than this no longer make a picture; the table holds them.
MOST_ROWS = 40
INK = outcomes.LOOKS["filtered_out"].ink
_WORST_BAR = {"type": "bar", "size": 12, "color": "#c3c9cf", "stroke": "#7a838b"}
_FONT = "Liberation Sans, Arial, sans-serif"


def charted(tally: Tally) -> tuple[Row, ...]:
    """The rows that the chart shows, the total last; none where there are too many rows or nothing to compare.
    A row whose numbers are suppressed has no place in a picture."""
    rows = [row for row in tally.rows if row.key and row.interval]
    if not rows or len(tally.rows) > MOST_ROWS:
        return ()
    return (*rows, *((tally.total,) if tally.total.interval else ()))


def interval_chart(tally: Tally) -> Spec:
    """A dot for the share, a line for its exact 95 % interval, a bar on to the worst case; a diamond for the total."""
    rows = charted(tally)
    names = [
        translate("{group} (n = {count})").format(group=group(tally, row.key), count=shown(number(row, "profiles")))
        for row in rows
    ]
    last = len(rows) - 1
    # Whole steps of 10 %, so that charts of different tallies are read alike.
    steps = min(10, math.floor(10 * max((_end(row) for row in rows), default=0)) + 1)
    return {
        "title": {"text": title(tally), "subtitle": source(tally), "anchor": "start"},
        "description": title(tally),
        # Room for a browser whose letters are wider than those that the names are measured in.
        "padding": {"left": 5 + max(map(len, names), default=0), "right": 12, "top": 5, "bottom": 5},
        "width": 700,
        "height": {"step": 24},
        "data": {"values": [_values(row, at) for at, row in enumerate(rows)]},
        # Names reach the axis as data: as part of an expression, what a file says could be code.
        "params": [{"name": "names", "value": names}],
        "layer": [
            _layer(_WORST_BAR, "share", "worst", "datum.worst > datum.share"),
            _layer({"type": "rule", "strokeWidth": 2, "color": INK}, "low", "high"),
            *([_total_line(tally.total)] if rows and not rows[last].key else []),
            _layer({"type": "tick", "thickness": 2, "size": 9, "color": INK}, "low"),
            _layer({"type": "tick", "thickness": 2, "size": 9, "color": INK}, "high"),
            _dots(),
        ],
        "encoding": {"x": _share_axis(steps), "y": _names_axis(last, bool(rows) and not rows[last].key)},
        "config": {"font": _FONT, "view": {"stroke": None}, "axis": {"labelFontSize": 14, "titleFontSize": 14}},
    }


def _end(row: Row) -> float:
    return max(row.interval[1] if row.interval else 0, row.worst_case or 0)


def title(tally: Tally) -> str:
    """The heading of the chart, with its unit."""
    return translate("Share filtered out by {groups} (%)").format(groups=groups(tally))


def _values(row: Row, at: int) -> Mapping[str, Any]:
    low, high = row.interval or (None, None)
    return {"at": at, "share": row.share, "low": low, "high": high, "worst": row.worst_case, "total": not row.key}


def _layer(mark: Mapping[str, Any], start: str, end: str = "", where: str = "") -> Spec:
    layer: Spec = {"mark": mark, "encoding": {"x": {"field": start}, **({"x2": {"field": end}} if end else {})}}
    return {**layer, "transform": [{"filter": where}]} if where else layer


def _share_axis(steps: int) -> Spec:
    percent = "' %'" if language.current() == "da" else "'%'"
    ticks = [step / 10 for step in range(steps + 1)]
    axis = {"labelExpr": f"format(datum.value * 100, '.0f') + {percent}", "values": ticks, "labelFlush": False}
    return {
        "scale": {"domain": [0, ticks[-1]]},
        "type": "quantitative",
        "title": translate("Share filtered out"),
        "axis": {**axis, "titleFontWeight": "normal", "titlePadding": 8},
    }


def _names_axis(last: int, has_total: bool) -> Spec:
    axis: Spec = {"labelExpr": "names[datum.value]", "labelLimit": 420, "ticks": False, "domain": False}
    if has_total:
        bold = {"test": f"datum.value === {last}", "value": "bold"}
        axis["labelFontWeight"] = {"condition": bold, "value": "normal"}
    # The order is given, since a layer that leaves rows out would change it.
    scale = {"domain": list(range(last + 1))}
    return {"field": "at", "type": "ordinal", "title": None, "scale": scale, "axis": {**axis, "labelPadding": 8}}


def _dots() -> Spec:
    shape = {"condition": {"test": "datum.total", "value": "diamond"}, "value": "circle"}
    mark = {"type": "point", "filled": True, "opacity": 1, "size": 90, "color": INK}
    return {"mark": mark, "encoding": {"x": {"field": "share"}, "shape": shape}}


def _total_line(total: Row) -> Spec:
    mark = {"type": "rule", "strokeDash": [4, 3], "color": INK, "opacity": 0.6}
    data = {"values": [{"share": total.share}]}
    return {"mark": mark, "data": data, "encoding": {"x": {"field": "share"}, "y": None}}


def drawn(spec: Spec, name: str) -> str:
    """The chart as SVG to stand inside a page that says its title itself; `name` is what a screen reader reads.

    Nothing is fetched to draw it, and nothing in it asks for a style that the page forbids."""
    # Imported here: the renderer is large, and only a page with a chart needs it.
    import vl_convert

    body = {key: value for key, value in spec.items() if key != "title"}
    svg = ElementTree.fromstring(vl_convert.vegalite_to_svg(body, allowed_base_urls=[]))
    for element in svg.iter():
        element.tag = element.tag.rpartition("}")[2]
        for attribute in list(element.attrib):
            if attribute in ("style", "role", "class") or attribute.startswith("aria-"):
                del element.attrib[attribute]
    svg.attrib.update({"role": "img", "aria-label": name})
    return ElementTree.tostring(svg, encoding="unicode")
