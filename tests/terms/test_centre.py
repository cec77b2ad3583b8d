"""Centres and regions are as they are on a day."""

from datetime import date

import pytest

from tumorprofil.terms import centre, reference

BEFORE, AFTER = date(2026, 12, 31), date(2027, 1, 1)


def test_there_are_seven_centres_and_none_of_the_names_is_verified() -> None:
    found = centre.centres(BEFORE)
    assert len(found) == 7
    assert not any(one.verified for one in found)


def test_regions_are_five_until_region_ostdanmark_takes_over_two() -> None:
    assert len(centre.regions(BEFORE)) == 5
    assert [region.name for region in centre.regions(AFTER)] == [
        "Region Nordjylland",
        "Region Midtjylland",
        "Region Syddanmark",
        "Region Østdanmark",
    ]


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        ("RH", "Region Hovedstaden", "Region Østdanmark"),
        ("SUH", "Region Sjælland", "Region Østdanmark"),
        ("OUH", "Region Syddanmark", "Region Syddanmark"),
    ],
)
def test_a_centre_lies_in_the_region_of_the_day(code: str, before: str, after: str) -> None:
    names = []
    for on in (BEFORE, AFTER):
        found = centre.find(code, on)
        assert found is not None
        region = centre.region_of(found, on)
        names.append(region.name if region else None)
    assert names == [before, after]


def test_before_the_regions_existed_a_centre_lay_in_none() -> None:
    found = centre.find("RH", date(2006, 12, 31))
    assert found is not None
    assert centre.region_of(found, date(2006, 12, 31)) is None
    assert centre.region_of(found, date(2007, 1, 1)) is not None


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("RH", "RH"),
        ("rh", "RH"),
        ("Rigshospitalet", "RH"),
        ("1301", "RH"),
        ("1301101", "RH"),
        ("3800A20", "SUH"),
        (" odense  universitetshospital ", "OUH"),
        ("13", None),
        ("1301 afdeling", None),
        ("Et andet sted", None),
        ("", None),
    ],
)
def test_a_centre_is_found_by_code_name_or_shak(written: str, code: str | None) -> None:
    found = centre.find(written, BEFORE)
    assert (found.code if found else None) == code


def test_lookup_rows_hold_centre_and_region_of_the_day() -> None:
    by_centre = {row["centre"]: row["region_name"] for row in centre.rows(AFTER)}
    assert by_centre["HGH"] == "Region Østdanmark"
    assert len(by_centre) == 7


def test_every_shak_code_is_four_digits() -> None:
    assert all(shak.isdigit() and len(shak) == 4 for row in reference.rows("centre") if (shak := row["shak"]))
