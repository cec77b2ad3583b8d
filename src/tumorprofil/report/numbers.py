"""Numbers and dates as people write them in the language that is shown."""

from datetime import date

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from tumorprofil.terms import language

_LOCALES = {"da": "da_DK", "en": "en_GB"}


def _locale() -> str:
    return _LOCALES[language.current()]


def whole(number: int) -> str:
    """A count with thousands separated: 9.104 in Danish, 9,104 in English."""
    return format_decimal(number, locale=_locale())


def percent(fraction: float) -> str:
    """A fraction as whole per cent, such as 66 %."""
    return format_percent(fraction, locale=_locale())


def day(value: date) -> str:
    """A date in words, such as 24. november 2026."""
    return format_date(value, format="long", locale=_locale())
