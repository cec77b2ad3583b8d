"""Biomarkers: what is true of a person's tumour, and what each profile measured."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from tumorprofil.synthetic import columns
from tumorprofil.synthetic.catalogue import catalogue
from tumorprofil.synthetic.draw import Flags, Floats, Ints, Random, around, happens
from tumorprofil.synthetic.figures import assays, figures, kinds, of_kinds
from tumorprofil.synthetic.findings import Carried
from tumorprofil.synthetic.people import People, Reports
from tumorprofil.synthetic.samples import Samples
from tumorprofil.terms import reference
from tumorprofil.terms.cut_off import cut_off
from tumorprofil.terms.lookup import text


@dataclass(frozen=True, slots=True)
class Markers:
    """Per biomarker and person: whether it is positive; and the true tumour mutational burden per megabase."""

    positive: dict[str, Flags]
    tested: dict[str, Floats]
    burden: Floats


def markers(rng: Random, found: People) -> Markers:
    """What is true of every person."""
    positive, tested = {}, {}
    for name in _names():
        chance, share = _shares(name)
        positive[name] = happens(rng, chance[found.kind], len(found.kind))
        tested[name] = share[found.kind]
    chosen = figures()["biomarker"]
    median = kinds().numbers("tmb")[found.kind] * np.where(positive["MSI"], chosen["tmb_of_instable"], 1.0)
    return Markers(positive, tested, around(rng, median, chosen["tmb_spread"], len(found.kind)))


def with_amplification(rng: Random, true: Markers, has: Carried) -> Markers:
    """The same, with HER2 positive in most of those whose tumour has the ERBB2 amplification."""
    known = catalogue().options
    erbb2 = np.array([o.gene == "ERBB2" and o.copy_call == "amplification" for o in known])[has.option]
    raised = np.zeros(len(true.burden), dtype=np.bool_)
    raised[has.person[erbb2]] = True
    raised &= happens(rng, figures()["biomarker"]["her2_of_amplification"], len(raised))
    return Markers(true.positive | {"HER2": true.positive["HER2"] | raised}, true.tested, true.burden)


def biomarkers(rng: Random, reports: Reports, made: Samples, true: Markers) -> pa.Table:
    """Table `biomarker`, without what the assay does not measure; a failed profile has none from sequencing."""
    size = len(reports.day)
    measured = {
        "TMB": assays().flags("tmb")[made.assay],
        "MSI": np.ones(size, dtype=np.bool_),
        "HRD": assays().flags("hrd")[made.assay],
    }
    parts = []
    for name in ("TMB", *_names()):
        kept = happens(rng, true.tested[name][reports.person] if name in true.tested else 1.0, size)
        kept &= ~made.failed & measured.get(name, np.ones(size, dtype=np.bool_))
        rows = np.flatnonzero(kept)
        parts.append(_rows(rng, name, reports, made, true, rows))
    return pa.concat_tables(parts)


def _rows(rng: Random, name: str, reports: Reports, made: Samples, true: Markers, rows: Ints) -> pa.Table:
    person, size = reports.person[rows], len(rows)
    if name == "TMB":
        value = np.round(around(rng, true.burden[person], 0.12, size), 1)
        status = (value >= float(cut_off("tmb_high").value)).astype(np.int64)
        shown, unit, names, basis = np.ones(size, dtype=np.bool_), "mutations/Mb", ["low", "high"], 1
    else:
        status = true.positive[name][person].astype(np.int64)
        value, shown, unit, names, basis = _value(rng, name, made, rows, status.astype(np.bool_))
    method = columns.words(made.assay[rows], assays().names) if name in ("TMB", "MSI", "HRD") else columns.same(
        "FISH/IHC" if name == "HER2" else "IHC", size
    )  # fmt: skip
    return pa.table(
        {
            "profile_id": reports.name.take(pa.array(rows)),
            "name": columns.same(name, size),
            "value": columns.numbers(value, 1, shown),
            "unit": columns.same(unit, size, shown),
            "status": columns.words(status, names),
            "status_basis": columns.same("cut_off" if basis else "source", size),
            "method": method,
        }
    )


def _value(
    rng: Random, name: str, made: Samples, rows: Ints, positive: Flags
) -> tuple[Floats, Flags, str, list[str], int]:
    """Measured value, where it is given, unit, names of the two statuses, and whether a cut-off gave the status."""
    size = len(rows)
    if name == "MSI":
        sites = np.where(positive, 22 + 40 * rng.random(size), np.minimum(rng.exponential(2.5, size), 15))
        return sites, assays().flags("target")[made.assay[rows]], "% unstable sites", ["stable", "high"], 0
    if name == "HRD":
        score = np.where(positive, 42 + 25 * rng.random(size), 4 + 34 * rng.random(size))
        return score, np.ones(size, dtype=np.bool_), "score", ["low", "high"], 1
    return np.zeros(size), np.zeros(size, dtype=np.bool_), "", ["negative", "positive"], 0


def _names() -> list[str]:
    return list(dict.fromkeys(text(row, "name") for row in reference.rows("synthetic_biomarker")))


def _shares(name: str) -> tuple[Floats, Floats]:
    """Per tumour type the chance of being positive and of being tested; the first row that names it counts."""
    positive, tested = np.zeros(len(kinds().rows)), np.zeros(len(kinds().rows))
    for row in reversed(reference.rows("synthetic_biomarker")):
        if row["name"] == name:
            of = of_kinds(text(row, "tumour_types"))
            positive[of], tested[of] = float(text(row, "positive")), float(text(row, "tested"))
    return positive, tested
