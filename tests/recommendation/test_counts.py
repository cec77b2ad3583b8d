"""Counts from home: exact, internal, added once each, and never across versions."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import tumorprofil as tp
from tumorprofil.recommendation import counts
from tumorprofil.recommendation.outcome import triage
from tumorprofil.recommendation.tally import NOT_RECORDED, count
from tumorprofil.terms.reference import own_tables

DRAFT = "dnmtb-2026-draft"
CENTRES = ("OUH", "RH", "AUH")


def clinical(folder: Path, centre: str, number: int) -> Path:
    """A centre's own folder: a MAF of some lung cancers and a clinical table."""
    home = folder / centre
    home.mkdir()
    heading = "Tumor_Sample_Barcode\tHugo_Symbol\tVariant_Classification\tHGVSp_Short\tt_ref_count\tt_alt_count"
    lines = [heading]
    table = ["patient_id;ecog;ps_dato;svardato;profil_id;icd10;morfologi;alder;samtykke_dnmtb"]
    for n in range(number):
        name = f"{centre}-{n}"
        gene = ("EGFR\tMissense_Mutation\tp.L858R", "TP53\tMissense_Mutation\tp.R175H")[n % 2]
        lines.append(f"{name}\t{gene}\t80\t40")
        ecog, year = ("", "0", "1", "2", "3", "4")[(n + len(centre)) % 6], 2022 + n % 3
        consent = "nej" if n % 11 == 0 else "ja"
        table.append(f"P{name};{ecog};{year}-03-01;{year}-03-05;{name};DC341;M81403;{40 + n};{consent}")
    (home / "lunge.maf").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (home / "klinik.csv").write_text("\n".join(table) + "\n", encoding="utf-8")
    (home / "cohort.toml").write_text(f'centre = "{centre}"\n[tumour_types]\n"*.maf" = "LUAD"\n', encoding="utf-8")
    return home


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("homes")
    return [clinical(folder, centre, 20 + 7 * place) for place, centre in enumerate(CENTRES)]


@pytest.fixture(scope="module")
def assessed(homes: list[Path]) -> list[tp.Assessed]:
    return [tp.assess(tp.read(home)) for home in homes]


Send = Callable[..., Path]


@pytest.fixture
def send(assessed: list[tp.Assessed], tmp_path: Path) -> Send:
    """Write the counts-only file of a centre."""

    def write(place: int, by: tuple[str, ...] = ("year",), name: str | None = None, **settings: object) -> Path:
        path = tmp_path / (name or f"{CENTRES[place]}.json")
        outcome = triage(assessed[place], tp.recommendation(DRAFT, **settings))
        path.write_text(counts.text(counts.counts_only(outcome, by)), encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize("by", [(), ("year",), ("centre",), ("centre", "year"), ("performance_status", "tier")])
def test_the_national_tally_equals_the_tally_over_all_data(by: tuple[str, ...], homes: list[Path], send: Send) -> None:
    national = counts.combine([send(place, by) for place in range(3)]).to_dict()
    whole = count(triage(tp.assess(tp.read(homes)), tp.recommendation(DRAFT)), by).to_dict()
    for row in (*whole["rows"], whole["total"], *national["rows"], national["total"]):
        del row["patients"]
    assert national == whole


def test_persons_are_not_known_across_centres(send: Send) -> None:
    national = counts.combine([send(0), send(1)])
    assert national.total.counts["patients"] == NOT_RECORDED
    assert counts.combine([send(0)]).total.counts["patients"] == 20


def test_the_file_says_that_it_is_internal_and_what_it_is_a_count_of(send: Send) -> None:
    content = json.loads(send(0).read_text(encoding="utf-8"))
    assert "internal" in content["note"]
    assert content["centres"] == ["OUH"]
    assert content["about"]["digest"] == tp.recommendation(DRAFT).digest
    assert content["about"]["settings"]["performance_status_limit"] == 2


def test_the_file_names_no_profile_and_no_patient(send: Send) -> None:
    assert "OUH-1" not in send(0).read_text(encoding="utf-8")


def test_a_centre_that_is_sent_twice_is_refused(send: Send) -> None:
    again = send(0, name="again.json")
    with pytest.raises(tp.ReadError, match=r"the centre OUH is in .* already"):
        counts.combine([send(0), send(1), again])


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"performance_status_limit": 1}, "other settings"),
        ({"haematology": "exempt"}, "other settings"),
        ({"karnofsky": "ctep"}, "other settings"),
    ],
)
def test_other_settings_are_refused(settings: dict[str, Any], said: str, send: Send) -> None:
    with pytest.raises(tp.ReadError, match=said):
        counts.combine([send(0), send(1, **settings)])


def test_other_columns_are_refused(send: Send) -> None:
    with pytest.raises(tp.ReadError, match="split by"):
        counts.combine([send(0), send(1, ("cancer_group",))])


def test_another_version_is_refused(assessed: list[tp.Assessed], send: Send, tmp_path: Path) -> None:
    shipped = Path(tp.__file__).parent / "recommendation" / "data" / f"{DRAFT}.toml"
    text = shipped.read_text(encoding="utf-8").replace('version = "2026.1"', 'version = "2026.2"')
    (tmp_path / "newer.toml").write_text(text, encoding="utf-8")
    outcome = triage(assessed[1], tp.recommendation(tmp_path / "newer.toml"))
    newer = tmp_path / "newer.json"
    newer.write_text(counts.text(counts.counts_only(outcome, ("year",))), encoding="utf-8")
    with pytest.raises(tp.ReadError, match="another version of the recommendation"):
        counts.combine([send(0), newer])


def changed(path: Path, change: Callable[[dict[str, Any]], None], sealed: bool) -> Path:
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    if sealed:
        del content["hash"]
        content["hash"] = counts._hash(content)
    path.write_text(counts.text(content), encoding="utf-8")
    return path


def more(content: dict[str, Any]) -> None:
    content["rows"][0]["counts"]["filtered_out"] += 1


def negative(content: dict[str, Any]) -> None:
    content["rows"][0]["counts"]["patients"] = -5


def renamed(content: dict[str, Any]) -> None:
    content["centres"] = ["RH"]


def doubled(content: dict[str, Any]) -> None:
    content["rows"].append(content["rows"][0])


def impossible(content: dict[str, Any]) -> None:
    content["rows"][0]["counts"]["proposed"] = 9999


def beyond_the_outcome(content: dict[str, Any]) -> None:
    content["reasons"][0]["profiles"] += 500


def of_no_row(content: dict[str, Any]) -> None:
    content["reasons"][0]["key"] = ["OUH", 1066]


def unknown_criterion(content: dict[str, Any]) -> None:
    content["reasons"][0]["criterion"] = "weather"


def less_than_nothing(content: dict[str, Any]) -> None:
    content["missing"]["stage"] = -1


def other_day(content: dict[str, Any]) -> None:
    content["about"]["made"] = "yesterday"


def without_words(content: dict[str, Any]) -> None:
    content["about"]["words"] = {}


def short_key(content: dict[str, Any]) -> None:
    content["rows"][0]["key"] = ["OUH"]


def many_persons(content: dict[str, Any]) -> None:
    content["patients"] = "many"


CHANGES = [
    more,
    negative,
    renamed,
    doubled,
    impossible,
    beyond_the_outcome,
    of_no_row,
    unknown_criterion,
    less_than_nothing,
    other_day,
    without_words,
    short_key,
    many_persons,
]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("sealed", [False, True])
def test_a_file_that_was_changed_is_refused_also_where_the_hash_was_made_to_fit(
    change: Callable[[dict[str, Any]], None], sealed: bool, send: Send
) -> None:
    with pytest.raises(tp.ReadError, match="the file was changed"):
        counts.combine([changed(send(0), change, sealed)])


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", "not json", '{"format": "tumorprofil counts"}', "[" * 5000])
def test_what_is_no_counts_only_file_is_refused_in_one_line(text: str, tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text(text, encoding="utf-8")
    with pytest.raises(tp.ReadError, match="no counts-only file") as refused:
        counts.combine([tmp_path / "other.json"])
    assert "\n" not in str(refused.value)


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(tp.ReadError, match="there is no such file"):
        counts.combine([tmp_path / "nothere.json"])


def test_a_cut_off_file_is_refused(send: Send) -> None:
    path = send(0)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(tp.ReadError, match="no counts-only file"):
        counts.combine([path])


def test_profiles_without_a_centre_cannot_be_counted_for_others(tmp_path: Path) -> None:
    home = clinical(tmp_path, "OUH", 4)
    (home / "cohort.toml").write_text('[tumour_types]\n"*.maf" = "LUAD"\n', encoding="utf-8")
    outcome = triage(tp.assess(tp.read(home)), tp.recommendation(DRAFT))
    with pytest.raises(tp.UsageError, match="Profiles without a centre: 4"):
        counts.counts_only(outcome)


def test_counts_made_with_other_reference_tables_are_refused(
    assessed: list[tp.Assessed], send: Send, homes: list[Path], tmp_path: Path
) -> None:
    shipped = Path(tp.__file__).parent / "terms" / "data" / "age_band.tsv"
    (tmp_path / "own").mkdir()
    text = shipped.read_text(encoding="utf-8").replace("default\tchild\t0\t18", "default\tchild\t0\t90")
    (tmp_path / "own" / "age_band.tsv").write_text(text, encoding="utf-8")
    with own_tables(tmp_path / "own"):
        outcome = triage(tp.assess(tp.read(homes[1])), tp.recommendation(DRAFT))
        other = tmp_path / "other.json"
        other.write_text(counts.text(counts.counts_only(outcome, ("year",))), encoding="utf-8")
    with pytest.raises(tp.ReadError, match="other reference tables"):
        counts.combine([send(0), other])
