"""cBioPortal's discrete copy number and structural variants, as findings.

Copy number: -2 deep deletion, -1 loss, 0 diploid, 1 gain, 2 amplification (-1.5 counts as deep deletion), genes in
rows and samples in columns, or one call a row. https://docs.cbioportal.org/file-formats/#discrete-copy-number-data,
https://docs.cbioportal.org/file-formats/#structural-variant-data
"""

from collections.abc import Iterable

from tumorprofil.errors import Refusal
from tumorprofil.formats.delimited import Table, bad_cells, literal, quoted, scan
from tumorprofil.formats.layout import Options
from tumorprofil.formats.source import Source
from tumorprofil.formats.staging import Staging
from tumorprofil.terms.language import translate

FORMAT = "cbioportal"

_CALLS = {"2": "amplification", "1": "gain", "-1": "loss", "-1.5": "deletion", "-2": "deletion"}
_NO_CALL = ("0", "")
_MISSING = ("", "NA", "N/A", "[Not Available]")
_BESIDE_SAMPLES = {"Hugo_Symbol", "Entrez_Gene_Id", "Cytoband", "Gene Symbol", "Locus ID"}
_BUILDS = {"grch37": "GRCh37", "hg19": "GRCh37", "37": "GRCh37", "grch38": "GRCh38", "hg38": "GRCh38", "38": "GRCh38"}


def read_copy_number(source: Source, staging: Staging, options: Options) -> None:
    """Read `data_cna.txt`, wide or long, into copy-number findings; genes without a change make none."""
    table = _table(source, staging, "Hugo_Symbol")
    if table is None:
        return
    long = {"Sample_Id", "Value"} <= set(table.headings)
    samples = [name for name in table.headings if name not in _BESIDE_SAMPLES and name]
    if not long and not samples:
        staging.refuse(
            source.refusal(
                translate("no samples among the headings"),
                translate("Genes in rows and samples in columns, or the headings Hugo_Symbol, Sample_Id and Value."),
            )
        )
        return
    calls = _calls(table, samples, long, rejects=True)
    mapped = f"map_extract_value(MAP([{_list(_CALLS)}], [{_list(_CALLS.values())}]), value)"
    staging.add(
        "finding",
        f"SELECT sample AS profile_id, 'copy_number' AS kind, gene AS gene_reported, "
        f"{mapped} AS copy_call, 'somatic' AS origin FROM {calls} "
        f"WHERE value IN ({_list(_CALLS)}) AND gene IS NOT NULL AND sample IS NOT NULL",
        size=source.size,
    )
    _refuse_broken(table, staging)
    _refuse_calls(table, samples, long, staging)
    if long:
        samples = [
            row[0]
            for row in staging.connection.execute(
                f'SELECT DISTINCT "Sample_Id" FROM {scan(table, text=True, keep_going=True)} '
                'WHERE "Sample_Id" IS NOT NULL ORDER BY 1'
            ).fetchall()
        ]
    _add_profiles(source, samples, staging, options, options.layout.build)


def _calls(table: Table, samples: list[str], long: bool, rejects: bool = False, numbered: bool = False) -> str:
    """SQL for one row a call: sample, gene, value (and the line)."""
    rows = scan(table, text=True, rejects=rejects, keep_going=not rejects, numbered=numbered)
    line = "line, " if numbered else ""
    if long:
        return f'(SELECT {line}"Sample_Id" AS sample, "Hugo_Symbol" AS gene, trim("Value") AS value FROM {rows})'
    columns = ", ".join(map(quoted, samples))
    wide = f'SELECT {line}"Hugo_Symbol" AS gene, {columns} FROM {rows}'
    return (
        f"(SELECT {line}sample, gene, trim(value) AS value FROM (SELECT * FROM ({wide}) "
        f"UNPIVOT (value FOR sample IN ({columns}))))"
    )


def _refuse_calls(table: Table, samples: list[str], long: bool, staging: Staging) -> None:
    known = _list([*_CALLS, *_NO_CALL])
    row = staging.connection.execute(
        f"SELECT count(*) FROM {_calls(table, samples, long)} WHERE value NOT IN ({known})"
    ).fetchone()
    if not row or not row[0]:
        return
    for line, sample, found in staging.connection.execute(
        f"SELECT line, sample, value FROM {_calls(table, samples, long, numbered=True)} "
        f"WHERE value NOT IN ({known}) ORDER BY line, sample LIMIT 200"
    ).fetchall():
        staging.refuse(
            Refusal(
                table.source.name,
                "value",
                translate("no discrete copy-number call"),
                translate("-2, -1, 0, 1, 2 or NA."),
                line=line,
                column="Value" if long else sample,
                found=found,
            )
        )


def read_structural_variants(source: Source, staging: Staging, options: Options) -> None:
    """Read `data_sv.txt`: two genes make a fusion, a duplication within one gene an internal tandem duplication, a
    deletion within one gene that RNA supports a splice finding. Other changes within one gene are counted in a note."""
    table = _table(source, staging, "Sample_Id", "Site1_Hugo_Symbol")
    if table is None:
        return
    cell = {name: quoted(name) for name in table.headings}
    first, second = "nullif(five, '')", "nullif(three, '')"
    event = f"upper({cell.get('Class', 'NULL')})"
    rna = f"lower({cell.get('RNA_Support', 'NULL')}) IN ('yes', 'true', '1')"
    reads = cell.get("Tumor_Variant_Count") or _sum(cell, "Tumor_Split_Read_Count", "Tumor_Paired_End_Read_Count")
    status = f"lower({cell.get('SV_Status', 'NULL')})"
    rows = scan(table, text=True, rejects=True)
    events = (
        f'SELECT *, "Site1_Hugo_Symbol" AS five, {cell.get("Site2_Hugo_Symbol", "NULL")} AS three, '
        f"{event} AS event, {rna} AS rna FROM {rows}"
    )
    kind = (
        f"CASE WHEN {first} <> {second} OR ({first} IS NULL) <> ({second} IS NULL) THEN 'fusion' "
        "WHEN event LIKE '%DUP%' THEN 'itd' WHEN event LIKE '%DEL%' AND rna THEN 'splice' END"
    )
    staging.connection.execute(f"CREATE OR REPLACE TEMP TABLE _structural AS SELECT *, {kind} AS kind FROM ({events})")
    _refuse_broken(table, staging)
    origin = f"CASE {status} WHEN 'germline' THEN 'germline' WHEN 'somatic' THEN 'somatic' ELSE 'unknown' END"
    position = f"TRY_CAST({cell.get('Site2_Position', 'NULL')} AS BIGINT)"
    chromosome = f"regexp_replace({cell.get('Site2_Chromosome', 'NULL')}, '^chr', '')"
    partner = f"CASE WHEN {first} <> {second} THEN {first} END"
    staging.add(
        "finding",
        f'SELECT "Sample_Id" AS profile_id, kind, coalesce({second}, {first}) AS gene_reported, '
        f"{partner} AS partner_reported, {chromosome} AS chromosome, {position} AS start_position, "
        f"TRY_CAST({reads} AS BIGINT) AS alternate_reads, {origin} AS origin "
        'FROM _structural WHERE kind IS NOT NULL AND "Sample_Id" IS NOT NULL '
        f"AND coalesce({first}, {second}) IS NOT NULL",
    )
    _note_the_rest(source, staging)
    samples = [
        row[0]
        for row in staging.connection.execute(
            'SELECT DISTINCT "Sample_Id" FROM _structural WHERE "Sample_Id" IS NOT NULL ORDER BY 1'
        ).fetchall()
    ]
    build = _build(source, cell.get("NCBI_Build"), staging, options)
    _add_profiles(source, samples, staging, options, build)
    staging.connection.execute("DROP TABLE _structural")


def _sum(cell: dict[str, str], *names: str) -> str:
    present = [f"coalesce(TRY_CAST({cell[name]} AS BIGINT), 0)" for name in names if name in cell]
    return f"nullif({' + '.join(present)}, 0)" if present else "NULL"


def _note_the_rest(source: Source, staging: Staging) -> None:
    row = staging.connection.execute("SELECT count(*) FROM _structural WHERE kind IS NULL").fetchone()
    if row and row[0]:
        staging.notes.append(
            translate(
                "{file}: {count} structural variants within one gene are neither duplication nor skipping: not used."
            ).format(file=source.name, count=row[0])
        )


def _build(source: Source, cell: str | None, staging: Staging, options: Options) -> str | None:
    if cell is None:
        return options.build or options.layout.build
    written = [
        row[0]
        for row in staging.connection.execute(
            f"SELECT DISTINCT {cell} FROM _structural WHERE {cell} IS NOT NULL"
        ).fetchall()
    ]
    builds = {_BUILDS.get(str(value).lower(), str(value)) for value in written}
    if len(builds) > 1 or (builds and options.build and builds != {options.build}):
        staging.refuse(
            source.refusal(
                translate("coordinates of another genome build"),
                translate("One file holds one build; the option --build must agree with it."),
                column="NCBI_Build",
                found=", ".join(sorted(builds)),
            )
        )
        return None
    return builds.pop() if builds else options.build or options.layout.build


def _table(source: Source, staging: Staging, *needed: str) -> Table | None:
    """The table with its headings, or None where one of the needed headings is not there (and refused)."""
    heading = next((number for number, line in enumerate(source.head) if line.strip() and not line.startswith("#")), 0)
    names = tuple(source.head[heading].split("\t")) if source.head else ()
    missing = [name for name in needed if name not in names]
    if missing:
        staging.refuse(
            source.refusal(
                translate("a heading is missing"),
                translate("The headings of cBioPortal's file formats."),
                line=heading + 1,
                column=", ".join(missing),
            )
        )
        return None
    return Table(source, names, heading + 1, {}, _MISSING)


def _refuse_broken(table: Table, staging: Staging) -> None:
    for refusal in bad_cells(staging.connection, table):
        staging.refuse(refusal)


def _add_profiles(
    source: Source, samples: Iterable[str], staging: Staging, options: Options, build: str | None
) -> None:
    layout = options.layout
    samples = list(samples)
    staging.add_rows(
        "profile",
        (
            {
                "profile_id": sample,
                "patient_id": layout.patient(sample),
                "centre": layout.centre_of(sample),
                "analyte": "dna",
                "build": build,
                "tumour_type": options.tumour_type,
                "tumour_type_basis": "option" if options.tumour_type else None,
                "source_file": source.name,
                "source_format": FORMAT,
            }
            for sample in samples
        ),
    )
    staging.add_rows("patient", [{"patient_id": person} for person in dict.fromkeys(map(layout.patient, samples))])


def _list(words: Iterable[str]) -> str:
    return ", ".join(map(literal, words))
