"""Consequences in the words of the Sequence Ontology, as VEP and SnpEff write them, and this project's codes for them.

Order and terms: Ensembl, "Calculated variant consequences",
https://www.ensembl.org/info/genome/variation/prediction/predicted_data.html; the terms that only SnpEff uses:
https://pcingola.github.io/SnpEff/snpeff/inputoutput/.
"""

# Worst first; the rank of a term is its place here.
TERMS: dict[str, str] = {
    "transcript_ablation": "protein_altering",
    "exon_loss_variant": "protein_altering",
    "splice_acceptor_variant": "splice_site",
    "splice_donor_variant": "splice_site",
    "stop_gained": "nonsense",
    "frameshift_variant": "frameshift",
    "stop_lost": "stop_lost",
    "start_lost": "start_lost",
    "initiator_codon_variant": "start_lost",
    "transcript_amplification": "noncoding",
    "feature_elongation": "noncoding",
    "feature_truncation": "noncoding",
    "disruptive_inframe_insertion": "inframe_insertion",
    "conservative_inframe_insertion": "inframe_insertion",
    "inframe_insertion": "inframe_insertion",
    "disruptive_inframe_deletion": "inframe_deletion",
    "conservative_inframe_deletion": "inframe_deletion",
    "inframe_deletion": "inframe_deletion",
    "inframe_indel": "inframe_indel",
    "missense_variant": "missense",
    "rare_amino_acid_variant": "missense",
    "protein_altering_variant": "protein_altering",
    "splice_donor_5th_base_variant": "splice_region",
    "splice_region_variant": "splice_region",
    "splice_donor_region_variant": "splice_region",
    "splice_polypyrimidine_tract_variant": "splice_region",
    "splice_branch_variant": "splice_region",
    "incomplete_terminal_codon_variant": "silent",
    "start_retained_variant": "silent",
    "start_retained": "silent",
    "stop_retained_variant": "silent",
    "synonymous_variant": "silent",
    "coding_sequence_variant": "protein_altering",
    "mature_miRNA_variant": "noncoding",
    "5_prime_UTR_premature_start_codon_gain_variant": "utr",
    "5_prime_UTR_truncation": "utr",
    "3_prime_UTR_truncation": "utr",
    "5_prime_UTR_variant": "utr",
    "3_prime_UTR_variant": "utr",
    "non_coding_transcript_exon_variant": "noncoding",
    "intron_variant": "intron",
    "conserved_intron_variant": "intron",
    "NMD_transcript_variant": "noncoding",
    "non_coding_transcript_variant": "noncoding",
    "coding_transcript_variant": "noncoding",
    "upstream_gene_variant": "promoter",
    "downstream_gene_variant": "noncoding",
    "TFBS_ablation": "noncoding",
    "TFBS_amplification": "noncoding",
    "TF_binding_site_variant": "noncoding",
    "regulatory_region_ablation": "noncoding",
    "regulatory_region_amplification": "noncoding",
    "regulatory_region_variant": "noncoding",
    "conserved_intergenic_variant": "noncoding",
    "intragenic_variant": "noncoding",
    "intergenic_variant": "noncoding",
    "intergenic_region": "noncoding",
    "sequence_variant": "noncoding",
}
RANKS: dict[str, int] = {term: rank for rank, term in enumerate(TERMS, start=1)}
# From here on the variant lies beside the transcript, not in it.
OUTSIDE_FROM = RANKS["upstream_gene_variant"]
_UNKNOWN = len(TERMS) + 1
# What whole genomes and exomes are full of, the most frequent first: the engine compares in this order.
_FREQUENT = (
    "intron_variant",
    "intergenic_variant",
    "upstream_gene_variant",
    "downstream_gene_variant",
    "missense_variant",
    "synonymous_variant",
    "non_coding_transcript_exon_variant",
    "3_prime_UTR_variant",
    "intergenic_region",
    "regulatory_region_variant",
    "5_prime_UTR_variant",
    "stop_gained",
    "frameshift_variant",
)


def worst(written: str) -> str | None:
    """The code of the worst of several terms joined by ``&`` or ``,``; None where none of them is known."""
    known = [term for term in written.replace(",", "&").split("&") if term in TERMS]
    return TERMS[min(known, key=RANKS.__getitem__)] if known else None


def rank_sql(cell: str, beside: int = 0) -> str:
    """SQL for the rank (1 the worst) of the worst of the terms that `cell` holds joined by ``&``.

    `beside` is added to the rank of a term for a variant that lies beside the transcript."""
    ordered = [*_FREQUENT, *(name for name in TERMS if name not in _FREQUENT)]
    ranks = {name: RANKS[name] + (beside if RANKS[name] >= OUTSIDE_FROM else 0) for name in ordered}
    cases = " ".join(f"WHEN '{name}' THEN {rank}" for name, rank in ranks.items())
    rank = f"CASE term {cases} ELSE {_UNKNOWN + beside} END"
    return f"list_min(list_transform(string_split({cell}, '&'), lambda term: {rank}))"


def code_sql(rank: str) -> str:
    """SQL for the code that belongs to a rank, ``not_annotated`` where the term is unknown or missing."""
    codes = ", ".join(f"'{code}'" for code in TERMS.values())
    return f"coalesce([{codes}][{rank}], 'not_annotated')"
