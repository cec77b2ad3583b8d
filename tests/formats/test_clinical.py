"""Clinical tables: headings and values in two languages, refusals with their place, and the real TCGA tables."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tumorprofil.cohort.cohort import Cohort
from tumorprofil.cohort.engine import workspace
from tumorprofil.errors import ReadError
from tumorprofil.formats import clinical
from tumorprofil.formats.cells import reading
from tumorprofil.formats.layout import DEFAULT, Layout, Options
from tumorprofil.formats.source import open_source
from tumorprofil.formats.staging import Staging


def read(path: Path, layout: Layout = DEFAULT, keep_going: bool = False) -> Cohort:
    staging = Staging(keep_going)
    clinical.read(open_source(path), staging, Options(layout, keep_going=keep_going))
    return staging.finish()


def table(folder: Path, text: str, name: str = "klinik.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def rows(cohort: Cohort, query: str) -> list[dict[str, Any]]:
    return [{key: value for key, value in row.items() if value is not None} for row in cohort.arrow(query).to_pylist()]


def places(cohort: Cohort) -> list[tuple[int | None, str | None, str | None]]:
    return [(refusal.line, refusal.column, refusal.found) for refusal in cohort.refusals]


def value(column: str, cell: str, layout: Layout = DEFAULT) -> Any:
    asked = f"SELECT {reading(column, layout).of('cell')} FROM (SELECT ? AS cell)"
    found = workspace().execute(asked, [cell]).fetchone()
    assert found is not None
    return found[0]


DANISH = """Patient-ID;Køn;Fødselsdato;Alder;Diagnose;Morfologi;OncoTree;Stadie;PS;PS dato;Center;Antal linjer;Samtykke
P1;mand;03.04.1950;73,5;DC341M;M81403;luad;IV;1;2024-01-31;Aalborg;2;ja
P2;kvinde;31-12-1960;63;DC509;8500/3;BRCA;ukendt;ikke udført;01-02-2024;Odense;FOLFOX|FOLFIRI;nej
"""
ENGLISH = """patient_id\tsex\tdob\tage\ticd10\tmorphology\toncotree\tstage\tECOG\tps_date\tcentre\tlines\tconsent
P1\tmale\t1950-04-03\t73.5\tC34.1\t8140/3\tLUAD\tIV\t1\t2024-01-31\tAalborg\t2\tyes
P2\tfemale\t1960-12-31\t63\tC50.9\t8500/3\tBRCA\tunknown\tnot done\t2024-02-01\tOdense\tFOLFOX;FOLFIRI\tno
"""
TABLES = ("patient", "diagnosis", "performance_status", "treatment_line", "consent")


def contents(cohort: Cohort) -> dict[str, list[dict[str, Any]]]:
    reported = {"performance_status": "SELECT * EXCLUDE (reported) FROM performance_status ORDER BY ALL"}
    return {name: rows(cohort, reported.get(name, f"SELECT * FROM {name} ORDER BY ALL")) for name in TABLES}


def test_a_danish_table_and_its_english_twin_say_the_same(tmp_path: Path) -> None:
    danish, english = read(table(tmp_path, DANISH)), read(table(tmp_path, ENGLISH, "clinical.tsv"))
    assert danish.refusals == english.refusals == ()
    assert contents(danish) == contents(english)
    assert rows(danish, "SELECT * FROM patient ORDER BY 1")[0] == {
        "patient_id": "P1",
        "sex": "male",
        "birth_date": date(1950, 4, 3),
        "centre": "Aalborg",
    }
    assert rows(
        danish, "SELECT icd10, morphology, oncotree, age_at_diagnosis, stage_status FROM diagnosis ORDER BY 1"
    ) == [
        dict(zip(("icd10", "morphology", "oncotree", "age_at_diagnosis", "stage_status"), said, strict=True))
        for said in (("C34.1", "8140/3", "LUAD", 73.5, "known"), ("C50.9", "8500/3", "BRCA", 63.0, "unknown"))
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
def test_the_encoding_does_not_change_what_is_read(tmp_path: Path, encoding: str) -> None:
    path = table(tmp_path, DANISH, encoding=encoding)
    assert clinical.recognises(open_source(path))
    assert contents(read(path)) == contents(read(table(tmp_path, DANISH, "plain.csv")))


def test_a_latin_1_letter_far_down_decides_the_encoding(tmp_path: Path) -> None:
    many = "".join(f"P{number};mand;{'x' * 200}\n" for number in range(2000))
    path = table(tmp_path, f"Patient;Sex;Histologi\n{many}Q;kvinde;småcellet\n", encoding="latin-1")
    cohort = read(path)
    assert rows(cohort, "SELECT histology FROM diagnosis WHERE patient_id = 'Q'") == [{"histology": "småcellet"}]


def test_a_workbook_reads_like_the_text_table(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "klinik.xlsx",
        [
            ["Udtræk 2024"],
            ["Patient", "Køn", "Alder", "PS", "Dødsdato"],
            ["P1", "mand", 61, 1, "2024-05-01"],
            ["P2", "kvinde", 0.5, "YES", None],
        ],
    )
    source = open_source(path)
    assert clinical.recognises(source)
    cohort = read(path)
    assert rows(cohort, "SELECT patient_id, sex, death_date FROM patient ORDER BY 1") == [
        {"patient_id": "P1", "sex": "male", "death_date": date(2024, 5, 1)},
        {"patient_id": "P2", "sex": "female"},
    ]
    assert places(cohort) == [(4, "PS", "YES")]


def test_a_workbook_that_cannot_be_opened_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "broken.xlsx"
    path.write_bytes(b"PK\x03\x04 and then nothing")
    with pytest.raises(ReadError, match="workbook cannot be opened"):
        read(path)


def test_variants_and_prose_are_not_clinical_tables(tmp_path: Path) -> None:
    maf = "Hugo_Symbol\tTumor_Sample_Barcode\tVariant_Classification\tsex\nEGFR\tS1\tSilent\tF\n"
    assert not clinical.recognises(open_source(table(tmp_path, maf, "a.maf")))
    assert not clinical.recognises(open_source(table(tmp_path, "Dear patient, your age\nis no table.\n", "a.txt")))


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("performance_status.ecog", "YES"),
        ("performance_status.ecog", "pT2a"),
        ("performance_status.ecog", "6"),
        ("performance_status.ecog", "0-1"),
        ("performance_status.ecog", "100"),
        ("performance_status.karnofsky", "85"),
        ("performance_status.karnofsky", "110"),
        ("performance_status.lansky", "-10"),
        ("diagnosis.diagnosis_date", "2099-99-99"),
        ("diagnosis.diagnosis_date", "2999-01-01"),
        ("diagnosis.diagnosis_date", "31.02.2020"),
        ("diagnosis.diagnosis_date", "03/04/2020"),
        ("diagnosis.diagnosis_date", "1.2.20"),
        ("diagnosis.age_at_diagnosis", "-1"),
        ("diagnosis.age_at_diagnosis", "121"),
        ("diagnosis.age_at_diagnosis", "Trigone"),
        ("diagnosis.icd10", "Lunge"),
        ("diagnosis.topography", "T28000"),
        ("diagnosis.morphology", "814"),
        ("diagnosis.oncotree", "LUNGE"),
        ("diagnosis.diagnosis_year", "62"),
        ("patient.sex", "x"),
        ("specimen.tumour_cell_percentage", "<5"),
        ("treatment_line.lines", "-1"),
        ("treatment_line.lines", "31"),
    ],
)
def test_what_is_no_value_is_none(column: str, cell: str) -> None:
    assert value(column, cell) is None


@pytest.mark.parametrize(
    ("column", "cell", "meant"),
    [
        ("performance_status.ecog", "ECOG 2", 2),
        ("performance_status.ecog", "1,0", 1),
        ("performance_status.ecog", "5", 5),
        ("performance_status.karnofsky", "80 %", 80),
        ("performance_status.lansky", "100", 100),
        ("diagnosis.diagnosis_date", "31.12.2020", date(2020, 12, 31)),
        ("diagnosis.diagnosis_date", "1-2-2020", date(2020, 2, 1)),
        ("diagnosis.diagnosis_date", "25/12/2020", date(2020, 12, 25)),
        ("diagnosis.diagnosis_date", "12/25/2020", date(2020, 12, 25)),
        ("diagnosis.diagnosis_date", "2020-02-29T10:30:00", date(2020, 2, 29)),
        ("diagnosis.age_at_diagnosis", "0", 0.0),
        ("diagnosis.age_at_diagnosis", "61,5", 61.5),
        ("diagnosis.icd10", "DC341M", "C34.1"),
        ("diagnosis.icd10", "DC209X", "C20.9"),
        ("diagnosis.icd10", "DD051", "D05.1"),
        ("diagnosis.icd10", "D05.1", "D05.1"),
        ("diagnosis.icd10", "c61", "C61"),
        ("diagnosis.icd10", "C50.919", "C50.919"),
        ("diagnosis.topography", "C341", "C34.1"),
        ("diagnosis.morphology", "M81403", "8140/3"),
        ("diagnosis.oncotree", "luad", "LUAD"),
        ("patient.sex", "Pige", "female"),
        ("patient.vital_status", "1:DECEASED", "dead"),
        ("treatment_line.lines", "0", []),
        ("treatment_line.lines", "2", [None, None]),
        ("treatment_line.lines", "A | B", ["A", "B"]),
        ("consent.board", "Ukendt", "not_clarified"),
        ("biomarker.MSI", "MSI-H", "high"),
        ("biomarker.TMB", "12,5", "12.5"),
    ],
)
def test_what_is_written_means(column: str, cell: str, meant: object) -> None:
    assert value(column, cell) == meant


def test_a_date_with_slashes_follows_the_order_that_is_told() -> None:
    assert value("diagnosis.diagnosis_date", "03/04/2020", Layout(date_order="dmy")) == date(2020, 4, 3)
    assert value("diagnosis.diagnosis_date", "03/04/2020", Layout(date_order="mdy")) == date(2020, 3, 4)


@given(st.dates(date(1900, 1, 1), date(2024, 12, 31)))
def test_every_date_is_read_back_from_its_iso_and_danish_forms(day: date) -> None:
    for form in ("%Y-%m-%d", "%d.%m.%Y", "%d-%m-%Y"):
        assert value("patient.birth_date", day.strftime(form)) == day


@given(st.text(max_size=12))
def test_ecog_is_empty_or_zero_to_five_whatever_is_written(cell: str) -> None:
    assert value("performance_status.ecog", cell) in (None, 0, 1, 2, 3, 4, 5)


def test_a_refused_cell_is_listed_with_its_line_past_blank_lines_and_line_breaks_in_cells(tmp_path: Path) -> None:
    text = 'Patient;Histologi;PS\nP1;"to\nlinjer";1\n\nP2;a;YES\n'
    cohort = read(table(tmp_path, text))
    assert places(cohort) == [(5, "PS", "YES")]
    assert str(cohort.refusals[0]).startswith(f"{tmp_path / 'klinik.csv'}:5, PS: ")
    assert rows(cohort, "SELECT value_status, reported FROM performance_status WHERE patient_id = 'P2'") == [
        {"value_status": "unknown", "reported": "YES"}
    ]


def test_unknown_not_done_and_not_relevant_stay_apart_and_empty_says_nothing(tmp_path: Path) -> None:
    cohort = read(table(tmp_path, "Patient,ECOG\nA,ukendt\nB,ikke udført\nC,ikke relevant\nD,\nE,NA\n"))
    assert cohort.refusals == ()
    assert rows(cohort, "SELECT patient_id, value_status FROM performance_status ORDER BY 1") == [
        {"patient_id": "A", "value_status": "unknown"},
        {"patient_id": "B", "value_status": "not_done"},
        {"patient_id": "C", "value_status": "not_relevant"},
    ]
    assert cohort.count("patient") == 5


def test_rows_of_one_person_that_differ_are_ambiguous_and_the_value_is_unknown(tmp_path: Path) -> None:
    cohort = read(table(tmp_path, "Patient,Sex,Age,ECOG\nA,F,50,1\nA,M,50,2\nA,ukendt,50,\n"))
    assert places(cohort) == [(3, "Sex", "M"), (3, "ECOG", "2")]
    assert rows(cohort, "SELECT * FROM patient") == [{"patient_id": "A"}]
    assert rows(cohort, "SELECT value_status FROM performance_status") == [{"value_status": "unknown"}]
    assert rows(cohort, "SELECT age_at_diagnosis FROM diagnosis") == [{"age_at_diagnosis": 50.0}]


def test_a_known_value_beats_an_unknown_one_of_the_same_person(tmp_path: Path) -> None:
    cohort = read(table(tmp_path, "Patient,Sex,ECOG\nA,ukendt,ukendt\nA,F,1\n"))
    assert cohort.refusals == ()
    assert rows(cohort, "SELECT sex FROM patient") == [{"sex": "female"}]
    assert rows(cohort, "SELECT value, value_status FROM performance_status") == [{"value": 1, "value_status": "known"}]


def test_measurements_of_different_days_need_not_agree(tmp_path: Path) -> None:
    cohort = read(table(tmp_path, "Patient,ECOG,ps_date\nA,1,2024-01-01\nA,2,2024-06-01\n"))
    assert cohort.refusals == ()
    assert cohort.count("performance_status") == 2


def test_a_row_without_a_person_stops_the_read_and_keep_going_passes_it_over(tmp_path: Path) -> None:
    path = table(tmp_path, "Patient,Sex\nA,F\n,M\n")
    with pytest.raises(ReadError, match=r":3: no person named"):
        read(path)
    assert read(path, keep_going=True).count("patient") == 1


@pytest.mark.parametrize("row", ["A,F,1", "A"])
def test_a_row_with_another_number_of_cells_stops_the_read(tmp_path: Path, row: str) -> None:
    with pytest.raises(ReadError, match=r":3: too (few|many) cells"):
        read(table(tmp_path, f"Patient,Sex\nB,M\n{row}\n"))


def test_a_quotation_mark_that_is_never_closed_stops_the_read(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r":3: a quotation mark"):
        read(table(tmp_path, 'Patient,Sex\nA,F\n"B,M\nC,F\n'))


def test_a_quotation_mark_inside_a_plain_cell_is_a_letter(tmp_path: Path) -> None:
    cohort = read(table(tmp_path, 'Patient,Sex,Histologi\nA,F,5" knude\nB,M,x\n'))
    assert rows(cohort, "SELECT histology FROM diagnosis ORDER BY 1") == [{"histology": '5" knude'}, {"histology": "x"}]


def test_samples_become_profiles_of_their_person(tmp_path: Path) -> None:
    cohort = read(
        table(
            tmp_path,
            "patient_id,sample_id,sex,report_date,assay,TMB,oncotree\n"
            "A,A-1,F,2024-02-01,TSO500,high,LUAD\nA,A-2,F,2024-03-01,WGS,4.5,LUAD\n",
        )
    )
    assert rows(cohort, "SELECT profile_id, patient_id, assay, tumour_type FROM profile ORDER BY 1") == [
        {"profile_id": "A-1", "patient_id": "A", "assay": "TSO500", "tumour_type": "LUAD"},
        {"profile_id": "A-2", "patient_id": "A", "assay": "WGS", "tumour_type": "LUAD"},
    ]
    assert rows(cohort, "SELECT profile_id, value, status FROM biomarker ORDER BY 1") == [
        {"profile_id": "A-1", "status": "high"},
        {"profile_id": "A-2", "value": 4.5},
    ]
    assert cohort.count("patient") == 1


def test_a_sample_of_two_persons_stops_the_read(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="another person"):
        read(table(tmp_path, "patient_id,sample_id,sex\nA,S,F\nB,S,M\n"))


def test_headings_that_only_the_layout_knows_are_read(tmp_path: Path) -> None:
    path = table(tmp_path, "Lbnr;K1;K2\n7;2;neo\n")
    layout = Layout(
        columns={
            "patient.patient_id": ("Lbnr",),
            "performance_status.ecog": ("K1",),
            "diagnosis.disease_setting": ("K2",),
        },
        values={"diagnosis.disease_setting": {"neo": "early"}},
    )
    assert not clinical.recognises(open_source(path))
    assert clinical.recognises(open_source(path), layout)
    cohort = read(path, layout)
    assert rows(cohort, "SELECT value FROM performance_status") == [{"value": 2}]
    assert rows(cohort, "SELECT disease_setting FROM diagnosis") == [{"disease_setting": "early"}]


def workbook(path: Path, cells: list[list[object]]) -> Path:
    """The smallest XLSX that holds these cells."""
    from zipfile import ZipFile

    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    lines = "".join(
        "<row>"
        + "".join(
            f"<c><v>{cell}</v></c>"
            if isinstance(cell, int | float)
            else f'<c t="inlineStr"><is><t>{cell or ""}</t></is></c>'
            for cell in row
        )
        + "</row>"
        for row in cells
    )
    with ZipFile(path, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="xml" '
            'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
            f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
            '<sheet name="Ark1" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
            f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/worksheets/sheet1.xml", f'<worksheet xmlns="{main}"><sheetData>{lines}</sheetData></worksheet>'
        )
    return path
