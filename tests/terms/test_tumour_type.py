"""OncoTree as a tree, and the codes that stand for a tumour type where a source has no OncoTree code."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tumorprofil.terms import reference, tumour_type

CODES = sorted(str(row["code"]) for row in reference.rows("oncotree"))
known = st.sampled_from(CODES)


def test_the_tree_has_its_root_and_32_tissues() -> None:
    tissues = [code for code in CODES if tumour_type.find(code).level == 1]  # type: ignore[union-attr]
    assert (len(CODES), len(tissues)) == (885, 32)
    assert all(tumour_type.ancestors(code) == (tumour_type.ROOT,) for code in tissues)


def test_the_tree_is_the_published_one(shared_data: Path) -> None:
    published = json.loads((shared_data / "oncotree" / "oncotree_20211102.json").read_text(encoding="utf-8"))
    found = {}

    def walk(node: dict) -> None:  # type: ignore[type-arg]
        found[node["code"]] = (node["name"], node["parent"], node["level"])
        for child in node["children"].values():
            walk(child)

    walk(published["TISSUE"])
    ours = {code: tumour_type.find(code) for code in CODES}
    assert {code: (node.name, node.parent, node.level) for code, node in ours.items() if node} == found


@given(known, known)
def test_ancestors_and_descendants_are_two_sides_of_one_thing(one: str, other: str) -> None:
    assert (other in tumour_type.ancestors(one)) == (one in tumour_type.descendants(other))


@given(known)
def test_going_up_ends_at_the_root_after_as_many_steps_as_the_level(code: str) -> None:
    above = tumour_type.ancestors(code)
    assert len(above) == tumour_type.find(code).level  # type: ignore[union-attr]
    assert (code, *above)[-1] == tumour_type.ROOT


@given(known)
def test_the_ancestors_of_a_parent_are_the_rest_of_the_way(code: str) -> None:
    above = tumour_type.ancestors(code)
    assert not above or tumour_type.ancestors(above[0]) == above[1:]


def test_lineage_rows_hold_each_code_with_itself_and_all_above() -> None:
    rows = tumour_type.lineage_rows()
    assert len(rows) == sum(len(tumour_type.lineage(code)) for code in CODES)
    assert {"code": "LUAD", "ancestor": "LUNG", "distance": 2} in rows
    assert {"code": "LUAD", "ancestor": "LUAD", "distance": 0} in rows


@pytest.mark.parametrize("text", ["", "luad", "NO_SUCH", "TISSUE"])
def test_what_no_tumour_can_have_is_not_known(text: str) -> None:
    assert not tumour_type.is_known(text)


def test_an_unknown_code_has_no_place_in_the_tree() -> None:
    assert tumour_type.find("NO_SUCH") is None
    assert tumour_type.lineage("NO_SUCH") == ()
    assert tumour_type.descendants("NO_SUCH") == frozenset()
    assert tumour_type.tissue("NO_SUCH") is None
    assert tumour_type.name("NO_SUCH") == "NO_SUCH"


def test_a_name_comes_in_danish_where_the_table_has_one() -> None:
    assert tumour_type.name("COADREAD", "da") == "Kolorektal kræft"
    assert tumour_type.name("COADREAD", "en") == "Colorectal Adenocarcinoma"
    assert tumour_type.name("ACRM", "da") == "Acral Melanoma"


def test_every_danish_name_belongs_to_a_code() -> None:
    assert all(tumour_type.is_known(str(row["code"])) for row in reference.rows("oncotree_danish"))


@pytest.mark.parametrize(
    ("oncotree", "site", "morphology", "answer"),
    [
        ("AML", None, None, True),
        ("FL", None, None, True),
        ("LUAD", None, None, False),
        (None, "C80.9", None, False),
        (None, "C81", None, True),
        (None, "C96.9", None, True),
        (None, "C97", None, False),
        (None, "D44.9", None, False),
        (None, "D45", None, True),
        (None, "D47.3", None, True),
        (None, "D48", None, False),
        (None, None, "9582/3", False),
        (None, None, "9590/3", True),
        (None, None, "9993/3", True),
        ("LUAD", "C34.9", "9680/3", True),
        (None, None, None, None),
        ("NO_SUCH", None, None, None),
    ],
)
def test_haematological_by_any_of_the_three_codes(
    oncotree: str | None, site: str | None, morphology: str | None, answer: bool | None
) -> None:
    assert tumour_type.is_haematological(oncotree, site, morphology) is answer


@pytest.mark.parametrize(
    ("site", "morphology", "code"),
    [
        ("C50.9", "8500/3", "IDC"),
        ("C34.1", "8140/3", "LUAD"),
        ("C34.1", "8070/3", "LUSC"),
        ("C34.1", None, "LUNG"),
        ("C18.1", "8140/3", "APAD"),
        ("C18.7", "8140/3", "COAD"),
        ("C20.9", "8140/3", "READ"),
        ("C11.0", "8072/3", "NPC"),
        ("C11.0", "8070/3", "HNSC"),
        ("C16.0", "8140/3", "GEJ"),
        ("C16.3", "8140/3", "STAD"),
        ("C16.3", "8936/3", "GIST"),
        ("C43.9", None, "MEL"),
        ("C44.5", "8720/3", "MEL"),
        ("C44.5", None, None),
        ("C44.5", "8090/3", "BCC"),
        ("C50.9", "8800/3", None),
        ("C18.7", "8140/2", None),
        ("C18.7", "8140/0", None),
        ("C61.9", "8140/6", "PRAD"),
        ("C80.9", None, None),
        (None, None, None),
        (None, "9680/3", "DLBCLNOS"),
    ],
)
def test_topography_and_morphology_give_a_code_only_where_they_name_one(
    site: str | None, morphology: str | None, code: str | None
) -> None:
    assert tumour_type.from_topography(site, morphology) == code


def test_every_default_code_is_in_the_tree() -> None:
    assert all(tumour_type.is_known(str(row["oncotree"])) for row in reference.rows("icd_oncotree"))
