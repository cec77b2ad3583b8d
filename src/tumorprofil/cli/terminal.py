"""What a person at a terminal sees, and a pipe does not."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from tumorprofil.report import tiers


def attended() -> bool:
    """Whether somebody looks at the output as it comes."""
    return sys.stdout.isatty()


@contextmanager
def progress(task: str) -> Iterator[None]:
    """A moving bar on stderr while the block runs; nothing where output goes into a pipe or a file."""
    if not (attended() and sys.stderr.isatty()):
        yield
        return
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=Console(stderr=True), transient=True
    )
    with bar:
        bar.add_task(task, total=None)
        yield


def badge(tier: str | None) -> Text:
    """A tier as the page shows it: one scale from blue to grey, words where there is none."""
    if tier in tiers.COLOURS:
        return Text(f" {tier} ", style=f"bold white on {tiers.COLOURS[tier]}")
    return Text(tiers.label(tier), style="italic dim")
