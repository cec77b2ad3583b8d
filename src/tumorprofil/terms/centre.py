"""Centres of the tumour board and the regions they lie in, as they are on a given day."""

from dataclasses import dataclass
from datetime import date

from tumorprofil.terms import reference
from tumorprofil.terms.lookup import flag, once_per_table, text


@dataclass(frozen=True, slots=True)
class Region:
    """One row of table `region`. `valid_to` is the last day; `successor` the region that took over."""

    code: str
    name: str
    valid_from: date | None
    valid_to: date | None
    successor: str | None
    verified: bool


@dataclass(frozen=True, slots=True)
class Centre:
    """One row of table `centre`. `shak` is the hospital's four characters; `region` the region it was last given."""

    code: str
    name: str
    shak: str | None
    region: str
    valid_from: date | None
    valid_to: date | None
    verified: bool


def centres(on: date) -> tuple[Centre, ...]:
    """The centres that exist on a day."""
    return tuple(centre for centre in _centres() if _valid(centre, on))


def regions(on: date) -> tuple[Region, ...]:
    """The regions that exist on a day."""
    return tuple(region for region in _regions().values() if _valid(region, on))


def find(written: str, on: date) -> Centre | None:
    """The centre of that code, name, or SHAK code of its hospital or a department there (``1301101``), on a day."""
    wanted = " ".join(written.split()).casefold()
    return next((centre for centre in centres(on)
                 if wanted in (centre.code.casefold(), centre.name.casefold())
                 or (centre.shak is not None and _is_shak(wanted) and wanted.startswith(centre.shak.casefold()))), None)


def region_of(centre: Centre, on: date) -> Region | None:
    """The region that a centre lies in on a day: its own, or the one that took over."""
    region = _regions().get(centre.region)
    while region is not None and region.valid_to is not None and on > region.valid_to:
        region = _regions().get(region.successor or "")
    return region if region is not None and _valid(region, on) else None


def rows(on: date) -> list[dict[str, str | None]]:
    """The centres of a day as lookup rows: centre, name, shak, region, region_name."""
    return [{"centre": centre.code, "name": centre.name, "shak": centre.shak,
             "region": region.code if region else None, "region_name": region.name if region else None}
            for centre in centres(on) for region in [region_of(centre, on)]]


def _is_shak(written: str) -> bool:
    # Four digits for the hospital and up to three digits or letters for the department.
    return 4 <= len(written) <= 7 and written[:4].isdigit() and written.isalnum()


def _valid(entry: Centre | Region, on: date) -> bool:
    return (entry.valid_from is None or entry.valid_from <= on) and (entry.valid_to is None or on <= entry.valid_to)


def _day(cell: str | None) -> date | None:
    return date.fromisoformat(cell) if cell else None


@once_per_table("centre")
def _centres() -> tuple[Centre, ...]:
    return tuple(Centre(
        text(row, "code"), text(row, "name"), row["shak"], text(row, "region"), _day(row["valid_from"]),
        _day(row["valid_to"]), flag(row, "verified"),
    ) for row in reference.rows("centre"))


@once_per_table("region")
def _regions() -> dict[str, Region]:
    return {text(row, "code"): Region(
        text(row, "code"), text(row, "name"), _day(row["valid_from"]), _day(row["valid_to"]), row["successor"],
        flag(row, "verified"),
    ) for row in reference.rows("region")}
