"""What stands on the page of a tally, as plain values: no engine, no markup."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tumorprofil.recommendation.tally import Row, Tally
from tumorprofil.report import outcomes, tally_method, tally_words
from tumorprofil.report.tally_flow import Flow
from tumorprofil.report.tally_values import (
    Column,
    Number,
    Unsaid,
    columns,
    counted,
    fraction,
    number,
    said,
    shown,
)
from tumorprofil.terms import language
from tumorprofil.terms.language import translate


@dataclass(frozen=True, slots=True)
class Cell:
    """A text, and how it is set: as a `number`, as `unknown`, or as the `name` of the row."""

    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a column or, with `span`, of several."""

    text: str
    kind: str = ""
    span: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its caption. `above` holds headings over several columns, empty where there are none; a `silent`
    caption is for screen readers, since the heading of the section says the same."""

    caption: str
    above: tuple[Heading, ...]
    headings: tuple[Heading, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] = ()
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Chip:
    """One outcome, large."""

    outcome: str
    words: str
    count: str
    share: str


def cell(value: Number) -> Cell:
    """A number to be shown, or what stands in its place."""
    unsaid = isinstance(value, Unsaid) and value != Unsaid.SUPPRESSED
    return Cell(shown(value), "number unknown" if unsaid else "number")


def chips(tally: Tally) -> tuple[Chip, ...]:
    """The five outcomes, in the order of the flow."""
    counts = tally.total.counts
    return tuple(
        Chip(
            name,
            outcomes.label(name),
            said(counted(counts[name])),
            _of_all(fraction(counts[name], counts["profiles"])),
        )
        for name in outcomes.LOOKS
    )


def _of_all(share: float | Unsaid) -> str:
    return "" if isinstance(share, Unsaid) else shown(share)


def main_table(tally: Tally) -> Table:
    """A line for each group, and the total."""
    listed = columns(tally)
    keys = tuple(Heading(tally_words.column(name)) for name in tally.by) or (Heading(translate("Group")),)
    caption = (
        translate("Outcomes by {groups}").format(groups=tally_words.groups(tally))
        if tally.by
        else translate("Outcomes of all profiles")
    )
    return Table(
        caption=caption,
        above=_above(len(keys), listed),
        headings=(*keys, *(Heading(translate(column.heading), "number") for column in listed)),
        rows=tuple(_line(tally, row, listed) for row in tally.rows if row.key),
        total=_line(tally, tally.total, listed),
        silent=True,
    )


def _above(keys: int, listed: Sequence[Column]) -> tuple[Heading, ...]:
    found = [Heading("", span=keys)]
    for column in listed:
        text = translate(column.under) if column.under else ""
        if found[-1].text == text:
            found[-1] = Heading(text, "over" if text else "", found[-1].span + 1)
        else:
            found.append(Heading(text, "over" if text else ""))
    return tuple(found)


def _line(tally: Tally, row: Row, listed: Sequence[Column]) -> tuple[Cell, ...]:
    measured = tuple(cell(number(row, column.code)) for column in listed)
    if not row.key:
        empty = (Cell("", "name"),) * (len(tally.by) - 1)
        return (Cell(translate("Total"), "name"), *empty, *measured)
    words = (tally_words.word(tally, name, value) for name, value in zip(tally.by, row.key, strict=True))
    return (*(Cell(word.text, "name unknown" if word.unknown else "name") for word in words), *measured)


def flow_table(flow: Flow) -> Table:
    """The flow as numbers, for those who cannot see it or want to reckon."""
    return Table(
        caption=translate("The way through the recommendation, step by step"),
        above=(),
        headings=(Heading(translate("From")), Heading(translate("To")), Heading(translate("Profiles"), "number")),
        rows=tuple(
            (
                Cell(flow.node(link.source).words, "name"),
                Cell(flow.node(link.target).words),
                cell(counted(link.count)),
            )
            for link in flow.links
        ),
    )


def reason_counts(tally: Tally) -> list[tuple[str, str, int | None]]:
    """Criterion, outcome, profiles in all groups together, the most frequent first within an outcome. A sum with a
    suppressed part is suppressed."""
    sums: dict[tuple[str, str], int | None] = {}
    for reason in tally.reasons:
        at = (reason.criterion, reason.outcome)
        before = sums.get(at, 0)
        sums[at] = None if before is None or reason.profiles is None else before + reason.profiles
    place = {name: at for at, name in enumerate((*outcomes.LOOKS, outcomes.OUT_OF_SCOPE))}
    ordered = sorted(sums.items(), key=lambda item: (place[item[0][1]], -(item[1] or 0), item[0]))
    return [(criterion, outcome, count) for (criterion, outcome), count in ordered]


def reasons_table(tally: Tally) -> Table:
    """The reasons of the outcomes. A profile may have several."""
    return Table(
        caption=translate("Reasons. A profile may have several, so they do not add up to the profiles."),
        above=(),
        headings=(
            Heading(translate("Outcome")),
            Heading(translate("Reason")),
            Heading(translate("Profiles"), "number"),
        ),
        rows=tuple(
            (
                Cell(outcomes.label(outcome), f"outcome {outcome}"),
                Cell(reason(tally, criterion, outcome), "name"),
                _counted(count),
            )
            for criterion, outcome, count in reason_counts(tally)
        ),
    )


def reason(tally: Tally, criterion: str, outcome: str) -> str:
    """What a reason is called: why it led to this outcome; a missing formal requirement says that it is missing."""
    words = tally_words.criterion(tally.about, criterion)
    if criterion in tally.missing:
        return translate("Missing: {what}.").format(what=words)
    return tally.about.labels.get(f"{criterion} {outcome}", {}).get(language.current(), words)


def _counted(count: int | None) -> Cell:
    return cell(counted(count))


def formal_table(tally: Tally) -> Table | None:
    """How many profiles lack each formal requirement; None where they are ignored."""
    if not tally.missing:
        return None
    whole = tally.total.counts["profiles"]
    return Table(
        caption=tally_method.formal_note(tally),
        above=(),
        headings=(
            Heading(translate("Formal requirement")),
            Heading(translate("Profiles that lack it"), "number"),
            Heading(translate("Share"), "number"),
        ),
        rows=tuple(
            (Cell(tally_words.criterion(tally.about, name), "name"), _counted(count), cell(fraction(count, whole)))
            for name, count in tally.missing.items()
        ),
    )


def unknown_table(tally: Tally) -> Table:
    """What is not known, as far as the tally can tell: what could not be decided, why, and groups that are unknown."""
    undetermined = [("undetermined", tally.total.counts["undetermined"], "name")]
    why = [
        (translate("undetermined by: {reason}").format(reason=reason(tally, criterion, outcome)), count, "name inner")
        for criterion, outcome, count in reason_counts(tally)
        if outcome == "undetermined"
    ]
    named = [(outcomes.label(name), count, kind) for name, count, kind in undetermined]
    lines = [*named, *why, *((text, count, "name") for text, count in _unknown_groups(tally))]
    whole = tally.total.counts["profiles"]
    return Table(
        caption=translate("Missing data"),
        silent=True,
        above=(),
        headings=(
            Heading(translate("What is not known")),
            Heading(translate("Profiles"), "number"),
            Heading(translate("Share"), "number"),
        ),
        rows=tuple((Cell(text, kind), _counted(count), cell(fraction(count, whole))) for text, count, kind in lines),
    )


def _unknown_groups(tally: Tally) -> Iterable[tuple[str, int | None]]:
    for at, name in enumerate(tally.by):
        if name == "reason":
            continue
        found = [row.counts["profiles"] for row in tally.rows if tally_words.word(tally, name, row.key[at]).unknown]
        known = [count for count in found if count is not None]
        text = translate("{column}: unknown").format(column=tally_words.column(name))
        yield text, sum(known) if len(known) == len(found) else None
