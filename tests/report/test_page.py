"""What the page says, read as text."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tumorprofil.errors import UsageError
from tumorprofil.report import assessment, tiers
from tumorprofil.terms import language
from tumorprofil.terms.tier import Tier

DAY = date(2026, 11, 24)


def words(html: str) -> str:
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.S).split())


def test_every_tier_has_a_colour_and_only_tiers_have() -> None:
    assert list(tiers.COLOURS) == [tier.value for tier in Tier]


def test_every_tier_and_every_word_for_none_belongs_to_one_group_of_the_picture() -> None:
    members = [member for group in tiers.GROUPS.values() for member in group]
    assert sorted(members) == sorted([*tiers.COLOURS, *tiers.WORDS])


def test_text_in_every_tier_colour_can_be_read_on_white() -> None:
    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    assert all(1.05 / (luminance(colour) + 0.05) >= 4.5 for colour in tiers.COLOURS.values())


def test_reads_are_said_with_their_share(assessed: Any) -> None:
    assert "66% (282 of 428 reads)" in words(assessment.page(assessed, DAY))


def test_conditions_are_said_in_words_and_not_as_codes(assessed: Any) -> None:
    text = words(assessment.page(assessed, DAY))
    assert "Condition unknown: Oestrogen-receptor positive" in text
    assert "er_positive" not in text


def test_a_tumour_type_that_is_not_covered_is_said_and_never_tier_x(assessed: Any) -> None:
    html = assessment.page(assessed, DAY)
    assert "The table does not cover the tumour type." in words(html)
    assert ">X<" not in html


def test_findings_without_a_tier_are_counted_with_their_reasons(assessed: Any) -> None:
    text = words(assessment.page(assessed, DAY))
    assert "+ findings without a tier: 2" in text
    assert "Silent or non-coding: no tier: 1" in text
    assert "TP53 R175H" in text


def test_a_finding_that_is_listed_is_not_counted_again_as_one_without_a_tier(assessed: Any) -> None:
    text = words(assessment.page(assessed, DAY))
    assert text.count("IDH1 R132H") == 2  # the finding and its basis


def test_what_a_file_says_cannot_become_markup(assessed: Any) -> None:
    html = assessment.page(assessed, DAY)
    assert "<b>YES</b>" not in html
    assert "&lt;b&gt;YES&lt;/b&gt;" in html


def test_the_page_speaks_danish(assessed: Any) -> None:
    with language.use("da"):
        html = assessment.page(assessed, DAY)
    assert '<html lang="da">' in html
    assert "24. november 2026" in html
    assert "EGFR L858R ved lungekræft." in html


def test_evidence_of_an_earlier_day_is_marked(make: Callable[..., Any]) -> None:
    earlier = assessment.page(make([], [], as_of=date(2020, 1, 1)), DAY)
    assert "evidence known on 1 January 2020" in words(earlier)
    assert "evidence known today" in words(assessment.page(make([], [], as_of=DAY), DAY))


def test_many_profiles_are_summed_up_and_the_listing_says_that_it_is_cut(crowd: Any) -> None:
    html = assessment.page(crowd, DAY)
    assert "30 of 400 profiles are listed here" in words(html)
    assert html.count('<section class="profile"') == 30


def test_the_table_of_the_picture_adds_up_to_all_profiles(crowd: Any) -> None:
    shown = assessment.gather(crowd, DAY)
    assert sum(share.total for share in shown.shares) == 400


def test_data_from_elsewhere_is_not_called_synthetic(assessed: Any) -> None:
    assert "SYNTHETIC" not in assessment.page(assessed, DAY)


@pytest.mark.parametrize("ending", [".tsv", ".csv", ".json", ".parquet", ".html"])
def test_an_assessment_is_saved_by_the_ending_of_its_name(assessed: Any, ending: str, tmp_path: Path) -> None:
    file = tmp_path / f"result{ending}"
    assessment.save(assessed, file)
    assert b"L858R" in file.read_bytes()


def test_an_unknown_ending_is_said_before_anything_is_written(assessed: Any, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"use one of \.tsv"):
        assessment.save(assessed, tmp_path / "result.doc")
    assert list(tmp_path.iterdir()) == []
