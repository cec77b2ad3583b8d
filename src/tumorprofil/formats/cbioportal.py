"""cBioPortal study folders: clinical attributes, mutations, discrete copy number and structural variants.

File formats: https://docs.cbioportal.org/file-formats/. The meta files say which data file is what; without one a
data file is known by its usual name. Kinds that are not used, such as expression, are noted and left alone.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from tumorprofil.errors import ReadError
from tumorprofil.formats import cbioportal_alterations, clinical, maf
from tumorprofil.formats.layout import Layout, Options
from tumorprofil.formats.source import Source, open_source
from tumorprofil.formats.staging import Staging
from tumorprofil.terms.language import translate

NAME = "cbioportal"

_STUDY = "meta_study.txt"
_BUILDS = {"hg19": "GRCh37", "grch37": "GRCh37", "hg38": "GRCh38", "grch38": "GRCh38"}

# Kind of data by (genetic_alteration_type, datatype) of a meta file, in the order in which they are read.
_KINDS = {
    ("CLINICAL", "PATIENT_ATTRIBUTES"): "clinical",
    ("CLINICAL", "SAMPLE_ATTRIBUTES"): "clinical",
    ("CLINICAL", "MIXED_ATTRIBUTES"): "clinical",
    ("MUTATION_EXTENDED", "MAF"): "mutations",
    ("COPY_NUMBER_ALTERATION", "DISCRETE"): "copy_number",
    ("COPY_NUMBER_ALTERATION", "DISCRETE_LONG"): "copy_number",
    ("STRUCTURAL_VARIANT", "SV"): "structural_variants",
}
_USUAL_NAMES = {
    "data_clinical_patient.txt": "clinical",
    "data_clinical_sample.txt": "clinical",
    "data_mutations.txt": "mutations",
    "data_mutations_extended.txt": "mutations",
    "data_cna.txt": "copy_number",
    "data_CNA.txt": "copy_number",
    "data_sv.txt": "structural_variants",
}

# https://docs.cbioportal.org/file-formats/#clinical-data; the OncoTree code belongs to the sample.
_COLUMNS: dict[str, tuple[str, ...]] = {
    "patient.patient_id": ("PATIENT_ID",),
    "patient.vital_status": ("OS_STATUS", "VITAL_STATUS"),
    "profile.profile_id": ("SAMPLE_ID",),
    "profile.tumour_type": ("ONCOTREE_CODE",),
    "specimen.specimen_id": ("SAMPLE_ID",),
    "specimen.site": ("SAMPLE_TYPE",),
    "diagnosis.histology": ("CANCER_TYPE_DETAILED", "HISTOLOGY"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One data file of a study and what kind of data it holds; `kind` is None for a kind that is not used."""

    path: Path
    kind: str | None
    described: str


def recognises_folder(path: Path) -> bool:
    """True for a folder with a cBioPortal `meta_study.txt`, or with the usual clinical file of samples."""
    if "cancer_study_identifier" in _meta(path / _STUDY):
        return True
    sample = path / "data_clinical_sample.txt"
    return sample.is_file() and "SAMPLE_ID" in sample.read_text(encoding="utf-8", errors="replace")[:65536]


def read_folder(path: Path, staging: Staging, options: Options) -> None:
    """Read a study. A data file that a meta file names and that is not there is refused."""
    study = _meta(path / _STUDY)
    build = _BUILDS.get(study.get("reference_genome", "").lower())
    layout = options.layout
    options = replace(
        options,
        layout=replace(layout, columns={**_COLUMNS, **layout.columns}, build=layout.build or options.build or build),
    )
    readers: dict[str, Callable[[Source, Staging, Options], None]] = {
        "clinical": _clinical,
        "mutations": maf.read,
        "copy_number": cbioportal_alterations.read_copy_number,
        "structural_variants": cbioportal_alterations.read_structural_variants,
    }
    parts = list(_parts(path))
    for part in parts:
        if part.kind is None:
            staging.notes.append(
                translate("{file}: data of the kind {kind} are not used.").format(file=part.path, kind=part.described)
            )
    for kind, reader in readers.items():
        for part in parts:
            if part.kind == kind:
                _read(part.path, reader, staging, options)


def _read(path: Path, reader: Callable[[Source, Staging, Options], None], staging: Staging, options: Options) -> None:
    try:
        source = open_source(path)
    except ReadError as error:
        for refusal in error.refusals:
            staging.refuse(refusal)
        return
    try:
        reader(source, staging, options)
    finally:
        if source.readable != source.path:
            source.readable.unlink(missing_ok=True)


def _clinical(source: Source, staging: Staging, options: Options) -> None:
    clinical.read(source, staging, replace(options, layout=_without_samples(source, options.layout)))


def _without_samples(source: Source, layout: Layout) -> Layout:
    # Only the file of samples names any; in the file of patients SAMPLE_TYPE and the like mean something else.
    if any("SAMPLE_ID" in line.split("\t") for line in source.head[:10]):
        return layout
    return replace(
        layout,
        columns={
            name: headings
            for name, headings in layout.columns.items()
            if not name.startswith(("profile.", "specimen."))
        },
    )


def _parts(folder: Path) -> Iterator[Part]:
    named = set()
    for path in sorted(folder.glob("meta_*.txt")):
        meta = _meta(path)
        if "data_filename" not in meta:
            continue
        described = (meta.get("genetic_alteration_type", "").upper(), meta.get("datatype", "").upper())
        data = folder / meta["data_filename"]
        named.add(data.name)
        yield Part(data, _KINDS.get(described), " ".join(described))
    for name, kind in _USUAL_NAMES.items():
        if name not in named and (folder / name).is_file():
            yield Part(folder / name, kind, kind)


def _meta(path: Path) -> dict[str, str]:
    """The ``key: value`` lines of a meta file; nothing where there is no such file."""
    if not path.is_file():
        return {}
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return {key.strip(): value.strip() for key, colon, value in (line.partition(":") for line in lines) if colon}
