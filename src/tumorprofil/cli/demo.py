"""What `make demo` runs: assess the examples that ship, show a summary, and write the page."""

import os
import sys
import webbrowser
from importlib.resources import files
from pathlib import Path

from rich.console import Console

import tumorprofil as tp
from tumorprofil.cli import terminal
from tumorprofil.cli.assess import show
from tumorprofil.report import assessment
from tumorprofil.terms.language import translate

PAGE = Path("out") / "assessment.html"
_WIDTH_IN_A_FILE = 140


def demo(page: Path = PAGE) -> int:
    """Assess the shipped examples and write the page; prints where it lies."""
    examples = Path(str(files("tumorprofil"))) / "examples"
    folders = sorted(Path(os.path.relpath(path)) for path in examples.iterdir() if path.is_dir())
    with terminal.progress(translate("Reading and assessing")):
        assessed = tp.assess(tp.read(folders))
        page.parent.mkdir(parents=True, exist_ok=True)
        assessment.save(assessed, page)
    print(translate("SYNTHETIC DATA AND CELL LINES: NO REAL PATIENT") + "\n")
    show(assessment.rows(assessed), Console(width=None if terminal.attended() else _WIDTH_IN_A_FILE))
    print("\n" + translate("The whole result as a page: {file}").format(file=page))
    if sys.platform in ("darwin", "win32") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        webbrowser.open(page.resolve().as_uri())
    return 0


if __name__ == "__main__":
    sys.exit(demo())
