"""Read a recommendation from its TOML document.

Reading checks the document whole: every expression is compiled once against the table `case`, every text must be there
in Danish and English, and what is wrong is said with its place.
"""

import hashlib
import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from string import Formatter
from typing import Any

from tumorprofil.cohort.expression import cohort_table
from tumorprofil.cohort.schema import CASE
from tumorprofil.errors import UsageError
from tumorprofil.recommendation import language, vocabulary
from tumorprofil.recommendation.document import (
    APPLIES,
    REFUSAL,
    SHOWN_IN_REASONS,
    STATES,
    Criterion,
    Group,
    Recommendation,
    Requirement,
    Words,
)
from tumorprofil.recommendation.setting import KINDS, Setting, Value
from tumorprofil.terms.language import LANGUAGES, translate

_ID = re.compile(r"[a-z][a-z0-9_]{0,40}")
_DOCUMENT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,60}")


@lru_cache(maxsize=32)
def read(file: str, raw: bytes) -> Recommendation:
    """The recommendation that a TOML text says. `file` names it in errors. Raises UsageError where it cannot be."""
    try:
        content = tomllib.loads(raw.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        place = re.search(r"line (\d+), column (\d+)", str(error))
        where = f"{place[1]}:{place[2]}" if place else "1"
        raise UsageError(
            translate("{file} is no recommendation: as TOML it goes wrong at {where}.").format(file=file, where=where)
        ) from None
    digest = hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()
    return _Reader(file).recommendation(content, digest)


def _each_choice(read: Recommendation) -> Iterator[Mapping[str, Value]]:
    """The settings at their defaults, and with each code that a choice which an expression asks can take in turn."""
    yield read.settings
    texts = " ".join([*read.definitions.values(), *(text for part in read.parts for text in _expressions(part))])
    for name, option in read.options.items():
        if option.kind == "choice" and re.search(rf":{name}\b", texts):
            for code in option.codes():
                if code != option.default:
                    yield {**read.settings, name: option.value(code)}


def _expressions(part: Requirement | Group | Criterion) -> tuple[str, ...]:
    if isinstance(part, Group):
        return (part.belongs,)
    return (part.holds, part.review or "") if isinstance(part, Criterion) else (part.holds,)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one document; an error names the file and the place in it."""

    file: str

    def wrong(self, place: str, problem: str) -> UsageError:
        return UsageError(f"{self.file}, {place}: {problem}.")

    def recommendation(self, content: Mapping[str, Any], digest: str) -> Recommendation:
        known = (
            "id",
            "version",
            "state",
            "author",
            "checked_by",
            "written",
            "review_by",
            "source",
            "title",
            "purpose",
            "refusal",
            "settings",
            "definitions",
            "formal_requirement",
            "group",
            "relevance_criterion",
        )
        self.only(content, known, "")
        options = {name: self.setting(name, entry) for name, entry in self.part(content, "settings").items()}
        read = Recommendation(
            id=self.named(content, _DOCUMENT_ID),
            version=self.text(content, "version", ""),
            state=self.one_of(content, "state", STATES, ""),
            author=self.text(content, "author", ""),
            checked_by=self.text(content, "checked_by", "", empty=True),
            written=self.day(content, "written"),
            review_by=self.day(content, "review_by"),
            source=self.text(content, "source", ""),
            title=self.both(content.get("title"), "title"),
            purpose=self.both(content.get("purpose"), "purpose"),
            refusal=self.both(content.get("refusal"), "refusal"),
            options=options,
            definitions={
                name: self.text(content["definitions"], name, "definitions")
                for name in self.part(content, "definitions")
            },
            requirements=tuple(map(self.requirement, self.listed(content, "formal_requirement"))),
            groups=tuple(self.group(entry, options) for entry in self.listed(content, "group")),
            criteria=tuple(map(self.criterion, self.listed(content, "relevance_criterion"))),
            digest=digest,
            settings={name: option.default for name, option in options.items()},
        )
        self.check(read)
        return read

    def check(self, read: Recommendation) -> None:
        """Every expression must say a truth, whatever the settings; identifiers must be one of a kind."""
        if not read.criteria:
            raise self.wrong("relevance_criterion", translate("at least one is needed"))
        used = Counter([REFUSAL])
        for parts in (read.requirements, read.groups, read.criteria):
            used.update(part.id for part in parts)
        if twice := [name for name, count in used.items() if count > 1]:
            raise self.wrong(twice[0], translate("the identifier is used twice"))
        for settings in _each_choice(read):
            self.expressions(read, settings)

    def expressions(self, read: Recommendation, settings: Mapping[str, Value]) -> None:
        """Every expression, compiled under these settings."""
        case = cohort_table(CASE)
        names = vocabulary.Names(vocabulary.columns(case), {n: o.term(settings[n]) for n, o in read.options.items()})
        for name, text in read.definitions.items():
            if not _ID.fullmatch(name) or name in names.terms:
                raise self.wrong(f"definitions.{name}", translate("this cannot be a name, or is one already"))
            names = names.defining(name, self.compiled(f"definitions.{name}", text, names))
        for part in read.requirements:
            self.compiled(f"formal_requirement.{part.id}.holds", part.holds, names)
        for group in read.groups:
            self.compiled(f"group.{group.id}.belongs", group.belongs, names)
        for criterion in read.criteria:
            self.places(criterion, read)
            self.compiled(f"relevance_criterion.{criterion.id}.holds", criterion.holds, names)
            if criterion.review is not None:
                self.compiled(f"relevance_criterion.{criterion.id}.review", criterion.review, names)

    def places(self, criterion: Criterion, read: Recommendation) -> None:
        """The named places in a criterion's texts must be settings; those of a reason also what the case shows."""
        told = {"": criterion.words, **{f".reasons.{name}": words for name, words in criterion.reasons.items()}}
        told |= {f".labels.{name}": words for name, words in criterion.labels.items()}
        for part, words in told.items():
            known = {*read.options, *(SHOWN_IN_REASONS if part.startswith(".reasons") else ())}
            for code, text in words.items():
                place = f"relevance_criterion.{criterion.id}{part}.{code}"
                try:
                    parts = [part[1:] for part in Formatter().parse(text) if part[1] is not None]
                except ValueError:
                    raise self.wrong(place, translate("a curly bracket is not closed")) from None
                if any(spec or conversion for _, spec, conversion in parts):
                    raise self.wrong(place, translate("a place in a text is a name in curly brackets and nothing more"))
                found = {name or "" for name, _, _ in parts}
                if unknown := sorted(found - known):
                    raise self.wrong(
                        place,
                        translate("there is no {name} to fill in; known are {known}").format(
                            name=unknown[0] or "{}", known=", ".join(sorted(known))
                        ),
                    )

    def compiled(self, place: str, text: str, names: vocabulary.Names) -> vocabulary.Term:
        try:
            return language.read(text, names)
        except vocabulary.ExpressionError as error:
            raise self.wrong(place, str(error)) from None

    def setting(self, name: str, entry: Any) -> Setting:
        place = f"settings.{name}"
        if not _ID.fullmatch(name) or not isinstance(entry, dict):
            raise self.wrong(place, translate("this is no setting"))
        self.only(entry, ("kind", "default", "lowest", "highest", "choices", *LANGUAGES), place)
        kind = self.one_of(entry, "kind", KINDS, place)
        choices = {
            code: self.both(words, f"{place}.choices.{code}")
            for code, words in self.part(entry, "choices", place).items()
        }
        read = Setting(name, kind, 0, self.both(entry, place), choices, entry.get("lowest"), entry.get("highest"))
        if kind == "number" and not (isinstance(read.lowest, int) and isinstance(read.highest, int)):
            raise self.wrong(place, translate("a number needs lowest and highest"))
        try:
            return replace(read, default=read.value(entry.get("default")))
        except UsageError as error:
            raise self.wrong(f"{place}.default", str(error).rstrip(".")) from None

    def requirement(self, entry: Mapping[str, Any]) -> Requirement:
        place = f"formal_requirement.{entry.get('id')}"
        self.only(entry, ("id", "holds", *LANGUAGES), place)
        return Requirement(self.named(entry, _ID, place), self.text(entry, "holds", place), self.both(entry, place))

    def group(self, entry: Mapping[str, Any], options: Mapping[str, Setting]) -> Group:
        place = f"group.{entry.get('id')}"
        self.only(entry, ("id", "switch", "belongs", "applies", *LANGUAGES), place)
        switches = tuple(name for name, option in options.items() if option.kind == "switch")
        return Group(
            self.named(entry, _ID, place),
            self.one_of(entry, "switch", switches, place),
            self.text(entry, "belongs", place),
            self.one_of(entry, "applies", APPLIES, place),
            self.both(entry, place),
        )

    def criterion(self, entry: Mapping[str, Any]) -> Criterion:
        place = f"relevance_criterion.{entry.get('id')}"
        self.only(entry, ("id", "holds", "review", "reasons", "labels", *LANGUAGES), place)
        labels = {
            outcome: self.both(words, f"{place}.labels.{outcome}")
            for outcome, words in self.part(entry, "labels", place).items()
        }
        reasons = {
            outcome: self.both(words, f"{place}.reasons.{outcome}")
            for outcome, words in self.part(entry, "reasons", place).items()
        }
        wanted = {"presented", "filtered_out", "undetermined"} | ({"manual_review"} if "review" in entry else set())
        if missing := sorted(wanted - set(reasons)):
            raise self.wrong(f"{place}.reasons", translate("{key} is missing").format(key=missing[0]))
        review = self.text(entry, "review", place) if "review" in entry else None
        return Criterion(
            self.named(entry, _ID, place),
            self.text(entry, "holds", place),
            review,
            self.both(entry, place),
            reasons,
            labels,
        )

    # --- cells ---

    def only(self, entry: Mapping[str, Any], known: tuple[str, ...], place: str) -> None:
        if unknown := sorted(set(entry) - set(known)):
            raise self.wrong(
                f"{place}.{unknown[0]}".lstrip("."),
                translate("this key is unknown; known are {known}").format(known=", ".join(known)),
            )

    def part(self, entry: Mapping[str, Any], key: str, place: str = "") -> Mapping[str, Any]:
        found = entry.get(key, {})
        if not isinstance(found, dict):
            raise self.wrong(f"{place}.{key}".lstrip("."), translate("a table is expected"))
        return found

    def listed(self, entry: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
        found = entry.get(key, [])
        if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
            raise self.wrong(key, translate("write it as [[{key}]]").format(key=key))
        return found

    def text(self, entry: Mapping[str, Any], key: str, place: str, empty: bool = False) -> str:
        found = entry.get(key)
        if not isinstance(found, str) or not (found.strip() or empty):
            raise self.wrong(f"{place}.{key}".lstrip("."), translate("a text is expected"))
        return found.strip()

    def named(self, entry: Mapping[str, Any], pattern: re.Pattern[str], place: str = "") -> str:
        found = entry.get("id")
        if not isinstance(found, str) or not pattern.fullmatch(found):
            raise self.wrong(
                f"{place}.id".lstrip("."), translate("an identifier of letters, digits and - or _ is expected")
            )
        return found

    def one_of(self, entry: Mapping[str, Any], key: str, known: tuple[str, ...], place: str) -> str:
        found = entry.get(key)
        if found not in known:
            raise self.wrong(
                f"{place}.{key}".lstrip("."),
                translate("{found} is unknown; known are {known}").format(
                    found=repr(found)[:60], known=", ".join(known)
                ),
            )
        return str(found)

    def day(self, entry: Mapping[str, Any], key: str) -> date:
        found = entry.get(key)
        if type(found) is not date:
            raise self.wrong(key, translate("a date such as 2026-01-31, without quotation marks, is expected"))
        return found

    def both(self, entry: Any, place: str) -> Words:
        if not isinstance(entry, dict):
            raise self.wrong(place, translate("a text in Danish (da) and English (en) is expected"))
        return {code: self.text(entry, code, place) for code in LANGUAGES}
