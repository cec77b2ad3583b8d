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
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any, TypeVar

from tumorprofil.errors import ReadError, Refusal, UsageError
from tumorprofil.quality.attack import Relation
from tumorprofil.quality.disclosure import DisclosureError, differences, suppress
from tumorprofil.recommendation.document import OUTCOMES
from tumorprofil.recommendation.tally import GROUPED, IN_SCOPE, LOST, NOT_RECORDED, Cell, ReasonCount, Row, Tally
from tumorprofil.terms.language import translate

Group = tuple[tuple[str, Cell], ...]
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
    if threshold == 1:
        return replace(tally, suppressed_below=threshold)
    public = [_earlier(Path(path), tally) for path in earlier]
    few = _few_persons(_persons(tally), public, threshold)
    withheld: set[Key] = set()
    settled: set[Key] = set()
    for columns in _coarser(tally.by):
        cells = _cells(tally, _coarser(columns))
        cells.sensitive |= _of_few(cells, few)
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
    return replace(_without(tally, withheld, few), suppressed_below=threshold, persons={})


def _coarser(by: Sequence[str]) -> list[tuple[str, ...]]:
    """Every choice of the columns, the fewest first, all of them last."""
    return [chosen for count in range(len(by) + 1) for chosen in combinations(by, count)]


def _group(by: Sequence[str], key: Sequence[Any]) -> Group:
    return tuple(sorted(zip(by, key, strict=True)))


def _cells(tally: Tally, levels: Sequence[tuple[str, ...]]) -> _Cells:
    cells = _Cells()
    alone = _explained_alone(tally)
    grouped = [name for name in GROUPED.values() if any(row.counts[name] for row in tally.rows)]
    for columns in levels:
        places = [tally.by.index(name) for name in columns]
        detailed = len(columns) <= _DETAILED
        for row in tally.rows:
            group = _group(columns, [row.key[place] for place in places])
            for name in (*_PUBLISHED_COUNTS, *(grouped if detailed else ())):
                _add(cells, ("count", name, group), row.counts[name])
            for name in LOST if detailed else ():
                if row.counts[name] != NOT_RECORDED:
                    _add(cells, ("lost", name, group), row.counts[name])
        for reason in tally.reasons if detailed else ():
            if reason.outcome not in alone:
                group = _group(columns, [reason.key[place] for place in places])
                _add(cells, ("reason", reason.criterion, reason.outcome, group), reason.profiles)
    for name, number in tally.missing.items():
        _add(cells, ("missing", name), number)
    # What groups decided is published for all profiles together only.
    cells.hidden |= {key for key in cells.counts if key[0] == "count" and key[1] in grouped and key[-1]}
    _relate(cells, tally, alone)
    return cells


def _explained_alone(tally: Tally) -> dict[str, str]:
    """The outcomes that have one reason only, whose count is then the outcome's own, and that reason."""
    criteria: dict[str, set[str]] = {}
    for reason in tally.reasons:
        criteria.setdefault(reason.outcome, set()).add(reason.criterion)
    counted = {row.key: row.counts for row in tally.rows}
    differing = {reason.outcome for reason in tally.reasons if reason.profiles != counted[reason.key][reason.outcome]}
    single = {outcome: next(iter(names)) for outcome, names in criteria.items() if len(names) == 1}
    return {outcome: name for outcome, name in single.items() if outcome not in differing}


def _add(cells: _Cells, key: Key, number: int | None) -> None:
    cells.counts[key] = cells.counts.get(key, 0) + (number or 0)


def _relate(cells: _Cells, tally: Tally, alone: Mapping[str, str]) -> None:
    groups: dict[Group, None] = {key[-1]: None for key in cells.counts if key[0] == "count"}
    reasons = _reasons(cells)
    for group in groups:
        whole = ("count", "profiles", group)
        cells.relations.append(Relation(whole, tuple(("count", name, group) for name in IN_SCOPE)))
        for outcome in OUTCOMES:
            count = ("count", outcome, group)
            # The only reason for an outcome is the outcome itself, under another name.
            listed = {alone[outcome]: count} if outcome in alone else reasons.get((outcome, group), {})
            _relate_reasons(cells, count, listed, tally)
        _relate_lost(cells, group)
    _relate_missing(cells, tally, alone)
    _relate_levels(cells)


def _reasons(cells: _Cells) -> dict[tuple[str, Group], dict[str, Key]]:
    """The cells of the reasons for each outcome of each group, by criterion."""
    found: dict[tuple[str, Group], dict[str, Key]] = {}
    for key in cells.counts:
        if key[0] == "reason":
            _, criterion, outcome, group = key
            found.setdefault((outcome, group), {})[criterion] = key
    return found


def _relate_reasons(cells: _Cells, whole: Key, listed: Mapping[str, Key], tally: Tally) -> None:
    """How the reasons for an outcome make it up: what groups decide by themselves, and the rest."""
    _, outcome, group = whole
    grouped: Key = ("count", GROUPED.get(outcome), group)
    if grouped not in cells.counts or cells.counts[grouped] > cells.counts[whole]:
        _make_up(cells, whole, [key for key in listed.values() if key != whole])
        return
    first = [key for criterion, key in listed.items() if criterion in tally.about.deciding_groups]
    others = [key for key in listed.values() if key not in first]
    if whole not in listed.values():
        rest = _complement(cells, whole, grouped)
        _make_up(cells, grouped, first)
        _make_up(cells, rest, others)
    elif first and cells.counts[grouped] == cells.counts[whole]:
        cells.relations.append(Relation(whole, (grouped,)))
    else:
        _complement(cells, whole, grouped)


def _make_up(cells: _Cells, whole: Key, parts: Sequence[Key]) -> None:
    """What some reasons say of what they explain together. A case may have several of them; where they add up, none
    has, and who sees that knows it."""
    if not parts:
        return
    if sum(cells.counts[key] for key in parts) == cells.counts[whole]:
        cells.relations.append(Relation(whole, tuple(parts)))
        return
    for key in parts:
        _complement(cells, whole, key)


def _relate_lost(cells: _Cells, group: Group) -> None:
    """Readers take who responded for treated, and who was treated for one with a proposal."""
    for name in LOST:
        _complement(cells, ("count", "filtered_out", group), ("lost", name, group))
    for wide, narrow in pairwise(LOST):
        _complement(cells, ("lost", wide, group), ("lost", narrow, group))


def _relate_missing(cells: _Cells, tally: Tally, alone: Mapping[str, str]) -> None:
    for name in tally.missing:
        missing: Key = ("missing", name)
        _complement(cells, ("count", "profiles", ()), missing)
        # Where profiles are returned for it, what is missing stands among the reasons as well.
        reason: Key = ("reason", name, "returned", ())
        if alone.get("returned") == name:
            reason = ("count", "returned", ())
        if tally.about.formal == "apply" and cells.counts.get(reason) == cells.counts[missing]:
            cells.relations.append(Relation(missing, (reason,)))


def _complement(cells: _Cells, whole: Key, part: Key) -> Key:
    """Tell what of a whole is not in a part, where both are counted and one is within the other."""
    rest = ("rest", whole, part)
    if whole in cells.counts and part in cells.counts and cells.counts[part] <= cells.counts[whole]:
        cells.counts[rest] = cells.counts[whole] - cells.counts[part]
        cells.hidden.add(rest)
        cells.relations.append(Relation(whole, (part, rest)))
    return rest


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


def _persons(tally: Tally) -> dict[Group, int]:
    """The persons of every group that is known, the coarser ones and the total among them."""
    found: dict[Group, int | None] = dict(tally.persons)
    found[()] = tally.total.counts["patients"]
    found |= {_group(tally.by, row.key): row.counts["patients"] for row in tally.rows}
    return {group: number for group, number in found.items() if number is not None and number >= 0}


def _few_persons(
    persons: Mapping[Group, int], public: Iterable[Mapping[Key, int]], threshold: int
) -> dict[Group, bool]:
    """The groups whose persons are no number to publish: few, which is true, or few more or less than was published."""
    few = {group: True for group, number in persons.items() if 0 < number < threshold}
    for counts in public:
        for group, number in persons.items():
            if 0 < abs(counts.get(("patients", group), number) - number) < threshold:
                few.setdefault(group, False)
    return few


def _of_few(cells: _Cells, few: Mapping[Group, bool]) -> set[Key]:
    """Few persons with many profiles are few persons: nothing that they have is a number to publish. Where few came or
    went their profiles would tell, since persons nearly equal profiles."""
    found = {key for group in few if (key := ("count", "profiles", group)) in cells.counts}
    for key, number in cells.counts.items():
        if number and key[0] in ("count", "lost", "reason") and few.get(key[-1]) and key[1] != OUTCOMES[-1]:
            found.add(key)
    return found


def _without(tally: AnyTally, withheld: set[Key], few: Mapping[Group, bool]) -> AnyTally:
    detailed = len(tally.by) <= _DETAILED

    def shown(row: Row) -> Row:
        group = _group(tally.by if row.key or not tally.by else (), row.key)
        counts = {
            name: None if (kind, name, group) in withheld else row.counts[name]
            for kind, names in (("count", (*_PUBLISHED_COUNTS, *GROUPED.values())), ("lost", LOST))
            for name in names
        }
        if row.key:
            counts |= dict.fromkeys(GROUPED.values())
        if row.key and not detailed:
            counts |= {name: None for name in LOST if counts[name] != NOT_RECORDED}
        # Persons nearly equal profiles: they go together.
        hide = counts["profiles"] is None or group in few
        return Row(row.key, {**counts, "patients": None if hide else row.counts["patients"]})

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
    )


def _earlier(path: Path, tally: Tally) -> dict[Key, int]:
    """The counts that a published tally tells, under the keys that the cells of a new one have."""
    try:
        content: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        freeze, counts = content["freeze"], _told(content)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _refused(path, translate("this is no tally that was written as JSON")) from error
    if freeze is None or tally.about.freeze is None:
        raise _refused(
            path,
            translate(
                "a combined tally is of no freeze and cannot be guarded: publish it under one set of settings only"
            ),
        )
    if freeze != tally.about.freeze:
        raise _refused(path, translate("this tally was not counted from the same freeze"))
    return counts


def _told(content: Mapping[str, Any]) -> dict[Key, int]:
    by = content["by"]
    rows = [(_group(by, [row[name] for name in by]), row) for row in content["rows"]]
    cells: dict[Key, Any] = {("count", name, group): row[name] for group, row in rows for name in _PUBLISHED_COUNTS}
    cells |= {("lost", name, group): row["lost"][name] for group, row in rows for name in LOST}
    for row in content["reasons"]:
        cells[("reason", row["criterion"], row["outcome"], _group(by, [row[name] for name in by]))] = row["profiles"]
    told = _rolled_up(by, cells)
    rows.append(((), content["total"]))
    told |= {("count", name, ()): content["total"][name] for name in _PUBLISHED_COUNTS}
    told |= {("lost", name, ()): content["total"]["lost"][name] for name in LOST}
    told |= {("patients", group): row["patients"] for group, row in rows}
    told |= {("missing", row["requirement"]): row["missing"] for row in content["formal"]}
    return {key: number for key, number in told.items() if isinstance(number, int) and number >= 0}


def _rolled_up(by: Sequence[str], cells: Mapping[Key, Any]) -> dict[Key, Any]:
    """The cells of a table and their sums in every coarser one, None for a sum that has a suppressed part. What a
    source does not keep is no part."""
    found: dict[Key, Any] = {}
    for key, number in cells.items():
        for columns in _coarser(by) if isinstance(number, int) or number is None else ():
            coarser = (*key[:-1], tuple(pair for pair in key[-1] if pair[0] in columns))
            before = found.get(coarser, 0)
            found[coarser] = None if number is None or before is None else before + number
    return found


def _refused(path: Path, problem: str) -> ReadError:
    return ReadError(
        [Refusal(str(path), "file", problem, translate("Give tallies (JSON) of the same freeze that are published."))]
    )
