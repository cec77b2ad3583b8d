"""Protein and coding changes: every spelling a source uses → one canonical spelling, in Python and in SQL.

The canonical spelling is HGVS with one-letter residues and the prefix ``p.`` (den Dunnen JT et al.
Hum Mutat 2016;37:564-569, https://hgvs-nomenclature.org): ``p.V600E``, ``p.E746_A750del``,
``p.E709_T710delinsD``, ``p.A763_Y764insFQEA``, ``p.L355dup``, ``p.R175fs``, ``p.N999=``, ``p.M1?``,
``p.*394Rext*9`` and, as MC3 writes it, ``p.X110_splice``. A frameshift is kept short, since callers count its
tail differently. `register` gives a DuckDB connection the same: plain spellings, nearly all there are, never
leave SQL, and the others go through the function itself.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

_BLANKS = " \t\r\n\u00a0"
_UNKNOWN = ("", ".", "-", "NA", "?", "p.?", "p.(?)")
_RESIDUE = r"[A-Z*]"
_POSITION = r"[1-9][0-9]{0,5}"
_SPAN = rf"{_RESIDUE}*{_POSITION}(?:_{_RESIDUE}?{_POSITION})?"
_NAMES = ("Ala", "Arg", "Asn", "Asp", "Cys", "Gln", "Glu", "Gly", "His", "Ile", "Leu", "Lys", "Met", "Phe", "Pro",
          "Ser", "Thr", "Trp", "Tyr", "Val", "Sec", "Pyl", "Ter")
_LETTERS = "ARNDCQEGHILKMFPSTWYVUO*"
_NAME = "|".join(_NAMES)
# Spelt out, because (?i) would let RE2 match the Kelvin sign as a K.
_ANY_NAME = "|".join((*_NAMES, *(name.upper() for name in _NAMES), *(name.lower() for name in _NAMES)))

# Applied in this order to what is not in a plain spelling already.
_REWRITES = (
    (r" *\([cg]\.[^)]*\)$", ""),
    (r"^(?:.*[:( ])?p\.", "p."),
    (r"[()]", ""),
    (r"^p\.", ""),
    (r"^[A-Za-z0-9_.-]+:", ""),
    (r"%3D", "="),
    *((name, letter) for name, letter in zip(_NAMES, _LETTERS, strict=True)),
    (rf"^({_SPAN})({_RESIDUE}*)>({_RESIDUE}+)$", r"\1del\2ins\3"),
    (rf"^({_SPAN})DEL({_RESIDUE}*)$", r"\1del\2"),
    (rf"^({_SPAN})DUP({_RESIDUE}*)$", r"\1dup\2"),
    (rf"^({_SPAN}(?:del{_RESIDUE}*?)?)INS({_RESIDUE}+)$", r"\1ins\2"),
    (rf"^({_SPAN}{_RESIDUE}*?)FS([*X]?[0-9]*[?]?)$", r"\1fs\2"),
    (rf"^({_RESIDUE}{{2,}}{_POSITION})({_RESIDUE}+)$", r"\1delins\2"),
    (rf"^({_RESIDUE}{_POSITION})({_RESIDUE}{{2,}})$", r"\1delins\2"),
)
_LOWER = rf"(?:p\.)?[a-z]{_POSITION}[a-z*=]"
_NAMED = rf"(?:p\.)?({_ANY_NAME})({_POSITION})({_ANY_NAME}|[*=])"

_SUBSTITUTION = rf"({_RESIDUE})({_POSITION})([A-Z*=])"
_FRAMESHIFT = rf"({_RESIDUE}?){_RESIDUE}*-?({_POSITION})(?:_{_RESIDUE}?{_POSITION})?{_RESIDUE}*fs[*X]?(?:[0-9]+|[?])?"
_SPLICE = rf"{_RESIDUE}({_POSITION})_splice"
_EXTENSION = rf"[*X]({_POSITION})({_RESIDUE}?)ext[*X]?([0-9]+|[?])?"
_AS_IS = (rf"=|0[?]?|{_RESIDUE}{_POSITION}[?]|{_RESIDUE}{_POSITION}_[?](?:{_POSITION})?|M1ext-{_POSITION}|"
          rf"{_RESIDUE}{_POSITION}_{_RESIDUE}{_POSITION}=")
_INDEL = (rf"({_RESIDUE}*)({_POSITION})(?:_({_RESIDUE}?)({_POSITION}))?(del|dup|ins)({_RESIDUE}*|{_POSITION})"
          rf"(?:ins({_RESIDUE}+|{_POSITION}))?")


@lru_cache(maxsize=128)
def _compiled(pattern: str) -> re.Pattern[str]:
    # RE2's $ is the very end of the text; Python's also matches before a last line feed.
    return re.compile(pattern.replace("$", r"\Z"), re.ASCII)


def _match(pattern: str, text: str) -> re.Match[str] | None:
    return _compiled(pattern).fullmatch(text)


def normalise_protein(text: str | None) -> str | None:
    """A protein change in any spelling → the canonical one.

    None for an empty cell and for markers of "unknown" such as ``p.?``; the trimmed text itself where it is
    not understood. Never raises."""
    trimmed = (text or "").strip(_BLANKS)
    if trimmed in _UNKNOWN:
        return None
    body = _body(trimmed)
    if body in ("", "?"):
        return None
    if body[0].isdigit() and "p." not in trimmed:
        # Without the prefix it may as well be a coding change: 1100delC.
        return trimmed
    canonical = _canonical(body)
    return trimmed if canonical is None else f"p.{canonical}"


def _body(text: str) -> str:
    if named := _match(_NAMED, text):
        return _letter(named[1]) + named[2] + _letter(named[3])
    if _match(_LOWER, text):
        text = text.removeprefix("p.").upper()
    return reduce(lambda body, step: _compiled(step[0]).sub(step[1], body), _REWRITES, text)


def _letter(name: str) -> str:
    return name if len(name) == 1 else _LETTERS[_NAMES.index(name.title())]


def _canonical(body: str) -> str | None:
    if found := _match(_SUBSTITUTION, body):
        return _substitution(found[1], found[2], found[3])
    if found := _match(_FRAMESHIFT, body):
        return f"{found[1]}{found[2]}fs"
    if found := _match(_SPLICE, body):
        return f"X{found[1]}_splice"
    if found := _match(_EXTENSION, body):
        return f"*{found[1]}{found[2]}ext*{found[3] or '?'}"
    if _match(_AS_IS, body):
        return body
    if found := _match(_INDEL, body):
        return _indel(*(group or "" for group in found.groups()))
    return None


def _substitution(reference: str, position: str, alternate: str) -> str:
    reference, alternate = reference.replace("X", "*"), alternate.replace("X", "*")
    return f"{reference}{position}{'=' if reference == alternate else alternate}"


def _indel(letters: str, start: str, letter: str, end: str, operation: str, listed: str, inserted: str) -> str | None:
    first = int(start)
    if operation == "ins":
        return None if inserted else _insertion(letters, first, letter, end, listed)
    if operation == "dup" and inserted:
        return None
    listed = "" if listed.isdigit() else listed
    if end:
        last = int(end)
        span = last - first + 1
        if span < 1 or len(letters) > 1:
            return None
        known = letters if span == 1 else letters + letter
        deleted = listed if len(listed) == span else known if len(known) == span else ""
    else:
        deleted = listed or letters
        last = first + len(deleted) - 1
        if not deleted:
            return None
    place = _place(first, deleted) if deleted else f"{letters}{first}_{letter}{last}"
    if operation == "dup":
        return f"{place}dup"
    if not deleted or inserted.isdigit():
        return f"{place}delins{inserted}" if inserted else f"{place}del"
    return _smallest(first, deleted, inserted)


def _insertion(letters: str, first: int, letter: str, end: str, inserted: str) -> str | None:
    if len(letters) > 1 or not inserted or not end or int(end) <= first:
        return None
    if inserted == letters:
        return f"{letters}{first}dup"
    if inserted == letter:
        return f"{letter}{end}dup"
    return f"{letters}{first}_{letter}{end}ins{inserted}"


def _place(first: int, residues: str) -> str:
    if len(residues) == 1:
        return f"{residues}{first}"
    return f"{residues[0]}{first}_{residues[-1]}{first + len(residues) - 1}"


def _smallest(first: int, deleted: str, inserted: str) -> str:
    head = _shared(deleted, inserted)
    tail = _shared(deleted[head:][::-1], inserted[head:][::-1])
    gone, new = deleted[head:len(deleted) - tail], inserted[head:len(inserted) - tail]
    start = first + head
    if not gone and not new:
        return _substitution(deleted, str(first), deleted) if len(deleted) == 1 else f"{_place(first, deleted)}="
    if not new:
        return f"{_place(start, gone)}del"
    if len(gone) == 1 and len(new) == 1:
        return _substitution(gone, str(start), new)
    if gone:
        return f"{_place(start, gone)}delins{new}"
    if deleted[:head].endswith(new):
        return f"{_place(start - len(new), new)}dup"
    if 0 < head < len(deleted):
        return f"{deleted[head - 1]}{start - 1}_{deleted[head]}{start}ins{new}"
    # The neighbour of the inserted residues is not known, so HGVS has no shorter spelling.
    return f"{_place(first, deleted)}delins{inserted}"


def _shared(one: str, other: str) -> int:
    length = min(len(one), len(other))
    return next((i for i in range(length) if one[i] != other[i]), length)


@dataclass(frozen=True, slots=True)
class ProteinChange:
    """A canonical protein change taken apart.

    `reference` is the first affected residue (empty where the source leaves it out), `first` and `last` the
    affected positions (of an insertion the two neighbours), `alternate` the residues that stand there
    instead (`=` where silent, empty where none are named), `kind` as `protein_kind` says, the lengths in residues."""

    reference: str
    first: int | None
    last: int | None
    alternate: str
    kind: str
    inserted_length: int
    deleted_length: int


_HEAD = rf"p\.({_RESIDUE}?)({_POSITION})(?:_({_RESIDUE}?)({_POSITION}))?"
_PARTS = (rf"{_HEAD}(?:(=|[?]|_[?]|fs|_splice|dup|delins|del|ins|{_RESIDUE}?ext[*][?]|{_RESIDUE}?ext[*-])"
          rf"({_RESIDUE}*|{_POSITION})|({_RESIDUE}?))")


def parse_protein(normalised: str) -> ProteinChange:
    """A canonical protein change taken apart; kind `other` where it is not understood.

    Kinds: missense (also several residues replaced by as many), nonsense (also a stop within inserted
    residues), frameshift, inframe_deletion, inframe_insertion (also dup), inframe_indel, silent, splice,
    start_lost, stop_lost, other."""
    found = _match(_PARTS, normalised)
    if not found:
        kind = {"p.=": "silent", "p.0": "start_lost", "p.0?": "start_lost"}.get(normalised, "other")
        return ProteinChange("", None, None, "=" if kind == "silent" else "", kind, 0, 0)
    reference, start, letter, end, operation, listed, single = (group or "" for group in found.groups())
    first, last = int(start), int(end or start)
    span = last - first + 1
    replaces = operation in ("", "delins")
    rest = (single or listed) if replaces or operation == "ins" else ""
    alternate = ("=" if operation == "=" else operation.partition("ext")[0] if "ext" in operation
                 else "" if rest.isdigit() else rest)
    new = span if operation == "dup" else int(rest) if rest.isdigit() else len(rest)
    return ProteinChange(
        reference, first, last, alternate,
        _kind(reference, first, letter if end else reference, operation, alternate, new, span),
        inserted_length=new,
        deleted_length=span if (replaces and rest) or operation == "del" else 0,
    )


def _kind(reference: str, first: int, letter: str, operation: str, alternate: str, new: int, span: int) -> str:
    simple = {"=": "silent", "_splice": "splice", "dup": "inframe_insertion"}.get(operation)
    if simple:
        return simple
    if "ext" in operation or operation == "fs":
        return "stop_lost" if reference == "*" else "frameshift" if operation == "fs" else "other"
    if "?" in operation:
        return "start_lost" if first == 1 else "other"
    if operation != "del" and not new:
        return "other"
    if reference == "M" and first == 1 and operation != "ins":
        return "start_lost"
    if "*" in alternate:
        return "nonsense"
    if operation == "ins":
        return "inframe_insertion"
    if letter == "*":
        return "stop_lost"
    if operation == "del":
        return "inframe_deletion"
    return "missense" if new == span else "inframe_indel"


_CODING = r"(?:.*:)?([cngmr]\..*?)(?:[ ]*[(:][ ]*p\..*)?"


def coding_change(text: str | None) -> str | None:
    """A coding change without transcript, gene and protein change: ``NM_004958.3:c.2997C>T(p.(Asn999=))`` →
    ``c.2997C>T``. None where empty or unknown; the trimmed text itself where it is not understood."""
    trimmed = (text or "").strip(_BLANKS)
    if trimmed in ("", ".", "-", "NA", "c.?"):
        return None
    found = _match(_CODING, trimmed)
    return (found[1] if found else trimmed).replace("%3D", "=")


def _pairs(tail: Callable[[str], str]) -> str:
    """A pattern with one branch a residue, for want of back-references in RE2."""
    return "|".join(f"{re.escape(letter)}{_POSITION}{tail(letter)}" for letter in _PLAIN_RESIDUES)


_PLAIN_RESIDUES = "ACDEFGHIKLMNPQRSTVWY*"
_PLAIN = rf"p\.(?:{_pairs(lambda letter: '[' + _PLAIN_RESIDUES.replace(letter, '') + ']')})"
_SAME = rf"p\.(?:{_pairs(re.escape)})"
_CANONICAL = rf"p\.(?:X{_POSITION}_splice|[A-Z*]{_POSITION}(?:del|dup|[?]))"
_PLAIN_FRAMESHIFT = rf"(p\.[A-Z*]{_POSITION})[A-Z*]?fs(?:[*][0-9]+)?"
_PLAIN_NAMED = rf"p\.(?:{_NAME}){_POSITION}(?:{_NAME})"
_PLAIN_CODING = r"c\.[0-9A-Za-z_*>+-]+"

MACROS: tuple[str, ...] = tuple(f"CREATE OR REPLACE MACRO {macro}" for macro in (
    f"_hgvs_letter(name) AS substr('{_LETTERS}', (instr('{','.join(_NAMES)}', name) + 3) // 4, 1)",
    """_hgvs_named(change) AS 'p.' || _hgvs_letter(change[3:5]) || change[6:-4] ||
        CASE WHEN change[3:5] = change[-3:] THEN '=' ELSE _hgvs_letter(change[-3:]) END""",
    f"""protein_change(value) AS CASE
        WHEN regexp_full_match(value, '{_PLAIN}') THEN value
        WHEN regexp_full_match(value, '{_SAME}') THEN value[:-2] || '='
        WHEN regexp_full_match(value, '{_CANONICAL}') THEN value
        WHEN regexp_full_match(value, '{_PLAIN_FRAMESHIFT}')
            THEN regexp_extract(value, '^{_PLAIN_FRAMESHIFT}', 1) || 'fs'
        WHEN regexp_full_match(value, '{_PLAIN_NAMED}') THEN _hgvs_named(value)
        WHEN regexp_full_match(value, '[A-Za-z0-9_.-]+:{_PLAIN_NAMED}')
            THEN _hgvs_named(value[instr(value, ':') + 1:])
        WHEN value IN ('', '.') THEN NULL
        WHEN value IS NOT NULL THEN _hgvs_protein(value) END""",
    f"protein_reference(change) AS regexp_extract(change, '^(?:{_PARTS})$', 1)",
    f"protein_first(change) AS CAST(nullif(regexp_extract(change, '^(?:{_PARTS})$', 2), '') AS INTEGER)",
    f"""protein_last(change) AS CAST(coalesce(nullif(regexp_extract(change, '^(?:{_PARTS})$', 4), ''),
        nullif(regexp_extract(change, '^(?:{_PARTS})$', 2), '')) AS INTEGER)""",
    f"""protein_alternate(change) AS CASE
        WHEN change = 'p.=' THEN '='
        WHEN NOT regexp_full_match(change, '{_PARTS}') THEN ''
        WHEN contains(change, '=') THEN '='
        WHEN contains(change, 'ext') THEN regexp_extract(change, '([A-Z*]?)ext', 1)
        ELSE regexp_extract(change, '^{_HEAD}(?:delins|ins)?({_RESIDUE}+)$', 5) END""",
    f"""protein_kind(change) AS CASE
        WHEN regexp_full_match(change, 'p\\.(?:[A-LN-Z]{_POSITION}|M[2-9]|M[1-9][0-9]{{1,5}})[A-Z]') THEN 'missense'
        WHEN change IN ('p.0', 'p.0?') THEN 'start_lost'
        WHEN change = 'p.=' THEN 'silent'
        WHEN NOT regexp_full_match(change, '{_PARTS}') THEN 'other'
        WHEN contains(change, '=') THEN 'silent'
        WHEN contains(change, '_splice') THEN 'splice'
        WHEN contains(change, 'dup') THEN 'inframe_insertion'
        WHEN contains(change, 'ext') THEN CASE WHEN starts_with(change, 'p.*') THEN 'stop_lost' ELSE 'other' END
        WHEN contains(change, '?') THEN CASE WHEN protein_first(change) = 1 THEN 'start_lost' ELSE 'other' END
        WHEN contains(change, 'fs') THEN CASE WHEN starts_with(change, 'p.*') THEN 'stop_lost' ELSE 'frameshift' END
        WHEN regexp_full_match(change, '{_HEAD}(?:delins|ins)?') THEN 'other'
        WHEN regexp_full_match(change, 'p\\.M1[^0-9].*') AND NOT regexp_matches(change, '[0-9]ins') THEN 'start_lost'
        WHEN regexp_full_match(change, '{_HEAD}(?:delins|ins)?[A-Z]*[*][A-Z*]*') THEN 'nonsense'
        WHEN regexp_matches(change, '[0-9]ins') THEN 'inframe_insertion'
        WHEN regexp_full_match(change, 'p\\.(?:[*]|[A-Z*]?{_POSITION}_[*]){_POSITION}[^0-9_].*') THEN 'stop_lost'
        WHEN contains(change, 'del') AND NOT contains(change, 'delins') THEN 'inframe_deletion'
        WHEN protein_last(change) - protein_first(change) + 1 = coalesce(
            TRY_CAST(regexp_extract(change, 'ins([0-9]+)$', 1) AS INTEGER),
            length(protein_alternate(change))) THEN 'missense'
        WHEN change IS NOT NULL THEN 'inframe_indel' END""",
    f"""coding_change(value) AS CASE
        WHEN regexp_full_match(value, '{_PLAIN_CODING}') THEN value
        WHEN regexp_full_match(value, '[A-Za-z0-9_.-]+:{_PLAIN_CODING}') THEN value[instr(value, ':') + 1:]
        WHEN value IN ('', '.') THEN NULL
        WHEN value IS NOT NULL THEN _hgvs_coding(value) END""",
))


def register(connection: "duckdb.DuckDBPyConnection") -> None:
    """Give the database of `connection`, once, the SQL functions ``protein_change``, ``coding_change`` and, for
    canonical changes, ``protein_reference``, ``_first``, ``_last``, ``_alternate`` and ``_kind``."""
    for name, function in (("_hgvs_protein", normalise_protein), ("_hgvs_coding", coding_change)):
        # Odd spellings repeat themselves, and one costs some twenty microseconds.
        remembered = lru_cache(maxsize=1 << 15)(function)
        connection.create_function(name, remembered, ["VARCHAR"], "VARCHAR",  # type: ignore[call-overload]
                                   null_handling="special")
    for macro in MACROS:
        connection.execute(macro)
