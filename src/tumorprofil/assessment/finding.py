"""What can be said of a finding by itself: why it gets no tier, its name, whether it may be in the germline.

Written over columns, for the few findings that evidence speaks of and for all the others alike.
"""

from typing import Any

import ibis
import ibis.expr.types as ir

from tumorprofil.assessment.settings import CutOffs

ALTERING = (
    "missense",
    "nonsense",
    "frameshift",
    "inframe_deletion",
    "inframe_insertion",
    "inframe_indel",
    "splice_site",
    "splice_region",
    "start_lost",
    "stop_lost",
    "protein_altering",
)
TRUNCATING = ("nonsense", "frameshift", "splice_site", "start_lost")
NON_CODING = ("silent", "intron", "utr", "promoter", "noncoding")
PATHOGENIC = ("pathogenic", "likely_pathogenic")
BENIGN = ("benign", "likely_benign")


def unread(table: Any) -> ir.BooleanValue:
    """True for a small variant of which the source says neither consequence nor protein change."""
    nothing = table.consequence.isnull() & table.hgvs_p_reported.isnull()
    return (table.kind == "small_variant") & (nothing | (table.consequence == "not_annotated").fill_null(False))


def unprefixed(protein: Any) -> ir.StringValue:
    """A protein change without its prefix; text that is no HGVS as it is."""
    return ibis.ifelse(protein.startswith("p."), protein.substr(2), protein)


def exclusion(table: Any, cut_offs: CutOffs) -> ir.StringValue:
    """Why a finding gets no tier whatever the evidence, in the order in which the reasons count; else null.

    `table` has the columns of a finding, and `in_window`: true where it touches a splice window that evidence
    names. Cut-offs: table `cut_off`."""
    reads = ibis.cases(
        (table.kind == "fusion", cut_offs.fusion_reads),
        (table.kind == "splice", cut_offs.splice_reads),
        else_=cut_offs.variant_reads,
    )
    small = table.kind == "small_variant"
    return ibis.cases(
        (unread(table), "not_annotated"),
        (table.significance.isin(BENIGN).fill_null(False), "benign"),
        (~table["filter"].fill_null("PASS").isin(("PASS", "")), "not_passed"),
        (
            (table.population_frequency >= cut_offs.population_frequency).fill_null(False)
            & ~table.significance.isin(PATHOGENIC).fill_null(False),
            "polymorphism",
        ),
        ((table.alternate_reads < reads).fill_null(False), "too_few_reads"),
        (small & table.consequence.isin(NON_CODING) & ~table.in_window, "silent"),
        else_=ibis.null("string"),
    )


def alteration(table: Any) -> ir.StringValue:
    """The alteration in the field's words, the same in both languages."""
    position = table.chromosome + ":" + table.start_position.cast("string")
    change = table.reference_allele.fill_null("") + ">" + table.alternate_allele.fill_null("")
    exons = table.exon.cast("string") + ibis.ifelse(
        table.exon_last > table.exon, "-" + table.exon_last.cast("string"), ""
    )
    return ibis.cases(
        (table.kind == "copy_number", table.copy_call),
        (table.kind == "fusion", table.partner.fill_null("?") + "::" + table.gene.fill_null("?")),
        (table.kind == "splice", "exon " + exons + " splice"),
        (table.kind == "itd", "ITD"),
        (table.kind == "expression", "expression"),
        else_=ibis.coalesce(unprefixed(table.hgvs_p), table.hgvs_c, position + " " + change),
    )


def germline(table: Any, cut_offs: CutOffs, in_germline_gene: ir.BooleanValue) -> ir.BooleanValue:
    """True where a finding is, or may be, in the germline: so determined, or seen in tumour-only data with an
    allele fraction that a germline variant would have (ESMO PMWG, Mandelker 2019; cut-offs in table `cut_off`)."""
    indel = ibis.coalesce(
        (table.reference_allele.length() != table.alternate_allele.length())
        | (table.reference_allele == "-")
        | (table.alternate_allele == "-"),
        table.consequence.isin(("frameshift", "inframe_deletion", "inframe_insertion", "inframe_indel")),
        False,
    )
    percent = ibis.ifelse(indel, cut_offs.germline_indel_percent, cut_offs.germline_substitution_percent)
    by_counts = table.alternate_reads * 100 >= table.depth.nullif(0) * percent
    by_fraction = table.vaf * 100 >= percent
    heterozygous = ibis.coalesce(by_counts, by_fraction, False)
    damaging = table.consequence.isin(
        ("nonsense", "frameshift", "splice_site", "start_lost")
    ) | table.significance.isin(("pathogenic", "likely_pathogenic")).fill_null(False)
    suspected = (
        (table.origin.fill_null("unknown") == "unknown")
        & table.tumour_only.fill_null(False)
        & heterozygous
        & ((in_germline_gene & damaging) | (table.population_frequency > 0).fill_null(False))
    )
    determined = (table.origin == "germline").fill_null(False) & (
        table.significance.isnull() | table.significance.isin(("pathogenic", "likely_pathogenic"))
    )
    return (suspected & (table.kind == "small_variant")) | determined
