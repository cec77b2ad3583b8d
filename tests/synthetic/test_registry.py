"""The synthetic registry: it is what its arguments say, hangs together, and looks like a national one."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import tumorprofil as tp
from tests.synthetic.conftest import PART, PROFILES, SEED, UNTIL
from tumorprofil.assessment import frozen
from tumorprofil.assessment.case import CaseSettings
from tumorprofil.cohort import freeze, schema
from tumorprofil.errors import UsageError
from tumorprofil.synthetic import registry
from tumorprofil.terms import centre, reference

START = date(2020, 8, 1)
# What every table hangs on, beside itself.
PARENTS = {
    "diagnosis": ("patient_id",),
    "performance_status": ("patient_id",),
    "treatment_line": ("patient_id",),
    "specimen": ("patient_id",),
    "profile": ("patient_id",),
    "finding": ("profile_id",),
    "biomarker": ("profile_id",),
    "treatment_proposal": ("patient_id", "profile_id"),
    "treatment": ("patient_id", "profile_id"),
    "response": ("patient_id", "profile_id"),
    "consent": ("patient_id",),
    "referral": ("patient_id", "profile_id"),
    "assessed": ("patient_id", "profile_id"),
    "case": ("patient_id", "profile_id"),
}


def value(cohort: tp.Cohort, query: str) -> Any:
    row = cohort.connection.execute(query).fetchone()
    assert row is not None
    return row[0]


def by(cohort: tp.Cohort, query: str) -> dict[Any, Any]:
    return dict(cohort.connection.execute(query).fetchall())


def share(cohort: tp.Cohort, condition: str, of: str = '"case"') -> float:
    return float(value(cohort, f"SELECT avg(CAST(coalesce({condition}, false) AS INTEGER)) FROM {of}"))


def test_the_same_arguments_give_the_same_files(folder: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    manifest = registry.write(again, PROFILES, SEED, UNTIL)
    assert manifest == json.loads((folder / freeze.MANIFEST).read_text(encoding="utf-8"))
    for file in folder.iterdir():
        assert file.read_bytes() == (again / file.name).read_bytes(), file.name


def test_another_seed_gives_another_registry(tmp_path: Path) -> None:
    ids = {registry.write(tmp_path / str(seed), 150, seed, UNTIL)["id"] for seed in (1, 2)}
    assert len(ids) == 2


def test_the_manifest_says_that_nobody_is_real(cohort: tp.Cohort) -> None:
    assert cohort.manifest is not None
    assert cohort.manifest["synthetic"] is True
    assert cohort.manifest["made"] == UNTIL.isoformat()
    assert cohort.manifest["drawn"] == {"profiles": PROFILES, "seed": SEED}


def test_every_part_has_a_file_of_every_table(folder: Path) -> None:
    parts = -(-PROFILES // PART)
    for table in schema.TABLES:
        assert len(list(folder.glob(f"{table.name}-[0-9]*.parquet"))) == parts, table.name
    assert freeze.changed_files(folder) == []


def test_progress_counts_the_profiles_that_are_done(tmp_path: Path) -> None:
    seen: list[int] = []
    registry.write(tmp_path / "freeze", PART + 1, SEED, UNTIL, seen.append)
    assert seen == [PART, PART + 1]


def test_the_number_of_profiles_is_the_one_asked_for(cohort: tp.Cohort, tmp_path: Path) -> None:
    assert cohort.count("profile") == cohort.count("case") == PROFILES
    registry.write(tmp_path / "one", 1, SEED, date(2020, 8, 5))
    assert tp.read(tmp_path / "one").count("case") == 1


def test_a_registry_without_profiles_or_days_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one"):
        registry.write(tmp_path / "freeze", 0)
    with pytest.raises(ValueError, match="no report"):
        registry.write(tmp_path / "freeze", 1, until=date(2020, 8, 2))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_no_freeze_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError):
        registry.write(tmp_path, 1)
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(("table", "column"), [
    ("patient", "patient_id"), ("profile", "profile_id"), ("case", "profile_id"), ("finding", "finding_id"),
    ("specimen", "specimen_id"),
])    # fmt: skip
def test_no_identifier_is_given_twice(cohort: tp.Cohort, table: str, column: str) -> None:
    assert value(cohort, f'SELECT count(*) - count(DISTINCT "{column}") FROM "{table}"') == 0


def test_identifiers_and_sources_are_marked_as_synthetic(cohort: tp.Cohort) -> None:
    assert share(cohort, r"regexp_full_match(patient_id, 'SYN-\d{6}')", "patient") == 1
    assert share(cohort, r"regexp_full_match(profile_id, patient_id || '-[123]')", "profile") == 1
    assert share(cohort, "source_file = 'synthetic' AND source_format = 'synthetic'", "profile") == 1


@pytest.mark.parametrize(
    ("table", "parent"), [(table, f"{column[:-3]}") for table, columns in PARENTS.items() for column in columns]
)
def test_every_row_has_its_parent(cohort: tp.Cohort, table: str, parent: str) -> None:
    lost = f'SELECT count(*) FROM "{table}" WHERE {parent}_id NOT IN (SELECT {parent}_id FROM {parent})'
    assert cohort.count(table) > 0
    assert value(cohort, lost) == 0


def test_what_is_assessed_is_found_again_among_the_findings(cohort: tp.Cohort) -> None:
    join = "FROM assessed a JOIN finding f ON f.finding_id = a.finding_id AND f.profile_id = a.profile_id"
    named = value(cohort, "SELECT count(*) FROM assessed WHERE finding_id IS NOT NULL")
    assert value(cohort, f"SELECT count(*) {join}") == named > 0
    assert value(cohort, f"SELECT count(*) {join} WHERE a.gene <> f.gene AND a.gene IS DISTINCT FROM f.partner") == 0


def test_an_opened_registry_is_not_assessed_again(cohort: tp.Cohort) -> None:
    assessed = tp.assess(cohort, as_of=UNTIL)
    assert frozen.holds_assessment(cohort, assessed.settings)
    assert frozen.holds_case(cohort, CaseSettings().resolved())


def test_coded_columns_hold_only_codes(cohort: tp.Cohort) -> None:
    for table in schema.TABLES:
        for column in table.columns:
            if column.codes:
                query = f'SELECT DISTINCT "{column.name}" FROM "{table.name}" WHERE "{column.name}" IS NOT NULL'
                held = {row[0] for row in cohort.connection.execute(query).fetchall()}
                assert held <= set(column.codes), f"{table.name}.{column.name}"


def test_nothing_is_dated_after_the_last_day(cohort: tp.Cohort) -> None:
    for table in schema.SOURCE_TABLES:
        for column in table.columns:
            if column.type == "DATE":
                latest = value(cohort, f'SELECT max("{column.name}") FROM "{table.name}"')
                assert latest is not None, f"{table.name}.{column.name}"
                assert latest <= UNTIL, f"{table.name}.{column.name}"


def test_reports_lie_in_the_period_and_on_working_days(cohort: tp.Cohort) -> None:
    assert share(cohort, f"report_date >= DATE '{START}' AND dayofweek(report_date) BETWEEN 1 AND 5", "profile") == 1
    months = by(cohort, "SELECT month(report_date), count(*) FROM profile GROUP BY 1")
    assert months[7] < 0.8 * months[6]
    years = by(cohort, "SELECT year, count(*) FROM \"case\" GROUP BY 1")
    assert years[2021] < years[2023] < 1.1 * years[2025]


@pytest.mark.parametrize("wrong", [
    "ordered_date > received_date", "received_date > report_date", "ordered_date > report_date",
    "collected_date > ordered_date", "collected_date < birth_date", "ordered_date < birth_date",
    "diagnosis_date > report_date", "birth_date > diagnosis_date", "death_date <= report_date",
    "referred_date <= report_date", "board_date <= referred_date", "dayofweek(board_date) <> 2",
    "proposed_date < report_date", "t.start_date <= proposed_date",
    "evaluated_date <= t.start_date", "t.end_date < t.start_date", "t.end_date > death_date", "board_date > death_date",
    "evaluated_date > death_date",
])    # fmt: skip
def test_dates_are_in_their_order(cohort: tp.Cohort, wrong: str) -> None:
    joined = (
        "profile p JOIN patient USING (patient_id) JOIN diagnosis USING (patient_id) "
        "LEFT JOIN specimen USING (specimen_id) LEFT JOIN referral USING (profile_id) "
        "LEFT JOIN treatment_proposal USING (profile_id) LEFT JOIN treatment t USING (profile_id) "
        "LEFT JOIN response USING (profile_id)"
    )
    assert value(cohort, f"SELECT count(*) FROM {joined} WHERE {wrong}") == 0


def test_earlier_treatment_lies_between_diagnosis_and_last_report(cohort: tp.Cohort) -> None:
    joined = "treatment_line l JOIN diagnosis USING (patient_id) JOIN profile USING (patient_id)"
    assert share(cohort, "start_date >= diagnosis_date AND end_date <= report_date", f"{joined} WHERE start_date > "
                 "DATE '1900-01-01'") == 1    # fmt: skip


def test_every_centre_of_the_table_reports_and_they_differ_in_size(cohort: tp.Cohort) -> None:
    sizes = by(cohort, 'SELECT centre, count(*) FROM "case" GROUP BY 1')
    assert set(sizes) == {place.code for place in centre.centres(UNTIL)}
    assert max(sizes.values()) > 3 * min(sizes.values())


@pytest.mark.parametrize(("condition", "low", "high"), [
    ("age_group = 'child'", 0.02, 0.045),
    ("age_group = 'young_adult'", 0.006, 0.03),
    ("haematological", 0.045, 0.08),
    ("rare", 0.15, 0.23),
    ("rare IS NULL", 0.1, 0.22),
    ("tier_rank <= 5", 0.17, 0.35),
    ("tier_status = 'not_covered'", 0.2, 0.4),
    ("referred", 0.55, 0.7),
    ("has_proposal", 0.2, 0.4),
    ("treated", 0.07, 0.2),
    ("responded", 0.015, 0.08),
    ("consent_board = 'yes'", 0.82, 0.88),
    ("consent_board = 'no'", 0.008, 0.026),
    ("has_specimen", 0.9, 0.99),
    ("has_stage", 0.88, 0.98),
    ("has_treatment_lines", 0.65, 0.9),
    ("performance_status = 0", 0.15, 0.24),
    ("performance_status = 1", 0.38, 0.5),
    ("performance_status = 2", 0.15, 0.25),
    ("performance_status = 3", 0.04, 0.1),
    ("performance_status = 4", 0.004, 0.02),
])    # fmt: skip
def test_the_registry_looks_like_a_national_one(cohort: tp.Cohort, condition: str, low: float, high: float) -> None:
    assert low <= share(cohort, condition) <= high


def test_some_persons_have_a_second_biopsy(cohort: tp.Cohort) -> None:
    counts = by(cohort, "SELECT n, count(*) FROM (SELECT count(*) AS n FROM profile GROUP BY patient_id) GROUP BY 1")
    assert 0.09 < counts[2] / sum(counts.values()) < 0.15
    assert counts[3] > 0
    shared = "SELECT count(*) FROM finding a JOIN finding b USING (gene, hgvs_p) JOIN profile p ON p.profile_id = "
    shared += "a.profile_id JOIN profile q ON q.profile_id = b.profile_id WHERE p.patient_id = q.patient_id AND "
    # The second biopsy shows the same tumour.
    assert value(cohort, shared + "p.profile_id < q.profile_id") > counts[2]


def test_quality_fails_seldom_and_a_failed_profile_has_no_findings(cohort: tp.Cohort) -> None:
    assert 0.025 < share(cohort, "quality = 'failed'", "profile") < 0.06
    assert 0.04 < share(cohort, "quality = 'partial'", "profile") < 0.08
    failed = "SELECT profile_id FROM profile WHERE quality = 'failed'"
    assert value(cohort, f"SELECT count(*) FROM finding WHERE profile_id IN ({failed})") == 0


def test_a_report_takes_about_three_weeks(cohort: tp.Cohort) -> None:
    assert 15 <= value(cohort, "SELECT median(report_date - ordered_date) FROM profile") <= 25
    by_centre = by(cohort, "SELECT centre, median(report_date - ordered_date) FROM profile GROUP BY 1")
    assert max(by_centre.values()) > 1.3 * min(by_centre.values())


def test_performance_status_is_missing_more_at_some_centres(cohort: tp.Cohort) -> None:
    # Lansky is no ECOG: children are left out.
    adults = '"case" WHERE age_group <> \'child\' AND centre = '
    planned = {row["centre"]: float(row["performance_status"] or 0) for row in reference.rows("synthetic_centre")}
    for place, expected in planned.items():
        missing = share(cohort, "performance_status IS NULL", f"{adults}'{place}'")
        assert abs(missing - expected) < 0.05, place
    assert 0.05 < share(cohort, "performance_status IS NULL", "\"case\" WHERE age_group <> 'child'") < 0.11


def test_missing_performance_status_is_said_in_several_ways(cohort: tp.Cohort) -> None:
    said = by(cohort, "SELECT coalesce(value_status, ''), count(*) FROM performance_status GROUP BY 1")
    assert {"known", "unknown", "not_done"} <= set(said)
    scales = by(cohort, "SELECT scale, count(*) FROM performance_status GROUP BY 1")
    assert set(scales) == {"ecog", "karnofsky", "lansky"}
    after = "performance_status m JOIN profile p USING (patient_id) WHERE measured_date > report_date"
    assert value(cohort, f"SELECT count(*) FROM {after}") > 0


def test_age_goes_with_a_worse_performance_status(cohort: tp.Cohort) -> None:
    ages = by(cohort, 'SELECT performance_status, avg(age) FROM "case" GROUP BY 1')
    assert ages[0] < ages[1] < ages[2] < ages[3]


def test_referral_and_treatment_follow_the_tier(cohort: tp.Cohort) -> None:
    group = "CASE WHEN tier_rank <= 5 THEN 'high' WHEN tier_rank <= 7 THEN 'middle' ELSE tier_status END"
    for column in ("referred", "has_proposal", "treated"):
        found = by(cohort, f'SELECT {group}, avg(CAST({column} AS INTEGER)) FROM "case" GROUP BY 1')
        assert found["high"] > found["middle"] > found["no_tier"], column


def test_outcome_follows_performance_status(cohort: tp.Cohort) -> None:
    well, ill = ("\"case\" WHERE performance_status <= 1", "\"case\" WHERE performance_status >= 2")
    assert share(cohort, "referred", well) > share(cohort, "referred", ill)
    assert share(cohort, "treated", well) > 1.3 * share(cohort, "treated", ill)
    of_treated = " AND treated"
    assert share(cohort, "responded", well + of_treated) > share(cohort, "responded", ill + of_treated)
    dead = by(cohort, 'SELECT performance_status, avg(CAST(death_date IS NOT NULL AS INTEGER)) FROM "case" JOIN '
              "patient USING (patient_id) GROUP BY 1")    # fmt: skip
    assert dead[0] < dead[1] < dead[2] < dead[3]


def test_a_high_tier_responds_better(cohort: tp.Cohort) -> None:
    treated = '"case" WHERE treated AND coalesce(tier_rank, 9)'
    assert share(cohort, "responded", f"{treated} <= 5") > share(cohort, "responded", f"{treated} > 5")


def test_who_refused_is_not_referred(cohort: tp.Cohort) -> None:
    assert value(cohort, "SELECT count(*) FROM \"case\" WHERE consent_board = 'no' AND referred") == 0


def test_only_what_was_presented_has_a_board_date(cohort: tp.Cohort) -> None:
    assert share(cohort, "(board_status = 'presented') = (board_date IS NOT NULL)", "referral") == 1
    statuses = by(cohort, "SELECT board_status, count(*) FROM referral GROUP BY 1")
    assert statuses["presented"] > 0.8 * sum(statuses.values())


def test_children_have_the_cancers_of_children(cohort: tp.Cohort) -> None:
    found = by(cohort, "SELECT cancer_group, count(*) FROM \"case\" WHERE age < 17 GROUP BY 1")
    assert set(found) == {"DAPHO"}
    types = by(cohort, "SELECT tumour_type, count(*) FROM \"case\" WHERE age_group = 'child' GROUP BY 1")
    assert {"BLL", "NBL"} <= set(types)
