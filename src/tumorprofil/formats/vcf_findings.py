"""From the records of a VCF to findings: one SELECT over the scan, one row for each alternate allele."""

from tumorprofil.formats import vcf_annotation
from tumorprofil.formats.delimited import literal
from tumorprofil.formats.layout import Options
from tumorprofil.formats.vcf_annotation import Annotation, info_value
from tumorprofil.formats.vcf_header import Header
from tumorprofil.formats.vcf_reads import read_cells
from tumorprofil.formats.vcf_records import Records
from tumorprofil.formats.vcf_samples import Samples

# Names that callers give to the filter that known or probable germline variants fail.
_GERMLINE_FILTERS = ("germline", "germline_risk", "GRM", "Germline", "GermlineRisk", "germline_variant")
# Longer shared ends than this are left standing; the alleles then stay right, only longer than they need be.
_LONGEST_SHARED = 500


def finding_select(
    header: Header, records: Records, samples: Samples, found: Annotation | None, options: Options
) -> str:
    """SQL for the findings; only alleles spelled out in bases. Columns: see `tumorprofil.cohort.schema.FINDING`."""
    several = records.most_alleles > 1
    rows = _alleles(header, records, samples, found)
    if found:
        rows = vcf_annotation.chosen(rows, found, several)
    reads = read_cells(header, records.formats, samples.tumour is not None)
    annotated: dict[str, str] = vcf_annotation.cells(found) if found else {"consequence": "'not_annotated'"}
    cells: dict[str, str] = {
        "profile_id": literal(samples.name),
        "kind": "'small_variant'",
        "chromosome": _chromosome(),
        "start_position": "CASE WHEN changed_ref = '' THEN position + shared - 1 ELSE position + shared END",
        "end_position": "position + shared + CASE WHEN changed_ref = '' THEN 0 ELSE len(changed_ref) - 1 END",
        "reference_allele": "CASE WHEN changed_ref = '' THEN '-' ELSE changed_ref END",
        "alternate_allele": "CASE WHEN changed_alt = '' THEN '-' ELSE changed_alt END",
        **vcf_annotation.info_cells(header),
        **annotated,
        **{name: reads[name] for name in ("alternate_reads", "depth") if name in reads},
        "origin": _origin(header, samples, options, reads),
        "filter": _filter(options),
    }
    if "fraction" in reads:
        counted = f"({reads['alternate_reads']}) IS NOT NULL" if "alternate_reads" in reads else "false"
        cells["vaf"] = f"CASE WHEN {counted} THEN NULL ELSE {reads['fraction']} END"
    select = ", ".join(f"{sql} AS {name}" for name, sql in cells.items())
    return f"SELECT {select} FROM {_trimmed(rows)}"


def _alleles(header: Header, records: Records, samples: Samples, found: Annotation | None) -> str:
    several = records.most_alleles > 1
    parts = ['"CHROM"', '"POS"::BIGINT AS position', 'upper("REF") AS ref', '"FILTER"', '"INFO" AS info']
    if header.has_format:
        parts.append('"FORMAT"')
    if samples.tumour is not None:
        parts.append(f"string_split(sample_{samples.tumour}, ':') AS cells")
    if found:
        parts.append(info_value(found.key, '"INFO"') + " AS annotation")
    alts = "string_split(upper(\"ALT\"), ',')"
    parts.append(f"{alts} AS alts")
    parts += (
        [f"unnest({alts}) AS allele", f"generate_subscripts({alts}, 1) AS n"]
        if several
        else ['upper("ALT") AS allele', "1 AS n"]
    )
    accepted = f" WHERE {records.accepted}" if records.broken_rows else ""
    rows = f"(SELECT {', '.join(parts)} FROM {records.scan}{accepted})"
    return f"(SELECT * FROM {rows} WHERE regexp_full_match(allele, '[ACGTN]+'))" if records.unusual else rows


def _trimmed(rows: str) -> str:
    """Alleles without the bases they share, as in MAF: first those at the end, at least one base left as VCF's own
    normalisation leaves it, then those at the beginning (Tan, Abecasis & Kang, Bioinformatics 2015;31:2202)."""
    end = (
        f"len(list_filter(range(1, least(len(ref), len(allele), {_LONGEST_SHARED})), "
        "lambda i: right(ref, i) = right(allele, i)))"
    )
    beginning = (
        f"len(list_filter(range(1, least(len(short_ref), len(short_alt), {_LONGEST_SHARED}) + 1), "
        "lambda i: left(short_ref, i) = left(short_alt, i)))"
    )
    long = "len(ref) > 1 AND len(allele) > 1 AND ref <> allele"
    cut = f"(SELECT *, CASE WHEN {long} THEN {end} ELSE 0 END AS ending FROM {rows})"
    short = f"(SELECT *, ref[:len(ref) - ending] AS short_ref, allele[:len(allele) - ending] AS short_alt FROM {cut})"
    shared = (
        f"(SELECT *, CASE WHEN short_ref = short_alt OR (len(short_ref) = 1 AND len(short_alt) = 1) THEN 0 "
        f"ELSE {beginning} END AS shared FROM {short})"
    )
    return f"(SELECT *, short_ref[shared + 1:] AS changed_ref, short_alt[shared + 1:] AS changed_alt FROM {shared})"


def _chromosome() -> str:
    bare = 'CASE WHEN "CHROM" LIKE \'<%>\' THEN "CHROM"[2:-2] ELSE "CHROM" END'
    return f'CASE WHEN "CHROM" LIKE \'chr%\' THEN "CHROM"[4:] ELSE {bare} END'


def _origin(header: Header, samples: Samples, options: Options, reads: dict[str, str]) -> str:
    matched = samples.has_normal or options.layout.tumour_only is False
    names = ", ".join(map(literal, _GERMLINE_FILTERS))
    germline = [f"(\"FILTER\" NOT IN ('PASS', '.') AND list_has_any(string_split(\"FILTER\", ';'), [{names}]))"]
    flagged = "contains(';' || info || ';', ';{flag};')"
    if "GERMLINE" in header.info:
        germline.append(flagged.format(flag="GERMLINE"))
    if "STATUS" in header.info:
        germline.append(f"lower({info_value('STATUS')}) = 'germline'")
    if "SS" in header.info and "germline" in header.info["SS"].description.lower():
        germline.append(f"lower({info_value('SS')}) IN ('1', 'germline')")
    if "called_germline" in reads:
        germline.append(reads["called_germline"])
    somatic = "'somatic'" if matched else "'unknown'"
    if not matched and "SOMATIC" in header.info:
        somatic = f"CASE WHEN {flagged.format(flag='SOMATIC')} THEN 'somatic' ELSE 'unknown' END"
    return f"CASE WHEN {' OR '.join(germline)} THEN 'germline' ELSE {somatic} END"


def _filter(options: Options) -> str:
    # A dot means that no filter was applied, which is not the same as having passed one.
    written = "nullif(\"FILTER\", '.')"
    if not options.layout.accepted_filters:
        return written
    accepted = ", ".join(map(literal, (*options.layout.accepted_filters, "PASS")))
    left = f"list_filter(string_split(\"FILTER\", ';'), lambda name: name NOT IN ({accepted}))"
    remaining = f"coalesce(nullif(array_to_string({left}, ';'), ''), 'PASS')"
    return f"CASE WHEN \"FILTER\" IN ('.', 'PASS') THEN {written} ELSE {remaining} END"
