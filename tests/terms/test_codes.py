"""ICD codes as sources write them, and ranges as tables hold them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tumorprofil.terms import codes


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("DC209M", "C20.9"),
        ("DC209X", "C20.9"),
        ("DC50", "C50"),
        ("DD05", "D05"),
        ("D05", "D05"),
        ("D059", "D05.9"),
        ("C50.9", "C50.9"),
        ("c509", "C50.9"),
        (" DC920 ", "C92.0"),
        ("DD414", "D41.4"),
        ("DC1", None),
        ("8140/3", None),
        ("", None),
        ("cancer", None),
    ],
)
def test_an_icd_10_code_loses_the_danish_letters(written: str, code: str | None) -> None:
    assert codes.icd10(written) == code


@given(st.from_regex(r"[CD]\d\d(\.\d)?", fullmatch=True), st.sampled_from(["", "M", "X"]))
def test_icd_10_and_its_danish_form_are_one_code(code: str, suffix: str) -> None:
    assert codes.icd10(code) == code
    assert codes.icd10("D" + code.replace(".", "") + suffix) == code


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("8140/3", "8140/3"),
        ("81403", "8140/3"),
        ("M81403", "8140/3"),
        ("8140", "8140"),
        ("M-8140/3", "8140/3"),
        ("814", None),
        ("adenocarcinoma", None),
    ],
)
def test_a_morphology_keeps_its_behaviour(written: str, code: str | None) -> None:
    assert codes.morphology(written) == code


@pytest.mark.parametrize(("written", "code"), [("C50.9", "C50.9"), ("c509", "C50.9"), ("C50", "C50"), ("D05", None)])
def test_a_topography_is_a_c_code(written: str, code: str | None) -> None:
    assert codes.topography(written) == code


@pytest.mark.parametrize(
    ("code", "inside"),
    [
        ("C80.9", False),
        ("C81", True),
        ("C81.0", True),
        ("C86.9", True),
        ("C86", True),
        ("C87", False),
        ("C88.0", True),
        ("C88", False),
        ("C88.1", False),
        (None, False),
    ],
)
def test_a_range_holds_both_ends_and_what_lies_below_them(code: str | None, inside: bool) -> None:
    assert codes.within(code, codes.ranges("C81-C86|C88.0")) is inside


@pytest.mark.parametrize(
    ("code", "inside"), [("C92.3", False), ("C92.4", True), ("C92.8", True), ("C92.9", False), ("C92", False)]
)
def test_a_range_of_subdivisions_does_not_hold_the_whole_category(code: str, inside: bool) -> None:
    assert codes.within(code, codes.ranges("C92.4-C92.8")) is inside


def test_an_empty_cell_holds_no_range() -> None:
    assert codes.ranges(None) == ()
