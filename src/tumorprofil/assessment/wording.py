"""The basis of a tier in one sentence, Danish and English, built in the engine."""

from collections.abc import Mapping
from string import Formatter

import ibis
import ibis.expr.types as ir

from tumorprofil.cohort.schema import TIER_REASON
from tumorprofil.terms.language import N_, translate

EVIDENCE = N_(
    "{scope}: {gene} {alteration} is tier {tier} by {reference} ({date}, {evidence_id}). Not clinically reviewed."
)
DERIVED = N_(
    "{gene} {alteration} is tier {tier} in another tumour type, {scope}, by {reference} ({date}, {evidence_id}); "
    "here III-A follows from it. Not clinically reviewed."
)


def fill(template: str, values: Mapping[str, ir.StringValue]) -> ir.StringValue:
    """A template with named places, filled from columns; an empty column leaves its place empty."""
    parts: list[ir.StringValue] = []
    for text, name, _, _ in Formatter().parse(template):
        if text:
            parts.append(ibis.literal(text))
        if name:
            parts.append(values[name].cast("string").fill_null(""))
    sentence = parts[0]
    for part in parts[1:]:
        sentence = sentence + part
    return sentence


def basis(language: str, values: Mapping[str, ir.StringValue], derived: ir.BooleanValue) -> ir.StringValue:
    """The sentence for rows with evidence."""
    return ibis.ifelse(derived, fill(translate(DERIVED, language), values), fill(translate(EVIDENCE, language), values))


def reason_text(language: str, reason: ir.StringValue) -> ir.StringValue:
    """The sentence for rows without evidence: what their reason code means."""
    return ibis.cases(*((reason == code, translate(meaning, language) + ".") for code, meaning in TIER_REASON.items()))
