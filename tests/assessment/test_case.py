"""One row a profile, with just what a recommendation may ask."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from tumorprofil.assessment.case import CaseSettings, build_case
from tumorprofil.cohort.cohort import Cohort
from tumorprofil.cohort.schema import ASSESSED, CASE
from tumorprofil.errors import UsageError
from tumorprofil.formats.staging import Staging

REPORT = date(2025, 6, 15)
Row = Mapping[str, Any]


def a_cohort(assessed: list[Row] | None = None, **tables: list[Row]) -> Cohort:
    """A cohort of one person, Anna, and one profile, S1, unless the tables say otherwise."""
    staging = Staging()
    filled = {
        "patient": [{"patient_id": "Anna", "birth_date": date(1960, 1, 1)}],
        "profile": [{"profile_id": "S1", "patient_id": "Anna", "report_date": REPORT, "tumour_type": "LUAD"}],
        "finding": [{"profile_id": "S1", "kind": "small_variant", "gene_reported": "EGFR"}],
    } | tables
    for name, rows in filled.items():
        for row in rows:
            basis = {"tumour_type_basis": "clinical"} if "tumour_type" in row else {}
            staging.add_rows(name, [{**row, **basis}])
    cohort = staging.finish()
    columns = ", ".join(f'"{name}" {kind}' for name, kind in ASSESSED.types().items())
    cohort.connection.execute(f"CREATE TABLE assessed ({columns})")
    for row in assessed if assessed is not None else [{"tier": None, "proposed": False}]:
        cells = {"profile_id": "S1", "patient_id": "Anna"} | dict(row)
        cohort.connection.execute(
            f"INSERT INTO assessed ({', '.join(cells)}) VALUES ({', '.join('?' * len(cells))})", list(cells.values())
        )
    return cohort


def the_case(cohort: Cohort, **settings: Any) -> dict[str, Any]:
    build_case(cohort, CaseSettings(**settings))
    rows: list[dict[str, Any]] = cohort.arrow('SELECT * FROM "case"').to_pylist()
    assert len(rows) == 1
    return rows[0]


def measured(scale: str, value: int | None, on: date | None = None, status: str = "known") -> dict[str, Any]:
    cells = {"patient_id": "Anna", "scale": scale, "value": value, "measured_date": on, "value_status": status}
    return {name: cell for name, cell in cells.items() if cell is not None}


def performance(*rows: Row, profile: Row | None = None, **settings: Any) -> tuple[Any, ...]:
    tables: dict[str, list[Row]] = {"performance_status": list(rows)}
    if profile is not None:
        tables["profile"] = [profile]
    case = the_case(a_cohort(**tables), **settings)
    return tuple(case[f"performance_status{part}"] for part in ("", "_low", "_high", "_status"))


def tier(name: str, rank: int, **more: Any) -> dict[str, Any]:
    return {"tier": name, "tier_rank": rank, "proposed": True, "gene": "EGFR"} | more


def test_the_columns_are_those_of_the_schema() -> None:
    cohort = a_cohort()
    build_case(cohort)
    described = cohort.connection.execute('DESCRIBE "case"').fetchall()
    assert [(row[0], row[1]) for row in described] == list(CASE.types().items())


def test_every_profile_has_one_row_whatever_hangs_on_it() -> None:
    cohort = a_cohort(
        profile=[
            {"profile_id": "S1", "patient_id": "Anna", "report_date": REPORT},
            {"profile_id": "S2", "patient_id": "Anna"},
            {"profile_id": "S3", "patient_id": "Nobody"},
        ],
        diagnosis=[{"patient_id": "Anna", "icd10": "C34.1"}, {"patient_id": "Anna", "icd10": "C50.9"}],
        performance_status=[measured("ecog", 1), measured("ecog", 2), measured("ecog", 3, REPORT)],
        consent=[
            {"patient_id": "Anna", "purpose": "board", "answer": "yes"},
            {"patient_id": "Anna", "purpose": "board", "answer": "no"},
        ],
    )
    build_case(cohort)
    assert cohort.arrow('SELECT profile_id FROM "case" ORDER BY 1').column(0).to_pylist() == ["S1", "S2", "S3"]


def test_building_twice_gives_the_same_table() -> None:
    cohort = a_cohort()
    assert the_case(cohort) == the_case(cohort)


@pytest.mark.parametrize(("days_before", "value"), [(0, 1), (89, 1), (90, 1), (91, None), (-1, None)])
def test_a_performance_status_counts_within_90_days_before_the_report(days_before: int, value: int | None) -> None:
    on = date.fromordinal(REPORT.toordinal() - days_before)
    assert performance(measured("ecog", 1, on))[0] == value


@pytest.mark.parametrize(("days", "value"), [(14, 1), (13, None), (0, None)])
def test_the_number_of_days_is_a_setting(days: int, value: int | None) -> None:
    assert performance(measured("ecog", 1, date(2025, 6, 1)), performance_status_days=days)[0] == value


def test_the_latest_before_the_report_counts() -> None:
    rows = (
        measured("ecog", 1, date(2025, 6, 1)),
        measured("ecog", 2, date(2025, 6, 10)),
        measured("ecog", 3, date(2025, 6, 20)),
    )
    assert performance(*rows) == (2, 2, 2, "known")


def test_the_date_of_the_performance_status_is_shown() -> None:
    case = the_case(a_cohort(performance_status=[measured("ecog", 1, date(2025, 6, 1))]))
    assert case["performance_status_date"] == date(2025, 6, 1)


@pytest.mark.parametrize("on", [None, date(2025, 6, 1)])
def test_ecog_wins_over_karnofsky_on_the_same_basis(on: date | None) -> None:
    assert performance(measured("karnofsky", 50, on), measured("ecog", 1, on)) == (1, 1, 1, "known")


def test_a_newer_karnofsky_wins_over_an_older_ecog() -> None:
    rows = (measured("ecog", 1, date(2025, 5, 1)), measured("karnofsky", 40, date(2025, 6, 1)))
    assert performance(*rows) == (3, 3, 3, "known")


@pytest.mark.parametrize(
    ("karnofsky", "found"),
    [(100, (0, 0, 0)), (70, (2, 2, 2)), (60, (2, 2, 3)), (50, (3, 2, 3)), (40, (3, 3, 3)), (10, (4, 4, 4))],
)
def test_karnofsky_gives_a_value_and_bounds(karnofsky: int, found: tuple[int, int, int]) -> None:
    assert performance(measured("karnofsky", karnofsky, REPORT)) == (*found, "known")


def test_the_conversion_is_a_setting() -> None:
    assert performance(measured("karnofsky", 50, REPORT), karnofsky="ctep") == (2, 2, 3, "known")


def test_lansky_is_never_converted() -> None:
    assert performance(measured("lansky", 90, REPORT)) == (None, None, None, "unknown")


@pytest.mark.parametrize(("scale", "value"), [("ecog", 5), ("karnofsky", 0)])
def test_the_value_of_the_dead_is_unknown_of_the_living(scale: str, value: int) -> None:
    assert performance(measured(scale, value, REPORT)) == (None, None, None, "unknown")


def test_the_value_of_the_dead_holds_from_the_day_of_death() -> None:
    patient = [{"patient_id": "Anna", "death_date": date(2025, 6, 1)}]
    rows = [measured("ecog", 5, date(2025, 6, 1))]
    assert the_case(a_cohort(patient=patient, performance_status=rows))["performance_status"] == 5


def test_one_undated_value_counts() -> None:
    assert performance(measured("ecog", 2)) == (2, 2, 2, "known")


def test_several_undated_values_leave_it_unknown() -> None:
    assert performance(measured("ecog", 2), measured("ecog", 3)) == (None, None, None, "unknown")


def test_several_undated_ecog_leave_the_one_karnofsky() -> None:
    rows = (measured("ecog", 2), measured("ecog", 3), measured("karnofsky", 90))
    assert performance(*rows) == (1, 1, 1, "known")


def test_a_dated_value_in_time_wins_over_an_undated_one() -> None:
    assert performance(measured("ecog", 0), measured("ecog", 3, REPORT))[0] == 3


def test_two_values_of_one_day_leave_the_value_open_and_give_bounds() -> None:
    assert performance(measured("ecog", 1, REPORT), measured("ecog", 3, REPORT)) == (None, 1, 3, "unknown")


def test_without_a_report_date_the_one_value_counts() -> None:
    profile = {"profile_id": "S1", "patient_id": "Anna", "report_year": 2025}
    assert performance(measured("ecog", 2, date(2025, 1, 1)), profile=profile)[0] == 2
    rows = (measured("ecog", 2, date(2025, 1, 1)), measured("ecog", 3, date(2025, 2, 1)))
    assert performance(*rows, profile=profile)[0] is None


@pytest.mark.parametrize("status", ["unknown", "not_done", "not_relevant"])
def test_what_is_said_instead_of_a_value_is_kept(status: str) -> None:
    assert performance(measured("ecog", None, REPORT, status)) == (None, None, None, status)


def test_a_known_value_wins_over_a_later_not_done() -> None:
    rows = (measured("ecog", 1, date(2025, 6, 1)), measured("ecog", None, REPORT, "not_done"))
    assert performance(*rows) == (1, 1, 1, "known")


def test_a_source_that_says_nothing_leaves_it_empty() -> None:
    assert performance() == (None, None, None, None)


@pytest.mark.parametrize(
    ("birth", "age", "group"),
    [
        (date(2007, 6, 16), 17, "child"),
        (date(2007, 6, 15), 18, "young_adult"),
        (date(1994, 6, 16), 30, "young_adult"),
        (date(1994, 6, 15), 31, "adult"),
        (date(2025, 7, 1), None, "unknown"),
    ],
)
def test_age_turns_on_the_birthday_before_the_report(birth: date, age: int | None, group: str) -> None:
    case = the_case(a_cohort(patient=[{"patient_id": "Anna", "birth_date": birth}]))
    assert (case["age"], case["age_group"]) == (age, group)


def test_the_age_bands_are_a_setting() -> None:
    patient: list[Row] = [{"patient_id": "Anna", "birth_date": date(1990, 1, 1)}]
    assert the_case(a_cohort(patient=patient))["age_group"] == "adult"
    assert the_case(a_cohort(patient=patient), age_bands="aya_15_39")["age_group"] == "young_adult"


def test_age_at_diagnosis_stands_in_where_only_that_is_known() -> None:
    tables: dict[str, list[Row]] = {
        "patient": [{"patient_id": "Anna"}],
        "diagnosis": [{"patient_id": "Anna", "age_at_diagnosis": 17.5}],
    }
    case = the_case(a_cohort(**tables))
    assert (case["age"], case["age_group"], case["cancer_group"]) == (17.5, "child", "DAPHO")


def test_a_childs_cancer_belongs_to_the_childrens_group() -> None:
    assert the_case(a_cohort())["cancer_group"] == "DLCG"
    child = a_cohort(patient=[{"patient_id": "Anna", "birth_date": date(2010, 1, 1)}])
    assert the_case(child)["cancer_group"] == "DAPHO"


@pytest.mark.parametrize(
    ("diagnosis", "tumour_type", "group", "haematological", "rare"),
    [
        ({"icd10": "C50.9", "topography": "C50.9", "morphology": "8500/3"}, None, "DBCG", False, False),
        ({"icd10": "C16.9", "morphology": "8936/3"}, None, "DSG", False, True),
        ({"icd10": "C92.0"}, None, "ALG", True, None),
        ({"icd10": "C17.0"}, None, "none", False, None),
        ({"oncotree": "AML"}, "AML", "ALG", True, None),
        ({"histology": "words"}, None, None, None, None),
    ],
)
def test_the_codes_of_the_diagnosis_give_group_kind_and_rarity(
    diagnosis: Row, tumour_type: str | None, group: str | None, haematological: bool | None, rare: bool | None
) -> None:
    profile = {"profile_id": "S1", "patient_id": "Anna"} | ({"tumour_type": tumour_type} if tumour_type else {})
    case = the_case(a_cohort(profile=[profile], diagnosis=[{"patient_id": "Anna"} | dict(diagnosis)]))
    assert (case["cancer_group"], case["haematological"], case["rare"]) == (group, haematological, rare)


def test_of_several_diagnoses_the_one_of_the_profiles_tumour_type_counts() -> None:
    rows: list[Row] = [
        {"patient_id": "Anna", "oncotree": "LUAD", "icd10": "C34.1", "diagnosis_date": date(2010, 1, 1)},
        {"patient_id": "Anna", "oncotree": "SKCM", "icd10": "C43.9", "diagnosis_date": date(2024, 1, 1)},
    ]
    assert the_case(a_cohort(diagnosis=rows))["cancer_group"] == "DLCG"


def test_of_several_diagnoses_the_last_before_the_report_counts() -> None:
    profile: list[Row] = [{"profile_id": "S1", "patient_id": "Anna", "report_date": REPORT}]
    rows: list[Row] = [
        {"patient_id": "Anna", "icd10": code, "diagnosis_date": date(year, 1, 1)}
        for code, year in (("C50.9", 2010), ("C34.1", 2024), ("C64", 2026))
    ]
    assert the_case(a_cohort(profile=profile, diagnosis=rows))["cancer_group"] == "DLCG"


def test_the_best_tier_comes_with_what_carries_it() -> None:
    rows = [
        tier("II-B", 5, gene="AKT1", alteration="E17K", evidence_id="E2"),
        tier("I-B", 2, gene="KRAS", alteration="G12C", evidence_id="E1"),
        tier("III-A", 6, gene="ALK"),
    ]
    case = the_case(a_cohort(rows))
    assert [case[name] for name in ("tier", "tier_rank", "tier_status", "gene", "alteration", "evidence_id")] == [
        "I-B",
        2,
        "tier",
        "KRAS",
        "G12C",
        "E1",
    ]


def test_among_equal_tiers_the_first_gene_by_name_stands() -> None:
    assert the_case(a_cohort([tier("I-A", 1, gene="MET"), tier("I-A", 1, gene="ALK")]))["gene"] == "ALK"


def test_a_tier_that_is_shown_and_not_proposed_is_no_best_tier() -> None:
    case = the_case(a_cohort([tier("I-A", 1) | {"proposed": False}]))
    assert (case["tier"], case["tier_rank"], case["tier_status"]) == (None, None, "no_tier")


@pytest.mark.parametrize(
    ("tiers", "status"),
    [
        (["not_covered", None], "not_covered"),
        (["not_assessed", None], "not_assessed"),
        (["not_covered", "not_assessed"], "not_covered"),
        ([None], "no_tier"),
    ],
)
def test_without_a_tier_the_status_says_why(tiers: list[str | None], status: str) -> None:
    case = the_case(a_cohort([{"tier": name, "proposed": False} for name in tiers]))
    assert case["tier_status"] == status
    assert case["tier"] == (None if status == "no_tier" else status)


def test_a_proposed_tier_wins_over_what_is_not_covered() -> None:
    rows = [{"tier": "not_covered", "proposed": False}, tier("I-C", 3)]
    assert the_case(a_cohort(rows))["tier_status"] == "tier"


@pytest.mark.parametrize(
    "tables",
    [
        {"finding": []},
        {"profile": [{"profile_id": "S1", "patient_id": "Anna"}]},
        {"profile": [{"profile_id": "S1", "patient_id": "Anna", "tumour_type": "LUAD", "quality": "failed"}]},
    ],
    ids=["nothing found", "tumour type unknown", "quality failed"],
)
def test_what_could_not_be_assessed_is_not_called_without_tier(tables: dict[str, list[Row]]) -> None:
    assert the_case(a_cohort([], **tables))["tier_status"] == "not_assessed"


def test_a_profile_with_biomarkers_alone_was_assessed() -> None:
    tables: dict[str, list[Row]] = {
        "finding": [],
        "biomarker": [{"profile_id": "S1", "name": "MSI", "status": "stable"}],
    }
    case = the_case(a_cohort([], **tables))
    assert (case["tier_status"], case["has_findings"]) == ("no_tier", True)


def test_the_germline_flag_of_any_finding_is_the_profiles() -> None:
    assert not the_case(a_cohort())["germline_flag"]
    rows = [tier("I-A", 1, germline_flag=False), {"tier": None, "proposed": False, "germline_flag": True}]
    assert the_case(a_cohort(rows))["germline_flag"]


FLAGS: list[tuple[str, dict[str, list[Row]], bool]] = [
    ("has_histology", {"diagnosis": [{"patient_id": "Anna", "icd10": "C34.1", "morphology": "8140/3"}]}, True),
    ("has_histology", {"diagnosis": [{"patient_id": "Anna", "icd10": "C34.1", "histology": "adenocarcinoma"}]}, True),
    ("has_histology", {"diagnosis": [{"patient_id": "Anna", "icd10": "C34.1"}]}, False),
    ("has_histology", {"diagnosis": [{"patient_id": "Anna", "oncotree": "LUAD"}]}, True),
    ("has_histology", {"diagnosis": [{"patient_id": "Anna", "oncotree": "LUNG"}]}, False),
    ("has_stage", {"diagnosis": [{"patient_id": "Anna", "stage": "IV"}]}, True),
    ("has_stage", {"diagnosis": [{"patient_id": "Anna", "disease_setting": "advanced"}]}, True),
    ("has_stage", {"diagnosis": [{"patient_id": "Anna", "icd10": "C34.1"}]}, False),
    ("has_treatment_lines", {"treatment_line": [{"patient_id": "Anna", "line": 1}]}, True),
    ("has_treatment_lines", {"treatment_line": [{"patient_id": "Bo", "line": 1}]}, False),
    ("has_specimen", {"specimen": [{"patient_id": "Anna", "specimen_id": "T1", "specimen_type": "ffpe"}]}, True),
    ("has_specimen", {"specimen": [{"patient_id": "Anna", "specimen_id": "T1"}]}, False),
    ("has_specimen", {"specimen": [{"patient_id": "Bo", "specimen_id": "T1", "specimen_type": "ffpe"}]}, False),
    ("has_findings", {}, True),
    ("has_findings", {"finding": []}, False),
    (
        "has_proposal",
        {"treatment_proposal": [{"patient_id": "Anna", "profile_id": "S1", "drugs": "osimertinib"}]},
        True,
    ),
    ("has_proposal", {"treatment_proposal": [{"patient_id": "Anna", "drugs": "osimertinib"}]}, True),
    ("has_proposal", {"treatment_proposal": [{"patient_id": "Anna", "profile_id": "S2", "drugs": "x"}]}, False),
    ("treated", {"treatment": [{"patient_id": "Anna", "profile_id": "S1", "start_date": REPORT}]}, True),
    ("treated", {"treatment": [{"patient_id": "Anna", "profile_id": "S1", "not_started_reason": "died"}]}, False),
    ("responded", {"response": [{"patient_id": "Anna", "profile_id": "S1", "response": "CR"}]}, True),
    ("responded", {"response": [{"patient_id": "Anna", "response": "PR"}]}, True),
    ("responded", {"response": [{"patient_id": "Anna", "response": "SD"}]}, False),
]


@pytest.mark.parametrize(("flag", "tables", "answer"), FLAGS)
def test_a_flag_says_what_is_recorded(flag: str, tables: dict[str, list[Row]], answer: bool) -> None:
    assert the_case(a_cohort(**tables))[flag] is answer


@pytest.mark.parametrize(("specimen", "answer"), [("T1", True), ("T2", False)])
def test_a_profile_that_names_its_specimen_asks_for_that_one(specimen: str, answer: bool) -> None:
    profile: list[Row] = [{"profile_id": "S1", "patient_id": "Anna", "specimen_id": specimen}]
    described: list[Row] = [{"patient_id": "Anna", "specimen_id": "T1", "tumour_cell_percentage": 30.0}]
    assert the_case(a_cohort(profile=profile, specimen=described))["has_specimen"] is answer


def test_assay_and_quality_are_said_by_the_profile() -> None:
    bare = the_case(a_cohort())
    assert (bare["has_method"], bare["has_quality"]) == (False, False)
    profile = {"profile_id": "S1", "patient_id": "Anna", "assay": "TSO500", "quality": "passed"}
    full = the_case(a_cohort(profile=[profile]))
    assert (full["has_method"], full["has_quality"]) == (True, True)


def test_the_latest_answer_to_the_board_counts_and_no_other_purpose() -> None:
    rows: list[Row] = [
        {"patient_id": "Anna", "purpose": "board", "answer": "no", "answered_date": date(2025, 1, 1)},
        {"patient_id": "Anna", "purpose": "board", "answer": "yes", "answered_date": date(2025, 2, 1)},
        {"patient_id": "Anna", "purpose": "research", "answer": "no", "answered_date": date(2025, 3, 1)},
    ]
    assert the_case(a_cohort(consent=rows))["consent_board"] == "yes"


def test_on_one_day_a_refusal_comes_first() -> None:
    rows: list[Row] = [{"patient_id": "Anna", "purpose": "board", "answer": answer} for answer in ("yes", "no")]
    assert the_case(a_cohort(consent=rows))["consent_board"] == "no"


def test_a_refusal_without_a_date_holds_against_a_dated_answer() -> None:
    rows: list[Row] = [
        {"patient_id": "Anna", "purpose": "board", "answer": "no", "answered_date": None},
        {"patient_id": "Anna", "purpose": "board", "answer": "yes", "answered_date": date(2020, 1, 1)},
    ]
    assert the_case(a_cohort(consent=rows))["consent_board"] == "no"


def test_the_centre_is_the_profiles_else_the_patients() -> None:
    patient: list[Row] = [{"patient_id": "Anna", "centre": "OUH"}]
    assert the_case(a_cohort(patient=patient))["centre"] == "OUH"
    profile: list[Row] = [{"profile_id": "S1", "patient_id": "Anna", "centre": "RH"}]
    assert the_case(a_cohort(patient=patient, profile=profile))["centre"] == "RH"


@pytest.mark.parametrize(
    ("profile", "year"), [({"report_date": REPORT}, 2025), ({"report_year": 2021}, 2021), ({}, None)]
)
def test_the_year_comes_from_the_date_else_as_given(profile: Row, year: int | None) -> None:
    case = the_case(a_cohort(profile=[{"profile_id": "S1", "patient_id": "Anna"} | dict(profile)]))
    assert case["year"] == year


def test_an_unknown_setting_is_refused() -> None:
    with pytest.raises(UsageError, match="No conversion from Karnofsky to ECOG is called mine"):
        build_case(a_cohort(), CaseSettings(karnofsky="mine"))
    with pytest.raises(UsageError, match="No setting of age bands is called mine"):
        build_case(a_cohort(), CaseSettings(age_bands="mine"))


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Odense Universitetshospital", "OUH"),
        ("ouh", "OUH"),
        ("1301101", "RH"),
        ("A general practice", None),
        ("91", None),
    ],
)
def test_a_centre_is_called_by_its_code_where_the_table_has_it(written: str, code: str | None) -> None:
    profile: list[Row] = [{"profile_id": "S1", "patient_id": "Anna", "centre": written}]
    assert the_case(a_cohort(profile=profile))["centre"] == (code or written)


@pytest.mark.parametrize(
    ("diagnosis", "year"), [({"diagnosis_date": date(2019, 5, 1)}, 2019), ({"diagnosis_year": 2018}, 2018)]
)
def test_a_report_without_any_date_counts_in_the_year_of_the_diagnosis(diagnosis: Row, year: int) -> None:
    tables: dict[str, list[Row]] = {
        "profile": [{"profile_id": "S1", "patient_id": "Anna"}],
        "diagnosis": [{"patient_id": "Anna"} | dict(diagnosis)],
    }
    assert the_case(a_cohort(**tables))["year"] == year


@pytest.mark.parametrize(
    ("person", "known"),
    [({}, False), ({"sex": "female"}, True), ({"sex": "unknown"}, False), ({"birth_date": date(1960, 1, 1)}, True)],
)
def test_a_person_of_whom_only_a_name_is_known_has_no_identity(person: Row, known: bool) -> None:
    case = the_case(a_cohort(patient=[{"patient_id": "Anna"} | dict(person)]))
    assert case["has_identity"] is known


def ranks(*rows: Row) -> tuple[int | None, ...]:
    case = the_case(a_cohort(list(rows)))
    return tuple(case[f"tier_rank_{kind}"] for kind in ("germline", "resistance", "other"))


@pytest.mark.parametrize(
    ("finding", "found"),
    [
        ({"alteration": "L858R"}, (None, None, 1)),
        ({"alteration": "T790M"}, (None, 1, None)),
        ({"alteration": "T790M", "germline_flag": True}, (1, None, None)),
        ({"gene": "ESR1", "alteration": "Y537S"}, (None, 1, None)),
        ({"gene": "BRCA2", "alteration": "truncating", "germline_flag": True}, (1, None, None)),
        ({"proposed": False}, (None, None, None)),
    ],
)
def test_tiers_are_kept_apart_by_germline_resistance_and_the_rest(finding: Row, found: tuple[int | None, ...]) -> None:
    assert ranks(tier("I-A", 1, **finding)) == found


def test_the_best_of_each_kind_counts() -> None:
    rows = [
        tier("II-B", 5, alteration="T790M"),
        tier("I-A", 1, alteration="T790M"),
        tier("III-A", 6, alteration="G719A"),
    ]
    assert ranks(*rows) == (None, 1, 6)


REFERRED: Row = {
    "patient_id": "Anna",
    "profile_id": "S1",
    "referred_date": REPORT,
    "presenter_role": "oncologist",
    "clinical_question": "osimertinib?",
    "proposed_match": "osimertinib, EGFR L858R",
}


def test_a_referral_brings_its_presenter_question_and_match() -> None:
    case = the_case(a_cohort(referral=[REFERRED]))
    found = tuple(case[name] for name in ("referred", "presenter_role", "has_question", "has_match"))
    assert found == (True, "oncologist", True, True)


def test_of_two_referrals_the_last_counts() -> None:
    early = dict(REFERRED) | {"referred_date": date(2024, 1, 1), "presenter_role": "pathologist"}
    assert the_case(a_cohort(referral=[early, REFERRED]))["presenter_role"] == "oncologist"


def test_a_profile_that_others_were_referred_beside_was_not() -> None:
    other = dict(REFERRED) | {"patient_id": "Bo", "profile_id": "S9"}
    case = the_case(a_cohort(referral=[other]))
    assert (case["referred"], case["has_match"]) == (False, False)


@pytest.mark.parametrize("column", ["referred", "has_proposal", "treated", "responded"])
def test_what_the_source_does_not_keep_at_all_is_unknown_and_not_false(column: str) -> None:
    assert the_case(a_cohort())[column] is None


@pytest.mark.parametrize("nothing", [{"board_outcome": "D"}, {"access_route": "none"}])
def test_that_there_is_nothing_to_propose_is_no_proposal(nothing: Row) -> None:
    rows: list[Row] = [{"patient_id": "Anna", "profile_id": "S1"} | dict(nothing)]
    assert the_case(a_cohort(treatment_proposal=rows))["has_proposal"] is False


def test_rarity_follows_from_the_tumour_type_where_no_morphology_is_given() -> None:
    def rare(code: str) -> object:
        profile: list[Row] = [{"profile_id": "S1", "patient_id": "Anna", "tumour_type": code}]
        return the_case(a_cohort(profile=profile))["rare"]

    assert (rare("LUAD"), rare("IHCH"), rare("LUNG")) == (False, True, None)


@pytest.mark.parametrize(("code", "status"), [("LUAD", "no_tier"), ("PLMESO", "not_covered")])
def test_a_cancer_that_is_not_covered_is_so_also_where_its_findings_were_never_asked(code: str, status: str) -> None:
    profile: list[Row] = [{"profile_id": "S1", "patient_id": "Anna", "tumour_type": code}]
    case = the_case(a_cohort([{"tier": None, "proposed": False, "reason": "not_passed"}], profile=profile))
    assert case["tier_status"] == status
