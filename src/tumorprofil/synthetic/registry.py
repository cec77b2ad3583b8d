"""Write the synthetic national registry as a freeze, part by part, so that its size does not decide the memory.

>>> from tumorprofil.synthetic import registry
>>> manifest = registry.write("registry", profiles=6600)  # doctest: +SKIP
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from tumorprofil.assessment import frozen
from tumorprofil.assessment.assess import Assessed, assess
from tumorprofil.assessment.case import CaseSettings
from tumorprofil.cohort import freeze, schema
from tumorprofil.cohort.cohort import Cohort
from tumorprofil.errors import UsageError
from tumorprofil.formats.staging import Staging
from tumorprofil.synthetic import biomarkers, calendar, course, findings, people, performance, samples, treatment
from tumorprofil.synthetic.draw import Flags, Random
from tumorprofil.terms.language import translate

PART = 20_000


@dataclass(frozen=True, slots=True)
class _Drawn:
    """The truth behind one part, from which its course follows."""

    found: people.People
    reports: people.Reports
    failed: Flags
    refused: Flags


def write(
    folder: str | Path,
    profiles: int = 6600,
    seed: int = 20260101,
    until: date | None = None,
    progress: Callable[[int], None] | None = None,
    *,
    replace: bool = False,
) -> dict[str, Any]:
    """Write a registry of `profiles` profiles reported up to `until` (today without it) as a freeze; its manifest.

    The same arguments give the same files. `progress` is called with the number of profiles done. Raises ValueError
    where there is no profile to write or no day to report on, UsageError where `folder` exists, unless it is a
    synthetic freeze and `replace` says that it may go."""
    until = until or date.today()
    if profiles < 1:
        raise ValueError("a registry has at least one profile")
    _spare_real_people(Path(folder), replace)
    settings = CaseSettings().resolved()
    facts: dict[str, Any] = {}
    persons = numbered = 0
    with freeze.writing(Path(folder), replace) as partial:
        for part, done in enumerate(range(0, profiles, PART)):
            size = min(PART, profiles - done)
            assessed, more = _part(np.random.default_rng([seed, part]), size, persons, numbered, until)
            frozen.write_part(assessed, partial, settings, part)
            facts = frozen.facts(assessed, settings)
            persons, numbered = persons + more, numbered + assessed.cohort.count("finding")
            # The workspace of a part goes with its last name.
            del assessed
            if progress:
                progress(done + size)
        drawn = {"drawn": {"profiles": profiles, "seed": seed}}
        return freeze.seal(partial, until, True, facts | drawn)


def _spare_real_people(folder: Path, replace: bool) -> None:
    if replace and freeze.is_freeze(folder) and not freeze.is_synthetic(folder):
        raise UsageError(
            translate("{folder} is a freeze that is not synthetic; name another folder.").format(folder=folder)
        )


def _part(rng: Random, size: int, persons: int, numbered: int, until: date) -> tuple[Assessed, int]:
    """One part, assessed and with its course, and how many persons it has."""
    last = calendar.day_of(until)
    drawn, tables = _drawn(rng, size, persons, until)
    cohort = _cohort(tables, numbered)
    assessed = assess(cohort, as_of=until)
    tiers = course.best(drawn.found, drawn.reports, assessed.best())
    _replace(cohort, _course(rng, drawn, tiers, last))
    return assessed, len(drawn.found.kind)


def _drawn(rng: Random, size: int, persons: int, until: date) -> tuple[_Drawn, dict[str, pa.Table]]:
    """What does not hang on the tiers: the truth, and the tables."""
    last = calendar.day_of(until)
    found, reports = people.people(rng, size, persons, until)
    made = samples.samples(rng, found, reports)
    true = biomarkers.markers(rng, found)
    has = findings.carried(rng, found, true.positive["MSI"])
    shown = findings.seen(rng, found, made, has)
    consent, refused = people.consents(rng, found, reports.day)
    true = biomarkers.with_amplification(rng, true, has)
    tables = {
        "patient": pa.table({"patient_id": found.name}),
        "diagnosis": people.diagnoses(rng, found),
        "performance_status": performance.performance_status(rng, found, reports, last),
        "treatment_line": people.treatment_lines(rng, found, reports.day),
        "specimen": samples.specimens(rng, found, reports, made),
        "profile": samples.profiles(rng, found, reports, made),
        "finding": findings.findings(rng, reports, made, has, shown),
        "biomarker": biomarkers.biomarkers(rng, reports, made, true),
        "consent": consent,
    }
    return _Drawn(found, reports, made.failed, refused), tables


def _course(rng: Random, drawn: _Drawn, tiers: course.Best, last: int) -> dict[str, pa.Table]:
    """The tables that follow from the tiers."""
    found, reports = drawn.found, drawn.reports
    death = course.deaths(rng, found, reports, tiers, last)
    patient = course.patients(rng, found, death)
    referral, sent = course.referrals(rng, found, reports, drawn.failed, drawn.refused, tiers, death, last)
    proposal, made = treatment.proposals(rng, found, reports, tiers, sent, death, last)
    begun, given = treatment.treatments(rng, found, reports, tiers, made, death, last)
    response = treatment.responses(rng, found, reports, given, death, last)
    return {
        "patient": patient,
        "referral": referral,
        "treatment_proposal": proposal,
        "treatment": begun,
        "response": response,
    }


def _cohort(tables: Mapping[str, pa.Table], numbered: int) -> Cohort:
    """The tables as a reader leaves them; findings are numbered on from the earlier parts."""
    staging = Staging()
    for name, table in tables.items():
        staging.connection.register("_incoming", table)
        staging.add(name, "SELECT * FROM _incoming")
        staging.connection.unregister("_incoming")
    cohort = staging.finish()
    for table in schema.SOURCE_TABLES:
        moved = f" REPLACE (finding_id + {numbered} AS finding_id)" if table.name == "finding" else ""
        _lay(cohort, table.name, f'SELECT *{moved} FROM "{table.name}"')
    reported = cohort.connection.execute("DESCRIBE finding_reported").fetchall()
    names = ", ".join(f'"{row[0]}"' for row in reported)
    cohort.connection.execute(f"CREATE OR REPLACE VIEW finding_reported AS SELECT {names} FROM finding")
    return cohort


def _replace(cohort: Cohort, tables: Mapping[str, pa.Table]) -> None:
    """Lay tables into the cohort in place of what it has under their names."""
    for name, table in tables.items():
        types = schema.table(name).types()
        cells = ", ".join(
            f'CAST("{column}" AS {kind}) AS "{column}"'
            if column in table.column_names
            else f'CAST(NULL AS {kind}) AS "{column}"'
            for column, kind in types.items()
        )
        cohort.connection.register("_incoming", table)
        _lay(cohort, name, f"SELECT {cells} FROM _incoming")
        cohort.connection.unregister("_incoming")


def _lay(cohort: Cohort, name: str, select: str) -> None:
    cohort.connection.execute(f"CREATE OR REPLACE TABLE _laid_{name} AS {select}")
    cohort.connection.execute(f'CREATE OR REPLACE VIEW "{name}" AS SELECT * FROM _laid_{name}')
