"""What a person at a terminal sees, and a pipe does not."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.text import Text

from tumorprofil.errors import Refusal
from tumorprofil.report import numbers, tiers
from tumorprofil.terms.language import translate


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


@contextmanager
def counted(task: str, total: int) -> Iterator[Callable[[int], None] | None]:
    """A bar that shows how many of `total` are done: call what it yields with the number. None in a pipe or file."""
    if not (attended() and sys.stderr.isatty()):
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        running = bar.add_task(task, total=total)
        yield lambda done: bar.update(running, completed=done)


def say_refusals(refusals: Sequence[Refusal]) -> None:
    """How much of the files was not taken in, on stderr; nothing where all was."""
    left_out = sum(refusal.extent != "value" for refusal in refusals)
    if left_out:
        print(
            translate("Rows or files left out: {count}; run check to see them.").format(count=numbers.whole(left_out)),
            file=sys.stderr,
        )
    if unknown := len(refusals) - left_out:
        print(
            translate("Values that could not be read and count as unknown: {count}; run check to see them.").format(
                count=numbers.whole(unknown)
            ),
            file=sys.stderr,
        )


def badge(tier: str | None) -> Text:
    """A tier as the page shows it: one scale from blue to grey, words where there is none."""
    if tier in tiers.COLOURS:
        return Text(f" {tier} ", style=f"bold white on {tiers.COLOURS[tier]}")
    return Text(tiers.label(tier), style="italic dim")
