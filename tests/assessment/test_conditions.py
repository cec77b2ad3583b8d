"""What the evidence asks of the patient is shown as unmet or unknown, and never excludes; both engines agree."""

from collections.abc import Mapping

import pytest

import tumorprofil as tp
from tests.assessment.test_engines_agree import AS_OF, check
from tumorprofil.formats.staging import Staging

VARIANT = {"kind": "small_variant", "consequence": "missense", "origin": "somatic", "alternate_reads": 40, "depth": 100}


def cohort(gene: str, protein: str, tumour_type: str, **tables: list[Mapping[str, object]]) -> tp.Cohort:
    staging = Staging()
    staging.add_rows("patient", [{"patient_id": "SYNT-1"}])
    staging.add_rows("profile", [{"profile_id": "P1", "patient_id": "SYNT-1", "tumour_type": tumour_type,
                                  "tumour_type_basis": "option", "tumour_only": False}])
    staging.add_rows("finding", [{"profile_id": "P1", "gene_reported": gene, "hgvs_p_reported": protein, **VARIANT}])
    for name, rows in tables.items():
        staging.add_rows(name, rows)
    return staging.finish()


def proposal(found: tp.Cohort) -> dict[str, object]:
    row, = tp.assess(found, as_of=AS_OF).proposals().to_pylist()
    return dict(row)


def line(drugs: str | None) -> dict[str, object]:
    return {"patient_id": "SYNT-1", "line": 1, "drugs": drugs}


def marker(name: str, status: str) -> dict[str, object]:
    return {"profile_id": "P1", "name": name, "status": status}


def test_nothing_recorded_leaves_a_condition_unknown() -> None:
    row = proposal(cohort("KRAS", "p.G12C", "LUAD"))
    assert (row["tier"], row["conditions_unknown"], row["conditions_unmet"]) == ("I-B", "prior_treatment", None)


def test_a_line_of_treatment_meets_the_condition() -> None:
    row = proposal(cohort("KRAS", "p.G12C", "LUAD", treatment_line=[line("pembrolizumab")]))
    assert (row["conditions_unknown"], row["conditions_unmet"]) == (None, None)


def test_receptors_are_checked_and_an_unmet_one_keeps_the_tier() -> None:
    row = proposal(cohort("ESR1", "p.D538G", "BRCA", biomarker=[marker("ER", "negative")]))
    assert row["tier"] == "I-A"
    assert row["conditions_unmet"] == "er_positive"
    assert "her2_negative" in str(row["conditions_unknown"])


@pytest.mark.parametrize("tables", [
    {},
    {"treatment_line": [line("Osimertinib|pemetrexed")]},
    {"treatment_line": [line("erlotinib")]},
    {"treatment_line": [line("gefitinib | bevacizumab"), line(None)]},
    {"treatment_line": [line(None)]},
    {"biomarker": [marker("ER", "positive"), marker("HER2", "positive")]},
    {"biomarker": [marker("ER", "positive"), marker("ER", "negative")]},
    {"diagnosis": [{"patient_id": "SYNT-1", "disease_setting": "early", "standard_treatment_status": "exhausted"}]},
    {"diagnosis": [{"patient_id": "SYNT-1", "disease_setting": "advanced", "standard_treatment_status": "unknown"}]},
])
@pytest.mark.parametrize(("gene", "protein", "tumour_type"), [
    ("EGFR", "p.T790M", "LUAD"), ("ESR1", "p.Y537S", "BRCA"), ("KRAS", "p.G12C", "COAD"), ("BRAF", "p.V600E", "MEL"),
    ("BRCA1", "p.C61G", "BRCA"), ("PIK3CA", "p.H1047R", "IDC"),
])
def test_both_engines_agree_on_conditions_and_settings(
    gene: str, protein: str, tumour_type: str, tables: dict[str, list[Mapping[str, object]]],
) -> None:
    assert check(cohort(gene, protein, tumour_type, **tables)) > 0
