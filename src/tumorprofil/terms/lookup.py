"""Answers that are computed once from a reference table and again when its file changes."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from tumorprofil.terms import reference

Answer = TypeVar("Answer")


def once_per_table(*names: str) -> Callable[[Callable[[], Answer]], Callable[[], Answer]]:
    """Cache a function of the reference tables `names` until one of their files, or the user's own, changes."""

    def decorate(build: Callable[[], Answer]) -> Callable[[], Answer]:
        @lru_cache(maxsize=4)
        def cached(_files: tuple[tuple[Path, int], ...]) -> Answer:
            return build()

        def current() -> Answer:
            return cached(tuple((file, file.stat().st_mtime_ns) for file in map(reference.path, names)))

        current.__doc__ = build.__doc__
        return current

    return decorate


def text(row: reference.Row, column: str) -> str:
    """The cell of a column that is never empty; empty text where it is."""
    return row[column] or ""


def flag(row: reference.Row, column: str) -> bool:
    """A cell that says true or false."""
    return row[column] == "true"
