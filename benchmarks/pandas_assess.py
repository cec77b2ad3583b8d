"""The same assessment to best tier per profile as a default, vectorised pandas program would do it.

Reads the same columns, applies the same exclusions and the same alteration classes for small variants, and
must give the same answer; it is the measure that the engine is held against.
"""

from pathlib import Path
from typing import Any

import pandas as pd

from tumorprofil.formats.maf import CLASSIFICATIONS
from tumorprofil.terms.hgvs import normalise_protein, parse_protein

COLUMNS = {
    "Hugo_Symbol": "gene_reported",
    "Chromosome": "chromosome",
    "Start_Position": "start",
    "End_Position": "end",
    "Variant_Classification": "classification",
    "Reference_Allele": "ref",
    "Tumor_Seq_Allele2": "alt",
    "Tumor_Sample_Barcode": "profile_id",
    "HGVSc": "hgvs_c",
    "HGVSp_Short": "protein",
    "Transcript_ID": "transcript",
    "Exon_Number": "exon",
    "t_ref_count": "ref_reads",
    "t_alt_count": "alt_reads",
    "ExAC_AF": "frequency",
    "FILTER": "filter",
    "Matched_Norm_Sample_Barcode": "normal",
}
_ALTERING = {
    "missense",
    "nonsense",
    "frameshift",
    "inframe_deletion",
    "inframe_insertion",
    "splice_site",
    "splice_region",
    "start_lost",
    "stop_lost",
}
_TRUNCATING = {"nonsense", "frameshift", "splice_site", "start_lost"}
_SILENT = {"silent", "intron", "utr", "promoter", "noncoding"}


def best_tiers(path: Path, knowledge: dict[str, pd.DataFrame], tumour_type: str, engine: Any = "c") -> pd.Series:
    """Best tier rank of each profile; profiles without a tier are missing.

    `knowledge` holds the tables of the engine's workspace as frames: rule, rule_tumour_type, candidate_symbol,
    gene_role, known_protein."""
    options = {"dtype_backend": "pyarrow"} if engine == "pyarrow" else {}
    table = pd.read_csv(path, sep="\t", usecols=list(COLUMNS), na_values=["."], engine=engine, **options)
    table = table.rename(columns=COLUMNS)
    symbols = knowledge["candidate_symbol"].set_index("reported")["symbol"]
    profiles = table["profile_id"].value_counts()
    found = table[table["gene_reported"].isin(symbols.index)].copy()
    found["gene"] = found["gene_reported"].map(symbols)
    found["consequence"] = found["classification"].map(CLASSIFICATIONS)
    passed = found["filter"].isna() | (found["filter"] == "PASS")
    common = found["frequency"].astype("float64") >= 0.01
    found = found[passed & ~common & (found["alt_reads"] >= 3) & ~found["consequence"].isin(_SILENT)]
    found = _features(found.reset_index(drop=True), knowledge)
    rules = knowledge["rule"]
    rules = rules[rules["proposes"] & (rules["origin"] != "germline")]
    pairs = found.merge(rules, on="gene", suffixes=("", "_rule"))
    pairs = pairs[_matched(pairs)]
    scopes = knowledge["rule_tumour_type"]
    here = set(scopes.loc[scopes["tumour_type"] == tumour_type, "scope"])
    pairs["in_scope"] = pairs["scope"].isin(here)
    order = ["reliability", "agnostic", "date", "specificity", "tier_rank"]
    pairs = pairs.sort_values(order, ascending=[True, True, False, True, True])
    direct = pairs[pairs["in_scope"]].drop_duplicates("row")
    derived = pairs[~pairs["row"].isin(direct["row"]) & (pairs["tier_rank"] <= 5)].drop_duplicates("row")
    tiers = pd.concat([direct[["profile_id", "tier_rank"]], derived[["profile_id"]].assign(tier_rank=6)])
    return tiers.groupby("profile_id")["tier_rank"].min().reindex(profiles.index.sort_values())


def _features(found: pd.DataFrame, knowledge: dict[str, pd.DataFrame]) -> pd.DataFrame:
    found["row"] = found.index
    spelled = {text: normalise_protein(text) for text in found["protein"].dropna().unique()}
    parsed = {text: parse_protein(change) for text, change in spelled.items() if change}
    found["change"] = found["protein"].map(lambda text: (spelled.get(text) or "p.")[2:], na_action="ignore")
    for name in ("first", "last", "reference", "kind"):
        found[name] = found["protein"].map(
            lambda text, name=name: getattr(parsed.get(text), name, None), na_action="ignore"
        )
    known = set(zip(knowledge["known_protein"]["gene"], knowledge["known_protein"]["protein"], strict=True))
    role = found["gene"].map(knowledge["gene_role"].set_index("gene")["role"])
    is_known = pd.Series(
        [pair in known for pair in zip(found["gene"], found["change"], strict=True)], index=found.index
    )
    altering, truncating = found["consequence"].isin(_ALTERING), found["consequence"].isin(_TRUNCATING)
    found["altering"], found["truncating"] = altering, truncating
    found["oncogenic"] = altering & (
        (role.isin(["oncogene", "both"]) & is_known) | (role.isin(["suppressor", "both"]) & truncating)
    )
    found["exon_number"] = pd.to_numeric(
        found["exon"].astype("string").str.split("/").str[0].str.split("-").str[0], errors="coerce"
    )
    return found


def _matched(pairs: pd.DataFrame) -> pd.Series:
    what = pairs["alteration_class"]
    overlap = (pairs["first"] <= pairs["residue_last"]) & (pairs["last"] >= pairs["residue_first"])
    in_exon = (pairs["exon_number"] == pairs["exon_rule"]).where(pairs["exon_number"].notna(), overlap)
    effect = pairs["kind"].where(
        pairs["consequence"].isin(["inframe_deletion", "inframe_insertion"]), pairs["consequence"]
    )
    of_kind = pairs["altering"].where(~pairs["exon_kind"].isin(["deletion", "insertion"]), False)
    of_kind |= (pairs["exon_kind"] == "deletion") & effect.isin(["inframe_deletion", "inframe_indel"])
    of_kind |= (pairs["exon_kind"] == "insertion") & (effect == "inframe_insertion")
    return (
        ((what == "protein") & (pairs["change"] == pairs["protein_rule"]))
        | (
            (what == "codon")
            & (pairs["consequence"] == "missense")
            & (pairs["first"] == pairs["residue_first"])
            & (pairs["first"] == pairs["last"])
            & (pairs["reference"] == pairs["protein_rule"].str[:1])
        )
        | ((what == "residue_range") & pairs["altering"] & overlap)
        | ((what == "exon") & of_kind & in_exon)
        | ((what == "truncating") & pairs["truncating"])
        | ((what == "oncogenic") & pairs["oncogenic"])
    )
