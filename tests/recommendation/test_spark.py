"""The same tally on Spark: the same expression, counted by another engine, cell for cell."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import tumorprofil as tp
from tests.recommendation.given_cases import a_case, draft, tier, triaged
from tumorprofil.cli.main import main
from tumorprofil.cohort import spark
from tumorprofil.errors import TumorprofilError, UsageError
from tumorprofil.recommendation.outcome import Triaged
from tumorprofil.recommendation.tally import BY, Tally, count
from tumorprofil.recommendation.triage import FORMAL
from tumorprofil.synthetic import registry

SETTINGS: tuple[dict[str, Any], ...] = (
    {},
    {"performance_status_limit": 1, "tier_limit": "II-B", "children": "exempt", "haematology": "out_of_scope"},
)


@pytest.fixture(scope="module")
def engine() -> Iterator[None]:
    """Spark, where it is installed; it ends with the tests of this file."""
    for module in ("pyspark", "pandas"):
        if find_spec(module) is None:
            pytest.skip(f"not installed: {module}")
    if not os.environ.get("JAVA_HOME") and shutil.which("java") is None:
        pytest.skip("not installed: java")
    yield
    spark.stop()


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("synthetic") / "registry"
    registry.write(folder, profiles=3000)
    return folder


@pytest.fixture(scope="module")
def assessed(frozen: Path) -> tp.Assessed:
    return tp.assess(tp.read(frozen))


def both(outcome: Triaged, by: tuple[str, ...]) -> tuple[Tally, Tally]:
    """The tally by DuckDB and by Spark."""
    given = (outcome.assessed, outcome.rule, outcome.formal, outcome.population)
    return count(Triaged(*given, engine="duckdb"), by), count(Triaged(*given, engine="spark"), by)


def cells(tally: Tally) -> list[Any]:
    """Every cell with its type: 1 is not True, and neither is 1.0."""
    rows = [[*row.key, *row.counts.values()] for row in (*tally.rows, tally.total)]
    reasons = [[*reason.key, reason.criterion, reason.outcome, reason.profiles] for reason in tally.reasons]
    return [[(type(cell).__name__, cell) for cell in row] for row in (*rows, *reasons, list(tally.missing.items()))]


def command(frozen: Path, temporary: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """`tumorprofil tally` in a process of its own, whose temporary files and working folder are `temporary`."""
    run = [sys.executable, "-m", "tumorprofil.cli.main", "tally", str(frozen), "--by", "centre,tier", "--format",
           "json", "--language", "en", *arguments]  # fmt: skip
    environment = os.environ | {"TMPDIR": str(temporary)}
    return subprocess.run(run, capture_output=True, text=True, cwd=temporary, env=environment, check=False)


def assert_same(outcome: Triaged, by: tuple[str, ...]) -> Tally:
    expected, found = both(outcome, by)
    assert cells(found) == cells(expected)
    assert json.dumps(found.to_dict()) == json.dumps(expected.to_dict())
    return found


# --- the same numbers --------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("formal", FORMAL)
@pytest.mark.parametrize("chosen", SETTINGS, ids=["the draft", "other settings"])
def test_a_freeze_is_counted_alike(assessed: tp.Assessed, chosen: dict[str, Any], formal: Any) -> None:
    found = assert_same(Triaged(assessed, draft(**chosen), formal), ("centre", "year", "tier"))
    assert found.total.counts["profiles"]


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("by", [(), *((name,) for name in BY)], ids=lambda by: "+".join(by) or "total")
def test_every_column_is_counted_alike(assessed: tp.Assessed, by: tuple[str, ...]) -> None:
    assert_same(Triaged(assessed, draft(), population="referred"), by)


@pytest.mark.usefixtures("engine")
def test_the_unknown_is_a_group_of_its_own_and_booleans_stay_booleans() -> None:
    cases = [
        a_case(profile_id=f"S{n}", centre=place, year=year, rare=rare, **tier(name))
        for n, (place, year, rare, name) in enumerate(
            [(None, None, None, None), ("Ålborg", 2025, True, "I-A"), ("ærø", None, False, "X"), ("", 2024, True, "V")]
        )
    ]
    found = assert_same(triaged(cases, draft()), ("centre", "year", "rare", "haematological", "performance_status"))
    assert {type(value) for row in found.rows for value in row.key} == {str, int, bool, type(None)}


@pytest.mark.usefixtures("engine")
def test_no_case_at_all_is_counted_alike() -> None:
    for by in ((), ("centre",)):
        assert_same(triaged([], draft()), by)


@pytest.mark.usefixtures("engine")
def test_more_than_65_536_persons_are_counted_exactly() -> None:
    many = 70_001
    cases = [{"profile_id": f"S{n}", "patient_id": f"P{n % many}", "centre": "AB"[n % 2]} for n in range(many + 9)]
    found = assert_same(triaged(cases, draft()), ("centre",))
    assert (found.total.counts["patients"], found.total.counts["profiles"]) == (many, many + 9)


@pytest.mark.usefixtures("engine")
def test_the_listing_is_the_same_down_to_its_types(assessed: tp.Assessed) -> None:
    rule = draft(presenter_roles="oncologist")
    on_spark = tp.triage(assessed, rule, formal="apply", engine="spark").to_arrow()
    assert on_spark.equals(tp.triage(assessed, rule, formal="apply").to_arrow())


@pytest.mark.usefixtures("engine")
def test_a_freeze_is_read_where_it_lies_and_other_settings_of_the_case_are_counted_too(assessed: tp.Assessed) -> None:
    assert Triaged(assessed, draft(), engine="spark").case == "case"
    anew = Triaged(assessed, draft(performance_status_days=30), engine="spark")
    assert anew.case != "case"
    assert_same(anew, ("performance_status",))


@pytest.mark.parametrize("name", ["year=2020", "æ ø å", "a:b", "[1]{x,y}*?", "50%20", "_x/.y/sex=male/centre=A"])
@pytest.mark.parametrize("engine_name", ["duckdb", "spark"])
def test_the_name_of_a_folder_says_nothing_of_what_is_in_it(
    name: str,
    engine_name: Any,
    frozen: Path,
    assessed: tp.Assessed,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    if engine_name == "spark":
        request.getfixturevalue("engine")
    folder = tmp_path / name / "freeze"
    shutil.copytree(frozen, folder)
    by = ("year", "sex", "centre")
    found = count(tp.triage(tp.assess(tp.read(folder)), draft(), engine=engine_name), by)
    assert cells(found) == cells(count(tp.triage(assessed, draft()), by))


# --- the session -------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("engine")
def test_a_session_that_was_stopped_is_started_again(assessed: tp.Assessed) -> None:
    outcome = tp.triage(assessed, draft(), engine="spark")
    first = count(outcome, ("centre",))
    spark.stop()
    spark.stop()
    assert count(outcome, ("centre",)) == first


@pytest.mark.usefixtures("engine")
def test_a_master_that_is_none_is_said_in_one_line(assessed: tp.Assessed, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = tp.triage(assessed, draft(), engine="spark")
    count(outcome)
    spark.stop()
    monkeypatch.setenv(spark.MASTER, "nowhere")
    with pytest.raises(TumorprofilError, match=r"^Spark \(nowhere\) could not be started: [^\n]*'nowhere'$"):
        count(outcome)


@pytest.mark.usefixtures("engine")
def test_what_stops_spark_is_said_in_one_line(assessed: tp.Assessed, frozen: Path, tmp_path: Path) -> None:
    folder = tmp_path / "freeze"
    shutil.copytree(frozen, folder)
    outcome = tp.triage(tp.assess(tp.read(folder)), draft(), engine="spark")
    assert outcome.case == "case"
    (folder / "case-00000.parquet").unlink()
    with pytest.raises(TumorprofilError, match=r"^Spark could not count: \[PATH_NOT_FOUND\][^\n]*$"):
        count(outcome)


# --- the command line --------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("engine")
def test_the_command_writes_the_same_tally_and_nothing_else(frozen: Path, tmp_path: Path) -> None:
    by_duckdb, by_spark = command(frozen, tmp_path), command(frozen, tmp_path, "--engine", "spark")
    assert (by_spark.returncode, by_spark.stderr) == (0, "")
    assert by_spark.stdout == by_duckdb.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("engine")
def test_the_command_says_in_one_line_that_spark_did_not_start(
    frozen: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(spark.MASTER, "nowhere")
    ran = command(frozen, tmp_path, "--engine", "spark")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert re.fullmatch(r"tumorprofil: Spark \(nowhere\) could not be started: [^\n]+Master[^\n]+\n", ran.stderr)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_engine_is_refused_before_anything_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tally", "no such folder", "--engine", "abacus", "--language", "en"]) == 2
    assert capsys.readouterr().err == "tumorprofil: The engine is one of duckdb, spark, not abacus.\n"


def test_without_spark_one_line_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(spark, "find_spec", lambda name: None if name == "pyspark" else find_spec(name))
    assert main(["tally", "no such folder", "--engine", "spark", "--language", "en"]) == 2
    said = capsys.readouterr().err
    assert said == "tumorprofil: Spark is not installed (pyspark); install it with: pip install 'tumorprofil[spark]'\n"


def test_without_java_one_line_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark, "find_spec", lambda name: name)
    monkeypatch.setattr(spark.shutil, "which", lambda name: None)  # type: ignore[attr-defined]
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(UsageError, match="Java 17 or 21"):
        spark.require()
