"""Recommendations by name: those that ship, and files of one's own."""

from importlib.resources import files
from pathlib import Path

from tumorprofil.errors import UsageError
from tumorprofil.recommendation import reading
from tumorprofil.recommendation.document import Recommendation
from tumorprofil.terms.language import translate

_LARGEST_BYTES = 1_000_000


def recommendation(name: str | Path, **settings: object) -> Recommendation:
    """The recommendation of that id among those that ship, or in the file of that name, with `settings` changed.

    Raises UsageError where there is none, where the document says something that it cannot, or where it has no such
    setting or value.

    >>> recommendation("dnmtb-2026-draft", performance_status_limit=1).settings["performance_status_limit"]
    1
    """
    shipped = _shipped()
    path = shipped.get(str(name)) or Path(name)
    if not path.is_file():
        raise UsageError(
            translate("There is no recommendation {name}: neither a file nor one of {known}.").format(
                name=name, known=", ".join(sorted(shipped))
            )
        )
    return load(path).setting(**settings)


def is_reworded(rule: Recommendation) -> bool:
    """Whether a recommendation has the id of one that ships, and another text."""
    shipped = _shipped().get(rule.id)
    return shipped is not None and load(shipped).digest != rule.digest


def _shipped() -> dict[str, Path]:
    folder = Path(str(files("tumorprofil"))) / "recommendation" / "data"
    return {path.stem: path for path in folder.glob("*.toml")}


def load(path: Path) -> Recommendation:
    """The recommendation in a file, its settings at their defaults. Raises UsageError as `recommendation` does."""
    if path.stat().st_size > _LARGEST_BYTES:
        raise UsageError(translate("{file} is too large to be a recommendation.").format(file=path))
    return reading.read(path.name, path.read_bytes())
