"""Rows of our own that nobody has checked: melanoma BRAF V600 and the tumour-agnostic list.

General knowledge, taken in so that the best-known matches are not missing; the reliability U ranks them below
every published row. The date is that of the trial's publication or of the first tumour-agnostic approval (FDA).
"""

Row = dict[str, str]


def _row(
    evidence_id: str,
    scope: str,
    tier: str,
    drug: str,
    alteration: str,
    reference: str,
    date: str,
    note: str,
    **more: str,
) -> Row:
    return {
        "evidence_id": evidence_id,
        "scope": scope,
        "tier": tier,
        "tier_as_given": tier,
        "drug": drug,
        "alteration": alteration,
        "reference": reference,
        "date": date,
        "note": note,
        "origin": "somatic",
        "disease_setting": "advanced",
        "reliability": "U",
        "review": "unreviewed",
        "proposes": "true",
        "source_id": "U_own_knowledge",
        "source_locator": "not read in a source",
        **more,
    }


_NTRK = [
    _row(
        f"U0002.{gene}",
        "any_solid",
        "I-C",
        "larotrectinib / entrectinib",
        f"{gene} fusion",
        "Tumour-agnostic approvals of larotrectinib (FDA 2018, EMA 2019) and entrectinib (FDA 2019, EMA 2020)",
        "2018-11-26",
        "Approved by FDA and EMA.",
        gene=gene,
        alteration_class="fusion",
        conditions="no_satisfactory_options",
    )
    for gene in ("NTRK1", "NTRK2", "NTRK3")
]

UNVERIFIED: list[Row] = [
    _row(
        "U0001",
        "melanoma",
        "I-A",
        "BRAF inhibitor + MEK inhibitor (dabrafenib + trametinib / encorafenib + binimetinib / "
        "vemurafenib + cobimetinib)",
        "BRAF V600",
        "COMBI-v: Robert C et al. N Engl J Med 2015; 372(1):30-39",
        "2015-01-01",
        "Randomised evidence is for V600E and V600K; other V600 changes are taken with them.",
        gene="BRAF",
        alteration_class="codon",
        protein="V600",
        residue_first="600",
        residue_last="600",
    ),
    *_NTRK,
    _row(
        "U0003",
        "any_solid",
        "I-C",
        "selpercatinib",
        "RET fusion",
        "Tumour-agnostic approval of selpercatinib (FDA 2022, EMA 2024)",
        "2022-09-21",
        "Approved by FDA and EMA.",
        gene="RET",
        alteration_class="fusion",
        conditions="no_satisfactory_options",
    ),
    _row(
        "U0004",
        "any_solid",
        "I-C",
        "dabrafenib + trametinib",
        "BRAF V600E",
        "Tumour-agnostic approval of dabrafenib + trametinib (FDA 2022)",
        "2022-06-22",
        "Approved by FDA only, and not for colorectal cancer.",
        gene="BRAF",
        alteration_class="protein",
        protein="V600E",
        conditions="no_satisfactory_options",
    ),
    _row(
        "U0005",
        "any_solid",
        "I-C",
        "pembrolizumab",
        "MSI-high",
        "Tumour-agnostic approval of pembrolizumab for MSI-H or dMMR (FDA 2017)",
        "2017-05-23",
        "Approved by FDA for any solid tumour; EMA names the tumour types.",
        alteration_class="msi_high",
        biomarker="MSI",
        origin="any",
        conditions="no_satisfactory_options",
    ),
    _row(
        "U0006",
        "any_solid",
        "I-C",
        "pembrolizumab",
        "TMB-high",
        "Tumour-agnostic approval of pembrolizumab for TMB of 10 or more (FDA 2020)",
        "2020-06-16",
        "Approved by FDA only.",
        alteration_class="tmb_high",
        biomarker="TMB",
        origin="any",
        conditions="no_satisfactory_options",
    ),
    _row(
        "U0007",
        "any_solid",
        "I-C",
        "trastuzumab deruxtecan",
        "HER2 positive (IHC 3+)",
        "Tumour-agnostic approval of trastuzumab deruxtecan (FDA 2024)",
        "2024-04-05",
        "Approved by FDA only, for IHC 3+; a positive status by in-situ hybridisation alone is not enough.",
        gene="ERBB2",
        alteration_class="expression",
        biomarker="HER2",
        origin="any",
        conditions="prior_treatment|no_satisfactory_options",
    ),
]
