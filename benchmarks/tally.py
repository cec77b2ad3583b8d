"""The tally of a synthetic registry of a million profiles, its memory, and what a changed setting costs."""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import tumorprofil as tp
from benchmarks import memory
from tumorprofil.recommendation.tally import count
from tumorprofil.report.tally import publish
from tumorprofil.synthetic import registry

SIZES = (10_000, 100_000, 1_000_000)
RULE = "dnmtb-2026-draft"
_TURNS = 9


def run(sizes: tuple[int, int, int] = SIZES) -> dict[str, float]:
    """Seconds and milliseconds (medians of warm turns) and megabytes."""
    small, middle, large = sizes
    with tempfile.TemporaryDirectory() as folder:
        made = {size: _make(Path(folder) / str(size), size) for size in sizes}
        warm = {size: _warm(Path(folder) / str(size)) for size in sizes}
        changed, switched = _changes(Path(folder) / str(middle))
        megabytes = _peak_megabytes(Path(folder) / str(large))
        suppressed = _published(Path(folder) / str(middle))
    return {
        "tally_profiles": large,
        "tally_registry_seconds": round(made[large], 1),
        "tally_small_milliseconds": round(1000 * warm[small], 1),
        "tally_middle_milliseconds": round(1000 * warm[middle], 1),
        "tally_seconds": round(warm[large], 3),
        "tally_growth": round(warm[large] / warm[small] / (large / small), 3),
        "tally_peak_megabytes": megabytes,
        "tally_changed_setting_milliseconds": round(1000 * changed, 1),
        "tally_changed_switch_milliseconds": round(1000 * switched, 1),
        "tally_published_seconds": round(suppressed, 2),
    }


def _make(folder: Path, profiles: int) -> float:
    return _timed(registry.write, folder, profiles=profiles)


def _tally(assessed: tp.Assessed, **settings: object) -> None:
    count(tp.triage(assessed, tp.recommendation(RULE, **settings)), ["centre"])


def _warm(folder: Path) -> float:
    assessed = tp.assess(tp.read(folder))
    _tally(assessed)
    return statistics.median(_timed(_tally, assessed) for _ in range(_TURNS))


def _changes(folder: Path) -> tuple[float, float]:
    """A numeric setting that changes, and a switch that was never compiled before."""
    assessed = tp.assess(tp.read(folder))
    _tally(assessed)
    numbers = [_timed(_tally, assessed, performance_status_limit=turn % 4) for turn in range(_TURNS)]
    choices = [
        {"haematology": one, "rare_cancers": two}
        for one in ("exempt", "same_rules", "out_of_scope")
        for two in ("exempt", "same_rules", "out_of_scope")
    ]
    switches = [_timed(_tally, assessed, **chosen) for chosen in choices]
    return statistics.median(numbers), statistics.median(switches)


def _published(folder: Path) -> float:
    tally = tp.tally(tp.triage(tp.assess(tp.read(folder)), tp.recommendation(RULE)), ["centre"])
    return _timed(publish, tally, 5)


def _peak_megabytes(folder: Path) -> int:
    program = (
        "import sys; from pathlib import Path; import tumorprofil as tp; from benchmarks.tally import _tally;"
        "_tally(tp.assess(tp.read(Path(sys.argv[1]))))"
    )
    return memory.peak_megabytes(program, str(folder))


def _timed(function: Callable[..., object], *arguments: object, **settings: object) -> float:
    start = time.perf_counter()
    function(*arguments, **settings)
    return time.perf_counter() - start
