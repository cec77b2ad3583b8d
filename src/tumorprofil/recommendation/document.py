"""A recommendation as a document: TOML with settings, formal requirements, groups and relevance criteria.

The same document drives the referral form, the retrospective tally and the printed guideline.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from tumorprofil.assessment.case import CaseSettings
from tumorprofil.errors import UsageError
from tumorprofil.recommendation import language, vocabulary
from tumorprofil.recommendation.setting import OF_THE_CASE, Setting, Value
from tumorprofil.terms.language import current, translate

STATES = ("draft", "consultation", "approved", "superseded")
OUTCOMES = ("presented", "returned", "filtered_out", "manual_review", "undetermined", "out_of_scope")
APPLIES = ("always", "where_filtered_out")
REFUSAL = "refusal"
# What of a case a reason can name beside the settings.
SHOWN_IN_REASONS = ("performance_status", "tier")

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Requirement:
    """A formal requirement: met where `holds` is true. Unknown is not met: what is not there is missing."""

    id: str
    holds: str
    words: Words


@dataclass(frozen=True, slots=True)
class Group:
    """Cases with rules of their own. `applies` is one of `APPLIES`."""

    id: str
    switch: str
    belongs: str
    applies: str
    words: Words


@dataclass(frozen=True, slots=True)
class Criterion:
    """A relevance criterion: a case is presented where `holds`, and filtered out where not; where `review` is true a
    person decides instead. `reasons` has a sentence for each outcome, with named places of the case and the settings;
    `labels` says of many cases in a few words why they have the outcome, with places of the settings only."""

    id: str
    holds: str
    review: str | None
    words: Words
    reasons: Mapping[str, Words]
    labels: Mapping[str, Words]


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A version of the recommendation with values for its settings. `digest` is a hash of the document's content."""

    id: str
    version: str
    state: str
    author: str
    checked_by: str
    written: date
    review_by: date
    source: str
    title: Words
    purpose: Words
    refusal: Words
    options: Mapping[str, Setting]
    definitions: Mapping[str, str]
    requirements: tuple[Requirement, ...]
    groups: tuple[Group, ...]
    criteria: tuple[Criterion, ...]
    digest: str
    settings: Mapping[str, Value] = field(default_factory=dict)

    def setting(self, **values: object) -> "Recommendation":
        """The same version with other settings. Raises UsageError for a setting or value that it does not have."""
        unknown = sorted(set(values) - set(self.options))
        if unknown:
            raise UsageError(
                translate("{id} has no setting {name}; it has {known}.").format(
                    id=self.id, name=unknown[0], known=", ".join(self.options)
                )
            )
        given = {name: self.options[name].value(value) for name, value in values.items()}
        return replace(self, settings={**self.settings, **given})

    @property
    def case_settings(self) -> CaseSettings:
        """How the table `case` is made for this recommendation."""
        chosen = {name: self.settings[name] for name in OF_THE_CASE if name in self.settings}
        return CaseSettings(**chosen).resolved()  # type: ignore[arg-type]

    @property
    def compiled_settings(self) -> tuple[tuple[str, Value], ...]:
        """The settings that are part of the compiled expressions."""
        return tuple((name, value) for name, value in self.settings.items() if self.options[name].compiled)

    @property
    def parameters(self) -> dict[str, int]:
        """The settings that are parameters of the compiled expressions, as numbers."""
        options = self.options
        return {
            name: options[name].parameter(value) for name, value in self.settings.items() if not options[name].compiled
        }

    def switch(self, group: Group) -> str:
        """What is done with a group of cases: a code of `SWITCH`."""
        return str(self.settings[group.switch])

    def names(self, case: Any) -> vocabulary.Names:
        """What the expressions may name, over a table `case`."""
        settings = {name: option.term(self.settings[name]) for name, option in self.options.items()}
        names = vocabulary.Names(vocabulary.columns(case), settings)
        for name, text in self.definitions.items():
            names = names.defining(name, language.read(text, names))
        return names

    def words(self, criterion: str) -> str:
        """What a group or requirement is called, or a criterion asks, in the language that is shown."""
        part = self.part(criterion)
        if part is None:
            return self.refusal[current()]
        words = part.words[current()]
        return words.format(**self.said()) if isinstance(part, Criterion) else words

    def label(self, criterion: str, outcome: str) -> str:
        """Why many cases have an outcome, in a few words of the language that is shown."""
        part = self.part(criterion)
        if isinstance(part, Criterion) and outcome in part.labels:
            return part.labels[outcome][current()].format(**self.said())
        return self.words(criterion)

    @property
    def changed(self) -> tuple[str, ...]:
        """The settings whose value is not the document's own."""
        return tuple(name for name, value in self.settings.items() if value != self.options[name].default)

    def said(self) -> dict[str, str]:
        """The settings in words of the language that is shown."""
        return {name: self.options[name].said(value) for name, value in self.settings.items()}

    def part(self, criterion: str) -> "Requirement | Group | Criterion | None":
        """The requirement, group or relevance criterion of that id; None for the refusal, which has no expression."""
        return next((part for part in self.parts if part.id == criterion), None)

    @property
    def parts(self) -> "tuple[Requirement | Group | Criterion, ...]":
        """Everything that can be a reason but the refusal, in the order of precedence."""
        return (*self.requirements, *self.groups, *self.criteria)
