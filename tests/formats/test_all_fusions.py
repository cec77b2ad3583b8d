"""TSO500 AllFusions.csv."""

from pathlib import Path

import pytest

from tumorprofil.cohort.cohort import Cohort
from tumorprofil.errors import ReadError
from tumorprofil.formats import all_fusions, tso500
from tumorprofil.formats.layout import Options
from tumorprofil.formats.source import open_source
from tumorprofil.formats.staging import Staging

HEAD = """# Source = FusionProcessor
# KeepFusion = The determination whether the fusion should be kept.
Caller,Gene A,Gene B,Gene A Breakpoint,Gene B Breakpoint,Filter,KeepFusion,Alt Split Dedup,Alt Pair Dedup
"""
KEPT = "RnaFusionFilter,EML4,ALK,chr2:42522654,chr2:29446394,PASS,True,50,25\n"


def cohort_of(folder: Path, text: str, name: str = "P1_AllFusions.csv", sample: str | None = None) -> Cohort:
    file = folder / name
    file.write_text(text)
    source = open_source(file)
    assert all_fusions.recognises(source)
    staging = Staging()
    all_fusions.read(source, staging, Options(tumour_sample=sample))
    return staging.finish()


def rows(cohort: Cohort, query: str) -> list[tuple[object, ...]]:
    return cohort.connection.execute(query).fetchall()


@pytest.mark.parametrize(("written", "kept", "shown"), [
    ("PASS", "True", "PASS"),
    ("NoReferenceReads", "True", "PASS"),
    ("Imprecise;LowQ", "False", "Imprecise;LowQ"),
    ("PASS", "False", "NotKept"),
    ("N/A", "False", "NotKept"),
    ("PASS", "", "NotKept"),
])
def test_only_what_the_pipeline_kept_passes(tmp_path: Path, written: str, kept: str, shown: str) -> None:
    cohort = cohort_of(tmp_path, HEAD + KEPT.replace("PASS,True", f"{written},{kept}"))
    assert rows(cohort, "SELECT filter FROM finding") == [(shown,)]


def test_a_kept_row_is_the_fusion_of_the_report(tmp_path: Path) -> None:
    cohort = cohort_of(tmp_path, HEAD + KEPT)
    assert rows(cohort, "SELECT kind, gene, partner, chromosome, start_position, alternate_reads FROM finding") == [
        ("fusion", "ALK", "EML4", "2", 29446394, 75)]


def test_both_ends_in_one_gene_are_a_splice_variant(tmp_path: Path) -> None:
    cohort = cohort_of(tmp_path, HEAD + KEPT.replace("EML4", "ALK"))
    assert rows(cohort, "SELECT kind, gene FROM finding") == [("splice", "ALK")]


def test_reads_that_no_caller_gives_stay_unknown(tmp_path: Path) -> None:
    cohort = cohort_of(tmp_path, HEAD + KEPT.replace("50,25", "7,N/A") + KEPT.replace("50,25", "N/A,N/A"))
    assert rows(cohort, "SELECT alternate_reads FROM finding ORDER BY 1 NULLS LAST") == [(7,), (None,)]


@pytest.mark.parametrize(("name", "sample", "profile"), [
    ("P1_AllFusions.csv", None, "P1"),
    ("run-3.P1-AllFusions.csv", None, "run-3.P1"),
    ("P1_AllFusions.csv", "P9", "P9"),
    ("AllFusions.csv", "P9", "P9"),
])
def test_the_profile_takes_its_name_from_the_file_or_the_option(
        tmp_path: Path, name: str, sample: str | None, profile: str) -> None:
    cohort = cohort_of(tmp_path, HEAD + KEPT, name, sample)
    assert rows(cohort, "SELECT profile_id, analyte, build FROM profile") == [(profile, "rna", "GRCh37")]


def test_a_file_that_names_no_sample_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="--tumour-sample"):
        cohort_of(tmp_path, HEAD + KEPT, "AllFusions.csv")


def test_the_list_of_a_control_is_nobody(tmp_path: Path) -> None:
    cohort = cohort_of(tmp_path, HEAD + KEPT, "NTC-RNA-1_AllFusions.csv")
    assert (cohort.count("patient"), cohort.count("finding"), len(cohort.notes)) == (0, 0, 1)


def test_a_row_that_is_cut_off_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(ReadError) as caught:
        cohort_of(tmp_path, HEAD + KEPT + KEPT[:40])
    assert [(refusal.extent, refusal.line) for refusal in caught.value.refusals] == [("row", 5)]


def test_a_missing_heading_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r":3: missing headings Alt Pair Dedup"):
        cohort_of(tmp_path, HEAD.replace(",Alt Pair Dedup", "") + KEPT)


def test_a_bad_value_is_listed_with_its_place(tmp_path: Path) -> None:
    cohort = cohort_of(tmp_path, HEAD + KEPT.replace("True,50", "maybe,x"))
    assert [(refusal.line, refusal.column, refusal.found) for refusal in cohort.refusals] == [
        (4, "KeepFusion", "maybe"), (4, "Alt Split Dedup", "x")]
    assert rows(cohort, "SELECT filter, alternate_reads FROM finding") == [("NotKept", 25)]


@pytest.mark.parametrize("list_first", [True, False])
def test_a_fusion_in_the_report_and_in_the_list_counts_once(shared_data: Path, list_first: bool) -> None:
    folder = shared_data / "tso500"
    readers = [(all_fusions, "sample_AllFusions.csv"), (tso500, "sample_CombinedVariantOutput.tsv")]
    staging = Staging()
    for reader, name in readers if list_first else reversed(readers):
        reader.read(open_source(folder / name), staging, Options(tumour_sample="21M81042-1"))
    cohort = staging.finish()
    assert rows(cohort, "SELECT count(*) FROM finding WHERE kind = 'fusion' AND filter = 'PASS'") == [(16,)]
    assert cohort.count("profile") == 1


def test_the_public_list_keeps_sixteen_of_its_rows(shared_data: Path) -> None:
    source = open_source(shared_data / "tso500" / "sample_AllFusions.csv")
    staging = Staging()
    all_fusions.read(source, staging, Options())
    cohort = staging.finish()
    assert rows(cohort, "SELECT count(*), count(*) FILTER (filter = 'PASS') FROM finding") == [(152, 16)]
    assert rows(cohort, "SELECT count(DISTINCT gene) FROM finding WHERE gene_reported = 'ROS1;GOPC'") == [(1,)]
