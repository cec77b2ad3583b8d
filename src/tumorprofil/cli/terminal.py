"""What a person at a terminal sees, and a pipe does not."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.text import Text

from tumorprofil.cohort.cohort import Cohort
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


_ALONE = """
    SELECT count(*) FILTER (patient_id NOT IN (SELECT patient_id FROM profile WHERE patient_id IS NOT NULL)) AS alone,
        count(*) AS persons FROM patient
"""
_UNSEEN = """
    SELECT count(*) FILTER (coalesce(quality, '') <> 'failed'
            AND profile_id NOT IN (SELECT profile_id FROM finding_reported)
            AND profile_id NOT IN (SELECT profile_id FROM biomarker)) AS unseen,
        count(*) AS profiles FROM profile
"""


def say_left_over(cohort: Cohort) -> None:
    """How much of what was read was not taken in, and how much met nothing else, on stderr; nothing where all is well.

    A clinical table that names samples in another way than the laboratory meets no profile: every case would then look
    as if nothing were known of it."""
    if cohort.left_out:
        _say(translate("Rows or files left out: {count}; run check to see them."), cohort.left_out)
    if cohort.refused_values:
        _say(
            translate("Values that could not be read and count as unknown: {count}; run check to see them."),
            cohort.refused_values,
        )
    unseen, profiles = cohort.arrow(_UNSEEN).to_pylist()[0].values()
    if unseen:
        _say(
            translate(
                "Profiles without any finding or biomarker: {count} of {all}. If a laboratory's file should have some, "
                "see whether samples are named alike in the tables and in the laboratory's files."
            ),
            unseen,
            profiles,
        )
    alone, persons = cohort.arrow(_ALONE).to_pylist()[0].values()
    if alone:
        _say(
            translate(
                "Persons in the tables without any profile: {count} of {all}. If these should have one, see whether "
                "samples are named alike in the tables and in the laboratory's files."
            ),
            alone,
            persons,
        )


def _say(text: str, count: int, whole: int = 0) -> None:
    print(text.format(count=numbers.whole(count), all=numbers.whole(whole)), file=sys.stderr)


def badge(tier: str | None) -> Text:
    """A tier as the page shows it: one scale from blue to grey, words where there is none."""
    if tier in tiers.COLOURS:
        return Text(f" {tier} ", style=f"bold white on {tiers.COLOURS[tier]}")
    return Text(tiers.label(tier), style="italic dim")
