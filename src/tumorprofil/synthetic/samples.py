"""Specimens, and the profiles that the laboratories made of them."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from tumorprofil.synthetic import columns
from tumorprofil.synthetic.draw import Flags, Floats, Ints, Random, around, happens, pick_word, whole
from tumorprofil.synthetic.figures import assays, centres, figures, kinds
from tumorprofil.synthetic.people import People, Reports

_QUALITY = ["passed", "partial", "failed", ""]
FAILED, PARTIAL = 2, 1


@dataclass(frozen=True, slots=True)
class Samples:
    """One entry a profile: its assay, the true share of tumour DNA, the true result of the quality control, and
    when it was ordered (days since 1970)."""

    option: Ints
    assay: Ints
    liquid: Flags
    purity: Floats
    quality: Ints
    ordered: Ints

    @property
    def failed(self) -> Flags:
        return np.equal(self.quality, FAILED)


def samples(rng: Random, found: People, reports: Reports) -> Samples:
    """What was sampled and sequenced, without regard to what was written down."""
    size, used = len(reports.day), centres()
    centre, kind = found.centre[reports.person], found.kind[reports.person]
    option = used.choice.draw(rng, centre)
    in_tissue = kinds().haematological[kind] | kinds().child[kind]
    option = np.where(assays().flags("liquid")[used.assay[option]] & in_tissue, used.tissue_assay[centre], option)
    assay = used.assay[option]
    liquid = assays().flags("liquid")[assay]
    purity = np.where(liquid, np.minimum(around(rng, 0.07, 0.9, size), 0.7), 0.1 + 0.85 * rng.beta(2.6, 2.4, size))
    days = around(rng, assays().numbers("turnaround")[assay] * used.share["turnaround"][centre], 0.32, size)
    ordered = reports.day - np.maximum(whole(days), 4)
    return Samples(option, assay, liquid, purity, _quality(rng, purity, liquid), ordered)


def _quality(rng: Random, purity: Floats, liquid: Flags) -> Ints:
    chosen, size = figures()["quality"], len(purity)
    few = (purity < 0.2) & ~liquid
    failed = happens(rng, np.where(few, chosen["failed_few_cells"], chosen["failed"]), size)
    return np.where(failed, FAILED, np.where(happens(rng, chosen["partial"], size), PARTIAL, 0)).astype(np.int64)


def specimens(rng: Random, found: People, reports: Reports, made: Samples) -> pa.Table:
    """Table `specimen`, without those that the centre did not describe."""
    chosen, size = figures()["specimen"], len(reports.day)
    kind = found.kind[reports.person]
    site, sites = pick_word(rng, chosen["sites"], size)
    sites = [*sites, "cfdna", "primary"]
    site = np.where(made.liquid, len(sites) - 2, np.where(kinds().haematological[kind], len(sites) - 1, site))
    ffpe, ffpe_types = pick_word(rng, chosen["tissue"], size)
    fresh, fresh_types = pick_word(rng, chosen["fresh_tissue"], size)
    sort = np.where(assays().flags("target")[made.assay], ffpe, len(ffpe_types) + fresh)
    types = [*ffpe_types, *fresh_types, "liquid"]
    old = happens(rng, chosen["archived"], size) & ~made.liquid
    ago = np.where(old, 30 + around(rng, 200, 0.8, size), 12 * rng.random(size))
    collected = np.maximum(made.ordered - whole(ago), found.diagnosed[reports.person] - 10)
    collected = np.minimum(np.maximum(collected, found.birth[reports.person]), made.ordered)
    cells = ~made.liquid & ~happens(rng, chosen["cells_unknown"], size)
    rows = pa.table(
        {
            "patient_id": found.name.take(pa.array(reports.person)),
            "specimen_id": columns.joined(reports.name, "P", between="-"),
            "specimen_type": columns.words(np.where(made.liquid, len(types) - 1, sort), types),
            "site": columns.words(site, sites),
            "collected_date": columns.days(collected, ~happens(rng, 0.04, size)),
            "tumour_cell_percentage": columns.numbers(5 * np.round(20 * made.purity), 0, cells),
        }
    )
    described = ~happens(rng, centres().share["specimen"][found.centre[reports.person]], size)
    return rows.filter(pa.array(described))


def profiles(rng: Random, found: People, reports: Reports, made: Samples) -> pa.Table:
    """Table `profile`. The tumour type is left to the diagnosis, as a reader leaves it."""
    size, used = len(reports.day), assays()
    centre = found.centre[reports.person]
    received = np.minimum(made.ordered + 1 + whole(5 * rng.random(size)), reports.day)
    unchecked = happens(rng, centres().share["quality"][centre], size) & ~made.failed
    return pa.table(
        {
            "profile_id": reports.name,
            "patient_id": found.name.take(pa.array(reports.person)),
            "specimen_id": columns.joined(reports.name, "P", between="-"),
            "centre": columns.words(centre, centres().codes),
            "laboratory": columns.words(made.option, centres().laboratory),
            "assay": columns.words(made.assay, used.names, ~happens(rng, 0.01, size)),
            "analyte": columns.words(made.assay, used.texts("analyte")),
            "build": columns.words(made.assay, used.texts("build")),
            "tumour_only": columns.flags(used.flags("tumour_only")[made.assay]),
            "ordered_date": columns.days(made.ordered, ~happens(rng, 0.03, size)),
            "received_date": columns.days(received, ~happens(rng, 0.02, size)),
            "report_date": columns.days(reports.day),
            "quality": columns.words(np.where(unchecked, 3, made.quality), _QUALITY),
            "source_file": columns.same("synthetic", size),
            "source_format": columns.same("synthetic", size),
        }
    )
