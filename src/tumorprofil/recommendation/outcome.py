"""The outcome of a triage: a cohort under a recommendation, case by case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import pyarrow as pa

from tumorprofil.assessment.assess import Assessed
from tumorprofil.cohort import spark
from tumorprofil.cohort.expression import Dialect, unbound
from tumorprofil.cohort.schema import CASE
from tumorprofil.errors import UsageError
from tumorprofil.recommendation import query, wording
from tumorprofil.recommendation.document import Recommendation
from tumorprofil.recommendation.triage import FORMAL, POPULATIONS, Formal, Population, reasons, triaged
from tumorprofil.terms.language import translate

Engine = Literal["duckdb", "spark"]
DIALECTS: Mapping[Engine, Dialect] = {"duckdb": "duckdb", "spark": "pyspark"}
# What stands in a listing beside the outcome: what the rules asked.
SHOWN = (
    "profile_id",
    "patient_id",
    "centre",
    "year",
    "cancer_group",
    "performance_status",
    "performance_status_low",
    "performance_status_high",
    "performance_status_status",
    "tier",
    "tier_status",
)


@dataclass(frozen=True)
class Triaged:
    """An assessed cohort under a recommendation. Nothing is computed before it is asked for.

    `formal` says what formal shortfalls do: reported beside the outcome, applied (the case is returned), or ignored.
    `population` is all profiles, or those sent to the board. `engine` is where the rules are asked; the answer is the
    same."""

    assessed: Assessed
    rule: Recommendation
    formal: Formal = "report"
    population: Population = "all"
    engine: Engine = "duckdb"

    @cached_property
    def case(self) -> str:
        """The name in the workspace of the table `case` that the recommendation asks."""
        return self.assessed.case(self.rule.case_settings)

    @cached_property
    def _on_spark(self) -> spark.Table:
        return spark.Table(self.assessed.cohort, self.case, CASE)

    def expression(self) -> Any:
        """The table `case` with the outcome of each case and its reasons, limited to the population."""
        case = unbound(self.case, CASE.types())
        if self.population == "referred":
            case = case.filter(case.referred)
        return triaged(case, self.rule, self.formal)

    def run(self, what: Sequence[object], build: Any) -> pa.Table:
        """The answer to `build(expression)`, compiled once for the rule; `what` names the question."""
        text = self.text(what, build)
        parameters = query.parameters(text, self.rule, DIALECTS[self.engine])
        if self.engine == "spark":
            return self._on_spark.run(text, parameters)
        return self.assessed.cohort.arrow(text, parameters)

    def text(self, what: Sequence[object], build: Any) -> str:
        """The query that `run` runs, with the numeric settings as parameters."""
        key = (self.case, self.formal, self.population, *what)
        return query.compiled(self.rule, key, lambda: build(self.expression()), DIALECTS[self.engine])

    def to_arrow(self) -> pa.Table:
        """One row a case: what the rules asked, the outcome, the criteria that are its reasons, the formal
        requirements that are missing, and `why`, a sentence for each reason in the language that is shown."""
        flags = self.run(("cases",), lambda table: table.order_by("patient_id", "profile_id"))
        rows = flags.to_pylist()
        listed = flags.select(list(SHOWN))
        applied = [self.reasons_of(row) for row in rows]
        missing = [self.missing_of(row) for row in rows]
        why = [wording.sentences(self.rule, row, found) for row, found in zip(rows, applied, strict=True)]
        texts = {
            "outcome": [row["outcome"] for row in rows],
            "reasons": ["|".join(found) for found in applied],
            "missing": ["|".join(found) for found in missing],
            "why": [" ".join(found) for found in why],
        }
        for name, cells in texts.items():
            listed = listed.append_column(name, pa.array(cells, pa.string()))
        return listed

    def to_frame(self) -> Any:
        """`to_arrow` as a pandas data frame. Raises ImportError where pandas is not installed."""
        return self.to_arrow().to_pandas()

    def reasons_of(self, row: Mapping[str, Any]) -> list[str]:
        """The criteria that are reasons for the outcome of a case, the deciding one first."""
        return [reason.criterion for reason in reasons(self.rule, self.formal) if row[reason.column]]

    def missing_of(self, row: Mapping[str, Any]) -> list[str]:
        """The formal requirements that a case does not meet; none where they are ignored."""
        if self.formal == "ignore":
            return []
        return [part.id for part in self.rule.requirements if row[f"missing_{part.id}"]]


def triage(
    assessed: Assessed,
    rule: Recommendation,
    *,
    formal: Formal = "report",
    population: Population = "all",
    engine: Engine = "duckdb",
) -> Triaged:
    """Apply a recommendation to an assessed cohort, one referral or a million profiles alike.

    Raises UsageError for an unknown `formal`, `population` or `engine`, for an engine that is not installed, and for
    the population sent to the board where the source keeps no referrals."""
    check_engine(engine)
    if formal not in FORMAL:
        raise UsageError(
            translate("Formal shortfalls are handled by one of {known}, not {given}.").format(
                known=", ".join(FORMAL), given=formal
            )
        )
    if population not in POPULATIONS:
        raise UsageError(
            translate("The population is one of {known}, not {given}.").format(
                known=", ".join(POPULATIONS), given=population
            )
        )
    outcome = Triaged(assessed, rule, formal, population, engine)
    if population == "referred" and not assessed.cohort.count("referral"):
        raise UsageError(
            translate("The source keeps no referrals, so nobody knows which profiles were sent to the board.")
        )
    return outcome


def check_engine(name: str) -> None:
    """Raises UsageError for an engine that is unknown or not installed."""
    if name not in DIALECTS:
        raise UsageError(
            translate("The engine is one of {known}, not {given}.").format(known=", ".join(DIALECTS), given=name)
        )
    if name == "spark":
        spark.require()
