"""Annotation inside a VCF: VEP's CSQ and SnpEff's ANN, one transcript chosen for each allele.

Formats: https://www.ensembl.org/info/docs/tools/vep/vep_formats.html and
https://pcingola.github.io/SnpEff/snpeff/inputoutput/.
"""

import re
from dataclasses import dataclass

from tumorprofil.formats import consequence
from tumorprofil.formats.vcf_header import Header

# Part → the names of the fields that may hold it, first match wins. VEP's NEAREST names a neighbour: never a gene.
_FIELDS: dict[str, tuple[str, ...]] = {
    "allele": ("Allele",),
    "allele_number": ("ALLELE_NUM",),
    "consequence": ("Consequence", "Annotation"),
    "gene": ("SYMBOL", "Gene_Name", "HGNC_SYMBOL", "Gene"),
    "transcript": ("Feature", "Feature_ID"),
    "exon": ("EXON", "Rank", "Rank / total"),
    "coding": ("HGVSc", "HGVS.c"),
    "protein": ("HGVSp", "HGVS.p"),
    "mane": ("MANE_SELECT", "MANE"),
    "picked": ("PICK", "CANONICAL"),
}
# The general population as a whole: gnomAD, ExAC, 1000 Genomes, and VEP's own maximum of them.
_FREQUENCY = re.compile(r"(?i)max_af|af|af_1000g|1000g_af|(?:gnomad|exac)[a-z_]*?_?af(?:_?(?:pop|grp)max)?")
_SIGNIFICANCE = re.compile(
    r"(?i)clin_?sig|cln_?sig|(?:cln_)?clinical_significance|clinvar(?:_[a-z]+)*_(?:clnsig|significance)"
)


@dataclass(frozen=True, slots=True)
class Annotation:
    """One annotation key and where its fields stand, counted from 1."""

    key: str
    fields: tuple[str, ...]
    snpeff: bool

    def at(self, part: str) -> int | None:
        """The place of the field that holds `part`; None where the file has none."""
        found = next((name for name in _FIELDS[part] if name in self.fields), None)
        return self.fields.index(found) + 1 if found else None

    def matching(self, pattern: re.Pattern[str]) -> list[int]:
        """The places of all fields whose name fits."""
        return [place for place, name in enumerate(self.fields, start=1) if pattern.fullmatch(name)]


def annotation(header: Header) -> Annotation | None:
    """The file's annotation by its definition in the header; VEP before SnpEff; None where there is none."""
    for key, definition in header.info.items():
        fields = re.search(r"Format: ?([^\"]+)", definition.description)
        if fields and "|" in fields.group(1) and (key == "CSQ" or "Ensembl VEP" in definition.description):
            return Annotation(key, tuple(name.strip() for name in fields.group(1).split("|")), snpeff=False)
    fields = re.search(r"'(.+\|.+)'", header.info["ANN"].description) if "ANN" in header.info else None
    if not fields:
        return None
    return Annotation("ANN", tuple(name.strip() for name in fields.group(1).split("|")), snpeff=True)


def info_value(key: str, info: str = "info") -> str:
    """SQL for the value of an INFO key, NULL where the record lacks it. Splitting is ten times as fast as a pattern."""
    return f"string_split(string_split(';' || {info}, ';{key}=')[2], ';')[1]"


def chosen(rows: str, found: Annotation, several_alleles: bool) -> str:
    """SQL for `rows` with `entry`, the fields of the one annotation entry taken for the allele, and `rank`, its
    consequence's.

    Expects the columns `annotation` (the INFO value), `allele`, `n` (its number from 1), `ref` and `alts` (all of
    them). Entries in a transcript come before those beside one, then MANE Select, then what the annotator picked or
    calls canonical, then the worst consequence, then those with a protein change."""
    written = "string_split(annotation, ',')"
    if several_alleles and (found.at("allele") or found.at("allele_number")):
        # Filtered before the fields are split: choosing between lists of lists copies them.
        own = f"list_filter({written}, lambda entry: {_belongs(found)})"
        written = f"CASE WHEN len(alts) > 1 THEN {own} ELSE {written} END"
    fields = f"(SELECT *, list_transform({written}, lambda entry: string_split(entry, '|')) AS entries FROM {rows})"
    scored = f"(SELECT *, list_transform(entries, lambda entry: {_score(found)}) AS scores FROM {fields})"
    best = f"(SELECT *, list_min(scores) AS score FROM {scored})"
    return f"(SELECT *, entries[list_position(scores, score)] AS entry, (score // 10) % 1000 AS rank FROM {best})"


def _belongs(found: Annotation) -> str:
    number, allele = found.at("allele_number"), found.at("allele")
    if number:
        return f"string_split(entry, '|')[{number}] = n::VARCHAR"
    if found.snpeff:
        # In cancer mode SnpEff writes ALT-REF.
        return f"string_split(string_split(entry, '|')[{allele}], '-')[1] = allele"
    # VEP cuts the first base off where all alleles share it and they differ in length.
    cut = (
        "list_bool_and(list_transform(alts, lambda alt: alt[1] = ref[1])) "
        "AND list_bool_or(list_transform(alts, lambda alt: len(alt) <> len(ref)))"
    )
    rest = "coalesce(nullif(allele[2:], ''), '-')"
    return f"string_split(entry, '|')[{allele}] = CASE WHEN {cut} THEN {rest} ELSE allele END"


def _score(found: Annotation) -> str:
    """SQL for the order of entries, the lowest first, as figures side by side; the rank stands left of the last."""

    def missing(part: str, weight: int) -> str:
        place = found.at(part)
        return f" + CASE WHEN entry[{place}] = '' THEN {weight} ELSE 0 END" if place else ""

    place = found.at("consequence")
    rank = consequence.rank_sql(f"entry[{place}]", beside=100_000) if place else "999"
    return f"({rank}) * 10{missing('mane', 100_000)}{missing('picked', 10_000)}{missing('protein', 1)}"


def cells(found: Annotation) -> dict[str, str]:
    """Finding column → SQL over the column `entry` (the chosen fields) and `rank` (of its consequence)."""

    def field(part: str) -> str:
        place = found.at(part)
        return f"nullif(entry[{place}], '')" if place else "NULL"

    coding, protein, exon = field("coding"), field("protein"), field("exon")
    if found.snpeff:
        # SnpEff numbers introns in the same field.
        exon = f"CASE WHEN NOT contains(entry[{found.at('consequence')}], 'intron') THEN {exon} END"
    result = {
        "gene_reported": f"CASE WHEN rank < {consequence.RANKS['intergenic_variant']} THEN {field('gene')} END",
        "consequence": consequence.code_sql("rank"),
        "hgvs_c": _change(coding),
        "hgvs_p_reported": _change(protein),
        "transcript": f"CASE WHEN contains({coding}, ':') THEN split_part({coding}, ':', 1) "
        f"ELSE {field('transcript')} END",
    }
    if found.at("exon"):
        result["exon"] = _exon(exon, 1)
        result["exon_last"] = _exon(exon, 2)
    if frequencies := found.matching(_FREQUENCY):
        result["population_frequency"] = _highest([f"entry[{place}]" for place in frequencies])
    if places := found.matching(_SIGNIFICANCE):
        result["significance"] = significance(f"entry[{places[0]}]")
    return result


def info_cells(header: Header) -> dict[str, str]:
    """The same for annotation that stands in INFO keys of its own, such as CLNSIG and gnomAD_AF."""
    result = {}
    frequencies = [key for key in header.info if _FREQUENCY.fullmatch(key) and key.upper() != "AF"]
    if frequencies:
        result["population_frequency"] = _highest([f"string_split({info_value(key)}, ',')[n]" for key in frequencies])
    significances = [key for key in header.info if _SIGNIFICANCE.fullmatch(key)]
    if significances:
        result["significance"] = significance(info_value(significances[0]))
    return result


def _change(cell: str) -> str:
    # VCF writes signs that have a meaning of their own, such as the = of a silent change, as %3D.
    written = f"CASE WHEN contains({cell}, '%') THEN url_decode({cell}) ELSE {cell} END"
    return f"string_split({written}, ':')[-1]"


def _exon(cell: str, part: int) -> str:
    return f"TRY_CAST(string_split(string_split({cell}, '/')[1], '-')[{part}] AS BIGINT)"


def _highest(values: list[str]) -> str:
    each = [
        f"CASE WHEN contains({value}, '&') THEN list_max(list_transform(string_split({value}, '&'), "
        f"lambda v: TRY_CAST(v AS DOUBLE))) ELSE TRY_CAST({value} AS DOUBLE) END"
        for value in values
    ]
    return f"greatest({', '.join(each)})" if len(each) > 1 else each[0]


def significance(cell: str) -> str:
    """SQL for the significance code of ClinVar's words, several joined by ``&``, ``/`` or ``|``."""
    text = f"lower({cell})"
    return (
        f"CASE WHEN coalesce({cell}, '') = '' THEN NULL WHEN {text} LIKE '%conflicting%' THEN 'conflicting' "
        f"WHEN {text} LIKE '%pathogenic%' AND {text} LIKE '%benign%' THEN 'conflicting' "
        f"WHEN regexp_matches({text}, '(^|[^a-z_])pathogenic') THEN 'pathogenic' "
        f"WHEN {text} LIKE '%likely_pathogenic%' THEN 'likely_pathogenic' "
        f"WHEN {text} LIKE '%uncertain%' THEN 'uncertain' "
        f"WHEN regexp_matches({text}, '(^|[^a-z_])benign') THEN 'benign' "
        f"WHEN {text} LIKE '%benign%' THEN 'likely_benign' END"
    )
