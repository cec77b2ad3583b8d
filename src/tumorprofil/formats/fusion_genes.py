"""The two genes of a fusion, out of the many ways in which callers join them into one text."""

from collections.abc import Sequence

from tumorprofil.formats.staging import Staging
from tumorprofil.terms import gene, reference
from tumorprofil.terms.lookup import once_per_table, text

# Beside `-`, which gene symbols contain themselves (NKX2-1), these joints leave no doubt.
_PLAIN_JOINTS = ("::", "--", "/")
# Separates the genes that a caller could not choose between at one side of a fusion.
_CHOICE = ";"

Place = tuple[str, int]
Finding = dict[str, object]
_JUNCTION = "junction"


def split_pair(pair: str) -> tuple[str, str | None]:
    """The two sides of a gene pair, in the order written; the second is None where there is only one.

    A pair joined by a hyphen is cut where HGNC knows both sides, since symbols hold hyphens too.

    >>> split_pair("NKX2-1-ALK")
    ('NKX2-1', 'ALK')
    >>> split_pair("PPARG/AC016683.6;PAX8")
    ('PPARG', 'AC016683.6;PAX8')
    """
    for joint in _PLAIN_JOINTS:
        first, found, second = pair.partition(joint)
        if found and first and second:
            return first, second
    cuts = [(pair[:at], pair[at + 1:]) for at, letter in enumerate(pair) if letter == "-" and 0 < at < len(pair) - 1]
    if cuts:
        best = max(cuts, key=_known_sides)
        return best if _known_sides(best) == 2 or not gene.resolve(pair) else (pair, None)
    first, found, second = pair.partition(_CHOICE)
    return (first, second) if found and first and second else (pair, None)


def _known_sides(sides: tuple[str, str]) -> int:
    return sum(any(gene.resolve(name) for name in side.split(_CHOICE)) for side in sides)


def chosen(side: str) -> str:
    """The gene meant by one side of a fusion where the caller names several: its current symbol, or as written.

    A gene that HGNC knows goes before a clone name such as AC016683.6, a gene that the panel targets before
    its neighbour (ROS1 before GOPC, which overlap), else the one named first."""
    names = [name for name in side.split(_CHOICE) if name]
    best = max(names, key=lambda name: (gene.resolve(name) is not None, gene.resolve(name) in _panel()), default=side)
    return gene.resolve(best) or best


@once_per_table("panel_gene", "gene_symbol")
def _panel() -> frozenset[str | None]:
    return frozenset(gene.resolve(text(row, "gene")) for row in reference.rows("panel_gene")) - {None}


def finding(profile: str, sides: tuple[str, str | None], places: tuple[Place | None, Place | None], *,
            reads: int | None, passed: str | None, kind: str = "fusion") -> Finding:
    """A fusion as a row of the finding table; `sides` and `places` with the 5' gene first where that is known.

    The breakpoint is that of the 3' gene, which `gene` names; the same pair of places is the same junction."""
    first, second = sides
    place = places[1] if second else places[0]
    return {
        "profile_id": profile,
        "kind": kind,
        "gene_reported": second or first,
        "partner_reported": first if second else None,
        "chromosome": place[0] if place else None,
        "start_position": place[1] if place else None,
        "alternate_reads": reads,
        "filter": passed,
        _JUNCTION: None if None in places else f"{places[0]} {places[1]}",
    }


def add(findings: Sequence[Finding], staging: Staging) -> None:
    """Put fusions into the finding table. A junction that another file of the same profile has brought already
    is left out: the list of all fusions repeats those of the report."""
    staging.connection.execute("CREATE TABLE IF NOT EXISTS _fusion_junction (profile VARCHAR, junction VARCHAR)")
    known = set(staging.connection.execute("SELECT profile, junction FROM _fusion_junction").fetchall())
    new = [found for found in findings if (found["profile_id"], found[_JUNCTION]) not in known]
    for found in new:
        if found[_JUNCTION]:
            staging.connection.execute("INSERT INTO _fusion_junction VALUES (?, ?)", [
                found["profile_id"], found[_JUNCTION]])
    for found in new:
        for side in (found["gene_reported"], found["partner_reported"]):
            if isinstance(side, str) and _CHOICE in side:
                staging.resolve(side, chosen(side))
    staging.add_rows("finding", [{name: cell for name, cell in found.items() if name != _JUNCTION} for found in new])
