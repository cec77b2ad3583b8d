"""What follows from a profile's tier and the person's condition: survival, and referral to the board.

Dates are days since 1970; what would lie after the last day of the registry has not happened.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tumorprofil.synthetic import calendar, columns
from tumorprofil.synthetic.draw import Flags, Ints, Random, happens, pick_word, whole
from tumorprofil.synthetic.figures import by_tier, centres, figures, kinds, matched_drugs, phrases
from tumorprofil.synthetic.people import YEAR, People, Reports

NEVER = 1 << 30
HIGH, MIDDLE, LOW, NONE, NOT_COVERED = range(5)
_ADULT = 18


@dataclass(frozen=True, slots=True)
class Best:
    """One entry a profile: its tier as a number of figures.TIERS, the tier's name, the finding behind it (empty where
    there is none), and the drug that matches it."""

    tier: Ints
    name: columns.Column
    gene: columns.Column
    alteration: columns.Column
    drugs: list[str]
    drug: Ints


@dataclass(frozen=True, slots=True)
class Referrals:
    """One entry a profile: the days of referral and board, NEVER where there was none, and whether it was presented."""

    referred: Ints
    board: Ints
    presented: Flags


def best(found: People, reports: Reports, tiers: pa.Table) -> Best:
    """The best tiers as the assessment gives them, in the order of the reports."""
    rows = tiers.take(pc.index_in(reports.name, tiers["profile_id"]))
    rank = rows["tier_rank"].to_numpy(zero_copy_only=False).astype(np.float64)
    covered = pc.not_equal(rows["reason"], "not_covered").to_numpy(zero_copy_only=False)
    tier = np.where(rank <= 5, HIGH, np.where(rank <= 7, MIDDLE, np.where(rank <= 11, LOW, NONE)))
    tier = np.where((tier == NONE) & ~covered, NOT_COVERED, tier)
    drugs, drug = _matched(found.kind[reports.person], rows)
    return Best(tier, rows["tier"], rows["gene"], rows["alteration"], drugs, drug)


def _matched(kind: Ints, rows: pa.Table) -> tuple[list[str], Ints]:
    """The drug for the gene in the family of tumour types; a trial where the table has none."""
    gene = rows["gene"].combine_chunks().dictionary_encode()
    genes = gene.dictionary.to_pylist()
    families = kinds().texts("family")
    known = matched_drugs()
    drugs = ["fase 1-forsøg", *sorted(set(known.values()))]
    found = np.zeros((len(genes) + 1, len(families)), dtype=np.int64)
    for number, name in enumerate(genes):
        for place, family in enumerate(families):
            drug = known.get((name, family)) or known.get((name, "all"))
            found[number, place] = drugs.index(drug) if drug else 0
    index = gene.indices.fill_null(len(genes)).to_numpy(zero_copy_only=False).astype(np.int64)
    return drugs, found[index, kind]


def deaths(rng: Random, found: People, reports: Reports, tiers: Best, until: int) -> Ints:
    """The day of death of every person, NEVER where it lies after the registry's last day."""
    chosen = figures()["survival"]
    last = found.last
    median = np.array(chosen["median_days"])[reports.ecog[last]] * kinds().numbers("survival")[found.kind]
    median = median * np.where(tiers.tier[last] == HIGH, chosen["high_tier"], 1.0)
    day = reports.day[last] + 3 + whole(rng.exponential(median / np.log(2)))
    return np.where(day > until, NEVER, day)


def patients(rng: Random, found: People, death: Ints) -> pa.Table:
    """Table `patient`."""
    size = len(found.kind)
    unknown = happens(rng, figures()["survival"]["unknown_vital_status"], size)
    unsexed = happens(rng, figures()["person"]["unknown_sex"], size)
    dead = death < NEVER
    return pa.table(
        {
            "patient_id": found.name,
            "sex": columns.words(np.where(unsexed, 2, found.female), ["male", "female", "unknown"]),
            "birth_date": columns.days(found.birth),
            "death_date": columns.days(np.where(dead, death, 0), dead),
            "vital_status": columns.words(np.where(dead, 0, np.where(unknown, 2, 1)), ["dead", "alive", "unknown"]),
            "centre": columns.words(found.centre, centres().codes),
        }
    )


def referrals(
    rng: Random, found: People, reports: Reports, failed: Flags, refused: Flags, tiers: Best, death: Ints, until: int
) -> tuple[pa.Table, Referrals]:
    """Table `referral`, and what became of each profile's."""
    chosen, size = figures()["referral"], len(reports.day)
    centre = found.centre[reports.person]
    chance = by_tier(chosen["tier"])[tiers.tier] * np.array(chosen["performance"])[reports.ecog]
    chance = chance * centres().share["referral"][centre] * np.where(failed, chosen["failed"], 1.0)
    referred = reports.day + 1 + whole(rng.random(size) * chosen["within_days"])
    alive = referred < death[reports.person]
    sent = happens(rng, chance, size) & ~refused[reports.person] & alive & (referred <= until)
    board = calendar.board_day(referred + 1)
    pending = board > until
    gone = happens(rng, chosen["withdrawn"], size) | (board >= death[reports.person])
    filtered = (reports.ecog >= 3) & happens(rng, chosen["filtered_out"], size)
    returned = happens(rng, chosen["returned"], size)
    status = np.where(gone, 1, np.where(filtered, 2, np.where(returned, 3, np.where(pending, 4, 0))))
    presented = sent & (status == 0)
    rows = np.flatnonzero(sent)
    table = pa.table(
        {
            "patient_id": found.name.take(pa.array(reports.person[rows])),
            "profile_id": reports.name.take(pa.array(rows)),
            "referred_date": columns.days(referred[rows]),
            "centre": columns.words(centre[rows], centres().codes),
            "presenter_role": _roles(rng, found, reports, rows),
            **_asked(rng, tiers, rows),
            "board_date": columns.days(board[rows], presented[rows]),
            "board_status": columns.words(status[rows], ["presented", "withdrawn", "filtered_out", "returned", "sent"]),
        }
    )
    return table, Referrals(np.where(sent, referred, NEVER), np.where(presented, board, NEVER), presented)


def _roles(rng: Random, found: People, reports: Reports, rows: Ints) -> columns.Column:
    chosen = figures()["referral"]
    person = reports.person[rows]
    role, roles = pick_word(rng, chosen["roles"], len(rows))
    child = (reports.day[rows] - found.birth[person]) / YEAR < _ADULT
    own = np.where(child, len(roles), np.where(kinds().haematological[found.kind[person]], len(roles) + 1, 0))
    role = np.where((role == 0) & (own > 0), own, role)
    known = ~happens(rng, chosen["role_missing"], len(rows))
    return columns.words(role, [*roles, "paediatric_oncologist", "haematologist"], known)


def _asked(rng: Random, tiers: Best, rows: Ints) -> dict[str, columns.Column]:
    """The question, the match and its tier, as the referrer writes them."""
    chosen, size = figures()["referral"], len(rows)
    tier = tiers.tier[rows]
    questions, matches = phrases("question"), phrases("match")
    matched = happens(rng, by_tier(chosen["match"])[tier], size)
    carried = tier <= LOW
    place = pa.array(rows)
    own = columns.joined(columns.words(tiers.drug[rows], tiers.drugs), "ved", tiers.gene.take(place),
                         tiers.alteration.take(place), between=" ")  # fmt: skip
    other = columns.words(rng.integers(0, len(matches), size), matches)
    match = pc.if_else(pa.array(carried), own, other)
    graded = matched & carried & happens(rng, chosen["proposed_tier"], size)
    return {
        "clinical_question": columns.words(
            rng.integers(0, len(questions), size), questions, ~happens(rng, chosen["question_missing"], size)
        ),
        "proposed_match": columns.without(match, ~matched),
        "proposed_tier": columns.without(tiers.name.take(place), ~graded),
    }
