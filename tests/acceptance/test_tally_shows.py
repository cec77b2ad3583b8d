"""What the issue says the tally shows, on the real files: every cell counted once more in plain Python."""

import csv
import gzip
import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import tumorprofil as tp
from tests.recommendation import reference_triage as reference
from tumorprofil.recommendation.document import Recommendation
from tumorprofil.recommendation.library import recommendation
from tumorprofil.recommendation.outcome import triage
from tumorprofil.recommendation.tally import Tally, count

Case = dict[str, Any]
COUNTED = ("profiles", "patients", *reference.IN_SCOPE, "out_of_scope")
SWITCHES = ("same_rules", "exempt", "manual", "out_of_scope")
GROUPS = ("haematology", "children", "young_adults", "rare_cancers")


@pytest.fixture(scope="module")
def tcga(shared_data: Path) -> tp.Assessed:
    return tp.assess(tp.read(shared_data / "tcga", preset="tcga"))


def draft(**settings: Any) -> Recommendation:
    return recommendation("dnmtb-2026-draft", **settings)


def cases(assessed: tp.Assessed, rule: Recommendation) -> list[Case]:
    return rows_of(assessed, assessed.case(rule.case_settings))


@cache
def rows_of(assessed: tp.Assessed, table: str) -> list[Case]:
    rows: list[Case] = assessed.cohort.arrow(f'SELECT * FROM "{table}"').to_pylist()
    return rows


def cells(found: Tally) -> dict[tuple[Any, ...], dict[str, Any]]:
    return {row.key: {name: row.counts[name] for name in COUNTED} for row in found.rows}


def assert_counted_alike(
    assessed: tp.Assessed, rule: Recommendation, by: Sequence[str], formal: Any = "report"
) -> None:
    decided = reference.decide(cases(assessed, rule), rule.settings, formal)
    found = count(triage(assessed, rule, formal=formal), by)
    expected, total = reference.tally(decided, by), reference.counts(decided)
    assert cells(found) == {key: {name: row[name] for name in COUNTED} for key, row in expected.items()}
    for row in found.rows:
        assert (row.share, row.worst_case) == (expected[row.key]["best_case"], expected[row.key]["worst_case"])
    assert {name: found.total.counts[name] for name in COUNTED} == {name: total[name] for name in COUNTED}
    reasons = {(reason.key, reason.criterion, reason.outcome): reason.profiles for reason in found.reasons}
    assert {key: told for key, told in reasons.items() if told} == reference.reason_counts(decided, by)
    assert dict(found.missing) == reference.missing_counts(decided)
    for name in ("profiles", *reference.IN_SCOPE, "out_of_scope"):
        assert sum(row.counts[name] or 0 for row in found.rows) == found.total.counts[name]


@pytest.mark.parametrize("by", ["centre", "cancer_group"])
@pytest.mark.parametrize("karnofsky", ["default", "ctep"])
@pytest.mark.parametrize("limit", range(4))
def test_every_cell_is_the_plain_count(tcga: tp.Assessed, limit: int, karnofsky: str, by: str) -> None:
    assert_counted_alike(tcga, draft(performance_status_limit=limit, karnofsky=karnofsky), [by])


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("switch", SWITCHES)
def test_every_cell_is_the_plain_count_under_every_switch(tcga: tp.Assessed, group: str, switch: str) -> None:
    assert_counted_alike(tcga, draft(performance_status_limit=1, **{group: switch}), ["cancer_group"])


@pytest.mark.parametrize("by", [["tier"], ["performance_status"], ["year"], ["reason"], ["cancer_group", "tier"]])
def test_every_cell_is_the_plain_count_by_what_else_can_be_asked(tcga: tp.Assessed, by: list[str]) -> None:
    assert_counted_alike(tcga, draft(performance_status_limit=1), by)


def test_every_cell_is_the_plain_count_where_shortfalls_return_a_case(tcga: tp.Assessed) -> None:
    assert_counted_alike(tcga, draft(consent="not_asked"), ["centre"], "apply")


def test_every_profile_of_the_files_is_counted_once(tcga: tp.Assessed) -> None:
    total = count(triage(tcga, draft()), ["centre"]).total
    assert total.counts["profiles"] == tcga.cohort.count("profile")
    assert total.counts["patients"] == len({case["patient_id"] for case in cases(tcga, draft())})


def test_an_unknown_performance_status_stands_as_undetermined_within_bounds(tcga: tp.Assessed) -> None:
    unknown = next(row for row in count(triage(tcga, draft()), ["performance_status"]).rows if row.key == (None,))
    assert unknown.counts["filtered_out"] == 0
    assert (unknown.counts["undetermined"] or 0) > 1_000
    assert (unknown.counts["presented"] or 0) > 100, "tier I-II is presented though the performance status is unknown"
    total = count(triage(tcga, draft())).total
    assert total.share is not None
    assert total.interval is not None
    assert total.worst_case is not None
    assert total.interval[0] < total.share < total.interval[1] < total.worst_case


def test_a_lower_limit_filters_out_no_fewer(tcga: tp.Assessed) -> None:
    filtered = [count(triage(tcga, draft(performance_status_limit=limit))).total.counts for limit in range(5)]
    shares = [counts["filtered_out"] for counts in filtered]
    assert shares == sorted(shares, key=lambda number: -(number or 0))
    assert shares[0] != shares[3]


def test_tcga_cannot_know_what_became_of_those_filtered_out(tcga: tp.Assessed) -> None:
    lost = count(triage(tcga, draft())).to_dict()["lost"]
    assert lost == dict.fromkeys(("proposed", "treated", "responded"), "not_recorded")


# --- performance status once more, from the files themselves ------------------------------------------------------

KARNOFSKY = {
    "default": {100: 0, 90: 1, 80: 1, 70: 2, 60: 2, 50: 3, 40: 3, 30: 4, 20: 4, 10: 4},
    "ctep": {100: 0, 90: 0, 80: 1, 70: 1, 60: 2, 50: 2, 40: 3, 30: 3, 20: 4, 10: 4},
}


def measured(folder: Path, name: str, column: str, allowed: Sequence[int]) -> dict[str, int]:
    """Person → the one value that the column has for the person. What is no value of the scale says nothing."""
    found: dict[str, set[int]] = {}
    with gzip.open(folder / f"{name}.clinical.tsv.gz", "rt", encoding="latin-1", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            cell = (row[column] or "").strip()
            if re.fullmatch(r"\d+(\.0+)?", cell) and int(float(cell)) in allowed:
                person = row["Tumor_Sample_Barcode"][:12]
                found.setdefault(person, set()).add(int(float(cell)))
    return {person: min(values) for person, values in found.items() if len(values) == 1}


def performance_of(folder: Path, name: str, conversion: str) -> dict[str, int]:
    """Person → ECOG, as the file says it, else converted from Karnofsky."""
    table = KARNOFSKY[conversion]
    converted = measured(folder, name, "karnofsky_performance_score", list(table))
    ecog = measured(folder, name, "eastern_cancer_oncology_group", range(5))
    return {person: table[value] for person, value in converted.items()} | ecog


@pytest.mark.parametrize("conversion", KARNOFSKY)
@pytest.mark.parametrize(("name", "tumour_type"), [("LUAD", "LUAD"), ("BLCA", "BLCA")])
def test_the_performance_status_is_that_of_the_files(
    tcga: tp.Assessed, shared_data: Path, name: str, tumour_type: str, conversion: str
) -> None:
    rows = [case for case in cases(tcga, draft(karnofsky=conversion)) if case["tumour_type"] == tumour_type]
    expected = performance_of(shared_data / "tcga", name, conversion)
    assert len(expected) > 80
    assert len(set(expected.values())) > 3
    found = {case["patient_id"]: case["performance_status"] for case in rows}
    assert found == {person: expected.get(person) for person in found}
    assert expected.keys() & found.keys()


def test_the_performance_status_of_all_21_cohorts_is_that_of_the_files(tcga: tp.Assessed, shared_data: Path) -> None:
    expected: Counter[int | None] = Counter()
    persons = {case["profile_id"]: case["patient_id"] for case in cases(tcga, draft())}
    known: dict[str, int] = {}
    for path in (shared_data / "tcga").glob("*.clinical.tsv.gz"):
        with gzip.open(path, "rt", encoding="latin-1") as file:
            headings = file.readline().rstrip("\n").split("\t")
        for column, table in (
            ("karnofsky_performance_score", KARNOFSKY["default"]),
            ("eastern_cancer_oncology_group", {value: value for value in range(5)}),
        ):
            if column in headings:
                name = path.name.partition(".")[0]
                known |= {who: table[value] for who, value in measured(path.parent, name, column, list(table)).items()}
    for person in persons.values():
        expected[known.get(person)] += 1
    rows = count(triage(tcga, draft()), ["performance_status"]).rows
    assert {row.key[0]: row.counts["profiles"] for row in rows} == dict(expected)
