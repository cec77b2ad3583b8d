"""What a tally is a tally of: the version of the rules with its settings, the evidence, the population, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tumorprofil.assessment.case import LOGIC, tables_digest
from tumorprofil.recommendation import library
from tumorprofil.recommendation.document import REFUSAL
from tumorprofil.recommendation.outcome import Triaged
from tumorprofil.recommendation.setting import Value
from tumorprofil.recommendation.triage import deciding_groups, reasons
from tumorprofil.terms import language

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class About:
    """What was asked: the version of the rules with its settings, the evidence, the population."""

    recommendation: str
    version: str
    state: str
    digest: str
    title: Words
    settings: Mapping[str, Value]
    # By language: setting → what it is called, and its value in words; reason → what it is called or asks.
    setting_words: Mapping[str, Words]
    said: Mapping[str, Words]
    words: Mapping[str, Words]
    # What kind of part a reason is: the groups that decide before relevance, with what they lead to, and the criteria.
    deciding_groups: Mapping[str, str]
    criteria: tuple[str, ...]
    # `criterion outcome` → why many cases have it, in a few words, where that is more than what the criterion asks.
    labels: Mapping[str, Words]
    # Settings that are not the document's own; and whether the id is one that ships, with another text.
    changed: tuple[str, ...]
    reworded: bool
    # Values that could not be read and count as unknown, and rows or files that were left out.
    refused_values: int
    left_out: int
    evidence_version: str
    as_of: str
    # The tables that shape a case, and the logic that does.
    case_tables: str
    population: str
    formal: str
    synthetic: bool
    freeze: str | None
    made: date


def about(outcome: Triaged) -> About:
    """What a triage was asked."""
    rule, assessed = outcome.rule, outcome.assessed
    manifest = assessed.cohort.manifest or {}
    return About(
        recommendation=rule.id,
        version=rule.version,
        state=rule.state,
        digest=rule.digest,
        title=rule.title,
        settings=rule.settings,
        setting_words={name: option.words for name, option in rule.options.items()},
        said={name: _both(lambda name=name: rule.options[name].said(rule.settings[name])) for name in rule.settings},
        words={REFUSAL: rule.refusal} | {part.id: _both(lambda part=part: rule.words(part.id)) for part in rule.parts},
        deciding_groups=deciding_groups(rule),
        criteria=tuple(criterion.id for criterion in rule.criteria),
        labels={
            f"{reason.criterion} {reason.outcome}": _both(
                lambda reason=reason: rule.label(reason.criterion, reason.outcome)
            )
            for reason in reasons(rule, outcome.formal)
        },
        changed=rule.changed,
        reworded=library.is_reworded(rule),
        refused_values=assessed.cohort.refused_values,
        left_out=assessed.cohort.left_out,
        evidence_version=assessed.evidence_version,
        as_of=str(assessed.as_of),
        case_tables=f"{LOGIC}-{tables_digest()}",
        population=outcome.population,
        formal=outcome.formal,
        synthetic=bool(manifest.get("synthetic")),
        freeze=manifest.get("id"),
        made=date.today(),
    )


def _both(said: Any) -> dict[str, str]:
    found = {}
    for code in language.LANGUAGES:
        with language.use(code):
            found[code] = said()
    return found
