"""What the page of a tally says, read as text."""

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape

import pytest

from tests.report import tally_examples as examples
from tumorprofil.recommendation.tally import LOST, Row
from tumorprofil.report import outcomes, tally_method, tally_words
from tumorprofil.report.tally import Tally, text
from tumorprofil.report.tally_chart import charted, drawn, interval_chart
from tumorprofil.terms import language
from tumorprofil.terms.language import translate


def page(tally: Tally) -> str:
    return text(tally, "html")


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.S)).split())


def rows(html: str, table: str) -> list[list[str]]:
    """The cells of a table's body, its total last."""
    found = re.search(rf'<caption id="{table}".*?</table>', html, flags=re.S)
    assert found
    lines = re.findall(r"<tr>(.*?)</tr>", found[0].split("</thead>")[1], flags=re.S)
    cells = [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", line, flags=re.S) for line in lines]
    return [[words(cell) for cell in line] for line in cells]


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("outcome", outcomes.LOOKS)
def test_text_in_every_outcome_colour_can_be_read_on_white_and_on_its_own_tint(outcome: str) -> None:
    look = outcomes.LOOKS[outcome]
    for ground in ("#ffffff", look.tint):
        assert (luminance(ground) + 0.05) / (luminance(look.ink) + 0.05) >= 4.5


@pytest.mark.parametrize("make", examples.ALL)
@pytest.mark.parametrize("spoken", language.LANGUAGES)
def test_every_kind_of_tally_becomes_a_page_that_says_draft_and_synthetic(
    make: Callable[[], Tally], spoken: str
) -> None:
    with language.use(spoken):
        html = page(make())
        assert f'<html lang="{spoken}">' in html
        assert f'<span class="state draft">{translate("draft")}</span>' in html
        assert translate("SYNTHETIC DATA: NO REAL PATIENT") in html
        assert "<script" not in html
        assert "None" not in words(html)


def test_real_data_is_not_called_synthetic() -> None:
    assert "SYNTHETIC" not in page(examples.by_centre(synthetic=False))


def test_the_table_holds_the_numbers_of_the_tally_in_danish() -> None:
    with language.use("da"):
        first, *_, unknown, total = rows(page(examples.by_centre()), "groups-table")
    assert first[:4] == ["Aalborg Universitetshospital", "1.141", "1.140", "736"]
    assert "21,2 %" in first
    assert "18,9–23,7" in first
    assert unknown[1:3] == ["37", "36"]
    assert total[1] == "3.223"


def test_the_table_holds_the_numbers_of_the_tally_in_english() -> None:
    first, *_ = rows(page(examples.by_centre()), "groups-table")
    assert first == [
        "Aalborg Universitetshospital", "1,141", "1,140", "736", "242", "90", "61", "12",
        "21.2%", "18.9–23.7", "29.1%", "40", "18", "7",
    ]  # fmt: skip


def test_groups_are_said_in_words_and_the_unknown_in_grey_italics() -> None:
    html = page(examples.by_centre())
    assert "Rigshospitalet" in html
    assert '<th scope="row" class="name unknown">unknown</th>' in html


def test_the_outcomes_are_large_with_their_share_of_all_profiles() -> None:
    text = words(page(examples.by_centre()))
    assert "Filtered out 553 17.2%" in text
    assert "Result: 3,223 profiles from 3,219 patients" in text


def test_what_would_have_been_lost_is_said() -> None:
    assert "Of those filtered out, 102 had a proposed treatment, 51 were treated and 19 responded." in words(
        page(examples.by_centre())
    )


def test_a_source_that_keeps_no_treatment_says_so_and_shows_no_zero_instead() -> None:
    tally = examples.not_recorded()
    text = words(page(tally))
    assert "is not recorded in the source" in text
    assert "Proposed treatment" not in text
    assert "Result: 500 profiles" in text
    assert not re.search(r"(?<!\w)-1(?!\w)", text)
    assert rows(page(tally), "groups-table")[0][2] == "cannot be added up"


def test_where_some_groups_do_not_record_it_the_sum_says_so() -> None:
    tally = examples.by_centre()
    first = tally.rows[0]
    partly = replace(tally, rows=(replace(first, counts={**first.counts, **dict.fromkeys(LOST, -1)}), *tally.rows[1:]))
    assert "In 1 of 4 groups this is not fully recorded" in words(page(partly))


def test_no_profile_filtered_out_is_said_plainly() -> None:
    tally = examples.made(("centre",), {("RH",): examples.counts(10, 0, 0, 0, 0)})
    assert "No profile would have been filtered out." in words(page(tally))


def test_a_tally_of_nothing_draws_no_picture() -> None:
    html = page(examples.empty())
    assert "There is no profile to count." in html
    assert 'class="flow"' not in html
    assert "not applicable" in words(html)


def test_profiles_outside_the_recommendation_are_shown_beside_the_others() -> None:
    html = page(examples.out_of_scope())
    assert "in none of these numbers: 4,321 profiles" in words(html)
    assert rows(html, "groups-table")[-1][1] == "300"
    assert "Outside the recommendation" not in page(examples.by_centre())


def test_the_settings_stand_in_the_rule_as_they_were_asked() -> None:
    text = words(page(examples.by_centre()))
    assert "Above performance status 1 only tiers I-A to II-B are presented." in text
    assert "Above performance status 2" not in text


def test_a_requirement_is_called_by_its_own_words_though_a_setting_shares_its_name() -> None:
    assert ["The consent field", "19", "0.6%"] in rows(page(examples.by_centre()), "formal-table")


def test_formal_requirements_say_whether_they_decide() -> None:
    assert "Old profiles were never asked for these." in page(examples.by_centre())
    assert "is counted as returned" in page(examples.applied())
    ignored = replace(examples.by_centre(formal="ignore"), missing={})
    assert 'id="formal-table"' not in page(ignored)
    assert "The formal requirements were not looked at." in page(ignored)


def test_reasons_are_summed_over_the_groups() -> None:
    listed = rows(page(examples.by_centre()), "reasons-table")
    assert ["Filtered out", "PS above 1 without tier I-A to II-B", "553"] in listed


def test_what_is_not_known_is_counted() -> None:
    listed = rows(page(examples.by_centre()), "unknown-table")
    assert listed[0] == ["Undetermined", "251", "7.8%"]
    assert listed[-1] == ["Centre: unknown", "37", "1.1%"]


def test_years_are_said_where_the_tally_is_split_by_year() -> None:
    text = words(page(examples.by_centre_and_year()))
    assert "Counted by centre and year. Years 2024–2025." in text
    assert len(rows(page(examples.by_centre_and_year()), "groups-table")) == 5


def test_a_tally_without_groups_has_its_total_only() -> None:
    assert len(rows(page(examples.without_groups()), "groups-table")) == 1


def test_what_a_file_says_cannot_become_markup_or_code() -> None:
    html = page(examples.by_centre())
    assert "<b>" not in html
    assert "&lt;b&gt;" in html


@pytest.mark.parametrize("spoken", language.LANGUAGES)
def test_nothing_that_is_suppressed_stands_on_the_page(spoken: str) -> None:
    with language.use(spoken):
        html = page(examples.suppressed())
    assert [number for number in examples.hidden() if examples.tells(html, number)] == []


def test_a_suppressed_number_is_a_sign_that_is_explained() -> None:
    html = page(examples.suppressed())
    assert set(rows(html, "groups-table")[1][1:]) == {"#"}
    assert "# stands for a number that is not shown: it is below 5" in words(html)
    assert "#" not in words(page(examples.by_centre()))


def test_the_chart_leaves_out_what_is_suppressed() -> None:
    charted_rows = charted(examples.suppressed())
    assert [row.key for row in charted_rows] == [("AUH",)]


@pytest.mark.parametrize("make", [examples.empty, examples.without_groups])
def test_there_is_no_chart_where_there_is_nothing_to_compare(make: Callable[[], Tally]) -> None:
    assert charted(make()) == ()


def test_there_is_no_chart_of_more_rows_than_make_a_picture() -> None:
    many = examples.made(("centre",), {(f"C{at}",): examples.counts(50, 0, 5, 0, 0) for at in range(41)})
    assert charted(many) == ()
    assert 'id="chart"' not in page(many)


def test_the_chart_holds_the_shares_of_the_tally_and_its_total() -> None:
    tally = examples.by_centre()
    shown = interval_chart(tally)["data"]["values"]
    assert [row["share"] for row in shown] == [row.share for row in (*tally.rows, tally.total)]
    assert [row["worst"] for row in shown] == [row.worst_case for row in (*tally.rows, tally.total)]


def test_the_chart_is_drawn_in_the_order_of_the_table() -> None:
    with language.use("da"):
        svg = drawn(interval_chart(examples.by_centre()), "chart")
    names = re.findall(r">([^<>]*\(n = [^<>]*)<", svg)
    assert [name.split(" (")[0] for name in names][:2] == ["Aalborg Universitetshospital", "Rigshospitalet"]
    assert "style=" not in svg


def test_no_chart_asks_for_anything_from_elsewhere() -> None:
    with pytest.raises(ValueError, match="not allowed"):
        drawn({"data": {"url": "https://192.0.2.1/data.json"}, "mark": "point"}, "chart")


def test_a_recommendation_that_does_not_ship_is_told_in_the_words_of_its_tally() -> None:
    tally = examples.by_centre(digest="0" * 64)
    text = words(page(tally))
    assert "Above performance status 1 only tiers I-A to II-B are presented." in text
    assert "Groups with their own rules" in text


def test_evidence_known_at_each_report_is_said() -> None:
    assert "evidence known on the date of each report" in page(examples.by_centre(as_of="report"))
    assert "20 November 2026" in page(examples.by_centre())


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("sex", "female", "Female"),
        ("sex", "unknown", "unknown"),
        ("age_group", "child", "Child"),
        ("performance_status", 2, "PS 2"),
        ("tier", "no_tier", "no tier"),
        ("tier", "II-B", "II-B"),
        ("haematological", True, "Yes"),
        ("rare", False, "No"),
        ("cancer_group", "DLCG", "Lung (DLCG)"),
        ("cancer_group", "none", "No cancer group of its own"),
        ("reason", "children", "Child"),
        ("reason", None, "no reason"),
        ("year", 2026, "2026"),
        ("centre", "Elsewhere", "Elsewhere"),
    ],
)
def test_the_value_of_a_group_is_said_in_words(column: str, value: str | int | bool | None, said: str) -> None:
    assert tally_words.word(examples.by_centre(), column, value).text == said


def test_a_row_of_no_profiles_has_no_share() -> None:
    tally = examples.out_of_scope()
    row = next(row for row in tally.rows if row.counts["profiles"] == 0)
    assert isinstance(row, Row)
    assert rows(page(tally), "groups-table")[1][-3:] == ["0", "0", "0"]
    assert "not applicable" in rows(page(tally), "groups-table")[1]


def test_settings_that_are_not_the_documents_own_stand_under_the_title() -> None:
    text = words(page(examples.by_centre()))
    own = "Performance status (ECOG) above which only the best tiers are presented: 1."
    assert f"Departs from the document: {own}" in text
    assert "Departs from" not in page(examples.by_centre(changed=()))


def test_a_document_with_another_text_says_so() -> None:
    html = page(examples.by_centre(reworded=True))
    assert '<span class="state own">Own wording</span>' in html
    assert "differs from the version of dnmtb-2026-draft" in words(html)
    assert "Own wording" not in page(examples.by_centre())


def test_the_share_stands_in_the_result_with_its_interval_and_its_worst_case() -> None:
    assert "Filtered out 17.2% (95% interval 15.9–18.5); at worst 24.9%." in words(page(examples.by_centre()))
    assert "at worst" not in tally_words.share(examples.empty())


def test_a_reason_says_why_it_led_to_this_outcome() -> None:
    listed = rows(page(examples.by_centre()), "reasons-table")
    assert ["Undetermined", "PS or tier is unknown and would decide", "251"] in listed
    without = rows(page(examples.by_centre(labels={})), "reasons-table")
    assert ["Undetermined", "Above performance status 1 only tiers I-A to II-B are presented.", "251"] in without


def test_what_could_not_be_read_is_said_where_there_is_any() -> None:
    text = words(page(examples.by_centre(refused_values=17, left_out=3)))
    assert "17 values could not be read and count as unknown. 3 rows or files were left out." in text
    assert "could not be read" not in page(examples.by_centre())


def test_a_tally_of_referred_profiles_starts_with_those() -> None:
    assert "Profiles sent to the board: 3,223." in page(examples.by_centre(population="referred"))
    assert "All profiles: 3,223." in page(examples.by_centre())


def test_the_sign_for_what_is_hidden_is_explained_before_the_table_and_stands_in_no_sentence() -> None:
    html = page(examples.suppressed())
    assert html.index("# stands for") < html.index('<caption id="groups-table"')
    before = html[html.index("</style>") : html.index("# stands for")]
    sentences = [words(found) for found in re.findall(r"<(?:p|h1|h2|li)\b.*?</(?:p|h1|h2|li)>", before, flags=re.S)]
    assert sentences
    assert not any("#" in sentence for sentence in sentences)
    assert "Of those filtered out: proposed treatment not shown; treated 3,543" in words(html)


def test_sentences_can_be_said_where_everything_is_hidden() -> None:
    tally = examples.suppressed()
    hidden = replace(tally, total=Row((), dict.fromkeys(tally.total.counts)))
    said = [tally_words.counts(hidden), tally_words.headline(hidden), tally_words.share(hidden)]
    said += [tally_words.lost(hidden), tally_words.source(hidden), tally_method.outside(hidden)]
    assert all(said)
    assert not any("#" in sentence for sentence in said)


def test_the_axis_of_the_chart_goes_in_steps_of_ten_per_cent_and_holds_all() -> None:
    axis = interval_chart(examples.by_centre())["encoding"]["x"]
    assert axis["axis"]["values"] == [at / 10 for at in range(len(axis["axis"]["values"]))]
    values = interval_chart(examples.by_centre())["data"]["values"]
    assert axis["scale"]["domain"] == [0, min(1, axis["axis"]["values"][-1])]
    assert max(max(row["high"], row["worst"]) for row in values) <= axis["scale"]["domain"][1]


def test_every_printed_page_of_synthetic_data_says_so() -> None:
    assert "@top-center" in page(examples.by_centre())
    assert "@top-center" not in page(examples.by_centre(synthetic=False))
