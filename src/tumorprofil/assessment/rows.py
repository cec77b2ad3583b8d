"""The rows of the table `assessed`: finding × evidence, with tier, reason, conditions and support."""

import ibis
import ibis.expr.types as ir

from tumorprofil.assessment.candidate import biomarker, diagnosis, profile
from tumorprofil.assessment.choice import choice, covered_tumour_type, match
from tumorprofil.assessment.finding import alteration, exclusion, germline
from tumorprofil.assessment.matching import candidate, matches, rule, support
from tumorprofil.assessment.settings import CutOffs
from tumorprofil.assessment.wording import basis, reason_text
from tumorprofil.cohort.expression import cohort_table, unbound
from tumorprofil.cohort.schema import ASSESSED, FINDING, TREATMENT_LINE

DERIVED_TIER, DERIVED_RANK = "III-A", 6
evidence_scope = unbound("evidence_scope", {"scope": "VARCHAR", "name_en": "VARCHAR", "name_da": "VARCHAR"})
evidence_condition = unbound(
    "evidence_condition",
    {"code": "VARCHAR", "kind": "VARCHAR", "biomarker": "VARCHAR", "required_status": "VARCHAR", "drugs": "VARCHAR"},
)
SUPPORTED = {"finding_id": "BIGINT", "support": "VARCHAR", "support_level": "VARCHAR"}
supported = unbound("_support", SUPPORTED)
finding = cohort_table(FINDING)
treatment_line = cohort_table(TREATMENT_LINE)


def supports() -> ir.Table:
    """CIViC evidence items on each candidate, whatever the tumour type: joined text and best level."""
    found = matches(support, "evidence_items", "best_level")
    level = found.group_by("finding_id").agg(support_level=found.best_level.min())
    items = found.select("finding_id", item=found.evidence_items.split("|").unnest()).distinct()
    joined = items.group_by("finding_id").agg(support=items.item.group_concat("|", order_by=items.item))
    return joined.join(level, "finding_id").select("finding_id", "support", "support_level")


def assessed(cut_offs: CutOffs) -> ir.Table:
    """Every row of the table `assessed`."""
    return ibis.union(_spoken_of(), _candidates_without(), _others(cut_offs))


def proposed() -> ir.Table:
    """One row a candidate with a proposed tier: the finding and the rule that carries it."""
    return _with_evidence().filter(lambda row: row.proposed)


def _with_evidence() -> ir.Table:
    """Candidates × the rules that hold in their tumour type, and the rule that a III-A derives from."""
    found = match.left_join(choice, "finding_id").drop("finding_id_right")
    derived = (found.derived_place == found.derived).fill_null(False)
    found = found.mutate(
        is_derived=derived,
        proposed=derived | (found.may_propose & found.in_scope & (found.place == found.direct)).fill_null(False),
    )
    found = found.filter(found.in_scope | found.is_derived)
    details = rule.select(
        "evidence_id",
        "scope",
        "tier",
        "drug",
        "conditions",
        "citation",
        "date",
        "reliability",
        "proposes",
        rule_origin="origin",
        rule_rank="tier_rank",
    )
    joined = found.select("finding_id", "evidence_id", "is_derived", "proposed", "admitted").join(
        details, "evidence_id"
    )
    chosen = match.join(
        choice, [match.finding_id == choice.finding_id, match.place == choice.direct], rname="choice_{name}"
    )
    chosen = chosen.select("finding_id", chosen_rank="tier_rank").distinct()
    joined = joined.left_join(chosen, "finding_id").drop("finding_id_right")
    reason = ibis.cases(
        (joined.is_derived, "derived"),
        (joined.proposed, "evidence"),
        (~joined.proposes, "shown_only"),
        (~joined.admitted, "origin_excluded"),
        ((joined.rule_rank == joined.chosen_rank).fill_null(False), "evidence"),
        else_="outranked",
    )
    joined = joined.mutate(
        reason=reason,
        assigned_tier=ibis.ifelse(joined.is_derived, DERIVED_TIER, joined.tier),
        assigned_rank=ibis.ifelse(joined.is_derived, DERIVED_RANK, joined.rule_rank),
    )
    return joined.join(candidate, "finding_id").left_join(evidence_scope, "scope").drop("scope_right")


def _spoken_of() -> ir.Table:
    table = _with_evidence()
    conditions = _conditions(
        table.select(
            "finding_id",
            "evidence_id",
            "profile_id",
            "patient_id",
            "setting",
            "conditions",
            "rule_origin",
            "admitted",
            seen=table.origin,
        )
    )
    table = table.left_join(conditions, ["finding_id", "evidence_id"]).drop("finding_id_right", "evidence_id_right")
    table = table.left_join(supported, "finding_id").drop("finding_id_right")
    values = {
        "gene": table.gene,
        "alteration": table.alteration,
        "tier": table.tier,
        "reference": table.citation,
        "date": table.date,
        "evidence_id": table.evidence_id,
    }
    return _shaped(
        table,
        tier=table.assigned_tier,
        tier_rank=table.assigned_rank,
        proposed=table.proposed,
        reason=table.reason,
        evidence_id=table.evidence_id,
        evidence_tumour_type=table.name_en,
        drug=table.drug,
        reference=table.citation,
        evidence_date=table.date,
        reliability=table.reliability,
        conditions_unmet=table.unmet,
        conditions_unknown=table.unknown,
        support=table.support,
        support_level=table.support_level,
        basis_en=basis("en", values | {"scope": table.name_en}, table.is_derived),
        basis_da=basis("da", values | {"scope": table.name_da}, table.is_derived),
    )


def _conditions(rows: ir.Table) -> ir.Table:
    """The conditions of the evidence that are unmet, and those of which nothing is known, joined by |."""
    listed = rows.filter(rows.conditions.notnull()).mutate(code=rows.conditions.split("|").unnest())
    listed = _with_course(listed.join(evidence_condition, "code"))
    by_code = listed.select("finding_id", "evidence_id", "code", state=_state(listed))
    by_origin = rows.filter(~rows.admitted & (rows.rule_origin == "germline")).select(
        "finding_id",
        "evidence_id",
        code=ibis.literal("germline_origin"),
        state=(rows.seen.fill_null("unknown") == "unknown").ifelse("unknown", "unmet"),
    )
    every = ibis.union(by_code, by_origin)
    return every.group_by("finding_id", "evidence_id").agg(
        unmet=every.code.group_concat("|", where=every.state == "unmet", order_by=every.code),
        unknown=every.code.group_concat("|", where=every.state == "unknown", order_by=every.code),
    )


def _with_course(listed: ir.Table) -> ir.Table:
    """Beside each condition what is recorded of the person: the one status of its biomarker, the drugs given
    (joined, with | around each), whether a line names none, and where standard treatment stands."""
    measured = biomarker.filter(biomarker.status.notnull() & (biomarker.status != "not_evaluable"))
    measured = measured.group_by("profile_id", "name").agg(
        status=measured.status.min(), statuses=measured.status.nunique()
    )
    measured = measured.filter(measured.statuses == 1)
    lines = treatment_line.group_by("patient_id").agg(
        given=treatment_line.drugs.lower().re_replace(r"\s*\|\s*", "|").group_concat("|"),
        unnamed=treatment_line.drugs.isnull().any(),
        treated=treatment_line.count() > 0,
    )
    stood = diagnosis.group_by("patient_id").agg(
        standard=diagnosis.standard_treatment_status.min(), standings=diagnosis.standard_treatment_status.nunique()
    )
    listed = listed.left_join(
        measured, [listed.profile_id == measured.profile_id, listed.biomarker == measured.name], rname="measured_{name}"
    )
    listed = listed.left_join(lines, "patient_id").drop("patient_id_right")
    return listed.left_join(stood, "patient_id").drop("patient_id_right")


def _state(listed: ir.Table) -> ir.StringValue:
    """``met``, ``unmet``, or ``unknown`` where nothing is recorded."""
    wanted = "(^|[|])(" + listed.drugs + ")([|]|$)"
    treated = ibis.cases(
        (listed.treated.isnull(), "unknown"),
        (listed.drugs.isnull() | listed.given.re_search(wanted).fill_null(False), "met"),
        (listed.unnamed, "unknown"),
        else_="unmet",
    )
    standing = ibis.ifelse(listed.standings == 1, listed.standard, ibis.null("string"))
    stage = ibis.ifelse(listed.kind == "stage", listed.setting, standing)
    among = "(^|[|])" + stage + "([|]|$)"
    return ibis.cases(
        ((listed.kind == "receptor") & listed.status.isnull(), "unknown"),
        (listed.kind == "receptor", (listed.status == listed.required_status).ifelse("met", "unmet")),
        (listed.kind == "earlier_treatment", treated),
        (stage.isnull() | stage.isin(("unknown", "no_guideline")), "unknown"),
        else_=listed.required_status.re_search(among).ifelse("met", "unmet"),
    )


def _candidates_without() -> ir.Table:
    """Candidates that nothing proposes a tier for."""
    table = candidate.anti_join(choice, "finding_id")
    table = table.left_join(supported, "finding_id").drop("finding_id_right")
    table = table.left_join(covered_tumour_type.mutate(covered=True), "tumour_type").drop("tumour_type_right")
    judged = rule.filter(rule.alteration_class == "oncogenic").select("gene").distinct().mutate(judged=True)
    table = table.left_join(judged, "gene").drop("gene_right")
    doubtful = table.judged.fill_null(False) & table.altering & ~table.oncogenic
    return _without_evidence(table, table.excluded, doubtful, support=table.support, support_level=table.support_level)


def _others(cut_offs: CutOffs) -> ir.Table:
    """Findings in genes that no evidence speaks of."""
    table = finding.anti_join(candidate, "finding_id").join(
        profile.select("profile_id", "patient_id", "tumour_type", "tumour_only"), "profile_id"
    )
    table = table.left_join(covered_tumour_type.mutate(covered=True), "tumour_type").drop("tumour_type_right")
    table = table.mutate(in_window=ibis.literal(False))
    table = table.mutate(
        alteration=alteration(table),
        germline=germline(table, cut_offs, ibis.literal(False)),
        excluded=exclusion(table, cut_offs),
        biomarker=ibis.null("string"),
    )
    return _without_evidence(table, table.excluded, ibis.literal(False))


def _without_evidence(
    table: ir.Table, excluded: ir.StringValue, doubtful: ir.BooleanValue, **cells: ir.Value
) -> ir.Table:
    reason = ibis.cases(
        (excluded.notnull(), excluded),
        (table.tumour_type.isnull(), "tumour_type_unknown"),
        (table.covered.isnull(), "not_covered"),
        (doubtful, "significance_unknown"),
        else_="no_evidence",
    )
    table = table.mutate(reason=reason)
    tier = ibis.cases(
        (table.reason == "not_covered", "not_covered"),
        (table.reason.isin(("not_annotated", "tumour_type_unknown")), "not_assessed"),
        else_=ibis.null("string"),
    )
    return _shaped(
        table,
        tier=tier,
        proposed=ibis.literal(False),
        reason=table.reason,
        basis_en=reason_text("en", table.reason),
        basis_da=reason_text("da", table.reason),
        **cells,
    )


def _shaped(table: ir.Table, **cells: ir.Value) -> ir.Table:
    cells = {
        "patient_id": table.patient_id,
        "profile_id": table.profile_id,
        "tumour_type": table.tumour_type,
        "finding_id": ibis.ifelse(table.finding_id < 0, ibis.null("int64"), table.finding_id),
        "biomarker": table.biomarker,
        "gene": table.gene,
        "alteration": table.alteration,
        "germline_flag": table.germline,
        **cells,
    }
    kinds = {"BIGINT": "int64", "BOOLEAN": "boolean", "DATE": "date", "VARCHAR": "string"}
    return table.select(
        **{
            column.name: cells.get(column.name, ibis.null(kinds[column.type])).cast(kinds[column.type])
            for column in ASSESSED.columns
        }
    )
