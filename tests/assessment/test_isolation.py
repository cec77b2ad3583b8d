"""Assessments of one cohort stand side by side, and threads that ask one assessment get their own answers."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

import tumorprofil as tp
from tumorprofil.recommendation.outcome import Triaged
from tumorprofil.recommendation.tally import count
from tumorprofil.terms import reference

EXAMPLES = Path(tp.__file__).parent / "examples"
NOW, EARLY = date(2026, 11, 1), date(1990, 1, 1)
COUNT = "SELECT count(*) FROM assessed WHERE tier_rank <= 3"
DRAFT = "dnmtb-2026-draft"


@pytest.fixture
def cohort() -> tp.Cohort:
    return tp.read([EXAMPLES / "lung", EXAMPLES / "registry"])


@cache
def alone(day: date) -> tp.Assessed:
    return tp.assess(tp.read([EXAMPLES / "lung", EXAMPLES / "registry"]), day)


def outcomes(triaged: Triaged) -> list[tuple[str, int]]:
    found = triaged.run(("outcomes",), lambda table: table.group_by("outcome").agg(n=table.count()))
    return sorted((row["outcome"], row["n"]) for row in found.to_pylist())


def sorted_rows(table: pa.Table) -> list[str]:
    return sorted(map(str, table.to_pylist()))


@pytest.mark.parametrize("days", [(NOW, EARLY), (EARLY, NOW)])
def test_two_assessments_of_a_cohort_do_not_change_each_other(cohort: tp.Cohort, days: tuple[date, date]) -> None:
    both = [tp.assess(cohort, day) for day in days]
    # What is asked of one is asked between two questions to the other.
    for ask in ("to_arrow", "best", "proposals"):
        for day, found in zip(days, both, strict=True):
            assert sorted_rows(getattr(found, ask)()) == sorted_rows(getattr(alone(day), ask)()), (day, ask)
    rule = tp.recommendation(DRAFT)
    told = [outcomes(tp.triage(found, rule)) for found in both]
    assert told == [outcomes(tp.triage(alone(day), rule)) for day in days]
    assert told[0] != told[1]


def test_a_triage_keeps_its_numbers_when_the_cohort_is_assessed_again(cohort: tp.Cohort) -> None:
    rule = tp.recommendation(DRAFT)
    new = tp.triage(tp.assess(cohort, NOW), rule)
    before = outcomes(new)
    assert outcomes(tp.triage(tp.assess(cohort, EARLY), rule)) != before
    assert outcomes(new) == before


def test_the_table_of_an_assessment_is_its_own(cohort: tp.Cohort) -> None:
    new, old = tp.assess(cohort, NOW), tp.assess(cohort, EARLY)
    tables = [found.table() for found in (new, old)]
    high = [table.filter(table.tier_rank <= 3).count().to_pyarrow().as_py() for table in tables]
    assert high[0] > high[1] == 0
    assert [found.arrow(COUNT).column(0)[0].as_py() for found in (new, old)] == high


def test_the_first_assessment_is_read_by_its_plain_name(cohort: tp.Cohort) -> None:
    new = tp.assess(cohort, NOW)
    number = new.table().count().to_pyarrow().as_py()
    tp.assess(cohort, EARLY).table()
    assert cohort.connection.execute("SELECT count(*) FROM assessed").fetchone() == (number,)
    assert cohort.count("assessed") == cohort.table("assessed").count().to_pyarrow().as_py() == number
    assert cohort.connection.execute(COUNT).fetchone() != (0,)


def test_each_assessment_is_frozen_with_its_own_tiers(cohort: tp.Cohort, tmp_path: Path) -> None:
    for day, found in [(day, tp.assess(cohort, day)) for day in (NOW, EARLY)]:
        tp.freeze(found, tmp_path / str(day))
        frozen = tp.read(tmp_path / str(day))
        assert sorted_rows(frozen.arrow("SELECT * FROM assessed")) == sorted_rows(alone(day).to_arrow())


def test_an_assessment_keeps_the_evidence_that_it_began_with(cohort: tp.Cohort, tmp_path: Path) -> None:
    shipped = reference.shipped_path("escat_rule").read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "escat_rule.tsv").write_text("".join(shipped[:2]), encoding="utf-8")
    new = tp.assess(cohort, NOW)
    with reference.own_tables(tmp_path):
        narrow = tp.assess(cohort, NOW)
        assert narrow.evidence_version != new.evidence_version
    # Made only now, when the workspace was last searched for other evidence.
    assert sorted_rows(new.to_arrow()) == sorted_rows(alone(NOW).to_arrow())
    assert narrow.to_arrow().num_rows != new.to_arrow().num_rows


def test_every_thread_gets_its_own_answers(cohort: tp.Cohort) -> None:
    found = tp.assess(cohort, NOW)
    # Two rules that ask two tables `case`.
    rules = [
        tp.recommendation(DRAFT, tier_limit="I-A", performance_status_days=1),
        tp.recommendation(DRAFT, tier_limit="X", performance_status_days=1000),
    ]

    def tallied(of: tp.Assessed, rule: tp.Recommendation) -> dict[str, object]:
        return count(tp.triage(of, rule), ["centre"]).to_dict()

    expected = [tallied(alone(NOW), rule) for rule in rules]
    assert expected[0]["rows"] != expected[1]["rows"]
    compared = tp.compare(alone(NOW), *rules).moves

    def ask(number: int) -> bool:
        right = tallied(found, rules[number % 2]) == expected[number % 2]
        return right and (number % 10 > 0 or tp.compare(found, *rules).moves == compared)

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(ask, range(120))) == [True] * 120


def test_threads_may_be_the_first_to_ask(cohort: tp.Cohort) -> None:
    found = {day: tp.assess(cohort, day) for day in (NOW, EARLY)}
    expected = {day: alone(day).best().to_pylist() for day in found}
    with ThreadPoolExecutor(4) as threads:
        days = [NOW, EARLY] * 4
        best = list(threads.map(lambda day: found[day].best().to_pylist(), days))
    assert best == [expected[day] for day in days]


def test_what_is_registered_on_the_connection_is_found(cohort: tp.Cohort) -> None:
    cohort.connection.register("mine", pa.table({"n": [1, 2]}))
    assert cohort.arrow("SELECT sum(n)::INTEGER AS n FROM mine").to_pylist() == [{"n": 3}]
    assert cohort.count("mine") == 2
    with pytest.raises(duckdb.CatalogException):
        cohort.count("nothing")
