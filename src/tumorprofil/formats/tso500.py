"""TruSight Oncology 500 CombinedVariantOutput: one DNA–RNA pair's report from Illumina's Local App.

Layout as written by Local App 2.2, whose coordinates are hg19: the file names no build, so GRCh37 is taken
unless the user or the layout says otherwise. The report lists only calls that passed the pipeline's filters.
It is made from the tumour alone, germline calls included.

Laboratories write the two halves of a pair into one file or two, and the same half more than once. Sections
that say the same are taken once; an empty section says nothing beside a filled one (the format writes NA both
for "none found" and for "not analysed"), which is noted; sections that contradict each other are refused.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tumorprofil.errors import Refusal
from tumorprofil.formats import fusion_genes, tso500_findings
from tumorprofil.formats import tso500_sections as form
from tumorprofil.formats.layout import Options
from tumorprofil.formats.source import Source
from tumorprofil.formats.staging import Staging
from tumorprofil.formats.tso500_sections import Cells, Row, Section
from tumorprofil.terms.cut_off import cut_off
from tumorprofil.terms.language import translate

NAME = "tso500"

_TITLE = "Combined Variant Output"
_TITLED_WITHIN_LINES = 5
_ANALYSED_IN = {"DNA Sample ID": ("TMB", "MSI", "Gene Amplifications", "Small Variants"),
                "RNA Sample ID": ("Splice Variants", "Fusions")}


_FINDINGS = {
    "Small Variants": tso500_findings.small_variants,
    "Gene Amplifications": tso500_findings.amplifications,
    "Splice Variants": tso500_findings.splice_variants,
}


@dataclass(frozen=True, slots=True)
class Report:
    """One file: its sections by name, and the names of pair and samples ("" where not given)."""

    source: Source
    sections: dict[str, Section]
    pair: str
    samples: dict[str, str]

    def key(self, section: str, name: str) -> Row:
        """One key of a section, as a row of one cell, or of none where it is not given."""
        found = self.sections[section].keys() if section in self.sections else {}
        return found.get(name, Row(0, {}))


def recognises(source: Source) -> bool:
    """True where the title stands in the first lines, or the sections of the report do."""
    lines = [line.strip() for line in source.head]
    titled = any(_TITLE in line for line in lines[:_TITLED_WITHIN_LINES])
    return titled or {"[Analysis Details]", "[TMB]", "[MSI]"} <= set(lines)


def read(source: Source, staging: Staging, options: Options) -> None:
    """Read one report into patient, profile, biomarkers and findings. Controls are noted, never taken in."""
    with source.open() as handle:
        text = handle.read().decode(source.encoding, errors="replace").lstrip("\ufeff").replace("\r\n", "\n")
    found = form.split_sections(text)
    report = _report(source, found)
    if _is_control(report, options):
        staging.notes.append(translate("{file}: {sample} is a control, not a patient").format(
            file=source.name, sample=report.pair or ", ".join(filter(None, report.samples.values()))))
        return
    refusals = [*form.problems(source.name, text, found), *_identity_problems(report, options)]
    for refusal in refusals:
        staging.refuse(refusal)
    if any(refusal.extent == "file" for refusal in refusals):
        return
    broken = {refusal.line for refusal in refusals}
    new = _new_sections(report, staging)
    if new is None:
        return
    cells = Cells(source.name, staging.refuse)
    _add_profile(report, cells, staging, options)
    _add_biomarkers(report, new, cells, staging)
    for name in new & _FINDINGS.keys():
        rows = [row for row in report.sections[name].rows() if row.line not in broken]
        staging.add_rows("finding", _FINDINGS[name](rows, report.pair, cells))
    if "Fusions" in new:
        rows = [row for row in report.sections["Fusions"].rows() if row.line not in broken]
        fusion_genes.add(tso500_findings.fusions(rows, report.pair, cells), staging)


def _report(source: Source, sections: list[Section]) -> Report:
    by_name = {section.name: section for section in sections}
    details = by_name["Analysis Details"].keys() if "Analysis Details" in by_name else {}
    named = {key: details[key].cells[key] if key in details else "" for key in ("Pair ID", *_ANALYSED_IN)}
    return Report(source, by_name, named.pop("Pair ID"), named)


def _is_control(report: Report, options: Options) -> bool:
    samples = [sample for sample in report.samples.values() if sample]
    return options.layout.is_control(report.pair) or (bool(samples) and all(map(options.layout.is_control, samples)))


def _identity_problems(report: Report, options: Options) -> Iterator[Refusal]:
    details = report.sections.get("Analysis Details")
    if not report.pair:
        yield report.source.refusal(translate("no Pair ID"), translate("[Analysis Details] names the Pair ID."),
                                    line=details.line if details else None)
    elif not any(report.samples.values()):
        yield report.source.refusal(translate("neither a DNA nor an RNA sample"), translate(
            "[Analysis Details] names at least one; the file may be cut off."), line=details.line if details else None)
    for key, sample in report.samples.items():
        if sample and options.layout.is_control(sample):
            yield report.source.refusal(translate("the pair of a patient holds a control"), translate(
                "Take the control out, or set control_pattern in cohort.toml."), column=key, found=sample)
        lacking = [name for name in _ANALYSED_IN[key] if sample and name not in report.sections]
        if lacking:
            yield report.source.refusal(translate("section {missing} is missing; the file may be cut off").format(
                missing=", ".join(f"[{name}]" for name in lacking)), translate(
                "All sections of what was sequenced; ask for the whole file."))


def _new_sections(report: Report, staging: Staging) -> set[str] | None:
    """Sections that no other file of the pair has brought; None where one contradicts this file."""
    staging.connection.execute(
        "CREATE TABLE IF NOT EXISTS _tso500_section (pair VARCHAR, name VARCHAR, content VARCHAR, file VARCHAR)")
    rows = staging.connection.execute(
        "SELECT name, content, file FROM _tso500_section WHERE pair = ?", [report.pair]).fetchall()
    known: dict[str, tuple[str, str]] = {name: (content, file) for name, content, file in rows}
    said = _said(report)
    for name, content in said.items():
        before, file = known.get(name, ("", ""))
        if content and before and content != before:
            staging.refuse(report.source.refusal(
                translate("{name} of {pair} differs from {file}").format(name=name, pair=report.pair, file=file),
                translate("Keep the file that holds and leave the other out.")))
            return None
    for name, content in said.items():
        if name in known and name in form.TABLES and bool(content) != bool(known[name][0]):
            staging.notes.append(translate(
                "{pair}: [{name}] is empty in one of {file} and {other}; the filled one is taken").format(
                pair=report.pair, name=name, file=known[name][1], other=report.source.name))
    new = {name: content for name, content in said.items() if not known.get(name, ("",))[0]}
    for name, content in new.items():
        staging.connection.execute("DELETE FROM _tso500_section WHERE pair = ? AND name = ?", [report.pair, name])
        staging.connection.execute("INSERT INTO _tso500_section VALUES (?, ?, ?, ?)",
                                   [report.pair, name, content, report.source.name])
    return set(new) & set(report.sections)


def _said(report: Report) -> dict[str, str]:
    """What the file says of its pair: the samples, and every section that is filled or whose sample was analysed."""
    said = {key: sample for key, sample in report.samples.items() if sample}
    for key, names in _ANALYSED_IN.items():
        for name in names:
            content = report.sections[name].content() if name in report.sections else ""
            if content or report.samples[key]:
                said[name] = content
    return said


def _add_profile(report: Report, cells: Cells, staging: Staging, options: Options) -> None:
    layout = options.layout
    patient, centre = layout.patient(report.pair), layout.centre_of(report.pair)
    tumour_type = options.tumour_type or layout.tumour_type(report.source.path)
    version = report.key("Analysis Details", "Pipeline Version").cells.get("Pipeline Version")
    analytes = [name for name, key in (("dna", "DNA Sample ID"), ("rna", "RNA Sample ID")) if report.samples[key]]
    staging.add_rows("patient", [{"patient_id": patient, "centre": centre}])
    staging.add_rows("profile", [{
        "profile_id": report.pair,
        "patient_id": patient,
        "specimen_id": next(filter(None, report.samples.values()), None),
        "centre": centre,
        "assay": " ".join(filter(None, ("TSO500", version))),
        "analyte": "_".join(analytes) or "unknown",
        "build": options.build or layout.build or "GRCh37",
        "tumour_only": True,
        "report_date": cells.day(report.key("Analysis Details", "Output Date"), "Output Date"),
        "tumour_type": tumour_type,
        "tumour_type_basis": "option" if options.tumour_type else "file" if tumour_type else None,
        "source_file": report.source.name,
        "source_format": NAME,
    }])


def _add_biomarkers(report: Report, new: set[str], cells: Cells, staging: Staging) -> None:
    rows: list[tuple[str, float | None, str, str]] = []
    if "TMB" in new:
        burden = cells.measure(report.key("TMB", "Total TMB"), "Total TMB")
        if burden is not None:
            rows.append(("TMB", burden, "mutations/Mb", "high" if cut_off("tmb_high").met(burden) else "low"))
    if "MSI" in new:
        share = cells.measure(report.key("MSI", "Percent Unstable MSI Sites"), "Percent Unstable MSI Sites")
        sites = cells.count(report.key("MSI", "Usable MSI Sites"), "Usable MSI Sites")
        if share is not None or sites is not None:
            rows.append(("MSI", share, "% unstable sites", _msi_status(share, sites)))
    staging.add_rows("biomarker", [
        {"profile_id": report.pair, "name": name, "value": value, "unit": unit, "status": status,
         "status_basis": "cut_off", "method": "TSO500"} for name, value, unit, status in rows])


def _msi_status(share: float | None, sites: int | None) -> str:
    if share is None or sites is None or not cut_off("msi_usable_sites_tso500").met(sites):
        return "not_evaluable"
    return "high" if cut_off("msi_high_tso500").met(share) else "stable"
