"""The cohort tables: every table, column, type, unit, meaning and code list, as data.

Readers end in these tables and everything analytic starts from them. The minimum dataset follows
mCODE STU4, the German national tumour-board record (DNPM:DIP) and the Danish KIP conventions;
`docs/reference/cohort-tables.md` is generated from this module.

An empty cell means that the source says nothing. Where a source says that something is unknown, was not
done or is not relevant, a `*_status` column holds that as a value of its own.
"""

from dataclasses import dataclass

from tumorprofil.terms.language import N_

Codes = dict[str, str]

KNOWN_STATUS: Codes = {
    "known": N_("Known"),
    "unknown": N_("Unknown: asked for, not known"),
    "not_done": N_("Not done"),
    "not_relevant": N_("Not relevant"),
}
SEX: Codes = {"female": N_("Female"), "male": N_("Male"), "unknown": N_("Unknown")}
VITAL: Codes = {"alive": N_("Alive"), "dead": N_("Dead"), "unknown": N_("Unknown")}
SCALE: Codes = {"ecog": "ECOG", "karnofsky": "Karnofsky", "lansky": "Lansky"}
BUILD: Codes = {"GRCh37": "GRCh37", "GRCh38": "GRCh38"}
ANALYTE: Codes = {"dna": "DNA", "rna": "RNA", "dna_rna": N_("DNA and RNA"), "unknown": N_("Unknown")}
FINDING_KIND: Codes = {
    "small_variant": N_("Small variant"),
    "copy_number": N_("Copy number"),
    "fusion": N_("Fusion"),
    "splice": N_("Splice variant seen in RNA"),
    "itd": N_("Internal tandem duplication"),
    "expression": N_("Expression"),
}
CONSEQUENCE: Codes = {
    "missense": N_("Missense"),
    "nonsense": N_("Nonsense (stop gained)"),
    "frameshift": N_("Frameshift"),
    "inframe_deletion": N_("In-frame deletion"),
    "inframe_insertion": N_("In-frame insertion"),
    "inframe_indel": N_("In-frame deletion and insertion"),
    "splice_site": N_("Splice site (the two bases on either side of an exon)"),
    "splice_region": N_("Splice region"),
    "start_lost": N_("Start lost"),
    "stop_lost": N_("Stop lost"),
    "protein_altering": N_("Protein altering, kind not given"),
    "silent": N_("Silent (synonymous)"),
    "intron": N_("Intronic"),
    "utr": N_("Untranslated region"),
    "promoter": N_("Upstream of the gene, promoter"),
    "noncoding": N_("Non-coding or intergenic"),
    "not_annotated": N_("The source has no annotation"),
}
COPY_CALL: Codes = {
    "amplification": N_("Amplification (high-level gain)"),
    "gain": N_("Low-level gain"),
    "loss": N_("Loss of one copy"),
    "deletion": N_("Homozygous (deep) deletion"),
}
ORIGIN: Codes = {"somatic": N_("Somatic"), "germline": N_("Germline"), "unknown": N_("Not determined")}
SIGNIFICANCE: Codes = {
    "pathogenic": N_("Pathogenic"),
    "likely_pathogenic": N_("Likely pathogenic"),
    "uncertain": N_("Uncertain significance"),
    "likely_benign": N_("Likely benign"),
    "benign": N_("Benign"),
    "conflicting": N_("Conflicting"),
}
RESPONSE: Codes = {
    "CR": N_("Complete response"),
    "PR": N_("Partial response"),
    "SD": N_("Stable disease"),
    "PD": N_("Progressive disease"),
    "NE": N_("Not evaluable"),
}
BIOMARKER: Codes = {
    "TMB": N_("Tumour mutational burden"),
    "MSI": N_("Microsatellite instability or mismatch-repair status"),
    "HRD": N_("Homologous recombination deficiency"),
    "ER": N_("Oestrogen receptor"),
    "PR": N_("Progesterone receptor"),
    "HER2": N_("HER2 by immunohistochemistry or in-situ hybridisation"),
    "PDL1": N_("PD-L1 by immunohistochemistry"),
}
BIOMARKER_STATUS: Codes = {
    "high": N_("High, or instable"),
    "low": N_("Low"),
    "stable": N_("Stable"),
    "positive": N_("Positive"),
    "negative": N_("Negative"),
    "not_evaluable": N_("Not evaluable"),
}
CONSENT_PURPOSE: Codes = {
    "genetic_analysis": N_("Comprehensive genetic analysis"),
    "secondary_findings": N_("To be told of secondary findings"),
    "board": N_("Presentation at the national molecular tumour board"),
    "research": N_("Research"),
    "tissue_opt_out": N_("Registered in the tissue opt-out register"),
}
CONSENT_ANSWER: Codes = {
    "yes": N_("Yes"),
    "no": N_("No (refused)"),
    "not_clarified": N_("Not clarified"),
    "not_required": N_("Not required"),
}
ACCESS_ROUTE: Codes = {
    "trial": N_("Clinical trial"),
    "on_label": N_("Within the approved indication"),
    "off_label": N_("Off label"),
    "named_patient": N_("Named-patient or compassionate use"),
    "diagnostic": N_("Further diagnostics"),
    "none": N_("None"),
}
PRESENTER_ROLE: Codes = {
    "oncologist": N_("Oncologist"),
    "haematologist": N_("Haematologist"),
    "paediatric_oncologist": N_("Paediatric oncologist"),
    "pathologist": N_("Pathologist"),
    "molecular_biologist": N_("Molecular biologist"),
    "clinical_geneticist": N_("Clinical geneticist"),
    "other": N_("Other"),
}
TIER_REASON: Codes = {
    "evidence": N_("Published evidence in the patient's tumour type"),
    "derived": N_("III-A: tier I–II for the same alteration in another tumour type"),
    "shown_only": N_("The evidence is shown and never proposes a tier"),
    "outranked": N_("More reliable or newer evidence exists on the same alteration"),
    "no_evidence": N_("No evidence on this alteration in the table"),
    "not_covered": N_("The table does not cover the tumour type"),
    "tumour_type_unknown": N_("The tumour type is unknown"),
    "significance_unknown": N_("The significance of the variant is unknown"),
    "not_annotated": N_("The source has no annotation"),
    "silent": N_("Silent or non-coding: no tier"),
    "benign": N_("Benign according to the source: no tier"),
    "polymorphism": N_("Common in the population: no tier"),
    "origin_excluded": N_("The evidence asks for another origin (somatic or germline)"),
    "too_few_reads": N_("Too few reads support the call"),
    "not_passed": N_("The laboratory's own filter did not pass the call"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: DuckDB type, meaning, unit where it has one, code list where it is coded."""

    name: str
    type: str
    meaning: str
    unit: str | None = None
    codes: Codes | None = None
    required: bool = False


@dataclass(frozen=True, slots=True)
class TableSchema:
    """One cohort table. `grain` says what a row is."""

    name: str
    grain: str
    columns: tuple[Column, ...]

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def types(self) -> dict[str, str]:
        """Column name → DuckDB type, in order."""
        return {column.name: column.type for column in self.columns}


def _key(name: str, meaning: str) -> Column:
    return Column(name, "VARCHAR", meaning, required=True)


def _text(name: str, meaning: str, codes: Codes | None = None) -> Column:
    return Column(name, "VARCHAR", meaning, codes=codes)


def _date(name: str, meaning: str) -> Column:
    return Column(name, "DATE", meaning)


def _flag(name: str, meaning: str) -> Column:
    return Column(name, "BOOLEAN", meaning)


def _number(name: str, meaning: str, unit: str | None = None) -> Column:
    return Column(name, "DOUBLE", meaning, unit)


def _count(name: str, meaning: str, unit: str | None = None) -> Column:
    return Column(name, "BIGINT", meaning, unit)


_PATIENT = _key("patient_id", N_("The person, as the source or the pseudonym service names them."))
_PROFILE = _key("profile_id", N_("The profile: one specimen's report."))

PATIENT = TableSchema(
    "patient",
    N_("One row a person."),
    (
        _PATIENT,
        _text("sex", N_("Sex as registered."), SEX),
        _date("birth_date", N_("Date of birth.")),
        _date("death_date", N_("Date of death.")),
        _text("vital_status", N_("Alive or dead at last contact."), VITAL),
        _text("centre", N_("Treating centre, as in the table of centres or as the source names it.")),
    ),
)

DIAGNOSIS = TableSchema(
    "diagnosis",
    N_("One row a cancer diagnosis of a person."),
    (
        _PATIENT,
        _text("diagnosis_id", N_("Identifier of the diagnosis within the source.")),
        _date("diagnosis_date", N_("Date of diagnosis.")),
        _count("diagnosis_year", N_("Year of diagnosis where the source gives no date.")),
        _number("age_at_diagnosis", N_("Age at diagnosis."), N_("years")),
        _text("icd10", N_("ICD-10 code with the dot, without the Danish letter D and without the suffixes M and X.")),
        _text("topography", N_("ICD-O-3 topography.")),
        _text("morphology", N_("ICD-O-3 morphology with behaviour, such as 8140/3.")),
        _text("histology", N_("Histology in the source's words.")),
        _text("oncotree", N_("OncoTree code.")),
        _text("stage", N_("Stage as the source gives it.")),
        _text(
            "disease_setting",
            N_("Where the disease stands."),
            {"early": N_("Early or resected"), "advanced": N_("Advanced or metastatic")},
        ),
        _text(
            "standard_treatment_status",
            N_("Whether standard treatment is exhausted."),
            {
                "exhausted": N_("Exhausted"),
                "not_exhausted": N_("Not exhausted"),
                "not_possible": N_("Not possible"),
                "no_guideline": N_("No guideline"),
                "unknown": N_("Unknown"),
            },
        ),
        _text("stage_status", N_("Whether the stage is known."), KNOWN_STATUS),
    ),
)

PERFORMANCE_STATUS = TableSchema(
    "performance_status",
    N_("One row a measurement of a person's performance."),
    (
        _PATIENT,
        _date("measured_date", N_("Date of the measurement.")),
        _text("scale", N_("Scale that was used."), SCALE),
        _count("value", N_("ECOG 0–5; Karnofsky and Lansky 0–100."), N_("points")),
        _text("value_status", N_("Whether the value is known."), KNOWN_STATUS),
        _text("reported", N_("The value as the source wrote it.")),
    ),
)

TREATMENT_LINE = TableSchema(
    "treatment_line",
    N_("One row a line of earlier treatment."),
    (
        _PATIENT,
        _count("line", N_("Number of the line, 1 the first.")),
        _text("drugs", N_("Drugs by name, separated by |.")),
        _text("atc", N_("ATC codes, separated by |.")),
        _date("start_date", N_("First day of treatment.")),
        _date("end_date", N_("Last day of treatment.")),
        _text("best_response", N_("Best response."), RESPONSE),
        _count("pfs_days", N_("Time to progression or death."), N_("days")),
    ),
)

SPECIMEN = TableSchema(
    "specimen",
    N_("One row a tissue or blood specimen."),
    (
        _PATIENT,
        _key("specimen_id", N_("Identifier of the specimen within the source.")),
        _text(
            "specimen_type",
            N_("Kind of material."),
            {
                "ffpe": N_("Formalin-fixed, paraffin-embedded"),
                "fresh": N_("Fresh"),
                "frozen": N_("Frozen"),
                "liquid": N_("Blood or other liquid (ctDNA)"),
                "unknown": N_("Unknown"),
            },
        ),
        _text(
            "site",
            N_("Where it was taken."),
            {
                "primary": N_("Primary tumour"),
                "metastasis": N_("Metastasis"),
                "recurrence": N_("Local recurrence"),
                "lymph_node": N_("Lymph node"),
                "cfdna": N_("Cell-free DNA"),
                "unknown": N_("Unknown"),
            },
        ),
        _date("collected_date", N_("Date of collection.")),
        _number("tumour_cell_percentage", N_("Tumour cells in the specimen."), "%"),
    ),
)

PROFILE = TableSchema(
    "profile",
    N_("One row a genomic profile: one specimen's report."),
    (
        _PROFILE,
        _PATIENT,
        _text("specimen_id", N_("The specimen that was analysed.")),
        _text("centre", N_("Centre that ordered or made the profile.")),
        _text("laboratory", N_("Laboratory.")),
        _text("assay", N_("Assay, with its version where the source gives it.")),
        _text("analyte", N_("What was sequenced."), ANALYTE),
        _text("build", N_("Reference genome of the coordinates."), BUILD),
        _flag("tumour_only", N_("True where no normal tissue of the person was sequenced beside the tumour.")),
        _date("ordered_date", N_("Date of the order.")),
        _date("received_date", N_("Date on which the laboratory received the specimen.")),
        _date("report_date", N_("Date of the report.")),
        _count("report_year", N_("Year of the report where the source gives no date.")),
        _text(
            "quality",
            N_("Result of the laboratory's quality control."),
            {"passed": N_("Passed"), "partial": N_("Partly passed"), "failed": N_("Failed")},
        ),
        _text("tumour_type", N_("OncoTree code that the assessment uses; empty where it is unknown.")),
        _text(
            "tumour_type_basis",
            N_("Where the tumour type comes from."),
            {"option": N_("Given by the user"), "clinical": N_("The clinical table"), "file": N_("The file's preset")},
        ),
        _text("source_file", N_("File, or files separated by |, that the profile was read from.")),
        _text("source_format", N_("Format that was recognised.")),
    ),
)

FINDING = TableSchema(
    "finding",
    N_("One row a finding in a profile."),
    (
        Column("finding_id", "BIGINT", N_("Number of the finding within the cohort."), required=True),
        _PROFILE,
        Column("kind", "VARCHAR", N_("Kind of finding."), codes=FINDING_KIND, required=True),
        _text("gene", N_("Gene, current HGNC symbol; of a fusion the 3' partner's or only gene.")),
        _text("gene_reported", N_("Gene as the source wrote it.")),
        _text("partner", N_("Of a fusion the other gene, current HGNC symbol.")),
        _text("partner_reported", N_("The other gene as the source wrote it.")),
        _text("chromosome", N_("Chromosome without the letters chr.")),
        _count("start_position", N_("First affected base, counted from 1 as in VCF or MAF."), N_("bases")),
        _count("end_position", N_("Last affected base."), N_("bases")),
        _text("reference_allele", N_("Reference allele; - where empty.")),
        _text("alternate_allele", N_("Alternate allele; - where empty.")),
        _text("hgvs_c", N_("Coding change in HGVS, without the transcript.")),
        _text(
            "hgvs_p",
            N_("Protein change in HGVS with one-letter codes, without the transcript, legacy spellings normalised."),
        ),
        _text("hgvs_p_reported", N_("Protein change as the source wrote it.")),
        _text("transcript", N_("Transcript that the changes refer to.")),
        _text("consequence", N_("Worst consequence for the protein."), CONSEQUENCE),
        _count("exon", N_("First affected exon.")),
        _count("exon_last", N_("Last affected exon, where the source gives a range.")),
        _count("alternate_reads", N_("Reads that support the finding."), N_("reads")),
        _count("depth", N_("Reads at the place."), N_("reads")),
        _number(
            "vaf",
            N_("Variant allele fraction as the source gives it, used only where counts are missing."),
            N_("fraction"),
        ),
        _number("fold_change", N_("Copies relative to normal."), N_("ratio")),
        _number("copies", N_("Copies in the tumour."), N_("copies")),
        _text("copy_call", N_("Call of the copy-number change."), COPY_CALL),
        _text("origin", N_("Somatic or germline, where it was determined."), ORIGIN),
        _text("significance", N_("Significance as the source classifies it."), SIGNIFICANCE),
        _number("population_frequency", N_("Highest allele frequency in the general population."), N_("fraction")),
        _text(
            "filter", N_("The laboratory's filter: PASS, the names of failed filters, or empty where none was applied.")
        ),
    ),
)

BIOMARKER_TABLE = TableSchema(
    "biomarker",
    N_("One row a biomarker of a profile."),
    (
        _PROFILE,
        Column("name", "VARCHAR", N_("Biomarker."), codes=BIOMARKER, required=True),
        _number(
            "value",
            N_("Measured value: TMB in mutations per megabase, MSI in per cent unstable sites, HRD as a score."),
        ),
        _text("unit", N_("Unit of the value.")),
        _text("status", N_("Status: the source's own, or by the cut-off table."), BIOMARKER_STATUS),
        _text(
            "status_basis",
            N_("Where the status comes from."),
            {"source": N_("The source"), "cut_off": N_("The table of cut-offs")},
        ),
        _text("method", N_("Method.")),
    ),
)

TREATMENT_PROPOSAL = TableSchema(
    "treatment_proposal",
    N_("One row a treatment proposed for a person."),
    (
        _PATIENT,
        _text("profile_id", N_("The profile that it rests on.")),
        _date("proposed_date", N_("Date of the proposal.")),
        _text("gene", N_("Gene of the finding that it rests on.")),
        _text("alteration", N_("Alteration that it rests on.")),
        _text("drugs", N_("Drugs by name, separated by |.")),
        _text("atc", N_("ATC codes, separated by |.")),
        _text("access_route", N_("Way to the treatment."), ACCESS_ROUTE),
        _text(
            "board_outcome",
            N_("Outcome category of the board, A–D (ProTarget, BMC Cancer 2023;23:182, figure 1)."),
            {
                "A": N_("Drug and variant match confirmed"),
                "B": N_("Another alteration in the protocol"),
                "C": N_("Treatment outside the protocol"),
                "D": N_("No treatment or protocol available"),
            },
        ),
        _count("priority", N_("Rank among the person's proposals, 1 the first.")),
    ),
)

TREATMENT = TableSchema(
    "treatment",
    N_("One row a treatment given after a proposal."),
    (
        _PATIENT,
        _text("profile_id", N_("The profile that it rests on.")),
        _text("drugs", N_("Drugs by name, separated by |.")),
        _text("atc", N_("ATC codes, separated by |.")),
        _text("access_route", N_("Way to the treatment."), ACCESS_ROUTE),
        _date("start_date", N_("First day of treatment.")),
        _date("end_date", N_("Last day of treatment.")),
        _text("not_started_reason", N_("Why it was never started.")),
    ),
)

RESPONSE_TABLE = TableSchema(
    "response",
    N_("One row an evaluation of a treatment's effect."),
    (
        _PATIENT,
        _text("profile_id", N_("The profile that the treatment rests on.")),
        _date("evaluated_date", N_("Date of the evaluation.")),
        _count("week", N_("Weeks since the treatment began."), N_("weeks")),
        _text(
            "method",
            N_("Criteria that were used."),
            {"recist": "RECIST 1.1", "rano": "RANO", "lugano": "Lugano", "none": N_("None")},
        ),
        _text("response", N_("Response."), RESPONSE),
    ),
)

CONSENT = TableSchema(
    "consent",
    N_("One row an answer of a person to one purpose."),
    (
        _PATIENT,
        Column("purpose", "VARCHAR", N_("What was asked."), codes=CONSENT_PURPOSE, required=True),
        _text("answer", N_("Answer."), CONSENT_ANSWER),
        _date("answered_date", N_("Date of the answer or of the look-up.")),
    ),
)

REFERRAL = TableSchema(
    "referral",
    N_("One row a referral of a profile to the national molecular tumour board."),
    (
        _PATIENT,
        _text("profile_id", N_("The profile that the board is asked about.")),
        _date("referred_date", N_("Date of the referral.")),
        _text("centre", N_("Centre that refers.")),
        _text("presenter_role", N_("Role of the person who presents the case."), PRESENTER_ROLE),
        _text("clinical_question", N_("What the board is asked.")),
        _text("proposed_match", N_("Treatment and alteration that the referrer proposes.")),
        _text("proposed_tier", N_("Tier that the referrer gives the match.")),
        _date("board_date", N_("Date on which the board took up the case.")),
        _text(
            "board_status",
            N_("What became of the referral."),
            {
                "sent": N_("Sent"),
                "returned": N_("Returned: something is missing"),
                "presented": N_("Presented"),
                "filtered_out": N_("Filtered out"),
                "withdrawn": N_("Withdrawn"),
            },
        ),
    ),
)

ASSESSED = TableSchema(
    "assessed",
    N_("One row a finding or biomarker × the evidence that speaks of it; one row without evidence where none does."),
    (
        _PATIENT,
        _PROFILE,
        _count("finding_id", N_("The finding; empty where a biomarker carries the row.")),
        _text("biomarker", N_("The biomarker; empty where a finding carries the row."), BIOMARKER),
        _text("tumour_type", N_("OncoTree code that was used; empty where it is unknown.")),
        _text("gene", N_("Gene, or the biomarker's name.")),
        _text("alteration", N_("Alteration in the field's words, such as V600E, EML4–ALK fusion, amplification.")),
        _text("tier", N_("Proposed ESCAT tier, not_covered, not_assessed, or empty where the finding gets no tier.")),
        _count("tier_rank", N_("Rank of the tier: 1 for I-A to 11 for X; empty without a tier.")),
        _flag("proposed", N_("True for the one row of a finding that carries its proposed tier.")),
        _text("reason", N_("Why there is this tier, or none."), TIER_REASON),
        _text("evidence_id", N_("The evidence.")),
        _text("evidence_tumour_type", N_("Tumour type that the evidence speaks of.")),
        _text("drug", N_("Drug of the evidence.")),
        _text("reference", N_("Reference of the evidence.")),
        _date("evidence_date", N_("Date of the evidence.")),
        _text(
            "reliability",
            N_("Reliability of the source."),
            {
                "A": N_("The publisher's page"),
                "B": N_("A transcription by others"),
                "C": N_("A source's own rules"),
                "U": N_("Unverified general knowledge"),
            },
        ),
        _text("conditions_unmet", N_("Conditions of the evidence that the patient does not meet, separated by |.")),
        _text("conditions_unknown", N_("Conditions of the evidence of which nothing is known, separated by |.")),
        _flag("germline_flag", N_("True where the finding is, or may be, in the germline.")),
        _text("support", N_("CIViC evidence items on the alteration, such as EID1234 (B).")),
        _text("support_level", N_("Best CIViC level of evidence, A–E.")),
        _text("basis_en", N_("The basis in one sentence, English.")),
        _text("basis_da", N_("The basis in one sentence, Danish.")),
    ),
)

CASE = TableSchema(
    "case",
    N_("One row a profile: only what a recommendation may ask."),
    (
        _PROFILE,
        _PATIENT,
        _text("centre", N_("Centre that ordered or made the profile.")),
        _count("year", N_("Year of the report; of the diagnosis where the source dates no report.")),
        _date("report_date", N_("Date of the report.")),
        _number("age", N_("Age at the report, or at diagnosis where only that is known."), N_("years")),
        _text(
            "age_group",
            N_("Age band by the setting."),
            {"child": N_("Child"), "young_adult": N_("Young adult"), "adult": N_("Adult"), "unknown": N_("Unknown")},
        ),
        _text("sex", N_("Sex."), SEX),
        _text("tumour_type", N_("OncoTree code.")),
        _text("cancer_group", N_("Cancer group (DMCG).")),
        _flag("haematological", N_("True for a haematological cancer.")),
        _flag("rare", N_("True for a rare cancer; empty where neither topography and morphology nor tumour type say.")),
        _count("performance_status", N_("ECOG performance status nearest before the report."), N_("points")),
        _count("performance_status_low", N_("Lowest ECOG that the source allows."), N_("points")),
        _count("performance_status_high", N_("Highest ECOG that the source allows."), N_("points")),
        _text("performance_status_status", N_("Whether the performance status is known."), KNOWN_STATUS),
        _date("performance_status_date", N_("Date of the performance status.")),
        _text("tier", N_("Best tier of the profile, not_covered, not_assessed, or empty where no finding has one.")),
        _count("tier_rank", N_("Rank of the best tier: 1 for I-A to 11 for X.")),
        _text(
            "tier_status",
            N_("Whether the best tier is known."),
            {
                "tier": N_("A tier is proposed"),
                "no_tier": N_("Assessed, and no finding has a tier"),
                "not_covered": N_("The evidence does not cover the tumour type"),
                "not_assessed": N_("Not assessed"),
            },
        ),
        _count("tier_rank_germline", N_("Rank of the best tier among findings that are, or may be, in the germline.")),
        _count(
            "tier_rank_resistance",
            N_("Rank of the best tier among other findings that arise as resistance to treatment."),
        ),
        _count("tier_rank_other", N_("Rank of the best tier among all other findings.")),
        _text("gene", N_("Gene of the finding that carries the best tier.")),
        _text("alteration", N_("Alteration that carries the best tier.")),
        _text("evidence_id", N_("Evidence that carries the best tier.")),
        _flag("germline_flag", N_("True where a finding is, or may be, in the germline.")),
        _flag("has_identity", N_("True where more is known of the person than the name of a sample.")),
        _flag("has_histology", N_("True where diagnosis and histology are recorded.")),
        _flag("has_stage", N_("True where the stage is recorded.")),
        _flag("has_treatment_lines", N_("True where earlier treatment is recorded.")),
        _flag("has_specimen", N_("True where the specimen is described.")),
        _flag("has_method", N_("True where the assay is described.")),
        _flag("has_quality", N_("True where the quality control is recorded.")),
        _flag("has_findings", N_("True where the profile has findings or biomarkers.")),
        _text("consent_board", N_("Consent to presentation at the board."), CONSENT_ANSWER),
        _flag(
            "referred", N_("True where the profile was sent to the board; empty where the source keeps no referrals.")
        ),
        _text("presenter_role", N_("Role of the person who presents the case."), PRESENTER_ROLE),
        _flag("has_question", N_("True where the referral puts a clinical question.")),
        _flag("has_match", N_("True where the referral proposes a treatment for an alteration.")),
        _flag("has_proposal", N_("True where a treatment was proposed; empty where the source keeps none.")),
        _flag("treated", N_("True where a proposed treatment was begun; empty where the source keeps none.")),
        _flag(
            "responded",
            N_("True where a complete or partial response is recorded; empty where the source keeps none."),
        ),
    ),
)

TABLES: tuple[TableSchema, ...] = (
    PATIENT,
    DIAGNOSIS,
    PERFORMANCE_STATUS,
    TREATMENT_LINE,
    SPECIMEN,
    PROFILE,
    FINDING,
    BIOMARKER_TABLE,
    TREATMENT_PROPOSAL,
    TREATMENT,
    RESPONSE_TABLE,
    CONSENT,
    REFERRAL,
    ASSESSED,
    CASE,
)
SOURCE_TABLES: tuple[TableSchema, ...] = TABLES[:13]


def table(name: str) -> TableSchema:
    """The schema of one table. Raises KeyError for a name that is no cohort table."""
    return {schema.name: schema for schema in TABLES}[name]
