"""Run every benchmark and write benchmarks/RESULTS.md with the machine that they ran on."""

import os
import platform
from datetime import date
from importlib.metadata import version
from pathlib import Path

from benchmarks import assess, tally, vcf

RESULTS = Path(__file__).with_name("RESULTS.md")
# Figure, what it is, the goal, and whether smaller is better.
GOALS: tuple[tuple[str, str, float, bool], ...] = (
    ("best_tier_ratio", "MAF to best tier per profile, times a bare aggregation of the same columns", 2, True),
    ("full_table_ratio", "MAF to the full finding table, times the same aggregation", 3, True),
    ("times_faster_than_pandas", "MAF to best tier per profile, times faster than default pandas", 4, False),
    ("times_faster", "VCF with full parse, times faster than pysam on the same rows", 3, False),
    ("peak_megabytes", "Peak memory of the full finding table, MB", 2000, True),
    ("one_patient_milliseconds", "One patient alone, file to best tier, ms", 60, True),
    ("tally_seconds", "Tally of 1,000,000 profiles from a freeze, warm, seconds", 0.5, True),
    ("tally_peak_megabytes", "Peak memory of that tally, MB", 1000, True),
    (
        "tally_changed_setting_milliseconds",
        "Triage and tally of 100,000 profiles after a setting changed, ms",
        100,
        True,
    ),
    ("tally_growth", "Time per profile at 1,000,000, times that at 10,000", 1, True),
)


def main() -> None:
    """Measure, and write the results."""
    figures = {
        **{f"vcf_{name}" if name == "records" else name: value for name, value in vcf.run().items()},
        **assess.run(),
        **tally.run(),
    }
    lines = [
        "# Results",
        "",
        f"Measured on {date.today().isoformat()}, {_machine()}. Every ratio is taken within one run, turn by turn.",
        "`make bench` writes this page.",
        "",
        "| What | Goal | Measured | Met |",
        "|---|---:|---:|---|",
    ]
    for name, meaning, goal, smaller in GOALS:
        met = figures[name] <= goal if smaller else figures[name] >= goal
        lines.append(
            f"| {meaning} | {'≤' if smaller else '≥'} {goal:g} | {figures[name]:g} | {'yes' if met else 'no'} |"
        )
    lines += ["", "All figures:", "", "| Figure | Value |", "|---|---:|"]
    lines += [f"| {name.replace('_', ' ')} | {value:.10g} |" for name, value in figures.items()]
    notes = RESULTS.with_name("NOTES.md")
    text = "\n".join(lines) + "\n" + (f"\n{notes.read_text(encoding='utf-8')}" if notes.exists() else "")
    RESULTS.write_text(text, encoding="utf-8")
    print(text)


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    engine = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "pandas", "pysam"))
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.machine()}, Python {platform.python_version()}, {engine}"
    )


if __name__ == "__main__":
    main()
