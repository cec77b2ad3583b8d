"""Which column of a VCF is the tumour, and what it is compared with."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

from tumorprofil.formats.layout import Options
from tumorprofil.formats.vcf_header import Header

_TUMOUR_NAME = re.compile(r"(?i)tumou?r|somatic|cancer|metasta|primary|(?:^|[-_.])T\d*$")
_NORMAL_NAME = re.compile(r"(?i)normal|germline|blood|control|(?:^|[-_.])(?:N|BL)\d*$")
# TCGA barcode, sample type: 01–09 tumour, 10–19 normal (https://docs.gdc.cancer.gov/Encyclopedia/pages/TCGA_Barcode/).
_TCGA = re.compile(r"TCGA-\w\w-\w{4}-(\d)\d")
_GENERIC = re.compile(
    r"(?i)(?:t|sample|dna|default|unknown|metastasis|"
    r"(?:tumou?r|somatic|primary|cancer)(?:[-_ ]?(?:tumou?r|sample|dna))?)[-_]?\d{0,2}"
)
# One column may hold both: tumour and control side by side, as PCGR's input has them.
_NORMAL_KEYS = {"DPC", "ADC", "DPN", "ADN", "NDP", "NVAF", "NAF", "CDP", "CVAF"}


@dataclass(frozen=True, slots=True)
class Samples:
    """The tumour's column (its place among the samples, None where the file has none) and name, and whether a
    normal tissue of the person was sequenced beside it (None where that cannot be told)."""

    tumour: int | None
    name: str
    has_normal: bool | None


def choose(header: Header, options: Options, stem: str) -> Samples | None:
    """The tumour: by option, else header, else name, else the pipeline's command line. None where nothing tells."""
    samples = header.samples
    if options.tumour_sample and samples and options.tumour_sample not in samples:
        return None
    if len(samples) < 2:
        name = samples[0] if samples and not _GENERIC.fullmatch(samples[0]) else stem
        both = bool(_NORMAL_KEYS & (header.info.keys() | header.format.keys()))
        return Samples(0 if samples else None, name, both or any(header.values("normal_sample")))
    pairs = list(_told(header))
    tumour, normal = pairs[0] if pairs else (None, None)
    if options.tumour_sample and options.tumour_sample != tumour:
        tumour, normal = options.tumour_sample, None
    if tumour is None:
        return None
    if normal is None and not options.tumour_sample and len(samples) == 2:
        normal = next(name for name in samples if name != tumour)
    name = stem if _GENERIC.fullmatch(tumour) else tumour
    return Samples(samples.index(tumour), name, True if normal else None)


def _told(header: Header) -> Iterator[tuple[str, str | None]]:
    """(tumour, normal) as one source after another tells it."""
    samples = header.samples
    for tumour in header.values("tumor_sample"):
        if tumour in samples:
            yield tumour, next((name for name in header.values("normal_sample") if name in samples), None)
    for meta in header.metas:
        fields = meta.fields
        child, parent = fields.get("Derived") or fields.get("ID"), fields.get("Original")
        if meta.name == "PEDIGREE" and child in samples and parent in samples:
            yield str(child), parent
    roles = {meta.fields.get("ID"): " ".join(meta.fields.values()) for meta in header.metas if meta.name == "SAMPLE"}
    yield from _pair({name: roles.get(name, "") for name in samples})
    yield from _pair({name: name for name in samples})
    yield from _pair(
        {
            name: {"0": "tumour", "1": "normal"}.get(match.group(1), "") if (match := _TCGA.match(name)) else ""
            for name in samples
        }
    )
    yield from _command_lines(header)


def _pair(words: dict[str, str]) -> Iterator[tuple[str, str | None]]:
    """The one sample that is called a tumour, else the one that remains beside the normal."""
    normals = [name for name, text in words.items() if _NORMAL_NAME.search(text)]
    tumours = [name for name, text in words.items() if _TUMOUR_NAME.search(text) and name not in normals]
    if not tumours and len(normals) == len(words) - 1:
        tumours = [name for name in words if name not in normals]
    if len(tumours) == 1:
        yield tumours[0], normals[0] if len(normals) == 1 else None


def _command_lines(header: Header) -> Iterator[tuple[str, str | None]]:
    """From arguments such as ``--tumorBam …/X.bam --normalBam …/Y.bam`` (Strelka, Manta, Mutect and others)."""
    for text in (meta.value for meta in header.metas if re.search(r"(?i)bam", meta.value)):
        found = {
            role: _named(header.samples, re.findall(rf"(?i)-+{role}(?:[-_]?bam)?[ =]+(\S+)", text))
            for role in ("tumou?r", "normal")
        }
        if found["tumou?r"] and found["tumou?r"] != found["normal"]:
            yield found["tumou?r"], found["normal"]


def _named(samples: tuple[str, ...], paths: list[str]) -> str | None:
    # The longest name first: COLO-829 is also the beginning of COLO-829BL.
    files = [PurePath(path).name for path in paths]
    for name in sorted(samples, key=len, reverse=True):
        if any(re.match(rf"{re.escape(name)}(?:[^A-Za-z0-9]|$)", file) for file in files):
            return name
    return None
