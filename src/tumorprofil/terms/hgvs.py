"""Protein and coding changes: every spelling a source uses → one canonical spelling, in Python and in SQL.

The canonical spelling is HGVS with one-letter residues and the prefix ``p.`` (den Dunnen JT et al.
Hum Mutat 2016;37:564-569, https://hgvs-nomenclature.org): ``p.V600E``, ``p.E746_A750del``,
``p.E709_T710delinsD``, ``p.A763_Y764insFQEA``, ``p.L355dup``, ``p.R175fs``, ``p.N999=``, ``p.M1?``,
``p.*394Rext*9`` and, as MC3 writes it, ``p.X110_splice``. A frameshift is kept short, since callers count its
tail differently. `MACROS` are the same rules for DuckDB, agreeing with the functions on every text.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache, reduce

_BLANKS = " \t\r\n\u00a0"
_UNKNOWN = ("", ".", "-", "NA", "?", "p.?", "p.(?)")
_RESIDUE = r"[A-Z*]"
_POSITION = r"[1-9][0-9]{0,5}"
_SPAN = rf"{_RESIDUE}*{_POSITION}(?:_{_RESIDUE}?{_POSITION})?"
_NAMES = ("Ala Arg Asn Asp Cys Gln Glu Gly His Ile Leu Lys Met Phe Pro Ser Thr Trp Tyr Val Sec Pyl Ter").split()
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
    (rf"^({_SPAN})DEL", r"\1del"),
    (rf"^({_SPAN})DUP", r"\1dup"),
    (rf"^({_SPAN}(?:del{_RESIDUE}*?)?)INS", r"\1ins"),
    (rf"^({_SPAN}{_RESIDUE}*?)FS", r"\1fs"),
    (rf"^({_SPAN})({_RESIDUE}*)>({_RESIDUE}+)$", r"\1del\2ins\3"),
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
        return f"{_place(first, deleted)}="
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


_PARTS = (rf"p\.({_RESIDUE}?)({_POSITION})(?:_({_RESIDUE}?)({_POSITION}))?"
          rf"(=|[?]|_[?]|fs|_splice|dup|delins|del|ins|{_RESIDUE}?ext[*-]|)({_RESIDUE}*|[0-9]+|[?])")


def parse_protein(normalised: str) -> ProteinChange:
    """A canonical protein change taken apart; kind `other` where it is not understood.

    Kinds: missense (also several residues replaced by as many), nonsense (also a stop within inserted
    residues), frameshift, inframe_deletion, inframe_insertion (also dup), inframe_indel, silent, splice,
    start_lost, stop_lost, other."""
    found = _match(_PARTS, normalised)
    if not found:
        kind = {"p.=": "silent", "p.0": "start_lost", "p.0?": "start_lost"}.get(normalised, "other")
        return ProteinChange("", None, None, "=" if kind == "silent" else "", kind, 0, 0)
    reference, start, letter, end, operation, rest = (group or "" for group in found.groups())
    first, last = int(start), int(end or start)
    replaces = operation in ("", "delins")
    inserts = replaces or operation == "ins"
    alternate = (operation if operation == "=" else operation[:-4] if "ext" in operation
                 else rest if inserts and not rest.isdigit() else "")
    span = last - first + 1
    new = (int(rest) if rest.isdigit() else len(rest)) if inserts else span if operation == "dup" else 0
    return ProteinChange(
        reference, first, last, alternate,
        _kind(reference, first, letter if end else reference, operation, alternate, new, span),
        inserted_length=new,
        deleted_length=span if replaces or operation == "del" else 0,
    )


def _kind(reference: str, first: int, letter: str, operation: str, alternate: str, new: int, span: int) -> str:
    simple = {"=": "silent", "_splice": "splice", "dup": "inframe_insertion"}.get(operation)
    if simple:
        return simple
    if "?" in operation:
        return "start_lost" if first == 1 else "other"
    if "ext" in operation or operation == "fs":
        return "stop_lost" if reference == "*" else "frameshift" if operation == "fs" else "other"
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


_CODING = r"(?:.*:)?([cngmr]\..*?)(?:[ ]*\([ ]*p\..*)?"


def coding_change(text: str | None) -> str | None:
    """A coding change without transcript, gene and protein change: ``NM_004958.3:c.2997C>T(p.(Asn999=))`` →
    ``c.2997C>T``. None where empty or unknown; the trimmed text itself where it is not understood."""
    trimmed = (text or "").strip(_BLANKS)
    if trimmed in ("", ".", "-", "NA", "c.?"):
        return None
    found = _match(_CODING, trimmed)
    return (found[1] if found else trimmed).replace("%3D", "=")


def _let(value: str, name: str, expression: str) -> str:
    """SQL for `expression` with `name` standing for `value`, computed once."""
    return f"list_transform([{value}], lambda {name}: {expression})[1]"


def _pairs(tail: Callable[[str], str]) -> str:
    """A pattern with one branch a residue, for want of back-references in RE2."""
    return "|".join(f"{re.escape(letter)}{_POSITION}{tail(letter)}" for letter in _PLAIN_RESIDUES)


_PLAIN_RESIDUES = "ACDEFGHIKLMNPQRSTUVWY*"
_PLAIN = rf"p\.(?:{_pairs(lambda letter: '[' + _PLAIN_RESIDUES.replace(letter, '') + ']')})"
_SAME = rf"p\.(?:{_pairs(re.escape)})"
_PLAIN_FRAMESHIFT = rf"(p\.[A-Z*]{_POSITION})[A-Z*]?fs(?:[*][0-9]+)?"
_CANONICAL = rf"p\.(?:X{_POSITION}_splice|[A-Z*]{_POSITION}(?:_[A-Z*]{_POSITION})?(?:del|dup)|[A-Z*]{_POSITION}[?])"
_PLAIN_NAMED = rf"(?:[A-Za-z0-9_.-]+:)?p\.[(]?({_NAME})({_POSITION})({_NAME}|[*=]|%3D)[)]?"
_BLANK_SQL = "chr(32) || chr(9) || chr(13) || chr(10) || chr(160)"
_INDEL_FIELDS = "['letters', 'start', 'letter', 'end', 'operation', 'listed', 'inserted']"


def _rewritten(value: str, steps: Iterable[tuple[str, str]]) -> str:
    for pattern, replacement in steps:
        value = (f"replace({value}, '{pattern}', '{replacement}')" if pattern.isalpha()
                 else f"regexp_replace({value}, '{pattern}', '{replacement}', 'g')")
    return value


def _text_list(values: Iterable[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)


_NAME_STEPS = tuple(zip(_NAMES, _LETTERS, strict=True))
_BEFORE_NAMES = _REWRITES[:_REWRITES.index(_NAME_STEPS[0])]
_AFTER_NAMES = _REWRITES[_REWRITES.index(_NAME_STEPS[-1]) + 1:]

_SQL = (
    """_hgvs_substitution(reference, start, alternate) AS
        replace(reference, 'X', '*') || start || CASE WHEN replace(reference, 'X', '*') = replace(alternate, 'X', '*')
            THEN '=' ELSE replace(alternate, 'X', '*') END""",
    f"""_hgvs_letter(name) AS CASE WHEN length(name) = 1 THEN name WHEN name = '%3D' THEN '='
        ELSE substr('{_LETTERS}', (instr('{",".join(_NAMES).upper()}', upper(name)) + 3) // 4, 1) END""",
    f"""_hgvs_named(value, pattern) AS {_let("regexp_extract(value, '^(?:' || pattern || ')$', ['a', 'b', 'c'])", "m",
        "_hgvs_substitution(_hgvs_letter(m.a), m.b, _hgvs_letter(m.c))")}""",
    f"""_hgvs_one_letter(body) AS CASE WHEN regexp_matches(body, '{_NAME}')
        THEN {_rewritten("body", _NAME_STEPS)} ELSE body END""",
    f"""_hgvs_body(value) AS {_rewritten(_let(_rewritten(
        f"CASE WHEN regexp_full_match(value, '{_LOWER}') THEN upper(replace(value, 'p.', '')) ELSE value END",
        _BEFORE_NAMES), "body", "_hgvs_one_letter(body)"), _AFTER_NAMES)}""",
    """_hgvs_shared(one, other) AS coalesce(list_position(
        [one[i] <> other[i] for i in range(1, least(length(one), length(other)) + 1)], true) - 1,
        least(length(one), length(other)))""",
    """_hgvs_place(start, residues) AS CASE length(residues) WHEN 1 THEN residues || start
        ELSE residues[1] || start || '_' || residues[-1] || (start + length(residues) - 1) END""",
    """_hgvs_trimmed(start, deleted, inserted, head, gone, fresh) AS CASE
        WHEN gone = '' AND fresh = '' THEN _hgvs_place(start, deleted) || '='
        WHEN fresh = '' THEN _hgvs_place(start + head, gone) || 'del'
        WHEN length(gone) = 1 AND length(fresh) = 1 THEN _hgvs_substitution(gone, start + head, fresh)
        WHEN gone <> '' THEN _hgvs_place(start + head, gone) || 'delins' || fresh
        WHEN ends_with(left(deleted, head), fresh) THEN _hgvs_place(start + head - length(fresh), fresh) || 'dup'
        WHEN head BETWEEN 1 AND length(deleted) - 1
            THEN deleted[head] || (start + head - 1) || '_' || deleted[head + 1] || (start + head) || 'ins' || fresh
        ELSE _hgvs_place(start, deleted) || 'delins' || inserted END""",
    f"""_hgvs_smallest(start, deleted, inserted) AS {_let("_hgvs_shared(deleted, inserted)", "head", _let(
        "_hgvs_shared(reverse(deleted[head + 1:]), reverse(inserted[head + 1:]))", "tail",
        "_hgvs_trimmed(start, deleted, inserted, head, deleted[head + 1:length(deleted) - tail], "
        "inserted[head + 1:length(inserted) - tail])"))}""",
    """_hgvs_insertion(m) AS CASE
        WHEN m.inserted <> '' OR length(m.letters) > 1 OR m.listed = '' OR m.end = '' THEN NULL
        WHEN CAST(m.end AS INTEGER) <= CAST(m.start AS INTEGER) THEN NULL
        WHEN m.listed = m.letters THEN m.letters || m.start || 'dup'
        WHEN m.listed = m.letter THEN m.letter || m.end || 'dup'
        ELSE m.letters || m.start || '_' || m.letter || m.end || 'ins' || m.listed END""",
    """_hgvs_deleted(m, span) AS CASE
        WHEN m.end = '' AND NOT regexp_full_match(m.listed, '[0-9]*') THEN m.listed
        WHEN m.end = '' THEN m.letters
        WHEN NOT regexp_full_match(m.listed, '[0-9]*') AND length(m.listed) = span THEN m.listed
        WHEN span = 1 THEN m.letters
        WHEN length(m.letters || m.letter) = span THEN m.letters || m.letter
        ELSE '' END""",
    """_hgvs_changed(m, start, deleted) AS CASE
        WHEN deleted = '' THEN m.letters || m.start || '_' || m.letter || m.end || CASE
            WHEN m.operation = 'dup' THEN 'dup' WHEN m.inserted = '' THEN 'del' ELSE 'delins' || m.inserted END
        WHEN m.operation = 'dup' THEN _hgvs_place(start, deleted) || 'dup'
        WHEN regexp_full_match(m.inserted, '[0-9]+') THEN _hgvs_place(start, deleted) || 'delins' || m.inserted
        ELSE _hgvs_smallest(start, deleted, m.inserted) END""",
    f"""_hgvs_deletion(m) AS CASE
        WHEN m.operation = 'dup' AND m.inserted <> '' THEN NULL
        WHEN m.end <> '' AND (length(m.letters) > 1 OR CAST(m.end AS INTEGER) < CAST(m.start AS INTEGER)) THEN NULL
        WHEN m.end = '' AND m.letters = '' AND regexp_full_match(m.listed, '[0-9]*') THEN NULL
        ELSE {_let("_hgvs_deleted(m, CAST(nullif(m.end, '') AS INTEGER) - CAST(m.start AS INTEGER) + 1)", "deleted",
                   "_hgvs_changed(m, CAST(m.start AS INTEGER), deleted)")} END""",
    f"""_hgvs_indel(body) AS {_let(f"regexp_extract(body, '^(?:{_INDEL})$', {_INDEL_FIELDS})", "m",
        "CASE WHEN m.operation = 'ins' THEN _hgvs_insertion(m) ELSE _hgvs_deletion(m) END")}""",
    f"""_hgvs_canonical(body) AS CASE
        WHEN regexp_full_match(body, '{_SUBSTITUTION}') THEN _hgvs_substitution(body[1], body[2:-2], body[-1])
        WHEN regexp_full_match(body, '{_FRAMESHIFT}') THEN regexp_replace(body, '^(?:{_FRAMESHIFT})$', '\\1\\2fs')
        WHEN regexp_full_match(body, '{_SPLICE}') THEN 'X' || body[2:]
        WHEN regexp_full_match(body, '{_EXTENSION}') THEN regexp_replace(
            regexp_replace(body, '^(?:{_EXTENSION})$', '*\\1\\2ext*\\3'), '[*]$', '*?')
        WHEN regexp_full_match(body, '{_AS_IS}') THEN body
        WHEN regexp_full_match(body, '{_INDEL}') THEN _hgvs_indel(body) END""",
    """_hgvs_understood(value, body) AS CASE WHEN body IN ('', '?') THEN NULL
        WHEN body[1] BETWEEN '0' AND '9' AND NOT contains(value, 'p.') THEN value
        ELSE coalesce('p.' || _hgvs_canonical(body), value) END""",
    f"""_hgvs_slow(value) AS CASE WHEN value IN ({_text_list(_UNKNOWN)}) THEN NULL
        WHEN regexp_full_match(value, '{_NAMED}') THEN 'p.' || _hgvs_named(value, '{_NAMED}')
        ELSE {_let("_hgvs_body(value)", "body", "_hgvs_understood(value, body)")} END""",
    # The spellings of nearly all real cells come first, each told by one automaton without captures.
    f"""protein_change(value) AS CASE
        WHEN regexp_full_match(value, '{_PLAIN}') THEN value
        WHEN regexp_full_match(value, '{_SAME}') THEN value[:-2] || '='
        WHEN regexp_full_match(value, '{_CANONICAL}') THEN value
        WHEN regexp_full_match(value, '{_PLAIN_FRAMESHIFT}') THEN regexp_extract(value, '^{_PLAIN_FRAMESHIFT}', 1) || 'fs'
        WHEN regexp_full_match(value, '{_PLAIN_NAMED}') THEN 'p.' || _hgvs_named(value, '{_PLAIN_NAMED}')
        WHEN value IS NOT NULL THEN {_let(f"trim(value, {_BLANK_SQL})", "trimmed", "_hgvs_slow(trimmed)")} END""",
    f"protein_reference(change) AS regexp_extract(change, '^(?:{_PARTS})$', 1)",
    f"protein_first(change) AS CAST(nullif(regexp_extract(change, '^(?:{_PARTS})$', 2), '') AS INTEGER)",
    f"""protein_last(change) AS CAST(coalesce(nullif(regexp_extract(change, '^(?:{_PARTS})$', 4), ''),
        nullif(regexp_extract(change, '^(?:{_PARTS})$', 2), '')) AS INTEGER)""",
    f"""_hgvs_parts(change) AS regexp_extract(change, '^(?:{_PARTS})$',
        ['reference', 'start', 'letter', 'end', 'operation', 'rest'])""",
    """_hgvs_alternate(m) AS CASE
        WHEN m.operation = '=' THEN '='
        WHEN contains(m.operation, 'ext') THEN m.operation[:-5]
        WHEN m.operation IN ('', 'ins', 'delins') AND NOT regexp_full_match(m.rest, '[0-9]*') THEN m.rest
        ELSE '' END""",
    f"""protein_alternate(change) AS CASE change WHEN 'p.=' THEN '='
        ELSE {_let("_hgvs_parts(change)", "m", "_hgvs_alternate(m)")} END""",
    """_hgvs_span(m) AS
        CAST(coalesce(nullif(m.end, ''), m.start) AS INTEGER) - CAST(m.start AS INTEGER) + 1""",
    """_hgvs_gain(m) AS CASE
        WHEN m.operation = 'dup' THEN 0
        WHEN m.operation NOT IN ('', 'ins', 'delins') THEN -_hgvs_span(m)
        WHEN regexp_full_match(m.rest, '[0-9]+') THEN CAST(m.rest AS INTEGER) - _hgvs_span(m)
        ELSE length(m.rest) - _hgvs_span(m) END""",
    """_hgvs_kind(m, alternate) AS CASE
        WHEN m.operation = '=' THEN 'silent'
        WHEN m.operation = '_splice' THEN 'splice'
        WHEN m.operation = 'dup' THEN 'inframe_insertion'
        WHEN contains(m.operation, '?') THEN CASE WHEN m.start = '1' THEN 'start_lost' ELSE 'other' END
        WHEN contains(m.operation, 'ext') THEN CASE WHEN m.reference = '*' THEN 'stop_lost' ELSE 'other' END
        WHEN m.operation = 'fs' THEN CASE WHEN m.reference = '*' THEN 'stop_lost' ELSE 'frameshift' END
        WHEN m.operation <> 'del' AND m.rest = '' THEN 'other'
        WHEN m.reference = 'M' AND m.start = '1' AND m.operation <> 'ins' THEN 'start_lost'
        WHEN contains(alternate, '*') THEN 'nonsense'
        WHEN m.operation = 'ins' THEN 'inframe_insertion'
        WHEN '*' IN (m.letter, CASE WHEN m.end = '' THEN m.reference END) THEN 'stop_lost'
        WHEN m.operation = 'del' THEN 'inframe_deletion'
        WHEN _hgvs_gain(m) = 0 THEN 'missense' ELSE 'inframe_indel' END""",
    f"""protein_kind(change) AS CASE
        WHEN regexp_full_match(change, 'p\\.(?:[A-LN-Z]{_POSITION}|M[2-9]|M[1-9][0-9]{{1,5}})[A-Z]') THEN 'missense'
        WHEN change IN ('p.0', 'p.0?') THEN 'start_lost'
        WHEN change = 'p.=' THEN 'silent'
        WHEN regexp_full_match(change, '{_PARTS}') THEN
            {_let("_hgvs_parts(change)", "m", "_hgvs_kind(m, _hgvs_alternate(m))")}
        WHEN change IS NOT NULL THEN 'other' END""",
    f"""_hgvs_coding(value) AS CASE WHEN value IN ('', '.', '-', 'NA', 'c.?') THEN NULL
        WHEN regexp_full_match(value, '{_CODING}')
            THEN replace(regexp_extract(value, '^(?:{_CODING})$', 1), '%3D', '=')
        ELSE replace(value, '%3D', '=') END""",
    f"""coding_change(value) AS CASE
        WHEN starts_with(value, 'c.') AND regexp_full_match(value, 'c[.][0-9A-Za-z_*>+-]+') THEN value
        WHEN value IS NOT NULL THEN {_let(f"trim(value, {_BLANK_SQL})", "trimmed", "_hgvs_coding(trimmed)")} END""",
)

MACROS: tuple[str, ...] = tuple(f"CREATE OR REPLACE MACRO {macro}" for macro in _SQL)
