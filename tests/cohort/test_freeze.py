"""A freeze: what was assessed once can be counted again, and a file that changed is noticed."""

import json
from datetime import date
from pathlib import Path

import duckdb
import pytest

import tumorprofil as tp
from tumorprofil.assessment import case
from tumorprofil.assessment.case import CaseSettings
from tumorprofil.assessment.frozen import holds_case
from tumorprofil.cohort import freeze as freezes
from tumorprofil.cohort import schema
from tumorprofil.synthetic import registry
from tumorprofil.terms import reference

EXAMPLES = Path(tp.__file__).parent / "examples"
DAY = date(2026, 11, 1)
ORDER = [(name, "ascending") for name in ("profile_id", "finding_id", "biomarker", "evidence_id", "drug")]


@pytest.fixture(scope="module")
def assessed() -> tp.Assessed:
    return tp.assess(tp.read([EXAMPLES / "lung", EXAMPLES / "registry"]), as_of=DAY)


@pytest.fixture(scope="module")
def frozen(assessed: tp.Assessed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("frozen") / "freeze"
    tp.freeze(assessed, folder)
    return folder


def rows(cohort: tp.Cohort, table: str) -> list[tuple[object, ...]]:
    return cohort.connection.execute(f'SELECT * FROM "{table}" ORDER BY ALL').fetchall()


@pytest.mark.parametrize("table", [table.name for table in schema.SOURCE_TABLES])
def test_every_source_table_comes_back_as_it_was(table: str, assessed: tp.Assessed, frozen: Path) -> None:
    assert rows(tp.read(frozen), table) == rows(assessed.cohort, table)


def test_an_assessment_of_the_same_evidence_is_not_made_again(assessed: tp.Assessed, frozen: Path) -> None:
    again = tp.assess(tp.read(frozen), as_of=DAY)
    assert again.case() == "case"
    assert rows(again.cohort, "case") == rows(assessed.cohort, assessed.case())
    assert again.best().to_pylist() == assessed.best().to_pylist()


def test_a_later_day_without_new_evidence_between_uses_what_is_frozen(frozen: Path) -> None:
    assert tp.assess(tp.read(frozen), as_of=date(2026, 12, 24)).case() == "case"


def test_evidence_of_an_earlier_day_is_assessed_anew(frozen: Path) -> None:
    early = tp.assess(tp.read(frozen), as_of=date(1990, 1, 1))
    assert early.case() != "case"
    assert not early.cohort.connection.execute(f"SELECT * FROM {early.case()} WHERE tier_rank <= 3").fetchall()


def test_an_assessment_by_other_evidence_leaves_what_is_frozen(assessed: tp.Assessed, frozen: Path) -> None:
    cohort = tp.read(frozen)
    early = tp.assess(cohort, as_of=date(1990, 1, 1))
    assert early.case() != "case"
    again = tp.assess(cohort, as_of=DAY)
    assert again.case() == "case"
    assert again.to_arrow().sort_by(ORDER).equals(assessed.to_arrow().sort_by(ORDER))
    assert not early.arrow("SELECT 1 FROM assessed WHERE tier_rank <= 3").num_rows


def replaced(name: str, folder: Path) -> Path:
    """A folder with a table of the user's own, which lacks the last row of the shipped one."""
    folder.mkdir()
    lines = reference.shipped_path(name).read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / f"{name}.tsv").write_text("".join(lines[:-1]), encoding="utf-8")
    return folder


@pytest.mark.parametrize("table", case.TABLES)
def test_a_frozen_case_is_not_used_where_a_table_behind_it_has_changed(
    table: str, frozen: Path, tmp_path: Path
) -> None:
    cohort, settings = tp.read(frozen), CaseSettings().resolved()
    assert holds_case(cohort, settings)
    with reference.own_tables(replaced(table, tmp_path / "tables")):
        assert not holds_case(cohort, settings)
    assert holds_case(cohort, settings)


def test_a_case_is_made_anew_when_a_table_changes_and_the_earlier_one_stays(frozen: Path, tmp_path: Path) -> None:
    again = tp.assess(tp.read(frozen), as_of=DAY)
    assert again.case() == "case"
    with reference.own_tables(replaced("performance_scale", tmp_path / "tables")):
        other = again.case()
        assert again.case() == other != "case"
    assert again.case() == "case"


def test_a_file_of_the_same_rows_is_the_same_table(tmp_path: Path) -> None:
    shipped = case.tables_digest()
    text = reference.shipped_path("age_band").read_text(encoding="utf-8")
    (tmp_path / "age_band.tsv").write_text(text, encoding="utf-8")
    with reference.own_tables(tmp_path):
        assert case.tables_digest() == shipped


def test_a_frozen_case_of_other_logic_is_not_used(frozen: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tumorprofil.assessment.frozen.LOGIC", case.LOGIC + 1)
    assert tp.assess(tp.read(frozen), as_of=DAY).case() != "case"


def test_other_settings_of_the_case_make_it_anew_and_leave_the_frozen_one(frozen: Path) -> None:
    again = tp.assess(tp.read(frozen), as_of=DAY)
    assert again.case(CaseSettings(karnofsky="ctep")) != "case"
    assert again.case() == "case"


def test_the_manifest_counts_names_and_hashes_every_file(frozen: Path) -> None:
    manifest = json.loads((frozen / "manifest.json").read_text(encoding="utf-8"))
    named = {file["name"] for table in manifest["tables"].values() for file in table["files"]}
    assert named == {path.name for path in frozen.iterdir()} - {"manifest.json"}
    assert manifest["tables"]["case"]["rows"] == 11
    assert manifest["synthetic"] is False
    assert freezes.changed_files(frozen) == []


def test_the_same_cohort_gives_the_same_freeze(assessed: tp.Assessed, frozen: Path, tmp_path: Path) -> None:
    again = tp.freeze(assessed, tmp_path / "again")
    assert again["id"] == json.loads((frozen / "manifest.json").read_text(encoding="utf-8"))["id"]


@pytest.fixture
def own(assessed: tp.Assessed, tmp_path: Path) -> Path:
    """A freeze that a test may spoil."""
    tp.freeze(assessed, tmp_path / "own")
    return tmp_path / "own"


def test_a_file_that_was_changed_is_found_by_its_hash(own: Path) -> None:
    file = own / "case-00000.parquet"
    content = bytearray(file.read_bytes())
    content[100] ^= 1
    file.write_bytes(content)
    assert freezes.changed_files(own) == ["case-00000.parquet"]


def spoilt(file: Path, place: int = -1) -> None:
    """Change a file and keep its length: one byte, or every byte between the marks at its ends."""
    content = bytearray(file.read_bytes())
    for at in [place] if place >= 0 else range(8, len(content) - 8):
        content[at] ^= 0x55
    file.write_bytes(content)


def test_a_case_whose_file_was_changed_is_refused_when_it_is_asked(own: Path) -> None:
    spoilt(own / "case-00000.parquet", 100)
    again = tp.assess(tp.read(own), as_of=DAY)
    with pytest.raises(tp.ReadError, match=r"case-00000.*changed after it was written; run check"):
        again.case()


def test_a_file_that_cannot_be_read_any_more_is_named(own: Path) -> None:
    spoilt(own / "profile-00000.parquet")
    with pytest.raises(tp.ReadError, match=r"profile-00000.*changed after it was written"):
        tp.assess(tp.read(own), as_of=date(1990, 1, 1)).best()


def test_a_file_whose_own_listing_was_changed_is_named(own: Path) -> None:
    file = own / "profile-00000.parquet"
    # The last eight bytes say how long the listing before them is.
    spoilt(file, file.stat().st_size - 8)
    with pytest.raises(tp.ReadError, match=r"profile-00000.*changed after it was written"):
        tp.read(own)


def test_a_file_that_is_lost_while_the_freeze_is_open_is_named(own: Path) -> None:
    cohort = tp.read(own)
    (own / "profile-00000.parquet").unlink()
    with pytest.raises(tp.ReadError, match=r"profile-00000.*the file is missing"):
        cohort.count("profile")


def test_a_wrong_query_is_not_blamed_on_the_files(own: Path) -> None:
    cohort = tp.read(own)
    spoilt(own / "case-00000.parquet", 100)
    with pytest.raises(duckdb.CatalogException):
        cohort.arrow("SELECT * FROM nothing")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda folder: (folder / "finding-00000.parquet").unlink(), "the file is missing"),
        (lambda folder: (folder / "finding-00000.parquet").write_bytes(b"PAR1"), "not as long as the manifest says"),
        (lambda folder: (folder / "manifest.json").write_text("{}"), "no manifest of a freeze"),
        (lambda folder: (folder / "manifest.json").write_text("["), "no manifest of a freeze"),
        (lambda folder: (folder / "manifest.json").write_text('{"format": 1, "tables": 2}'), "no manifest"),
    ],
)
def test_a_freeze_that_is_not_whole_is_refused(own: Path, spoil: object, said: str) -> None:
    spoil(own)  # type: ignore[operator]
    with pytest.raises(tp.ReadError, match=said):
        tp.read(own)


def test_a_manifest_cannot_name_a_file_outside_its_folder(own: Path) -> None:
    manifest = json.loads((own / "manifest.json").read_text(encoding="utf-8"))
    outside = own.parent / "outside.parquet"
    (own / "case-00000.parquet").rename(outside)
    manifest["tables"]["case"]["files"][0]["name"] = "../outside.parquet"
    (own / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(tp.ReadError):
        tp.read(own)


def test_a_freeze_is_read_by_itself(own: Path) -> None:
    with pytest.raises(tp.UsageError, match="A freeze is read by itself"):
        tp.read([own, EXAMPLES / "lung"])


def test_a_folder_that_is_no_freeze_is_never_replaced(assessed: tp.Assessed, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "one.txt").write_text("dear")
    with pytest.raises(tp.UsageError, match="exists and is no freeze"):
        tp.freeze(assessed, tmp_path / "letters")
    assert (tmp_path / "letters" / "one.txt").read_text() == "dear"


def test_a_freeze_is_replaced_only_where_that_is_said(assessed: tp.Assessed, own: Path) -> None:
    before = (own / "manifest.json").stat().st_mtime_ns
    with pytest.raises(tp.UsageError, match="is a freeze already; name another folder, or say --replace"):
        tp.freeze(assessed, own)
    assert (own / "manifest.json").stat().st_mtime_ns == before
    tp.freeze(assessed, own, replace=True)
    assert (own / "manifest.json").stat().st_mtime_ns > before
    assert [path.name for path in own.parent.iterdir()] == ["own"]


def test_a_synthetic_registry_never_replaces_real_people(own: Path, tmp_path: Path) -> None:
    before = (own / "manifest.json").read_bytes()
    with pytest.raises(tp.UsageError, match="is a freeze that is not synthetic"):
        registry.write(own, 20, replace=True)
    assert (own / "manifest.json").read_bytes() == before
    registry.write(tmp_path / "registry", 20)
    with pytest.raises(tp.UsageError, match="--replace"):
        registry.write(tmp_path / "registry", 30)
    assert registry.write(tmp_path / "registry", 30, replace=True)["tables"]["case"]["rows"] == 30


def test_a_freeze_that_fails_half_way_leaves_the_earlier_one_and_nothing_else(
    assessed: tp.Assessed, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (own / "manifest.json").read_bytes()

    def full(*arguments: object, **options: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("tumorprofil.cohort.freeze.seal", full)
    with pytest.raises(OSError, match="no space"):
        tp.freeze(assessed, own, replace=True)
    assert (own / "manifest.json").read_bytes() == before
    assert [path.name for path in own.parent.iterdir()] == ["own"]


def test_an_older_freeze_without_a_newer_column_reads_it_as_empty(own: Path) -> None:
    connection = duckdb.connect()
    file = own / "case-00000.parquet"
    narrow = f"SELECT * EXCLUDE (has_match) FROM read_parquet('{file}')"
    connection.execute(f"COPY ({narrow}) TO '{file}.new' (FORMAT parquet)")
    file.with_suffix(".parquet.new").rename(file)
    manifest = json.loads((own / "manifest.json").read_text(encoding="utf-8"))
    freezes.seal(own, DAY, False, {"evidence": manifest["evidence"], "case": manifest["case"]})
    cohort = tp.read(own)
    assert cohort.connection.execute('SELECT count(*), count(has_match) FROM "case"').fetchone() == (11, 0)
