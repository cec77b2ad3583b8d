"""VCF: what is refused, how far, and with which line."""

import contextlib
import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.formats.vcf_text import COLUMNS, READS, read_file, read_text, refusals, rows, vcf_text
from tumorprofil.errors import ReadError

GOOD = "1 100 . A T . PASS . GT:AD:DP 0/1:30,10:40"
LINE = len(READS) + 3


def changed(place: int, cell: str) -> str:
    cells = GOOD.split()
    cells[place] = cell
    return " ".join(cells)


@pytest.mark.parametrize(
    ("place", "cell"),
    [
        (0, "a,b"),
        (1, "x"),
        (1, "-5"),
        (1, "1.5"),
        (3, "AB"),
        (3, "."),
        (4, "R"),
        (4, "A,,T"),
        (4, "<DEL"),
        (4, "[1:5["),
    ],
)
def test_a_record_without_place_or_alleles_is_refused_whole_with_its_line(
    tmp_path: Path, place: int, cell: str
) -> None:
    found = refusals(tmp_path, vcf_text([GOOD, changed(place, cell)]))
    column = COLUMNS[1:].split("\t")[place]
    assert [(r.extent, r.line, r.column, r.found) for r in found if r.extent == "row"] == [
        ("row", LINE + 1, column, cell)
    ]


@pytest.mark.parametrize(
    ("place", "cell", "column"),
    [
        (2, "a;a", "ID"),
        (5, "high", "QUAL"),
        (5, "-1", "QUAL"),
        (6, "q10;q10", "FILTER"),
        (7, "DP=x", "INFO/DP"),
        (7, "DP=-1", "INFO/DP"),
        (7, "AC=1,2", "INFO/AC"),
        (7, "A=1;;B=2", "INFO"),
        (8, "GT::DP", "FORMAT"),
        (8, "AD:GT:DP", "FORMAT"),
        (9, "0/1:30:40", "S-1"),
        (9, "0/2:30,10:40", "S-1"),
        (9, "0/1:30,x:40", "S-1"),
        (9, "0/1:30,10:40:7", "S-1"),
    ],
)
def test_a_bad_value_is_listed_and_the_record_stays(tmp_path: Path, place: int, cell: str, column: str) -> None:
    staging = read_text(tmp_path, vcf_text([GOOD, changed(place, cell).replace(" 100 ", " 101 ")]))
    assert [(r.extent, r.line, r.column) for r in staging.refusals] == [("value", LINE + 1, column)]
    assert len(rows(staging)) == 2


def test_a_count_that_is_no_number_becomes_unknown(tmp_path: Path) -> None:
    staging = read_text(tmp_path, vcf_text(["1 100 . A T . PASS . GT:AD:DP 0/1:30,x:40"]))
    assert [(row["alternate_reads"], row["depth"]) for row in rows(staging)] == [(None, 40)]


@pytest.mark.parametrize("line", ["1 100 . A T . PASS .", GOOD + " extra", "1"])
def test_a_record_with_other_columns_than_the_header_is_refused_with_its_line(tmp_path: Path, line: str) -> None:
    text = vcf_text([GOOD, line, GOOD.replace("100", "200")])
    staging = read_text(tmp_path, text)
    assert [(r.extent, r.line) for r in staging.refusals] == [("row", LINE + 1)]
    with pytest.raises(ReadError):
        staging.finish()


def test_blank_lines_do_not_shift_the_line_of_a_refusal(tmp_path: Path) -> None:
    text = vcf_text([GOOD]) + "\n\n" + "\t".join(changed(1, "x").split()) + "\n"
    assert [r.line for r in refusals(tmp_path, text)] == [LINE + 3]


def test_keeping_going_leaves_out_only_what_was_refused(tmp_path: Path) -> None:
    lines = [GOOD, changed(1, "x"), "1 5", GOOD.replace("100", "200")]
    staging = read_text(tmp_path, vcf_text(lines), keep_going=True)
    assert sorted(r.line or 0 for r in staging.refusals) == [LINE + 1, LINE + 2]
    assert [row["start_position"] for row in rows(staging)] == [100, 200]


def test_a_million_bad_values_are_not_a_million_refusals(tmp_path: Path) -> None:
    lines = [f"1 {n} . A T high PASS . GT 0/1" for n in range(1, 501)]
    found = refusals(tmp_path, vcf_text(lines))
    assert (len(found), found[-1].expected, found[0].line) == (21, "480 more lines like these.", LINE)


def test_records_of_a_shape_that_the_first_ones_lack_are_checked_too(tmp_path: Path) -> None:
    many = [f"1 {n} . A T . PASS . GT:AD:DP 0/1:30,10:40" for n in range(1, 9001)]
    staging = read_text(tmp_path, vcf_text([*many, "1 9500 . A T . PASS . GT:DP:AD 0/1:40:30,y"]))
    assert [r.line for r in staging.refusals] == [LINE + 9000]


@pytest.mark.parametrize(
    "text",
    [
        "##fileformat=VCFv4.2\n",
        "##fileformat=VCFv3.3\n" + COLUMNS + "\n",
        "##fileformat=\n" + COLUMNS + "\n",
        COLUMNS + "\n",
        "##fileformat=VCFv4.2\nnot a header\n" + COLUMNS + "\n",
        "##fileformat=VCFv4.2\n" + COLUMNS.replace("POS", "POSITION") + "\n",
        "##fileformat=VCFv4.2\n" + COLUMNS + "\tFORMAT\n",
        "##fileformat=VCFv4.2\n" + COLUMNS + "\tFORMAT\tA\tA\n",
        "Hugo_Symbol\tVariant_Classification\tTumor_Sample_Barcode\nX\tSilent\tS1\n",
    ],
)
def test_a_file_without_a_readable_header_is_refused_in_one_line(tmp_path: Path, text: str) -> None:
    found = refusals(tmp_path, text)
    assert [refusal.extent for refusal in found] == ["file"]
    assert "\n" not in str(found[0])


@pytest.mark.parametrize(
    "line",
    [
        "##no value",
        "##reference=",
        '##INFO=<ID=X,Number=1,Type=Int,Description="x">',
        "##INFO=<ID=X,Number=1,Type=Integer>",
        '##INFO=<ID=X,Number=1,Type=String,Description="a "b" c">',
        '##FORMAT=<ID=DP,Number=2,Type=Integer,Description="x">',
        '##FILTER=<Description="x",ID=q10>',
        "##contig=<length=5>",
        '##ALT=<ID=ODD:THING,Description="x">',
    ],
)
def test_a_damaged_header_line_is_listed_and_the_records_are_read(tmp_path: Path, line: str) -> None:
    staging = read_text(tmp_path, vcf_text(["1 100 . A T . PASS . GT 0/1"], (line,)))
    assert [(refusal.extent, refusal.line) for refusal in staging.refusals] == [("value", 2)]
    assert len(rows(staging)) == 1


def test_a_key_defined_otherwise_is_checked_by_its_own_definition(tmp_path: Path) -> None:
    header = (
        '##INFO=<ID=MY,Number=1,Type=Integer,Description="x">',
        '##INFO=<ID=MYX,Number=.,Type=String,Description="x">',
    )
    text = vcf_text(["1 1 . A T . PASS MY=3;MYX=a,b GT 0/1", "1 2 . A T . PASS MY=a GT 0/1"], header)
    assert [refusal.column for refusal in refusals(tmp_path, text)] == ["INFO/MY"]


def test_the_same_change_twice_is_listed_and_kept(tmp_path: Path) -> None:
    staging = read_text(tmp_path, vcf_text(["1 100 . TAT TGT . PASS . GT 0/1", "1 101 . A G . PASS . GT 0/1"]))
    assert [refusal.found for refusal in staging.refusals] == ["1:101 A>G"]
    assert len(rows(staging)) == 2


def test_a_last_line_without_end_is_listed_from_version_4_3_on(tmp_path: Path) -> None:
    text = vcf_text(["1 100 . A T . PASS . GT 0/1"], version="4.3").rstrip("\n")
    assert [refusal.extent for refusal in refusals(tmp_path, text)] == ["value"]


def test_a_line_of_unbelievable_length_is_refused_with_its_line(tmp_path: Path) -> None:
    long = f"1 200 . A T . PASS X={'y' * (9 << 20)} GT 0/1"
    found = refusals(tmp_path, vcf_text(["1 100 . A T . PASS . GT 0/1", long]))
    assert [(refusal.extent, refusal.line) for refusal in found] == [("row", LINE + 1)]


def test_utf_16_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "a.vcf"
    path.write_bytes(vcf_text([]).encode("utf-16"))
    assert [refusal.extent for refusal in read_file(path).refusals] == ["file"]


def test_a_truncated_gzip_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.vcf.gz"
    path.write_bytes(gzip.compress(vcf_text([GOOD] * 1000).encode())[:-20])
    with pytest.raises(ReadError, match="cut off or damaged"):
        read_file(path)


@given(st.data())
def test_damage_anywhere_ends_in_refusals_and_never_in_a_crash(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    header = (
        *READS,
        '##INFO=<ID=CSQ,Number=.,Type=String,Description="Ensembl VEP. Format: Allele|Consequence|HGVSp|AF">',
    )
    good = [f"1 {n} . A T,AC 5 PASS DP=3;CSQ=T|missense_variant|p.V{n}E|0.1 GT:AD:DP 0/1:3,2,1:6" for n in range(1, 6)]
    raw = bytearray(vcf_text(good, header).encode())
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(raw) - 1))
        raw[place : place + data.draw(st.integers(0, 3))] = data.draw(
            st.binary(max_size=3)
            | st.sampled_from([b"\t", b"\n", b"%", b"%zz", b"|", b";", b"=", b"'", b'"', b"\r", b","])
        )
    path = tmp_path_factory.mktemp("vcf") / "a.vcf"
    path.write_bytes(bytes(raw))
    with contextlib.suppress(ReadError):
        read_file(path).finish()
