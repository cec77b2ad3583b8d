"""One row a profile: only what a recommendation may ask.

The table `case` is a handful of joins over the cohort tables and `assessed`. What a diagnosis says of cancer group,
rarity and kind is worked out once for each combination of codes that occurs, by the same functions as everywhere.
"""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import date

import duckdb
import pyarrow as pa

from tumorprofil.cohort import engine
from tumorprofil.cohort.cohort import Cohort
from tumorprofil.cohort.schema import CASE
from tumorprofil.evidence import knowledge
from tumorprofil.terms import age, cancer_group, centre, codes, performance, rarity, reference, tumour_type
from tumorprofil.terms.cut_off import cut_off
from tumorprofil.terms.lookup import once_per_table

# Raise it when the same tables give another case: a freeze made before is then not used again.
LOGIC = 1
# The reference tables that shape the case beside the evidence.
TABLES = (
    "age_band",
    "cancer_group",
    "cancer_group_rule",
    "centre",
    "cut_off",
    "haematological",
    "icd_oncotree",
    "oncotree",
    "performance_scale",
    "rare_cancer",
)


@dataclass(frozen=True, slots=True)
class CaseSettings:
    """`karnofsky` names a conversion of table `performance_scale`, `age_bands` a setting of table `age_band`.

    A performance status measured more than `performance_status_days` before the report does not count; without a
    number the cut-off table's holds."""

    karnofsky: str = performance.DEFAULT
    age_bands: str = age.DEFAULT
    performance_status_days: int | None = None

    def resolved(self) -> "CaseSettings":
        """The same settings with every value written out."""
        if self.performance_status_days is not None:
            return self
        return replace(self, performance_status_days=int(cut_off("performance_status_days").value))


@once_per_table(*TABLES)
@once_per_table(*TABLES)
def tables_digest() -> str:
    """A hash of what the reference tables say that shape the case."""
    content = {name: reference.rows(name) for name in TABLES}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def build_case(
    cohort: Cohort, settings: CaseSettings | None = None, name: str = "case", path: str | None = None
) -> None:
    """Make the table `case`, under `name`, in the cohort's workspace from its source tables and table `assessed`.

    `path` is where `assessed` and the evidence are looked for; without it, in the workspace and the evidence of now.
    Raises UsageError for a setting that the reference tables do not have."""
    settings = (settings or CaseSettings()).resolved()
    if path is None:
        knowledge.load(cohort.connection)
        _, path = engine.search_path(cohort.connection)
    columns = ", ".join(f'CAST("{column.name}" AS {column.type}) AS "{column.name}"' for column in CASE.columns)
    # What is registered or temporary is the cursor's own, and goes with it.
    with cohort.cursor(path) as cursor:
        cursor.register("_case_scale", pa.Table.from_pylist(performance.ecog_rows(settings.karnofsky)))
        cursor.execute(f"CREATE TEMP TABLE _case_person AS {_person(settings.age_bands)}")
        cursor.register("_case_kind", _kinds(cursor))
        cursor.register("_case_centre", _centres(cursor))
        cursor.execute(
            f"""
            CREATE OR REPLACE TABLE {cohort.workspace}.main."{name}" AS
            WITH measured AS ({_MEASURED}), performance AS ({_PERFORMANCE}), carried AS ({_CARRIED}),
                tiers AS ({_TIERS}), consents AS ({_CONSENT}), referrals AS ({_REFERRAL})
            SELECT {columns} FROM ({_CASE})
            """,
            {"days": settings.performance_status_days},
        )


def _person(age_bands: str) -> str:
    # The diagnosis that the profile speaks of: the one of its tumour type, else the last before the report.
    # No rule of the cancer groups asks whether an age is above its limit or unknown, so both are one key.
    bands = " ".join(
        f"WHEN age >= {band.age_from}"
        + ("" if band.age_below is None else f" AND age < {band.age_below}")
        + f" THEN '{band.name}'"
        for band in age.bands(age_bands)
    )
    return f"""
        WITH chosen AS (
            SELECT p.profile_id, d.*
            FROM profile p JOIN diagnosis d ON d.patient_id = p.patient_id
            QUALIFY row_number() OVER (PARTITION BY p.profile_id ORDER BY
                (d.oncotree IS NOT NULL AND d.oncotree = p.tumour_type) DESC,
                coalesce(d.diagnosis_date <= p.report_date, true) DESC,
                d.diagnosis_date DESC NULLS LAST, d.diagnosis_year DESC NULLS LAST,
                d.diagnosis_id, d.icd10, d.topography, d.morphology, d.oncotree, d.stage) = 1
        ), aged AS (
            SELECT p.profile_id, p.patient_id, coalesce(p.centre, t.centre) AS centre, p.report_date,
                coalesce(year(p.report_date), p.report_year, year(d.diagnosis_date), d.diagnosis_year) AS year,
                p.tumour_type, p.specimen_id,
                p.assay IS NOT NULL AS has_method, p.quality, t.sex, t.death_date,
                coalesce(t.sex <> 'unknown', false) OR t.birth_date IS NOT NULL AS has_identity,
                d.icd10, d.topography, d.morphology, d.oncotree, d.histology,
                d.stage IS NOT NULL OR d.disease_setting IS NOT NULL AS has_stage,
                p.profile_id IN (SELECT profile_id FROM finding_reported)
                    OR p.profile_id IN (SELECT profile_id FROM biomarker) AS has_findings,
                coalesce({_whole_years("t.birth_date", "p.report_date")}, d.age_at_diagnosis,
                         {_whole_years("t.birth_date", "d.diagnosis_date")}) AS stated_age
            FROM profile p LEFT JOIN patient t ON t.patient_id = p.patient_id
            LEFT JOIN chosen d ON d.profile_id = p.profile_id
        )
        SELECT * EXCLUDE (stated_age), CASE WHEN stated_age >= 0 THEN stated_age END AS age,
            CASE {bands} ELSE '{age.UNKNOWN}' END AS age_group,
            least(floor(age), {cancer_group.age_limit()}) AS group_age,
            coalesce(tumour_type, oncotree) AS kind_type
        FROM aged
    """


def _whole_years(birth: str, on: str) -> str:
    birthday_to_come = f"(month({on}), day({on})) < (month({birth}), day({birth}))"
    return f"(year({on}) - year({birth}) - CAST({birthday_to_come} AS INTEGER))"


_KEY = ("icd10", "topography", "morphology", "oncotree", "kind_type", "group_age")


def _kinds(cursor: duckdb.DuckDBPyConnection) -> pa.Table:
    """What the combinations of codes that occur say, one row each."""
    names = ", ".join(_KEY)
    keys = cursor.execute(f"SELECT DISTINCT {names} FROM _case_person").to_arrow_table()
    kinds = [_kind(*(key[name] for name in _KEY)) for key in keys.to_pylist()]
    for name, kind in (
        ("cancer_group", pa.string()),
        ("haematological", pa.bool_()),
        ("rare", pa.bool_()),
        ("typed", pa.bool_()),
    ):
        keys = keys.append_column(name, pa.array([row[name] for row in kinds], kind))
    return keys


def _centres(cursor: duckdb.DuckDBPyConnection) -> pa.Table:
    """The code of the table of centres for each spelling that occurs; a centre that it does not have keeps its own."""
    query = "SELECT DISTINCT centre AS written FROM _case_person WHERE centre IS NOT NULL"
    written = cursor.execute(query).to_arrow_table()
    found = [centre.find(name, date.today()) for name in written.column(0).to_pylist()]
    codes = [place.code if place else None for place in found]
    return written.append_column("code", pa.array(codes, pa.string()))


def _kind(
    icd10: str | None,
    topography: str | None,
    morphology: str | None,
    oncotree: str | None,
    kind_type: str | None,
    group_age: float | None,
) -> dict[str, str | bool | None]:
    icd10 = codes.icd10(icd10) if icd10 else None
    topography = codes.topography(topography) if topography else None
    morphology = codes.morphology(morphology) if morphology else None
    rare = rarity.is_rare(topography or icd10, morphology)
    if rare is None and morphology is None and kind_type:
        rare = rarity.is_rare_type(kind_type)
    # A tissue such as LUNG is a site and no histology.
    node = tumour_type.find(oncotree) if oncotree else None
    return {
        "cancer_group": cancer_group.cancer_group(
            icd10=icd10, topography=topography, morphology=morphology, oncotree=kind_type, age=group_age
        ),
        "haematological": tumour_type.is_haematological(kind_type, icd10 or topography, morphology),
        "rare": rare,
        "typed": node is not None and node.level > 1,
    }


# Every measurement on the profile's person that can stand for the profile. `placed`: it lies in time beside the
# report; another counts only where it is the one value of its scale. The ECOG of a dead person is none of a living.
_MEASURED = """
    SELECT p.profile_id, m.scale, m.measured_date, m.value_status, s.ecog, s.ecog_low, s.ecog_high,
        p.report_date IS NOT NULL AND m.measured_date IS NOT NULL AS placed,
        NOT placed OR m.measured_date BETWEEN p.report_date - CAST($days AS INTEGER) AND p.report_date AS in_time,
        s.ecog IS NOT NULL AND (s.ecog < 5 OR coalesce(p.death_date <= m.measured_date, false)) AS converts
    FROM _case_person p JOIN performance_status m ON m.patient_id = p.patient_id
    LEFT JOIN _case_scale s ON s.scale = m.scale AND s.value = m.value
"""
_PERFORMANCE = """
    WITH usable AS (
        SELECT *, placed OR min(ecog) OVER same = max(ecog) OVER same AS single
        FROM measured WHERE in_time AND converts
        WINDOW same AS (PARTITION BY profile_id, scale, placed)
    ), last AS (
        SELECT * FROM usable WHERE single
        QUALIFY dense_rank() OVER (PARTITION BY profile_id
            ORDER BY placed DESC, CASE WHEN placed THEN measured_date END DESC, scale = 'ecog' DESC, scale) = 1
    ), found AS (
        -- Two values of one day leave the value open and give bounds.
        SELECT profile_id, CASE WHEN min(ecog) = max(ecog) THEN min(ecog) END AS ecog, min(ecog_low) AS ecog_low,
            max(ecog_high) AS ecog_high, max(measured_date) AS measured_date
        FROM last GROUP BY profile_id
    ), said AS (
        SELECT profile_id, max({'day': coalesce(measured_date, DATE '0001-01-01'), 'status': value_status})
            FILTER (in_time AND value_status <> 'known').status AS status
        FROM measured GROUP BY profile_id
    )
    SELECT profile_id, ecog, ecog_low, ecog_high, measured_date,
        CASE WHEN ecog IS NOT NULL THEN 'known' WHEN ecog_low IS NOT NULL THEN 'unknown'
             ELSE coalesce(status, 'unknown') END AS status
    FROM said LEFT JOIN found USING (profile_id)
"""
# Among equal tiers the first gene by name stands for the profile, as in the table of best tiers.
_CARRIED = """
    SELECT profile_id, tier, tier_rank, gene, alteration, evidence_id FROM assessed
    WHERE proposed AND tier_rank IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY profile_id ORDER BY tier_rank, gene, alteration, evidence_id) = 1
"""
# A finding that may be in the germline counts as such, also where it arises as resistance.
_TIERS = """
    SELECT profile_id, bool_or(tier = 'not_covered') AS not_covered, bool_or(tier = 'not_assessed') AS not_assessed,
        bool_or(germline_flag) AS germline_flag,
        min(tier_rank) FILTER (proposed AND germline_flag) AS tier_rank_germline,
        min(tier_rank) FILTER (proposed AND NOT germline_flag AND resistance) AS tier_rank_resistance,
        min(tier_rank) FILTER (proposed AND NOT germline_flag AND NOT resistance) AS tier_rank_other
    FROM (
        SELECT profile_id, tier, tier_rank, proposed, coalesce(germline_flag, false) AS germline_flag,
            gene IN (SELECT gene FROM resistance_alteration WHERE alteration IS NULL)
            OR coalesce((gene, alteration) IN (SELECT (gene, alteration) FROM resistance_alteration
                WHERE alteration IS NOT NULL), false) AS resistance
        FROM assessed
    ) GROUP BY profile_id
"""
# On one day a refusal comes before any other answer, and one without a date before all: nobody knows that it is old.
_CONSENT = """
    SELECT patient_id, answer FROM consent WHERE purpose = 'board' AND answer IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY patient_id ORDER BY answer = 'no' AND answered_date IS NULL DESC,
        answered_date DESC NULLS LAST, answer) = 1
"""


# Of several referrals of a profile the last counts; one that names no profile speaks of the person's.
_REFERRAL = """
    SELECT p.profile_id, r.presenter_role, r.clinical_question IS NOT NULL AS has_question,
        r.proposed_match IS NOT NULL AS has_match
    FROM _case_person p JOIN referral r ON r.profile_id = p.profile_id
        OR (r.profile_id IS NULL AND r.patient_id = p.patient_id)
    QUALIFY row_number() OVER (PARTITION BY p.profile_id ORDER BY r.referred_date DESC NULLS LAST,
        r.presenter_role, r.clinical_question, r.proposed_match) = 1
"""


def _known(table: str, flag: str) -> str:
    # A source without a single row of the table does not keep it: nothing is known of any profile.
    return f"CASE WHEN EXISTS (SELECT 1 FROM {table}) THEN {flag} END"


def _recorded(table: str, condition: str = "true") -> str:
    # A row that names no profile speaks of the person, so of each of the person's profiles.
    return (
        f"(p.profile_id IN (SELECT profile_id FROM {table} WHERE profile_id IS NOT NULL AND {condition})"
        f" OR p.patient_id IN (SELECT patient_id FROM {table} WHERE profile_id IS NULL AND {condition}))"
    )


# Outcome D and the route "none" say that there is nothing to propose.
_PROPOSES = "board_outcome IS DISTINCT FROM 'D' AND access_route IS DISTINCT FROM 'none'"
_DESCRIBED = "coalesce(specimen_type, site, CAST(collected_date AS VARCHAR)) IS NOT NULL OR tumour_cell_percentage >= 0"
# A tier is known; else the table does not cover the tumour type; else something could not be assessed, or nothing was
# there to assess; else every finding was, and none has a tier. A finding that ends before evidence is asked for, such
# as a benign one, says nothing of the tumour type: there the table itself is asked whether it covers it.
_CASE = f"""
    SELECT p.* EXCLUDE (centre), coalesce(h.code, p.centre) AS centre, k.cancer_group, k.haematological, k.rare,
        f.ecog AS performance_status, f.ecog_low AS performance_status_low, f.ecog_high AS performance_status_high,
        f.status AS performance_status_status, f.measured_date AS performance_status_date,
        CASE WHEN c.tier IS NOT NULL THEN 'tier' WHEN t.not_covered THEN 'not_covered'
             WHEN t.not_assessed OR p.tumour_type IS NULL OR NOT p.has_findings OR p.quality = 'failed'
             THEN 'not_assessed'
             WHEN v.tumour_type IS NULL THEN 'not_covered'
             ELSE 'no_tier' END AS tier_status,
        CASE tier_status WHEN 'tier' THEN c.tier WHEN 'no_tier' THEN NULL ELSE tier_status END AS tier,
        c.tier_rank, t.tier_rank_germline, t.tier_rank_resistance, t.tier_rank_other,
        c.gene, c.alteration, c.evidence_id, coalesce(t.germline_flag, false) AS germline_flag,
        coalesce((p.icd10 IS NOT NULL OR p.topography IS NOT NULL OR p.oncotree IS NOT NULL)
            AND (k.typed OR p.morphology IS NOT NULL OR p.histology IS NOT NULL), false) AS has_histology,
        p.patient_id IN (SELECT patient_id FROM treatment_line) AS has_treatment_lines,
        CASE WHEN p.specimen_id IS NULL THEN p.patient_id IN (SELECT patient_id FROM specimen WHERE {_DESCRIBED})
             ELSE (p.patient_id, p.specimen_id) IN (SELECT (patient_id, specimen_id) FROM specimen WHERE {_DESCRIBED})
             END AS has_specimen,
        p.quality IS NOT NULL AS has_quality, n.answer AS consent_board,
        {_known("referral", "r.profile_id IS NOT NULL")} AS referred, r.presenter_role,
        coalesce(r.has_question, false) AS has_question, coalesce(r.has_match, false) AS has_match,
        {_known("treatment_proposal", _recorded("treatment_proposal", _PROPOSES))} AS has_proposal,
        {_known("treatment", _recorded("treatment", "start_date IS NOT NULL"))} AS treated,
        {_known("response", _recorded("response", "response IN ('CR', 'PR')"))} AS responded
    FROM _case_person p
    LEFT JOIN _case_kind k ON {" AND ".join(f"k.{name} IS NOT DISTINCT FROM p.{name}" for name in _KEY)}
    LEFT JOIN performance f ON f.profile_id = p.profile_id
    LEFT JOIN carried c ON c.profile_id = p.profile_id
    LEFT JOIN tiers t ON t.profile_id = p.profile_id
    LEFT JOIN consents n ON n.patient_id = p.patient_id
    LEFT JOIN referrals r ON r.profile_id = p.profile_id
    LEFT JOIN _case_centre h ON h.written = p.centre
    LEFT JOIN covered_tumour_type v ON v.tumour_type = p.tumour_type
"""
