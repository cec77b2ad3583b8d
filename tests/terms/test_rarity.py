"""Rare is a matter of topography × morphology; without both nothing is said."""

import pytest

from tumorprofil.terms import rarity


@pytest.mark.parametrize(
    ("topography", "morphology", "rare"),
    [
        ("C50.9", "8500/3", False),
        ("C50.9", "8800/3", True),
        ("C34.1", "8140/3", False),
        ("C34.1", "8240/3", True),
        ("C16.9", "8936/3", True),
        ("C16.9", "8140/3", False),
        ("C16.9", "8240/3", True),
        ("C44.5", "8720/3", False),
        ("C69.3", "8720/3", True),
        ("C21.1", "8070/3", True),
        ("C20.9", "8140/3", False),
        ("C71.9", "9440/3", True),
        ("C38.4", "9050/3", True),
        ("C62.9", "9061/3", True),
        ("C42.1", "9875/3", True),
        ("C22.0", "8170/3", True),
        ("C22.1", "8160/3", True),
        ("C61.9", "8140", False),
    ],
)
def test_families_say_whether_a_cancer_is_rare(topography: str, morphology: str, rare: bool) -> None:
    assert rarity.is_rare(topography, morphology) is rare


@pytest.mark.parametrize(
    ("topography", "morphology"),
    [
        (None, "8500/3"),
        ("C50.9", None),
        (None, None),
        ("C77.9", "8000/3"),
        ("C18.7", "8140/2"),
        ("C54.9", "8890/0"),
    ],
)
def test_what_is_missing_or_in_no_family_is_not_known(topography: str | None, morphology: str | None) -> None:
    assert rarity.is_rare(topography, morphology) is None


@pytest.mark.parametrize(
    ("morphology", "name"),
    [
        ("8799/3", None),
        ("8800/3", "Soft-tissue sarcoma"),
        ("8935/3", "Soft-tissue sarcoma"),
        ("8936/3", "Gastrointestinal stromal tumour"),
        ("8937/3", None),
    ],
)
def test_a_family_ends_where_its_range_ends(morphology: str, name: str | None) -> None:
    found = rarity.family("C49.9", morphology)
    assert (found.name if found else None) == name


@pytest.mark.parametrize(
    ("oncotree", "rare"),
    [("LUAD", False), ("COAD", False), ("IHCH", True), ("PLMESO", True), ("LUNG", None), ("NOSUCH", None)],
)
def test_a_tumour_type_is_rare_where_the_codes_that_name_it_are(oncotree: str, rare: bool | None) -> None:
    assert rarity.is_rare_type(oncotree) is rare
