"""Layouts: what a preset or a cohort.toml may say, and what is refused."""

from pathlib import Path

import pytest

from tumorprofil.errors import UsageError
from tumorprofil.formats.layout import layout_for, load_layout, preset, presets
from tumorprofil.terms import tumour_type


def written(folder: Path, text: str) -> Path:
    path = folder / "cohort.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_tcga_ships_and_names_a_known_tumour_type_for_each_cohort() -> None:
    layout = preset("tcga")
    assert len(layout.tumour_types) == 21
    assert all(tumour_type.is_known(code) for code in layout.tumour_types.values())
    assert layout.tumour_type(Path("LGG.maf.gz")) == "DIFG"
    assert layout.build == "GRCh37"
    assert layout.tumour_only is False


def test_a_tcga_barcode_names_its_person_and_its_centre() -> None:
    layout = preset("tcga")
    assert layout.patient("TCGA-OR-A5J1-01A-11D-A29I-10") == "TCGA-OR-A5J1"
    assert layout.centre_of("TCGA-OR-A5J1-01A-11D-A29I-10") == "OR"


def test_an_unknown_preset_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="tcga"):
        preset("nope")
    assert "tcga" in presets()


def test_a_folder_without_cohort_toml_has_no_layout(tmp_path: Path) -> None:
    assert layout_for(tmp_path) is None


def test_a_folder_s_own_layout_is_found(tmp_path: Path) -> None:
    written(tmp_path, 'name = "ours"\n[columns]\npatient.sex = "kon"\ndiagnosis.stage = ["stad", "fig"]\n')
    layout = layout_for(tmp_path)
    assert layout is not None
    assert layout.name == "ours"
    assert layout.columns == {"patient.sex": ("kon",), "diagnosis.stage": ("stad", "fig")}


def test_a_layout_builds_on_a_preset_and_overrides_it(tmp_path: Path) -> None:
    layout = load_layout(written(tmp_path, 'preset = "tcga"\nbuild = "GRCh38"\n[tumour_types]\n"LGG.*" = "ODG"\n'))
    assert layout.build == "GRCh38"
    assert layout.tumour_type(Path("LGG.maf")) == "ODG"
    assert layout.tumour_type(Path("ACC.maf")) == "ACC"
    assert layout.patient_pattern == preset("tcga").patient_pattern


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("colour = 1", "colour"),
        ("build = 37", "build"),
        ('build = "hg19"', "build"),
        ('tumour_only = "no"', "tumour_only"),
        ('implausible_age_below = "ten"', "implausible_age_below"),
        ('date_order = "ymd"', "date_order"),
        ("missing = [1]", "missing"),
        ('patient_pattern = "("', "patient_pattern"),
        ('patient_pattern = "TCGA"', "patient_pattern"),
        ('centre_pattern = "(a)(?=b)"', "centre_pattern"),
        ('columns = "patient"', "columns"),
        ('[columns]\npatient.colour = "c"', "columns.patient.colour"),
        ('[columns]\npeople.sex = "c"', "columns.people"),
        ("[columns]\npatient.sex = [1]", "columns.patient.sex"),
        ('[values.patient.sex]\nX = "neither"', "values.patient.sex.X"),
        ('[status]\nX = "known"', "status.X"),
        ('[tumour_types]\n"A.*" = "NOTACODE"', "tumour_types.A.*"),
    ],
)
def test_what_is_not_understood_is_refused_with_file_and_key(tmp_path: Path, text: str, key: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(UsageError) as caught:
        load_layout(path)
    assert f"{path}, {key}:" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_broken_toml_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not valid TOML"):
        load_layout(written(tmp_path, "a = = b"))


def test_a_layout_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        load_layout(tmp_path / "none.toml")


def test_the_documentation_names_every_key() -> None:
    from dataclasses import fields

    from tumorprofil.formats.layout import Layout

    text = (Path(__file__).parents[2] / "docs/reference/cohort-toml.md").read_text(encoding="utf-8")
    assert [entry.name for entry in fields(Layout) if f"`{entry.name}`" not in text] == []
