"""Two genes out of one text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tumorprofil.formats.fusion_genes import chosen, split_pair
from tumorprofil.terms import gene, reference

SYMBOLS = [str(row["reported"]) for row in reference.rows("gene_symbol") if row["kind"] == "current"]
symbol = st.sampled_from(SYMBOLS)
plain_symbol = st.sampled_from([name for name in SYMBOLS if "-" not in name])


@pytest.mark.parametrize(("pair", "sides"), [
    ("EML4-ALK", ("EML4", "ALK")),
    ("NKX2-1-ALK", ("NKX2-1", "ALK")),
    ("HLA-A-ROS1", ("HLA-A", "ROS1")),
    ("SLC34A2-ROS1;GOPC", ("SLC34A2", "ROS1;GOPC")),
    ("PPARG/AC016683.6;PAX8", ("PPARG", "AC016683.6;PAX8")),
    ("RP11-458D21.5;NOTCH2NL-NOTCH2", ("RP11-458D21.5;NOTCH2NL", "NOTCH2")),
    ("EML4::ALK", ("EML4", "ALK")),
    ("EML4;ALK", ("EML4", "ALK")),
    ("EGFR-SEPT14", ("EGFR", "SEPT14")),
    ("NKX2-1", ("NKX2-1", None)),
    ("BCR", ("BCR", None)),
])
def test_a_pair_is_cut_where_the_genes_meet(pair: str, sides: tuple[str, str | None]) -> None:
    assert split_pair(pair) == sides


@given(symbol, symbol)
def test_a_slash_gives_back_any_two_symbols(first: str, second: str) -> None:
    assert split_pair(f"{first}/{second}") == (first, second)


@given(plain_symbol, plain_symbol)
def test_a_hyphen_gives_back_two_symbols_without_hyphens(first: str, second: str) -> None:
    assert split_pair(f"{first}-{second}") == (first, second)


@given(symbol, symbol)
def test_a_hyphen_leaves_two_known_genes_however_many_hyphens_they_hold(first: str, second: str) -> None:
    left, right = split_pair(f"{first}-{second}")
    assert right is not None
    assert f"{left}-{right}" == f"{first}-{second}"
    assert gene.resolve(left)
    assert gene.resolve(right)


@given(st.text(st.sampled_from("AB1-/;:"), min_size=1))
def test_no_letter_of_a_pair_is_lost_but_the_joint(pair: str) -> None:
    first, second = split_pair(pair)
    assert second is None or pair in {f"{first}{joint}{second}" for joint in ("::", "--", "/", "-", ";")}
    assert second is not None or first == pair


@pytest.mark.parametrize(("side", "meant"), [
    ("AC016683.6;PAX8", "PAX8"),
    ("ROS1;GOPC", "ROS1"),
    ("GOPC;ROS1", "ROS1"),
    ("DGKG;ETV5", "ETV5"),
    ("CCNI2;SEPT8", "CCNI2"),
    ("RP11-458D21.5;AC004381.6", "RP11-458D21.5"),
])
def test_of_several_genes_the_known_and_targeted_one_is_meant(side: str, meant: str) -> None:
    assert chosen(side) == meant
