"""The engine and the plain-Python reference assessment give the same rows."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

import tumorprofil as tp
from tests.assessment import reference_engine
from tumorprofil.cohort import schema

AS_OF = date(2026, 11, 1)
EXAMPLES = Path(tp.__file__ or "").parent / "examples"
# Real cohorts of both TCGA shapes, covered and not covered by the evidence; small ones whole, large ones in part.
COHORTS = ("LUAD", "HNSC", "BRCA", "LAML", "GBM", "PRAD")
GENES = ("EGFR", "KRAS", "BRAF", "ERBB2", "MET", "PIK3CA", "BRCA1", "BRCA2", "ATM", "PTEN", "TP53", "CDKN2A", "KIT",
         "FLT3", "IDH1", "IDH2", "HRAS", "ESR1", "AKT1", "NF1", "TTN", "RET", "ALK", "PALB2", "MTOR", "STK11")


def rows(cohort: tp.Cohort, name: str) -> list[dict[str, object]]:
    return cohort.arrow(f'SELECT * FROM "{name}"').to_pylist()


def comparable(table: Iterable[dict[str, object]]) -> list[tuple[object, ...]]:
    # The wording is checked elsewhere: `test_wording` and the example tests.
    wording = ("basis_en", "basis_da", "alteration", "evidence_tumour_type")
    names = [name for name in schema.ASSESSED.column_names if name not in wording]
    return sorted(tuple(str(row[name]) for name in names) for row in table)


def check(cohort: tp.Cohort, genes: tuple[str, ...] | None = None) -> int:
    fast = tp.assess(cohort, as_of=AS_OF).to_arrow().to_pylist()
    findings = rows(cohort, "finding")
    if genes:
        kept = {row["finding_id"] for row in findings if row["gene"] in genes}
        findings = [row for row in findings if row["finding_id"] in kept]
        fast = [row for row in fast if row["finding_id"] is None or row["finding_id"] in kept]
    slow = reference_engine.assess(
        findings, rows(cohort, "biomarker"), rows(cohort, "profile"), rows(cohort, "diagnosis"),
        rows(cohort, "treatment_line"), AS_OF)
    expected, found = comparable(slow), comparable(fast)
    differing = sorted(set(expected) ^ set(found))[:6]
    assert not differing
    assert expected == found
    return len(found)


@pytest.mark.parametrize("folder", ["lung", "melanoma", "registry"])
def test_the_shipped_examples_get_the_same_rows_from_both_engines(folder: str) -> None:
    assert check(tp.read(EXAMPLES / folder, strict=False)) > 0


@pytest.mark.parametrize("cohort", COHORTS)
def test_a_real_cohort_gets_the_same_rows_from_both_engines(shared_data: Path, cohort: str) -> None:
    files = [shared_data / "tcga" / f"{cohort}.maf.gz", shared_data / "tcga" / f"{cohort}.clinical.tsv.gz"]
    assert check(tp.read(files, preset="tcga"), GENES) > 50


def test_tso500_files_get_the_same_rows_from_both_engines(shared_data: Path) -> None:
    assert check(tp.read(shared_data / "tso500", tumour_type="LUAD", strict=False)) > 20


def test_without_a_tumour_type_both_engines_say_so(shared_data: Path) -> None:
    cohort = tp.read(shared_data / "tso500", strict=False)
    assert check(cohort) > 20
    assert {row["reason"] for row in tp.assess(cohort).to_arrow().to_pylist()} & {"tumour_type_unknown"}
