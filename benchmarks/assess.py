"""A MAF of two million rows to proposed tiers, against a bare aggregation, pandas, and the clock for one patient."""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

import tumorprofil as tp
from benchmarks import memory, pandas_assess, synthetic_maf
from tumorprofil.cohort import engine
from tumorprofil.formats import maf
from tumorprofil.formats.delimited import quoted, scan
from tumorprofil.formats.layout import Options
from tumorprofil.formats.source import open_source

ROWS = 2_000_000
TUMOUR_TYPE = "LUAD"
_TURNS = 5
_PANDAS_TURNS = 2
_PATIENT_TURNS = 30
_KNOWLEDGE = ("rule", "rule_tumour_type", "candidate_symbol", "gene_role", "known_protein")


def run(rows: int = ROWS) -> dict[str, float]:
    """Seconds (medians), ratios and megabytes. Raises AssertionError where pandas gives other tiers."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "synthetic.maf"
        synthetic_maf.write(path, rows)
        best(path)
        turns = [(_timed(aggregate, path), _timed(best, path), _timed(full, path)) for _ in range(_TURNS)]
        bare, tiers, table = (statistics.median(turn[side] for turn in turns) for side in range(3))
        slow = min(_timed(_pandas, path, "c") for _ in range(_PANDAS_TURNS))
        arrow = min(_timed(_pandas, path, "pyarrow") for _ in range(_PANDAS_TURNS))
        _same_tiers(path)
        megabytes = _peak_megabytes(path)
        one = Path(folder) / "one.maf"
        synthetic_maf.write(one, 200)
        best(one)
        patient = statistics.median(_timed(best, one) for _ in range(_PATIENT_TURNS))
        again = statistics.median(_timed(_assess_only(one)) for _ in range(_PATIENT_TURNS))
    return {
        "rows": rows,
        "aggregate_seconds": round(bare, 2),
        "best_tier_seconds": round(tiers, 2),
        "best_tier_ratio": round(statistics.median(turn[1] / turn[0] for turn in turns), 2),
        "full_table_seconds": round(table, 2),
        "full_table_ratio": round(statistics.median(turn[2] / turn[0] for turn in turns), 2),
        "pandas_seconds": round(slow, 2),
        "times_faster_than_pandas": round(slow / tiers, 1),
        "pandas_on_pyarrow_seconds": round(arrow, 2),
        "times_faster_than_pandas_on_pyarrow": round(arrow / tiers, 1),
        "peak_megabytes": megabytes,
        "one_patient_milliseconds": round(patient * 1000),
        "one_patient_assess_milliseconds": round(again * 1000),
    }


def aggregate(path: Path) -> None:
    """What DuckDB needs merely to aggregate over the columns that the assessment reads."""
    connection = engine.workspace()
    source = open_source(path)
    columns = maf.file_columns(source, Options())
    cells = [quoted(heading) for part, heading in columns.headings.items() if part != "sample"]
    grouped = ", ".join(f"max({cell}) AS m{number}" for number, cell in enumerate(cells))
    outer = ", ".join(f"max(m{number})" for number in range(len(cells)))
    sample = columns.cell("sample")
    connection.execute(
        f"SELECT count(*), {outer} FROM (SELECT {sample}, {grouped} FROM {scan(columns.table)} GROUP BY 1)"
    ).fetchall()


def best(path: Path) -> Any:
    """Read and assess to the best tier of each profile."""
    return tp.assess(tp.read(path, tumour_type=TUMOUR_TYPE)).best()


def full(path: Path) -> None:
    """Read and assess to the whole table of findings × evidence."""
    tp.assess(tp.read(path, tumour_type=TUMOUR_TYPE)).table()


def _assess_only(path: Path) -> Callable[[], None]:
    cohort = tp.read(path, tumour_type=TUMOUR_TYPE)
    return lambda: tp.assess(cohort).best() and None


def _frames() -> dict[str, pd.DataFrame]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "few.maf"
        synthetic_maf.write(path, 10)
        cohort = tp.read(path, tumour_type=TUMOUR_TYPE)
        tp.assess(cohort)
        frames = {name: cohort.arrow(f"SELECT * FROM {name}").to_pandas() for name in _KNOWLEDGE}
    ranks = {"protein": 0, "codon": 1, "exon": 1, "residue_range": 2, "truncating": 3, "oncogenic": 4}
    frames["rule"]["specificity"] = frames["rule"]["alteration_class"].map(ranks).fillna(2)
    frames["rule"]["agnostic"] = frames["rule"]["scope"] == "any_solid"
    return frames


def _pandas(path: Path, kind: str) -> pd.Series:
    return pandas_assess.best_tiers(path, _frames(), TUMOUR_TYPE, kind)


def _same_tiers(path: Path) -> None:
    ours = best(path).to_pandas().set_index("profile_id")["tier_rank"].sort_index()
    theirs = _pandas(path, "c").sort_index()
    differing = (ours.fillna(0) != theirs.fillna(0).reindex(ours.index, fill_value=-1)).sum()
    assert differing == 0, f"pandas gives another best tier for {differing} of {len(ours)} profiles"


def _peak_megabytes(path: Path) -> int:
    program = "import sys; from pathlib import Path; from benchmarks.assess import full; full(Path(sys.argv[1]))"
    return memory.peak_megabytes(program, str(path))


def _timed(function: Callable[..., object], *arguments: object) -> float:
    start = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - start
