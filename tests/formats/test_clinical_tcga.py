"""The real TCGA clinical tables: two shapes, one in latin-1, with cells that are no values."""

from collections import Counter
from pathlib import Path

import pytest

from tumorprofil.cohort.cohort import Cohort
from tumorprofil.errors import Refusal
from tumorprofil.formats import clinical
from tumorprofil.formats.layout import Options, preset
from tumorprofil.formats.source import open_source
from tumorprofil.formats.staging import Staging


@pytest.fixture(scope="module")
def tcga(shared_data: Path) -> Cohort:
    staging, options = Staging(), Options(preset("tcga"))
    for path in sorted((shared_data / "tcga").glob("*.clinical.tsv.gz")):
        source = open_source(path)
        assert clinical.recognises(source)
        clinical.read(source, staging, options)
    return staging.finish()


def listed(cohort: Cohort, column: str) -> Counter[str | None]:
    chosen: list[Refusal] = [refusal for refusal in cohort.refusals if refusal.column == column]
    assert {Path(refusal.file).name for refusal in chosen} == {"BLCA.clinical.tsv.gz"}
    assert all(refusal.extent == "value" and refusal.line for refusal in chosen)
    return Counter(refusal.found for refusal in chosen)


def test_tcga_lists_the_bad_ecog_cells(tcga: Cohort) -> None:
    assert listed(tcga, "eastern_cancer_oncology_group") == {
        "NO": 6,
        "YES": 3,
        "pT2a": 2,
        "100": 2,
        "90": 2,
        "pT3a": 1,
        "pT2c": 1,
        "Soft_tissue": 1,
    }


def test_tcga_lists_ages_of_zero_and_site_names_as_age(tcga: Cohort) -> None:
    found = listed(tcga, "age_at_initial_pathologic_diagnosis")
    assert found.pop("0") == 24
    assert found.total() == 28


def test_tcga_performance_status_is_known_for_a_quarter_of_the_persons(tcga: Cohort) -> None:
    known = {
        row["scale"]: row["n"]
        for row in tcga.arrow(
            "SELECT scale, count(DISTINCT patient_id) AS n FROM performance_status "
            "WHERE value_status = 'known' GROUP BY scale"
        ).to_pylist()
    }
    assert known == {"ecog": 1180, "karnofsky": 890}


def test_tcga_persons_with_both_scales_and_how_many_disagree(tcga: Cohort) -> None:
    # 328 rows of the tables have both scales and 63 of them disagree; five rows are a person's second.
    both = tcga.arrow(
        "SELECT e.value AS ecog, k.value AS karnofsky "
        "FROM performance_status e JOIN performance_status k USING (patient_id) "
        "WHERE e.scale = 'ecog' AND k.scale = 'karnofsky' AND e.value IS NOT NULL AND k.value IS NOT NULL"
    ).to_pylist()
    converted = {100: 0, 90: 1, 80: 1, 70: 2, 60: 2, 50: 3, 40: 3, 30: 4, 20: 4, 10: 4}
    assert len(both) == 323
    assert sum(converted.get(row["karnofsky"]) != row["ecog"] for row in both) == 61


def test_tcga_sites_are_centres_and_latin_1_letters_survive(tcga: Cohort) -> None:
    assert tcga.arrow("SELECT count(DISTINCT centre) AS n FROM patient").to_pylist() == [{"n": 454}]
    assert tcga.count("patient") == 7186
    assert tcga.arrow("SELECT count(birth_date) AS n FROM patient").to_pylist() == [{"n": 0}]
