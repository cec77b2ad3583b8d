"""Disclosure control: which counts of a table may be published, so that nobody can work out a small one.

Cell suppression as in Hundepool et al., Statistical Disclosure Control (Wiley 2012), ch. 4. Small counts are
suppressed (primary), then others (secondary) until the relations between cells no longer give the small ones away.

The attacker knows every published count, every relation, that counts are whole and not negative, and that zeros are
suppressed only as a last resort: a suppressed cell is at least 1, unless it is linked to a zero that had to go.

The criterion, for every small cell, suppressed or hidden: its possible values span at least `threshold`, and reach it.
Who computes them cannot tell that the cell is small; nor is a sum that a relation makes of unknown cells both certain
and small. Where counts published earlier forbid that, or a sensitive cell is 0, the values span what is still allowed,
and at least two; where even two are not, DisclosureError. No secondary cell could be worked out all the same.

What remains: who runs this module on every possible table can exclude those where it would have chosen other cells.
"""

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from tumorprofil.errors import TumorprofilError
from tumorprofil.quality.attack import Key, Mask, Matrix, Relation, Row, components, is_whole, scipy, solve, system
from tumorprofil.terms.language import translate

# How often the clean-up may ask for a whole solution, which takes ten times as long, to release one more cell.
PATIENCE = 5


class DisclosureError(TumorprofilError):
    """A small count can no longer be protected, because of what was published earlier."""


def differences(new: Mapping[Key, int], earlier: Mapping[Key, int], threshold: int) -> frozenset[Key]:
    """The keys whose count is 1 to threshold - 1 off the one published earlier: so few movers could be told apart.

    For two tables from the same freeze with other settings or another population.
    """
    return frozenset(key for key in new.keys() & earlier.keys() if 0 < abs(new[key] - earlier[key]) < threshold)


def suppress(
    counts: Mapping[Key, int],
    relations: Sequence[Relation[Key]],
    threshold: int,
    *,
    hidden: Collection[Key] = (),
    published: Collection[Key] = (),
    sensitive: Collection[Key] = (),
) -> frozenset[Key]:
    """The keys that may not be published. Counts of 1 to threshold - 1 are small, and so is whatever is `sensitive`.

    `hidden` cells are never printed, but follow by difference: small ones are protected, none is in the answer.
    `published` cells are out already: attackers know them, they are never suppressed, and small ones are past help.
    The answer does not depend on the order of anything; keys are ordered by their repr.

    Raises DisclosureError where a small count cannot be protected, ValueError where counts and relations disagree.

    >>> row = {"north": 1, "south": 9, "west": 20, "all": 30}
    >>> sorted(suppress(row, [Relation("all", ("north", "south", "west"))], threshold=3))
    ['north', 'south']
    """
    cells = sorted(counts, key=repr)
    matrix, off = system(relations, cells, {})
    count = np.array([counts[key] for key in cells], dtype=np.float64)
    if (count < 0).any() or (matrix @ count != off).any() or not {*hidden, *published, *sensitive} <= counts.keys():
        raise ValueError(translate("A count is missing or below 0, or a whole is not the sum of its parts."))
    known, unprinted, delicate = (
        np.array([key in chosen for key in cells], dtype=bool) for chosen in map(set, (published, hidden, sensitive))
    )
    small = (delicate | ((count > 0) & (count < threshold))) & ~known
    if threshold <= 1 or not small.any():
        return frozenset()
    table = _Table(matrix, count, known, unprinted & ~known, small, threshold)
    if (lost := table.close()) is not None:
        text = translate(
            "Cell {cell} must stay unpublished, but follows from what was published earlier; "
            "make this table coarser, or leave it out."
        )
        raise DisclosureError(text.format(cell=cells[lost]))
    return frozenset(cells[place] for place in np.flatnonzero(table.choose() & ~unprinted))


class _Table:
    """A table while its cells are being chosen. A cell is a place in `count`.

    `known` cells are beyond suppression. For each cell, `span` says how many values it must be able to take and
    `reach` how large it must be able to be; `desperate` cells are those that only suppressed zeros can protect.
    `moves` are changes that keep all relations. One that changes no published cell proves how far the others can go,
    so that few cells need a program of their own.
    """

    def __init__(self, matrix: Matrix, count: Row, known: Mask, hidden: Mask, small: Mask, threshold: int) -> None:
        self.matrix, self.count, self.known, self.hidden, self.small = matrix, count, known, hidden, small
        self.span, self.reach = np.where(small, threshold, 1.0), np.where(small, threshold, 0.0)
        self.desperate = np.zeros(len(count), dtype=bool)
        # A total tells more than its parts. A zero costs more than all else together: it is the last resort.
        self.cost = (1 + count) * (1 + (matrix < 0).sum(axis=0))
        self.cost[count == 0] = self.cost.sum()
        self.threshold, self.patience = threshold, PATIENCE
        self.links = abs(matrix)
        # All counts may grow in proportion: where nothing is known, that protects every small one.
        self.moves = _primitive(count)[np.newaxis]

    def close(self) -> int | None:
        """Take in what is published already: lower the demands it forbids, or return a small cell it gives away."""
        if not self.known.any() and (self.count[self.small] > 0).all():
            return None
        two = np.full_like(self.span, 2)
        while (cell := self.exposed(~self.known, two, 0 * two, exact=True)) is not None:
            if self.small[cell]:
                return cell
            self.known[cell] = True
        may = ~self.known & (self.small | self.hidden | (self.count > 0))
        while (cell := self.exposed(may, self.span, self.reach, exact=True)) is not None:
            least, most = (end[cell] for end in self.ends(may))
            self.desperate[cell] = least == most
            self.span[cell], self.reach[cell] = min(self.span[cell], most - least + 1), min(self.reach[cell], most)
        self.span[self.desperate], self.reach[self.desperate] = 2, 0
        return None

    def choose(self) -> Mask:
        """The cells to leave unpublished, hidden ones among them: as many as needed, then each released that can be."""
        unknown = (self.small | self.hidden) & ~self.known
        protects: dict[int, int] = {}
        while (cell := self.exposed(unknown, self.span, self.reach, exact=True)) is not None:
            before = unknown.copy()
            self.cover(cell, unknown)
            protects |= dict.fromkeys(np.flatnonzero(unknown & ~before).tolist(), cell)
        for cell in sorted(protects, key=lambda cell: (-self.cost[cell], cell)):
            unknown[cell] = False
            unknown[cell] = self.exposed(unknown, self.span, self.reach, first=protects[cell]) is not None
        # What no proof moves protects nothing, and might be worked out.
        least, most = self.ends(unknown)
        return unknown & (self.small | self.hidden | (least < most))

    def cover(self, cell: int, unknown: Mask) -> None:
        """Add to `unknown` what lets this cell vary, at least cost; where no program finds that, all there is."""
        floor = np.where(unknown, self.floor(unknown), self.count > 0)
        # A zero may go for a cell that nothing else protects, and for one that is linked to a zero which had to go.
        if last := self.desperate[cell] or (floor[cell] < 1 and not self.hidden[cell] and not self.small[cell]):
            floor = np.zeros_like(floor)
        free = ~self.known & (unknown | (self.count > 0) | last)
        price = np.where(unknown, 0.1, self.cost)  # not 0, lest cells that are unknown anyway move for nothing
        for by in self.lacking(cell, *self.ends(unknown), self.span, self.reach):
            move = self.move(cell, by, free, self.count - floor, price)
            if move[~unknown].any():
                unknown |= move != 0
                return
        unknown |= free

    def exposed(
        self, unknown: Mask, span: Row, reach: Row, *, first: int | None = None, exact: bool = False
    ) -> int | None:
        """A cell that is told too closely if `unknown` is what is not published; None if there is none.

        Without `exact`, a cell may be returned that is not. `first` is looked at first.
        """
        floor = self.floor(unknown)
        # A suppressed zero shows that this was the last resort. Nothing that is linked to it may be certain.
        span = np.where(unknown & ~self.hidden & ~self.small & (floor < 1), np.maximum(span, 2), span)
        least, most = self.ends(unknown)
        told = unknown & (span > 1) & (self.links.T @ (self.links @ unknown == 1) > 0)
        if told.any():  # alone in a relation
            return int(told.argmax())
        narrow = np.flatnonzero(unknown & ((most - least + 1 < span) | (most < reach)))
        for cell in sorted(narrow.tolist(), key=lambda cell: (cell != first, cell)):
            for way in (0, 1):
                if ways := self.lacking(cell, least, most, span, reach):
                    move = self.move(cell, ways[way], unknown, self.count - floor, exact=exact)
                    lower, upper = self.along(move[np.newaxis], unknown, floor)
                    least, most = np.minimum(least, lower), np.maximum(most, upper)
            if self.lacking(cell, least, most, span, reach):
                return cell
        return None

    def lacking(self, cell: int, least: Row, most: Row, span: Row, reach: Row) -> tuple[float, float] | tuple[()]:
        """How far up, or else how far down, a cell must still be able to move; empty if it can already."""
        if most[cell] - least[cell] + 1 >= span[cell] and most[cell] >= reach[cell]:
            return ()
        up, down = max(least[cell] + span[cell] - 1, reach[cell]), min(most[cell] - span[cell] + 1, least[cell])
        return up - self.count[cell], down - self.count[cell]

    def move(self, cell: int, by: float, free: Mask, fall: Row, price: Row | None = None, exact: bool = False) -> Row:
        """A change of `free` cells, none below its `fall`, that moves this one; all 0 if there is none.

        With a price, the cheapest that moves it by so much; else the least that moves it as far as can be up to that.
        """
        size, place = int(free.sum()), int(free[:cell].sum())
        # Each cell as its rise and its fall, for both have a price.
        own, other = (place, place + size) if by > 0 else (place + size, place)
        low, high = np.zeros(2 * size), np.concatenate([np.full(size, np.inf), fall[free]])
        high[other], high[own] = 0, min(high[own], abs(by))
        cost = np.ones(2 * size) if price is None else np.tile(price[free], 2)
        cost[own], low[own] = (-1e4, 0) if price is None else (0, high[own])
        inside = self.matrix[:, free]
        program = scipy().sparse.hstack([inside, -inside], format="csc"), np.zeros(inside.shape[0]), low, high, cost
        found = solve(*program)
        if (
            price is None
            and found is not None
            and found[own] > 0.99
            and not is_whole(found)
            and (exact or self.patience)
        ):
            self.patience -= not exact
            found = solve(*program, whole=True)
        change = np.zeros_like(self.count)
        if found is not None:
            change[free] = found[:size] - found[size:]
        # A fraction of a move is a move too: `along` sees whether there is room for all of it.
        whole = next((np.rint(change * times) for times in (1, 2, 3, 4, 6) if is_whole(change * times)), None)
        if whole is None or (self.matrix @ whole).any():
            return change if price is not None else np.zeros_like(change)
        move = _primitive(whole)
        self.moves = np.vstack([self.moves, move])
        return move

    def ends(self, unknown: Mask) -> tuple[Row, Row]:
        """The least and most that each cell is proven to be able to be, for all that an attacker knows."""
        return self.along(self.moves[~self.moves[:, ~unknown].any(axis=1)], unknown, self.floor(unknown))

    def along(self, moves: Row, unknown: Mask, floor: Row) -> tuple[Row, Row]:
        """How far each cell gets when each move is made as often as the floor allows, forwards and backwards."""
        steps, slack = moves[:, unknown], (self.count - floor)[unknown]
        least, most = self.count.copy(), self.count.copy()
        for way in (steps, -steps):
            room = np.divide(slack, -way, out=np.full_like(way, self.threshold), where=way < 0)
            gone = way * np.floor(room.min(axis=1, initial=self.threshold))[:, np.newaxis]
            least[unknown] = np.minimum(least[unknown], self.count[unknown] + gone.min(axis=0, initial=0))
            most[unknown] = np.maximum(most[unknown], self.count[unknown] + gone.max(axis=0, initial=0))
        return least, most

    def floor(self, unknown: Mask) -> Row:
        """The least that an attacker knows each cell to be before doing sums."""
        floor = np.where(self.hidden | (self.count == 0), 0.0, 1.0)
        zeros = unknown & (self.count == 0) & ~self.hidden & ~self.small
        if zeros.any():
            _, linked = components(self.matrix, unknown)
            floor[np.isin(linked, linked[zeros])] = 0
        return np.where(unknown, floor, self.count)


def _primitive(move: Row) -> Row:
    """The smallest whole step in the same direction."""
    smallest: Row = move / max(np.gcd.reduce(move.astype(np.int64)), 1)
    return smallest
