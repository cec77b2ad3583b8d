"""The text of a CombinedVariantOutput: sections between square brackets, each a list of keys or a table."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from tumorprofil.errors import Refusal
from tumorprofil.terms.language import translate

T = TypeVar("T")
Place = tuple[str, int]
_EMPTY = ("", "NA", "N/A")
_TITLE = re.compile(r"\[(.+)\]$")

KEYED: dict[str, tuple[str, ...]] = {
    "Analysis Details": ("Pair ID", "DNA Sample ID", "RNA Sample ID", "Output Date", "Pipeline Version"),
    "TMB": ("Total TMB",),
    "MSI": ("Usable MSI Sites", "Percent Unstable MSI Sites"),
}
# The headings up to the last one that every row fills; rows may end there.
TABLES: dict[str, tuple[str, ...]] = {
    "Gene Amplifications": ("Gene", "Fold Change"),
    "Splice Variants": ("Gene", "Affected Exon", "Breakpoint 1", "Breakpoint 2", "Splice Supporting Reads"),
    "Fusions": ("Gene Pair", "Breakpoint 1", "Breakpoint 2", "Fusion Supporting Reads"),
    "Small Variants": ("Gene", "Chromosome", "Genomic Position", "Reference Call", "Alternative Call",
                       "Allele Frequency", "Depth"),
}
# Told apart from the first cells alone where the line with the section's title is lost.
_OPENING = {headings[:2]: name for name, headings in TABLES.items()}


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line in the file, counted from 1, and its cells by heading; empty ones are left out."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Section:
    """One section: where its title stands, and the cells of its lines (blank lines and NA left out)."""

    name: str
    line: int
    lines: tuple[tuple[int, tuple[str, ...]], ...]

    def keys(self) -> dict[str, Row]:
        """A section of keys: each key that is given, as a row of one cell."""
        return {cells[0]: Row(line, {cells[0]: cells[1]}) for line, cells in self.lines
                if len(cells) > 1 and cells[1] not in _EMPTY}

    def rows(self) -> list[Row]:
        """A table's rows below its headings, as far as they reach."""
        if not self.lines:
            return []
        headings = self.lines[0][1]
        return [Row(line, {name: cell for name, cell in zip(headings, cells, strict=False) if cell not in _EMPTY})
                for line, cells in self.lines[1:]]

    def content(self) -> str:
        """What the section says, as one text; empty where it says nothing."""
        if self.name in KEYED:
            return "\n".join(f"{key}\t{row.cells[key]}" for key, row in self.keys().items())
        return "\n".join("\t".join(cells) for _, cells in self.lines[1:])


def split_sections(text: str) -> list[Section]:
    """The sections of a file in their order. Lines before the first title are passed over."""
    sections: list[tuple[str, int, list[tuple[int, tuple[str, ...]]]]] = []
    for number, line in enumerate(text.split("\n"), start=1):
        cells = tuple(cell.strip() for cell in line.split("\t"))
        while cells and not cells[-1]:
            cells = cells[:-1]
        title = _TITLE.fullmatch(cells[0]) if len(cells) == 1 else None
        opened = _OPENING.get(cells[:2])
        if title:
            sections.append((title.group(1), number, []))
        elif opened and (not sections or sections[-1][0] != opened):
            sections.append((opened, number, [(number, cells)]))
        elif sections and any(cell not in _EMPTY for cell in cells):
            sections[-1][2].append((number, cells))
    return [Section(name, line, tuple(lines)) for name, line, lines in sections]


def problems(file: str, text: str, sections: list[Section]) -> Iterator[Refusal]:
    """What is wrong with the form of a file: a section that stands twice, headings that lack, rows cut off."""
    seen: set[str] = set()
    for section in sections:
        if section.name in seen:
            yield Refusal(file, "file", translate("section [{name}] stands twice").format(name=section.name),
                          translate("Each section once; ask for the file again."), line=section.line)
        seen.add(section.name)
        if section.name in TABLES and section.lines:
            yield from _table_problems(file, section, _unended(text))
    if sections and sections[-1].name in TABLES and not _goes_on(sections[-1], text):
        yield Refusal(file, "file", translate("section [{name}] ends before its rows").format(name=sections[-1].name),
                      translate("Rows, or NA; the file may be cut off."), line=sections[-1].line)


def _goes_on(section: Section, text: str) -> bool:
    """Whether any line, be it blank, follows the headings; where none are found, the title."""
    opening = section.lines[0][0] if section.lines else section.line
    return text.count("\n") + (not text.endswith("\n")) > opening


def _unended(text: str) -> tuple[int, int] | None:
    """Line and number of cells of a last line that has no line end."""
    last = text[text.rfind("\n") + 1:]
    return (text.count("\n") + 1, last.count("\t") + 1) if last else None


def _table_problems(file: str, section: Section, unended: tuple[int, int] | None) -> Iterator[Refusal]:
    needed = TABLES[section.name]
    line, headings = section.lines[0]
    missing = [name for name in needed if name not in headings]
    if missing:
        yield Refusal(file, "file", translate("section [{name}] has no heading {missing}").format(
            name=section.name, missing=", ".join(missing)), translate("The headings of a CombinedVariantOutput."),
            line=line)
        return
    reach = max(headings.index(name) for name in needed) + 1
    for line, cells in section.lines[1:]:
        found = unended[1] if unended and unended[0] == line else len(cells)
        low = len(headings) if unended and unended[0] == line else reach
        if not low <= max(found, len(cells)) <= len(headings):
            yield Refusal(file, "row", translate("{found} cells in section [{name}]").format(
                found=found, name=section.name),
                translate("{low} to {high} cells; the file may be cut off.").format(low=reach, high=len(headings)),
                line=line, found=cells[0])


@dataclass(frozen=True, slots=True)
class Cells:
    """Converts the cells of one file's rows. A cell that is empty, or refused as a bad value, is None."""

    file: str
    refuse: Callable[[Refusal], None]

    def value(self, row: Row, heading: str, convert: Callable[[str], T], expected: str) -> T | None:
        """The cell by `convert`, which raises ValueError for what it cannot mean."""
        text = row.cells.get(heading)
        if text is None:
            return None
        try:
            return convert(text)
        except ValueError:
            self.refuse(Refusal(self.file, "value", translate("not a valid value"), expected, line=row.line,
                                column=heading, found=text))
            return None

    def count(self, row: Row, heading: str) -> int | None:
        """A number of reads, sites or bases."""
        return self.value(row, heading, count, translate("A whole number."))

    def measure(self, row: Row, heading: str) -> float | None:
        """A decimal number, 0 or more."""
        return self.value(row, heading, measure, translate("A number, such as 12.5."))

    def fraction(self, row: Row, heading: str) -> float | None:
        """A share from 0 to 1."""
        return self.value(row, heading, fraction, translate("A fraction from 0 to 1."))

    def day(self, row: Row, heading: str) -> date | None:
        """A date."""
        return self.value(row, heading, date.fromisoformat, translate("A date such as 2026-01-31."))

    def chromosome(self, row: Row, heading: str) -> str | None:
        """A chromosome, without chr."""
        return self.value(row, heading, chromosome, translate("A chromosome, such as chr7."))

    def place(self, row: Row, heading: str) -> Place | None:
        """Chromosome and position of a breakpoint."""
        return self.value(row, heading, place, translate("A place, such as chr7:55087058."))

    def exons(self, row: Row, heading: str) -> tuple[int | None, int | None]:
        """First and last exon; the last is None where there is one."""
        return self.value(row, heading, exons, translate("An exon, such as 14/21 or 2-7/28.")) or (None, None)


def count(text: str) -> int:
    """A number of reads or bases, 0 or more. Raises ValueError."""
    if not re.fullmatch(r"[0-9]{1,15}", text):
        raise ValueError(text)
    return int(text)


def measure(text: str) -> float:
    """A decimal number, 0 or more. Raises ValueError."""
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]{1,2})?", text):
        raise ValueError(text)
    return float(text)


def fraction(text: str) -> float:
    """A share from 0 to 1. Raises ValueError."""
    number = measure(text)
    if number > 1:
        raise ValueError(text)
    return number


def place(text: str) -> Place:
    """Chromosome without chr, and position. Raises ValueError."""
    name, _, position = text.rpartition(":")
    return chromosome(name), count(position)


def chromosome(text: str) -> str:
    """Chromosome without chr. Raises ValueError for what is no human chromosome."""
    name = text.removeprefix("chr")
    if not re.fullmatch(r"[1-9]|1[0-9]|2[0-2]|X|Y|M|MT", name):
        raise ValueError(text)
    return "MT" if name == "M" else name


def exons(text: str) -> tuple[int | None, int | None]:
    """First and last exon out of 14/21, 2-7/28 or 14; the last is None where there is one. Raises ValueError."""
    match = re.fullmatch(r"([0-9]{1,4})(?:-([0-9]{1,4}))?(?:/[0-9]{1,4})?", text)
    if not match:
        raise ValueError(text)
    return int(match.group(1)), int(match.group(2)) if match.group(2) else None
