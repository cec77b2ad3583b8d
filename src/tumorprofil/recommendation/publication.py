"""What of a tally may be published: small counts are suppressed, and with them whatever would give them away.

A table is protected together with every coarser table that can be made of it, from the coarsest down, and what a
coarser table shows or hides is settled before a finer one is looked at. So two tables of one freeze never contradict
each other: the total of a centre that is hidden in the table by centre is hidden in the table by centre and year.
Where what is settled leaves no way to protect a finer table, all of that table is withheld.

Split by two columns or more, a published tally shows outcomes only: reasons and what was lost are then numbers so
small that nearly all would go, and stand in the coarser tables.
Tables of other settings or another population are guarded against by handing in what was published earlier.
"""

import json
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from pathlib import Path
from typing import Any, TypeVar

from tumorprofil.errors import ReadError, Refusal, UsageError
from tumorprofil.quality.attack import Relation
from tumorprofil.quality.disclosure import DisclosureError, differences, suppress
from tumorprofil.recommendation.document import OUTCOMES
from tumorprofil.recommendation.tally import IN_SCOPE, LOST, NOT_RECORDED, ReasonCount, Row, Tally
from tumorprofil.terms.language import translate

Group = tuple[tuple[str, Hashable], ...]
Key = tuple[Any, ...]
AnyTally = TypeVar("AnyTally", bound=Tally)
_PUBLISHED_COUNTS = ("profiles", *OUTCOMES)
# The most columns by which reasons and what was lost are published.
_DETAILED = 1


@dataclass(slots=True)
class _Cells:
    """The counts of a table and all coarser ones, with what adds up to what."""

    counts: dict[Key, int] = field(default_factory=dict)
    relations: list[Relation[Key]] = field(default_factory=list)
    hidden: set[Key] = field(default_factory=set)
    sensitive: set[Key] = field(default_factory=set)


def publish(tally: AnyTally, threshold: int, earlier: Iterable[str | Path] = ()) -> AnyTally:
    """The tally with every count from 1 to `threshold` - 1 suppressed, and those that would give one away.

    `earlier` names tallies (JSON) of the same freeze that are public already: a count that differs from theirs by less
    than the threshold would tell who moved, and is suppressed too. Shares and intervals go with their counts. Raises
    UsageError for a threshold below 1, ReadError for an earlier file that is no tally of the same freeze."""
    if threshold < 1:
        raise UsageError(
            translate("Counts are suppressed below a whole number from 1, not {given}.").format(given=threshold)
        )
    public = [_earlier(Path(path), tally) for path in earlier]
    withheld: set[Key] = set()
    settled: set[Key] = set()
    for columns in _coarser(tally.by):
        cells = _cells(tally, [*_coarser(columns), columns] if columns != () else [()], threshold)
        known = settled & set(cells.counts)
        for counts in public:
            cells.sensitive |= differences(cells.counts, counts, threshold) - known
        cells.sensitive |= withheld & set(cells.counts)
        try:
            withheld |= suppress(
                cells.counts,
                cells.relations,
                threshold,
                hidden=cells.hidden,
                published=known - withheld,
                sensitive=cells.sensitive - (known - withheld),
            )
        except DisclosureError:
            withheld |= set(cells.counts) - cells.hidden - known
        settled |= set(cells.counts) - cells.hidden
    return _without(tally, withheld, threshold)


def _coarser(by: Sequence[str]) -> list[tuple[str, ...]]:
    """Every choice of the columns, the fewest first, all of them last."""
    return [chosen for count in range(len(by) + 1) for chosen in combinations(by, count)]


def _group(by: Sequence[str], key: Sequence[Any]) -> Group:
    return tuple(sorted(zip(by, key, strict=True)))


def _cells(tally: Tally, levels: Sequence[tuple[str, ...]], threshold: int) -> _Cells:
    cells = _Cells()
    alone = _explained_alone(tally)
    for columns in dict.fromkeys(levels):
        places = [tally.by.index(name) for name in columns]
        for row in tally.rows:
            group = _group(columns, [row.key[place] for place in places])
            for name in _PUBLISHED_COUNTS:
                _add(cells, ("count", name, group), row.counts[name])
            for name in LOST if len(columns) <= _DETAILED else ():
                if row.counts[name] != NOT_RECORDED:
                    _add(cells, ("lost", name, group), row.counts[name])
        for reason in tally.reasons if len(columns) <= _DETAILED else ():
            if reason.outcome not in alone:
                group = _group(columns, [reason.key[place] for place in places])
                _add(cells, ("reason", reason.criterion, reason.outcome, group), reason.profiles)
    if () in levels:
        for name, number in tally.missing.items():
            _add(cells, ("missing", name), number)
    _relate(cells, tally, threshold)
    return cells


def _explained_alone(tally: Tally) -> set[str]:
    """The outcomes that have one reason only, whose count is then the outcome's own."""
    criteria: dict[str, set[str]] = {}
    for reason in tally.reasons:
        criteria.setdefault(reason.outcome, set()).add(reason.criterion)
    counted = {row.key: row.counts for row in tally.rows}
    differing = {reason.outcome for reason in tally.reasons if reason.profiles != counted[reason.key][reason.outcome]}
    return {outcome for outcome, names in criteria.items() if len(names) == 1} - differing


def _add(cells: _Cells, key: Key, number: int | None) -> None:
    cells.counts[key] = cells.counts.get(key, 0) + (number or 0)


def _relate(cells: _Cells, tally: Tally, threshold: int) -> None:
    groups: dict[Group, None] = {key[-1]: None for key in cells.counts if key[0] == "count"}
    for group in groups:
        whole = ("count", "profiles", group)
        cells.relations.append(Relation(whole, tuple(("count", name, group) for name in IN_SCOPE)))
        _relate_reasons(cells, group, tally.about.deciding_groups)
        for name in LOST:
            if ("lost", name, group) in cells.counts:
                _complement(cells, ("count", "filtered_out", group), ("lost", name, group))
    if () in groups:
        for name in tally.missing:
            _complement(cells, ("count", "profiles", ()), ("missing", name))
    _relate_levels(cells)
    _guard_persons(cells, tally, threshold)


def _relate_reasons(cells: _Cells, group: Group, deciding: Collection[str]) -> None:
    """How the reasons for an outcome make it up: groups that decide by themselves, and a rest of which the other
    reasons are parts that may overlap; where they add up to it, they do not."""
    by_outcome: dict[str, list[Key]] = {}
    for key in cells.counts:
        if key[0] == "reason" and key[-1] == group:
            by_outcome.setdefault(key[2], []).append(key)
    for outcome, listed in by_outcome.items():
        whole: Key = ("count", outcome, group)
        if sum(cells.counts[key] for key in listed) == cells.counts[whole]:
            cells.relations.append(Relation(whole, tuple(listed)))
            continue
        first = [key for key in listed if key[1] in deciding and outcome != "undetermined"]
        if sum(cells.counts[key] for key in first) > cells.counts[whole]:
            first = []  # a case may belong to several groups
        if first:
            rest: Key = ("rest", whole, "deciding groups")
            cells.counts[rest] = cells.counts[whole] - sum(cells.counts[key] for key in first)
            cells.hidden.add(rest)
            cells.relations.append(Relation(whole, (*first, rest)))
            whole = rest
        for key in listed:
            if key not in first:
                _complement(cells, whole, key)


def _complement(cells: _Cells, whole: Key, part: Key) -> None:
    rest = ("rest", whole, part)
    cells.counts[rest] = cells.counts[whole] - cells.counts[part]
    cells.hidden.add(rest)
    cells.relations.append(Relation(whole, (part, rest)))


def _relate_levels(cells: _Cells) -> None:
    """A group of a coarser table is the sum of the groups that one more column splits it into."""
    parts: dict[tuple[Key, str], list[Key]] = {}
    for key in cells.counts:
        if key[0] in ("count", "lost", "reason"):
            for place, (column, _) in enumerate(key[-1]):
                coarser = (*key[:-1], key[-1][:place] + key[-1][place + 1 :])
                if coarser in cells.counts:
                    parts.setdefault((coarser, column), []).append(key)
    cells.relations += [Relation(whole, tuple(listed)) for (whole, _), listed in parts.items()]


def _guard_persons(cells: _Cells, tally: Tally, threshold: int) -> None:
    """Few persons with many profiles are few persons: their profiles are no number to publish."""
    for row in (*tally.rows, tally.total):
        persons = row.counts["patients"]
        key = ("count", "profiles", _group(tally.by if row.key or not tally.by else (), row.key))
        if persons is not None and 0 < persons < threshold and key in cells.counts:
            cells.sensitive.add(key)


def _without(tally: AnyTally, withheld: set[Key], threshold: int) -> AnyTally:
    detailed = len(tally.by) <= _DETAILED

    def shown(row: Row) -> Row:
        group = _group(tally.by if row.key or not tally.by else (), row.key)
        counts = {
            name: None if (kind, name, group) in withheld else row.counts[name]
            for kind, names in (("count", _PUBLISHED_COUNTS), ("lost", LOST))
            for name in names
        }
        if row.key and not detailed:
            counts |= {name: None for name in LOST if counts[name] != NOT_RECORDED}
        # Persons nearly equal profiles: they go together.
        persons = row.counts["patients"]
        hide = counts["profiles"] is None or (persons is not None and 0 < persons < threshold)
        return Row(row.key, {**counts, "patients": None if hide else persons})

    alone = _explained_alone(tally)

    def told(reason: ReasonCount) -> ReasonCount:
        group = _group(tally.by, reason.key)
        key: Key = ("reason", reason.criterion, reason.outcome, group)
        if reason.outcome in alone:
            key = ("count", reason.outcome, group)
        hide = key in withheld or not (detailed or reason.outcome in alone)
        return replace(reason, profiles=None if hide else reason.profiles)

    return replace(
        tally,
        rows=tuple(map(shown, tally.rows)),
        total=shown(tally.total),
        reasons=tuple(map(told, tally.reasons)),
        missing={name: None if ("missing", name) in withheld else number for name, number in tally.missing.items()},
        suppressed_below=threshold,
    )


def _earlier(path: Path, tally: Tally) -> dict[Key, int]:
    """The counts that a published tally shows, under the keys that the cells of a new one have."""
    try:
        content: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        freeze, by = content["freeze"], content["by"]
        rows = [(_group(by, [row[name] for name in by]), row) for row in content["rows"]]
        rows.append(((), content["total"]))
        counts: dict[Key, Any] = {
            ("count", name, group): row[name] for group, row in rows for name in _PUBLISHED_COUNTS
        }
        counts |= {("lost", name, group): row["lost"][name] for group, row in rows for name in LOST}
        counts |= {("missing", row["requirement"]): row["missing"] for row in content["formal"]}
        counts |= {
            ("reason", row["criterion"], row["outcome"], _group(by, [row[name] for name in by])): row["profiles"]
            for row in content["reasons"]
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _refused(path, translate("this is no tally that was written as JSON")) from error
    if freeze is None or freeze != tally.about.freeze:
        raise _refused(path, translate("this tally was not counted from the same freeze"))
    return {key: number for key, number in counts.items() if isinstance(number, int) and number >= 0}


def _refused(path: Path, problem: str) -> ReadError:
    return ReadError(
        [Refusal(str(path), "file", problem, translate("Give tallies (JSON) of the same freeze that are published."))]
    )
