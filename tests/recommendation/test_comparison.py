"""Two versions side by side: the moves are exactly what the two tallies differ by."""

from pathlib import Path

import pytest

import tumorprofil as tp
from tests.recommendation.test_counts import clinical
from tumorprofil.recommendation.comparison import compare
from tumorprofil.recommendation.document import OUTCOMES
from tumorprofil.recommendation.outcome import triage
from tumorprofil.recommendation.tally import count

DRAFT = "dnmtb-2026-draft"


@pytest.fixture(scope="module")
def assessed(tmp_path_factory: pytest.TempPathFactory) -> tp.Assessed:
    return tp.assess(tp.read(clinical(tmp_path_factory.mktemp("home"), "OUH", 66)))


CHANGES: list[dict[str, object]] = [
    {"performance_status_limit": 0},
    {"performance_status_limit": 3},
    {"tier_limit": "I-A"},
    {"karnofsky": "ctep"},
    {"performance_status_days": 0},
    {"rare_cancers": "exempt", "performance_status_limit": 1},
    {"children": "out_of_scope"},
]


@pytest.mark.parametrize("settings", CHANGES, ids=str)
@pytest.mark.parametrize("formal", ["report", "apply"])
def test_what_moves_is_what_the_tallies_differ_by(
    assessed: tp.Assessed, settings: dict[str, object], formal: str
) -> None:
    rules = tp.recommendation(DRAFT), tp.recommendation(DRAFT, **settings)
    found = compare(assessed, *rules, formal=formal)  # type: ignore[arg-type]
    before, after = (count(triage(assessed, rule, formal=formal)).total.counts for rule in rules)  # type: ignore[arg-type]
    for outcome in OUTCOMES:
        assert found.change(outcome) == (after[outcome] or 0) - (before[outcome] or 0)
    assert found.profiles == 66


def test_a_version_compared_with_itself_moves_nobody(assessed: tp.Assessed) -> None:
    found = compare(assessed, tp.recommendation(DRAFT), tp.recommendation(DRAFT))
    assert (found.moved, found.cases().num_rows, found.changed_settings) == (0, 0, {})


def test_each_profile_that_moves_is_named_with_both_outcomes_and_what_decided(assessed: tp.Assessed) -> None:
    found = compare(assessed, tp.recommendation(DRAFT), tp.recommendation(DRAFT, performance_status_limit=3))
    cases = found.cases().to_pylist()
    assert len(cases) == found.moved > 0
    assert {(case["performance_status"], case["from"], case["to"]) for case in cases} == {
        (3, "filtered_out", "presented")
    }
    assert {case["reason_from"] for case in cases} == {"performance_status_and_tier"}


def test_the_setting_that_changed_is_named(assessed: tp.Assessed) -> None:
    found = compare(assessed, tp.recommendation(DRAFT), tp.recommendation(DRAFT, tier_limit="I-C"))
    assert found.changed_settings == {"tier_limit": ("II-B", "I-C")}
    assert found.to_dict()["to"]["settings"]["tier_limit"] == "I-C"


def test_two_documents_can_be_compared(assessed: tp.Assessed, tmp_path: Path) -> None:
    shipped = Path(tp.__file__).parent / "recommendation" / "data" / f"{DRAFT}.toml"
    text = shipped.read_text(encoding="utf-8").replace("NOT above_limit OR within_tier", "NOT above_limit")
    (tmp_path / "stricter.toml").write_text(text, encoding="utf-8")
    found = compare(assessed, tp.recommendation(DRAFT), tp.recommendation(tmp_path / "stricter.toml"))
    moves = {(move.from_outcome, move.to_outcome) for move in found.moves if move.moves}
    assert moves == {("presented", "filtered_out")}
