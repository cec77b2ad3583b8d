"""The ESMO scale for clinical actionability of molecular targets (ESCAT; Mateo, Ann Oncol 2018;29:1895)."""

import re
from enum import StrEnum

from tumorprofil.terms.language import N_

NOT_ASSESSED = "not_assessed"
NOT_COVERED = "not_covered"


class Tier(StrEnum):
    """The eleven classes, best first. The Roman spelling sorts as text in the order of the scale, so a tier
    compares and sorts as what it is: `Tier.I_A < Tier.X`, and `min` gives the best."""

    I_A = "I-A"
    I_B = "I-B"
    I_C = "I-C"
    II_A = "II-A"
    II_B = "II-B"
    III_A = "III-A"
    III_B = "III-B"
    IV_A = "IV-A"
    IV_B = "IV-B"
    V = "V"
    X = "X"

    @property
    def rank(self) -> int:
        """1 for I-A to 11 for X."""
        return _RANKS[self]

    @property
    def main_class(self) -> str:
        """I, II, III, IV, V or X."""
        return self.value.partition("-")[0]

    @property
    def description(self) -> str:
        """What the class asks for, as an untranslated text (Mateo 2018, table 1)."""
        return _DESCRIPTIONS[self]


_RANKS = {tier: rank for rank, tier in enumerate(Tier, start=1)}
_SPELLING = re.compile(r"(?:ESCAT)?(?:TIER|LEVEL)?(I{1,3}|IV|V|X|10|[1-5])([ABC]?)")
_ROMAN = {"1": "I", "2": "II", "3": "III", "4": "IV", "5": "V", "10": "X"}
_DESCRIPTIONS = {
    Tier.I_A: N_("Prospective randomised trials in the tumour type show an improved survival endpoint"),
    Tier.I_B: N_("Prospective non-randomised trials in the tumour type show clinically meaningful benefit"),
    Tier.I_C: N_("Trials across tumour types show similar benefit in each of them"),
    Tier.II_A: N_("Retrospective studies show benefit in patients with the alteration"),
    Tier.II_B: N_("Prospective trials show more responses, without data on survival yet"),
    Tier.III_A: N_("Benefit at tier I or II from the alteration in another tumour type"),
    Tier.III_B: N_("Predicted effect as of a tier I alteration in the gene or pathway, without clinical data"),
    Tier.IV_A: N_("Preclinical models show that the alteration influences sensitivity to the drug"),
    Tier.IV_B: N_("Actionability is predicted in silico"),
    Tier.V: N_("Prospective studies show responses without clinically meaningful benefit"),
    Tier.X: N_("No evidence that the alteration can be acted upon"),
}


def parse(reported: str) -> Tier | None:
    """The tier that a text names: ``I-A``, ``IA``, ``1a``, ``Tier I A``, ``ESCAT: I-A``. None for any other text, a
    main class without its letter among them: it names several tiers."""
    match = _SPELLING.fullmatch(re.sub(r"[\s:._–-]+", "", reported).upper())
    if match is None:
        return None
    main, letter = _ROMAN.get(match[1], match[1]), match[2]
    spelled = f"{main}-{letter}" if letter else main
    return Tier(spelled) if spelled in set(Tier) else None


def rows() -> list[dict[str, object]]:
    """The scale as lookup rows: tier, tier_rank, main_class."""
    return [{"tier": tier.value, "tier_rank": tier.rank, "main_class": tier.main_class} for tier in Tier]
