"""Findings: what a person's tumour and germline carry, and what of it each profile of the person shows."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tumorprofil.synthetic import columns
from tumorprofil.synthetic.catalogue import catalogue
from tumorprofil.synthetic.draw import Flags, Floats, Ints, Random, Words, around, happens, pick_word
from tumorprofil.synthetic.figures import assays, figures, kinds
from tumorprofil.synthetic.people import People, Reports
from tumorprofil.synthetic.samples import PARTIAL, Samples

_RESIDUES = "ACDEFGHIKLMNPQRSTVWY"
_TAILS = [
    *_RESIDUES, "*", "fs", "del", "dup", "_splice", "?",
    *(f"delins{one}{other}" for one, other in zip(_RESIDUES, _RESIDUES[7:] + _RESIDUES[:7], strict=True)),
]  # fmt: skip
_TAIL_OF = {"nonsense": "*", "frameshift": "fs", "inframe_deletion": "del", "inframe_insertion": "dup",
            "splice_site": "_splice", "start_lost": "?"}  # fmt: skip
_INDEL = _TAILS.index("delinsAI")
_TRUNCATING = ("nonsense", "frameshift", "splice_site", "start_lost")
_MANY_READS = 3


@dataclass(frozen=True, slots=True)
class Carried:
    """One entry a change that a person carries: the option of the catalogue, where the change was drawn its residue and
    what stands there instead, and the share of the tumour's cells that have it."""

    person: Ints
    option: Ints
    residue: Ints
    tail: Ints
    cells: Floats


def carried(rng: Random, found: People, instable: Flags) -> Carried:
    """What every person carries, person after person; those with unstable microsatellites carry far more."""
    person, option = _drawn(rng, found.kind, np.arange(len(found.kind)))
    hyper = np.flatnonzero(instable)
    more = _drawn(rng, np.full(len(hyper), len(kinds().rows)), hyper)
    person, option = np.concatenate((person, more[0])), np.concatenate((option, more[1]))
    kept = _not_excluded(rng, found.kind, person, option)
    order = kept[np.lexsort((option[kept], person[kept]))]
    person, option = person[order], option[order]
    size = len(person)
    residue, tail = _places(rng, option)
    clonal = happens(rng, figures()["finding"]["clonal"], size)
    return Carried(person, option, residue, tail, np.where(clonal, 1.0, 0.12 + 0.6 * rng.random(size)))


def _drawn(rng: Random, kind: Ints, person: Ints) -> tuple[Ints, Ints]:
    """Person and option, each entry of the catalogue drawn for all persons of its tumour type at once."""
    known = catalogue()
    order = np.argsort(kind, kind="stable")
    total = np.bincount(kind, minlength=len(kinds().rows) + 1)
    start = np.cumsum(total) - total
    times = rng.binomial(total[known.kind], known.share)
    entry = np.repeat(np.arange(len(known.kind)), times)
    of_kind = known.kind[entry]
    place = order[start[of_kind] + np.floor(rng.random(len(entry)) * total[of_kind]).astype(np.int64)]
    pairs = np.unique(place * len(known.kind) + entry)
    place, entry = np.divmod(pairs, len(known.kind))
    return person[place], known.choice.draw(rng, known.group[entry])


def _not_excluded(rng: Random, kind: Ints, person: Ints, option: Ints) -> Ints:
    """Which to keep where a person was given several drivers that exclude each other: one of them by chance."""
    shuffled = rng.permutation(len(person))
    group = catalogue().sets[kind[person[shuffled]], option[shuffled]]
    free = (group < 0) | ~happens(rng, figures()["finding"]["exclusive"], len(person))
    bound = shuffled[~free]
    _, first = np.unique(person[bound] * 100 + group[~free], return_index=True)
    return np.concatenate((shuffled[free], bound[first]))


def _places(rng: Random, option: Ints) -> tuple[Ints, Ints]:
    options = catalogue().options
    first = np.array([known.first for known in options])[option]
    last = np.array([known.last for known in options])[option]
    residue = np.maximum(first + np.floor(rng.random(len(option)) * (last - first + 1)).astype(np.int64), 2)
    consequence = np.array([known.consequence for known in options])[option]
    # Never the residue that stands there: the letter of a residue is that of `_reference`, this one lies beyond it.
    letter = (_reference(option, residue) + 1 + rng.integers(0, len(_RESIDUES) - 1, len(option))) % len(_RESIDUES)
    tail = np.where(consequence == "inframe_indel", _INDEL + letter, letter)
    for name, written in _TAIL_OF.items():
        tail = np.where(consequence == name, _TAILS.index(written), tail)
    return np.where(consequence == "start_lost", 1, residue), tail


def _reference(option: Ints, residue: Ints) -> Ints:
    """An invented letter for a residue, the same whenever the gene is drawn."""
    genes = {name: number for number, name in enumerate(sorted({known.gene for known in catalogue().options}))}
    gene = np.array([genes[known.gene] for known in catalogue().options])[option]
    return (gene * 7 + residue * 13 + residue // 5) % len(_RESIDUES)


@dataclass(frozen=True, slots=True)
class Seen:
    """One entry a finding: the profile that shows it, and which carried change it is."""

    profile: Ints
    carried: Ints


def seen(rng: Random, found: People, made: Samples, has: Carried) -> Seen:
    """What each profile shows of what its person carries: nothing where it failed, most where the assay is good."""
    count = (found.last - found.first + 1)[has.person]
    index = np.repeat(np.arange(len(count)), count)
    within = np.arange(len(index)) - np.repeat(np.cumsum(count) - count, count)
    profile = found.first[has.person[index]] + within
    kind = np.array([known.kind for known in catalogue().options])[has.option[index]]
    assay = made.assay[profile]
    chance = np.where(kind == "copy_number", assays().numbers("copy")[assay], assays().numbers("small")[assay])
    chance = np.where(np.isin(kind, ("fusion", "splice")), assays().numbers("fusion")[assay], chance)
    chance = np.where(made.quality[profile] == PARTIAL, 0.75 * chance, chance)
    shown = np.flatnonzero(happens(rng, chance, len(index)) & ~made.failed[profile])
    shown = shown[np.argsort(profile[shown], kind="stable")]
    return Seen(profile[shown], index[shown])


def findings(rng: Random, reports: Reports, made: Samples, has: Carried, shown: Seen) -> pa.Table:
    """Table `finding` as a reader would hand it over, profile after profile."""
    options, option = catalogue().options, has.option[shown.carried]
    kind = np.array([known.kind for known in options])[option]
    germline = np.array([known.germline for known in options])[option]
    tumour_only = assays().flags("tumour_only")[made.assay[shown.profile]]
    read = _reads(rng, made, has, shown, kind, germline)
    return pa.table(
        {
            "profile_id": reports.name.take(pa.array(shown.profile)),
            **{
                column: columns.words(option, [getattr(known, field) for known in options])
                for column, field in (
                    ("kind", "kind"),
                    ("gene_reported", "gene"),
                    ("partner_reported", "partner"),
                    ("hgvs_c", "coding"),
                    ("copy_call", "copy_call"),
                )
            },
            "hgvs_p_reported": _protein(has, shown, option, kind == "small_variant"),
            "consequence": columns.without(
                columns.words(option, [known.consequence for known in options]), kind != "small_variant"
            ),
            "exon": _exon(option, "exon"),
            "exon_last": _exon(option, "exon_last"),
            **read,
            **_copies(rng, option, kind),
            **_classes(rng, option, kind, germline, tumour_only),
        }
    )


def _protein(has: Carried, shown: Seen, option: Ints, small: Flags) -> columns.Column:
    options = catalogue().options
    residue, tail = has.residue[shown.carried], has.tail[shown.carried]
    consequence = np.array([known.consequence for known in options])[option]
    named = np.array([known.protein != "" for known in options])[option]
    letter = np.where(consequence == "splice_site", len(_RESIDUES), _reference(option, residue))
    letter = np.where(consequence == "start_lost", _RESIDUES.index("M"), letter)
    drawn = columns.joined("p.", columns.words(letter, [*_RESIDUES, "X"]), columns.spelled(residue),
                           columns.words(tail, _TAILS))  # fmt: skip
    known = columns.joined("p.", columns.words(option, [known.protein for known in options]))
    noncoding = np.array([known.coding != "" for known in options])[option]
    return columns.without(pc.if_else(pa.array(named), known, drawn), ~small | noncoding)


def _exon(option: Ints, field: str) -> columns.Column:
    exons = np.array([getattr(known, field) for known in catalogue().options])[option]
    return columns.counts(exons, exons > 0)


def _reads(
    rng: Random, made: Samples, has: Carried, shown: Seen, kind: Words, germline: Flags
) -> dict[str, columns.Column]:
    chosen, size = figures()["finding"], len(kind)
    assay = made.assay[shown.profile]
    depth = np.maximum(np.floor(around(rng, assays().numbers("depth")[assay], 0.3, size)), 25).astype(np.int64)
    expected = 0.5 * made.purity[shown.profile] * has.cells[shown.carried] * around(rng, 1.0, 0.18, size)
    fraction = np.where(germline, 0.49 + 0.035 * rng.standard_normal(size), expected)
    alternate = np.maximum(rng.binomial(depth, np.clip(fraction, 0.001, 0.95)), _MANY_READS + 1)
    few = happens(rng, chosen["few_reads"], size)
    rna = np.isin(kind, ("fusion", "splice"))
    alternate = np.where(rna, 5 + np.floor(around(rng, 40, 0.9, size)).astype(np.int64), alternate)
    alternate = np.where(few, rng.integers(1, _MANY_READS, size), alternate)
    counted = (kind != "copy_number") & ~happens(rng, chosen["counts_missing"], size)
    at_place = np.isin(kind, ("small_variant", "itd"))
    return {
        "alternate_reads": columns.counts(alternate, counted),
        "depth": columns.counts(depth, counted & at_place),
        "vaf": columns.numbers(alternate / depth, 4, at_place),
    }


def _copies(rng: Random, option: Ints, kind: Words) -> dict[str, columns.Column]:
    deleted = np.array([known.copy_call == "deletion" for known in catalogue().options])[option]
    high = np.minimum(2.3 + rng.exponential(1.6, len(kind)), 40.0)
    is_copy = kind == "copy_number"
    return {
        "fold_change": columns.numbers(np.where(deleted, 0.15 + 0.3 * rng.random(len(kind)), high), 2, is_copy),
        "copies": columns.numbers(np.where(deleted, 0.0, 3 * high), 0, is_copy),
    }


def _classes(rng: Random, option: Ints, kind: Words, germline: Flags, tumour_only: Flags) -> dict[str, columns.Column]:
    """Origin, significance, population frequency and filter."""
    chosen, size, options = figures()["finding"], len(kind), catalogue().options
    small = kind == "small_variant"
    truncating = np.array([known.consequence in _TRUNCATING for known in options])[option]
    named = np.array([known.protein != "" for known in options])[option]
    passenger = small & ~germline & ~named & ~truncating
    sort = np.where(germline, 0, np.where(named, 1, np.where(truncating, 2, 3)))
    index, names = np.zeros(size, dtype=np.int64), [""]
    for number, shares in enumerate(figures()["significance"].values()):
        word, words = pick_word(rng, shares, size)
        index = np.where(sort == number, len(names) + word, index)
        names += words
    confirmed = ~tumour_only | happens(rng, chosen["germline_confirmed"], size)
    origin = np.where(germline, np.where(confirmed, 1, 2), np.where(tumour_only, 3, 0))
    rare = passenger & tumour_only & happens(rng, chosen["population"], size)
    doubted = happens(rng, chosen["not_passed"], size)
    return {
        "origin": columns.words(origin, ["somatic", "germline", "unknown", ""], small),
        "significance": columns.words(index, names, small),
        "population_frequency": columns.numbers(10 ** (-5 + 3.2 * rng.random(size)), 6, rare),
        "filter": columns.words(doubted.astype(np.int64), ["PASS", "low_support"]),
    }
