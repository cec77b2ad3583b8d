"""The command line as a person or a script meets it: output, errors in one line, exit codes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import tumorprofil as tp
from tumorprofil.cli.main import main
from tumorprofil.report.assessment import COLUMNS

EXAMPLES = Path(tp.__file__).parent / "examples"
LUNG, REGISTRY = str(EXAMPLES / "lung"), str(EXAMPLES / "registry")
Captured = pytest.CaptureFixture[str]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The installed command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "tumorprofil.cli.main", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, **environment},
    )


def test_assess_in_a_pipe_gives_plain_tab_separated_rows_with_the_promised_columns(capsys: Captured) -> None:
    assert main(["assess", LUNG]) == 0
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == list(COLUMNS)
    assert {len(line) for line in lines} == {len(COLUMNS)}
    assert any(line[3:6] == ["EGFR", "L858R", "I-A"] for line in lines)


def test_rows_are_sorted_by_patient(capsys: Captured) -> None:
    main(["assess", REGISTRY])
    patients = [line.split("\t")[0] for line in capsys.readouterr().out.splitlines()[1:]]
    assert patients == sorted(patients)


def test_refused_values_do_not_stop_assess_but_are_counted_on_stderr(capsys: Captured) -> None:
    assert main(["assess", REGISTRY]) == 0
    assert "Values that could not be read and count as unknown: 1; run check" in capsys.readouterr().err


def test_check_lists_every_refusal_with_its_place_and_exits_1(capsys: Captured) -> None:
    assert main(["check", REGISTRY]) == 1
    out = capsys.readouterr().out
    assert f"{REGISTRY}/klinik.csv\t6\tECOG\tpT3\t" in out
    assert "Refused: 1" in out


def test_check_says_what_each_file_gives(capsys: Captured) -> None:
    main(["check", REGISTRY])
    out = capsys.readouterr().out
    assert f"{REGISTRY}/breast.maf\tmaf\t3\t24" in out
    assert f"{REGISTRY}/klinik.csv\tclinical\t0\t0" in out


def test_check_exits_0_where_nothing_is_refused(capsys: Captured) -> None:
    assert main(["check", LUNG]) == 0
    assert "Nothing is refused." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["assess", "nothere.maf"], 1, "nothere.maf: there is no such file"),
        (["assess", LUNG, "--preset", "nosuch"], 2, "No preset is called nosuch"),
        (["assess", LUNG, "--tumour-type", "NOSUCH"], 2, "NOSUCH is no OncoTree code"),
        (["assess", LUNG, "--build", "hg19"], 2, "The build hg19 is unknown"),
        (["assess", LUNG, "--as-of", "soon"], 2, "--as-of takes a day such as 2025-06-30"),
        (["assess", LUNG, "--out", "result.doc"], 2, "result.doc: the ending says no known format"),
        (["assess", LUNG, "--out", "nowhere/result.tsv"], 2, "the folder nowhere does not exist"),
        (["assess", LUNG, "--nosuch"], 2, "There is no option --nosuch"),
        (["assess", LUNG, "--build"], 2, "The option --build is not used as it must be"),
        (["assess"], 2, "PATH is missing"),
        (["nosuch"], 2, "No such command 'nosuch'"),
        (["check", LUNG, "--language", "xx"], 2, "No texts in language xx"),
    ],
)
def test_errors_are_one_line_on_stderr_with_their_exit_code(
    arguments: list[str], code: int, said: str, capsys: Captured
) -> None:
    assert main(arguments) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("tumorprofil: ")
    assert captured.err.count("\n") == 1
    assert said in captured.err


def test_an_error_in_the_program_shows_no_traceback_unless_asked(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: object, **options: object) -> None:
        raise KeyError("lost")

    monkeypatch.setattr("tumorprofil.formats.reading.read", broken)
    assert main(["assess", LUNG]) == 1
    assert "Traceback" not in capsys.readouterr().err
    assert main(["assess", LUNG, "--verbose"]) == 1
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize("ending", ["tsv", "csv", "json", "html", "parquet"])
def test_out_writes_the_format_that_the_ending_says(ending: str, tmp_path: Path, capsys: Captured) -> None:
    file = tmp_path / f"result.{ending}"
    assert main(["assess", LUNG, "--out", str(file)]) == 0
    assert capsys.readouterr().out == ""
    assert b"L858R" in file.read_bytes()


def test_json_holds_the_same_rows_as_the_pipe(tmp_path: Path, capsys: Captured) -> None:
    main(["assess", LUNG, "--out", str(tmp_path / "r.json")])
    main(["assess", LUNG])
    rows = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert len(rows) == len(capsys.readouterr().out.splitlines()) - 1
    assert list(rows[0]) == list(COLUMNS)


def test_an_old_report_is_judged_by_what_was_known_then(capsys: Captured) -> None:
    assert main(["assess", LUNG, "--as-of", "1990-01-01"]) == 0
    tiers = {line.split("\t")[5] for line in capsys.readouterr().out.splitlines()[1:]}
    assert not tiers & {"I-A", "I-B", "I-C"}


def test_the_examples_say_on_their_page_that_nobody_is_real(tmp_path: Path) -> None:
    main(["assess", LUNG, "--out", str(tmp_path / "r.html")])
    assert "NO REAL PATIENT" in (tmp_path / "r.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", [[], ["check"], ["assess"]])
def test_help_is_danish_on_a_danish_machine(command: list[str]) -> None:
    danish = run(*command, "--help", LANG="da_DK.UTF-8", TUMORPROFIL_LANGUAGE="")
    assert danish.returncode == 0
    english = run(*command, "--help", LANG="C", TUMORPROFIL_LANGUAGE="")
    shared = set(danish.stdout.splitlines()) & set(english.stdout.splitlines())
    assert {line.strip() for line in shared} <= {""}


def test_the_language_option_wins_over_the_machine(capsys: Captured) -> None:
    main(["check", LUNG, "--language", "da"])
    assert "Intet er afvist." in capsys.readouterr().out


def test_a_pipe_that_closes_early_is_no_error() -> None:
    command = f'"{sys.executable}" -m tumorprofil.cli.main assess "{REGISTRY}" | head -c 10'
    result = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False)
    assert result.returncode == 0
    assert "BrokenPipe" not in result.stderr
    assert "Traceback" not in result.stderr


def test_the_version_is_said(capsys: Captured) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"tumorprofil {tp.__version__}\n"


def test_the_demonstration_writes_both_pages_and_says_where(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tumorprofil.cli.demo import demo

    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert demo(tmp_path / "out", profiles=400) == 0
    said = capsys.readouterr().out
    for page, content in (("assessment.html", "L858R"), ("tally.html", "Rigshospitalet")):
        assert str(tmp_path / "out" / page) in said
        assert content in (tmp_path / "out" / page).read_text(encoding="utf-8")
