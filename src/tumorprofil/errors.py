"""What can go wrong, as the person who reads it should see it: what, where, what to do."""

from dataclasses import dataclass
from typing import Literal

from tumorprofil.terms.language import translate

Extent = Literal["value", "row", "file"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something in a file that was not taken in.

    A refused *value* became unknown; a refused *row* or *file* is not in the cohort at all.
    `line` counts from 1 in the file as it lies on disk; `problem` and `expected` are already translated.
    """

    file: str
    extent: Extent
    problem: str
    expected: str
    line: int | None = None
    column: str | None = None
    found: str | None = None

    def __str__(self) -> str:
        place = self.file + (f":{self.line}" if self.line is not None else "")
        column = f", {self.column}" if self.column else ""
        found = f" ({self.found[:60]})" if self.found else ""
        return f"{place}{column}: {self.problem}{found}. {self.expected}"


class TumorprofilError(Exception):
    """Base of all errors meant for a person. One line; exit code 1."""

    exit_code = 1


class UsageError(TumorprofilError):
    """Called in a way that cannot work, such as an unknown option value. Exit code 2."""

    exit_code = 2


class ReadError(TumorprofilError):
    """A file or a row could not be read; nothing was taken in. `refusals` says what and why."""

    def __init__(self, refusals: list[Refusal]) -> None:
        self.refusals = refusals
        stopping = [refusal for refusal in refusals if refusal.extent != "value"] or refusals
        more = len(stopping) - 1
        tail = " " + translate("(and {count} more; run check to see them all)").format(count=more) if more else ""
        super().__init__(f"{stopping[0]}{tail}")
