"""A tally as three slides: what came out, where, and what would be lost. Each says one thing, as its title."""

import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.dml import MSO_PATTERN
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Emu, Inches, Pt

from tumorprofil.recommendation.tally import Row, Tally
from tumorprofil.report import numbers, outcomes, tally_content, tally_method, tally_words
from tumorprofil.report.tally_flow import BAR, WIDTH, Picture, flow, picture
from tumorprofil.report.tally_page import node_count
from tumorprofil.report.tally_values import counted, number, said, shown
from tumorprofil.terms import language
from tumorprofil.terms.language import translate

_WIDE, _HIGH = Inches(13.333), Inches(7.5)
_MARGIN = Inches(0.6)
_BODY = Emu(_WIDE - 2 * _MARGIN)
_FIRST = Inches(4.6)
_INK, _SOFT = "#1a2026", "#525c66"
# More rows than this cannot be read from the back of a room.
MOST_ROWS = 12
# So much text is two lines of 12 pt.
_LINES_OF_12 = 300
# So much text of 16 pt fills the last slide.
_LETTERS_OF_16 = 1100
_TITLE_ONLY = 5  # the layout of that name in the template that python-pptx brings


def write(tally: Tally, path: Path) -> None:
    """Write the slides, 16:9."""
    deck = _Deck(tally)
    deck.result()
    deck.groups()
    deck.lost()
    deck.deck.save(str(path))


class _Deck:
    """The slides while they are made."""

    def __init__(self, tally: Tally) -> None:
        self.tally = tally
        self.deck: Any = Presentation()
        self.deck.slide_width, self.deck.slide_height = _WIDE, _HIGH
        self.layout = self.deck.slide_layouts[_TITLE_ONLY]
        for place in list(self.layout.placeholders):
            if place.placeholder_format.idx:
                place._element.getparent().remove(place._element)  # date, footer and number of the 4:3 template
        title = self.layout.placeholders[0]
        title.left, title.top, title.width, title.height = _MARGIN, Inches(0.55), _BODY, Inches(1.1)
        known = self.deck.core_properties
        known.title, known.author = tally_words.title(tally.about), "Tumorprofil"
        known.last_modified_by, known.language = "Tumorprofil", language.current()
        known.subject = tally_words.version(tally.about)

    def slide(self, title: str) -> Any:
        slide = self.deck.slides.add_slide(self.layout)
        frame = slide.shapes.title.text_frame
        frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.MIDDLE
        _say(frame, title, 28, bold=True)
        if self.tally.about.synthetic:
            band = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, 0, 0, _WIDE, Inches(0.4))
            _fill(band, "#ffe8a1")
            _say(band.text_frame, translate("SYNTHETIC DATA: NO REAL PATIENT"), 14, bold=True, align=PP_ALIGN.CENTER)
        source = " ".join((tally_words.source(self.tally), *tally_words.departures(self.tally.about)))
        size = 12 if len(source) < _LINES_OF_12 else 10
        _text(slide, _MARGIN, Inches(6.87), _BODY, Inches(0.6), source, size, _SOFT)
        return slide

    def result(self) -> None:
        """How many profiles, and where they go."""
        slide = self.slide(tally_words.headline(self.tally))
        way = flow(self.tally)
        drawing = picture(way)
        if drawing is None:
            return
        _draw(slide, drawing)
        if way.suppressed:
            note = translate("Some of the numbers are not shown, so all widths are equal and say nothing.")
            _text(slide, _MARGIN, Inches(6.45), _BODY, Inches(0.4), note, 14, _SOFT)

    def groups(self) -> None:
        """The share filtered out in each group."""
        rows = [row for row in self.tally.rows if row.key]
        slide = self.slide(_share_sentence(self.tally.total))
        most = sorted(rows, key=lambda row: -(row.counts["profiles"] or 0))[:MOST_ROWS]
        shown_rows = [row for row in rows if row in most]
        self._table(slide, [*shown_rows, self.tally.total])
        notes = [tally_words.suppression(self.tally)]
        if len(rows) > len(shown_rows):
            notes.insert(
                0,
                translate("The {count} largest of {all} groups; the workbook holds all.").format(
                    count=numbers.whole(len(shown_rows)), all=numbers.whole(len(rows))
                ),
            )
        if text := " ".join(note for note in notes if note):
            _text(slide, _MARGIN, Inches(6.5), _BODY, Inches(0.35), text, 12, _SOFT)

    def _table(self, slide: Any, rows: Sequence[Row]) -> None:
        name = " · ".join(tally_words.column(column) for column in self.tally.by) or translate("Group")
        headings = [name, translate("Profiles"), outcomes.label("filtered_out"), translate("Share filtered out")]
        headings += [translate("95% interval (%)"), translate("Worst case")]
        height = Inches(0.34)
        shape = slide.shapes.add_table(
            len(rows) + 1, len(headings), _MARGIN, Inches(1.75), _BODY, height * (len(rows) + 1)
        )
        shape.name = translate("Share filtered out")
        table = shape.table
        for at, column in enumerate(table.columns):
            column.width = _FIRST if at == 0 else Emu(int((_BODY - _FIRST) / (len(headings) - 1)))
        for at, heading in enumerate(headings):
            _cell(table.cell(0, at), heading, bold=True, right=at > 0, heading=True)
        codes = ("profiles", "filtered_out", "share", "interval", "worst_case")
        for line, row in enumerate(rows, 1):
            _cell(table.cell(line, 0), _short(tally_words.group(self.tally, row.key)), bold=not row.key)
            for at, code in enumerate(codes, 1):
                _cell(table.cell(line, at), shown(number(row, code)), bold=not row.key, right=True)

    def lost(self) -> None:
        """What would be lost, and how it was counted."""
        slide = self.slide(tally_words.lost(self.tally))
        lines = [
            *([gaps] if (gaps := tally_words.lost_gaps(self.tally)) else []),
            *tally_words.rules(self.tally),
            *self._reasons(),
            *(f"{term}: {text}" for term, text in tally_method.method(self.tally)),
        ]
        size = 16 if sum(map(len, lines)) < _LETTERS_OF_16 else 13
        box = slide.shapes.add_textbox(_MARGIN, Inches(1.85), _BODY, Inches(4.9))
        frame = box.text_frame
        frame.word_wrap = True
        for at, line in enumerate(lines):
            paragraph = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
            paragraph.space_after = Pt(6)
            _run(paragraph, line, size, _INK)

    def _reasons(self) -> list[str]:
        """Why profiles are filtered out, with how many."""
        named = [
            f"{tally_content.reason(self.tally, criterion, outcome)} ({said(counted(count))})"
            for criterion, outcome, count in tally_content.reason_counts(self.tally)
            if outcome == "filtered_out"
        ]
        return [f"{outcomes.label('filtered_out')}: {'; '.join(named)}"] if named else []


def _share_sentence(total: Row) -> str:
    low_high = number(total, "interval")
    if not isinstance(low_high, tuple):
        return translate("The share filtered out is not shown.")
    return translate("{share} would be filtered out (95% interval {interval}), at worst {worst}.").format(
        share=shown(number(total, "share")), interval=shown(low_high), worst=said(number(total, "worst_case"))
    )


def _draw(slide: Any, drawing: Picture) -> None:
    """The flow as shapes that can be edited, behind their words."""
    scale = min(_BODY / WIDTH, Inches(4.7) / drawing.height)
    left, top = int(_MARGIN), int(Inches(1.8))
    hatched = drawing.flow.suppressed
    for band in drawing.bands:
        points = [(int(left + x * scale), int(top + y * scale)) for x, y in band.outline()]
        builder = slide.shapes.build_freeform(*points[0])
        builder.add_line_segments(points[1:], close=True)
        target = band.link.target
        look = outcomes.LOOKS.get(target)
        shape = builder.convert_to_shape()
        _fill(shape, "#dfe5ea" if look is None or hatched else look.tint, hatch=hatched or target == "undetermined")
        shape.name = f"{drawing.flow.node(band.link.source).words} → {drawing.flow.node(target).words}"
    whole = drawing.flow.node("all").count
    for bar in drawing.bars:
        x, y = int(left + bar.x * scale), int(top + bar.y * scale)
        height = max(int(bar.height * scale), int(Pt(1.5)))
        shape = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, x, y, int(BAR * scale), height)
        _fill(shape, outcomes.LOOKS[bar.node.outcome].fill if bar.node.outcome else _SOFT)
        shape.name = bar.node.words
        words, count = bar.node.words, node_count(whole, bar.node)
        at_x, at_y = bar.words_at
        if bar.node.outcome:
            place = (int(left + at_x * scale), int(top + at_y * scale) - int(Inches(0.12)))
            _text(
                slide,
                *place,
                int(_WIDE - place[0]),
                Inches(0.34),
                f"{count}  {words}" if bar.node.count is not None else f"{words}: {count}",
                16,
                _INK,
                bold=True,
            )
        else:
            above = at_y - 18 if bar.words_end else bar.y - 44
            place = (x, int(top + above * scale))
            _text(slide, *place, Inches(2.6), Inches(0.5), f"{words}\n{count}", 14, _INK)


def _fill(shape: Any, colour: str, hatch: bool = False) -> None:
    if hatch:
        shape.fill.patterned()
        shape.fill.pattern = MSO_PATTERN.WIDE_UPWARD_DIAGONAL
        shape.fill.fore_color.rgb, shape.fill.back_color.rgb = _rgb("#b8bfc6"), _rgb("#ffffff")
    else:
        shape.fill.solid()
        shape.fill.fore_color.rgb = _rgb(colour)
    shape.line.fill.background()
    shape.shadow.inherit = False


def _rgb(colour: str) -> RGBColor:
    return RGBColor(*bytes.fromhex(colour.removeprefix("#")))  # type: ignore[no-untyped-call]  # python-pptx types little


def _text(
    slide: Any, left: int, top: int, width: int, height: int, text: str, size: int, colour: str, bold: bool = False
) -> None:
    frame = slide.shapes.add_textbox(left, top, width, height).text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    for at, line in enumerate(text.split("\n")):
        _run(frame.paragraphs[0] if at == 0 else frame.add_paragraph(), line, size, colour, bold or at > 0)


def _say(frame: Any, text: str, size: int, bold: bool = False, align: Any = PP_ALIGN.LEFT) -> None:
    paragraph = frame.paragraphs[0]
    paragraph.alignment = align
    _run(paragraph, text, size, _INK, bold)


def _run(paragraph: Any, text: str, size: int, colour: str, bold: bool = False) -> None:
    run = paragraph.add_run()
    # PowerPoint cannot open a file with control characters in its XML.
    run.text = "".join(letter for letter in text if unicodedata.category(letter) not in ("Cc", "Cs", "Cn"))
    run.font.size, run.font.bold, run.font.color.rgb = Pt(size), bold, _rgb(colour)
    run._r.get_or_add_rPr().set("lang", "da-DK" if language.current() == "da" else "en-GB")


def _cell(cell: Any, text: str, bold: bool = False, right: bool = False, heading: bool = False) -> None:
    cell.margin_top = cell.margin_bottom = Inches(0.03)
    paragraph = cell.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
    _run(paragraph, text, 13, _INK, bold)
    cell.fill.solid()
    cell.fill.fore_color.rgb = _rgb("#e3e9ee" if heading else "#ffffff")


def _short(text: str) -> str:
    return text if len(text) <= 48 else text[:47] + "…"
