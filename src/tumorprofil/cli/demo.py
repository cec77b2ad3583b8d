"""What `make demo` runs: assess the examples that ship, then build a synthetic national registry and tally it."""

import os
import sys
import webbrowser
from importlib.resources import files
from pathlib import Path

from rich.console import Console

import tumorprofil as tp
from tumorprofil.cli import terminal
from tumorprofil.cli.assess import show
from tumorprofil.report import assessment, numbers
from tumorprofil.report import tally as reports
from tumorprofil.synthetic import registry
from tumorprofil.terms import language
from tumorprofil.terms.language import translate

OUT = Path("out")
RECOMMENDATION = "dnmtb-2026-draft"
PROFILES = 6600
_WIDTH_IN_A_FILE = 140


def demo(out: Path = OUT, profiles: int = PROFILES) -> int:
    """Assess the shipped examples, tally a synthetic registry by centre, and write both pages; says where they lie."""
    out.mkdir(parents=True, exist_ok=True)
    print(translate("SYNTHETIC DATA AND CELL LINES: NO REAL PATIENT") + "\n")
    pages = [_assess(out / "assessment.html"), _tally(out / "registry", out / "tally.html", profiles)]
    print("\n" + translate("The findings of the examples, with reasons: {file}").format(file=pages[0]))
    print(translate("The report of the tally: {file}").format(file=pages[1]))
    if sys.platform in ("darwin", "win32") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        for page in pages:
            webbrowser.open(page.resolve().as_uri())
    return 0


def _assess(page: Path) -> Path:
    examples = Path(str(files("tumorprofil"))) / "examples"
    folders = sorted(Path(os.path.relpath(path)) for path in examples.iterdir() if path.is_dir())
    with terminal.progress(translate("Reading and assessing")):
        assessed = tp.assess(tp.read(folders))
        assessment.save(assessed, page)
    show(assessment.rows(assessed), Console(width=None if terminal.attended() else _WIDTH_IN_A_FILE))
    return page


def _tally(folder: Path, page: Path, profiles: int) -> Path:
    with terminal.counted(translate("Making profiles"), profiles) as advance:
        registry.write(folder, profiles=profiles, progress=advance, replace=True)
    rule = tp.recommendation(RECOMMENDATION)
    counted = reports.tally(tp.triage(tp.assess(tp.read(folder)), rule), ["centre"])
    counted.save(page)
    heading = translate("A synthetic national registry of {count} profiles ({folder}) under {title}").format(
        count=numbers.whole(profiles), folder=folder, title=rule.title[language.current()]
    )
    print(f"\n{heading}\n\n{reports.text(counted, 'table')}", end="")
    return page


if __name__ == "__main__":
    sys.exit(demo())
