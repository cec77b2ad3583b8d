"""`tumorprofil check`: what can be read, what is refused and why."""

import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

import tumorprofil as tp
from tumorprofil.cli import terminal
from tumorprofil.cohort import freeze as freezes
from tumorprofil.formats import reading
from tumorprofil.formats.source import open_source
from tumorprofil.report import numbers
from tumorprofil.report.assessment import files_read
from tumorprofil.report.content import FileRead
from tumorprofil.terms.language import translate


def check(paths: list[str], keep_going: bool, **options: str | None) -> int:
    """Print what the files hold and every refusal; 1 if there is any, else 0. A check reads all it can anyway."""
    if any(freezes.is_freeze(Path(path)) for path in paths):
        return _check_freezes([Path(path) for path in paths])
    with terminal.progress(translate("Reading")):
        try:
            cohort = tp.read(paths, strict=False, **options)  # type: ignore[arg-type]
            refusals, notes, read = list(cohort.refusals), list(cohort.notes), files_read(cohort)
            read += _without_profiles(paths, read, refusals)
        except tp.ReadError as error:
            refusals, notes, read = error.refusals, [], ()
    _print_files(read)
    for note in notes:
        print(translate("Left out on purpose: {what}").format(what=note))
    _print_refusals(refusals)
    count = numbers.whole(len(refusals))
    print(translate("Refused: {count}").format(count=count) if refusals else translate("Nothing is refused."))
    return 1 if refusals else 0


def _check_freezes(folders: list[Path]) -> int:
    """Whether every file of some freezes is as it was written."""
    changed = 0
    for folder in folders:
        with terminal.progress(translate("Reading")):
            cohort = tp.read(folder)
            differing = freezes.changed_files(folder)
        changed += len(differing)
        print(
            translate("{folder}: freeze {id} of {day}, {count} profiles").format(
                folder=folder,
                id=(cohort.manifest or {})["id"],
                day=(cohort.manifest or {})["made"],
                count=numbers.whole(cohort.count("profile")),
            )
        )
        for name in differing:
            print(translate("{file} was changed after it was written").format(file=folder / name))
    print(translate("Refused: {count}").format(count=changed) if changed else translate("Nothing is refused."))
    return 1 if changed else 0


def _without_profiles(paths: list[str], read: tuple[FileRead, ...], refusals: list[tp.Refusal]) -> tuple[FileRead, ...]:
    """Files such as clinical tables, which were read and gave no profile of their own."""
    named = {name for file in read for name in file.name.split("|")}
    named |= {refusal.file for refusal in refusals if refusal.extent == "file"}
    others = []
    for path in (path for root in paths for path in reading.files_under(Path(root)) if str(path) not in named):
        source = open_source(path)
        reader = reading.recognise(source)
        if source.readable != source.path:
            source.readable.unlink(missing_ok=True)
        others.append(FileRead(str(path), reader.NAME if reader else "–", 0, 0))
    return tuple(others)


def _print_files(read: tuple[FileRead, ...]) -> None:
    heading = [translate("File"), translate("Format"), translate("Profiles"), translate("Findings")]
    _print(
        heading, [[file.name.replace("|", " + "), file.format, str(file.profiles), str(file.findings)] for file in read]
    )


def _print_refusals(refusals: list[tp.Refusal]) -> None:
    heading = [
        translate("File"),
        translate("Line"),
        translate("Column"),
        translate("Found"),
        translate("Problem"),
        translate("Expected"),
    ]
    _print(
        heading,
        [
            [
                refusal.file,
                "" if refusal.line is None else str(refusal.line),
                refusal.column or "",
                refusal.found or "",
                refusal.problem,
                refusal.expected,
            ]
            for refusal in refusals
        ],
    )


def _print(heading: list[str], rows: list[list[str]]) -> None:
    if not rows:
        return
    if not terminal.attended():
        for cells in (heading, *rows):
            sys.stdout.write("\t".join(" ".join(cell.split()) for cell in cells) + "\n")
        return
    table = Table(*heading, header_style="bold", box=None, pad_edge=False)
    for cells in rows:
        table.add_row(*(Text(cell) for cell in cells))
    console = Console()
    console.print(table)
    console.print()
