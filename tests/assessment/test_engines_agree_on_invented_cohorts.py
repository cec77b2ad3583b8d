"""The engine and the reference assessment give the same rows on cohorts made up from the evidence itself.

Real files hold hardly any germline finding, condition or copy-number call; here every rule, splice window and known
coordinate comes up, right on its borders and just beside them.
"""

from datetime import date
from random import Random

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

import tumorprofil as tp
from tests.assessment import reference_engine
from tumorprofil.cohort import schema
from tumorprofil.formats.staging import Staging
from tumorprofil.terms import reference
from tumorprofil.terms.hgvs import parse_protein

AS_OF = date(2026, 11, 1)
TUMOUR_TYPES = (None, "LUAD", "LUSC", "NSCLC", "SARCL", "BRCA", "COAD", "MEL", "AML", "GIST", "PRAD", "CHOL", "GBC",
                "OV", "HNSC", "THPA", "ESCA", "DLBCLNOS", "TISSUE", "NOT_A_CODE")
DRUGS = (None, "cisplatin", "crizotinib", "Crizotinib|pemetrexed", "alectinib", "gefitinib|cisplatin")
CHANGES = ("p.A{0}V", "p.A{0}*", "p.A{0}fs", "p.A{0}del", "p.A{0}dup", "p.A{0}_L{1}del", "p.A{0}_L{1}insDFG",
           "p.A{0}_L{1}delinsPW", "p.A{0}_L{1}delinsPWPW", "p.X{0}_splice")
NOT_CODING = ("intron", "silent", "utr", "promoter", "noncoding", "splice_region", "splice_site")
ARROW = {"BIGINT": pa.int64(), "DOUBLE": pa.float64(), "BOOLEAN": pa.bool_()}


def with_consequence(change):
    kind = parse_protein(change).kind
    consequence = {"splice": "splice_site", "other": "protein_altering"}.get(kind, kind)
    return {"hgvs_p_reported": change, "consequence": consequence}


def small_variant(draw):
    rules = reference.rows("escat_rule") + reference.rows("civic_rule")
    rule = draw.choice([rule for rule in rules if rule["gene"]])
    cells = {"gene_reported": rule["gene"], "exon": draw.choice((None, rule["exon"] and int(rule["exon"]), 9, 20))}
    if rule["protein"] and rule["alteration_class"] == "protein":
        cells |= with_consequence(f"p.{rule['protein']}")
    elif rule["protein"]:
        cells |= with_consequence(f"p.{rule['protein']}{draw.choice('EK*')}")
    elif rule["residue_first"]:
        border = int(draw.choice((rule["residue_first"], rule["residue_last"])))
        first = max(2, border + draw.randint(-3, 3))
        cells |= with_consequence(draw.choice(CHANGES).format(first, first + draw.randint(1, 4)))
    else:
        cells |= draw.choice((with_consequence("p.M1?"), with_consequence("p.Q77*"),
                              {"consequence": draw.choice(NOT_CODING)}))
    return cells | {"kind": "small_variant"} | draw.choice((splice_window, known_place, anywhere, lambda _: {}))(draw)


def splice_window(draw):
    window = draw.choice(reference.rows("exon_window"))
    start = int(draw.choice((window["start"], window["end"]))) + draw.randint(-2, 2)
    return {"gene_reported": window["gene"], "chromosome": window["chromosome"], "start_position": start,
            "end_position": start + draw.randint(0, 2), "reference_allele": "A", "alternate_allele": "T",
            "hgvs_p_reported": None, "consequence": draw.choice(NOT_CODING)}


def known_place(draw):
    known = draw.choice(reference.rows("known_variant"))
    return {"gene_reported": None, "hgvs_p_reported": None, "consequence": "not_annotated", "exon": None,
            "chromosome": known["chromosome"], "start_position": int(known["start"]) + draw.choice((0, 0, 0, 1)),
            "end_position": int(known["end"]), "reference_allele": known["reference"],
            "alternate_allele": draw.choice((known["alternate"], known["alternate"], "T"))}


def anywhere(draw):
    return {"chromosome": "1", "start_position": 1000, "end_position": 1000,
            "reference_allele": draw.choice(("A", "AT", "-")), "alternate_allele": draw.choice(("C", "-", "GG"))}


def copy_number(draw):
    rule = draw.choice([rule for rule in reference.rows("escat_rule") if rule["gene"]])
    return {"kind": "copy_number", "gene_reported": rule["gene"], "copy_call": draw.choice((None, *schema.COPY_CALL))}


def fusion(draw):
    rules = reference.rows("escat_rule") + reference.rows("civic_rule")
    rule = draw.choice([rule for rule in rules if rule["alteration_class"] == "fusion"])
    genes = [rule["gene"], draw.choice((rule["partner"], rule["partner"], "TTN", None))]
    draw.shuffle(genes)
    return {"kind": "fusion", "gene_reported": genes[0], "partner_reported": genes[1]}


def transcript(draw):
    exon = draw.choice((None, 13, 14, 15))
    return {"kind": draw.choice(("splice", "itd")), "gene_reported": draw.choice(("MET", "FLT3", "EGFR")), "exon": exon,
            "exon_last": exon and exon + draw.randint(0, 1)}


def finding(draw, profile_id):
    cells = draw.choice((small_variant, small_variant, small_variant, copy_number, fusion, transcript))(draw)
    depth = draw.choice((None, 10, 100, 333))
    near = [] if not depth else [depth * 3 // 10, depth * 3 // 10 - 1, depth // 5, depth // 5 - 1, depth // 2]
    if cells["kind"] != "copy_number":
        cells |= {"depth": depth, "alternate_reads": draw.choice([None, 2, 3, 50, *near]),
                  "vaf": draw.choice((None, 0.1, 0.2, 0.29999, 0.3, 0.45))}
    if cells["kind"] == "small_variant":
        cells |= {"population_frequency": draw.choice((None, None, None, 0.0, 0.0001, 0.00999, 0.01)),
                  "hgvs_c": draw.choice((None, "c.5A>T")),
                  "origin": draw.choice(("somatic", "germline", "unknown", None)),
                  "significance": draw.choice((None, None, None, *schema.SIGNIFICANCE))}
    else:
        cells |= {"origin": draw.choice(("somatic", "unknown", None))}
    return cells | {"profile_id": profile_id, "filter": draw.choice((None, None, "PASS", "LowQ"))}


def add(staging, table, rows):
    types = table.types()
    names = sorted({name for row in rows for name in row})
    staging.connection.register("_invented", pa.table({
        name: pa.array([row.get(name) for row in rows], ARROW.get(types[name], pa.string())) for name in names}))
    staging.add(table.name, "SELECT * FROM _invented")


def invented(draw):
    profiles, diagnoses, lines, biomarkers, findings = [], [], [], [], []
    for number in range(30):
        patient = {"patient_id": f"P{number}"}
        profile = {"profile_id": f"S{number}"}
        profiles.append(patient | profile | {
            "build": draw.choice((None, "GRCh37", "GRCh37", "GRCh38")),
            "tumour_only": draw.choice((None, True, True, False)),
            "tumour_type": draw.choice(TUMOUR_TYPES), "tumour_type_basis": "option"})
        diagnoses.append(patient | {
            "disease_setting": draw.choice((None, "early", "advanced")),
            "standard_treatment_status": draw.choice((None, "exhausted", "not_exhausted", "not_possible", "unknown"))})
        lines += [patient | {"line": line, "drugs": draw.choice(DRUGS)} for line in range(draw.randint(0, 2))]
        biomarkers += [profile | {"name": name, "status": draw.choice((None, *schema.BIOMARKER_STATUS))}
                       for name in schema.BIOMARKER if draw.random() < 0.5]
        findings += [finding(draw, f"S{number}") for _ in range(draw.randint(0, 20))]
    staging = Staging()
    for table, rows in ((schema.PROFILE, profiles), (schema.DIAGNOSIS, diagnoses), (schema.TREATMENT_LINE, lines),
                        (schema.BIOMARKER_TABLE, biomarkers), (schema.FINDING, findings)):
        add(staging, table, rows)
    return staging.finish()


def keyed(rows):
    names = [name for name in reference_engine.COLUMNS if name != "alteration"]
    return {(row["profile_id"], row["finding_id"], row["biomarker"], row["evidence_id"]):
            {name: row[name] for name in names} for row in rows}


@settings(max_examples=8)
@given(seed=st.integers(0, 10**9))
def test_an_invented_cohort_gets_the_same_rows_from_both_engines(seed):
    cohort = invented(Random(seed))

    def rows(name):
        return cohort.arrow(f'SELECT * FROM "{name}"').to_pylist()

    fast = tp.assess(cohort, as_of=AS_OF).to_arrow().to_pylist()
    slow = reference_engine.assess(rows("finding"), rows("biomarker"), rows("profile"), rows("diagnosis"),
                                   rows("treatment_line"), AS_OF)
    expected, found = keyed(slow), keyed(fast)
    assert len(fast) == len(found)
    assert set(found) == set(expected)
    differing = {key: {name: (cell, found[key][name]) for name, cell in row.items() if found[key][name] != cell}
                 for key, row in expected.items()}
    assert not {key: cells for key, cells in differing.items() if cells}
