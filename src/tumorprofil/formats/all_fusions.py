"""TruSight Oncology 500 AllFusions.csv: every fusion that the callers saw in one RNA sample, kept or not.

The file names no sample: the profile takes the name before ``AllFusions`` in the file's name, or the option for
the tumour sample. `KeepFusion` is the pipeline's own decision and stands in the report of the pair; a row that it
did not keep is in the cohort with the callers' filter and never passes. As CombinedVariantOutput counts them,
supporting reads are the split and the paired reads without duplicates.
"""

import csv
import re

from tumorprofil.errors import Refusal
from tumorprofil.formats import fusion_genes
from tumorprofil.formats.fusion_genes import Finding
from tumorprofil.formats.layout import Options
from tumorprofil.formats.source import Source
from tumorprofil.formats.staging import Staging
from tumorprofil.formats.tso500_sections import Cells, Row
from tumorprofil.terms.language import translate

NAME = "all_fusions"

_HEADINGS = ("Gene A", "Gene B", "Gene A Breakpoint", "Gene B Breakpoint", "Filter", "KeepFusion",
             "Alt Split Dedup", "Alt Pair Dedup")
_EMPTY = ("", "N/A", "NA")
_NAMED = re.compile(r"(?i)(.+?)[-_. ]*AllFusions\b.*")
_KEPT = {"true": True, "false": False}
# Stands where a caller names no filter for a call that was not kept.
_NOT_KEPT = "NotKept"


def recognises(source: Source) -> bool:
    """True where the first line that is no comment has the headings of the list."""
    heading = next((line for line in source.head if line.strip() and not line.startswith("#")), "")
    return {"Gene A", "Gene B", "KeepFusion"} <= set(heading.split(","))


def read(source: Source, staging: Staging, options: Options) -> None:
    """Read one list into a patient, a profile and its fusions. Controls are noted, never taken in."""
    named = _NAMED.fullmatch(source.path.name)
    sample = options.tumour_sample or (named.group(1) if named else "")
    if not sample:
        staging.refuse(source.refusal(translate("the file names no sample"), translate(
            "Call it SAMPLE_AllFusions.csv, or give --tumour-sample.")))
        return
    if options.layout.is_control(sample):
        staging.notes.append(translate("{file}: {sample} is a control, not a patient").format(
            file=source.name, sample=sample))
        return
    rows = _rows(source, staging)
    if rows is None:
        return
    cells = Cells(source.name, staging.refuse)
    _add_profile(source, sample, staging, options)
    fusion_genes.add([_finding(row, sample, cells) for row in rows], staging)


def _rows(source: Source, staging: Staging) -> list[Row] | None:
    """The rows of the list; None where the headings lack something. Rows of another length are refused."""
    rows = []
    headings: list[str] = []
    for number, line in enumerate(source.lines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        found = next(csv.reader([line]))
        if not headings:
            headings = found
            missing = [name for name in _HEADINGS if name not in headings]
            if missing:
                staging.refuse(source.refusal(
                    translate("missing headings {missing}").format(missing=", ".join(missing)),
                    translate("The headings of an AllFusions.csv."), line=number))
                return None
        elif len(found) != len(headings):
            staging.refuse(Refusal(source.name, "row", translate("{found} cells").format(found=len(found)), translate(
                "{wanted} cells; the file may be cut off.").format(wanted=len(headings)), line=number))
        else:
            rows.append(Row(number, {name: cell for name, cell in zip(headings, found, strict=True)
                                     if cell not in _EMPTY}))
    return rows


def _add_profile(source: Source, sample: str, staging: Staging, options: Options) -> None:
    layout = options.layout
    patient, centre = layout.patient(sample), layout.centre_of(sample)
    tumour_type = options.tumour_type or layout.tumour_type(source.path)
    staging.add_rows("patient", [{"patient_id": patient, "centre": centre}])
    staging.add_rows("profile", [{
        "profile_id": sample,
        "patient_id": patient,
        "centre": centre,
        "assay": "TSO500",
        "analyte": "rna",
        "build": options.build or layout.build or "GRCh37",
        "tumour_only": True,
        "tumour_type": tumour_type,
        "tumour_type_basis": "option" if options.tumour_type else "file" if tumour_type else None,
        "source_file": source.name,
        "source_format": NAME,
    }])


def _finding(row: Row, sample: str, cells: Cells) -> Finding:
    kept = cells.value(row, "KeepFusion", lambda text: _KEPT[_one_of(text.lower(), _KEPT)], "True / False.")
    reads = [number for number in (cells.count(row, "Alt Split Dedup"), cells.count(row, "Alt Pair Dedup"))
             if number is not None]
    written = row.cells.get("Filter", "PASS")
    first, second = row.cells.get("Gene A", ""), row.cells.get("Gene B")
    return fusion_genes.finding(
        sample, (first, second), (cells.place(row, "Gene A Breakpoint"), cells.place(row, "Gene B Breakpoint")),
        reads=sum(reads) if reads else None,
        passed="PASS" if kept else _NOT_KEPT if written == "PASS" else written,
        # Both ends in one gene: a transcript that skips a part of it.
        kind="splice" if first == second else "fusion")


def _one_of(text: str, known: dict[str, bool]) -> str:
    if text not in known:
        raise ValueError(text)
    return text
