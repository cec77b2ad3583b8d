"""The language of a recommendation: SQL boolean expressions over the columns of the table `case`.

`read` turns a text into an Ibis expression. It walks the tree that sqlglot makes of the text, and what it has no
handler for is refused: the handlers are the list of what is allowed. The engine's own parser must take the text too,
and where the two could bind operators differently, parentheses are asked for. Logic is SQL's, with three values: an
unknown operand makes the answer unknown unless the others decide it. Kinds are checked, so that a number never stands
where a truth is due, and a code is compared only with codes that its column has.
"""

import math
import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

import duckdb
import ibis
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from tumorprofil.recommendation.vocabulary import KIND_WORDS, ExpressionError, Kind, Names, Term, text_setting
from tumorprofil.terms.language import translate

# A rule that a person can read is far below these; the parser itself gives up above them.
LONGEST, DEEPEST = 4_000, 40

_LARGEST = 2**53
_NUMBER = re.compile(r"(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
# Quoted texts and names as they are, settings, and signs that mean something else to one of the parsers.
_PARTS = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|(?<![:\w]):(?P<setting>[A-Za-z_]\w*)|(?P<other>\$\$|!(?!=)|::)""")


def read(text: str, names: Names, expected: Kind = "truth") -> Term:
    """The expression that `text` says. Raises ExpressionError where it is none, or is not of the kind expected."""
    if len(text) > LONGEST:
        raise ExpressionError(translate("the expression is longer than {count} characters").format(count=LONGEST))
    marked = _marked(text)
    try:
        term = _visit(_tree(marked), names, 0)
        duckdb.extract_statements(f"SELECT ({marked.strip().rstrip(';')}\n)")
    except RecursionError:
        raise ExpressionError(translate("the expression is nested too deeply")) from None
    except duckdb.Error:
        raise ExpressionError(translate("the engine reads this in another way, or not at all")) from None
    if term.kind == "nothing" and expected == "truth":
        return Term("truth", ibis.null("boolean"))
    return _of(term, expected)


def _tree(text: str) -> Any:
    try:
        if any(token.comments for token in sqlglot.tokenize(text, read="duckdb")):
            raise ExpressionError(translate("a comment is not allowed"))
        found = [tree for tree in sqlglot.parse(text, read="duckdb") if tree is not None]
    except (SqlglotError, ValueError) as error:
        places = [place.get("col") for place in getattr(error, "errors", ())] or [len(text)]
        raise ExpressionError(
            translate("this is no expression; it goes wrong at character {place}").format(place=places[0])
        ) from None
    if len(found) != 1:
        raise ExpressionError(translate("exactly one expression is expected, not {count}").format(count=len(found)))
    return found[0]


def _marked(text: str) -> str:
    """The text with settings as the engine writes parameters: behind an opening parenthesis both parsers take a name
    with a colon for something else."""

    def mark(part: re.Match[str]) -> str:
        if part["other"]:
            raise ExpressionError(translate("{what} is not allowed").format(what=part["other"]))
        return f"${part['setting']}" if part["setting"] else part[0]

    return _PARTS.sub(mark, text)


def _visit(node: Any, names: Names, depth: int) -> Term:
    if depth > DEEPEST:
        raise ExpressionError(translate("the expression is nested too deeply"))
    handler, parts = _HANDLERS.get(type(node), (None, ()))
    if handler is None or any(value for key, value in node.args.items() if key not in parts):
        raise ExpressionError(
            translate(
                "{what} is not allowed; allowed are comparisons, AND, OR, NOT, IN, BETWEEN, IS, CASE WHEN and COALESCE"
            ).format(what=_shown(node))
        )
    if node.comments:
        raise ExpressionError(translate("a comment is not allowed"))
    return handler(node, names, depth + 1)


def _shown(node: Any) -> str:
    try:
        said = str(node.sql(dialect="duckdb", comments=False))
    except (SqlglotError, RecursionError, ValueError, AttributeError):
        said = type(node).__name__
    return said if len(said) <= 60 else said[:57] + "..."


def _of(term: Term, kind: Kind) -> Term:
    if term.kind not in (kind, "nothing"):
        raise ExpressionError(
            translate("{found} stands where {expected} is due").format(
                found=translate(KIND_WORDS[term.kind]), expected=translate(KIND_WORDS[kind])
            )
        )
    return term


def _truth(node: Any, names: Names, depth: int) -> Any:
    term = _of(_visit(node, names, depth), "truth")
    return ibis.null("boolean") if term.kind == "nothing" else term.value


def _and(node: exp.And, names: Names, depth: int) -> Term:
    return Term("truth", _truth(node.this, names, depth) & _truth(node.expression, names, depth))


def _or(node: exp.Or, names: Names, depth: int) -> Term:
    return Term("truth", _truth(node.this, names, depth) | _truth(node.expression, names, depth))


def _not(node: exp.Not, names: Names, depth: int) -> Term:
    return Term("truth", ~_truth(node.this, names, depth))


def _inside(node: exp.Paren, names: Names, depth: int) -> Term:
    return _visit(node.this, names, depth)


def _name(node: exp.Column, names: Names, depth: int) -> Term:
    name = node.name
    if name not in names.terms:
        raise ExpressionError(
            translate(
                "{name} is no column of the table case that a recommendation may ask; settings stand behind a colon"
            ).format(name=name[:60])
        )
    return names.terms[name]


def _setting(node: exp.Placeholder, names: Names, depth: int) -> Term:
    found = names.settings.get(str(node.this or ""))
    if found is None:
        raise ExpressionError(
            translate("there is no setting {name}; known are {known}").format(
                name=str(node.this or "?")[:60], known=", ".join(names.settings)
            )
        )
    if isinstance(found, tuple):
        raise ExpressionError(translate("the list :{name} goes with IN only").format(name=node.this))
    return found


def _literal(node: exp.Literal, names: Names, depth: int) -> Term:
    if node.is_string:
        return text_setting(str(node.this))
    if not _NUMBER.fullmatch(str(node.this)):
        raise ExpressionError(translate("{what} is no number").format(what=str(node.this)[:30]))
    number = float(node.this)
    if not math.isfinite(number) or abs(number) > _LARGEST:
        raise ExpressionError(translate("the number {number} is too large").format(number=str(node.this)[:30]))
    return Term("number", ibis.literal(int(number) if number.is_integer() else number))


def _negative(node: exp.Neg, names: Names, depth: int) -> Term:
    if not isinstance(node.this, _TIGHT):
        raise ExpressionError(translate("put parentheses around {what}").format(what=_shown(node.this)))
    return Term("number", -_of(_visit(node.this, names, depth), "number").value)


def _boolean(node: exp.Boolean, names: Names, depth: int) -> Term:
    return Term("truth", ibis.literal(bool(node.this)))


def _null(node: exp.Null, names: Names, depth: int) -> Term:
    return Term("nothing", ibis.null("boolean"))


def _date(node: exp.Cast, names: Names, depth: int) -> Term:
    if not (node.to.this == exp.DataType.Type.DATE and isinstance(node.this, exp.Literal) and node.this.is_string):
        raise ExpressionError(
            translate("{what} is not allowed; a date is written DATE '2026-01-31'").format(what=_shown(node))
        )
    try:
        return Term("date", ibis.literal(date.fromisoformat(str(node.this.this))))
    except ValueError:
        raise ExpressionError(translate("{what} is no date").format(what=_shown(node.this))) from None


def _operand(node: Any, names: Names, depth: int) -> Term:
    """What stands on one side of a comparison, IN, BETWEEN or IS: one thing, or a compound in parentheses."""
    term = _visit(node, names, depth)
    if not isinstance(node, _TIGHT):
        raise ExpressionError(translate("put parentheses around {what}").format(what=_shown(node)))
    return term


def _pair(node: Any, names: Names, depth: int) -> tuple[Any, Any, Kind]:
    left, right = _operand(node.this, names, depth), _operand(node.expression, names, depth)
    if "nothing" in (left.kind, right.kind):
        raise ExpressionError(translate("nothing equals NULL; write IS NULL"))
    _of(right, left.kind)
    _known_code(left, right)
    _known_code(right, left)
    return left.value, right.value, left.kind


def _known_code(coded: Term, compared: Term) -> None:
    if coded.codes is not None and compared.literal is not None and compared.literal not in coded.codes:
        raise ExpressionError(
            translate("the column has no code {code}; it has {known}").format(
                code=compared.literal[:60], known=", ".join(sorted(coded.codes))
            )
        )


def _equality(same: bool) -> "_Handler":
    def handler(node: Any, names: Names, depth: int) -> Term:
        left, right, _ = _pair(node, names, depth)
        return Term("truth", left == right if same else left != right)

    return handler


def _order(compare: Callable[[Any, Any], Any]) -> "_Handler":
    def handler(node: Any, names: Names, depth: int) -> Term:
        left, right, kind = _pair(node, names, depth)
        if kind not in ("number", "date"):
            raise ExpressionError(
                translate("{kind} has no order; compare with = or IN").format(kind=translate(KIND_WORDS[kind]))
            )
        return Term("truth", compare(left, right))

    return handler


def _between(node: exp.Between, names: Names, depth: int) -> Term:
    value, low, high = (_operand(node.args[part], names, depth) for part in ("this", "low", "high"))
    if not value.kind == low.kind == high.kind or value.kind not in ("number", "date"):
        raise ExpressionError(translate("BETWEEN takes three numbers or three dates"))
    return Term("truth", value.value.between(low.value, high.value))


def _member(node: exp.In, names: Names, depth: int) -> Term:
    value = _operand(node.this, names, depth)
    members: list[Term] = []
    if not node.expressions:
        raise ExpressionError(translate("IN takes a list in parentheses"))
    for item in node.expressions:
        listed = names.settings.get(str(item.this)) if isinstance(item, exp.Placeholder) else None
        members += listed if isinstance(listed, tuple) else [_operand(item, names, depth)]
    for member in members:
        if member.kind == "nothing" or value.kind == "nothing":
            raise ExpressionError(translate("nothing equals NULL; write IS NULL"))
        _of(member, value.kind)
        _known_code(value, member)
    if value.kind == "truth":
        # The compiler loses the parentheses of a compound truth before IN.
        return Term("truth", reduce(or_, (value.value == member.value for member in members)))
    return Term("truth", value.value.isin([member.value for member in members]))


def _is(node: exp.Is, names: Names, depth: int) -> Term:
    if isinstance(node.expression, exp.Null):
        term = _operand(node.this, names, depth)
        if term.kind == "truth":
            # The compiler loses the parentheses of a compound truth before IS NULL.
            return Term("truth", ibis.cases((term.value, False), (~term.value, False), else_=True))
        return Term("truth", term.value.isnull())
    if not isinstance(node.expression, exp.Boolean):
        raise ExpressionError(translate("IS takes NULL, TRUE or FALSE"))
    operand = _of(_operand(node.this, names, depth), "truth")
    value: Any = ibis.null("boolean") if operand.kind == "nothing" else operand.value
    wanted = bool(node.expression.this)
    return Term("truth", value.fill_null(False) if wanted else ~value.fill_null(True))


def _case(node: exp.Case, names: Names, depth: int) -> Term:
    branches = [(_truth(part.this, names, depth), _visit(part.args["true"], names, depth)) for part in node.args["ifs"]]
    default = node.args.get("default")
    other = _visit(default, names, depth) if default is not None else Term("nothing", ibis.null("boolean"))
    terms = [*(value for _, value in branches), other]
    kind, values = _alike(terms)
    return _with_codes(
        terms, kind, ibis.cases(*zip([when for when, _ in branches], values[:-1], strict=True), else_=values[-1])
    )


def _first_known(node: exp.Coalesce, names: Names, depth: int) -> Term:
    terms = [_visit(part, names, depth) for part in (node.this, *node.expressions)]
    kind, values = _alike(terms)
    return _with_codes(terms, kind, ibis.coalesce(*values))


def _with_codes(terms: list[Term], kind: Kind, value: Any) -> Term:
    """One of several terms: it has the codes of any of them, where all are coded or written out."""
    known: set[str] = set()
    for term in terms:
        if term.codes is not None:
            known |= set(term.codes)
        elif term.literal is not None:
            known.add(term.literal)
        elif term.kind != "nothing":
            return Term(kind, value)
    coded = any(term.codes is not None for term in terms)
    return Term(kind, value, known if coded else None)


def _alike(terms: list[Term]) -> tuple[Kind, list[Any]]:
    """The one kind of several terms, NULL fitting any, and their values."""
    kind: Kind = next((term.kind for term in terms if term.kind != "nothing"), "truth")
    typed = {"truth": "boolean", "number": "int64", "text": "string", "date": "date", "nothing": "boolean"}[kind]
    return kind, [ibis.null(typed) if _of(term, kind).kind == "nothing" else term.value for term in terms]


_TIGHT = (
    exp.Column,
    exp.Placeholder,
    exp.Literal,
    exp.Neg,
    exp.Boolean,
    exp.Null,
    exp.Paren,
    exp.Case,
    exp.Coalesce,
    exp.Cast,
)
_Handler = Callable[[Any, Names, int], Term]
_BOTH = ("this", "expression")
_HANDLERS: Mapping[type[exp.Expression], tuple[_Handler, tuple[str, ...]]] = {
    exp.And: (_and, _BOTH),
    exp.Or: (_or, _BOTH),
    exp.Not: (_not, ("this",)),
    exp.Paren: (_inside, ("this",)),
    exp.Column: (_name, ("this",)),
    exp.Placeholder: (_setting, ("this",)),
    exp.Literal: (_literal, ("this", "is_string")),
    exp.Neg: (_negative, ("this",)),
    exp.Boolean: (_boolean, ("this",)),
    exp.Null: (_null, ()),
    exp.Cast: (_date, ("this", "to", "_type")),
    exp.EQ: (_equality(True), _BOTH),
    exp.NEQ: (_equality(False), _BOTH),
    exp.GT: (_order(lambda left, right: left > right), _BOTH),
    exp.GTE: (_order(lambda left, right: left >= right), _BOTH),
    exp.LT: (_order(lambda left, right: left < right), _BOTH),
    exp.LTE: (_order(lambda left, right: left <= right), _BOTH),
    exp.Between: (_between, ("this", "low", "high")),
    exp.In: (_member, ("this", "expressions")),
    exp.Is: (_is, _BOTH),
    exp.Case: (_case, ("ifs", "default")),
    exp.Coalesce: (_first_known, ("this", "expressions")),
}
