"""The header of a VCF: its version, definitions, samples and genome build.

Specifications: VCF 4.1 to 4.4, https://samtools.github.io/hts-specs/.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tumorprofil.errors import Refusal
from tumorprofil.formats.source import Source
from tumorprofil.formats.vcf_meta import Meta, Problem, meta_problems, parse_meta
from tumorprofil.terms.language import translate

VERSIONS = ("4.1", "4.2", "4.3", "4.4")
FIXED = ("CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO")
# A header with every contig of every alternative haplotype has about 4,000 lines.
_LONGEST_HEADER_LINES = 1_000_000

# Chromosome lengths tell the builds apart (GRCh37.p13 and GRCh38.p14, Genome Reference Consortium).
_LENGTHS: dict[tuple[str, str], str] = {
    ("1", "249250621"): "GRCh37",
    ("1", "248956422"): "GRCh38",
    ("2", "243199373"): "GRCh37",
    ("2", "242193529"): "GRCh38",
    ("3", "198022430"): "GRCh37",
    ("3", "198295559"): "GRCh38",
    ("7", "159138663"): "GRCh37",
    ("7", "159345973"): "GRCh38",
    ("12", "133851895"): "GRCh37",
    ("12", "133275309"): "GRCh38",
    ("17", "81195210"): "GRCh37",
    ("17", "83257441"): "GRCh38",
    ("X", "155270560"): "GRCh37",
    ("X", "156040895"): "GRCh38",
}
_BUILD_NAMES = (
    ("GRCh37", re.compile(r"grch37|hg19|\bb37\b|human_g1k_v37|hs37d5", re.IGNORECASE)),
    ("GRCh38", re.compile(r"grch38|hg38|\bb38\b|hs38", re.IGNORECASE)),
)
_LIFTED = re.compile(r"hg\d\dto(hg\d\d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Definition:
    """How an INFO or FORMAT key is written: how many values (a number, A, R, G or .) of which type."""

    key: str
    number: str
    type: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Header:
    """What comes before the records. `lines` is how many lines that is; `refusals` what is wrong with them."""

    version: str
    lines: int
    metas: tuple[Meta, ...]
    samples: tuple[str, ...]
    has_format: bool
    windows_line_ends: bool
    info: dict[str, Definition] = field(default_factory=dict)
    format: dict[str, Definition] = field(default_factory=dict)
    refusals: tuple[Refusal, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, samples by their place since two could be spelled alike to the engine."""
        return (*FIXED, *(("FORMAT",) if self.has_format else ()), *(f"sample_{n}" for n in range(len(self.samples))))

    @property
    def stops(self) -> bool:
        return any(refusal.extent != "value" for refusal in self.refusals)

    def values(self, *names: str) -> Iterator[str]:
        """The raw values of all header lines with one of these names."""
        return (meta.value for meta in self.metas if meta.name in names)


def recognises_head(head: tuple[str, ...]) -> bool:
    """True where the first line says VCF, or a line with a VCF's first columns is there."""
    if not head:
        return False
    if head[0].startswith("##fileformat=") and not re.match(r"##fileformat=(?!VCF)\w", head[0]):
        return True
    return any(line.startswith("#CHROM\tPOS") for line in head)


def read_header(source: Source) -> Header | Refusal:
    """The header, or the refusal of a file that has none."""
    metas: list[Meta] = []
    refusals: list[Refusal] = []
    windows = False
    with source.open() as handle:
        for number, raw in enumerate(handle, start=1):
            windows = raw.endswith(b"\r\n")
            line = raw.decode(source.encoding, errors="replace").rstrip("\r\n")
            if number == 1:
                line = line.lstrip("\ufeff")
            if line.startswith("##"):
                metas.append(parse_meta(number, line))
            elif line.startswith("#"):
                return _complete(source, number, metas, line, refusals, windows)
            elif line.strip() or number > _LONGEST_HEADER_LINES:
                return source.refusal(
                    translate("a line in the header that is not a header line"),
                    translate("Every line before the records begins with #."),
                    line=number,
                    found=line,
                )
    return source.refusal(
        translate("the line with the column names is missing"),
        translate("It begins with #CHROM and stands before the records."),
    )


def _complete(
    source: Source, number: int, metas: list[Meta], line: str, refusals: list[Refusal], windows: bool
) -> Header | Refusal:
    version = re.fullmatch(r"VCFv(\d+\.\d+)", metas[0].value) if metas and metas[0].name == "fileformat" else None
    if version is None or version.group(1) not in VERSIONS:
        return source.refusal(
            translate("no VCF version that can be read"),
            translate("The first line reads ##fileformat=VCFv4.1, 4.2, 4.3 or 4.4."),
            line=1,
            found=metas[0].value if metas else None,
        )
    names = line[1:].split("\t")
    samples = tuple(names[9:])
    wrong = names[:8] != list(FIXED) or (len(names) > 8 and (names[8] != "FORMAT" or not samples)) or "" in samples
    if wrong or len(set(samples)) < len(samples):
        return source.refusal(
            translate("the line with the column names is wrong"),
            translate("#CHROM POS ID REF ALT QUAL FILTER INFO, then FORMAT and each sample once."),
            line=number,
            found=line,
        )
    header = Header(
        version.group(1),
        number,
        tuple(metas),
        samples,
        len(names) > 8,
        windows,
        _definitions(metas, "INFO"),
        _definitions(metas, "FORMAT"),
    )
    problems = [(meta, problem) for meta in metas for problem in meta_problems(meta, header.version)]
    refusals += [_refusal(source, meta, problem) for meta, problem in problems]
    return Header(
        header.version,
        number,
        header.metas,
        samples,
        header.has_format,
        windows,
        header.info,
        header.format,
        tuple(refusals),
    )


def _refusal(source: Source, meta: Meta, problem: Problem) -> Refusal:
    return source.refusal(
        problem.problem, problem.expected, extent="value", line=meta.line, column=meta.name, found=meta.text
    )


def _definitions(metas: list[Meta], name: str) -> dict[str, Definition]:
    return {
        meta.fields["ID"]: Definition(
            meta.fields["ID"],
            meta.fields.get("Number", "."),
            meta.fields.get("Type", "String"),
            meta.fields.get("Description", ""),
        )
        for meta in metas
        if meta.name == name and meta.fields.get("ID")
    }


def builds(header: Header) -> set[str]:
    """The genome builds that the header speaks of: by chromosome lengths, assembly, reference and annotation; where
    those are silent by the name of a lift-over's chain file. More than one means that the header contradicts itself."""
    said = {
        _LENGTHS.get((meta.fields.get("ID", "").removeprefix("chr"), meta.fields.get("length", "")))
        for meta in header.metas
        if meta.name == "contig"
    }
    texts = [meta.fields.get("assembly", "") for meta in header.metas if meta.name == "contig"]
    texts += header.values("reference", "new_reference_genome", "assembly", "contig_assembly", "SnpEffCmd")
    annotated = (re.finditer(r'(assembly|cache)="[^"]*"', value) for value in header.values("VEP"))
    texts += [match.group(0) for matches in annotated for match in matches]
    said |= {build for text in texts for build, pattern in _BUILD_NAMES if pattern.search(text)}
    said.discard(None)
    if not said:
        lifted = [
            match.group(1)
            for meta in header.metas
            if meta.name.lower().startswith("liftover")
            for match in _LIFTED.finditer(meta.value)
        ]
        said = {build for text in lifted for build, pattern in _BUILD_NAMES if pattern.search(text)}
    return {build for build in said if build}
