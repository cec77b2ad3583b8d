"""A cancer's group comes from site, histology and age together."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tumorprofil.terms import cancer_group, codes, reference, tumour_type

SITES = [
    ("C14", "DAHANCA"),
    ("C15", "DECV"),
    ("C16.9", "DECV"),
    ("C17", "none"),
    ("C18.0", "DCCG"),
    ("C20.9", "DCCG"),
    ("C21", "DACG"),
    ("C22", "DLGCG"),
    ("C24.0", "DLGCG"),
    ("C24.1", "DPCG"),
    ("C25", "DPCG"),
    ("C26", "none"),
    ("C30", "DAHANCA"),
    ("C32.9", "DAHANCA"),
    ("C33", "DLCG"),
    ("C34.9", "DLCG"),
    ("C37", "none"),
    ("C39", "none"),
    ("C40", "DSG"),
    ("C41", "DSG"),
    ("C43.5", "DMG"),
    ("C44", "NMSC"),
    ("C45.0", "DLCG"),
    ("C45.1", "none"),
    ("C46", "none"),
    ("C47", "DSG"),
    ("C49", "DSG"),
    ("C50", "DBCG"),
    ("C51", "DGCG"),
    ("C58", "DGCG"),
    ("C60", "DaPeCa"),
    ("C61", "DaProCa"),
    ("C62", "DaTeCa"),
    ("C64", "DaRenCa"),
    ("C65", "DaBlaCa"),
    ("C68", "DaBlaCa"),
    ("C69", "DOOG"),
    ("C70", "DNOG"),
    ("C72", "DNOG"),
    ("C73", "DATHYRCA"),
    ("C74", "none"),
    ("C75.0", "none"),
    ("C75.1", "DNOG"),
    ("C75.3", "DNOG"),
    ("C75.4", "none"),
    ("C80", "none"),
    ("C81", "DLG"),
    ("C86", "DLG"),
    ("C88.0", "DLG"),
    ("C88.2", "none"),
    ("C88.4", "DLG"),
    ("C90", "DMSG"),
    ("C91.0", "ALG"),
    ("C91.1", "DLG"),
    ("C91.4", "DLG"),
    ("C92.0", "ALG"),
    ("C92.1", "DSKMS"),
    ("C92.4", "ALG"),
    ("C92.8", "ALG"),
    ("C92.9", "none"),
    ("C93.0", "ALG"),
    ("C93.1", "DSKMS"),
    ("C94.0", "ALG"),
    ("C94.2", "ALG"),
    ("C95.0", "ALG"),
    ("D03", "DMG"),
    ("D04", "NMSC"),
    ("D05.1", "DBCG"),
    ("D09.0", "DaBlaCa"),
    ("D09.1", "none"),
    ("D32", "DNOG"),
    ("D33", "DNOG"),
    ("D41.4", "DaBlaCa"),
    ("D42", "DNOG"),
    ("D43", "DNOG"),
    ("D44.3", "DNOG"),
    ("D44.5", "DNOG"),
    ("D44.6", "none"),
    ("D45", "DSKMS"),
    ("D46", "ALG"),
    ("D47.1", "DSKMS"),
    ("D47.2", "none"),
    ("D47.3", "DSKMS"),
    ("D47.4", "DSKMS"),
]
CASES: list[tuple[dict[str, Any], str | None]] = [
    # The same site, another histology.
    ({"icd10": "C16.9", "morphology": "8140/3"}, "DECV"),
    ({"icd10": "C16.9", "morphology": "8936/3"}, "DSG"),
    ({"icd10": "C16.9", "morphology": "8240/3"}, "none"),
    ({"icd10": "C34.1", "morphology": "8240/3"}, "DLCG"),
    ({"icd10": "C34.1", "morphology": "8720/3"}, "DMG"),
    ({"icd10": "C34.1", "morphology": "9680/3"}, "DLG"),
    ({"icd10": "C69.3", "morphology": "8720/3"}, "DOOG"),
    ({"icd10": "C51", "morphology": "8720/3"}, "DGCG"),
    ({"icd10": "C21.1", "morphology": "8720/3"}, "DACG"),
    ({"icd10": "C50.9", "morphology": "8800/3"}, "DSG"),
    ({"icd10": "C54.9", "morphology": "8890/3"}, "DGCG"),
    ({"icd10": "C71.9", "morphology": "9440/3"}, "DNOG"),
    ({"icd10": "C44.5", "morphology": "8247/3"}, "NMSC"),
    ({"icd10": "C44.5", "morphology": "8090/3"}, "NMSC"),
    ({"icd10": "C38.1", "morphology": "9061/3"}, "DaTeCa"),
    ({"icd10": "C56", "morphology": "9060/3"}, "DGCG"),
    ({"icd10": "C48.2", "morphology": "8461/3"}, "DGCG"),
    ({"icd10": "C45.1", "morphology": "9050/3"}, "none"),
    # ICD-O topography stands in for ICD-10, with a morphology only.
    ({"topography": "C44.5", "morphology": "8720/3"}, "DMG"),
    ({"topography": "C42.1", "morphology": "9732/3"}, "DMSG"),
    ({"topography": "C42.1", "morphology": "9861/3"}, "ALG"),
    ({"topography": "C44.5"}, None),
    # OncoTree alone.
    ({"oncotree": "LUAD"}, "DLCG"),
    ({"oncotree": "PLMESO"}, "DLCG"),
    ({"oncotree": "COAD"}, "DCCG"),
    ({"oncotree": "ANSC"}, "DACG"),
    ({"oncotree": "GIST"}, "DSG"),
    ({"oncotree": "UM"}, "DOOG"),
    ({"oncotree": "SKCM"}, "DMG"),
    ({"oncotree": "BCC"}, "NMSC"),
    ({"oncotree": "SWDNET"}, "none"),
    ({"oncotree": "ALUCA"}, "DLCG"),
    ({"oncotree": "PANET"}, "none"),
    ({"oncotree": "BLLNOS"}, "ALG"),
    ({"oncotree": "CLLSLL"}, "DLG"),
    ({"oncotree": "PCM"}, "DMSG"),
    ({"oncotree": "CMML"}, "DSKMS"),
    ({"oncotree": "AML"}, "ALG"),
    ({"oncotree": "CUP"}, "none"),
    ({"oncotree": "GBM"}, "DNOG"),
    ({"oncotree": "AMPCA"}, "DPCG"),
    ({"oncotree": "PSEC"}, "DGCG"),
    ({"oncotree": "EGCT"}, "DaTeCa"),
    ({"oncotree": "BREAST"}, "DBCG"),
    ({"oncotree": "NO_SUCH"}, None),
    ({"oncotree": "TISSUE"}, None),
    # Histology in the OncoTree code before the site in ICD-10.
    ({"icd10": "C18.9", "oncotree": "GIST"}, "DSG"),
    ({"icd10": "C18.9", "oncotree": "COAD"}, "DCCG"),
    ({"icd10": "C41.1", "oncotree": "HNSC"}, "DAHANCA"),
    # Age.
    ({"icd10": "C71.9", "age": 17.99}, "DAPHO"),
    ({"icd10": "C71.9", "age": 18}, "DNOG"),
    ({"icd10": "C71.9", "age": 0}, "DAPHO"),
    ({"oncotree": "AML", "age": 3}, "DAPHO"),
    ({"age": 3}, None),
    ({}, None),
]


@pytest.mark.parametrize(("icd10", "group"), SITES)
def test_the_site_alone_gives_the_group_at_every_boundary(icd10: str, group: str) -> None:
    assert cancer_group.cancer_group(icd10=icd10) == group


@pytest.mark.parametrize(("known", "group"), CASES, ids=lambda value: str(value))
def test_site_histology_and_age_give_the_group(known: dict[str, Any], group: str | None) -> None:
    assert cancer_group.cancer_group(**known) == group


def test_a_danish_code_gives_the_group_of_its_icd_code() -> None:
    assert cancer_group.cancer_group(icd10=codes.icd10("DC209M")) == "DCCG"


@given(
    st.from_regex(r"[CD]\d\d(\.\d)?", fullmatch=True),
    st.from_regex(r"[89]\d\d\d/3", fullmatch=True) | st.none(),
    st.floats(18, 110) | st.none(),
)
def test_every_cancer_has_a_group_of_the_table(icd10: str, morphology: str | None, age: float | None) -> None:
    found = cancer_group.cancer_group(icd10=icd10, morphology=morphology, age=age)
    assert found is not None
    assert cancer_group.find(found) is not None


@given(
    st.sampled_from([str(row["code"]) for row in reference.rows("oncotree") if row["code"] != "TISSUE"]),
    st.floats(0, 17.99),
)
def test_every_cancer_of_a_child_belongs_to_the_childrens_group(oncotree: str, age: float) -> None:
    assert cancer_group.cancer_group(oncotree=oncotree, age=age) == "DAPHO"


def test_every_rule_names_a_group_and_known_codes() -> None:
    groups = {group.code for group in cancer_group.groups()}
    for row in reference.rows("cancer_group_rule"):
        assert row["cancer_group"] in groups
        assert all(tumour_type.is_known(code) for code in (row["oncotree"] or "").split("|") if code)


def test_names_are_written_with_danish_letters() -> None:
    found = cancer_group.find("DaBlaCa")
    assert found is not None
    assert (found.name, found.umbrella) == ("Dansk Blærecancer Udvalg", "Dansk Urologisk Cancer Gruppe")
    assert not any("oe" in group.area_da.lower() or "ae" in group.area_da.lower() for group in cancer_group.groups())
