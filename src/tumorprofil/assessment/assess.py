"""From findings to proposed tiers.

The stages are Ibis expressions, compiled once and materialised in the cohort's workspace: candidates, their
matches with the evidence, the choice among those, and the rows of the table `assessed`. Each is made when it
is first asked for, in a schema of the assessment's own, so that two assessments of one cohort stand side by side.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from functools import lru_cache
from typing import Any

import duckdb
import ibis.expr.types as ir
import pyarrow as pa

from tumorprofil.assessment import candidate, choice, frozen, rows
from tumorprofil.assessment.best import best_of_profiles, proposals
from tumorprofil.assessment.case import CaseSettings, build_case, tables_digest
from tumorprofil.assessment.settings import AsOf, CutOffs, Settings
from tumorprofil.cohort import engine
from tumorprofil.cohort import freeze as freezes
from tumorprofil.cohort.cohort import Cohort, Parameters
from tumorprofil.cohort.expression import sql
from tumorprofil.evidence import knowledge
from tumorprofil.terms.cut_off import cut_off

_STAGES: dict[str, Callable[[Settings], ir.Table]] = {
    "_named": lambda settings: candidate.reported(),
    "_change": lambda settings: candidate.changes(),
    "_candidate": lambda settings: candidate.candidates(settings.cut_offs),
    "_match": lambda settings: choice.rule_matches(settings.as_of),
    "_choice": lambda settings: choice.choices(),
    "_support": lambda settings: rows.supports(),
    "assessed": lambda settings: rows.assessed(settings.cut_offs),
    "_proposal": lambda settings: proposals(),
    "_best": lambda settings: best_of_profiles(),
}
_NEEDS = {
    "_change": ("_named",),
    "_candidate": ("_change",),
    "_match": ("_candidate",),
    "_choice": ("_match",),
    "_support": ("_candidate",),
    "assessed": ("_choice", "_support"),
    "_proposal": ("assessed",),
    "_best": ("_choice",),
}

# What nothing later asks for goes at once: memory peaks at the wide table.
_SPENT = {"_candidate": ("_named", "_change")}


@lru_cache(maxsize=64)
def _compiled(stage: str, settings: Settings) -> str:
    return sql(_STAGES[stage](settings))


class Assessed:
    """A cohort with its proposed tiers. A tier here is a proposal with its reason, never a treatment decision.

    `evidence_version` names the knowledge that was used, `as_of` the date it was limited to. `path` is where the
    workspace is searched for its tables. They live as long as the cohort; several threads may ask at once.
    """

    def __init__(self, cohort: Cohort, settings: Settings) -> None:
        self.cohort = cohort
        self.settings = settings
        self.evidence_version = knowledge.version()
        self._frozen = frozen.holds_assessment(cohort, settings)
        self._made: set[str] = {"assessed"} if self._frozen else set()
        self._cases: dict[tuple[CaseSettings, str], str] = {}
        self._schema, self.path = _own_schema(cohort)

    @property
    def as_of(self) -> AsOf:
        return self.settings.as_of

    def best(self) -> pa.Table:
        """One row a profile: its best tier with the finding and the evidence that carry it.

        Where no finding has a tier, `tier` is not_covered, not_assessed or empty, and the basis says why."""
        return self._rows("_best")

    def proposals(self) -> pa.Table:
        """One row a finding × proposed tier, and one a finding that is not covered or not assessed but on which
        CIViC has evidence; sorted by patient, profile and tier."""
        return self._rows("_proposal")

    def table(self) -> ir.Table:
        """The whole table `assessed` as an Ibis expression."""
        self._make("assessed")
        return self.cohort.table("assessed", "main" if self._frozen else self._schema)

    def arrow(self, query: str, parameters: Parameters = ()) -> pa.Table:
        """The answer to a SQL query over the cohort tables and this assessment's `assessed`."""
        self._make("assessed")
        return self.cohort.arrow(query, parameters, self.path)

    def to_arrow(self) -> pa.Table:
        """The whole table `assessed`: finding × evidence, columns as documented in the schema."""
        return self._rows("assessed")

    def to_frame(self) -> Any:
        """The proposals as a pandas data frame. Raises ImportError where pandas is not installed."""
        return self.proposals().to_pandas()

    def case(self, settings: CaseSettings | None = None) -> str:
        """The name in the workspace of the table `case` made with `settings`: the freeze's own, or made now.

        Raises UsageError for a setting that the reference tables do not have."""
        settings = (settings or CaseSettings()).resolved()
        key = (settings, tables_digest())
        with self.cohort.making:
            if key not in self._cases:
                self._cases[key] = self._frozen_case(settings) or self._new_case(settings)
            return self._cases[key]

    def _frozen_case(self, settings: CaseSettings) -> str | None:
        if not self._frozen or not frozen.holds_case(self.cohort, settings):
            return None
        freezes.verify(self.cohort, "case")
        return "case"

    def _new_case(self, settings: CaseSettings) -> str:
        self._make("assessed")
        # A triage names the case alone, so no two of a cohort share a name.
        name = f"_case_{self.cohort.number()}"
        build_case(self.cohort, settings, name, self.path)
        return name

    def _rows(self, stage: str) -> pa.Table:
        self._make(stage)
        return self.cohort.arrow(f"SELECT * FROM {stage}", path=self.path)

    def _make(self, stage: str) -> None:
        with self.cohort.making:
            if stage in self._made:
                return
            for needed in _NEEDS.get(stage, ()):
                self._make(needed)
            with self.cohort.cursor(self.path) as cursor:
                cursor.execute(f"CREATE OR REPLACE TABLE {stage} AS {_compiled(stage, self.settings)}")
                for spent in _SPENT.get(stage, ()):
                    cursor.execute(f"DROP TABLE {spent}")
                if stage == "assessed":
                    self._show(cursor)
            self._made.add(stage)

    def _show(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """Let a cohort's first assessment be read by its plain name; what has that name already keeps it."""
        workspace = self.cohort.workspace
        with suppress(duckdb.CatalogException):
            cursor.execute(f"CREATE VIEW {workspace}.main.assessed AS FROM {workspace}.{self._schema}.assessed")


def _own_schema(cohort: Cohort) -> tuple[str, str]:
    """A new schema in the cohort's workspace for one assessment, and the path that begins with it."""
    with cohort.making:
        knowledge.load(cohort.connection)
        workspace, cohort.path = engine.search_path(cohort.connection)
        schema = f"_assessment_{cohort.number()}"
        with cohort.cursor() as cursor:
            cursor.execute(f"CREATE SCHEMA {workspace}.{schema}")
            with suppress(duckdb.CatalogException):
                # Loaded for this evidence; an assessment by other evidence would replace it.
                cursor.execute(
                    f"CREATE TABLE {workspace}.{schema}.candidate_symbol AS FROM {workspace}.main.candidate_symbol"
                )
                cursor.execute(f"DROP TABLE {workspace}.main.candidate_symbol")
    return schema, f"{workspace}.{schema},{cohort.path}"


def assess(cohort: Cohort, as_of: AsOf | None = None) -> Assessed:
    """Propose ESCAT tiers for every finding of a cohort.

    `as_of` limits the evidence to what was published on or before a date; ``"report"`` judges each profile by
    the date of its own report; without it today counts. ESCAT: Mateo et al., Ann Oncol 2018;29:1895."""
    return Assessed(cohort, Settings(as_of or date.today(), _cut_offs()))


def _cut_offs() -> CutOffs:
    return CutOffs(
        variant_reads=int(cut_off("read_support_small_variant").value),
        fusion_reads=int(cut_off("read_support_fusion").value),
        splice_reads=int(cut_off("read_support_splice").value),
        population_frequency=float(cut_off("population_frequency").value),
        germline_substitution_percent=round(100 * cut_off("germline_vaf_substitution").value),
        germline_indel_percent=round(100 * cut_off("germline_vaf_indel").value),
    )
