"""The way of the profiles through a recommendation, as counts and as a picture that any format can draw.

All profiles → those not returned → groups with rules of their own, or relevance → the outcome. Both steps are one where
the step would tell a small number.

Where any number of the flow is suppressed nothing in the picture is proportional: a width would tell the number.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from tumorprofil.recommendation.tally import GROUPED, Tally
from tumorprofil.report import outcomes
from tumorprofil.terms.language import N_, translate

WIDTH = 1120.0
BAR = 12.0
_COLUMN_X = (0.0, 236.0, 472.0, 800.0)
_TOP = 44.0  # room for a label above the bars
_LABEL_ROOM = 52.0
_SLOT = 34.0  # the least room of an outcome, so that its label fits
_HEIGHT = 150.0  # of all profiles
_THINNEST = 1.5
_EQUAL = 16.0
_ORDER = tuple(outcomes.LOOKS)


@dataclass(frozen=True, slots=True)
class Node:
    """A station: `count` is None where it is suppressed. `outcome` is its code where it is one."""

    id: str
    column: int
    words: str
    count: int | None

    @property
    def outcome(self) -> str | None:
        return self.id if self.id in outcomes.LOOKS else None


@dataclass(frozen=True, slots=True)
class Link:
    """So many profiles go from one station to another."""

    source: str
    target: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Flow:
    """Stations in the order of reading, and what goes between them."""

    nodes: tuple[Node, ...]
    links: tuple[Link, ...]

    @property
    def suppressed(self) -> bool:
        return any(node.count is None for node in self.nodes) or any(link.count is None for link in self.links)

    def node(self, name: str) -> Node:
        return next(node for node in self.nodes if node.id == name)


def flow(tally: Tally) -> Flow:
    """The flow of a tally, from its total and its reasons."""
    counts = {name: tally.total.counts[name] for name in ("profiles", *_ORDER)}
    kept = _minus(counts["profiles"], counts["returned"])
    leading = tally.about.deciding_groups.values()
    decided = {name: tally.total.counts[count] for name, count in GROUPED.items() if name in leading}
    by_group = decided if _can_be_told(tally, kept, decided) else None
    returned = N_("Not refused or returned") if tally.about.formal == "apply" else N_("Not refused")
    first = N_("Profiles sent to the board") if tally.about.population == "referred" else N_("All profiles")
    nodes = [
        Node("all", 0, translate(first), counts["profiles"]),
        Node("kept", 1, translate(returned), kept),
        *_middle(by_group, kept),
        *(Node(name, 3, outcomes.label(name), counts[name]) for name in _ORDER),
    ]
    middle = {node.id: node.count for node in nodes if node.column == 2}
    spared = by_group or {}
    links = [
        Link("all", "kept", kept),
        *(Link("kept", name, count) for name, count in middle.items()),
        *(Link("relevance", name, _minus(counts[name], spared.get(name, 0))) for name in _ORDER if name != "returned"),
        *(Link("groups", name, count) for name, count in spared.items()),
        Link("all", "returned", counts["returned"]),
    ]
    return Flow(tuple(nodes), tuple(links))


def _middle(by_group: dict[str, int | None] | None, kept: int | None) -> tuple[Node, ...]:
    if not by_group:
        words = N_("Groups and relevance") if by_group is None else N_("Relevance")
        return (Node("relevance", 2, translate(words), kept),)
    decided = _sum(by_group.values())
    return (
        Node("relevance", 2, translate("Relevance"), _minus(kept, decided)),
        Node("groups", 2, translate("Groups with their own rules"), decided),
    )


def _can_be_told(tally: Tally, kept: int | None, by_group: dict[str, int | None]) -> bool:
    """Whether the groups can be a step of their own: what is left for relevance must be known, must not be less than
    nothing, and must be no small number that the tally was to keep to itself."""
    left = [_minus(tally.total.counts[name], number) for name, number in by_group.items()]
    left.append(_minus(kept, _sum(by_group.values())))
    small = range(1, tally.suppressed_below or 1)
    return all(number is not None and number >= 0 and number not in small for number in left)


def _minus(whole: int | None, part: int | None) -> int | None:
    return None if whole is None or part is None else whole - part


def _sum(numbers: Iterable[int | None]) -> int | None:
    listed = list(numbers)
    known = [number for number in listed if number is not None]
    return sum(known) if len(known) == len(listed) else None


@dataclass(frozen=True, slots=True)
class Bar:
    """A station as it is drawn: a standing bar, and where its words begin."""

    node: Node
    x: float
    y: float
    height: float

    @property
    def words_end(self) -> bool:
        """Whether the words end at their place instead of beginning there."""
        return self.node.id == "groups"

    @property
    def words_at(self) -> tuple[float, float]:
        """Where the first line of the words stands: above a station, below the groups (there they end, so that no band
        crosses them), to the right of an outcome."""
        if self.words_end:
            return self.x + BAR, self.y + self.height + 18
        if self.node.column < 3:
            return self.x, self.y - 26
        return self.x + BAR + 10, self.y + self.height / 2 - 4


@dataclass(frozen=True, slots=True)
class Band:
    """What goes from one bar to another: from (x0, y0) to (x1, y1) at the upper edge. A band that passes below other
    bars first falls, and is level from `level_from`."""

    link: Link
    x0: float
    y0: float
    x1: float
    y1: float
    thickness: float
    level_from: float

    @property
    def path(self) -> str:
        """The outline as an SVG path."""
        half, thick, level = (self.x0 + self.level_from) / 2, self.thickness, self.level_from
        upper = f"M{self.x0:g},{self.y0:.2f} C{half:g},{self.y0:.2f} {half:g},{self.y1:.2f} {level:g},{self.y1:.2f}"
        lower = (
            f"L{level:g},{self.y1 + thick:.2f} C{half:g},{self.y1 + thick:.2f} {half:g},{self.y0 + thick:.2f} "
            f"{self.x0:g},{self.y0 + thick:.2f}"
        )
        return f"{upper} L{self.x1:g},{self.y1:.2f} L{self.x1:g},{self.y1 + thick:.2f} {lower} Z"

    def outline(self, steps: int = 16) -> list[tuple[float, float]]:
        """The outline as points, for a format that has no curves."""
        upper = []
        for step in range(steps + 1):
            at = step / steps
            x = self.x0 + (self.level_from - self.x0) * (1.5 * at * (1 - at) + at**3)
            y = self.y0 + (self.y1 - self.y0) * (3 * at**2 - 2 * at**3)
            upper.append((x, y))
        upper.append((self.x1, self.y1))
        return [*upper, *((x, y + self.thickness) for x, y in reversed(upper))]


@dataclass(frozen=True, slots=True)
class Picture:
    """Bars and bands in drawing units."""

    flow: Flow
    height: float
    bars: tuple[Bar, ...]
    bands: tuple[Band, ...]


def picture(flow: Flow) -> Picture | None:
    """Where everything stands; None where there is no profile, and so nothing to draw."""
    whole = flow.node("all").count
    if whole == 0:
        return None
    links = [link for link in flow.links if link.count != 0]
    thick = {link: _thickness(link, whole, flow.suppressed) for link in links}
    bars = _bars(flow, thick)
    return Picture(flow, max(bar.y + max(bar.height, _SLOT) for bar in bars), tuple(bars), tuple(_bands(bars, thick)))


def _thickness(link: Link, whole: int | None, suppressed: bool) -> float:
    if suppressed or whole is None or link.count is None:
        return _EQUAL
    return max(_THINNEST, _HEIGHT * link.count / whole)


def _bars(flow: Flow, thick: dict[Link, float]) -> list[Bar]:
    def height(node: Node) -> float:
        into = sum(size for link, size in thick.items() if link.target == node.id)
        return max(into, sum(size for link, size in thick.items() if link.source == node.id), 0.0)

    bars: list[Bar] = []
    below = [_TOP] * 4
    for node in flow.nodes:
        y = below[node.column]
        if node.id == "returned":
            # Its band passes below the stations in between.
            y = max(y, below[2] - (0 if any(bar.node.id == "groups" for bar in bars) else _LABEL_ROOM - 12))
        if node.id == "groups":
            y -= _LABEL_ROOM - 24
        bars.append(Bar(node, _COLUMN_X[node.column], y, height(node)))
        below[node.column] = y + (max(height(node), _SLOT) + 6 if node.column == 3 else height(node) + _LABEL_ROOM)
    return bars


def _bands(bars: list[Bar], thick: dict[Link, float]) -> list[Band]:
    """Bands leave and arrive from the top down, in the order of the bars that they come from or go to."""
    by_id = {bar.node.id: bar for bar in bars}
    place = {bar.node.id: at for at, bar in enumerate(bars)}
    left = {name: bar.y for name, bar in by_id.items()}
    arrived = dict(left)
    bands = []
    for link in sorted(thick, key=lambda link: (place[link.source], place[link.target])):
        source, target, size = by_id[link.source], by_id[link.target], thick[link]
        x0, x1 = source.x + BAR, target.x
        bands.append(
            Band(
                link, x0, left[link.source], x1, arrived[link.target], size, min(x1, _COLUMN_X[source.node.column + 1])
            )
        )
        left[link.source] += size
        arrived[link.target] += size
    return bands
