"""Does a candidate finding fall under a rule's alteration class?

The classes are the vocabulary of `docs/reference/evidence.md`; ESCAT rules and CIViC support share it.
"""

from typing import Any

import ibis
import ibis.expr.types as ir

from tumorprofil.assessment.candidate import CANDIDATE
from tumorprofil.assessment.knowledge import RULE, SUPPORT
from tumorprofil.cohort.expression import unbound

candidate = unbound("_candidate", CANDIDATE)
rule = unbound("rule", RULE)
support = unbound("support", SUPPORT)
# Where no gene stands behind an alteration, the biomarker's name is the key.
_KEY_OF_CLASS = {"msi_high": "MSI", "tmb_high": "TMB", "hrd": "HRD"}


def falls_under(finding: Any, knowledge: Any) -> ir.BooleanValue:
    """True where the finding is an alteration of the rule's class and parameters; their keys already agree."""
    kind, what = finding.kind, knowledge.alteration_class
    small = kind == "small_variant"
    in_residues = (finding["first"] <= knowledge.residue_last) & (finding["last"] >= knowledge.residue_first)
    in_exon = ibis.ifelse(
        finding.exon.notnull(), (finding.exon <= knowledge.exon) & (finding.exon_last >= knowledge.exon), in_residues
    )
    of_kind = ibis.cases(
        (knowledge.exon_kind == "deletion", finding.effect.isin(("inframe_deletion", "inframe_indel"))),
        (
            knowledge.exon_kind == "insertion",
            (finding.effect == "inframe_insertion") | ((finding.effect == "inframe_indel") & (finding.net > 0)),
        ),
        else_=finding.altering,
    )
    same_partner = (
        knowledge.partner.isnull()
        | ((finding.gene == knowledge.gene) & (finding.partner == knowledge.partner))
        | ((finding.gene == knowledge.partner) & (finding.partner == knowledge.gene))
    )
    return ibis.cases(
        (what == "protein", small & (finding.plain_protein == knowledge.protein)),
        (
            what == "codon",
            finding.is_missense
            & (finding["first"] == knowledge.residue_first)
            & (finding.reference == knowledge.protein.substr(0, 1)),
        ),
        (what == "residue_range", finding.altering & in_residues),
        (what == "exon", small & of_kind & in_exon),
        (
            what == "exon_skipping",
            ((kind == "splice") & (finding.exon <= knowledge.exon) & (finding.exon_last >= knowledge.exon))
            | (small & finding.in_window),
        ),
        (what == "truncating", finding.truncating),
        (what == "pathogenic", small & finding.pathogenic),
        (what == "oncogenic", finding.oncogenic),
        (what == "amplification", finding.copy_call == "amplification"),
        (what == "deletion", finding.copy_call == "deletion"),
        (what == "fusion", (kind == "fusion") & same_partner),
        (what == "itd", (kind == "itd") | (small & (finding.effect == "inframe_insertion") & in_residues)),
        (what.isin(("msi_high", "tmb_high", "hrd", "expression")), kind == "biomarker"),
        else_=ibis.literal(False),
    ).fill_null(False)


def _keyed(knowledge: ir.Table) -> ir.Table:
    return knowledge.mutate(
        knowledge_key=knowledge.gene.fill_null(knowledge.alteration_class.substitute(_KEY_OF_CLASS))
    )


def matches(knowledge: ir.Table, *names: str) -> ir.Table:
    """Candidate × knowledge where the alteration falls under it: finding_id, and columns `names` of the knowledge.

    Excluded findings match nothing. A fusion is looked up under both of its genes."""
    open_ = candidate.filter(candidate.excluded.isnull())
    partners = open_.filter((open_.kind == "fusion") & open_.partner.notnull()).mutate(key=open_.partner)
    findings = ibis.union(open_, partners)
    keyed = _keyed(knowledge)
    joined = findings.join(keyed, findings.key == keyed.knowledge_key, rname="known_{name}")
    renamed = {name: (f"known_{name}" if f"known_{name}" in joined.columns else name) for name in knowledge.columns}

    class _Side:
        def __getattr__(self, name: str) -> Any:
            return joined[renamed[name]]

    met = joined.filter(falls_under(joined, _Side()))
    return met.select("finding_id", **{name: met[renamed[name]] for name in names}).distinct()
