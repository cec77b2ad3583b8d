"""Table `performance_status`: what the centres wrote down of a person's performance, on their scales."""

import numpy as np
import pyarrow as pa

from tumorprofil.synthetic import columns
from tumorprofil.synthetic.draw import Flags, Ints, Random, Words, happens, pick_word, whole
from tumorprofil.synthetic.figures import centres, figures
from tumorprofil.synthetic.people import YEAR, People, Reports
from tumorprofil.terms.performance import Scale

_SCALES = [Scale.ECOG.value, Scale.KARNOFSKY.value, Scale.LANSKY.value]
# Lansky is for those below 16 years, Karnofsky for older children (domain facts, 5.4).
_LANSKY_BELOW, _ADULT = 16, 18


def performance_status(rng: Random, found: People, reports: Reports, until: int) -> pa.Table:
    """Measurements shortly before the report; for some no value, and for some only one after it."""
    chosen, size = figures()["performance"], len(reports.day)
    centre = found.centre[reports.person]
    missing = happens(rng, centres().share["performance_status"][centre], size)
    how, ways = pick_word(rng, chosen["missing"], size)
    word = np.array(ways)[how]
    before = reports.day - whole(rng.random(size) * (chosen["measured_before_days"] + 1))
    after = reports.day + 1 + whole(rng.random(size) * 12)
    late = missing & (word == "after") & (after <= until)
    again = ~missing & happens(rng, chosen["repeated"], size)
    said = missing & np.isin(word, ("unknown", "not_done", "not_relevant"))
    scale = _scales(rng, found, reports)
    parts = [
        (~missing, before, reports.ecog),
        (late, after, reports.ecog),
        (again, before - 25 - whole(rng.random(size) * 30), np.maximum(reports.ecog - 1, 0)),
    ]
    tables = [_measured(rng, found, reports, scale, *part) for part in parts]
    return pa.concat_tables([*tables, _unmeasured(found, reports, said, before, word)])


def _scales(rng: Random, found: People, reports: Reports) -> Ints:
    age = (reports.day - found.birth[reports.person]) / YEAR
    karnofsky = happens(rng, centres().share["karnofsky"][found.centre[reports.person]], len(age))
    return np.where(age < _LANSKY_BELOW, 2, np.where((age < _ADULT) | karnofsky, 1, 0)).astype(np.int64)


def _measured(
    rng: Random, found: People, reports: Reports, scale: Ints, kept: Flags, day: Ints, ecog: Ints
) -> pa.Table:
    values = np.array(figures()["performance"]["karnofsky_of_ecog"])
    rows = np.flatnonzero(kept)
    ecog, scale = ecog[rows], scale[rows]
    value = np.where(scale == 0, ecog, values[ecog, rng.integers(0, values.shape[1], len(rows))]).astype(np.int64)
    spoken = columns.words(scale, ["PS ", "Karnofsky ", "Lansky "])
    return pa.table(
        {
            "patient_id": found.name.take(pa.array(reports.person[rows])),
            "measured_date": columns.days(day[rows]),
            "scale": columns.words(scale, _SCALES),
            "value": columns.counts(value),
            "value_status": columns.same("known", len(rows)),
            "reported": columns.joined(spoken, columns.spelled(value)),
        }
    )


def _unmeasured(found: People, reports: Reports, said: Flags, day: Ints, word: Words) -> pa.Table:
    rows = np.flatnonzero(said)
    statuses = ["unknown", "not_done", "not_relevant"]
    status = np.array([statuses.index(text) for text in word[rows]], dtype=np.int64)
    return pa.table(
        {
            "patient_id": found.name.take(pa.array(reports.person[rows])),
            "measured_date": columns.days(day[rows]),
            "scale": columns.same(Scale.ECOG.value, len(rows)),
            "value": columns.counts(np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows), dtype=np.bool_)),
            "value_status": columns.words(status, statuses),
            "reported": columns.words(status, ["ukendt", "ikke udført", "ikke relevant"]),
        }
    )
