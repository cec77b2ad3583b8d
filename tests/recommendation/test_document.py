"""A recommendation as a document: what the draft says, what a broken one is told, what its settings take."""

import re
from collections.abc import Mapping
from datetime import date
from importlib.resources import files
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from tumorprofil.assessment.case import CaseSettings
from tumorprofil.cohort.schema import CASE, PRESENTER_ROLE
from tumorprofil.errors import UsageError
from tumorprofil.recommendation import reading
from tumorprofil.recommendation.document import Recommendation
from tumorprofil.recommendation.library import load, recommendation
from tumorprofil.recommendation.setting import SWITCH
from tumorprofil.terms import language

DRAFT = Path(str(files("tumorprofil"))) / "recommendation" / "data" / "dnmtb-2026-draft.toml"
TEXT = DRAFT.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def draft() -> Recommendation:
    return recommendation("dnmtb-2026-draft")


def parsed(text: str) -> Recommendation:
    return reading.read("own.toml", text.encode("utf-8"))


def changed(old: str, new: str, times: int = 1) -> str:
    """The draft with a text of it replaced; it must be there, or the test would test nothing."""
    assert old in TEXT
    return TEXT.replace(old, new, times)


# --- the draft ---------------------------------------------------------------------------------------------------


def test_the_draft_says_what_it_is(draft: Recommendation) -> None:
    assert (draft.id, draft.version, draft.state) == ("dnmtb-2026-draft", "2026.1", "draft")
    assert draft.checked_by == ""
    assert "8 December 2025" in draft.source


def test_the_draft_is_reviewed_after_it_was_written_and_before_it_is_forgotten(draft: Recommendation) -> None:
    assert draft.written < draft.review_by < draft.written.replace(year=draft.written.year + 1)
    assert date.today() <= draft.review_by, "the date of review has passed"


# Each point of the minutes, and the columns of the case that it is asked of.
MINUTES = [
    ("identity", {"has_identity"}),
    ("histology", {"has_histology"}),
    ("performance_status", {"performance_status_status", "performance_status_date"}),
    ("stage", {"has_stage"}),
    ("treatment_lines", {"has_treatment_lines"}),
    ("specimen", {"has_specimen"}),
    ("method", {"has_method", "has_quality"}),
    ("findings", {"has_findings"}),
    ("match", {"has_match", "has_question"}),
    ("presenter", {"presenter_role"}),
    ("consent", {"consent_board"}),
    ("tier", {"tier_status"}),
]


def asked(expression: str) -> set[str]:
    return set(re.findall(r"[a-z_]+", re.sub(r":[a-z_]+|'[^']*'", "", expression))) & set(CASE.column_names)


@pytest.mark.parametrize(("point", "columns"), MINUTES)
def test_every_formal_requirement_of_the_minutes_is_there(draft: Recommendation, point: str, columns: set[str]) -> None:
    (requirement,) = [part for part in draft.requirements if part.id == point]
    assert asked(requirement.holds) == columns


def test_nothing_is_asked_for_beyond_the_minutes(draft: Recommendation) -> None:
    assert [part.id for part in draft.requirements] == [point for point, _ in MINUTES]


def test_a_tier_is_asked_for_only_above_the_limit(draft: Recommendation) -> None:
    (tier,) = [part for part in draft.requirements if part.id == "tier"]
    assert "above_limit" in tier.holds
    assert ":performance_status_limit" in draft.definitions["above_limit"]


def test_the_four_groups_of_the_minutes_have_a_switch_each(draft: Recommendation) -> None:
    found = [(group.id, group.switch, group.applies, draft.settings[group.switch]) for group in draft.groups]
    assert found == [
        ("haematology", "haematology", "always", "manual"),
        ("children", "children", "always", "manual"),
        ("young_adults", "young_adults", "always", "same_rules"),
        ("rare_cancers", "rare_cancers", "where_filtered_out", "manual"),
    ]


def test_the_settings_are_what_the_minutes_leave_open(draft: Recommendation) -> None:
    assert {name: (option.kind, draft.settings[name]) for name, option in draft.options.items()} == {
        "performance_status_limit": ("number", 2),
        "tier_limit": ("tier", "II-B"),
        "haematology": ("switch", "manual"),
        "children": ("switch", "manual"),
        "young_adults": ("switch", "same_rules"),
        "rare_cancers": ("switch", "manual"),
        "presenter_roles": ("roles", tuple(role for role in PRESENTER_ROLE if role != "other")),
        "consent": ("choice", "recorded"),
        "germline_findings": ("choice", "count"),
        "resistance_findings": ("choice", "count"),
        "performance_status_days": ("number", 90),
        "karnofsky": ("karnofsky", "default"),
        "age_bands": ("age_bands", "default"),
    }


def test_every_setting_is_asked_somewhere(draft: Recommendation) -> None:
    expressions = [*draft.definitions.values(), *(part.holds for part in draft.requirements)]
    expressions += [criterion.holds for criterion in draft.criteria]
    named = set(re.findall(r":([a-z_]+)", " ".join(expressions))) | {group.switch for group in draft.groups}
    assert named | {"performance_status_days", "karnofsky", "age_bands"} == set(draft.options)


def test_there_is_one_criterion_of_relevance_with_a_sentence_for_each_outcome(draft: Recommendation) -> None:
    (criterion,) = draft.criteria
    assert criterion.id == "performance_status_and_tier"
    assert set(criterion.reasons) == {"presented", "filtered_out", "manual_review", "undetermined"}
    assert criterion.review is not None


def words_of(rule: Recommendation) -> list[tuple[str, Mapping[str, str]]]:
    """Every text for people in a document, with its place."""
    found = [("title", rule.title), ("purpose", rule.purpose), ("refusal", rule.refusal)]
    found += [(part.id, part.words) for part in rule.parts]
    for option in rule.options.values():
        found += [(option.name, option.words), *((option.name, words) for words in option.choices.values())]
    for criterion in rule.criteria:
        found += [(f"{criterion.id}.{outcome}", words) for outcome, words in criterion.reasons.items()]
    return found


def test_everything_is_said_in_danish_and_english(draft: Recommendation) -> None:
    for place, words in words_of(draft):
        assert set(words) == {"da", "en"}, place
        assert all(text.strip() for text in words.values()), place
    # `Tier` and the like are the same in both; a whole text is not.
    same = [place for place, words in words_of(draft) if words["da"] == words["en"]]
    assert same == []


def test_both_languages_fill_the_same_places_and_only_those_that_are_known(draft: Recommendation) -> None:
    known = {*draft.settings, *CASE.column_names}
    for place, words in words_of(draft):
        named = [{name for _, name, _, _ in Formatter().parse(words[code]) if name} for code in ("da", "en")]
        assert named[0] == named[1], place
        assert named[0] <= known, place


def test_every_value_of_a_setting_is_said_in_both_languages(draft: Recommendation) -> None:
    values: dict[str, list[Any]] = {name: list(option.codes()) for name, option in draft.options.items()}
    for name, codes in values.items():
        option = draft.options[name]
        for code in codes:
            value = option.value(code)
            with language.use("da"):
                danish = option.said(value)
            with language.use("en"):
                english = option.said(value)
            assert danish
            if option.kind in ("switch", "choice", "roles"):
                assert danish != english, f"{name}: {code}"


# --- broken documents --------------------------------------------------------------------------------------------

REQUIREMENT = '[[formal_requirement]]\nid = "identity"\nholds = "has_identity"\n'
GROUP = 'id = "haematology"\nswitch = "haematology"\n'
_SENTENCE = 'en = "PS {performance_status} and best tier {tier}: the outcome'
LIMIT = '[settings.performance_status_limit]\nkind = "number"\ndefault = 2\n'

# What is changed in the draft, into what, and the place and the problem that must be named.
BROKEN = {
    "a missing identifier": ('id = "dnmtb-2026-draft"\n', "", "id: an identifier"),
    "an identifier with a path": ('id = "dnmtb-2026-draft"', 'id = "../x"', "id: an identifier"),
    "a missing version": ('version = "2026.1"\n', "", "version: a text"),
    "a version that is a number": ('version = "2026.1"', "version = 2026.1", "version: a text"),
    "a missing author": ('author = "Tumorprofil"\n', "", "author: a text"),
    "an empty author": ('author = "Tumorprofil"', 'author = " "', "author: a text"),
    "a missing state": ('state = "draft"\n', "", "state: None is unknown"),
    "an unknown state": ('state = "draft"', 'state = "final"', "state: 'final' is unknown; known are draft"),
    "a state that is a list": ('state = "draft"', 'state = ["draft"]', "state: "),
    "a date in quotation marks": ("written = 2026-11-25", 'written = "2026-11-25"', "written: a date"),
    "a date that is a time": ("review_by = 2027-05-31", "review_by = 2027-05-31T12:00:00", "review_by: a date"),
    "a missing date": ("written = 2026-11-25\n", "", "written: a date"),
    "a title in one language": ('da = "DNMTB-anbefaling, udkast 2026"\n', "", "title.da: a text"),
    "a title that is a text": ("[title]\n", 'title = "x"\n[titles]\n', "titles: this key is unknown"),
    "no refusal": ("[refusal]", "[refusals]", "refusals: this key is unknown"),
    "an unknown key": ('id = "dnmtb-2026-draft"', 'id = "x"\ncolour = "red"', "colour: this key is unknown"),
    "an unknown key of a requirement": (
        REQUIREMENT, REQUIREMENT + "weight = 2\n", "formal_requirement.identity.weight: this key is unknown"),
    "an unknown key of a group": (GROUP, GROUP + "weight = 2\n", "group.haematology.weight: this key is unknown"),
    "an unknown key of a setting": (
        LIMIT, LIMIT + "weight = 2\n", "settings.performance_status_limit.weight: this key is unknown"),
    "a requirement without words": (
        'da = "Patientens identitet"\n', "", "formal_requirement.identity.da: a text"),
    "a requirement without a rule": (
        'holds = "has_identity"\n', "", "formal_requirement.identity.holds: a text"),
    "a requirement without a name": (
        'id = "identity"\n', "", "formal_requirement"),
    "a bad expression": (
        'holds = "has_identity"', 'holds = "has_identity AND"',
        "formal_requirement.identity.holds: this is no expression"),
    "an expression of another kind": (
        'holds = "has_stage"', 'holds = "age"', "formal_requirement.stage.holds: a number stands where a truth is due"),
    "an expression that names a patient": (
        'holds = "has_stage"', "holds = \"patient_id = 'x'\"",
        "formal_requirement.stage.holds: patient_id is no column"),
    "an unknown column of a group": (
        'belongs = "haematological"', 'belongs = "haematologic"',
        "group.haematology.belongs: haematologic is no column"),
    "an unknown code in a review": (
        "review = \"tier_status = 'not_covered'\"", "review = \"tier_status = 'uncovered'\"",
        "relevance_criterion.performance_status_and_tier.review: the column has no code uncovered"),
    "a bad definition": (
        "WHEN performance_status_low > :performance_status_limit THEN TRUE",
        "WHEN performance_status_low > :limit THEN TRUE", "definitions.above_limit: there is no setting limit"),
    "a definition that is defined too late": (
        'holds = "NOT above_limit OR within_tier"', 'holds = "NOT beyond_limit OR within_tier"',
        "relevance_criterion.performance_status_and_tier.holds: beyond_limit is no column"),
    "a definition by the name of a column": ("above_limit = ", "age = ", "definitions.age: "),
    "a definition that is a number": ("[definitions]", "[definitions]\nx = 1", "definitions.x: a text"),
    "an unknown switch": (
        'switch = "haematology"', 'switch = "blood"',
        "group.haematology.switch: 'blood' is unknown; known are haematology"),
    "a switch that is no switch": (
        'switch = "haematology"', 'switch = "tier_limit"', "group.haematology.switch: 'tier_limit' is unknown"),
    "an unknown moment of a group": (
        'applies = "always"', 'applies = "sometimes"', "group.haematology.applies: 'sometimes' is unknown"),
    "an identifier twice": ('id = "stage"', 'id = "identity"', "identity: the identifier is used twice"),
    "an identifier of two kinds": ('id = "haematology"', 'id = "stage"', "stage: the identifier is used twice"),
    "an identifier that is taken by the refusal": (
        'id = "stage"', 'id = "refusal"', "refusal: the identifier is used twice"),
    "an identifier in capitals": ('id = "stage"', 'id = "Stage"', "formal_requirement"),
    "an unknown kind of setting": (
        'kind = "tier"', 'kind = "colour"', "settings.tier_limit.kind: 'colour' is unknown; known are number"),
    "a setting without a kind": ('kind = "tier"\n', "", "settings.tier_limit.kind: None is unknown"),
    "a setting without a default": ('default = "II-B"\n', "", "settings.tier_limit.default: "),
    "a setting in one language": (
        'en = "Worst ESCAT tier that is presented where the performance status is above the limit"\n', "",
        "settings.tier_limit.en: a text"),
    "a default out of range": (
        "default = 2\nlowest = 0", "default = 5\nlowest = 0",
        "settings.performance_status_limit.default: The setting performance_status_limit cannot be 5"),
    "a default below the range": (
        "default = 2\nlowest = 0", "default = -1\nlowest = 0", "settings.performance_status_limit.default: "),
    "a default that is no tier": ('default = "II-B"', 'default = "II-C"', "settings.tier_limit.default: "),
    "a default that no switch has": ('default = "manual"', 'default = "off"', "settings.haematology.default: "),
    "a default that no choice has": ('default = "recorded"', 'default = "always"', "settings.consent.default: "),
    "a role that nobody has": ('default = ["oncologist"', 'default = ["surgeon"', "settings.presenter_roles.default: "),
    "a number without bounds": ("lowest = 0\nhighest = 4\n", "", "settings.performance_status_limit: a number needs"),
    "a choice in one language": (
        'da = "intet krav"\n', "", "settings.consent.choices.not_asked.da: a text"),
    "a sentence that is missing": (
        "[relevance_criterion.reasons.undetermined]", "[relevance_criterion.reasons.unsure]",
        "relevance_criterion.performance_status_and_tier.reasons: undetermined is missing"),
    "a sentence of a review that is missing": (
        "[relevance_criterion.reasons.manual_review]", "[relevance_criterion.reasons.reviewed]",
        "relevance_criterion.performance_status_and_tier.reasons: manual_review is missing"),
    "a sentence with an unknown place": (
        _SENTENCE, 'en = "PS {performance} and best tier {tier}: the outcome',
        "relevance_criterion.performance_status_and_tier.reasons.undetermined"),
    "a sentence with an open place": (
        _SENTENCE, 'en = "PS {performance_status and best tier: the outcome',
        "relevance_criterion.performance_status_and_tier.reasons.undetermined"),
    "a sentence that reaches into its values": (
        _SENTENCE, 'en = "PS {tier.__class__} and {tier[0]}: the outcome',
        "relevance_criterion.performance_status_and_tier.reasons.undetermined"),
    "a requirement that is a table": (
        '[[formal_requirement]]\nid = "identity"', '[formal_requirement]\nid = "identity"', "as TOML it goes wrong"),
    "no criterion": ("[[relevance_criterion]]", "[[relevance]]", "relevance: this key is unknown"),
}  # fmt: skip


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_document_is_refused_with_file_and_place(fault: str) -> None:
    old, new, told = BROKEN[fault]
    with pytest.raises(UsageError) as refused:
        parsed(changed(old, new))
    message = str(refused.value)
    assert message.startswith("own.toml")
    assert told in message
    assert "\n" not in message


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        "id = 'ø'".encode("latin-1"),
        b"id = ",
        b"id = 'x'\nid = 'y'",
        b"a" * 100,
        b"\x00",
        b"x = " + b"[" * 5_000,
        b"id = 'x'\r\x00",
    ],
    ids=["empty", "not UTF-8", "latin-1", "half a line", "a key twice", "no TOML", "a control", "deep", "NUL"],
)
def test_what_is_no_document_is_refused_by_name(content: bytes) -> None:
    with pytest.raises(UsageError, match=r"own\.toml") as refused:
        reading.read("own.toml", content)
    assert "\n" not in str(refused.value)


def test_a_document_without_relevance_is_refused() -> None:
    with pytest.raises(UsageError, match=r"own\.toml, relevance_criterion: at least one is needed"):
        parsed(TEXT[: TEXT.index("[[relevance_criterion]]")])


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("settings", "1"),
        ("definitions", '"x"'),
        ("formal_requirement", "1"),
        ("group", '["x"]'),
        ("relevance_criterion", "[1]"),
        ("title", "1"),
        ("settings.tier_limit", "1"),
        ("settings.tier_limit.choices", "1"),
        ("settings.tier_limit.choices", '"x"'),
        ("relevance_criterion", "[{id = 'x', holds = 'TRUE', da = 'x', en = 'x', reasons = 1}]"),
        ("group", "[{id = ['x']}]"),
        ("settings.tier_limit.kind", "{a = 1}"),
    ],
)
def test_a_value_of_another_shape_is_refused_by_place(key: str, value: str) -> None:
    head = TEXT[: TEXT.index("[title]")]
    words = "".join(f'{name} = {{da = "x", en = "y"}}\n' for name in ("title", "purpose", "refusal") if name != key)
    with pytest.raises(UsageError, match=r"own\.toml, .*" + key.split(".")[0]):
        parsed(f"{head}{key} = {value}\n{words}")


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.toml"
    path.write_text(TEXT + "# padding\n" * 120_000, encoding="utf-8")
    with pytest.raises(UsageError, match=r"huge\.toml is too large"):
        recommendation(path)


def test_an_unknown_recommendation_is_refused_with_those_that_are_known(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no recommendation dnmtb-2025: neither a file nor one of dnmtb-2026-draft"):
        recommendation("dnmtb-2025")
    with pytest.raises(UsageError, match="neither a file"):
        recommendation(tmp_path)


@pytest.mark.parametrize("code", ["da", "en"])
def test_a_refusal_names_the_place_in_either_language(code: str) -> None:
    with language.use(code), pytest.raises(UsageError, match=r"^own\.toml, formal_requirement\.stage\.holds: "):
        parsed(changed('holds = "has_stage"', 'holds = "no_column"'))


def test_a_file_of_ones_own_is_read_as_the_shipped_one(tmp_path: Path, draft: Recommendation) -> None:
    path = tmp_path / "own.toml"
    path.write_text(changed('id = "dnmtb-2026-draft"', 'id = "own"'), encoding="utf-8")
    own = recommendation(path, performance_status_limit=1)
    assert (own.id, own.settings["performance_status_limit"]) == ("own", 1)
    assert [part.id for part in own.parts] == [part.id for part in draft.parts]


# --- digest ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# --- settings", "# --- other words about settings"),
        ('id = "dnmtb-2026-draft"', '# a comment\n\nid   =   "dnmtb-2026-draft"'),
        ('state = "draft"\nauthor = "Tumorprofil"', 'author = "Tumorprofil"\nstate = "draft"'),
        ('checked_by = ""', "checked_by = ''"),
    ],
)
def test_the_digest_does_not_see_comments_spaces_and_order(draft: Recommendation, old: str, new: str) -> None:
    assert parsed(changed(old, new)).digest == draft.digest


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('version = "2026.1"', 'version = "2026.2"'),
        ("default = 2\n", "default = 1\n"),
        ('da = "Stadium"', 'da = "Stadie"'),
        ('holds = "has_stage"', 'holds = "has_stage OR rare"'),
        ('applies = "where_filtered_out"', 'applies = "always"'),
        ("written = 2026-11-25", "written = 2026-11-24"),
    ],
)
def test_the_digest_changes_with_the_content(draft: Recommendation, old: str, new: str) -> None:
    assert parsed(changed(old, new)).digest != draft.digest


def test_the_digest_is_the_documents_and_not_the_settings(draft: Recommendation) -> None:
    assert draft.setting(performance_status_limit=0).digest == draft.digest
    assert re.fullmatch(r"[0-9a-f]{64}", draft.digest)


# --- settings ----------------------------------------------------------------------------------------------------

TAKES = {
    "performance_status_limit": [(0, 0), (4, 4), ("3", 3)],
    "performance_status_days": [(0, 0), (3650, 3650)],
    "tier_limit": [("I-A", "I-A"), ("X", "X"), ("IIB", "II-B"), ("ii-b", "II-B")],
    "haematology": [(code, code) for code in SWITCH],
    "consent": [(code, code) for code in ("not_asked", "recorded", "given")],
    "karnofsky": [("ctep", "ctep")],
    "age_bands": [("aya_15_39", "aya_15_39")],
    "presenter_roles": [
        ("pathologist", ("pathologist",)),
        ("pathologist, oncologist", ("oncologist", "pathologist")),
        (["other", "oncologist", "other"], ("oncologist", "other")),
    ],
}
REFUSES: dict[str, list[Any]] = {
    "performance_status_limit": [-1, 5, 2.5, "2.5", "two", "", None, True, [2], "1e1", "2 x"],
    "performance_status_days": [-1, 3651, None],
    "tier_limit": ["", "I", "VI", "II-C", "not_covered", None, 0, ["I-A"]],
    "haematology": ["", "on", "Manual", None, True, ["manual"]],
    "consent": ["yes", None, 1],
    "germline_findings": ["no", False],
    "karnofsky": ["ecog", None],
    "age_bands": ["children", None],
    "presenter_roles": ["", [], "surgeon", ["oncologist", "surgeon"], None, 1, "oncologist,"],
}


@pytest.mark.parametrize(("name", "given", "kept"), [(name, *pair) for name, pairs in TAKES.items() for pair in pairs])
def test_a_setting_takes(draft: Recommendation, name: str, given: Any, kept: Any) -> None:
    assert draft.setting(**{name: given}).settings[name] == kept


@pytest.mark.parametrize(("name", "given"), [(name, value) for name, values in REFUSES.items() for value in values])
def test_a_setting_refuses_what_it_cannot_be_and_says_what_it_takes(
    draft: Recommendation, name: str, given: Any
) -> None:
    with pytest.raises(UsageError, match=f"The setting {name} cannot be .*; it takes (a whole number|one)"):
        draft.setting(**{name: given})


def test_an_unknown_setting_is_refused_with_those_that_are_known(draft: Recommendation) -> None:
    with pytest.raises(UsageError, match="dnmtb-2026-draft has no setting limit; it has performance_status_limit, "):
        draft.setting(limit=1)


def test_a_change_of_settings_leaves_the_document_as_it_was(draft: Recommendation) -> None:
    before = dict(draft.settings)
    other = draft.setting(performance_status_limit=0).setting(tier_limit="I-A")
    assert (other.settings["performance_status_limit"], other.settings["tier_limit"]) == (0, "I-A")
    assert draft.settings == before


def test_settings_of_the_case_are_taken_from_the_recommendation(draft: Recommendation) -> None:
    assert draft.case_settings == CaseSettings("default", "default", 90)
    other = draft.setting(karnofsky="ctep", age_bands="aya_15_39", performance_status_days=14)
    assert other.case_settings == CaseSettings("ctep", "aya_15_39", 14)


def test_a_document_may_leave_the_settings_of_the_case_to_the_tables() -> None:
    text = TEXT
    for name in ("karnofsky", "age_bands", "performance_status_days"):
        start = text.index(f"[settings.{name}]")
        text = text[:start] + text[text.index("\n\n", start) + 2 :]
    assert parsed(text).case_settings == CaseSettings().resolved()


def test_reading_the_file_and_asking_by_name_give_the_same(draft: Recommendation) -> None:
    assert load(DRAFT) == draft
