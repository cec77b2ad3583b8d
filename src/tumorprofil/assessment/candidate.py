"""Findings that evidence may speak of, with what matching asks about them.

Most findings lie in genes without any evidence; they are left where they are. `CANDIDATE` keeps the others,
resolves their genes, takes their protein change apart and says whether something excludes them from a tier.
"""

import ibis
import ibis.expr.types as ir

from tumorprofil.assessment.finding import (
    ALTERING,
    PATHOGENIC,
    TRUNCATING,
    alteration,
    exclusion,
    germline,
    unprefixed,
    unread,
)
from tumorprofil.assessment.settings import CutOffs
from tumorprofil.cohort.expression import cohort_table, unbound
from tumorprofil.cohort.schema import BIOMARKER_TABLE, DIAGNOSIS, FINDING, PROFILE

# Biomarkers carry evidence under the name of their gene, or under their own where no gene stands behind them.
BIOMARKER_KEY = {"HER2": "ERBB2", "PDL1": "CD274", "ER": "ESR1", "PR": "PGR"}

_REPORTED = {
    "finding_id": "BIGINT",
    **{name: kind for name, kind in FINDING.types().items() if name not in ("finding_id", "gene", "partner", "hgvs_p")},
}
finding_reported = unbound("finding_reported", _REPORTED)
profile = cohort_table(PROFILE)
diagnosis = cohort_table(DIAGNOSIS)
biomarker = cohort_table(BIOMARKER_TABLE)
candidate_symbol = unbound("candidate_symbol", {"reported": "VARCHAR", "symbol": "VARCHAR"})
gene_symbol = unbound("gene_symbol", {"reported": "VARCHAR", "symbol": "VARCHAR"})
gene_role = unbound("gene_role", {"gene": "VARCHAR", "role": "VARCHAR"})
known_protein = unbound("known_protein", {"gene": "VARCHAR", "protein": "VARCHAR"})
known_variant = unbound(
    "known_variant",
    {
        "build": "VARCHAR",
        "chromosome": "VARCHAR",
        "start": "BIGINT",
        "reference": "VARCHAR",
        "alternate": "VARCHAR",
        "gene": "VARCHAR",
        "protein": "VARCHAR",
        "consequence": "VARCHAR",
    },
)
exon_window = unbound(
    "exon_window",
    {
        "gene": "VARCHAR",
        "exon": "BIGINT",
        "build": "VARCHAR",
        "chromosome": "VARCHAR",
        "start": "BIGINT",
        "end": "BIGINT",
    },
)
germline_gene = unbound("germline_gene", {"gene": "VARCHAR"})


# What the protein changes say, taken apart once for each: the engine's functions are long expressions.
CHANGE = {
    "hgvs_p": "VARCHAR",
    "first": "BIGINT",
    "last": "BIGINT",
    "reference": "VARCHAR",
    "residue_kind": "VARCHAR",
    "net": "BIGINT",
}
change = unbound("_change", CHANGE)
# The findings of `reported`, materialised once: several joins below start from them.
NAMED = {**_REPORTED, "gene": "VARCHAR", "partner": "VARCHAR", "hgvs_p": "VARCHAR"}
named = unbound("_named", NAMED)


@ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]
def protein_change(text: str) -> str: ...  # type: ignore[empty-body]


@ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]
def protein_reference(text: str) -> str: ...  # type: ignore[empty-body]


@ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]
def protein_first(text: str) -> int: ...  # type: ignore[empty-body]


@ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]
def protein_last(text: str) -> int: ...  # type: ignore[empty-body]


@ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]
def protein_alternate(text: str) -> str: ...  # type: ignore[empty-body]


@ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]
def protein_kind(text: str) -> str: ...  # type: ignore[empty-body]


def reported() -> ir.Table:
    """Findings in genes that evidence speaks of, and bare ones whose coordinates are known."""
    finding = finding_reported
    bare = unread(finding)
    plain = finding.filter((finding.kind != "fusion") & ~bare).join(
        candidate_symbol, finding.gene_reported == candidate_symbol.reported
    )
    plain = plain.mutate(gene=plain.symbol, partner=ibis.null("string"), hgvs_p_reported=finding.hgvs_p_reported)
    bare = finding.filter(bare).join(profile, "profile_id")
    bare = bare.join(
        known_variant,
        [
            bare.build == known_variant.build,
            bare.chromosome == known_variant.chromosome,
            bare.start_position == known_variant.start,
            bare.reference_allele == known_variant.reference,
            bare.alternate_allele == known_variant.alternate,
        ],
        rname="known_{name}",
    )
    bare = bare.mutate(
        gene=bare.known_gene if "known_gene" in bare.columns else bare.gene,
        partner=ibis.null("string"),
        consequence=bare.known_consequence,
        hgvs_p_reported="p." + bare.protein,
    )
    symbol, other = gene_symbol.view(), gene_symbol.view()
    fusion = finding.filter(finding.kind == "fusion")
    fusion = fusion.left_join(symbol, fusion.gene_reported == symbol.reported)
    fusion = fusion.rename(gene="symbol").drop("reported")
    fusion = fusion.left_join(other, fusion.partner_reported == other.reported)
    fusion = fusion.rename(partner="symbol").drop("reported")
    fusion = fusion.mutate(
        gene=fusion.gene.fill_null(fusion.gene_reported), partner=fusion.partner.fill_null(fusion.partner_reported)
    )
    names = (*_REPORTED, "gene", "partner")
    every = ibis.union(plain.select(*names), bare.select(*names), fusion.select(*names))
    return every.mutate(hgvs_p=protein_change(every.hgvs_p_reported))


def changes() -> ir.Table:
    """One row a protein change among the candidates: residues, kind, and by how many residues it grows."""
    spelled = named.select("hgvs_p").distinct()
    parts = spelled.mutate(
        first=protein_first(spelled.hgvs_p),
        last=protein_last(spelled.hgvs_p),
        reference=protein_reference(spelled.hgvs_p),
        residue_kind=protein_kind(spelled.hgvs_p),
        new=protein_alternate(spelled.hgvs_p).length(),
    ).filter(spelled.hgvs_p.notnull())
    return parts.mutate(net=parts.new - (parts["last"] - parts["first"] + 1)).drop("new")


def _place() -> ir.Table:
    """What the findings of a profile share: person, tumour type, build and where the disease stands."""
    setting = diagnosis.group_by("patient_id").agg(
        setting=diagnosis.disease_setting.min(), settings=diagnosis.disease_setting.nunique()
    )
    joined = profile.left_join(setting, "patient_id")
    return joined.select(
        "profile_id",
        "patient_id",
        "tumour_type",
        "build",
        "tumour_only",
        "report_date",
        setting=ibis.ifelse(joined.settings == 1, joined.setting, ibis.null("string")),
    )


def candidates(cut_offs: CutOffs) -> ir.Table:
    """One row a candidate finding or raised biomarker, ready to be matched."""
    table = named.join(_place(), "profile_id")
    touched = table.join(
        exon_window,
        [
            table.gene == exon_window.gene,
            table.build == exon_window.build,
            table.chromosome == exon_window.chromosome,
            table.start_position <= exon_window.end,
            table.end_position.fill_null(table.start_position) >= exon_window.start,
        ],
        rname="window_{name}",
    )
    touched = touched.filter(touched.kind == "small_variant").select("finding_id").distinct().mutate(in_window=True)
    table = table.left_join(touched, "finding_id").drop("finding_id_right")
    table = table.left_join(gene_role.select("gene", "role"), "gene").drop("gene_right")
    inherited = germline_gene.select("gene").distinct().mutate(inherited=True)
    table = table.left_join(inherited, "gene").drop("gene_right")
    table = table.mutate(plain_protein=unprefixed(table.hgvs_p))
    known = known_protein.mutate(is_known=True)
    table = table.left_join(
        known, [table.gene == known.gene, table.plain_protein == known.protein], rname="known_{name}"
    )
    table = table.mutate(in_window=table.in_window.fill_null(False), is_known=table.is_known.fill_null(False))
    table = table.left_join(change, "hgvs_p").drop("hgvs_p_right")
    kind = table.residue_kind
    table = table.mutate(
        biomarker=ibis.null("string"),
        status=ibis.null("string"),
        excluded=exclusion(table, cut_offs),
        # A source's classes are coarser than its protein change: a deletion that inserts is In_Frame_Del in a MAF.
        effect=ibis.ifelse(
            (table.consequence.isin(("inframe_deletion", "inframe_insertion")) & kind.startswith("inframe"))
            | ((table.consequence == "protein_altering") & (kind != "other")),
            kind,
            table.consequence,
        ),
        altering=(table.kind == "small_variant") & (table.consequence.isin(ALTERING) | table.in_window),
        truncating=(table.kind == "small_variant") & table.consequence.isin(TRUNCATING),
        pathogenic=table.significance.isin(PATHOGENIC).fill_null(False),
        alteration=alteration(table),
        germline=germline(table, cut_offs, table.inherited.fill_null(False)),
    )
    table = table.mutate(
        key=table.gene,
        is_missense=(
            (table.kind == "small_variant") & (table.residue_kind == "missense") & (table.first == table.last)
        ).fill_null(False),
        exon_last=table.exon_last.fill_null(table.exon),
        oncogenic=table.altering
        & (
            (table.role.isin(("oncogene", "both")) & table.is_known)
            | (table.role.isin(("suppressor", "both")) & (table.truncating | table.pathogenic))
        ).fill_null(False),
    )
    return ibis.union(table.select(*COLUMNS), _biomarkers().select(*COLUMNS))


FLAGS = ("tumour_only", "in_window", "altering", "truncating", "pathogenic", "is_missense", "oncogenic", "germline")
COLUMNS = (
    "finding_id",
    "biomarker",
    "status",
    "profile_id",
    "patient_id",
    "tumour_type",
    "build",
    "tumour_only",
    "report_date",
    "setting",
    "kind",
    "key",
    "gene",
    "partner",
    "alteration",
    "plain_protein",
    "consequence",
    "effect",
    "reference",
    "first",
    "last",
    "net",
    "exon",
    "exon_last",
    "copy_call",
    "origin",
    "in_window",
    "altering",
    "truncating",
    "pathogenic",
    "is_missense",
    "oncogenic",
    "germline",
    "excluded",
)
TYPES = {
    "finding_id": "BIGINT",
    "first": "BIGINT",
    "last": "BIGINT",
    "net": "BIGINT",
    "exon": "BIGINT",
    "exon_last": "BIGINT",
    "report_date": "DATE",
    **dict.fromkeys(FLAGS, "BOOLEAN"),
}
CANDIDATE = {name: TYPES.get(name, "VARCHAR") for name in COLUMNS}


def _biomarkers() -> ir.Table:
    """Raised biomarkers, numbered below zero so that they never meet a finding's number."""
    raised = biomarker.filter(biomarker.status.isin(("high", "positive")))
    table = raised.join(_place(), "profile_id")
    number = ibis.row_number().over(order_by=[table.profile_id, table.name, table.status, table.value])
    key = table.name.substitute(BIOMARKER_KEY)
    filled = {name: ibis.null("string") for name in COLUMNS}
    filled |= {name: ibis.null(_ibis(kind)) for name, kind in TYPES.items()}
    filled |= dict.fromkeys(FLAGS, ibis.literal(False))
    filled |= {
        "finding_id": -(number + 1),
        "biomarker": table.name,
        "status": table.status,
        "key": key,
        "gene": table.name,
        "kind": ibis.literal("biomarker"),
        "alteration": table.status,
    }
    filled |= {
        name: table[name]
        for name in ("profile_id", "patient_id", "tumour_type", "build", "tumour_only", "report_date", "setting")
    }
    return table.select(**filled)


def _ibis(kind: str) -> str:
    return {"BIGINT": "int64", "DOUBLE": "float64", "DATE": "date", "BOOLEAN": "boolean"}[kind]
