"""Every spelling of a protein change becomes one, in Python and in SQL alike."""

import gzip
from collections import Counter
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tumorprofil.terms import hgvs

SPELLINGS = [
    ("p.V600E", "p.V600E"),
    (" p.V600E\u00a0", "p.V600E"),
    ("V600E", "p.V600E"),
    ("v600e", "p.V600E"),
    ("p.Val600Glu", "p.V600E"),
    ("VAL600GLU", "p.V600E"),
    ("NP_004324.2:p.(Val600Glu)", "p.V600E"),
    ("ENSP00000288602.6:p.Val600Glu", "p.V600E"),
    ("BRAF:NM_004333:exon15:c.T1799A:p.V600E", "p.V600E"),
    ("V600E (c.1799T>A)", "p.V600E"),
    ("NM_004958.3:c.2997C>T(p.(Asn999=))", "p.N999="),
    ("p.Leu10%3D", "p.L10="),
    ("p.%3D", "p.="),
    ("p.N999N", "p.N999="),
    ("p.*326*", "p.*326="),
    ("p.Glu94Ter", "p.E94*"),
    ("p.E94X", "p.E94*"),
    ("p.Sec73*", "p.U73*"),
    ("p.R175fs*12", "p.R175fs"),
    ("p.R175Afs*12", "p.R175fs"),
    ("p.Arg175AlafsTer12", "p.R175fs"),
    ("p.Arg175AlafsTer?", "p.R175fs"),
    ("p.RACRGV271fs", "p.R271fs"),
    ("p.-917fs", "p.917fs"),
    ("T148HFSX9", "p.T148fs"),
    ("K706FS*19", "p.K706fs"),
    ("p.*110_splice", "p.X110_splice"),
    ("p.X110_splice", "p.X110_splice"),
    ("p.Glu746_Ala750del", "p.E746_A750del"),
    ("p.E746_A750delELREA", "p.E746_A750del"),
    ("p.ELREA746del", "p.E746_A750del"),
    ("p.746_750delELREA", "p.E746_A750del"),
    ("V559_V560DEL", "p.V559_V560del"),
    ("p.DSRC*252del", "p.D252_*256del"),
    ("p.709_710ET>D", "p.E709_T710delinsD"),
    ("E746_T751>I", "p.E746_T751delinsI"),
    ("p.TPS*471R", "p.T471_*474delinsR"),
    ("p.745_750KELREA>K", "p.E746_A750del"),
    ("p.268_269LL>L", "p.L269del"),
    ("p.355_355L>LL", "p.L355dup"),
    ("p.1103_1104AA>ACA", "p.A1103_A1104insC"),
    ("p.26_27RP>RKP", "p.R26_P27insK"),
    ("p.E709_T710delinsDT", "p.E709D"),
    ("p.13_14FS>*T", "p.F13_S14delins*T"),
    ("p.K745delinsK", "p.K745="),
    ("p.E746_A750delinsEP", "p.E746_A750delinsEP"),
    ("p.K100delinsKAB", "p.K100delinsKAB"),
    ("L747_A750DELINSP", "p.L747_A750delinsP"),
    ("p.A763_Y764insFQEA", "p.A763_Y764insFQEA"),
    ("p.Ala763_Tyr764insPheGlnGluAla", "p.A763_Y764insFQEA"),
    ("p.T599_V600insT", "p.T599dup"),
    ("p.89_90insRDASC", "p.89_90insRDASC"),
    ("Y772_A775DUP", "p.Y772_A775dup"),
    ("p.2_5dupSTSC", "p.S2_C5dup"),
    ("p.Met1?", "p.M1?"),
    ("p.M1V", "p.M1V"),
    ("p.Ter394ArgextTer9", "p.*394Rext*9"),
    ("p.*5Rext", "p.*5Rext*?"),
]
NOT_UNDERSTOOD = ["V600", "Exon 19 Deletion", "1100DELC", "IVS2+1G>A", "c.35G>A", "35G>A", "p.[V600E;V600K]",
                  "p.V600E/K", "p.A9_B3del", "p.746delinsD", "p.Gly12Xaa"]
UNKNOWN = [None, "", " ", ".", "-", "NA", "p.?", "p.(?)", "NP_000001.1:p.?"]

PARSED = [
    ("p.V600E", "V", 600, 600, "E", "missense", 1, 1),
    ("p.E709_T710delinsDK", "E", 709, 710, "DK", "missense", 2, 2),
    ("p.E709_T710delinsD", "E", 709, 710, "D", "inframe_indel", 1, 2),
    ("p.E94*", "E", 94, 94, "*", "nonsense", 1, 1),
    ("p.Y468_Q469delins*", "Y", 468, 469, "*", "nonsense", 1, 2),
    ("p.S518_K519insI*", "S", 518, 519, "I*", "nonsense", 2, 0),
    ("p.R175fs", "R", 175, 175, "", "frameshift", 0, 0),
    ("p.917fs", "", 917, 917, "", "frameshift", 0, 0),
    ("p.*289fs", "*", 289, 289, "", "stop_lost", 0, 0),
    ("p.E746_A750del", "E", 746, 750, "", "inframe_deletion", 0, 5),
    ("p.E746del", "E", 746, 746, "", "inframe_deletion", 0, 1),
    ("p.D252_*256del", "D", 252, 256, "", "stop_lost", 0, 5),
    ("p.A763_Y764insFQEA", "A", 763, 764, "FQEA", "inframe_insertion", 4, 0),
    ("p.89_90insRD", "", 89, 90, "RD", "inframe_insertion", 2, 0),
    ("p.A763_Y764ins5", "A", 763, 764, "", "inframe_insertion", 5, 0),
    ("p.Y772_A775dup", "Y", 772, 775, "", "inframe_insertion", 4, 0),
    ("p.N999=", "N", 999, 999, "=", "silent", 0, 0),
    ("p.=", "", None, None, "=", "silent", 0, 0),
    ("p.X110_splice", "X", 110, 110, "", "splice", 0, 0),
    ("p.M1?", "M", 1, 1, "", "start_lost", 0, 0),
    ("p.M1V", "M", 1, 1, "V", "start_lost", 1, 1),
    ("p.M1_?16", "M", 1, 1, "", "start_lost", 0, 0),
    ("p.M12V", "M", 12, 12, "V", "missense", 1, 1),
    ("p.*394R", "*", 394, 394, "R", "stop_lost", 1, 1),
    ("p.*394Rext*9", "*", 394, 394, "R", "stop_lost", 0, 0),
    ("p.M1ext-5", "M", 1, 1, "", "other", 0, 0),
    ("p.V600", "V", 600, 600, "", "other", 0, 0),
    ("Exon 19 Deletion", "", None, None, "", "other", 0, 0),
]

CODING = [
    ("c.2997C>T", "c.2997C>T"),
    ("NM_004333.4:c.1799T>A", "c.1799T>A"),
    ("NM_004958.3:c.2997C>T(p.(Asn999=))", "c.2997C>T"),
    ("EGFR:NM_005228:exon21:c.T2573G:p.L858R", "c.T2573G"),
    ("c.929%3D", "c.929="),
    ("n.100-5G>A", "n.100-5G>A"),
    (".", None),
    ("", None),
    (None, None),
]


@pytest.fixture(scope="module")
def engine():
    connection = duckdb.connect()
    hgvs.register(connection)
    yield connection
    connection.close()


def in_sql(engine, function, values):
    """SQL's answers to many values in one scan."""
    engine.register("spellings", pa.table({"value": pa.array(values, pa.string())}))
    answers = engine.execute(f"SELECT {function}(value) FROM spellings").fetchall()
    engine.unregister("spellings")
    return [answer for (answer,) in answers]


@pytest.mark.parametrize(("spelling", "canonical"), SPELLINGS)
def test_a_spelling_becomes_the_canonical_one(spelling, canonical):
    assert hgvs.normalise_protein(spelling) == canonical


@pytest.mark.parametrize("text", NOT_UNDERSTOOD)
def test_what_is_not_understood_stays_as_it_was_written(text):
    assert hgvs.normalise_protein(f" {text} ") == text


@pytest.mark.parametrize("text", UNKNOWN)
def test_a_marker_of_unknown_is_no_change(text):
    assert hgvs.normalise_protein(text) is None


def test_sql_spells_the_examples_as_python_does(engine):
    values = [spelling for spelling, _ in SPELLINGS] + NOT_UNDERSTOOD + UNKNOWN
    assert in_sql(engine, "protein_change", values) == [hgvs.normalise_protein(value) for value in values]


@pytest.mark.parametrize("example", PARSED, ids=lambda example: example[0])
def test_a_canonical_change_comes_apart(example):
    change, *parts = example
    assert hgvs.parse_protein(change) == hgvs.ProteinChange(*parts)


def test_sql_takes_the_examples_apart_as_python_does(engine):
    assert_sql_parses_alike(engine, [change for change, *_ in PARSED])


@pytest.mark.parametrize(("spelling", "coding"), CODING)
def test_a_coding_change_loses_its_transcript(engine, spelling, coding):
    assert hgvs.coding_change(spelling) == coding
    assert in_sql(engine, "coding_change", [spelling]) == [coding]


def assert_sql_parses_alike(engine, changes):
    parsed = [hgvs.parse_protein(change) for change in changes]
    for part, answer in (("reference", "reference"), ("first", "first"), ("last", "last"),
                         ("alternate", "alternate"), ("kind", "kind")):
        expected = [(change, getattr(value, answer)) for change, value in zip(changes, parsed, strict=True)]
        assert list(zip(changes, in_sql(engine, f"protein_{part}", changes), strict=True)) == expected


residues = st.text("ACDEFGHIKLMNPQRSTVWYX*", max_size=4)
positions = st.integers(1, 4000).map(str)
three_letter = st.sampled_from(["Ala", "Val", "Glu", "Ter", "Sec", "Xaa", "ARG", "gly"])
pieces = st.one_of(
    residues, positions, three_letter,
    st.sampled_from(["p.", "p.(", ")", "_", "del", "ins", "dup", "delins", "fs", "ext", "ext*", ">", "=", "%3D", "?",
                     "*", "_splice", "DEL", "INS", "FS", "NP_004324.2:", "NM_1.2:c.5A>G(", " ", "X", "-"]))
spellings = st.one_of(
    st.lists(pieces, max_size=8).map("".join),
    st.builds("p.{}{}{}".format, residues | three_letter, positions, residues | three_letter),
    st.builds("p.{}{}_{}{}{}{}".format, residues, st.integers(5, 12), residues, st.integers(5, 12),
              st.sampled_from(["del", "ins", "dup", "delins", ">", "delA"]), residues),
    st.builds("p.{}_{}{}>{}".format, st.integers(5, 7), st.integers(5, 9), residues, residues),
    st.builds("p.{}{}{}fs*{}".format, residues, positions, residues, positions),
)


@settings(max_examples=400, deadline=None)
@given(values=st.lists(spellings | st.text() | st.none(), min_size=1, max_size=40))
def test_sql_and_python_agree_on_whatever_is_written(engine, values):
    assert in_sql(engine, "protein_change", values) == [hgvs.normalise_protein(value) for value in values]
    assert in_sql(engine, "coding_change", values) == [hgvs.coding_change(value) for value in values]


@settings(max_examples=300, deadline=None)
@given(values=st.lists(spellings | st.text(), min_size=1, max_size=40))
def test_sql_and_python_take_whatever_is_written_apart_alike(engine, values):
    assert_sql_parses_alike(engine, values)
    assert_sql_parses_alike(engine, [value for value in map(hgvs.normalise_protein, values) if value])


@settings(max_examples=1000)
@given(spelling=spellings | st.text())
def test_a_canonical_change_is_canonical_already(spelling):
    canonical = hgvs.normalise_protein(spelling)
    assert hgvs.normalise_protein(canonical) == canonical


@given(
    reference=st.sampled_from("ACDEFGHIKLMNPQRSTVWY"), first=st.integers(2, 30_000),
    letter=st.sampled_from("ACDEFGHIKLMNPQRSTVWY"), length=st.integers(3, 50),
    inserted=st.text("ACDEFGHIKLMNPQRSTVWY", min_size=1, max_size=9),
)
def test_a_deletion_with_insertion_that_was_put_together_comes_apart_again(reference, first, letter, length, inserted):
    last = first + length - 1
    spelling = f"p.{reference}{first}_{letter}{last}delins{inserted}"
    assert hgvs.normalise_protein(spelling) == spelling
    assert hgvs.parse_protein(spelling) == hgvs.ProteinChange(
        reference, first, last, inserted, "missense" if len(inserted) == length else "inframe_indel",
        len(inserted), length)


@given(before=residues, kept=st.text("ACDEFGHIKLMNPQRSTVWY", min_size=1, max_size=4),
       gone=st.text("ACDEFGHIKLMNPQRSTVWY", min_size=1, max_size=4))
def test_residues_that_stay_are_never_part_of_a_deletion(before, kept, gone):
    spelling = f"p.{len(before) + 1}_{len(before) + len(kept + gone)}{kept}{gone}>{kept}"
    change = hgvs.parse_protein(hgvs.normalise_protein(spelling))
    assert change.kind in ("inframe_deletion", "start_lost")
    assert change.deleted_length == len(gone)


@pytest.fixture(scope="module")
def written_by_tcga(shared_data):
    """Every distinct protein and coding change of the TCGA files, with how often it stands there."""
    found: dict[str, Counter[str]] = {"protein": Counter(), "coding": Counter()}
    files = sorted(Path(shared_data, "tcga").glob("*.maf.gz"))
    assert len(files) == 21
    for file in files:
        with gzip.open(file, "rt", encoding="latin-1") as lines:
            heading = next(lines).rstrip("\n").split("\t")
            known = {"HGVSp_Short": "protein", "Protein_Change": "protein", "HGVSc": "coding"}
            kinds = [(index, known[name]) for index, name in enumerate(heading) if name in known]
            for line in lines:
                cells = line.rstrip("\n").split("\t")
                for index, kind in kinds:
                    found[kind][cells[index]] += 1
    return found


def test_sql_and_python_agree_on_every_change_that_tcga_wrote(engine, written_by_tcga):
    values = sorted(written_by_tcga["protein"])
    canonical = [hgvs.normalise_protein(value) for value in values]
    assert in_sql(engine, "protein_change", values) == canonical
    assert_sql_parses_alike(engine, sorted({value for value in canonical if value}))
    coding = sorted(written_by_tcga["coding"])
    assert in_sql(engine, "coding_change", coding) == [hgvs.coding_change(value) for value in coding]


def test_hardly_any_change_that_tcga_wrote_is_not_understood(written_by_tcga):
    written = written_by_tcga["protein"]
    lost = Counter({value: count for value, count in written.items()
                    if (change := hgvs.normalise_protein(value)) and hgvs.parse_protein(change).kind == "other"})
    print(f"{lost.total()} of {written.total()} protein changes not understood: {dict(lost.most_common(5))}")
    assert lost.total() < written.total() / 100_000


def test_a_stop_may_stand_anywhere_in_what_tcga_wrote_and_still_counts_as_truncating(written_by_tcga):
    for value in written_by_tcga["protein"]:
        inserted = value.partition(">")[2]
        if "*" in inserted and "*" not in value.partition(">")[0]:
            assert hgvs.parse_protein(hgvs.normalise_protein(value)).kind == "nonsense", value
