"""A tally as a workbook, in the language that is shown. Nothing in it is a formula: what a file says stays text."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]  # ships no types

from tumorprofil.recommendation.tally import Row, Tally
from tumorprofil.report import outcomes, tally_content, tally_method, tally_words
from tumorprofil.report.tally_values import Column, Number, Unsaid, columns, counted, fraction, number, plain, shown
from tumorprofil.terms import language
from tumorprofil.terms.language import translate

_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_WIDEST = 60


class _Book:
    """The workbook while it is written: its formats, and one way to write a cell."""

    def __init__(self, path: Path, synthetic: bool) -> None:
        self.book = xlsxwriter.Workbook(str(path), _OPTIONS)
        self.synthetic = synthetic
        percent = "0.0 %" if language.current() == "da" else "0.0%"
        self.formats: dict[str, Any] = {
            "heading": self._format(bold=True, text_wrap=True, valign="bottom", bottom=1),
            "text": self._format(valign="top"),
            "wrapped": self._format(valign="top", text_wrap=True),
            "bold": self._format(bold=True, valign="top"),
            "count": self._format(num_format="#,##0", align="right", valign="top"),
            "plain": self._format(num_format="0", align="left", valign="top"),
            "share": self._format(num_format=percent, align="right", valign="top"),
            "unsaid": self._format(italic=True, font_color="#525c66", align="right", valign="top"),
            "unknown": self._format(italic=True, font_color="#525c66", valign="top"),
            "count total": self._format(num_format="#,##0", align="right", bold=True, top=1),
            "share total": self._format(num_format=percent, align="right", bold=True, top=1),
            "text total": self._format(bold=True, top=1),
            "unsaid total": self._format(italic=True, font_color="#525c66", align="right", top=1),
        }

    def _format(self, **properties: object) -> Any:
        return self.book.add_format(properties)

    def sheet(self, name: str, headings: Sequence[str], widths: Sequence[float]) -> Any:
        """A new sheet with a heading row that stays in view, printed on one page's width."""
        sheet = self.book.add_worksheet(name)
        for at, heading in enumerate(headings):
            self.say(sheet, 0, at, heading, self.formats["heading"])
        for at, width in enumerate(widths):
            sheet.set_column(at, at, width)
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        if self.synthetic:
            sheet.set_header("&C&B" + translate("SYNTHETIC DATA: NO REAL PATIENT"))
        return sheet

    def say(self, sheet: Any, row: int, at: int, text: str, format: Any) -> None:
        """A text as a text."""
        sheet.write_string(row, at, plain(text), format)

    def put(self, sheet: Any, row: int, at: int, value: Number, kind: str, total: bool = False) -> None:
        """A number as a number; why there is none, as text."""
        suffix = " total" if total else ""
        if isinstance(value, Unsaid):
            self.say(sheet, row, at, shown(value), self.formats["unsaid" + suffix])
        elif not isinstance(value, tuple):
            sheet.write_number(row, at, value, self.formats[kind + suffix])


def write(tally: Tally, path: Path) -> None:
    """Write the workbook: the tally, the reasons, the formal requirements, and what it is all about."""
    book = _Book(path, tally.about.synthetic)
    title = tally_words.title(tally.about)
    book.book.set_properties({"title": title, "author": "Tumorprofil", "comments": tally_words.version(tally.about)})
    _tally_sheet(book, tally)
    _reasons_sheet(book, tally)
    _formal_sheet(book, tally)
    _about_sheet(book, tally)
    book.book.close()


def _tally_sheet(book: _Book, tally: Tally) -> None:
    listed = [each for column in columns(tally) for each in _ends(column)]
    keys = [tally_words.column(name) for name in tally.by] or [translate("Group")]
    rows = [row for row in tally.rows if row.key]
    labels = [[tally_words.word(tally, name, row.key[at]).text for row in rows] for at, name in enumerate(tally.by)]
    widths = [min(_WIDEST, max(14, *(len(text) + 2 for text in texts), 0)) for texts in labels] or [14]
    sheet = book.sheet(
        translate("Tally"), [*keys, *(heading for _, heading, _ in listed)], [*widths, *[14] * len(listed)]
    )
    for at, row in enumerate((*rows, tally.total), 1):
        for place in range(len(keys)):
            _key(book, sheet, at, place, tally, row)
        for place, (column, _, end) in enumerate(listed, len(keys)):
            value = number(row, column.code)
            value = value[end] if isinstance(value, tuple) else value
            book.put(sheet, at, place, value, "count" if column.kind == "count" else "share", not row.key)
    if rows:
        # The total stays below whatever is filtered.
        sheet.autofilter(0, 0, len(rows), len(keys) + len(listed) - 1)
    if note := tally_words.suppression(tally):
        book.say(sheet, len(rows) + 3, 0, note, book.formats["text"])


def _ends(column: Column) -> Iterable[tuple[Column, str, int]]:
    """An interval is two columns: its lower and its upper end."""
    under = f"{translate(column.under)}: " if column.under else ""
    if column.kind != "interval":
        text = translate(column.heading)
        return ((column, under + (text.lower() if under else text), 0),)
    ends = (translate("95% interval, lower"), translate("95% interval, upper"))
    return tuple((column, under + text, at) for at, text in enumerate(ends))


def _key(book: _Book, sheet: Any, at: int, place: int, tally: Tally, row: Row) -> None:
    if not row.key:
        book.say(sheet, at, place, "" if place else translate("Total"), book.formats["text total"])
        return
    name, value = tally.by[place], row.key[place]
    if name == "year" and isinstance(value, int):
        sheet.write_number(at, place, value, book.formats["plain"])
        return
    word = tally_words.word(tally, name, value)
    book.say(sheet, at, place, word.text, book.formats["unknown" if word.unknown else "text"])


def _reasons_sheet(book: _Book, tally: Tally) -> None:
    headings = (translate("Reason"), translate("Outcome"), translate("Profiles"))
    sheet = book.sheet(translate("Reasons"), headings, (90, 22, 14))
    found = tally_content.reason_counts(tally)
    for at, (criterion, outcome, count) in enumerate(found, 1):
        book.say(sheet, at, 0, tally_content.reason(tally, criterion, outcome), book.formats["wrapped"])
        book.say(sheet, at, 1, outcomes.label(outcome), book.formats["text"])
        book.put(sheet, at, 2, counted(count), "count")
    book.say(sheet, len(found) + 2, 0, tally_content.reasons_table(tally).caption, book.formats["wrapped"])


def _formal_sheet(book: _Book, tally: Tally) -> None:
    headings = (translate("Formal requirement"), translate("Profiles that lack it"), translate("Share"))
    sheet = book.sheet(translate("Formal requirements"), headings, (70, 24, 14))
    whole = tally.total.counts["profiles"]
    for at, (name, count) in enumerate(tally.missing.items(), 1):
        book.say(sheet, at, 0, tally_words.criterion(tally.about, name), book.formats["wrapped"])
        book.put(sheet, at, 1, counted(count), "count")
        book.put(sheet, at, 2, fraction(count, whole), "share")
    book.say(sheet, len(tally.missing) + 2, 0, tally_method.formal_note(tally), book.formats["wrapped"])


def _about_sheet(book: _Book, tally: Tally) -> None:
    about = tally.about
    sheet = book.sheet(translate("About"), (tally_words.title(about), ""), (60, 90))
    band = [(translate("SYNTHETIC DATA: NO REAL PATIENT"), "")] if about.synthetic else []
    lines = [
        *band,
        (translate("Version"), tally_words.version(about)),
        *((translate("Departures"), text) for text in tally_words.departures(about)),
        (translate("What was asked"), tally_words.question(tally)),
        (
            translate("Result"),
            " ".join((f"{tally_words.counts(tally)}.", tally_words.share(tally), tally_words.lost(tally))),
        ),
        *((translate("Rule"), text) for text in tally_words.rules(tally)),
        *tally_method.method(tally),
        *tally_method.provenance(tally),
        *tally_words.settings(about),
    ]
    for at, (term, text) in enumerate(lines, 1):
        book.say(sheet, at, 0, term, book.formats["bold"])
        book.say(sheet, at, 1, text, book.formats["wrapped"])
