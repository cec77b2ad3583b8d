"""What an expression may name (columns of the table `case`, definitions, settings), and of what kind each is."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import ibis
import ibis.expr.types as ir

from tumorprofil.cohort.schema import CASE, Column
from tumorprofil.errors import UsageError
from tumorprofil.terms.language import N_

Kind = Literal["truth", "number", "text", "date", "nothing"]
KINDS: Mapping[str, Kind] = {
    "BOOLEAN": "truth",
    "VARCHAR": "text",
    "BIGINT": "number",
    "DOUBLE": "number",
    "DATE": "date",
}
KIND_WORDS: Mapping[Kind, str] = {
    "truth": N_("a truth"),
    "number": N_("a number"),
    "text": N_("a text"),
    "date": N_("a date"),
    "nothing": N_("NULL"),
}
# A rule speaks of cases, never of one patient.
UNASKABLE = ("patient_id", "profile_id")


class ExpressionError(UsageError):
    """A text that is no expression of the language; the message says what is wrong with it, in one line."""

    def __init__(self, message: str) -> None:
        super().__init__("".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in message))


@dataclass(frozen=True, slots=True)
class Term:
    """A part of an expression: its kind, its value, and the codes that it can be compared with, where it is coded."""

    kind: Kind
    value: ir.Value
    codes: Collection[str] | None = None
    literal: str | None = None


Setting = Term | tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Names:
    """What an expression may name: columns and definitions as they are, settings behind a colon."""

    terms: Mapping[str, Term]
    settings: Mapping[str, Setting]

    def defining(self, name: str, term: Term) -> "Names":
        """The same names, and one more."""
        return replace(self, terms={**self.terms, name: term})


def columns(case: ir.Table) -> dict[str, Term]:
    """The columns of the table `case` that a recommendation may ask."""
    return {column.name: _column_term(case, column) for column in CASE.columns if column.name not in UNASKABLE}


def _column_term(case: ir.Table, column: Column) -> Term:
    return Term(KINDS[column.type], case[column.name], column.codes.keys() if column.codes else None)


@ibis.udf.scalar.builtin(name="setting")  # type: ignore[untyped-decorator]
def _placeholder(key: str) -> int: ...  # type: ignore[empty-body]


def number_setting(name: str) -> Term:
    """A numeric setting, whose value is given when the compiled expression runs."""
    return Term("number", _placeholder(name))


def text_setting(value: str, codes: Collection[str] | None = None) -> Term:
    """A setting that holds one of some codes; a change of it compiles the expression anew."""
    return Term("text", ibis.literal(value), codes, literal=value)
