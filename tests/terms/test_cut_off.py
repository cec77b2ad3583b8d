"""Cut-offs are data with a source, and hold exactly at their boundary."""

from decimal import Decimal

import pytest

from tumorprofil.errors import UsageError
from tumorprofil.terms.cut_off import cut_off, cut_offs


@pytest.mark.parametrize(
    ("name", "below", "at"),
    [
        ("tmb_high", 9.9, 10),
        ("msi_high_tso500", 19.99, 20),
        ("msi_usable_sites_tso500", 39, 40),
        ("hrd_high", 41, 42),
        ("amplification_fold_change_tso500", 2.19, 2.2),
        ("amplification_copies", 5.9, 6),
        ("amplification_gistic", 1, 2),
        ("gain_gistic", 0, 1),
        ("read_support_small_variant", 2, 3),
        ("read_support_fusion", 2, 3),
        ("read_support_splice", 2, 3),
        ("read_support_itd", 2, 3),
        ("population_frequency", 0.0099, 0.01),
        ("germline_vaf_substitution", 0.2999, 0.3),
        ("germline_vaf_indel", 0.1999, 0.2),
        ("msi_high_msisensor", 3.4, 3.5),
        ("msi_high_msisensor_panel", 9.9, 10),
        ("small_variant_depth", 19, 20),
    ],
)
def test_a_lower_limit_holds_from_its_value_on(name: str, below: float, at: float) -> None:
    assert not cut_off(name).met(below)
    assert cut_off(name).met(at)


@pytest.mark.parametrize(
    ("name", "at", "above"),
    [
        ("loss_gistic", -1, 0),
        ("deletion_gistic", -2, -1),
        ("deletion_copies", 0, 1),
        ("performance_status_days", 90, 91),
    ],
)
def test_an_upper_limit_holds_to_its_value(name: str, at: float, above: float) -> None:
    assert cut_off(name).met(at)
    assert not cut_off(name).met(above)


def test_more_than_does_not_hold_at_the_value_itself() -> None:
    assert not cut_off("msi_high_mantis").met(0.4)
    assert cut_off("msi_high_mantis").met(0.41)


def test_the_boundary_is_the_written_decimal_not_its_float() -> None:
    assert cut_off("germline_vaf_substitution").value == Decimal("0.30")
    assert not cut_off("germline_vaf_substitution").met(0.1 + 0.2 - 1e-16)


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"No cut-off is called tmb; known are .*tmb_high"):
        cut_off("tmb")


@pytest.mark.parametrize("cut", cut_offs(), ids=lambda cut: str(cut.name))
def test_every_cut_off_says_what_it_is_for_and_who_says_so(cut: object) -> None:
    assert all(getattr(cut, field) for field in ("unit", "applies_to", "meaning", "source"))
    assert getattr(cut, "verified") is False  # noqa: B009 - the type is only known to pytest
