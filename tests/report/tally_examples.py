"""Tallies made by hand, so that the report is tested without an engine. They speak of the recommendation that ships."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from tumorprofil.recommendation import library
from tumorprofil.recommendation.about import About
from tumorprofil.recommendation.tally import (
    COUNTS,
    NOT_RECORDED,
    Cell,
    ReasonCount,
    Row,
    summed,
)
from tumorprofil.recommendation.triage import deciding_groups
from tumorprofil.recommendation.triage import reasons as possible_reasons
from tumorprofil.report.tally import Tally
from tumorprofil.terms import language

DAY = date(2026, 11, 24)
HOSTILE = '=HYPERLINK("x")<b>&'
REQUIREMENTS = ("identity", "stage", "consent")


def both(said: Any) -> dict[str, str]:
    found = {}
    for code in language.LANGUAGES:
        with language.use(code):
            found[code] = said()
    return found


def about(**cells: Any) -> About:
    """What was asked, of the recommendation that ships with PS over 1 instead of 2."""
    rule = library.recommendation("dnmtb-2026-draft", performance_status_limit=1)
    made = About(
        recommendation=rule.id,
        version=rule.version,
        state=rule.state,
        digest=rule.digest,
        title=rule.title,
        settings=rule.settings,
        said={name: both(lambda name=name: rule.options[name].said(rule.settings[name])) for name in rule.settings},
        setting_words={name: option.words for name, option in rule.options.items()},
        words={"refusal": rule.refusal} | {part.id: both(lambda part=part: rule.words(part.id)) for part in rule.parts},
        deciding_groups=deciding_groups(rule),
        criteria=tuple(criterion.id for criterion in rule.criteria),
        labels={
            f"{reason.criterion} {reason.outcome}": both(
                lambda reason=reason: rule.label(reason.criterion, reason.outcome)
            )
            for reason in possible_reasons(rule, "report")
        },
        changed=rule.changed,
        reworded=False,
        refused_values=0,
        left_out=0,
        evidence_version="escat-2026-11-01",
        as_of="2026-11-20",
        case_tables="1-t",
        population="all",
        formal="report",
        synthetic=True,
        freeze="syn-2026-11-24",
        made=DAY,
    )
    return replace(made, **cells)


def counts(
    profiles: int, returned: int, filtered_out: int, manual: int, undetermined: int, **more: int
) -> dict[str, Any]:
    """The counts of a row; what is not given is presented, or 0."""
    given = {"profiles": profiles, "returned": returned, "filtered_out": filtered_out, "manual_review": manual}
    given |= {"undetermined": undetermined, "presented": profiles - returned - filtered_out - manual - undetermined}
    given |= {"patients": profiles - 1, "grouped_manual_review": 2 * manual // 3}
    return dict.fromkeys(COUNTS, 0) | given | more


def made(by: Sequence[str], groups: Mapping[tuple[Cell, ...], dict[str, Any]], **cells: Any) -> Tally:
    """A tally of these groups with the reasons that belong to their counts."""
    rows = tuple(Row(key, found) for key, found in groups.items())
    return Tally(
        about=about(**cells),
        by=tuple(by),
        rows=rows,
        total=summed(rows, sum(row.counts["patients"] or 0 for row in rows)),
        reasons=tuple(reason for row in rows for reason in reasons(row)),
        missing={name: 7 * at + 5 for at, name in enumerate(REQUIREMENTS)},
    )


def reasons(row: Row) -> list[ReasonCount]:
    """Manual review is two thirds haematology, which decides before relevance, and one third rare cancers."""
    haematology = 2 * (row.counts["manual_review"] or 0) // 3
    found = [
        ("refusal", "returned", row.counts["returned"]),
        ("haematology", "manual_review", haematology),
        ("rare_cancers", "manual_review", (row.counts["manual_review"] or 0) - haematology),
        *(
            ("performance_status_and_tier", name, row.counts[name])
            for name in ("presented", "filtered_out", "undetermined")
        ),
    ]
    return [ReasonCount(row.key, criterion, outcome, number) for criterion, outcome, number in found if number]


def by_centre(**cells: Any) -> Tally:
    """Four groups: two centres that are known by code, one that is named by a file, one unknown."""
    lost = {"proposed": 40, "treated": 18, "responded": 7}
    return made(
        ("centre",),
        {
            ("AAUH",): counts(1141, 12, 242, 61, 90, **lost),
            ("RH",): counts(2034, 22, 301, 98, 140, proposed=61, treated=33, responded=12),
            (HOSTILE,): counts(11, 0, 6, 0, 1, proposed=1),
            (None,): counts(37, 0, 4, 2, 20),
        },
        **cells,
    )


def by_centre_and_year() -> Tally:
    return made(
        ("centre", "year"),
        {(centre, year): counts(100 + year - 2000, 1, 10, 3, 5) for centre in ("AUH", "RH") for year in (2024, 2025)},
    )


def without_groups() -> Tally:
    return made((), {(): counts(1141, 12, 242, 61, 90)})


def not_recorded() -> Tally:
    """A source that keeps no proposals, treatments or responses, and where persons cannot be told apart."""
    unknown = dict.fromkeys(("proposed", "treated", "responded", "patients"), NOT_RECORDED)
    return replace(
        made(("centre",), {("RH",): counts(500, 0, 20, 0, 0, **unknown)}),
        total=Row((), counts(500, 0, 20, 0, 0, **unknown)),
    )


def empty() -> Tally:
    return made(("centre",), {})


def out_of_scope() -> Tally:
    return made(
        ("cancer_group",), {("DLCG",): counts(300, 1, 20, 3, 5), ("ALG",): counts(0, 0, 0, 0, 0, out_of_scope=4321)}
    )


def applied() -> Tally:
    return made(
        ("performance_status",), {(0,): counts(300, 250, 20, 3, 5), (3,): counts(80, 70, 8, 0, 0)}, formal="apply"
    )


def before_suppression() -> Tally:
    """By centre, with counts that are easily found again."""
    lost = {"proposed": 1733, "treated": 1511, "responded": 1277}
    return made(
        ("centre",),
        {
            ("AAUH",): counts(8429, 1319, 2417, 1613, 1907, **lost),
            ("RH",): counts(7919, 1021, 3301, 1123, 1229, proposed=2111, treated=1999, responded=1877),
            ("AUH",): counts(4001, 22, 301, 98, 140, proposed=61, treated=33, responded=12),
        },
    )


_HIDDEN = ("filtered_out", "undetermined", "returned", "proposed")


def suppressed() -> Tally:
    """The same, with some counts of one centre, all of another, and some of the total hidden."""
    full = before_suppression()
    first, second, third = full.rows
    rows = (
        Row(first.key, {**first.counts, **dict.fromkeys(_HIDDEN)}),
        Row(second.key, dict.fromkeys(second.counts)),
        third,
    )
    return replace(
        full,
        rows=rows,
        total=Row((), {**full.total.counts, **dict.fromkeys(_HIDDEN)}),
        reasons=tuple(reason if reason.key == third.key else replace(reason, profiles=None) for reason in full.reasons),
        missing={**full.missing, "stage": None},
        suppressed_below=5,
    )


def hidden() -> set[int]:
    """The counts that `suppressed` hides and that stand nowhere else in it."""
    full, told = before_suppression(), suppressed()
    pairs = [*zip(full.rows, told.rows, strict=True), (full.total, told.total)]
    gone = {before.counts[name] for before, after in pairs for name in COUNTS if after.counts[name] is None}
    return {number for number in gone if number is not None and number > 1000}


def tells(written: str, number: int) -> bool:
    """Whether a text holds a number, as a program or a person writes it. The geometry of a picture is no text."""
    plain = re.sub(r' (?:width|height|viewBox|d|transform)="[^"]*"', "", written)
    return bool(re.search(rf"(?<![\w.]){number // 1000}[.,]?{number % 1000:03}(?!\w)", plain))


ALL = (by_centre, by_centre_and_year, without_groups, not_recorded, empty, out_of_scope, applied, suppressed)
