"""The commands around the recommendation, as a person or a script meets them."""

import json
from pathlib import Path

import pytest

import tumorprofil as tp
from tests.recommendation.test_counts import clinical
from tumorprofil.cli.main import main

Captured = pytest.CaptureFixture[str]
DRAFT = "dnmtb-2026-draft"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(clinical(tmp_path_factory.mktemp("home"), "OUH", 44))


@pytest.fixture(scope="module")
def frozen(home: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("frozen") / "freeze"
    tp.freeze(tp.assess(tp.read(home)), folder)
    return str(folder)


def tallied(capsys: Captured, *arguments: str) -> dict[str, object]:
    assert main(["tally", *arguments, "--format", "json"]) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def test_a_tally_on_the_screen_names_centre_and_numbers(home: str, capsys: Captured) -> None:
    assert main(["tally", home, "--by", "centre"]) == 0
    out = capsys.readouterr().out
    assert "Odense Universitetshospital" in out
    assert "44" in out


def test_json_has_what_was_promised(home: str, capsys: Captured) -> None:
    found = tallied(capsys, home, "--by", "centre,year")
    assert {
        "recommendation",
        "by",
        "rows",
        "total",
        "reasons",
        "formal",
        "lost",
        "evidence",
        "suppressed_below",
    } <= set(found)
    assert found["by"] == ["centre", "year"]
    assert found["total"]["profiles"] == 44  # type: ignore[index]


def test_a_setting_changes_the_count(home: str, capsys: Captured) -> None:
    before = tallied(capsys, home)["total"]["filtered_out"]  # type: ignore[index]
    after = tallied(capsys, home, "--set", "performance_status_limit=0")["total"]["filtered_out"]  # type: ignore[index]
    assert after > before


def test_formal_shortfalls_return_a_case_only_where_they_are_applied(home: str, capsys: Captured) -> None:
    report = tallied(capsys, home)["total"]["returned"]  # type: ignore[index]
    applied = tallied(capsys, home, "--formal", "apply")["total"]["returned"]  # type: ignore[index]
    assert (report, applied) == (4, 44)


def test_a_freeze_gives_the_same_tally_as_the_files(home: str, frozen: str, capsys: Captured) -> None:
    first, second = tallied(capsys, home, "--by", "year"), tallied(capsys, frozen, "--by", "year")
    assert first["rows"] == second["rows"]


def test_published_numbers_hide_small_ones(home: str, capsys: Captured) -> None:
    found = tallied(capsys, home, "--suppress-below", "5")
    assert found["suppressed_below"] == 5
    assert found["total"]["returned"] is None  # type: ignore[index]


@pytest.mark.parametrize("ending", ["csv", "json", "html", "xlsx", "pptx"])
def test_out_writes_the_format_that_the_ending_says(ending: str, frozen: str, tmp_path: Path, capsys: Captured) -> None:
    file = tmp_path / f"tally.{ending}"
    assert main(["tally", frozen, "--by", "centre", "--out", str(file)]) == 0
    assert capsys.readouterr().out == ""
    assert file.stat().st_size > 200


def test_counts_of_two_centres_become_one_tally(tmp_path: Path, capsys: Captured) -> None:
    files = []
    for centre, number in (("OUH", 12), ("RH", 18)):
        file = tmp_path / f"{centre}.json"
        source = clinical(tmp_path, centre, number)
        assert main(["tally", str(source), "--by", "year", "--counts-only", "--out", str(file)]) == 0
        files.append(str(file))
    capsys.readouterr()
    assert main(["combine", *files, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["total"]["profiles"] == 30
    assert main(["combine", files[0], files[0]]) == 1
    assert "the centre OUH is in" in capsys.readouterr().err


def test_compare_says_what_changed_and_who_moved(frozen: str, capsys: Captured) -> None:
    assert main(["compare", DRAFT, f"{DRAFT}@performance_status_limit=3", frozen]) == 0
    out = capsys.readouterr().out
    assert "performance_status_limit: 2 → 3" in out
    assert "Filtered out" in out


def test_compare_lists_the_profiles_that_move(frozen: str, tmp_path: Path, capsys: Captured) -> None:
    file = tmp_path / "moved.tsv"
    assert main(["compare", DRAFT, f"{DRAFT}@performance_status_limit=3", frozen, "--out", str(file)]) == 0
    lines = [line.split("\t") for line in file.read_text(encoding="utf-8").splitlines()]
    place = lines[0].index("from")
    assert {(line[place], line[place + 1]) for line in lines[1:]} == {("filtered_out", "presented")}


def test_freeze_and_check_agree_and_check_finds_a_change(home: str, tmp_path: Path, capsys: Captured) -> None:
    folder = tmp_path / "freeze"
    assert main(["freeze", home, "--out", str(folder)]) == 0
    assert main(["check", str(folder)]) == 0
    file = folder / "patient-00000.parquet"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    capsys.readouterr()
    assert main(["check", str(folder)]) == 1
    assert "was changed after it was written" in capsys.readouterr().out


def test_freeze_and_synthetic_replace_a_freeze_only_when_told(home: str, tmp_path: Path, capsys: Captured) -> None:
    real, made = str(tmp_path / "real"), str(tmp_path / "made")
    for command in (["freeze", home, "--out", real], ["synthetic", "--profiles", "20", "--out", made]):
        assert main(command) == 0
        assert main(command) == 2
        assert "is a freeze already; name another folder, or say --replace" in capsys.readouterr().err
        assert main([*command, "--replace"]) == 0
    assert main(["synthetic", "--profiles", "20", "--out", real, "--replace"]) == 2
    assert "not synthetic" in capsys.readouterr().err


def test_a_synthetic_registry_is_written_and_says_so(tmp_path: Path, capsys: Captured) -> None:
    assert main(["synthetic", "--profiles", "300", "--out", str(tmp_path / "registry")]) == 0
    assert "synthetic" in capsys.readouterr().out
    assert tallied(capsys, str(tmp_path / "registry"))["synthetic"] is True


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["tally", "HOME", "--recommendation", "nosuch"], 2, "There is no recommendation nosuch"),
        (["tally", "HOME", "--set", "nosuch=1"], 2, "has no setting nosuch"),
        (["tally", "HOME", "--set", "performance_status_limit"], 2, "--set takes KEY=VALUE"),
        (["tally", "HOME", "--set", "performance_status_limit=high"], 2, "a whole number from 0 to 4"),
        (["tally", "HOME", "--by", "postcode"], 2, "cannot be split by postcode"),
        (["tally", "HOME", "--by", "patient_id"], 2, "cannot be split by patient_id"),
        (["tally", "HOME", "--formal", "maybe"], 2, "report, apply, ignore"),
        (["tally", "HOME", "--population", "some"], 2, "all, referred"),
        (["tally", "HOME", "--population", "referred"], 2, "keeps no referrals"),
        (["tally", "HOME", "--format", "doc"], 2, "The format doc is unknown"),
        (["tally", "HOME", "--format", "csv", "--out", "x.json"], 2, "contradict each other"),
        (["tally", "HOME", "--out", "x.doc"], 2, "the ending says no known format"),
        (["tally", "HOME", "--suppress-below", "0"], 2, "whole number from 1"),
        (["tally", "HOME", "--suppress-below", "five"], 2, "--suppress-below"),
        (["tally", "HOME", "--published", "x.json"], 2, "--published goes with --suppress-below"),
        (["tally", "HOME", "--counts-only", "--suppress-below", "5"], 2, "are exact"),
        (["tally"], 2, "PATH is missing"),
        (["compare", DRAFT, "HOME"], 2, "PATH is missing"),
        (["compare", DRAFT, f"{DRAFT}@nosuch=1", "HOME"], 2, "has no setting nosuch"),
        (["combine", "nothere.json"], 1, "there is no such file"),
        (["freeze", "HOME"], 2, "--out"),
        (["freeze", "HOME", "--out", "HOME"], 2, "exists and is no freeze"),
        (["synthetic", "--profiles", "0", "--out", "x"], 2, "A registry holds 1 to"),
    ],
)
def test_errors_are_one_line_on_stderr_with_their_exit_code(
    arguments: list[str], code: int, said: str, home: str, capsys: Captured
) -> None:
    assert main([home if argument == "HOME" else argument for argument in arguments]) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert said in captured.err


@pytest.mark.parametrize("command", ["tally", "compare", "combine", "freeze", "synthetic"])
def test_every_command_explains_itself_in_danish(command: str, capsys: Captured) -> None:
    main([command, "--help", "--language", "da"])
    danish = capsys.readouterr().out
    main([command, "--help", "--language", "en"])
    english = capsys.readouterr().out
    shared = set(danish.splitlines()) & set(english.splitlines())
    assert [line for line in shared if any(letter.isalpha() for letter in line)] == []


def test_samples_that_only_a_table_names_are_counted_on_stderr(tmp_path: Path, capsys: Captured) -> None:
    home = clinical(tmp_path, "OUH", 6)
    table = home / "klinik.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("OUH-", "ANDRE-"), encoding="utf-8")
    assert main(["tally", str(home)]) == 0
    assert "Profiles without any finding or biomarker: 6 of 12." in capsys.readouterr().err


def test_persons_that_meet_no_profile_are_counted_on_stderr(tmp_path: Path, capsys: Captured) -> None:
    home = clinical(tmp_path, "OUH", 6)
    table = home / "klinik.csv"
    text = table.read_text(encoding="utf-8").replace(";OUH-", ";ANDRE-").replace("profil_id", "rekvisitionsnr")
    table.write_text(text, encoding="utf-8")
    assert main(["tally", str(home)]) == 0
    assert "Persons in the tables without any profile: 6 of 12." in capsys.readouterr().err


def test_an_empty_assessment_says_why(tmp_path: Path, capsys: Captured) -> None:
    heading = "Tumor_Sample_Barcode\tHugo_Symbol\tVariant_Classification\tHGVSp_Short"
    (tmp_path / "one.maf").write_text(f"{heading}\nS1\tTTN\tMissense_Mutation\tp.A100V\n", encoding="utf-8")
    assert main(["assess", str(tmp_path / "one.maf")]) == 0
    err = capsys.readouterr().err
    assert "No tier is proposed for 1 profiles: the tumour type is unknown." in err


def test_a_freeze_takes_no_options_of_files(frozen: str, capsys: Captured) -> None:
    assert main(["tally", frozen, "--tumour-type", "LUAD"]) == 2
    assert "A freeze keeps how its files were read" in capsys.readouterr().err
