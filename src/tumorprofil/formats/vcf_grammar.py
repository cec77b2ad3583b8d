"""What a VCF record may hold, as regular expressions made from the header's definitions.

The engine holds every record against them in one scan; only records that do not match are looked at one by one,
with the same expressions, to say what is wrong. Patterns use only what both Python and RE2 understand.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from tumorprofil.errors import Extent
from tumorprofil.formats.vcf_header import Definition, Header
from tumorprofil.formats.vcf_meta import reserved_keys
from tumorprofil.terms.language import translate

_BASES = "[ACGTNacgtn]+"
_MATE = r"(?:[^\s,\[\]:<>]+|<[^\s,<>]+>):[0-9]+"
_BREAKEND = rf"{_BASES}[\[\]]{_MATE}[\[\]]|[\[\]]{_MATE}[\[\]]{_BASES}|\.{_BASES}|{_BASES}\."
SYMBOLIC = r"<[^\s,<>]+>"
_ALLELE = rf"(?:{_BASES}|\*|{SYMBOLIC}|{_BREAKEND})"
_FIGURE = r"(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|[iI][nN][fF](?:[iI][nN][iI][tT][yY])?|[nN][aA][nN])"
_FLOAT = f"[-+]?{_FIGURE}"

# Column → (pattern, whether a record that does not match is refused as a whole).
COLUMN_PATTERNS: dict[str, tuple[str, bool]] = {
    "CHROM": (r"<[^\s,<>]+>|[^\s,<>*=][^\s,<>]*", True),
    "POS": (r"[0-9]{1,18}", True),
    "ID": (r"\.|[^\s;]+(?:;[^\s;]+)*", False),
    "REF": (_BASES, True),
    "ALT": (rf"\.|{_ALLELE}(?:,{_ALLELE})*", True),
    "QUAL": (rf"\.|\+?{_FIGURE}", False),
    "FILTER": (r"\.|PASS|[^\s;,]+(?:;[^\s;]+)*", False),
}
# Never below nought by the specification's meaning of the key.
_NOT_NEGATIVE = {"AC", "AF", "AN", "DP", "END", "MQ0", "NS", "AD", "ADF", "ADR", "AO", "RO"}
# A text between quotation marks may hold commas.
_INFO_TEXT = '(?:"[^";]*"|[^;,]+)'
_CIGAR = "(?:[0-9]+[MIDNSHPX=])+"
# The engine checks records with up to this many alternate alleles, Python the few with more.
MOST_ALLELES = 5


# A genotype of more than two alleles; how many values Number=G then means is not worth a pattern.
_MORE = 3


class Fault(NamedTuple):
    """What is wrong with one record, in the reader's language."""

    extent: Extent
    column: str
    problem: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Grammar:
    """The definitions that records are held against: the header's own, else the specification's."""

    version: str
    info: dict[str, Definition]
    format: dict[str, Definition]


def grammar(header: Header) -> Grammar:
    """The grammar of a file with this header."""
    return Grammar(
        header.version, _with_reserved(header, "INFO", header.info), _with_reserved(header, "FORMAT", header.format)
    )


def _with_reserved(header: Header, name: str, own: dict[str, Definition]) -> dict[str, Definition]:
    reserved = {
        key: Definition(key, number, "Float" if kind == "*" else kind)
        for key, (number, kind) in reserved_keys(name, header.version).items()
    }
    return {**reserved, **own}


def _count(number: str, alleles: int, ploidy: int | None) -> int | None:
    """How many values a key takes in a record with this many alternate alleles; None for any number."""
    if number.isdigit():
        return int(number)
    if number == "G" and ploidy in (1, 2):
        return alleles + 1 if ploidy == 1 else (alleles + 1) * (alleles + 2) // 2
    return {"A": alleles, "R": alleles + 1}.get(number)


def _values(definition: Definition, alleles: int, ploidy: int | None, other: str) -> str:
    """Pattern for the values of a key; `other` is what one value of type String may be."""
    positive = definition.key in _NOT_NEGATIVE
    one = {
        "Integer": r"\+?[0-9]+" if positive else r"[-+]?[0-9]+",
        "Float": _FIGURE if positive else _FLOAT,
        "Character": "[^;:,\\s]",
    }.get(definition.type, _CIGAR if definition.key == "CIGAR" else other)
    one = rf"(?:{one}|\.)"
    count = _count(definition.number, alleles, ploidy)
    if count is None or count == 0 or count > 500:
        return f"{one}(?:,{one})*"
    # A single dot stands for a list that is missing.
    return one if count == 1 else rf"(?:{one}(?:,{one}){{{count - 1}}}|\.)"


@lru_cache(maxsize=4096)
def _info_value(definition: Definition, alleles: int) -> str:
    if definition.type == "Flag":
        return "(?:=[01])?"
    # The ploidy behind Number=G is not known here.
    return "=" + _values(definition, alleles, None, _INFO_TEXT)


def _checked(definition: Definition) -> bool:
    return definition.type != "String" or definition.number != "."


def info_pattern(grammar: Grammar, alleles: int) -> str:
    """Pattern for the entries of an INFO cell, each with ; before it: a key that is defined takes only its own values,
    any other key anything."""
    keys = {key: definition for key, definition in grammar.info.items() if _checked(definition)}
    known = [re.escape(key) + _info_value(definition, alleles) for key, definition in keys.items()]
    other = rf"{_none_of(tuple(keys))}(?:=[^;]*)?"
    entry = f"(?:{'|'.join([*known, other])})"
    return rf";\.|(?:;{entry})*"


def _none_of(words: tuple[str, ...], end: bool = False) -> str:
    """Pattern for any key that is none of `words`: RE2 cannot look ahead, so the words are walked letter by letter."""
    first = sorted({word[0] for word in words if word})
    branches = [f"[^;=\\s{''.join(map(_in_class, first))}][^;=\\s]*"]
    for letter in first:
        rest = tuple(word[1:] for word in words if word.startswith(letter))
        branches.append(re.escape(letter) + _none_of(rest, end=True))
    return f"(?:{'|'.join(branches)}){'' if not end or '' in words else '?'}"


def _in_class(letter: str) -> str:
    return f"\\{letter}" if letter in r"\]^-[" else letter


@lru_cache(maxsize=4096)
def sample_pattern(
    grammar_version: str, definitions: tuple[Definition | None, ...], keys: tuple[str, ...], alleles: int
) -> str:
    """Pattern for a sample's cell under one FORMAT; values may be missing from its end."""
    by_genotype = keys[0] == "GT" and any(definition and definition.number == "G" for definition in definitions)
    ploidies: tuple[int | None, ...] = (1, 2, _MORE) if by_genotype else (None,)
    return "|".join(_sample(grammar_version, definitions, keys, alleles, ploidy) for ploidy in ploidies)


def _sample(
    version: str, definitions: tuple[Definition | None, ...], keys: tuple[str, ...], alleles: int, ploidy: int | None
) -> str:
    pattern = ""
    for place in range(len(keys) - 1, -1, -1):
        definition = definitions[place]
        if keys[place] == "GT":
            value = _genotype(version, alleles, ploidy if len(keys) > 1 else None)
        else:
            value = _values(definition, alleles, ploidy, r"[^:,\s]+") if definition else r"[^:\s]*"
        pattern = f"{value}(?::{pattern})?" if pattern else value
    return rf"(?:{pattern})"


def _genotype(version: str, alleles: int, ploidy: int | None) -> str:
    one = rf"(?:[0-{alleles}]|\.)" if alleles < 10 else r"(?:[0-9]+|\.)"
    lead = "[|/]?" if version >= "4.4" else ""
    if ploidy is None:
        return rf"{lead}{one}(?:[|/]{one})*"
    # A single dot says nothing of the ploidy.
    return {1: rf"{lead}{one}", 2: rf"(?:{lead}{one}[|/]{one}|\.)"}.get(ploidy, rf"{lead}{one}(?:[|/]{one}){{2,}}")


def format_keys(grammar: Grammar, written: str | None) -> tuple[str, ...] | None:
    """The keys of a FORMAT cell; None where the cell itself is wrong."""
    if written == ".":
        return (".",)
    keys = tuple((written or "").split(":"))
    sign = r"[A-Za-z_][0-9A-Za-z_.%+-]*"
    good = all(re.fullmatch(sign, key) for key in keys) and len(set(keys)) == len(keys) and "GT" not in keys[1:]
    return keys if good else None


def pattern_of_format(grammar: Grammar, written: str | None, alleles: int) -> str | None:
    """Pattern for the samples' cells under this FORMAT; None where the FORMAT itself is wrong."""
    keys = format_keys(grammar, written)
    if keys is None:
        return None
    return sample_pattern(grammar.version, tuple(grammar.format.get(key) for key in keys), keys, alleles)


def faults(grammar: Grammar, names: tuple[str, ...], cells: list[str]) -> Iterator[Fault]:
    """Everything that is wrong with one record; `names` are the file's own column names."""
    for (column, (pattern, whole)), cell in zip(COLUMN_PATTERNS.items(), cells, strict=False):
        if not re.fullmatch(pattern, cell, re.ASCII) or _repeats(column, cell):
            yield Fault("row" if whole else "value", column, *_column_words(column), cell)
    alleles = cells[4].count(",") + 1
    yield from _info_faults(grammar, cells[7], alleles)
    if len(cells) > 8:
        yield from _sample_faults(grammar, names, cells, alleles)


def _repeats(column: str, cell: str) -> bool:
    parts = cell.split(";")
    if column not in ("ID", "FILTER"):
        return False
    return len(parts) > 1 and (len(set(parts)) < len(parts) or (column == "FILTER" and bool({"0", "."} & set(parts))))


def _column_words(column: str) -> tuple[str, str]:
    return {
        "CHROM": (translate("not a chromosome"), translate("A name without spaces, commas or brackets.")),
        "POS": (translate("not a position"), translate("A whole number from 0.")),
        "ID": (translate("not an identifier"), translate("Identifiers without spaces, separated by ;, each once.")),
        "REF": (translate("not a reference allele"), translate("Bases A, C, G, T or N.")),
        "ALT": (
            translate("not an alternate allele"),
            translate("Bases A, C, G, T or N, *, <NAME> or a breakend, separated by commas."),
        ),
        "QUAL": (translate("not a quality"), translate("A number from 0, or a dot.")),
        "FILTER": (translate("not a filter"), translate("PASS, a dot, or filter names separated by ;, each once.")),
    }[column]


def _info_faults(grammar: Grammar, cell: str, alleles: int) -> Iterator[Fault]:
    if cell == ".":
        return
    seen = set()
    for entry in cell.split(";"):
        key, equals, value = entry.partition("=")
        definition = grammar.info.get(key)
        if not key or re.search(r"[\s,]", key) or key in seen:
            yield Fault(
                "value", "INFO", translate("not an INFO entry"), translate("KEY or KEY=value, each key once."), entry
            )
        elif (
            definition
            and _checked(definition)
            and not re.fullmatch(_info_value(definition, alleles), equals + value, re.ASCII)
        ):
            yield Fault("value", f"INFO/{key}", *_definition_words(definition), entry)
        seen.add(key)


def _definition_words(definition: Definition) -> tuple[str, str]:
    return (
        translate("a value that does not fit its definition"),
        f"Number={definition.number}, Type={definition.type}.",
    )


def _sample_faults(grammar: Grammar, names: tuple[str, ...], cells: list[str], alleles: int) -> Iterator[Fault]:
    keys = format_keys(grammar, cells[8])
    pattern = pattern_of_format(grammar, cells[8], alleles)
    if keys is None or pattern is None:
        yield Fault(
            "value",
            "FORMAT",
            translate("not a FORMAT"),
            translate("Keys separated by :, each once, GT first where there is one."),
            cells[8],
        )
        return
    for name, cell in zip(names[9:], cells[9:], strict=False):
        if not re.fullmatch(pattern, cell, re.ASCII):
            yield Fault(
                "value",
                name,
                translate("a sample that does not fit its FORMAT"),
                translate("Values as FORMAT {format} defines them.").format(format=cells[8]),
                cell,
            )
