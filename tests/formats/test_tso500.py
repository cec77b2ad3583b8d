"""TSO500 CombinedVariantOutput."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from tumorprofil.cohort.cohort import Cohort
from tumorprofil.errors import ReadError, Refusal
from tumorprofil.formats import all_fusions, tso500
from tumorprofil.formats.layout import Layout, Options
from tumorprofil.formats.source import open_source
from tumorprofil.formats.staging import Staging

SMALL = ("Gene\tChromosome\tGenomic Position\tReference Call\tAlternative Call\tAllele Frequency\tDepth\t"
         "P-Dot Notation\tC-Dot Notation\tConsequence(s)\tAffected Exon(s)")
L858R = ("EGFR\tchr7\t55259515\tT\tG\t0.34\t847\tNP_005219.2:p.(Leu858Arg)\tNM_005228.4:c.2573T>G\t"
         "missense_variant\t21/28")


def report(pair: str = "P1", dna: str = "P1-D", rna: str = "NA", day: str = "2026-03-02", tmb: str = "NA",
           msi: tuple[str, str] = ("NA", "NA"), amplified: str = "NA", splice: str = "NA", fusions: str = "NA",
           small: str = "NA") -> str:
    return f"""TruSight Oncology 500 - Combined Variant Output

[Analysis Details]
Pair ID\t{pair}
DNA Sample ID\t{dna}
RNA Sample ID\t{rna}
Output Date\t{day}
Pipeline Version\t2.2

[TMB]
Total TMB\t{tmb}

[MSI]
Usable MSI Sites\t{msi[0]}
Percent Unstable MSI Sites\t{msi[1]}

[Gene Amplifications]
Gene\tFold Change
{amplified}

[Splice Variants]
Gene\tAffected Exon\tBreakpoint 1\tBreakpoint 2\tSplice Supporting Reads\tReference Reads Transcript
{splice}

[Fusions]
Gene Pair\tBreakpoint 1\tBreakpoint 2\tFusion Supporting Reads\tGene 1 Reference Reads\tGene 2 Reference Reads
{fusions}

[Small Variants]
{SMALL}
{small}
"""


def staged(files: Iterable[Path], options: Options, keep_going: bool = False) -> Staging:
    staging = Staging(keep_going=keep_going)
    for file in files:
        source = open_source(file)
        reader = next(reader for reader in (tso500, all_fusions) if reader.recognises(source))
        reader.read(source, staging, options)
    return staging


def cohort_of(tmp_path: Path, *texts: str, options: Options | None = None, keep_going: bool = False) -> Cohort:
    files = [tmp_path / f"{number}.tsv" for number in range(len(texts))]
    for file, text in zip(files, texts, strict=True):
        file.write_bytes(text.encode())
    return staged(files, options or Options(), keep_going).finish()


def rows(cohort: Cohort, query: str) -> list[tuple[object, ...]]:
    return cohort.connection.execute(query).fetchall()


def refusals_of(tmp_path: Path, *texts: str) -> list[Refusal]:
    with pytest.raises(ReadError) as caught:
        cohort_of(tmp_path, *texts)
    return caught.value.refusals


def test_a_small_variant_keeps_what_the_report_says_of_it(tmp_path: Path) -> None:
    cohort = cohort_of(tmp_path, report(small=L858R))
    assert rows(cohort, """SELECT kind, gene, hgvs_p, hgvs_p_reported, hgvs_c, transcript, consequence, chromosome,
        start_position, end_position, reference_allele, alternate_allele, exon, vaf, depth, alternate_reads, filter
        FROM finding""") == [(
            "small_variant", "EGFR", "p.L858R", "NP_005219.2:p.(Leu858Arg)", "c.2573T>G", "NM_005228.4", "missense",
            "7", 55259515, 55259515, "T", "G", 21, 0.34, 847, None, "PASS")]


@pytest.mark.parametrize(("alleles", "written"), [
    (("CA", "C"), (101, 101, "A", "-")),
    (("C", "CAT"), (100, 101, "-", "AT")),
    (("A", "AA"), (100, 101, "-", "A")),
    (("TTAC", "TAC"), (101, 101, "T", "-")),
    (("AC", "GT"), (100, 101, "AC", "GT")),
    (("ATC", "AGC"), (101, 101, "T", "G")),
])
def test_alleles_are_trimmed_as_in_a_maf(tmp_path: Path, alleles: tuple[str, str], written: tuple[object, ...]) -> None:
    row = f"TP53\tchr17\t100\t{alleles[0]}\t{alleles[1]}\t0.2\t100\t\t\t\t"
    cohort = cohort_of(tmp_path, report(small=row))
    found = rows(cohort, "SELECT start_position, end_position, reference_allele, alternate_allele FROM finding")
    assert found == [written]


def test_a_silent_row_and_one_without_gene_stay(tmp_path: Path) -> None:
    silent = ("MTOR\tchr1\t11288758\tG\tA\t0.7\t100\tNM_004958.3:c.2997C>T(p.(Asn999=))\tNM_004958.3:c.2997C>T\t"
              "synonymous_variant\t19/58")
    nameless = "\tchr9\t19072413\tC\tT\t0.1\t1404\t\t\t\t"
    cohort = cohort_of(tmp_path, report(small=f"{silent}\n{nameless}"))
    assert rows(cohort, "SELECT gene, hgvs_p, consequence FROM finding ORDER BY start_position") == [
        ("MTOR", "p.N999=", "silent"), (None, None, "not_annotated")]


@pytest.mark.parametrize(("written", "code"), [
    ("splice_region_variant:intron_variant", "splice_region"),
    ("splice_region_variant&synonymous_variant", "splice_region"),
    ("stop_gained", "nonsense"),
    ("upstream_gene_variant", "promoter"),
    ("", "not_annotated"),
    ("something_new", "not_annotated"),
])
def test_the_worst_of_several_consequences_counts(tmp_path: Path, written: str, code: str) -> None:
    cohort = cohort_of(tmp_path, report(small=f"TP53\tchr17\t100\tA\tC\t0.2\t100\t\t\t{written}\t"))
    assert rows(cohort, "SELECT consequence FROM finding") == [(code,)]


@pytest.mark.parametrize(("burden", "status"), [("10", "high"), ("9.99", "low"), ("0", "low"), ("275.6", "high")])
def test_tmb_gets_its_status_from_the_table_of_cut_offs(tmp_path: Path, burden: str, status: str) -> None:
    cohort = cohort_of(tmp_path, report(tmb=burden))
    assert rows(cohort, "SELECT name, value, status, status_basis FROM biomarker") == [
        ("TMB", float(burden), status, "cut_off")]


@pytest.mark.parametrize(("sites", "share", "status"), [
    ("125", "64.8", "high"), ("40", "20", "high"), ("40", "19.99", "stable"), ("39", "64.8", "not_evaluable"),
    ("0", "NA", "not_evaluable"), ("NA", "64.8", "not_evaluable"),
])
def test_msi_is_high_only_where_enough_sites_are_usable(tmp_path: Path, sites: str, share: str, status: str) -> None:
    cohort = cohort_of(tmp_path, report(msi=(sites, share)))
    assert rows(cohort, "SELECT name, status FROM biomarker") == [("MSI", status)]


def test_biomarkers_that_were_not_measured_have_no_row(tmp_path: Path) -> None:
    assert cohort_of(tmp_path, report()).count("biomarker") == 0


@pytest.mark.parametrize(("fold", "call"), [("2.2", "amplification"), ("2.173", "gain"), ("4.76", "amplification")])
def test_a_gain_below_the_cut_off_is_no_amplification(tmp_path: Path, fold: str, call: str) -> None:
    cohort = cohort_of(tmp_path, report(amplified=f"MET\t{fold}"))
    assert rows(cohort, "SELECT gene, fold_change, copy_call FROM finding") == [("MET", float(fold), call)]


def test_a_splice_variant_names_its_exons_and_reads(tmp_path: Path) -> None:
    cohort = cohort_of(tmp_path, report(rna="P1-R", splice="EGFR\t2-7/28\tchr7:100\tchr7:900\t64\t1\n"
                                                           "MET\t14/21\tchr7:1000\tchr7:1900\t91\t2"))
    assert rows(cohort, """SELECT gene, kind, exon, exon_last, start_position, end_position, alternate_reads, depth
        FROM finding ORDER BY gene""") == [
        ("EGFR", "splice", 2, 7, 100, 900, 64, 65), ("MET", "splice", 14, None, 1000, 1900, 91, 93)]


def test_a_fusion_names_its_three_prime_gene_first_and_keeps_the_reported_names(tmp_path: Path) -> None:
    cohort = cohort_of(tmp_path, report(rna="P1-R", fusions="CD74-ROS1;GOPC\tchr5:1\tchr6:2\t96\t0\t0\n"
                                                            "EGFR-SEPT14\tchr7:3\tchr7:4\t75\t0\t0"))
    assert rows(cohort, """SELECT gene, partner, gene_reported, partner_reported, chromosome, start_position,
        alternate_reads FROM finding ORDER BY gene""") == [
        ("ROS1", "CD74", "ROS1;GOPC", "CD74", "6", 2, 96), ("SEPTIN14", "EGFR", "SEPT14", "EGFR", "7", 4, 75)]


def test_the_profile_says_how_it_was_made(tmp_path: Path) -> None:
    cohort = cohort_of(tmp_path, report(rna="P1-R"))
    assert rows(cohort, """SELECT profile_id, patient_id, specimen_id, assay, analyte, build, tumour_only,
        report_date::VARCHAR, source_format FROM profile""") == [
        ("P1", "P1", "P1-D", "TSO500 2.2", "dna_rna", "GRCh37", True, "2026-03-02", "tso500")]


@pytest.mark.parametrize(("options", "build"), [
    (Options(build="GRCh38"), "GRCh38"), (Options(Layout(build="GRCh38")), "GRCh38"),
    (Options(Layout(build="GRCh38"), build="GRCh37"), "GRCh37"),
])
def test_the_user_may_say_the_build(tmp_path: Path, options: Options, build: str) -> None:
    assert rows(cohort_of(tmp_path, report(), options=options), "SELECT build FROM profile") == [(build,)]


def test_the_user_may_say_the_tumour_type(tmp_path: Path) -> None:
    cohort = cohort_of(tmp_path, report(), options=Options(tumour_type="LUAD"))
    assert rows(cohort, "SELECT tumour_type, tumour_type_basis FROM profile") == [("LUAD", "option")]


def test_a_pair_in_two_files_is_one_patient_and_one_profile(tmp_path: Path) -> None:
    dna = report(tmb="6", small=L858R)
    rna = report(dna="NA", rna="P1-R", fusions="EML4-ALK\tchr2:1\tchr2:2\t61\t0\t0")
    for files in ((dna, rna), (rna, dna)):
        cohort = cohort_of(tmp_path, *files)
        assert rows(cohort, "SELECT profile_id, analyte FROM profile") == [("P1", "dna_rna")]
        assert cohort.count("patient") == 1
        assert rows(cohort, "SELECT gene FROM finding ORDER BY gene") == [("ALK",), ("EGFR",)]
        assert cohort.notes == ()


def test_the_same_file_twice_counts_once(tmp_path: Path) -> None:
    text = report(rna="P1-R", tmb="6", small=L858R, fusions="EML4-ALK\tchr2:1\tchr2:2\t61\t0\t0")
    cohort = cohort_of(tmp_path, text, text)
    assert (cohort.count("profile"), cohort.count("finding"), cohort.count("biomarker")) == (1, 2, 1)


@pytest.mark.parametrize("swap", [False, True])
def test_a_filled_section_goes_before_an_empty_one_and_a_note_says_so(tmp_path: Path, swap: bool) -> None:
    texts = (report(small=L858R), report())
    cohort = cohort_of(tmp_path, *(reversed(texts) if swap else texts))
    assert cohort.count("finding") == 1
    assert [note for note in cohort.notes if "[Small Variants]" in note]


@pytest.mark.parametrize("other", [
    report(small=L858R.replace("0.34", "0.35")), report(tmb="7"), report(dna="P2-D"),
])
def test_files_that_contradict_each_other_are_refused(tmp_path: Path, other: str) -> None:
    refusals = refusals_of(tmp_path, report(tmb="6", small=L858R), other)
    assert [(refusal.extent, Path(refusal.file).name) for refusal in refusals] == [("file", "1.tsv")]
    assert "differs from" in refusals[0].problem


@pytest.mark.parametrize("name", [
    "NTC-DNA-1", "ntc", "Run7_NTC_2", "NoTemplateControl", "no-template", "Neg control", "NegCtrl3", "negativ_kontrol",
    "Positive Control", "PosCtrl",
])
def test_a_control_is_nobody(tmp_path: Path, name: str) -> None:
    cohort = cohort_of(tmp_path, report(name, dna=name, day="2099-99-99", small=L858R, tmb="99"))
    assert [cohort.count(table) for table in ("patient", "profile", "finding", "biomarker")] == [0, 0, 0, 0]
    assert name in cohort.notes[0]
    assert cohort.refusals == ()


@pytest.mark.parametrize("name", ["SYNTC-01", "NTCP1A", "Negri-3", "SYNT-0001", "12345"])
def test_a_name_that_only_holds_the_letters_is_a_patient(tmp_path: Path, name: str) -> None:
    assert cohort_of(tmp_path, report(name, dna=name)).count("patient") == 1


def test_the_names_of_controls_are_a_setting(tmp_path: Path) -> None:
    options = Options(Layout(control_pattern="^(WATER)"))
    cohort = cohort_of(tmp_path, report("Water-1", dna="Water-1"), report("NTC-1", dna="NTC-1"), options=options)
    assert rows(cohort, "SELECT patient_id FROM patient") == [("NTC-1",)]


def test_a_control_within_the_pair_of_a_patient_is_refused(tmp_path: Path) -> None:
    refusals = refusals_of(tmp_path, report(rna="NTC-RNA-1"))
    assert (refusals[0].extent, refusals[0].column, refusals[0].found) == ("file", "RNA Sample ID", "NTC-RNA-1")


def test_byte_order_mark_trailing_tabs_and_windows_line_ends_do_not_matter(tmp_path: Path) -> None:
    text = report(tmb="6", small=L858R)
    dressed = "\ufeff" + "".join(f"{line}\t\t\t\r\n" if "EGFR" not in line and "Gene" not in line else f"{line}\r\n"
                                 for line in text.splitlines())
    cohort = cohort_of(tmp_path, dressed)
    assert (cohort.count("finding"), cohort.count("biomarker")) == (1, 1)


def test_a_lost_title_of_small_variants_is_known_by_its_headings(tmp_path: Path) -> None:
    text = report(rna="P1-R", small=L858R).replace("[Small Variants]\n", "")
    assert rows(cohort_of(tmp_path, text), "SELECT gene FROM finding") == [("EGFR",)]


def test_blank_sections_say_nothing(tmp_path: Path) -> None:
    text = report(amplified="", splice="", fusions="", small="\n\t\t\n")
    assert cohort_of(tmp_path, text).count("finding") == 0


@pytest.mark.parametrize(("name", "good", "bad"), [
    ("Depth", "847", "8x7"), ("Depth", "847", "-1"), ("Genomic Position", "55259515", "1e9"),
    ("Allele Frequency", "0.34", "34"), ("Allele Frequency", "0.34", "0,34"), ("Allele Frequency", "0.34", "nan"),
    ("Chromosome", "chr7", "chr77"), ("Affected Exon(s)", "21/28", "twenty"),
])
def test_a_bad_value_becomes_unknown_and_is_listed_with_its_place(
        tmp_path: Path, name: str, good: str, bad: str) -> None:
    cohort = cohort_of(tmp_path, report(small=L858R.replace(good, bad)))
    line = report(small=L858R).split("\n").index(L858R) + 1
    assert cohort.count("finding") == 1
    assert [(refusal.extent, refusal.line, refusal.column, refusal.found) for refusal in cohort.refusals] == [
        ("value", line, name, bad)]


def test_a_date_that_cannot_be_is_a_refused_value(tmp_path: Path) -> None:
    cohort = cohort_of(tmp_path, report(day="2099-99-99"))
    assert rows(cohort, "SELECT report_date FROM profile") == [(None,)]
    assert [(refusal.line, refusal.column, refusal.found) for refusal in cohort.refusals] == [
        (7, "Output Date", "2099-99-99")]


def test_a_row_that_is_cut_off_is_refused_with_its_line(tmp_path: Path) -> None:
    text = report(small=L858R)
    cut = text[:text.index("\t0.34")]
    refusals = refusals_of(tmp_path, cut)
    assert [(refusal.extent, refusal.line) for refusal in refusals] == [("row", cut.count("\n") + 1)]
    assert "\n" not in str(refusals[0])


def test_a_last_line_cut_within_its_later_cells_is_refused_too(tmp_path: Path) -> None:
    text = report(small=L858R)
    assert [refusal.extent for refusal in refusals_of(tmp_path, text[:text.index("Leu858Arg")])] == ["row"]


def test_keep_going_reads_the_rows_that_are_whole(tmp_path: Path) -> None:
    text = report(small=f"{L858R}\nTP53\tchr17")
    cohort = cohort_of(tmp_path, text, keep_going=True)
    assert rows(cohort, "SELECT gene FROM finding") == [("EGFR",)]
    assert [refusal.extent for refusal in cohort.refusals] == ["row"]


@pytest.mark.parametrize(("found", "put", "problem"), [
    ("Pair ID\tP1", "Pair ID\tNA", "no Pair ID"),
    ("[Analysis Details]", "[Details]", "no Pair ID"),
    ("Gene\tFold Change\nNA\n", "Gene\tCopies\nMET\t3\n", "no heading Fold Change"),
    (f"{SMALL}\nNA\n", f"{L858R}\n", "no heading"),
    ("[Fusions]", "[MSI]", "stands twice"),
    ("DNA Sample ID\tP1-D", "DNA Sample ID\tNA", "neither a DNA nor an RNA sample"),
])
def test_a_file_of_another_form_is_refused_in_one_line(tmp_path: Path, found: str, put: str, problem: str) -> None:
    refusals = refusals_of(tmp_path, report().replace(found, put))
    assert refusals[0].extent == "file"
    assert problem in str(refusals[0])
    assert "\n" not in str(refusals[0])


def test_a_file_cut_off_before_its_last_section_is_refused(tmp_path: Path) -> None:
    text = report(tmb="6")
    refusals = refusals_of(tmp_path, text[:text.index("[Splice Variants]")])
    assert "[Small Variants]" in refusals[0].problem


@pytest.mark.parametrize("end", ["", SMALL, f"{SMALL}\n"])
def test_a_file_cut_off_before_the_rows_of_its_last_section_is_refused(tmp_path: Path, end: str) -> None:
    text = report()
    cut = text[:text.index(SMALL)] + end
    assert "ends before its rows" in refusals_of(tmp_path, cut)[0].problem


@pytest.mark.parametrize("end", [f"{SMALL}\nNA", f"{SMALL}\n\n", "NA\n"])
def test_a_last_section_may_be_blank(tmp_path: Path, end: str) -> None:
    text = report()
    assert cohort_of(tmp_path, text[:text.index(SMALL)] + end).count("finding") == 0


def test_sections_of_what_was_not_sequenced_may_lack(tmp_path: Path) -> None:
    text = report(tmb="6", small=L858R)
    without_rna = text[:text.index("[Splice Variants]")] + text[text.index("[Small Variants]"):]
    assert cohort_of(tmp_path, without_rna).count("finding") == 1


def test_every_cut_of_a_file_is_refused(tmp_path: Path) -> None:
    text = report(rna="P1-R", tmb="6", msi=("100", "3"), amplified="MET\t3", splice="MET\t14/21\tchr7:1\tchr7:2\t9\t1",
                  fusions="EML4-ALK\tchr2:1\tchr2:2\t61\t0\t0", small=L858R)
    for length in range(60, text.index("21/28"), 7):
        file = tmp_path / "cut.tsv"
        file.write_text(text[:length])
        source = open_source(file)
        if tso500.recognises(source):
            staging = Staging()
            tso500.read(source, staging, Options())
            assert staging.refusals, length


def test_other_tables_are_not_mistaken_for_a_report(tmp_path: Path) -> None:
    file = tmp_path / "a.tsv"
    file.write_text("Hugo_Symbol\tVariant_Classification\n[TMB]\n")
    assert not tso500.recognises(open_source(file))


def test_the_public_runs_hold_what_is_known_of_them(shared_data: Path) -> None:
    cohort = staged(sorted((shared_data / "tso500").glob("*.tsv")), Options()).finish()
    assert rows(cohort, "SELECT patient_id FROM patient ORDER BY 1") == [("12345",), ("21M81042-1",)]
    assert rows(cohort, "SELECT profile_id, kind, count(*) FROM finding GROUP BY ALL ORDER BY ALL") == [
        ("12345", "copy_number", 3), ("12345", "small_variant", 35),
        ("21M81042-1", "fusion", 16), ("21M81042-1", "splice", 2)]
    assert rows(cohort, "SELECT name, value, status FROM biomarker ORDER BY name") == [
        ("MSI", 64.8, "high"), ("TMB", 275.6, "high")]
    assert rows(cohort, "SELECT gene, exon, exon_last FROM finding WHERE kind = 'splice' ORDER BY gene") == [
        ("EGFR", 2, 7), ("MET", 14, None)]
    assert rows(cohort, """SELECT gene, partner FROM finding WHERE kind = 'fusion'
        AND (gene_reported LIKE '%;%' OR gene_reported LIKE 'SEPT%') ORDER BY ALL""") == [
        ("PAX8", "PPARG"), ("ROS1", "CD74"), ("ROS1", "SLC34A2"), ("SEPTIN14", "EGFR")]
    assert len([note for note in cohort.notes if "control" in note]) == 4
    assert [refusal.found for refusal in cohort.refusals] == ["2099-99-99", "2099-99-99"]
