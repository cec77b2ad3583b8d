"""Read files and folders of any known format into one cohort."""

from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import duckdb

from tumorprofil.cohort import freeze
from tumorprofil.cohort.cohort import Cohort
from tumorprofil.errors import ReadError, Refusal, UsageError
from tumorprofil.formats import layout as layouts
from tumorprofil.formats.layout import Layout, Options
from tumorprofil.formats.source import Source, open_source
from tumorprofil.formats.staging import Staging
from tumorprofil.terms import tumour_type as tumour_types
from tumorprofil.terms.language import translate

# Asked in this order; the first that recognises a file reads it.
READERS = ("tso500", "all_fusions", "vcf", "maf", "clinical")
BUILDS = ("GRCh37", "GRCh38")
# Files that accompany data and hold none.
_BESIDE = {"cohort.toml", "readme.md", "readme.txt", "readme", "license", "license.md", "license.txt"}


def read(
    paths: str | Path | Iterable[str | Path],
    *,
    preset: str | None = None,
    tumour_type: str | None = None,
    tumour_sample: str | None = None,
    build: str | None = None,
    config: str | Path | None = None,
    keep_going: bool = False,
    strict: bool = True,
) -> Cohort:
    """Read files or folders, formats detected by content, into a cohort; or open one freeze.

    A bad value becomes unknown and is listed in `Cohort.refusals`. A bad row or file stops the read with
    ReadError and nothing is taken in, unless `keep_going` is set or `strict` is not: then all that can be
    read is, and the rest is listed. Raises UsageError for an option that cannot be meant.

    >>> cohort = read("../shared/data/tcga", preset="tcga")  # doctest: +SKIP
    """
    _check_options(tumour_type, build)
    given = [Path(path) for path in ([paths] if isinstance(paths, str | Path) else paths)]
    if any(freeze.is_freeze(path) for path in given):
        if len(given) > 1:
            raise UsageError(translate("A freeze is read by itself; name no other file or folder beside it."))
        if preset or tumour_type or tumour_sample or build or config:
            raise UsageError(
                translate("A freeze keeps how its files were read; --preset, --tumour-type and the like go with files.")
            )
        return freeze.attach(given[0])
    staging = Staging(keep_going=keep_going or not strict)
    if not given:
        raise UsageError(translate("Nothing to read: name at least one file or folder."))
    before = 0
    for root in given:
        layout = _layout(root, preset, config)
        options = Options(layout, tumour_type, tumour_sample, build, staging.keep_going)
        before += _read_root(root, staging, options)
    if not before and not staging.refusals:
        raise ReadError(
            [
                Refusal(
                    ", ".join(map(str, given)),
                    "file",
                    translate("no file that can be read"),
                    translate("Give VCF, MAF, TSO500, cBioPortal or clinical tables."),
                )
            ]
        )
    return staging.finish()


def _check_options(tumour_type: str | None, build: str | None) -> None:
    if build is not None and build not in BUILDS:
        raise UsageError(
            translate("The build {build} is unknown; use {known}.").format(build=build, known=" / ".join(BUILDS))
        )
    if tumour_type is not None and not tumour_types.is_known(tumour_type):
        raise UsageError(
            translate("{code} is no OncoTree code (version of 2021-11-02), such as LUAD.").format(code=tumour_type)
        )


def _layout(root: Path, preset: str | None, config: str | Path | None) -> Layout:
    if preset is not None and config is not None:
        raise UsageError(translate("Use either --preset or --config, not both."))
    if preset is not None:
        return layouts.preset(preset)
    if config is not None:
        return layouts.load_layout(Path(config))
    folder = root if root.is_dir() else root.parent
    return layouts.layout_for(folder) or Layout()


def _read_root(root: Path, staging: Staging, options: Options) -> int:
    cbioportal = _reader("cbioportal")
    if root.is_dir() and cbioportal.recognises_folder(root):
        cbioportal.read_folder(root, staging, options)
        return 1
    count = 0
    for path in files_under(root):
        count += 1
        _read_file(path, staging, options)
    return count


def files_under(root: Path) -> Iterator[Path]:
    if not root.is_dir():
        yield root
        return
    for path in sorted(root.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
        if path.is_file() and not hidden and path.name.lower() not in _BESIDE:
            yield path


def _read_file(path: Path, staging: Staging, options: Options) -> None:
    try:
        source = open_source(path)
    except ReadError as error:
        for refusal in error.refusals:
            staging.refuse(refusal)
        return
    try:
        reader = recognise(source, options.layout)
        if reader is None:
            staging.refuse(
                source.refusal(
                    translate("the format is not recognised"),
                    translate("Give VCF, MAF, TSO500, cBioPortal or clinical tables."),
                )
            )
            return
        reader.read(source, staging, options)
    except duckdb.Error as error:
        # The readers name what they know; what is left is a file that the engine cannot scan.
        staging.refuse(
            source.refusal(
                translate("the file cannot be read to its end"),
                translate("Check that it is whole and of one format."),
                found=str(error).splitlines()[0],
            )
        )
    finally:
        if source.readable != source.path:
            source.readable.unlink(missing_ok=True)


def recognise(source: Source, layout: Layout = layouts.DEFAULT) -> ModuleType | None:
    """The reader for this file by its content, or None. Headings that only the layout knows make a clinical table."""
    found = next((reader for name in READERS if (reader := _reader(name)).recognises(source)), None)
    clinical = _reader("clinical")
    return found or (clinical if layout.columns and clinical.recognises(source, layout) else None)


def _reader(name: str) -> ModuleType:
    return import_module(f"tumorprofil.formats.{name}")
