"""The tables behind the synthetic registry: where they come from, and that they speak of what the program knows."""

import re

import pytest

from tests.synthetic.conftest import UNTIL
from tumorprofil.synthetic import catalogue, figures
from tumorprofil.terms import cancer_group, centre, hgvs, rarity, reference, tumour_type

SYNTHETIC = [table for table in reference.tables() if table.file.parent.parent.name == "synthetic"]


def test_every_table_says_where_it_comes_from() -> None:
    assert "finding_count" in {table.name for table in SYNTHETIC}
    assert all(table.source and table.licence for table in SYNTHETIC)


def test_what_is_invented_is_said_not_to_be_verified() -> None:
    assert {table.name for table in SYNTHETIC if table.verified} == {"finding_count"}


def test_the_counts_say_where_they_were_counted() -> None:
    counts = next(table for table in SYNTHETIC if table.name == "finding_count")
    assert "TCGA" in counts.source
    assert "tools/build_finding_counts.py" in counts.source


def test_no_count_names_a_sample() -> None:
    for row in reference.rows("finding_count"):
        assert not any(re.search(r"TCGA-|[0-9A-F]{4}-\d\d[A-Z]-", cell or "") for cell in row.values())


def test_the_counts_are_a_small_file() -> None:
    assert reference.shipped_path("finding_count").stat().st_size < 400_000


def test_no_count_is_larger_than_its_cohort_and_no_change_more_frequent_than_its_gene() -> None:
    sizes = {row["cohort"]: int(row["profiles"] or 0) for row in reference.rows("finding_count") if not row["gene"]}
    genes = {(row["cohort"], row["gene"]): int(row["profiles"] or 0)
             for row in reference.rows("finding_count") if row["gene"] and not row["consequence"]}    # fmt: skip
    assert len(sizes) == 22
    for row in reference.rows("finding_count"):
        if row["gene"]:
            assert 0 < int(row["profiles"] or 0) <= genes[row["cohort"], row["gene"]] <= sizes[row["cohort"]]


def test_a_change_that_few_carry_gives_no_residue_away() -> None:
    for row in reference.rows("finding_count"):
        if row["residue_first"]:
            assert int(row["profiles"] or 0) >= 5
            assert not row["protein"]


@pytest.mark.parametrize("row", reference.rows("synthetic_tumour_type"), ids=lambda row: row["key"])
def test_every_tumour_type_is_known(row: reference.Row) -> None:
    code, age = row["oncotree"], float(row["age_mean"] or 0)
    assert code
    assert tumour_type.is_known(code)
    group = cancer_group.cancer_group(
        icd10=row["icd10"], topography=row["topography"], morphology=row["morphology"], oncotree=code, age=age
    )
    assert group is not None
    if int(row["age_max"] or 0) < 18:
        assert group == "DAPHO"
    assert row["cohort"] or float(row["background"] or 0) > 0


def test_between_a_seventh_and_a_fifth_of_the_persons_have_a_rare_cancer() -> None:
    rows = reference.rows("synthetic_tumour_type")
    total = sum(float(row["share"] or 0) for row in rows)
    rare = sum(float(row["share"] or 0) for row in rows if rarity.is_rare(row["topography"], row["morphology"]))
    assert 1 / 7 < rare / total < 0.21


def test_the_centres_are_those_of_the_national_board() -> None:
    assert set(figures.centres().codes) == {place.code for place in centre.centres(UNTIL)}


def test_every_assumption_names_tumour_types_and_readable_changes() -> None:
    for name in ("synthetic_finding", "synthetic_biomarker"):
        for row in reference.rows(name):
            assert figures.of_kinds(row["tumour_types"] or ""), row
    for option in catalogue.catalogue().options:
        if option.protein:
            assert hgvs.normalise_protein(f"p.{option.protein}") == f"p.{option.protein}"


def test_drugs_have_an_atc_code_unless_they_have_none_yet() -> None:
    given = {*figures.matched_drugs().values(), *figures.regimens()[1]}
    assert {drugs for drugs in given if not figures.atc(drugs)} == {"fase 1-forsøg", "tipifarnib"}
    codes = [row["atc"] or "" for row in reference.rows("synthetic_drug")]
    assert all(re.fullmatch(r"[A-Z]\d\d[A-Z]{2}\d\d", code) for code in codes)


def test_the_shares_of_a_choice_make_one() -> None:
    chosen = figures.figures()
    for section, name in (("person", "profiles"), ("performance", "ecog")):
        assert sum(chosen[section][name]) == pytest.approx(1)
    for shares in (*chosen["consent"].values(), *chosen["significance"].values(), chosen["performance"]["missing"]):
        assert sum(shares.values()) == pytest.approx(1)
