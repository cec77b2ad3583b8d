"""Reads behind an allele, whichever way the caller writes them.

Counts come before fractions: a caller's fraction is rounded, and its counts are what a cut-off is set on. Keys:
AD (VCF 4.3; GATK, DRAGEN), AO/RO (FreeBayes, Ion Torrent), AD with RD (VarScan), NV/NR (Platypus), DP4 (samtools),
AU/CU/GU/TU and TIR, first tier (Strelka user guide), ADT/DPT and TDP/TVAF (PCGR input).
"""

from collections.abc import Callable

from tumorprofil.formats.delimited import literal
from tumorprofil.formats.vcf_annotation import info_value
from tumorprofil.formats.vcf_header import Header

_STRELKA_BASES = ("AU", "CU", "GU", "TU")
_PER_ALLELE = ("FAO", "AO", "NV")
_REFERENCE_OF = {"FAO": "FRO", "AO": "RO"}
_WITH_REFERENCE = ("AD", "ADT")
_DEPTHS = ("DP", "DPT", "FDP")
_FRACTIONS = ("AF", "VAF", "FA", "VF")

Keys = tuple[str, ...]


def _cell(keys: Keys, key: str) -> str:
    return f"cells[{keys.index(key) + 1}]"


def _item(cell: str, place: str) -> str:
    return f"TRY_CAST(string_split({cell}, ',')[{place}] AS BIGINT)"


def _sum(cell: str) -> str:
    # Adding two is a third of the cost of a sum over a list, and nearly all records have two alleles.
    each = f"list_transform(string_split({cell}, ','), lambda reads: TRY_CAST(reads AS BIGINT))"
    return f"CASE WHEN len(alts) = 1 THEN {_item(cell, '1')} + {_item(cell, '2')} ELSE list_sum({each}) END"


def _alternate(keys: Keys) -> str | None:
    if set(_STRELKA_BASES) <= set(keys):
        cases = " ".join(f"WHEN '{key[0]}' THEN {_cell(keys, key)}" for key in _STRELKA_BASES)
        return _item(f"CASE upper(allele) {cases} END", "1")
    if "TIR" in keys:
        return _item(_cell(keys, "TIR"), "1")
    if {"AD", "RD"} <= set(keys):
        return _item(_cell(keys, "AD"), "n")
    for key in _WITH_REFERENCE:
        if key in keys:
            return _item(_cell(keys, key), "n + 1")
    for key in _PER_ALLELE:
        if key in keys:
            return _item(_cell(keys, key), "n")
    if "DP4" in keys:
        return f"{_item(_cell(keys, 'DP4'), '3')} + {_item(_cell(keys, 'DP4'), '4')}"
    return f"TRY_CAST({_cell(keys, 'VD')} AS BIGINT)" if "VD" in keys else None


def _depth(keys: Keys) -> str | None:
    """The written depth, but never fewer than the reads counted one by one: some callers filter only the depth."""
    known = [f"TRY_CAST({_cell(keys, key)} AS BIGINT)" for key in _DEPTHS if key in keys][:1]
    if {"AD", "RD"} <= set(keys):
        known.append(f"{_item(_cell(keys, 'AD'), '1')} + TRY_CAST({_cell(keys, 'RD')} AS BIGINT)")
    elif "NR" in keys:
        known.append(_item(_cell(keys, "NR"), "n"))
    elif counted := next((key for key in _WITH_REFERENCE if key in keys), None):
        known.append(_sum(_cell(keys, counted)))
    else:
        for key, reference in _REFERENCE_OF.items():
            if key in keys and reference in keys:
                total = (
                    f"list_sum(list_transform(string_split({_cell(keys, key)}, ','), "
                    "lambda reads: TRY_CAST(reads AS BIGINT)))"
                )
                known.append(f"{total} + TRY_CAST({_cell(keys, reference)} AS BIGINT)")
        if "DP4" in keys:
            known.append(" + ".join(_item(_cell(keys, "DP4"), str(place)) for place in (1, 2, 3, 4)))
    return f"greatest({', '.join(known)})" if known else None


def _fraction(keys: Keys) -> str | None:
    for key in _FRACTIONS:
        if key in keys:
            return f"TRY_CAST(string_split({_cell(keys, key)}, ',')[n] AS DOUBLE)"
    return f"TRY_CAST(rtrim({_cell(keys, 'FREQ')}, '%') AS DOUBLE) / 100" if "FREQ" in keys else None


def _germline(keys: Keys) -> str | None:
    return f"{_cell(keys, 'SS')} = '1'" if "SS" in keys else None


def _by_format(formats: tuple[str, ...], snippet: Callable[[Keys], str | None]) -> str | None:
    """SQL of `snippet` for each way of writing FORMAT; None where none of them has it."""
    ways: dict[str | None, list[str]] = {}
    for written in formats:
        ways.setdefault(snippet(tuple(written.split(":"))), []).append(written)
    if set(ways) <= {None}:
        return None
    if len(ways) == 1:
        return next(iter(ways))
    cases = " ".join(
        f'WHEN "FORMAT" IN ({", ".join(map(literal, written))}) THEN {sql}' for sql, written in ways.items() if sql
    )
    return f"CASE {cases} END"


def _first(*candidates: str | None) -> str | None:
    known = [candidate for candidate in candidates if candidate]
    return f"coalesce({', '.join(known)})" if len(known) > 1 else next(iter(known), None)


def read_cells(header: Header, formats: tuple[str, ...], with_sample: bool) -> dict[str, str]:
    """Finding column → SQL over `cells` (the tumour's values as a list), `FORMAT`, `allele`, `n` and `alts`.

    INFO stands in where the sample says nothing: PCGR's layout, or a file without samples."""
    used = formats if with_sample else ()
    alternate, depth, fraction = (_by_format(used, snippet) for snippet in (_alternate, _depth, _fraction))
    info = {key: info_value(key) for key in header.info}
    if alternate is None or any(_alternate(tuple(written.split(":"))) is None for written in used):
        alternate = _first(
            alternate,
            _item(info["ADT"], "n + 1") if "ADT" in info else None,
            f"{_item(info['DP4'], '3')} + {_item(info['DP4'], '4')}"
            if "DP4" in info and len(header.samples) < 2
            else None,
        )
        fraction = _first(
            fraction,
            *(f"TRY_CAST(string_split({info[key]}, ',')[n] AS DOUBLE)" for key in ("TVAF", "TUMOR_VAF") if key in info),
        )
    if depth is None:
        depth = _first(
            *(f"TRY_CAST({info[key]} AS BIGINT)" for key in ("DPT", "TDP") if key in info),
            f"TRY_CAST({info['DP']} AS BIGINT)" if "DP" in info and len(header.samples) < 2 else None,
        )
    cells = {"alternate_reads": alternate, "depth": depth, "fraction": fraction}
    if "germline" in (header.format["SS"].description.lower() if "SS" in header.format else ""):
        cells["called_germline"] = _by_format(used, _germline)
    return {name: sql for name, sql in cells.items() if sql}
