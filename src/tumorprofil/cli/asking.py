"""What several commands ask in the same words: a day, settings, columns."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

import tumorprofil as tp
from tumorprofil.assessment.settings import AsOf
from tumorprofil.errors import UsageError
from tumorprofil.recommendation.document import Recommendation
from tumorprofil.recommendation.library import recommendation
from tumorprofil.terms.language import translate


def as_of(text: str | None) -> AsOf | None:
    """The day of `--as-of`, or the word report. Raises UsageError for anything else."""
    if text is None:
        return None
    if text == "report":
        return "report"
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(
            translate("--as-of takes a day such as 2025-06-30, or the word report; not {text}.").format(text=text)
        ) from None


def rule(name: str, given: Iterable[str]) -> Recommendation:
    """The recommendation with the settings of `--set KEY=VALUE`. Raises UsageError for a text of another shape."""
    settings: dict[str, str] = {}
    for text in given:
        key, sign, value = text.partition("=")
        if not sign or not key.strip():
            raise UsageError(translate("--set takes KEY=VALUE, not {text}.").format(text=text))
        settings[key.strip()] = value.strip()
    return recommendation(name, **settings)


def rule_with_settings(text: str) -> Recommendation:
    """A recommendation whose settings follow behind @, such as ``dnmtb-2026-draft@performance_status_limit=1``."""
    name, *settings = re.split(r"@(?=[a-z][a-z0-9_]*=)", text)
    return rule(name, settings)


def columns(text: str | None) -> list[str]:
    """The columns of `--by`."""
    return [name.strip() for name in (text or "").split(",") if name.strip()]


def assessed(paths: list[str], day: str | None, reading: dict[str, Any]) -> tp.Assessed:
    """Read and assess what a command was given."""
    wanted = as_of(day)
    return tp.assess(tp.read(paths, **reading), as_of=wanted)
