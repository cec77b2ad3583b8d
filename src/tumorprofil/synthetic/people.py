"""The persons of a part of the registry, their reports in time, and what is known of them before any sample.

A person is drawn first and then seen through what the centre recorded: what is true of a person stands in `People`
and `Reports` and decides the course; the tables hold only what was written down.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from tumorprofil.synthetic import calendar, columns
from tumorprofil.synthetic.draw import (
    Flags,
    Ints,
    Random,
    around,
    bounded_normal,
    choices,
    happens,
    pick,
    pick_word,
    whole,
)
from tumorprofil.synthetic.figures import atc, centres, figures, kinds, regimens

YEAR = 365.25
_MOST_LINES = 7
# Nobody is younger at the first report, and nobody was diagnosed later before it: the analysis takes its time.
_YOUNGEST_DAYS, _DIAGNOSED_DAYS = 120, 50


@dataclass(frozen=True, slots=True)
class People:
    """One entry a person. Days since 1970; `kind` a tumour type, `centre` a centre, `lines` earlier treatment lines;
    `first` and `last` number the person's first and last report."""

    number: Ints
    name: columns.Column
    kind: Ints
    centre: Ints
    female: Flags
    birth: Ints
    diagnosed: Ints
    lines: Ints
    first: Ints
    last: Ints


@dataclass(frozen=True, slots=True)
class Reports:
    """One entry a profile: whose it is, which of that person's, its day, and the true ECOG (0–4) at that time."""

    name: columns.Column
    person: Ints
    order: Ints
    day: Ints
    ecog: Ints


def people(rng: Random, size: int, before: int, until: date) -> tuple[People, Reports]:
    """Persons with `size` profiles in all, numbered after the `before` persons of earlier parts."""
    count = _profile_counts(rng, size)
    person = np.repeat(np.arange(len(count)), count)
    first = np.cumsum(count) - count
    order = np.arange(size) - first[person] + 1
    day = _report_days(rng, count, first, until)
    found = _persons(rng, count, first, day[first], before)
    ecog = _performance(rng, found, person, order, day)
    name = columns.joined(found.name.take(pa.array(person)), columns.spelled(order), between="-")
    return found, Reports(name, person, order, day, ecog)


def _profile_counts(rng: Random, size: int) -> Ints:
    count = pick(rng, figures()["person"]["profiles"], size) + 1
    total = np.cumsum(count)
    last = int(np.searchsorted(total, size))
    count = count[: last + 1]
    count[-1] -= total[last] - size
    return count


def _report_days(rng: Random, count: Ints, first: Ints, until: date) -> Ints:
    """The days of all reports: the last is drawn from the calendar, an earlier one lies months before it."""
    days, weight = calendar.report_days(until)
    chosen = figures()["person"]
    # Who has several reports cannot have the last of them in the first months.
    room = np.searchsorted(days, days[0] + (count - 1) * (chosen["repeat_after_days"] + chosen["repeat_mean_days"]))
    low = np.where(count > 1, weight[np.minimum(room, len(days) - 1)] / weight[-1], 0.0)
    low = np.minimum(low, 0.98)
    found = np.searchsorted(weight, (low + (1 - low) * rng.random(len(count))) * weight[-1], side="right")
    last = days[np.minimum(found, len(days) - 1)]
    day = np.repeat(last, count)
    for steps in (1, 2):
        earlier = np.flatnonzero(count > steps)
        place = first[earlier] + count[earlier] - 1 - steps
        gap = chosen["repeat_after_days"] + whole(rng.exponential(chosen["repeat_mean_days"], len(earlier)))
        day[place] = calendar.at_or_before(day[place + 1] - gap, until)
    return day


def _persons(rng: Random, count: Ints, first: Ints, day: Ints, before: int) -> People:
    size, types = len(count), kinds()
    kind = choices([types.share]).draw(rng, np.zeros(size, dtype=np.int64))
    shares = centres().share
    centre = choices([shares["share"], shares["child_share"]]).draw(rng, types.child[kind].astype(np.int64))
    centre %= len(centres().codes)
    mean, spread, youngest, oldest = (types.numbers(f"age_{name}")[kind] for name in ("mean", "sd", "min", "max"))
    # The oldest are in the year of that age.
    age = bounded_normal(rng, mean, spread, youngest, oldest + 0.98)
    lines = np.minimum(rng.poisson(types.numbers("lines")[kind]), _MOST_LINES)
    since = np.minimum(around(rng, 0.35 + 0.55 * lines, 0.6, size), 0.8 * age + 0.05)
    number = before + 1 + np.arange(size)
    birth = day - np.maximum(whole(age * YEAR) + 1, _YOUNGEST_DAYS)
    return People(
        number,
        columns.joined("SYN-", columns.spelled(number, 6)),
        kind,
        centre,
        happens(rng, types.numbers("female")[kind], size),
        birth,
        np.maximum(day - whole(since * YEAR) - _DIAGNOSED_DAYS, birth),
        lines,
        first,
        first + count - 1,
    )


def _performance(rng: Random, found: People, person: Ints, order: Ints, day: Ints) -> Ints:
    """ECOG from one scale of frailty, cut so that the shares come out as the figures say."""
    chosen = figures()["performance"]
    age = np.clip((day - found.birth[person]) / YEAR, 40, 90)
    frailty = (
        chosen["age"] * (age - 65) / 10
        + chosen["line"] * (found.lines[person] - 1.7)
        + kinds().numbers("performance")[found.kind[person]]
        + chosen["repeat"] * (order - 1)
        + 0.8 * rng.standard_normal(len(found.kind))[person]
        + 0.6 * rng.standard_normal(len(person))
    )
    cuts = np.quantile(frailty, np.cumsum(chosen["ecog"])[:-1])
    ecog: Ints = np.searchsorted(cuts, frailty, side="right").astype(np.int64)
    return ecog


def diagnoses(rng: Random, found: People) -> pa.Table:
    """Table `diagnosis`: one row a person."""
    size, types, chosen = len(found.kind), kinds(), figures()["diagnosis"]
    shares = centres().share
    unseen = happens(rng, shares["histology"][found.centre], size)
    untyped = unseen & happens(rng, chosen["no_histology_code"], size)
    unstaged = happens(rng, shares["stage"][found.centre], size)
    early = happens(rng, chosen["early"], size) & ~types.child[found.kind]
    stage, has_stage = _stages(rng, found.kind, early)
    standard, standards = pick_word(rng, chosen["standard_treatment"], size)
    status = np.where(unstaged, np.where(happens(rng, 0.5, size), 1, 3), np.where(has_stage, 0, 2))
    codes = [*types.texts("oncotree"), *types.tissue]
    return pa.table(
        {
            "patient_id": found.name,
            "diagnosis_id": columns.joined(found.name, "D", between="-"),
            "diagnosis_date": columns.days(found.diagnosed),
            "age_at_diagnosis": columns.numbers((found.diagnosed - found.birth) / YEAR, 1),
            "icd10": columns.words(found.kind, types.texts("icd10")),
            "topography": columns.words(found.kind, types.texts("topography")),
            "morphology": columns.words(found.kind, types.texts("morphology"), ~unseen),
            "histology": columns.words(found.kind, types.texts("histology"), ~unseen),
            "oncotree": columns.words(found.kind + len(types.rows) * untyped, codes),
            "stage": columns.without(stage, unstaged | ~has_stage),
            "disease_setting": columns.words(early.astype(np.int64), ["advanced", "early"], ~unstaged),
            "standard_treatment_status": columns.words(standard, standards),
            "stage_status": columns.words(status, ["known", "unknown", "not_relevant", ""]),
        }
    )


def _stages(rng: Random, kind: Ints, early: Flags) -> tuple[columns.Column, Flags]:
    options = [cell.split("|") for cell in kinds().texts("stages")]
    names = [name for cell in options for name in cell]
    advanced = choices([1.0] * len(cell) for cell in options).draw(rng, kind)
    resected = len(names) + pick(rng, [0.5, 0.5], len(kind))
    # Leukaemias and brain tumours have no stage.
    staged = np.array([cell != [""] for cell in options])[kind]
    return columns.words(np.where(early, resected, advanced), [*names, "II", "III"]), staged


def treatment_lines(rng: Random, found: People, day: Ints) -> pa.Table:
    """Table `treatment_line`: what was given between diagnosis and first report, where the centre recorded it."""
    size = len(found.kind)
    recorded = ~happens(rng, centres().share["treatment_lines"][found.centre], size)
    lines = np.where(recorded, found.lines, 0)
    person = np.repeat(np.arange(size), lines)
    line = np.arange(len(person)) - np.repeat(np.cumsum(lines) - lines, lines) + 1
    step = (day[found.first] - found.diagnosed)[person] / lines[person]
    start = found.diagnosed[person] + whole(step * (line - 1) + np.minimum(21, step / 5))
    length = np.maximum(whole(step * (0.35 + 0.4 * rng.random(len(person)))), 1)
    options, drugs = regimens()
    given = options.draw(rng, found.kind[person] * 4 + np.minimum(line, 4) - 1)
    best = pick(rng, [0.03, 0.24, 0.38, 0.3, 0.05], len(person))
    dated = ~happens(rng, 0.05, len(person))
    return pa.table(
        {
            "patient_id": found.name.take(pa.array(person)),
            "line": columns.counts(line),
            "drugs": columns.words(given, drugs),
            "atc": columns.words(given, [atc(text) for text in drugs]),
            "start_date": columns.days(start, dated),
            "end_date": columns.days(start + length, dated),
            "best_response": columns.words(best, ["CR", "PR", "SD", "PD", "NE"], ~happens(rng, 0.12, len(person))),
            "pfs_days": columns.counts(length, dated & ~happens(rng, 0.15, len(person))),
        }
    )


def consents(rng: Random, found: People, day: Ints) -> tuple[pa.Table, Flags]:
    """Table `consent`, and who refused to be presented at the board."""
    chosen, size = figures()["consent"], len(found.kind)
    unrecorded = happens(rng, centres().share["consent"][found.centre], size)
    parts, refused = [], np.zeros(size, dtype=np.bool_)
    for purpose, shares in chosen.items():
        answer, answers = pick_word(rng, shares, size)
        kept = np.array([word != "" for word in answers])[answer]
        if purpose == "board":
            kept &= ~unrecorded
            refused = kept & (answer == answers.index("no"))
        asked = day[found.first] - 25 - whole(20 * rng.random(size))
        rows = pa.table(
            {
                "patient_id": found.name,
                "purpose": columns.same(purpose, size),
                "answer": columns.words(answer, answers),
                "answered_date": columns.days(asked, ~happens(rng, 0.06, size)),
            }
        )
        parts.append(rows.filter(pa.array(kept)))
    return pa.concat_tables(parts), refused
