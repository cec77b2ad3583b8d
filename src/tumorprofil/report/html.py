"""What every page of the reports shares: how its template is filled, and the hash by which it allows its own style."""

import base64
import hashlib
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from tumorprofil.terms.language import translate


def environment(**names: Any) -> Environment:
    """The templates, with `translate` and these names at hand. Every value is escaped; one that is missing is an
    error."""
    found = Environment(
        loader=PackageLoader("tumorprofil", "report/templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals.update(translate=translate, **names)
    return found


def style_digest(style: str) -> str:
    """The hash by which a page's content security policy allows this style and no other (SHA-256, base64)."""
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
