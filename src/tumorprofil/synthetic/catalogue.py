"""What can be found in which tumour type and how often: counts from TCGA and the table of assumptions, as arrays.

An entry is something that a share of the persons with a tumour type carries, such as any change in a gene; its options
are the changes of which one is drawn.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from tumorprofil.synthetic.draw import Choices, Floats, Ints, choices
from tumorprofil.synthetic.figures import figures, kinds, of_kinds, weighted
from tumorprofil.terms import reference
from tumorprofil.terms.hgvs import parse_protein
from tumorprofil.terms.lookup import once_per_table, text

HIGH_BURDEN = "high_burden"
# A driver of other tumour types is no common passenger of those without a cohort of their own.
_PASSENGER_SHARE = 0.03


@dataclass(frozen=True, slots=True)
class Option:
    """One change. Without `protein` its residue is drawn between `first` and `last`; 0 where there is none."""

    kind: str
    gene: str
    consequence: str = ""
    protein: str = ""
    partner: str = ""
    coding: str = ""
    exon: int = 0
    exon_last: int = 0
    copy_call: str = ""
    germline: bool = False
    first: int = 0
    last: int = 0
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Catalogue:
    """`kind`, `share` and `group` are one entry each: the tumour type (one past the last for hypermutation), the share
    of its persons that carry the entry, and the group of options. `sets` is, per tumour type and option, the set of
    drivers that exclude each other, -1 for none."""

    kind: Ints
    share: Floats
    group: Ints
    choice: Choices
    options: tuple[Option, ...]
    sets: Ints


@dataclass(frozen=True, slots=True)
class _Counted:
    """The counts of a cohort: gene → share of profiles with any change, and its changes."""

    share: dict[str, float]
    options: dict[str, list[Option]]


Entry = tuple[int, float, list[Option]]


@once_per_table("finding_count", "synthetic_finding", "synthetic_tumour_type")
def catalogue() -> Catalogue:
    """The catalogue of the tables in use."""
    cohorts = _cohorts()
    pooled = _pooled(cohorts)
    entries = [*_assumed(pooled), *_counted(cohorts, pooled)]
    groups: dict[int, int] = {}
    options: list[list[Option]] = []
    for _, _, found in entries:
        if id(found) not in groups:
            groups[id(found)] = len(options)
            options.append(found)
    flat = tuple(option for group in options for option in group)
    return Catalogue(
        np.array([kind for kind, _, _ in entries]),
        np.array([share for _, share, _ in entries]),
        np.array([groups[id(found)] for _, _, found in entries]),
        choices([option.weight for option in group] for group in options),
        flat,
        _sets(flat),
    )


def _counted(cohorts: dict[str, _Counted], pooled: _Counted) -> Iterable[Entry]:
    """The entries that counts give: of the tumour type's own cohort, or passengers of all cohorts together."""
    for number, row in enumerate(kinds().rows):
        if row["cohort"]:
            yield from _of_cohort(number, cohorts[row["cohort"]])
        else:
            yield from _passengers(number, float(text(row, "background")), pooled)
    yield from _of_cohort(len(kinds().rows), cohorts[HIGH_BURDEN])


def _of_cohort(kind: int, counted: _Counted) -> Iterable[Entry]:
    for gene, share in counted.share.items():
        yield kind, share, counted.options[gene]


def _passengers(kind: int, mean: float, pooled: _Counted) -> Iterable[Entry]:
    assumed = {
        text(row, "gene")
        for row in reference.rows("synthetic_finding")
        if row["kind"] == "small_variant" and kind in of_kinds(text(row, "tumour_types"))
    }
    share = {gene: min(share, _PASSENGER_SHARE) for gene, share in pooled.share.items() if gene not in assumed}
    scale = mean / sum(share.values())
    for gene, part in share.items():
        yield kind, min(part * scale, 0.5), pooled.options[gene]


def _assumed(pooled: _Counted) -> Iterable[Entry]:
    for row in reference.rows("synthetic_finding"):
        found = _options(row, pooled)
        for kind in of_kinds(text(row, "tumour_types")):
            yield kind, float(text(row, "frequency")), found


def _options(row: reference.Row, pooled: _Counted) -> list[Option]:
    base = Option(
        text(row, "kind"),
        text(row, "gene"),
        text(row, "consequence"),
        exon=int(row["exon"] or 0),
        exon_last=int(row["exon_last"] or 0),
        copy_call=row["copy_call"] or "",
        germline=row["origin"] == "germline",
    )
    if row["protein"]:
        return [
            replace(base, protein=name, consequence=parse_protein(f"p.{name}").kind, weight=weight)
            for name, weight in weighted(row["protein"])
        ]
    if base.kind == "small_variant" and not row["coding"]:
        wanted = set((row["consequence"] or "").split("|")) - {""}
        known = pooled.options[base.gene]
        return [replace(o, germline=base.germline) for o in known if not wanted or o.consequence in wanted]
    return [
        replace(base, partner=partner, coding=coding, weight=weight * times)
        for partner, weight in weighted(row["partner"])
        for coding, times in weighted(row["coding"])
    ]


def _cohorts() -> dict[str, _Counted]:
    sizes: dict[str, int] = {}
    lengths: dict[str, int] = {}
    counted: dict[str, _Counted] = {}
    spans = _spans()
    for row in reference.rows("finding_count"):
        cohort, gene, profiles = text(row, "cohort"), text(row, "gene"), int(text(row, "profiles"))
        found = counted.setdefault(cohort, _Counted({}, {}))
        if not gene:
            sizes[cohort] = profiles
        elif not row["consequence"]:
            lengths[gene] = int(text(row, "residue_last"))
            found.share[gene] = profiles / sizes[cohort]
        else:
            first, last = _span(row, spans, lengths[gene])
            option = Option(
                "small_variant",
                gene,
                text(row, "consequence"),
                row["protein"] or "",
                first=first,
                last=last,
                weight=profiles,
            )
            found.options.setdefault(gene, []).append(option)
    return counted


def _spans() -> dict[tuple[str, str], tuple[int, int]]:
    """Gene and consequence → between which residues the changes of all cohorts lie, where any cohort says it."""
    spans: dict[tuple[str, str], tuple[int, int]] = {}
    for row in reference.rows("finding_count"):
        if row["residue_first"]:
            key = text(row, "gene"), text(row, "consequence")
            first, last = int(row["residue_first"]), int(text(row, "residue_last"))
            low, high = spans.get(key, (first, last))
            spans[key] = min(low, first), max(high, last)
    return spans


def _span(row: reference.Row, spans: dict[tuple[str, str], tuple[int, int]], length: int) -> tuple[int, int]:
    if row["residue_first"]:
        return int(row["residue_first"]), int(text(row, "residue_last"))
    return spans.get((text(row, "gene"), text(row, "consequence")), (2, max(length, 2)))


def _pooled(cohorts: dict[str, _Counted]) -> _Counted:
    """All cohorts but the hypermutated as one, each with the same weight."""
    usual = [counted for name, counted in cohorts.items() if name != HIGH_BURDEN]
    genes = sorted({gene for counted in usual for gene in counted.share})
    share = {gene: sum(counted.share.get(gene, 0.0) for counted in usual) / len(usual) for gene in genes}
    options = {gene: [option for counted in usual for option in counted.options.get(gene, [])] for gene in genes}
    return _Counted(share, options)


def _sets(options: tuple[Option, ...]) -> Ints:
    found = np.full((len(kinds().rows), len(options)), -1, dtype=np.int64)
    for number, entry in enumerate(figures()["finding"]["set"]):
        genes = set(entry["genes"].split("|"))
        places = [place for place, option in enumerate(options) if {option.gene, option.partner} & genes]
        found[np.ix_(of_kinds(entry["families"]), places)] = number
    return found
