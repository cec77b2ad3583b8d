"""Mutation Annotation Format: one row a somatic variant, as TCGA, cBioPortal and vcf2maf write it.

Both TCGA shapes are read: MC3 (HGVSp_Short, HGVSc, Exon_Number, read counts) and the leaner Firehose one
(Protein_Change only). Columns: GDC MAF specification, https://docs.gdc.cancer.gov/Data/File_Formats/MAF_Format/.
"""

from dataclasses import dataclass
from typing import Literal

from tumorprofil.errors import Refusal
from tumorprofil.formats.delimited import Table, bad_cells, quoted, scan
from tumorprofil.formats.layout import Options
from tumorprofil.formats.source import Source
from tumorprofil.formats.staging import Added, Staging
from tumorprofil.terms.language import translate

NAME = "maf"

# The first heading that a file has is taken.
HEADINGS: dict[str, tuple[str, ...]] = {
    "gene": ("Hugo_Symbol",),
    "sample": ("Tumor_Sample_Barcode",),
    "normal": ("Matched_Norm_Sample_Barcode",),
    "classification": ("Variant_Classification",),
    "build": ("NCBI_Build",),
    "chromosome": ("Chromosome",),
    "start": ("Start_Position", "Start_position"),
    "end": ("End_Position", "End_position"),
    "reference": ("Reference_Allele",),
    "alternate": ("Tumor_Seq_Allele2", "Tumor_Seq_Allele1"),
    "protein": ("HGVSp_Short", "Protein_Change", "HGVSp", "Amino_Acid_Change"),
    "coding": ("HGVSc", "cDNA_Change"),
    "transcript": ("Transcript_ID", "Annotation_Transcript"),
    "exon": ("Exon_Number",),
    "alternate_reads": ("t_alt_count",),
    "reference_reads": ("t_ref_count",),
    "depth": ("t_depth",),
    "vaf": ("t_vaf", "tumor_f"),
    "status": ("Mutation_Status",),
    "significance": ("CLIN_SIG", "ClinVar_SIG"),
    "frequency": ("gnomAD_AF", "gnomADe_AF", "ExAC_AF"),
    "filter": ("FILTER",),
}
NUMBERS = {
    "start": "UBIGINT",
    "end": "UBIGINT",
    "alternate_reads": "UBIGINT",
    "reference_reads": "UBIGINT",
    "depth": "UBIGINT",
    "vaf": "DOUBLE",
    "frequency": "DOUBLE",
}

# Most frequent first: the engine tries them in this order.
CLASSIFICATIONS: dict[str, str] = {
    "Missense_Mutation": "missense",
    "Silent": "silent",
    "Nonsense_Mutation": "nonsense",
    "Splice_Site": "splice_site",
    "Frame_Shift_Del": "frameshift",
    "Frame_Shift_Ins": "frameshift",
    "In_Frame_Del": "inframe_deletion",
    "In_Frame_Ins": "inframe_insertion",
    "Intron": "intron",
    "3'UTR": "utr",
    "5'UTR": "utr",
    "RNA": "noncoding",
    "Splice_Region": "splice_region",
    "5'Flank": "promoter",
    "3'Flank": "noncoding",
    "IGR": "noncoding",
    "lincRNA": "noncoding",
    "Nonstop_Mutation": "stop_lost",
    "Translation_Start_Site": "start_lost",
    "Start_Codon_SNP": "start_lost",
    "Start_Codon_Del": "start_lost",
    "Start_Codon_Ins": "start_lost",
    "Stop_Codon_Del": "stop_lost",
    "Stop_Codon_Ins": "stop_lost",
    "De_novo_Start_InFrame": "utr",
    "De_novo_Start_OutOfFrame": "utr",
    "Targeted_Region": "noncoding",
    "Missense": "missense",
    "Nonsense": "nonsense",
    "Silent_Mutation": "silent",
}
BUILDS = {
    "37": "GRCh37",
    "hg19": "GRCh37",
    "grch37": "GRCh37",
    "b37": "GRCh37",
    "38": "GRCh38",
    "hg38": "GRCh38",
    "grch38": "GRCh38",
}
_MISSING = ("", ".", "NA", "N/A", "__UNKNOWN__")


@dataclass(frozen=True, slots=True)
class Columns:
    """Which heading of the file plays which part; a part that the file lacks is absent."""

    table: Table
    headings: dict[str, str]

    def __contains__(self, part: str) -> bool:
        return part in self.headings

    def cell(self, part: str) -> str:
        """SQL for the cell of `part`, NULL where the file has no such column."""
        return quoted(self.headings[part]) if part in self.headings else "NULL"


def recognises(source: Source) -> bool:
    """True for a table with the three headings that every MAF has."""
    heading = _heading_line(source)
    names = set(source.head[heading].split("\t")) if heading is not None else set()
    return {"Hugo_Symbol", "Variant_Classification", "Tumor_Sample_Barcode"} <= names


def read(source: Source, staging: Staging, options: Options) -> None:
    """Read one MAF into findings and profiles. Refusals: see `tumorprofil.formats.staging`."""
    heading = _heading_line(source)
    if heading is None:
        staging.refuse(source.refusal(translate("no line with headings"), translate("A MAF begins with Hugo_Symbol.")))
        return
    columns = file_columns(source, options)
    build = _build(source, columns, staging, options)
    if build is False:
        return
    added = _findings(source, columns, staging, options)
    _profiles(source, added, columns, staging, options, build or None)


def _heading_line(source: Source) -> int | None:
    return next((number for number, line in enumerate(source.head) if line.strip() and not line.startswith("#")), None)


def file_columns(source: Source, options: Options) -> Columns:
    """Which columns of a recognised MAF play which part."""
    heading = _heading_line(source) or 0
    names = source.head[heading].split("\t")
    own = {part: options.layout.columns.get(f"maf.{part}", ()) for part in HEADINGS}
    found = {
        part: name
        for part, known in HEADINGS.items()
        if (name := next((name for name in (*own[part], *known) if name in names), None))
    }
    types = {found[part]: kind for part, kind in NUMBERS.items() if part in found}
    missing = tuple(dict.fromkeys((*_MISSING, *options.layout.missing)))
    return Columns(Table(source, tuple(names), heading + 1, types, missing), found)


def _build(source: Source, columns: Columns, staging: Staging, options: Options) -> str | Literal[False] | None:
    """The build of the coordinates, None where nobody says it, False where it was refused."""
    said = options.build or options.layout.build
    if "build" not in columns:
        return said
    query = f"SELECT DISTINCT {columns.cell('build')} FROM {scan(columns.table, text=True, keep_going=True)}"
    written = [row[0] for row in staging.connection.execute(query).fetchall() if row[0]]
    builds = {BUILDS.get(str(value).lower(), str(value)) for value in written}
    if len(builds) > 1 or (builds and options.build and builds != {options.build}):
        staging.refuse(
            source.refusal(
                translate("coordinates of another genome build"),
                translate("One file holds one build; the option --build must agree with it."),
                column=columns.headings["build"],
                found=", ".join(sorted(map(str, builds))),
            )
        )
        return False
    return builds.pop() if builds else said


def _findings(source: Source, columns: Columns, staging: Staging, options: Options) -> Added:
    added = staging.add("finding", _select(columns, scan(columns.table, rejects=True), options), size=source.size)
    refusals = bad_cells(staging.connection, columns.table)
    if refusals:
        # Something did not fit its type: read again as text, so that a bad value costs the value and not its row.
        staging.take_back(added)
        text = scan(columns.table, text=True, keep_going=True)
        added = staging.add("finding", _select(columns, text, options), size=source.size)
        for refusal in refusals:
            staging.refuse(refusal)
    _check_rows(source, added, columns, staging)
    return added


def _select(columns: Columns, source: str, options: Options) -> str:
    cells = {
        "profile_id": _profile_id(columns, options),
        "kind": "'small_variant'",
        "gene_reported": columns.cell("gene"),
        "chromosome": f"CASE WHEN {columns.cell('chromosome')} LIKE 'chr%' THEN {columns.cell('chromosome')}[4:] "
        f"ELSE {columns.cell('chromosome')} END",
        "start_position": _number(columns, "start"),
        "end_position": _number(columns, "end"),
        "reference_allele": columns.cell("reference"),
        "alternate_allele": columns.cell("alternate"),
        "consequence": _consequence(columns),
        "hgvs_p_reported": columns.cell("protein"),
        "hgvs_c": columns.cell("coding"),
        "transcript": columns.cell("transcript"),
        "exon": _exon(columns, 1),
        "exon_last": _exon(columns, 2),
        "alternate_reads": _number(columns, "alternate_reads"),
        "depth": _depth(columns),
        "vaf": _number(columns, "vaf"),
        "origin": _origin(columns, options),
        "significance": _significance(columns),
        "population_frequency": _number(columns, "frequency"),
        "filter": _filter(columns, options),
    }
    needs = {
        "chromosome": "chromosome",
        "start_position": "start",
        "end_position": "end",
        "reference_allele": "reference",
        "alternate_allele": "alternate",
        "hgvs_p_reported": "protein",
        "hgvs_c": "coding",
        "transcript": "transcript",
        "exon": "exon",
        "exon_last": "exon",
        "alternate_reads": "alternate_reads",
        "vaf": "vaf",
        "significance": "significance",
        "population_frequency": "frequency",
        "filter": "filter",
    }
    kept = {name: cell for name, cell in cells.items() if needs.get(name, "gene") in columns}
    return f"SELECT {', '.join(f'{cell} AS {name}' for name, cell in kept.items())} FROM {source}"


def _profile_id(columns: Columns, options: Options) -> str:
    sample = columns.cell("sample")
    if options.layout.merge_samples and options.layout.patient_pattern:
        pattern = options.layout.patient_pattern.replace("'", "''")
        return f"coalesce(nullif(regexp_extract({sample}, '{pattern}', 1), ''), {sample})"
    return sample


def _number(columns: Columns, part: str) -> str:
    # Already of this type where the scan is typed; the cast is for the second, textual scan.
    return f"TRY_CAST({columns.cell(part)} AS {NUMBERS[part]})"


def _depth(columns: Columns) -> str:
    if "depth" in columns:
        return _number(columns, "depth")
    return f"{_number(columns, 'reference_reads')} + {_number(columns, 'alternate_reads')}"


def _consequence(columns: Columns) -> str:
    cases = " ".join(
        f"WHEN '{written.replace(chr(39), chr(39) * 2)}' THEN '{code}'" for written, code in CLASSIFICATIONS.items()
    )
    return f"CASE {columns.cell('classification')} {cases} ELSE 'not_annotated' END"


def _exon(columns: Columns, part: int) -> str:
    # Written as 10/14 or 2-7/28; exon_last is empty where it is the first exon.
    first = f"split_part({columns.cell('exon')}, '/', 1)"
    return f"TRY_CAST(split_part({first}, '-', {part}) AS BIGINT)"


def _origin(columns: Columns, options: Options) -> str:
    paired = "'somatic'" if options.layout.tumour_only is False else "'unknown'"
    if "normal" in columns and options.layout.tumour_only is None:
        paired = f"CASE WHEN {columns.cell('normal')} IS NULL THEN 'unknown' ELSE 'somatic' END"
    if "status" not in columns:
        return paired
    status = f"lower({columns.cell('status')})"
    return f"CASE WHEN {status} = 'germline' THEN 'germline' WHEN {status} = 'somatic' THEN 'somatic' ELSE {paired} END"


def _significance(columns: Columns) -> str:
    cell = f"lower({columns.cell('significance')})"
    return (
        f"CASE WHEN {cell} IS NULL THEN NULL WHEN {cell} LIKE '%conflicting%' THEN 'conflicting' "
        f"WHEN {cell} LIKE '%pathogenic%' AND {cell} LIKE '%benign%' THEN 'conflicting' "
        f"WHEN regexp_matches({cell}, '(^|[^_])pathogenic') THEN 'pathogenic' "
        f"WHEN {cell} LIKE '%likely_pathogenic%' THEN 'likely_pathogenic' "
        f"WHEN {cell} LIKE '%uncertain%' THEN 'uncertain' "
        f"WHEN {cell} LIKE '%likely_benign%' THEN 'likely_benign' WHEN {cell} LIKE '%benign%' THEN 'benign' END"
    )


def _filter(columns: Columns, options: Options) -> str:
    cell = columns.cell("filter")
    if not options.layout.accepted_filters:
        return cell
    accepted = ", ".join(f"'{name}'" for name in (*options.layout.accepted_filters, "PASS"))
    left = f"list_filter(string_split({cell}, ','), name -> name NOT IN ({accepted}))"
    return (
        f"CASE WHEN {cell} IS NULL OR {cell} = 'PASS' THEN {cell} "
        f"ELSE coalesce(nullif(array_to_string({left}, ','), ''), 'PASS') END"
    )


def _check_rows(source: Source, added: Added, columns: Columns, staging: Staging) -> None:
    counts = staging.connection.execute(
        f"SELECT count(*) FILTER (profile_id IS NULL), count(*) FILTER (gene_reported IS NULL), "
        f"count(*) FILTER (consequence = 'not_annotated') FROM {added.rows}"
    ).fetchone()
    assert counts is not None
    text = scan(columns.table, text=True, keep_going=True, numbered=True)
    known = ", ".join("'" + name.replace("'", "''") + "'" for name in CLASSIFICATIONS)
    checks = (
        (
            counts[0],
            "sample",
            "row",
            "{cell} IS NULL",
            translate("no sample named"),
            translate("Every row names its tumour sample."),
        ),
        (
            counts[1],
            "gene",
            "row",
            "{cell} IS NULL",
            translate("no gene named"),
            translate("Every row names its gene, or Unknown."),
        ),
        (
            counts[2],
            "classification",
            "value",
            f"({{cell}} IS NULL OR {{cell}} NOT IN ({known}))",
            translate("unknown kind of variant"),
            translate("One of the MAF classes, such as {example}.").format(example="Missense_Mutation"),
        ),
    )
    for count, part, extent, condition, problem, expected in checks:
        if not count:
            continue
        cell = columns.cell(part)
        for line, found in staging.connection.execute(
            f"SELECT line, {cell} FROM {text} WHERE {condition.format(cell=cell)} ORDER BY line LIMIT 100"
        ).fetchall():
            staging.refuse(
                Refusal(
                    source.name,
                    "row" if extent == "row" else "value",
                    problem,
                    expected,
                    line=line,
                    column=columns.headings[part],
                    found=found,
                )
            )
    if counts[0]:
        staging.connection.execute(f"DELETE FROM {added.table} WHERE profile_id IS NULL AND rowid >= {added.first}")


def _profiles(
    source: Source, added: Added, columns: Columns, staging: Staging, options: Options, build: str | None
) -> None:
    layout = options.layout
    tumour_type = options.tumour_type or layout.tumour_type(source.path)
    # One file may hold tumours with and without a normal beside them.
    alone = "bool_and(origin = 'unknown')" if "normal" in columns else "NULL"
    samples = staging.connection.execute(
        f"SELECT profile_id, {alone} FROM {added.rows} GROUP BY 1 ORDER BY 1"
    ).fetchall()
    staging.add_rows(
        "profile",
        (
            {
                "profile_id": barcode,
                "patient_id": layout.patient(barcode),
                "centre": layout.centre_of(barcode),
                "analyte": "dna",
                "build": build,
                "tumour_only": alone if layout.tumour_only is None else layout.tumour_only,
                "tumour_type": tumour_type,
                "tumour_type_basis": "option" if options.tumour_type else "file" if tumour_type else None,
                "source_file": source.name,
                "source_format": NAME,
            }
            for barcode, alone in samples
        ),
    )
    patients = dict.fromkeys(layout.patient(barcode) for barcode, _ in samples)
    staging.add_rows("patient", [{"patient_id": patient} for patient in patients])
