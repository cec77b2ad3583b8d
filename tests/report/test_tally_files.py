"""A tally as a file: what goes in comes out again, and nothing that is hidden."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation
from python_calamine import CalamineWorkbook

from tests.report import tally_examples as examples
from tumorprofil.errors import UsageError
from tumorprofil.recommendation.tally import flat
from tumorprofil.report.tally import FORMATS, Tally, publish, text, wrap
from tumorprofil.report.tally_text import guarded
from tumorprofil.terms import language
from tumorprofil.terms.language import translate


def workbook(tally: Tally, folder: Path) -> dict[str, list[list[Any]]]:
    file = folder / "tally.xlsx"
    tally.save(file)
    book = CalamineWorkbook.from_path(str(file))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def slides(tally: Tally, folder: Path) -> Any:
    file = folder / "tally.pptx"
    tally.save(file)
    return Presentation(str(file))


def slide_texts(deck: Any) -> list[str]:
    found = []
    for slide in deck.slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                found.append(shape.text_frame.text)
            if shape.has_table:
                found += [cell.text for row in shape.table.rows for cell in row.cells]
    return found


def comma(tally: Tally) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text(tally, "csv"))))


@pytest.mark.parametrize("make", examples.ALL)
@pytest.mark.parametrize("spoken", language.LANGUAGES)
@pytest.mark.parametrize("ending", FORMATS)
def test_every_kind_of_tally_is_saved_by_the_ending_of_its_name(
    make: Callable[[], Tally], spoken: str, ending: str, tmp_path: Path
) -> None:
    with language.use(spoken):
        make().save(tmp_path / f"tally{ending}")
    assert (tmp_path / f"tally{ending}").stat().st_size > 100


def test_an_unknown_ending_is_said_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"use one of \.html"):
        examples.by_centre().save(tmp_path / "tally.doc")
    assert list(tmp_path.iterdir()) == []


def test_a_tally_that_is_wrapped_again_is_the_same() -> None:
    assert wrap(examples.by_centre()) == examples.by_centre()


def test_json_is_what_the_tally_says_of_itself(tmp_path: Path) -> None:
    tally = examples.by_centre()
    tally.save(tmp_path / "tally.json")
    assert json.loads((tmp_path / "tally.json").read_text(encoding="utf-8")) == tally.to_dict()


def test_csv_has_the_codes_as_headings_and_the_rows_and_the_total() -> None:
    tally = examples.by_centre()
    lines = comma(tally)
    assert list(lines[0]) == list(flat(tally.record(tally.total)))
    assert [line["centre"] for line in lines] == ["AAUH", "RH", guarded(examples.HOSTILE), "unknown", "total"]
    assert [int(line["filtered_out"]) for line in lines] == [242, 301, 6, 4, 553]
    assert float(lines[0]["filtered_out_share"]) == 242 / 1141


def test_csv_opens_in_excel_with_danish_letters(tmp_path: Path) -> None:
    examples.made(("centre",), {("Sønderjylland",): examples.counts(5, 0, 1, 0, 0)}).save(tmp_path / "tally.csv")
    assert (tmp_path / "tally.csv").read_bytes().startswith(b"\xef\xbb\xbfcentre,")
    assert "Sønderjylland" in (tmp_path / "tally.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("make", examples.ALL)
def test_no_cell_of_a_csv_is_empty(make: Callable[[], Tally]) -> None:
    assert all(cell for line in comma(make()) for cell in line.values())


def test_a_csv_without_groups_counts_nothing_twice() -> None:
    assert len(comma(examples.without_groups())) == 1


def test_csv_says_why_there_is_no_number() -> None:
    hidden = comma(examples.suppressed())
    assert (hidden[0]["filtered_out"], hidden[0]["filtered_out_ci_low"]) == ("suppressed", "suppressed")
    assert comma(examples.not_recorded())[0]["lost_treated"] == "not_recorded"
    assert comma(examples.not_recorded())[0]["patients"] == "not_recorded"
    assert comma(examples.out_of_scope())[1]["filtered_out_share"] == "not_applicable"


def test_yes_and_no_are_written_as_programs_write_them() -> None:
    tally = examples.made(("rare",), {(flag,): examples.counts(5, 0, 1, 0, 0) for flag in (True, False)})
    assert [line["rare"] for line in comma(tally)] == ["true", "false", "total"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "\n="])
def test_no_text_becomes_a_formula(start: str) -> None:
    assert guarded(f"{start}1").startswith("'")


def test_the_workbook_holds_numbers_and_its_texts_are_no_formulas(tmp_path: Path) -> None:
    sheets = workbook(examples.by_centre(), tmp_path)
    assert list(sheets) == ["Tally", "Reasons", "Formal requirements", "About"]
    heading, first, _, hostile, unknown, total = sheets["Tally"][:6]
    assert heading[0] == "Centre"
    assert first[:4] == ["Aalborg Universitetshospital", 1141, 1140, 736]
    assert first[heading.index("Share filtered out: best case")] == pytest.approx(242 / 1141)
    assert first[heading.index("Share filtered out: 95% interval, lower")] == pytest.approx(0.1888, abs=1e-4)
    assert hostile[0] == examples.HOSTILE
    assert unknown[0] == "unknown"
    assert (total[0], total[1]) == ("Total", 3223)


def test_the_workbook_says_what_it_is(tmp_path: Path) -> None:
    said = {line[0]: line[1] for line in workbook(examples.by_centre(), tmp_path)["About"]}
    assert said["Version"] == "Version 2026.1, draft"
    assert said["Freeze"] == "syn-2026-11-24"
    assert said["Made"] == "24 November 2026"
    assert said["Performance status (ECOG) above which only the best tiers are presented"] == "1"
    assert "SYNTHETIC DATA: NO REAL PATIENT" in said


def test_the_workbook_holds_reasons_and_what_is_missing(tmp_path: Path) -> None:
    sheets = workbook(examples.by_centre(), tmp_path)
    assert sheets["Formal requirements"][1][:2] == ["The patient's identity", 5]
    assert ["Haematological cancer", "Manual review", 106] in sheets["Reasons"]


def test_the_slides_say_one_thing_each_as_their_title(tmp_path: Path) -> None:
    titles = [slide.shapes.title.text_frame.text for slide in slides(examples.by_centre(), tmp_path).slides]
    assert titles == [
        "Of 3,223 profiles, 2,224 would be presented and 553 filtered out; 251 cannot be determined.",
        "17.2% would be filtered out (95% interval 15.9–18.5), at worst 24.9%.",
        "Of those filtered out, 102 had a proposed treatment, 51 were treated and 19 responded.",
    ]


@pytest.mark.parametrize("make", examples.ALL)
def test_nothing_lies_outside_a_slide_or_beneath_its_title(make: Callable[[], Tally], tmp_path: Path) -> None:
    deck = slides(make(), tmp_path)
    assert deck.slide_width / deck.slide_height == pytest.approx(16 / 9, abs=0.001)
    for slide in deck.slides:
        title = slide.shapes.title
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.top >= 0
            assert shape.left + shape.width <= deck.slide_width
            assert shape.top + shape.height <= deck.slide_height
            band = shape.top + shape.height <= title.top
            assert shape.shape_id == title.shape_id or band or shape.top >= title.top + title.height


def test_every_slide_says_synthetic_where_the_data_is(tmp_path: Path) -> None:
    for tally, expected in ((examples.by_centre(), 3), (examples.by_centre(synthetic=False), 0)):
        found = slide_texts(slides(tally, tmp_path))
        assert found.count(translate("SYNTHETIC DATA: NO REAL PATIENT")) == expected


def test_a_slide_shows_the_largest_groups_and_says_that_there_are_more(tmp_path: Path) -> None:
    many = examples.made(("centre",), {(f"C{at}",): examples.counts(50 + at, 0, 5, 0, 0) for at in range(20)})
    found = slide_texts(slides(many, tmp_path))
    assert "C19" in found
    assert "C7" not in found
    assert any("The 12 largest of 20 groups" in text for text in found)


def test_control_characters_do_not_spoil_the_slides(tmp_path: Path) -> None:
    tally = examples.made(("centre",), {("A\x00\x0bB",): examples.counts(50, 0, 5, 0, 0)})
    assert "AB" in slide_texts(slides(tally, tmp_path))


@pytest.mark.parametrize("spoken", language.LANGUAGES)
def test_nothing_that_is_suppressed_stands_in_any_file(spoken: str, tmp_path: Path) -> None:
    tally = examples.suppressed()
    with language.use(spoken):
        written = [text(tally, kind) for kind in ("csv", "json", "table", "html")]
        written.append(
            "\n".join(str(cell) for rows in workbook(tally, tmp_path).values() for row in rows for cell in row)
        )
        written += slide_texts(slides(tally, tmp_path))
    found = [number for number in examples.hidden() for part in written if examples.tells(part, number)]
    assert found == []


def test_the_numbers_that_are_sought_are_found_where_they_are_not_hidden() -> None:
    assert len(examples.hidden()) > 10
    for kind in ("csv", "html"):
        shown = text(examples.before_suppression(), kind)
        assert all(examples.tells(shown, number) for number in examples.hidden())


def test_a_published_tally_can_still_be_saved(tmp_path: Path) -> None:
    told = publish(examples.by_centre(), 5)
    assert isinstance(told, Tally)
    told.save(tmp_path / "tally.html")
    assert "is below 5" in (tmp_path / "tally.html").read_text(encoding="utf-8")


def test_the_table_for_a_terminal_has_its_numbers_below_each_other() -> None:
    lines = text(examples.by_centre(), "table").splitlines()
    heading = next(line for line in lines if line.startswith("Centre"))
    assert "Profiles" in heading
    end = heading.index("Profiles") + len("Profiles")
    body = [line for line in lines if line.startswith(("Aalborg", "Rigs", "unknown", "Total"))]
    assert [line[:end].split()[-1] for line in body] == ["1,141", "2,034", "37", "3,223"]
    assert all(line[end - 1].isdigit() for line in body)


def test_the_table_for_a_terminal_explains_what_it_hides() -> None:
    assert "# stands for a number that is not shown" in text(examples.suppressed(), "table")


def test_a_control_character_cannot_move_the_cursor_of_a_terminal() -> None:
    tally = examples.made(("centre",), {("A\x1b[2J",): examples.counts(50, 0, 5, 0, 0)})
    assert "\x1b" not in text(tally, "table")


@pytest.mark.parametrize("spoken", language.LANGUAGES)
@pytest.mark.parametrize("make", [make for make in examples.ALL if make is not examples.suppressed])
def test_the_table_for_a_terminal_fits_and_says_what_it_is(make: Callable[[], Tally], spoken: str) -> None:
    with language.use(spoken):
        lines = text(make(), "table").splitlines()
        state = translate("draft")
        synthetic = translate("SYNTHETIC DATA: NO REAL PATIENT")
    assert max(map(len, lines)) <= 120
    said = " ".join(lines[: lines.index("")])
    assert all(part in said for part in ("2026.1", state, "syn-2026-11-24", synthetic))
    assert "\u00ad" not in "".join(lines)


def test_the_table_for_a_terminal_says_settings_and_losses_in_words() -> None:
    said = " ".join(text(examples.by_centre(reworded=True), "table").split())
    assert "Departs from the document: Performance status (ECOG) above which" in said
    assert "Own wording" in said
    assert "Filtered out 17.2% (95% interval 15.9–18.5); at worst 24.9%. Of those filtered out, 102 had" in said
    assert "Patients" not in said


def test_a_long_name_is_shortened_in_the_table_for_a_terminal_and_the_rest_of_its_group_is_kept() -> None:
    tally = examples.made(("centre", "year"), {("A" * 90, 2025): examples.counts(50, 0, 5, 0, 0)})
    line = next(line for line in text(tally, "table").splitlines() if line.startswith("AAA"))
    assert "… · 2025 " in line


def test_the_workbook_says_departures_and_what_was_refused_and_has_no_soft_hyphens(tmp_path: Path) -> None:
    tally = examples.by_centre(reworded=True, refused_values=17)
    with language.use("da"):
        sheets = workbook(tally, tmp_path)
    assert "\u00ad" not in "".join(str(cell) for rows in sheets.values() for row in rows for cell in row)
    about = workbook(tally, tmp_path)["About"]
    departures = [line[1] for line in about if line[0] == "Departures"]
    assert departures[0].startswith("Departs from the document: Performance status (ECOG)")
    assert departures[1].startswith("Own wording")
    assert ["Missing data", "17 values could not be read and count as unknown."] in [line[:2] for line in about]
    assert ["PS above 1 without tier I-A to II-B", "Filtered out", 553] in workbook(tally, tmp_path)["Reasons"]


def test_every_slide_says_in_what_it_departs_from_the_document(tmp_path: Path) -> None:
    found = slide_texts(slides(examples.by_centre(reworded=True), tmp_path))
    assert sum("Departs from the document" in text and "Own wording" in text for text in found) == 3
    assert "Filtered out: PS above 1 without tier I-A to II-B (553)" in "\n".join(found)
