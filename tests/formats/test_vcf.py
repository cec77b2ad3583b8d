"""VCF: alleles, reads, filters, samples and builds."""

import bz2
import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.formats.vcf_text import READS, case, findings, read_file, read_text, refusals, rows, vcf_text
from tumorprofil.formats import vcf
from tumorprofil.formats.layout import Layout
from tumorprofil.formats.source import open_source

BASES = st.text("ACGT", min_size=1, max_size=6)
KEYS = ("GT", "AD", "DP", "XX")


@st.composite
def records(draw: st.DrawFn) -> tuple[int, str, list[str], list[int], tuple[str, ...]]:
    """Position, reference, alternates, reads of each allele, order of FORMAT."""
    ref = draw(BASES)
    alts = draw(st.lists(BASES.filter(lambda alt: alt != ref), min_size=1, max_size=4, unique=True))
    reads = draw(st.lists(st.integers(0, 5000), min_size=len(alts) + 1, max_size=len(alts) + 1))
    return draw(st.integers(1, 10**8)), ref, alts, reads, ("GT", *draw(st.permutations(KEYS[1:])))


def record_line(position: int, ref: str, alts: list[str], reads: list[int], keys: tuple[str, ...]) -> str:
    values = {"GT": "0/1", "AD": ",".join(map(str, reads)), "DP": str(sum(reads)), "XX": "."}
    sample = ":".join(values[key] for key in keys)
    return f"1 {position} . {ref} {','.join(alts)} . PASS . {':'.join(keys)} {sample}"


def as_written(row: dict[str, object], ref: str, position: int) -> str:
    """The alternate allele of a finding, put back between the reference bases that the record has around it."""
    changed_ref, changed_alt = (str(row[name]).replace("-", "") for name in ("reference_allele", "alternate_allele"))
    start = int(str(row["start_position"])) - position + (0 if changed_ref else 1)
    assert ref[start : start + len(changed_ref)] == changed_ref
    return ref[:start] + changed_alt + ref[start + len(changed_ref) :]


@given(st.lists(records(), min_size=1, max_size=8))
def test_what_was_written_is_read_back_whatever_the_alleles_and_the_order_of_format(
    tmp_path_factory: pytest.TempPathFactory, written: list[tuple[int, str, list[str], list[int], tuple[str, ...]]]
) -> None:
    text = vcf_text([record_line(*record) for record in written])
    staging = read_text(tmp_path_factory.mktemp("vcf"), text)
    told_twice = {"the same change twice"}
    assert {refusal.problem for refusal in staging.refusals} <= told_twice
    expected = [
        (alt, reads[place], sum(reads)) for _, _, alts, reads, _ in written for place, alt in enumerate(alts, 1)
    ]
    places = [(ref, position) for position, ref, alts, _, _ in written for _ in alts]
    found = rows(staging)
    assert [
        (as_written(row, *place), row["alternate_reads"], row["depth"])
        for row, place in zip(found, places, strict=True)
    ] == expected


@given(BASES, BASES, BASES, BASES)
def test_shared_bases_are_cut_off_both_ends(
    tmp_path_factory: pytest.TempPathFactory, before: str, after: str, ref: str, alt: str
) -> None:
    if ref == alt:
        return
    line = f"1 100 . {before}{ref}{after} {before}{alt}{after} . PASS . GT:AD:DP 0/1:1,2:3"
    row = findings(tmp_path_factory.mktemp("vcf"), [line])[0]
    short_ref, short_alt = row["reference_allele"], row["alternate_allele"]
    assert "-" in short_ref + short_alt or (short_ref[0] != short_alt[0] and short_ref[-1] != short_alt[-1])


@pytest.mark.parametrize(
    ("ref", "alt", "expected"),
    [
        ("A", "T", (100, 100, "A", "T")),
        ("AGG", "A", (101, 102, "GG", "-")),
        ("A", "AGG", (100, 101, "-", "GG")),
        ("CAAA", "CAA", (101, 101, "A", "-")),
        ("TAT", "TGT", (101, 101, "A", "G")),
        ("ac", "tg", (100, 101, "AC", "TG")),
    ],
)
def test_coordinates_are_those_of_maf(tmp_path: Path, ref: str, alt: str, expected: tuple[object, ...]) -> None:
    row = findings(tmp_path, [f"chr7 100 . {ref} {alt} . PASS . GT:AD:DP 0/1:1,2:3"])[0]
    assert (row["start_position"], row["end_position"], row["reference_allele"], row["alternate_allele"]) == expected
    assert row["chromosome"] == "7"


@pytest.mark.parametrize(("written", "expected"), [("PASS", "PASS"), (".", None), ("q10;weak", "q10;weak")])
def test_never_filtered_is_not_the_same_as_passed(tmp_path: Path, written: str, expected: str | None) -> None:
    assert findings(tmp_path, [f"1 100 . A T . {written} . GT:AD:DP 0/1:1,2:3"])[0]["filter"] == expected


def test_filters_that_tell_of_the_pipeline_are_taken_out(tmp_path: Path) -> None:
    layout = Layout(accepted_filters=("lifted",))
    found = findings(
        tmp_path,
        ["1 1 . A T . lifted . GT 0/1", "1 2 . A T . lifted;q10 . GT 0/1", "1 3 . A T . . . GT 0/1"],
        layout=layout,
    )
    assert [row["filter"] for row in found] == ["PASS", "q10", None]


@pytest.mark.parametrize(
    ("keys", "sample", "reads"),
    [
        ("GT:AD:DP", "0/1:30,10:40", (10, 40)),
        ("AD", "30,10", (10, 40)),
        ("GT:AD:DP", "0/1:30,10:5", (10, 40)),
        ("GT:AD:DP", "0/1:.:40", (None, 40)),
        ("GT:DP:RO:AO", "0/1:42:30:10", (10, 42)),
        ("GT:RO:AO", "0/1:30:10", (10, 40)),
        ("GT:DP:RD:AD", "0/1:41:30:10", (10, 41)),
        ("GT:NR:NV", "0/1:40:10", (10, 40)),
        ("DP4", "20,10,6,4", (10, 40)),
        ("DP:AU:CU:GU:TU", "40:30,31:0,0:0,0:10,12", (10, 40)),
        ("DP:TAR:TIR", "40:30,33:10,11", (10, 40)),
        ("GT:DPT:ADT", "0/1:40:30,10", (10, 40)),
    ],
)
def test_reads_are_found_whichever_way_the_caller_writes_them(
    tmp_path: Path, keys: str, sample: str, reads: tuple[int | None, int]
) -> None:
    header = [line for line in READS if "ID=AD" not in line]
    row = rows(read_text(tmp_path, vcf_text([f"1 100 . A T . PASS . {keys} {sample}"], header)))[0]
    assert (row["alternate_reads"], row["depth"]) == reads


@pytest.mark.parametrize(
    ("keys", "sample", "vaf"),
    [("GT:AF:DP", "0/1:0.25:40", 0.25), ("GT:FREQ", "0/1:25%", 0.25), ("GT:AD:AF:DP", "0/1:30,10:0.2:40", None)],
)
def test_a_fraction_is_taken_only_where_counts_are_missing(
    tmp_path: Path, keys: str, sample: str, vaf: float | None
) -> None:
    row = findings(tmp_path, [f"1 100 . A T . PASS . {keys} {sample}"])[0]
    assert row["vaf"] == vaf


def test_info_tells_of_tumour_and_normal_where_there_is_one_column(tmp_path: Path) -> None:
    header = [f'##INFO=<ID={key},Number=.,Type=Integer,Description="Depth">' for key in ("DPT", "ADT", "DPN", "ADN")]
    text = vcf_text(["1 100 . A T . PASS DPT=40;ADT=30,10;DPN=20;ADN=20,0"], header, samples=())
    staging = read_text(tmp_path, text, name="T001.vcf")
    found, profile = case(staging)
    assert (found[0]["alternate_reads"], found[0]["depth"], found[0]["origin"]) == (10, 40, "somatic")
    assert (profile["profile_id"], profile["tumour_only"]) == ("T001", False)


def pair(*header: str, names: tuple[str, str] = ("AAA", "BBB")) -> str:
    return vcf_text(["1 100 . A T . PASS . GT:AD:DP 0/0:50,0:50 0/1:30,10:40"], (*READS, *header), names)


@pytest.mark.parametrize(
    ("header", "names"),
    [
        (("##tumor_sample=BBB", "##normal_sample=AAA"), ("AAA", "BBB")),
        (("##PEDIGREE=<Derived=BBB,Original=AAA>",), ("AAA", "BBB")),
        (('##SAMPLE=<ID=AAA,Description="Blood">', '##SAMPLE=<ID=BBB,Description="Primary tumour">'), ("AAA", "BBB")),
        (("##cmdline=call --normalBam /x/AAA.final.bam --tumorBam /x/AAAB.bam --ref r.fa",), ("AAA", "AAAB")),
        ((), ("P7-N", "P7-T")),
        ((), ("P7_normal", "P7")),
        ((), ("TCGA-A6-2686-10A", "TCGA-A6-2686-01A")),
    ],
)
def test_the_tumour_is_told_by_header_name_or_command_line(
    tmp_path: Path, header: tuple[str, ...], names: tuple[str, str]
) -> None:
    found, profile = case(read_text(tmp_path, pair(*header, names=names)))
    assert (profile["profile_id"], profile["tumour_only"]) == (names[1], False)
    assert (found[0]["alternate_reads"], found[0]["origin"]) == (10, "somatic")


def test_the_option_names_the_tumour_and_says_nothing_of_a_normal(tmp_path: Path) -> None:
    profile = case(read_text(tmp_path, pair(), tumour_sample="BBB"))[1]
    assert (profile["profile_id"], profile["tumour_only"]) == ("BBB", None)


@pytest.mark.parametrize("wanted", [None, "CCC"])
def test_a_tumour_that_nothing_tells_is_asked_for_with_the_samples_listed(tmp_path: Path, wanted: str | None) -> None:
    found = refusals(tmp_path, pair(), tumour_sample=wanted)
    assert [(refusal.extent, refusal.expected) for refusal in found] == [
        ("file", "Name it with --tumour-sample; the samples are AAA, BBB.")
    ]


def test_a_column_with_a_name_that_says_nothing_takes_the_name_of_the_file(tmp_path: Path) -> None:
    text = pair(names=("NORMAL", "TUMOR"))
    layout = Layout(patient_pattern=r"(P\d+)-.*")
    profile = case(read_text(tmp_path, text, name="P12-biopsy.vcf", layout=layout))[1]
    assert (profile["profile_id"], profile["patient_id"]) == ("P12-biopsy", "P12")


def test_one_sample_alone_is_tumour_only_with_unknown_origin(tmp_path: Path) -> None:
    found, profile = case(read_text(tmp_path, vcf_text(["1 100 . A T . PASS . GT 0/1"])))
    assert (profile["tumour_only"], [row["origin"] for row in found]) == (True, ["unknown"])


@pytest.mark.parametrize(
    ("header", "filter_", "info", "origin"),
    [
        ('##INFO=<ID=SOMATIC,Number=0,Type=Flag,Description="Somatic">', "PASS", "SOMATIC", "somatic"),
        ('##INFO=<ID=GERMLINE,Number=0,Type=Flag,Description="Germline">', "PASS", "GERMLINE", "germline"),
        ('##INFO=<ID=STATUS,Number=1,Type=String,Description="Status">', "PASS", "STATUS=Germline", "germline"),
        ('##FILTER=<ID=germline,Description="Germline">', "weak;germline", ".", "germline"),
    ],
)
def test_a_record_may_say_its_own_origin(tmp_path: Path, header: str, filter_: str, info: str, origin: str) -> None:
    assert findings(tmp_path, [f"1 100 . A T . {filter_} {info} GT 0/1"], header)[0]["origin"] == origin


@pytest.mark.parametrize(
    ("line", "build"),
    [
        ("##reference=file:///x/ucsc.hg19.fasta", "GRCh37"),
        ("##reference=GRCh38.d1.vd1", "GRCh38"),
        ("##contig=<ID=chr1,length=248956422>", "GRCh38"),
        ("##contig=<ID=1,length=249250621>", "GRCh37"),
        ("##contig=<ID=1,assembly=b37,length=5>", "GRCh37"),
        ('##VEP="v93" cache="/x/93_GRCh38" assembly="GRCh38.p12"', "GRCh38"),
        ("##liftOverChainFile=hg19Tohg38.over.chain.gz", "GRCh38"),
        ("##source=x", None),
    ],
)
def test_the_build_is_read_from_the_header(tmp_path: Path, line: str, build: str | None) -> None:
    assert case(read_text(tmp_path, vcf_text([], (line,), samples=())))[1]["build"] == build


def test_the_option_fills_in_a_build_and_never_contradicts_one(tmp_path: Path) -> None:
    silent, telling = vcf_text([], ()), vcf_text([], ("##reference=hg19",))
    assert case(read_text(tmp_path, silent, build="GRCh38"))[1]["build"] == "GRCh38"
    assert [refusal.extent for refusal in refusals(tmp_path, telling, build="GRCh38")] == ["file"]


def test_a_header_that_contradicts_itself_on_the_build_is_refused(tmp_path: Path) -> None:
    text = vcf_text([], ("##reference=hg19", "##contig=<ID=1,length=248956422>"))
    assert [refusal.found for refusal in refusals(tmp_path, text)] == ["GRCh37, GRCh38"]


def test_alleles_without_bases_are_counted_and_not_guessed(tmp_path: Path) -> None:
    lines = [
        "1 1 . A . . PASS . GT 0/0",
        "1 2 . A T,<DEL>,* . PASS . GT 0/1",
        "1 3 . A A[2:5[ . PASS . GT 0/1",
        "1 4 . A <NON_REF> . PASS . GT 0/0",
    ]
    staging = read_text(tmp_path, vcf_text(lines))
    assert [note.split(": ", 1)[1] for note in staging.notes] == [
        "1 records name no alternate allele and were left out.",
        "2 structural alleles without bases (such as <DEL> or breakends) were left out.",
    ]
    assert [(row["start_position"], row["alternate_allele"]) for row in rows(staging)] == [(2, "T")]


def test_a_file_without_records_is_a_profile_without_findings(tmp_path: Path) -> None:
    found, profile = case(read_text(tmp_path, vcf_text([])))
    assert (found, profile["profile_id"]) == ([], "S-1")


def copies(text: str) -> Iterator[tuple[str, bytes]]:
    raw = text.encode()
    yield "a.vcf", raw
    yield "a.vcf.gz", gzip.compress(raw)
    yield "b.vcf.gz", gzip.compress(raw[:60]) + gzip.compress(raw[60:])
    yield "a.vcf.bz2", bz2.compress(raw)
    yield "crlf.vcf", raw.replace(b"\n", b"\r\n")
    yield "bom.vcf", b"\xef\xbb\xbf" + raw
    yield (
        "latin.vcf",
        text.replace("##", "##source=Ærø\n##", 1)
        .encode("latin-1")
        .replace(b"##source=\xc6r\xf8\n##fileformat=VCFv4.2", b"##fileformat=VCFv4.2\n##source=\xc6r\xf8"),
    )


def test_compression_line_ends_and_encoding_do_not_change_what_is_read(tmp_path: Path) -> None:
    text = vcf_text([record_line(100 + n, "A", ["T", "G"], [5, n, 3], KEYS[:3]) for n in range(50)])
    answers = []
    for name, raw in copies(text):
        (tmp_path / name).write_bytes(raw)
        staging = read_file(tmp_path / name)
        assert staging.refusals == [], name
        answers.append(
            [(row["start_position"], row["alternate_allele"], row["alternate_reads"]) for row in rows(staging)]
        )
    assert len(answers[0]) == 100
    assert all(answer == answers[0] for answer in answers)


def test_a_vcf_is_recognised_by_content_and_not_by_name(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text(vcf_text([]))
    (tmp_path / "maf.vcf").write_text("Hugo_Symbol\tVariant_Classification\tTumor_Sample_Barcode\n")
    assert vcf.recognises(open_source(tmp_path / "x.txt"))
    assert not vcf.recognises(open_source(tmp_path / "maf.vcf"))


def test_colo829_carries_braf_v600e_with_its_reads(shared_data: Path) -> None:
    staging = read_file(shared_data / "vcf" / "colo829-nygc-v6.vcf.gz")
    assert staging.refusals == []
    found, profile = case(staging)
    braf = next(row for row in found if row["gene"] == "BRAF" and row["hgvs_p_reported"] == "p.Val600Glu")
    assert (braf["alternate_reads"], braf["depth"], braf["consequence"], braf["hgvs_c"]) == (
        282,
        428,
        "missense",
        "c.1799T>A",
    )
    assert (len(found), braf["origin"], braf["significance"], braf["exon"]) == (43192, "somatic", "pathogenic", None)
    assert not any(row["gene"] == "NDUFB2" and row["start_position"] == 140753336 for row in found)
    assert (profile["profile_id"], profile["build"], profile["tumour_only"]) == ("COLO-829-NovaSeq", "GRCh38", False)


@pytest.mark.parametrize(
    ("name", "count", "first"),
    [
        ("mutect-example.vcf", 4889, (10033, "A", "G", 0, 49, "REJECT")),
        ("strelka-example.vcf", 20, (16385739, "C", "-", 78, 94, "PASS")),
        ("multiallelic.vcf", 2, (1431105, "A", "C", None, 17, "PASS")),
    ],
)
def test_callers_own_files_are_read(shared_data: Path, name: str, count: int, first: tuple[object, ...]) -> None:
    found = rows(read_file(shared_data / "vcf" / name))
    columns = ("start_position", "reference_allele", "alternate_allele", "alternate_reads", "depth", "filter")
    assert (len(found), tuple(found[0][column] for column in columns)) == (count, first)


@pytest.mark.parametrize(("build", "count"), [("GRCh37", 3317), ("GRCh38", 3313)])
def test_pcgr_holds_tumour_and_normal_in_one_column(shared_data: Path, build: str, count: int) -> None:
    found, profile = case(read_file(shared_data / "pcgr" / f"T001-COAD.{build.lower()}.vcf.gz"))
    assert (len(found), found[0]["alternate_reads"], found[0]["depth"], found[0]["origin"]) == (count, 8, 29, "somatic")
    assert (profile["build"], profile["tumour_only"]) == (build, False)
