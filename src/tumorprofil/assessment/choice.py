"""Which of the matching rules proposes a finding's tier.

Order among the rules that may propose: where the disease stands (a rule for another setting comes last; a
person whose setting is unknown counts as advanced, the population of the board), reliability of the source,
evidence in the tumour type before evidence in any, newest date, most specific alteration, best tier, a drug
named, identifier. The setting never excludes.
"""

import ibis
import ibis.expr.types as ir

from tumorprofil.assessment.matching import candidate, matches, rule
from tumorprofil.assessment.settings import AsOf
from tumorprofil.cohort.expression import unbound

rule_tumour_type = unbound("rule_tumour_type", {"scope": "VARCHAR", "tumour_type": "VARCHAR"})
evidence_scope = unbound("evidence_scope", {"scope": "VARCHAR", "any_solid": "VARCHAR"})
covered_tumour_type = unbound("covered_tumour_type", {"tumour_type": "VARCHAR"})

SPECIFICITY = {
    "protein": 0,
    "exon_skipping": 1,
    "exon": 1,
    "codon": 1,
    "itd": 1,
    "residue_range": 2,
    "fusion": 2,
    "amplification": 2,
    "deletion": 2,
    "expression": 2,
    "msi_high": 2,
    "tmb_high": 2,
    "hrd": 2,
    "truncating": 3,
    "pathogenic": 3,
    "oncogenic": 4,
}
# A fusion with a named partner says more than one with any partner.
_NAMED_PARTNER = 1
_HIGHEST_DERIVING_RANK = 5
_CONTRADICTED_SETTING = 1_000_000
_ONE_TIER = 10_000_000
MATCH = {
    "finding_id": "BIGINT",
    "evidence_id": "VARCHAR",
    "place": "BIGINT",
    "in_scope": "BOOLEAN",
    "admitted": "BOOLEAN",
    "may_propose": "BOOLEAN",
    "tier_rank": "BIGINT",
    "derived_place": "BIGINT",
    "tumour_type": "VARCHAR",
    "origin": "VARCHAR",
}
match = unbound("_match", MATCH)
CHOICE = {"finding_id": "BIGINT", "direct": "BIGINT", "derived": "BIGINT"}
choice = unbound("_choice", CHOICE)


def _ordered_rules() -> ir.Table:
    specificity = ibis.cases(
        *((rule.alteration_class == name, rank) for name, rank in SPECIFICITY.items() if name != "fusion"),
        (rule.partner.notnull(), _NAMED_PARTNER),
        else_=SPECIFICITY["fusion"],
    )
    agnostic = rule.scope.isin(evidence_scope.filter(evidence_scope.any_solid == "true").scope)
    place = ibis.row_number().over(
        order_by=[
            rule.reliability,
            agnostic,
            rule.date.desc(),
            specificity,
            rule.tier_rank.fill_null(99),
            rule.drug.isnull(),
            rule.evidence_id,
        ]
    )
    return rule.mutate(place=place)


def rule_matches(as_of: AsOf) -> ir.Table:
    """Candidate × rule known at `as_of`: does it hold in the tumour type, admit the origin, and may it propose?"""
    rules = _ordered_rules()
    found = matches(
        rules, "evidence_id", "place", "scope", "origin", "tier_rank", "disease_setting", "proposes", "date"
    )
    place = candidate.select("finding_id", "tumour_type", "setting", "report_date", finding_origin=candidate.origin)
    found = found.join(place, "finding_id")
    limit = found.report_date.fill_null(ibis.date("9999-12-31")) if as_of == "report" else ibis.literal(as_of)
    found = found.filter(found.date <= limit)
    scope = rule_tumour_type.mutate(in_scope=True)
    found = found.left_join(
        scope, [found.scope == scope.scope, found.tumour_type == scope.tumour_type], rname="scope_{name}"
    )
    contradicted = (
        found.disease_setting.notnull() & (found.disease_setting != found.setting.fill_null("advanced"))
    ).fill_null(False)
    origin = found.finding_origin.fill_null("unknown")
    admitted = ibis.cases(
        (found.origin == "germline", origin == "germline"),
        (found.origin == "somatic", origin != "germline"),
        else_=True,
    )
    found = found.mutate(place=found.place + contradicted.ifelse(_CONTRADICTED_SETTING, 0))
    return found.select(
        "finding_id",
        "evidence_id",
        "place",
        # III-A is cited from the best tier elsewhere, then in the usual order.
        derived_place=found.tier_rank * _ONE_TIER + found.place,
        in_scope=found.in_scope.fill_null(False),
        admitted=admitted,
        may_propose=found.proposes & admitted,
        tier_rank=found.tier_rank,
        tumour_type=found.tumour_type,
        origin=origin,
    )


def choices() -> ir.Table:
    """One row a candidate with a proposed tier: the place of the rule that proposes it directly, or of the one
    that III-A derives from (only in tumour types that the evidence covers)."""
    covered = covered_tumour_type.mutate(covered=True)
    found = match.left_join(covered, match.tumour_type == covered.tumour_type, rname="covered_{name}")
    direct = found.place.min(where=found.may_propose & found.in_scope)
    elsewhere = found.derived_place.min(
        where=found.may_propose & found.covered.fill_null(False) & (found.tier_rank <= _HIGHEST_DERIVING_RANK)
    )
    chosen = found.group_by("finding_id").agg(direct=direct, elsewhere=elsewhere)
    chosen = chosen.mutate(derived=chosen.direct.isnull().ifelse(chosen.elsewhere, ibis.null("int64")))
    return chosen.filter(chosen.direct.notnull() | chosen.derived.notnull()).select("finding_id", "direct", "derived")
