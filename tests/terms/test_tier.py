"""ESCAT: eleven classes in an order, and every spelling of them."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tumorprofil.terms import tier
from tumorprofil.terms.tier import Tier

IN_ORDER = ["I-A", "I-B", "I-C", "II-A", "II-B", "III-A", "III-B", "IV-A", "IV-B", "V", "X"]
tiers = st.sampled_from(list(Tier))


def test_the_scale_has_eleven_classes_in_its_order() -> None:
    assert [str(step) for step in Tier] == IN_ORDER
    assert [step.rank for step in Tier] == list(range(1, 12))


@given(st.permutations(list(Tier)))
def test_sorting_puts_the_best_first_whatever_the_start(shuffled: list[Tier]) -> None:
    assert [str(step) for step in sorted(shuffled)] == IN_ORDER


@given(tiers, tiers)
def test_order_is_total_and_follows_the_rank(one: Tier, other: Tier) -> None:
    assert (one < other) == (one.rank < other.rank)
    assert (one < other) + (one == other) + (one > other) == 1


@given(tiers)
def test_a_tier_written_and_read_is_the_same(step: Tier) -> None:
    assert tier.parse(str(step)) is step


@given(
    tiers,
    st.sampled_from(["{}", "Tier {}", "tier {}", "ESCAT {}", "ESCAT: {}", " {} ", "ESCAT tier {}"]),
    st.sampled_from(["-", "", " ", ".", "–"]),
    st.booleans(),
    st.booleans(),
)
def test_every_spelling_names_its_tier(step: Tier, frame: str, gap: str, arabic: bool, lower: bool) -> None:
    main, _, letter = str(step).partition("-")
    if arabic:
        main = {"I": "1", "II": "2", "III": "3", "IV": "4", "V": "5", "X": "10"}[main]
    written = frame.format(main + (gap + letter if letter else ""))
    assert tier.parse(written.lower() if lower else written) is step


@pytest.mark.parametrize(
    "written",
    ["", "I", "II", "3", "VI", "V-A", "X-B", "II-C", "I-D", "0", "11", "-", "not_assessed", "not_covered", "A", "Tier"],
)
def test_what_names_no_single_tier_is_none(written: str) -> None:
    assert tier.parse(written) is None


@pytest.mark.parametrize(
    ("step", "main"), list(zip(IN_ORDER, ["I"] * 3 + ["II"] * 2 + ["III"] * 2 + ["IV"] * 2 + ["V", "X"], strict=True))
)
def test_the_main_class_is_what_stands_before_the_letter(step: str, main: str) -> None:
    assert Tier(step).main_class == main


def test_each_tier_says_something_of_its_own() -> None:
    said = [step.description for step in Tier]
    assert all(said)
    assert not any(one == other for one, other in itertools.combinations(said, 2))


def test_lookup_rows_carry_the_rank() -> None:
    assert tier.rows()[5] == {"tier": "III-A", "tier_rank": 6, "main_class": "III"}
