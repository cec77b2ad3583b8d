"""Variant Call Format 4.1 to 4.4: one row a place in the genome, a column a sample.

The header is read in Python; it turns into a grammar that the engine holds every record against and into one SELECT
that makes findings of them. Specifications: https://samtools.github.io/hts-specs/.
"""

import re
from os import SEEK_END
from typing import Literal

import duckdb

from tumorprofil.errors import Refusal
from tumorprofil.formats.layout import Options
from tumorprofil.formats.source import Source
from tumorprofil.formats.staging import Added, Staging
from tumorprofil.formats.vcf_annotation import annotation
from tumorprofil.formats.vcf_findings import finding_select
from tumorprofil.formats.vcf_grammar import grammar
from tumorprofil.formats.vcf_header import Header, builds, read_header, recognises_head
from tumorprofil.formats.vcf_records import Records, examine, list_faults
from tumorprofil.formats.vcf_samples import Samples, choose
from tumorprofil.terms.language import translate

NAME = "vcf"

_LISTED = 20


def recognises(source: Source) -> bool:
    """True for a file that begins as a VCF does, or holds a VCF's line of column names."""
    return recognises_head(source.head)


def read(source: Source, staging: Staging, options: Options) -> None:
    """Read one VCF into findings and one profile.

    A multi-allelic record gives a finding for each allele. Refused as files: no readable header, samples of which
    none is known to be the tumour, a build that contradicts the option. Refused as rows: columns missing, no position,
    alleles that are none. Refused as values: everything else that departs from the specification."""
    if source.encoding == "utf-16":
        staging.refuse(source.refusal(translate("the file is written in UTF-16"), translate("Save the file as UTF-8.")))
        return
    header = read_header(source)
    if isinstance(header, Refusal):
        staging.refuse(header)
        return
    for refusal in header.refusals:
        staging.refuse(refusal)
    samples, build = _samples(source, header, staging, options), _build(source, header, staging, options)
    if samples is None or build is False:
        return
    found, rules = annotation(header), grammar(header)
    try:
        records = examine(staging.connection, source, header, rules, found)
    except duckdb.Error as error:
        staging.refuse(
            source.refusal(
                translate("the file cannot be read to its end"),
                translate("Check that it is whole and of one encoding."),
                found=str(error).splitlines()[0],
            )
        )
        return
    if records.suspicious or records.broken_rows:
        for refusal in list_faults(staging.connection, source, header, rules, found, records):
            staging.refuse(refusal)
    if records.broken_rows and not (staging.keep_going or options.keep_going):
        return
    if records.total:
        added = staging.add("finding", finding_select(header, records, samples, found, options), size=source.size)
        _repeated(source, added, staging)
    _whole(source, header, staging)
    _profile(source, samples, build or None, staging, options)
    _notes(source, records, staging)


def _samples(source: Source, header: Header, staging: Staging, options: Options) -> Samples | None:
    stem = re.sub(r"(?i)(\.vcf)?(\.b?gz|\.bz2)?$", "", source.path.name)
    samples = choose(header, options, stem)
    if samples is None:
        names = ", ".join(header.samples)
        problem = (
            translate("no sample is called {sample}").format(sample=options.tumour_sample)
            if options.tumour_sample
            else translate("it is not said which sample is the tumour")
        )
        staging.refuse(
            source.refusal(
                problem,
                translate("Name it with --tumour-sample; the samples are {names}.").format(names=names),
                line=header.lines,
            )
        )
    return samples


def _build(source: Source, header: Header, staging: Staging, options: Options) -> str | Literal[False] | None:
    """The build of the coordinates, None where nobody says it, False where it was refused."""
    said = builds(header)
    if len(said) > 1 or (said and options.build and said != {options.build}):
        staging.refuse(
            source.refusal(
                translate("coordinates of another genome build"),
                translate("One file holds one build; the option --build must agree with it."),
                found=", ".join(sorted(said)),
            )
        )
        return False
    return next(iter(said), options.build or options.layout.build)


def _repeated(source: Source, added: Added, staging: Staging) -> None:
    """List changes that the file tells twice. They stay in: which of the two is meant nobody here can know."""
    change = "chromosome, start_position, reference_allele, alternate_allele"
    row = staging.connection.execute(f"SELECT count(*) - count(DISTINCT hash({change})) FROM {added.rows}").fetchone()
    if not row or not row[0]:
        return
    twice = staging.connection.execute(
        f"SELECT {change} FROM {added.rows} GROUP BY ALL HAVING count(*) > 1 ORDER BY ALL LIMIT {_LISTED}"
    ).fetchall()
    for chromosome, position, reference, alternate in twice:
        staging.refuse(
            source.refusal(
                translate("the same change twice"),
                translate("Each change in one record."),
                extent="value",
                found=f"{chromosome}:{position} {reference}>{alternate}",
            )
        )


def _whole(source: Source, header: Header, staging: Staging) -> None:
    # VCF 4.3, 1.1: every line ends; a file that was cut off while copying seldom ends at a line's end.
    if source.compression != "none" or header.version < "4.3":
        return
    with source.open() as handle:
        handle.seek(-1, SEEK_END)
        if handle.read(1) != b"\n":
            staging.refuse(
                source.refusal(
                    translate("the last line does not end"),
                    translate("Make sure that the file was not cut off."),
                    extent="value",
                )
            )


def _profile(source: Source, samples: Samples, build: str | None, staging: Staging, options: Options) -> None:
    layout = options.layout
    tumour_type = options.tumour_type or layout.tumour_type(source.path)
    tumour_only = layout.tumour_only
    if tumour_only is None and samples.has_normal is not None:
        tumour_only = not samples.has_normal
    patient = layout.patient(samples.name)
    staging.add_rows(
        "profile",
        [
            {
                "profile_id": samples.name,
                "patient_id": patient,
                "centre": layout.centre_of(samples.name),
                "analyte": "dna",
                "build": build,
                "tumour_only": tumour_only,
                "tumour_type": tumour_type,
                "tumour_type_basis": "option" if options.tumour_type else "file" if tumour_type else None,
                "source_file": source.name,
                "source_format": NAME,
            }
        ],
    )
    staging.add_rows("patient", [{"patient_id": patient}])


def _notes(source: Source, records: Records, staging: Staging) -> None:
    if not records.unusual:
        return
    row = staging.connection.execute(rf"""
        SELECT count_if(allele = '.'), count_if(regexp_matches(allele, '^<[^*]|[\[\]]|.\.|\..')
            AND allele NOT IN ('<NON_REF>', '<UNK>'))
        FROM (SELECT unnest(string_split("ALT", ',')) AS allele FROM {records.scan})""").fetchone()
    without, structural = row or (0, 0)
    if without:
        staging.notes.append(
            translate("{file}: {count} records name no alternate allele and were left out.").format(
                file=source.name, count=without
            )
        )
    if structural:
        staging.notes.append(
            translate(
                "{file}: {count} structural alleles without bases (such as <DEL> or breakends) were left out."
            ).format(file=source.name, count=structural)
        )
