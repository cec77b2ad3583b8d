"""Text for people: English message ids, Danish translations, through gettext.

Mark a text with `N_` where it is data, translate with `translate` where it is shown.
Values go in by name only: ``translate("{file} is empty").format(file=name)``.
"""

import gettext
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from importlib.resources import files

LANGUAGES = ("da", "en")


def _preferred() -> str:
    wanted = os.environ.get("TUMORPROFIL_LANGUAGE") or os.environ.get("LANG", "")
    return "da" if wanted.lower().startswith("da") else "en"


_AT_START = _preferred()
_current: ContextVar[str] = ContextVar("language", default=_AT_START)


def N_(message: str) -> str:
    """Mark a text for translation and return it unchanged."""
    return message


@lru_cache
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    # Imported here: only Danish needs it, and it costs tens of milliseconds.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    source = files("tumorprofil").joinpath("locale", language, "LC_MESSAGES", "tumorprofil.po")
    compiled = io.BytesIO()
    with source.open("rb") as handle:
        write_mo(compiled, read_po(handle, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def translate(message: str, language: str | None = None) -> str:
    """The text in `language` (``da`` or ``en``), by default the current one."""
    return _catalogue(language or _current.get()).gettext(message)


def current() -> str:
    """The language that texts are shown in now."""
    return _current.get()


@contextmanager
def use(language: str) -> Iterator[None]:
    """Show texts in `language` within the block. Raises ValueError for a language without a catalogue."""
    if language not in LANGUAGES:
        raise ValueError(
            translate("No texts in language {language}; choose one of {known}.").format(
                language=language, known=", ".join(LANGUAGES)
            )
        )
    token = _current.set(language)
    try:
        yield
    finally:
        _current.reset(token)
