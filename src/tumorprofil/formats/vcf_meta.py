"""One header line of a VCF, and what the specification asks of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from tumorprofil.terms.language import translate

# Keys that the specification itself defines: (number, type); VCF 4.3, tables 1 and 2.
_FLAG, _ONE_INTEGER, _PER_ALLELE = ("0", "Flag"), ("1", "Integer"), ("R", "Integer")
RESERVED_INFO: dict[str, tuple[str, str]] = {
    "AA": ("1", "String"),
    "AC": ("A", "Integer"),
    "AF": ("A", "Float"),
    "AN": _ONE_INTEGER,
    "BQ": ("1", "Float"),
    "CIGAR": ("A", "String"),
    "DB": _FLAG,
    "DP": _ONE_INTEGER,
    "END": _ONE_INTEGER,
    "H2": _FLAG,
    "H3": _FLAG,
    "MQ": ("1", "*"),
    "MQ0": _ONE_INTEGER,
    "NS": _ONE_INTEGER,
    "SOMATIC": _FLAG,
    "VALIDATED": _FLAG,
    "1000G": _FLAG,
}
RESERVED_FORMAT: dict[str, tuple[str, str]] = {
    "DP": _ONE_INTEGER,
    "EC": ("A", "Integer"),
    "FT": ("1", "String"),
    "GL": ("G", "Float"),
    "GP": ("G", "Float"),
    "GLE": ("G", "String"),
    "GQ": _ONE_INTEGER,
    "GT": ("1", "String"),
    "HQ": ("2", "Integer"),
    "MQ": _ONE_INTEGER,
    "PL": ("G", "Integer"),
    "PQ": _ONE_INTEGER,
    "PS": _ONE_INTEGER,
}
# Callers used these keys in ways of their own until VCF 4.3 defined them.
_SINCE_4_3: dict[str, tuple[str, str]] = {"AD": _PER_ALLELE, "ADF": _PER_ALLELE, "ADR": _PER_ALLELE}
_TYPES = {
    "INFO": {"Integer", "Float", "Flag", "Character", "String"},
    "FORMAT": {"Integer", "Float", "Character", "String"},
}
_NUMBER = re.compile(r"\d+|[ARG.]")
_STRUCTURED = {"INFO", "FORMAT", "FILTER", "ALT", "contig", "SAMPLE", "PEDIGREE", "META"}
_ORDER = ("ID", "Number", "Type", "Description")
# An ALT's identifier may hold every sign, so that its line cannot be taken apart like the others.
_NAMED = re.compile(
    r'<ID=(?P<id>[^\s,<>]+)(?P<description>,Description="(?:[^"\\]|\\.)*"'
    r'(?:,[^\s,=]+=(?:"(?:[^"\\]|\\.)*"|[^,"]*))*)?>'
)
# First parts of a structural allele's name, such as DUP in DUP:TANDEM.
_STRUCTURAL = {"DEL", "INS", "DUP", "INV", "CNV", "BND", "TRA"}
_FIELD = re.compile(r'([^=,<>"\s]+)=("(?:[^"\\]|\\.)*"|\[[^\]]*\]|[^,"]*)(,|$)')
# Spaces, commas and brackets end an identifier; HLA contigs carry * and =.
_IDENTIFIER = re.compile(r"[^\s,<>]+")
_URL = re.compile(
    r"<?[a-z]+://(?:[^/@]*@)?(?=[^/:]*[A-Za-z.])[^/:\s]+(?::\d+)?(?:/\S*)?>?|<?(?:file:|/)\S*>?|<?[\w.-]+>?"
)


class Problem(NamedTuple):
    """What is wrong and what was expected, in the reader's language."""

    problem: str
    expected: str


@dataclass(frozen=True, slots=True)
class Meta:
    """A header line ``##name=value``; `fields` holds the parts of a value in angle brackets, without quotes.

    `whole` is false where the line does not have the form it should have."""

    line: int
    text: str
    name: str
    value: str
    whole: bool
    fields: dict[str, str] = field(default_factory=dict)
    unquoted: frozenset[str] = frozenset()


def parse_meta(line: int, text: str) -> Meta:
    """Take a header line apart. Never fails: a line that cannot be taken apart comes back as not `whole`."""
    name, separator, value = text[2:].partition("=")
    if not separator or not value:
        return Meta(line, text, name, value, whole=False)
    # Only these lines are structured in all versions; others may hold any text.
    if name not in _STRUCTURED or not value.startswith("<"):
        return Meta(line, text, name, value, whole=name not in _STRUCTURED)
    fields: dict[str, str] = {}
    unquoted = set()
    position, inner = 0, value[1:-1]
    while position < len(inner) and (match := _FIELD.match(inner, position)):
        key, written, _ = match.groups()
        fields[key] = written[1:-1] if written.startswith('"') else written
        if not written.startswith('"'):
            unquoted.add(key)
        position = match.end()
    return Meta(line, text, name, value, value.endswith(">") and position == len(inner), fields, frozenset(unquoted))


def meta_problems(meta: Meta, version: str) -> Iterator[Problem]:
    """What is wrong with a header line by the specification of `version`."""
    if meta.name in ("FILTER", "ALT") and meta.value:
        match = _NAMED.fullmatch(meta.value)
        if not match or (version < "4.4" and not match["description"]):
            yield _out_of_order(("ID", "Description"))
        elif meta.name == "ALT" and ":" in match["id"] and match["id"].split(":")[0] not in _STRUCTURAL:
            yield Problem(translate("a structural allele of an unknown kind"), ", ".join(sorted(_STRUCTURAL)) + ".")
    elif not meta.whole:
        structured = meta.name in _STRUCTURED and "=" in meta.text
        yield Problem(
            translate("a header line that is not whole"),
            translate("##KEY=<ID=…,…> with each text between quotation marks.")
            if structured
            else translate("##KEY=value."),
        )
    elif meta.name in ("INFO", "FORMAT"):
        yield from _definition_problems(meta, version)
    elif meta.name in ("contig", "SAMPLE", "META") or (meta.name == "PEDIGREE" and meta.fields):
        yield from _identifier_problems(meta, version)
    elif meta.name in ("assembly", "pedigreeDB") and not _URL.fullmatch(meta.value):
        yield Problem(translate("not an address"), translate("A URL such as ftp://host/path."))


def _out_of_order(order: tuple[str, ...]) -> Problem:
    return Problem(
        translate("a definition that is not in order"),
        translate("{fields}, in this order, the description between quotation marks.").format(fields=", ".join(order)),
    )


def _definition_problems(meta: Meta, version: str) -> Iterator[Problem]:
    if (
        tuple(meta.fields)[:4] != _ORDER
        or "Description" in meta.unquoted
        or not _IDENTIFIER.fullmatch(meta.fields["ID"])
    ):
        yield _out_of_order(_ORDER)
        return
    number, kind = meta.fields["Number"], meta.fields["Type"]
    numbers = "ARG.P" if version >= "4.4" and meta.name == "FORMAT" else "ARG."
    if not (number.isdigit() or (len(number) == 1 and number in numbers)) or kind not in _TYPES[meta.name]:
        yield Problem(
            translate("an unknown number or type of values"),
            translate("Number is a figure, A, R, G or .; Type is {types}.").format(
                types=", ".join(sorted(_TYPES[meta.name]))
            ),
        )
        return
    reserved = reserved_keys(meta.name, version).get(meta.fields["ID"])
    if reserved and (number != reserved[0] or reserved[1] not in ("*", kind)):
        yield Problem(
            translate("{key} is defined otherwise than the specification does").format(key=meta.fields["ID"]),
            "Number={}, Type={}.".format(*reserved),
        )


def _identifier_problems(meta: Meta, version: str) -> Iterator[Problem]:
    fields = meta.fields
    good = bool(_IDENTIFIER.fullmatch(fields.get("ID", ""))) and not (meta.name == "SAMPLE" and "*" in fields["ID"])
    if meta.name == "PEDIGREE":
        # Until VCF 4.3 the line had no identifier of its own.
        good = (good or version < "4.3") and all(re.fullmatch(r"[\w.-]+", value) for value in fields.values())
    if meta.name == "META":
        good = (
            good
            and tuple(fields)[:4] == ("ID", "Number", "Type", "Values")
            and bool(_NUMBER.fullmatch(fields["Number"]))
            and fields["Type"] in _TYPES["INFO"]
            and meta.value.endswith("]>")
        )
    if not good:
        yield Problem(
            translate("an identifier or value that is not allowed here"),
            translate("ID=… first, of letters, figures and signs other than space, comma and brackets."),
        )


def reserved_keys(name: str, version: str) -> dict[str, tuple[str, str]]:
    """The keys that the specification of `version` defines for INFO or FORMAT."""
    keys = RESERVED_INFO if name == "INFO" else RESERVED_FORMAT
    return {**keys, **_SINCE_4_3} if version >= "4.3" else keys
