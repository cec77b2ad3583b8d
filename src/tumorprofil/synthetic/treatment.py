"""What the board and the centres propose, what is begun of it, and how it works.

Dates are days since 1970; what would lie after the last day of the registry has not happened.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from tumorprofil.synthetic import columns
from tumorprofil.synthetic.course import HIGH, LOW, NEVER, Best, Referrals
from tumorprofil.synthetic.draw import Ints, Random, choices, happens, pick_word, whole
from tumorprofil.synthetic.figures import atc, by_tier, figures, kinds, phrases
from tumorprofil.synthetic.people import People, Reports

# Its place among `response.names` of the figures.
_PROGRESSION = 3


@dataclass(frozen=True, slots=True)
class Proposals:
    """One entry a proposed treatment: its profile, the day, and the access route as a number of `routes`."""

    profile: Ints
    day: Ints
    route: Ints
    routes: list[str]


def proposals(
    rng: Random, found: People, reports: Reports, tiers: Best, sent: Referrals, death: Ints, until: int
) -> tuple[pa.Table, Proposals]:
    """Table `treatment_proposal`: the board's, and what a centre gives by itself for a high tier."""
    chosen, size = figures()["proposal"], len(reports.day)
    local = (tiers.tier == HIGH) & (sent.referred == NEVER) & happens(rng, chosen["local"], size)
    day = np.where(sent.presented, sent.board, reports.day + 3 + whole(25 * rng.random(size)))
    at_board = sent.presented & happens(rng, by_tier(chosen["board"])[tiers.tier], size)
    proposed = (at_board | local) & (day <= until) & (day < death[reports.person])
    nothing = sent.presented & ~at_board & happens(rng, chosen["nothing_recorded"], size)
    route, routes = pick_word(rng, chosen["route"], size)
    # What a centre gives without the board is approved for it.
    route = np.where(local, routes.index("on_label"), route)
    outcome, outcomes = pick_word(rng, chosen["outcome"], size)
    rows = np.flatnonzero(proposed | nothing)
    made, place = proposed[rows], pa.array(rows)
    drug = tiers.drug[rows]
    table = pa.table(
        {
            "patient_id": found.name.take(pa.array(reports.person[rows])),
            "profile_id": reports.name.take(place),
            "proposed_date": columns.days(day[rows]),
            "gene": columns.without(tiers.gene.take(place), ~made),
            "alteration": columns.without(tiers.alteration.take(place), ~made),
            "drugs": columns.words(drug, tiers.drugs, made),
            "atc": columns.words(drug, [atc(name) for name in tiers.drugs], made),
            "access_route": columns.words(np.where(made, route[rows], len(routes)), [*routes, "none"]),
            "board_outcome": columns.words(
                np.where(made, outcome[rows], len(outcomes)), [*outcomes, "D"], sent.presented[rows]
            ),
            "priority": columns.counts(np.ones(len(rows), dtype=np.int64), made),
        }
    )
    kept = np.flatnonzero(proposed)
    return table, Proposals(kept, day[kept], route[kept], routes)


@dataclass(frozen=True, slots=True)
class Treatments:
    """One entry a treatment that was begun: its profile, the day, and the response at week 8 and 16 as numbers of the
    figures' `response.names`."""

    profile: Ints
    start: Ints
    early: Ints
    late: Ints


def treatments(
    rng: Random, found: People, reports: Reports, tiers: Best, made: Proposals, death: Ints, until: int
) -> tuple[pa.Table, Treatments]:
    """Table `treatment`: begun, or not with the reason; what is still to begin is not there."""
    chosen, size = figures()["treatment"], len(made.profile)
    tier, ecog = tiers.tier[made.profile], reports.ecog[made.profile]
    low, high = chosen["within_days"]
    start = made.day + low + whole((high - low) * rng.random(size))
    dies = death[reports.person[made.profile]]
    wanted = happens(rng, np.array(chosen["performance"])[ecog] * by_tier(chosen["tier"])[tier], size)
    started = wanted & (start < dies) & (start <= until)
    waiting = wanted & (start < dies) & (start > until)
    reasons = phrases("not_started")
    reason = np.where(start >= dies, reasons.index("Død før behandlingsstart"), _reason(rng, ecog, reasons))
    told = ~started & ~waiting & happens(rng, chosen["reason_recorded"], size)
    early, late = _responses(rng, tier, ecog)
    progressed = np.where(early == _PROGRESSION, start + 60, np.where(late == _PROGRESSION, start + 116, NEVER))
    stopped = start + 20 + whole(rng.exponential(chosen["median_days"] / np.log(2), size))
    end = np.minimum(np.minimum(np.where(progressed < NEVER, progressed, stopped), dies), NEVER)
    rows = np.flatnonzero(started | told)
    begun, place, drug = started[rows], pa.array(made.profile[rows]), tiers.drug[made.profile[rows]]
    table = pa.table(
        {
            "patient_id": found.name.take(pa.array(reports.person[made.profile[rows]])),
            "profile_id": reports.name.take(place),
            "drugs": columns.words(drug, tiers.drugs),
            "atc": columns.words(drug, [atc(name) for name in tiers.drugs]),
            "access_route": columns.words(made.route[rows], made.routes),
            "start_date": columns.days(np.where(begun, start[rows], 0), begun),
            "end_date": columns.days(np.where(end[rows] <= until, end[rows], 0), begun & (end[rows] <= until)),
            "not_started_reason": columns.words(np.where(begun, 0, reason[rows]), reasons, ~begun),
        }
    )
    kept = np.flatnonzero(started)
    return table, Treatments(made.profile[kept], start[kept], early[kept], late[kept])


def _reason(rng: Random, ecog: Ints, reasons: list[str]) -> Ints:
    other = [1.0 if not name.startswith(("Klinisk", "Død")) else 0.0 for name in reasons]
    worse = [4.0 if name.startswith("Klinisk") else weight for name, weight in zip(reasons, other, strict=True)]
    usual = [1.0 if name.startswith("Klinisk") else weight for name, weight in zip(reasons, other, strict=True)]
    return choices([usual, worse]).draw(rng, (ecog >= 2).astype(np.int64)) % len(reasons)


def _responses(rng: Random, tier: Ints, ecog: Ints) -> tuple[Ints, Ints]:
    """The response at week 8 and at week 16: CR, PR, SD, PD, NE as 0 to 4."""
    chosen, size = figures()["response"], len(tier)
    early = choices([chosen["high"], chosen["middle"], chosen["low"]]).draw(rng, np.minimum(tier, LOW))
    early %= len(chosen["names"])
    worse = happens(rng, np.array(chosen["worse"])[ecog], size) & (early >= 1) & (early <= 2)
    early = early + worse
    change, words = pick_word(rng, chosen["later"], size)
    word = np.array(words)[change]
    late = np.where(word == "better", np.maximum(early - 1, 1), np.where(word == "worse", _PROGRESSION, early))
    return early, np.where(early == 0, 0, late)


def responses(rng: Random, found: People, reports: Reports, given: Treatments, death: Ints, until: int) -> pa.Table:
    """Table `response`: at 8 weeks, and at 16 where there was no progression before."""
    chosen, size = figures()["response"], len(given.start)
    kind = found.kind[reports.person[given.profile]]
    family = np.array(kinds().texts("family"))[kind]
    method = np.where(np.isin(family, ("brain", "child_brain")), 1, np.where(family == "lymphoma", 2, 0))
    method = np.where(kinds().haematological[kind] & (family != "lymphoma"), 3, method)
    parts = []
    for week, response, due in ((8, given.early, given.early >= 0), (16, given.late, given.early != _PROGRESSION)):
        day = given.start + 7 * week - 4 + whole(9 * rng.random(size))
        seen = happens(rng, chosen["evaluated"], size) & (day <= until) & (day < death[reports.person[given.profile]])
        rows = np.flatnonzero(seen & due)
        parts.append(
            pa.table(
                {
                    "patient_id": found.name.take(pa.array(reports.person[given.profile[rows]])),
                    "profile_id": reports.name.take(pa.array(given.profile[rows])),
                    "evaluated_date": columns.days(day[rows]),
                    "week": columns.counts(np.full(len(rows), week)),
                    "method": columns.words(method[rows], ["recist", "rano", "lugano", "none"]),
                    "response": columns.words(response[rows], chosen["names"]),
                }
            )
        )
    return pa.concat_tables(parts)
