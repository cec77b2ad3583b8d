"""What people read: the best tier of each profile, and one row a finding with a proposed tier."""

import ibis
import ibis.expr.types as ir

from tumorprofil.assessment.candidate import finding_reported, profile
from tumorprofil.assessment.choice import covered_tumour_type
from tumorprofil.assessment.rows import proposed
from tumorprofil.assessment.wording import basis, reason_text
from tumorprofil.cohort.expression import cohort_table
from tumorprofil.cohort.schema import ASSESSED, FINDING

assessed = cohort_table(ASSESSED)
finding = cohort_table(FINDING)


def best_of_profiles() -> ir.Table:
    """One row a profile. Among equal tiers the finding of the first gene by name stands for the profile."""
    carried = proposed()
    order = ibis.row_number().over(
        group_by=carried.profile_id,
        order_by=[carried.assigned_rank, carried.gene, carried.alteration, carried.evidence_id],
    )
    first = carried.mutate(order=order).filter(lambda row: row.order == 0)
    values = {name: first[name] for name in ("gene", "alteration", "tier", "date", "evidence_id")}
    values["reference"] = first.citation
    first = first.select(
        "profile_id",
        "gene",
        "alteration",
        "evidence_id",
        "drug",
        tier=first.assigned_tier,
        tier_rank=first.assigned_rank,
        basis_en=basis("en", values | {"scope": first.name_en}, first.is_derived),
        basis_da=basis("da", values | {"scope": first.name_da}, first.is_derived),
    )
    counts = finding_reported.group_by("profile_id").agg(
        findings=finding_reported.count(), unread=(finding_reported.consequence == "not_annotated").sum()
    )
    table = profile.left_join(first, "profile_id").drop("profile_id_right")
    table = table.left_join(counts, "profile_id").drop("profile_id_right")
    covered = covered_tumour_type.mutate(covered=True)
    table = table.left_join(covered, "tumour_type").drop("tumour_type_right")
    reason = ibis.cases(
        (table.tier.notnull(), "evidence"),
        (table.tumour_type.isnull(), "tumour_type_unknown"),
        (table.covered.isnull(), "not_covered"),
        (table.unread.fill_null(0) > 0, "not_annotated"),
        else_="no_evidence",
    )
    table = table.mutate(reason=reason)
    tier = ibis.cases(
        (table.reason == "evidence", table.tier),
        (table.reason == "not_covered", "not_covered"),
        (table.reason.isin(("tumour_type_unknown", "not_annotated")), "not_assessed"),
        else_=ibis.null("string"),
    )
    return table.select(
        "patient_id",
        "profile_id",
        "centre",
        "tumour_type",
        "tier_rank",
        "gene",
        "alteration",
        "evidence_id",
        "drug",
        "reason",
        tier=tier,
        findings=table.findings.fill_null(0),
        basis_en=table.basis_en.fill_null(reason_text("en", table.reason)),
        basis_da=table.basis_da.fill_null(reason_text("da", table.reason)),
    ).order_by("patient_id", "profile_id")


def proposals() -> ir.Table:
    """One row a finding with a proposed tier, and one a finding without on which CIViC has evidence and that is
    not covered or not assessed. All drugs of the same tier, source and date stand together."""
    kept = assessed.filter(
        assessed.proposed | (assessed.tier.isin(("not_covered", "not_assessed")) & assessed.support.notnull())
    )
    peers = assessed.filter((assessed.reason == "evidence") & assessed.drug.notnull())
    peers = peers.select(
        "finding_id", "biomarker", "profile_id", "tier", "reference", "evidence_date", "drug"
    ).distinct()
    same = [
        kept.profile_id == peers.profile_id,
        kept.tier == peers.tier,
        kept.reference == peers.reference,
        kept.evidence_date == peers.evidence_date,
        kept.finding_id.fill_null(-1) == peers.finding_id.fill_null(-1),
        kept.biomarker.fill_null("") == peers.biomarker.fill_null(""),
    ]
    joined = kept.left_join(peers, same, rname="peer_{name}")
    keys = [name for name in kept.columns if name != "drug"]
    merged = joined.group_by(*keys).agg(
        drug=joined.peer_drug.group_concat("; ", order_by=joined.peer_drug), own=joined.drug.min()
    )
    merged = merged.mutate(drug=merged.drug.fill_null(merged.own)).drop("own")
    details = finding.select(
        "finding_id", "kind", "consequence", "hgvs_c", "alternate_reads", "depth", "vaf", "copies", "fold_change"
    )
    merged = merged.left_join(details, "finding_id").drop("finding_id_right")
    first = ("patient_id", "profile_id", "tumour_type", "gene", "alteration", "tier", "evidence_id", "drug")
    others = [name for name in merged.columns if name not in first]
    return merged.select(*first, *others).order_by(
        "patient_id", "profile_id", merged.tier_rank.fill_null(99), "gene", "alteration"
    )
