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

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from tumorprofil.errors import TumorprofilError
from tumorprofil.terms.language import translate

Key = TypeVar("Key", bound=Hashable)
Row = NDArray[np.float64]  # a number for each cell: whole, below 2**53, or infinite where nothing bounds it
Mask = NDArray[np.bool_]
Places = NDArray[np.intp]
Matrix = Any  # scipy.sparse.csc_array: a row for each relation, a column for each cell; scipy ships no types

# How often the clean-up may ask for a whole solution, which takes ten times as long, to release one more cell.
PATIENCE = 5


class DisclosureError(TumorprofilError):
    """A small count can no longer be protected, because of what was published earlier."""


@dataclass(frozen=True, slots=True)
class Relation(Generic[Key]):
    """What `whole` counts, `parts` count together, each of it in one part only."""

    whole: Key
    parts: tuple[Key, ...]


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
    matrix, off = _system(relations, cells, {})
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


def attack(
    published: Mapping[Key, int],
    unknown: Collection[Key],
    relations: Sequence[Relation[Key]],
    *,
    at_least: Mapping[Key, int] | int = 0,
) -> dict[Key, tuple[int, int | None]]:
    """What can be worked out: the least and most that each unknown cell can be, most None where nothing bounds it.

    Exact for whole counts. `at_least` is what is known of unknown cells beforehand, 0 where it says nothing.
    Raises ValueError where no table agrees with what was published.

    >>> attack({"all": 12, "west": 9}, ["north", "south"], [Relation("all", ("north", "south", "west"))], at_least=1)
    {'north': (1, 2), 'south': (1, 2)}
    """
    cells = sorted(set(unknown), key=repr)
    matrix, off = _system(relations, cells, published)
    floors = dict.fromkeys(cells, at_least) if isinstance(at_least, int) else at_least
    low = np.array([published.get(key, floors.get(key, 0)) for key in cells], dtype=np.float64)
    high = np.array([published.get(key, np.inf) for key in cells], dtype=np.float64)
    _propagate(matrix, off, low, high)
    settled = low == high
    off = off - matrix @ np.where(settled, low, 0)
    for rows, columns in _knots(matrix, ~settled):
        _search(matrix[rows][:, columns], off[rows], low, high, columns)
    ends = zip(low.tolist(), high.tolist(), strict=True)
    return {
        key: (int(least), None if most == np.inf else int(most)) for key, (least, most) in zip(cells, ends, strict=True)
    }


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
        program = _scipy().sparse.hstack([inside, -inside], format="csc"), np.zeros(inside.shape[0]), low, high, cost
        found = _solve(*program)
        if price is None and found is not None and found[own] > 0.99 and not _whole(found) and (exact or self.patience):
            self.patience -= not exact
            found = _solve(*program, whole=True)
        change = np.zeros_like(self.count)
        if found is not None:
            change[free] = found[:size] - found[size:]
        # A fraction of a move is a move too: `along` sees whether there is room for all of it.
        whole = next((np.rint(change * times) for times in (1, 2, 3, 4, 6) if _whole(change * times)), None)
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
            _, linked = _components(self.matrix, unknown)
            floor[np.isin(linked, linked[zeros])] = 0
        return np.where(unknown, floor, self.count)


def _primitive(move: Row) -> Row:
    """The smallest whole step in the same direction."""
    smallest: Row = move / max(np.gcd.reduce(move.astype(np.int64)), 1)
    return smallest


def _system(relations: Sequence[Relation[Key]], cells: list[Key], published: Mapping[Key, int]) -> tuple[Matrix, Row]:
    """The relations as equations `matrix @ cells == off`, in an order of their own."""
    at = {key: place for place, key in enumerate(cells)}
    rows = sorted({(repr(one.whole), *sorted(map(repr, one.parts))): one for one in relations}.items())
    matrix, off = _scipy().sparse.lil_array((len(rows), len(cells))), np.zeros(len(rows))
    for row, (_, relation) in enumerate(rows):
        for key, sign in ((relation.whole, -1), *((part, 1) for part in relation.parts)):
            if key in at:
                matrix[row, at[key]] = sign
            elif key in published:
                off[row] -= sign * published[key]
            else:
                raise ValueError(translate("A relation names {cell}, which has no count.").format(cell=key))
    return matrix.tocsc(), off


def _propagate(matrix: Matrix, off: Row, low: Row, high: Row) -> None:
    """Narrow `low` and `high` in place by each relation in turn, until none has more to say."""
    rows = matrix.tocsr()
    for _ in range(rows.shape[0] + 1):
        before = np.concatenate([low, high])
        for row, (start, end) in enumerate(zip(rows.indptr, rows.indptr[1:], strict=False)):
            columns, plus = rows.indices[start:end], rows.data[start:end] > 0
            most = off[row] - _others(np.where(plus, low[columns], -high[columns]))
            least = off[row] - _others(np.where(plus, high[columns], -low[columns]))
            low[columns] = np.maximum(low[columns], np.where(plus, least, -most))
            high[columns] = np.minimum(high[columns], np.where(plus, most, -least))
            if (low[columns] > high[columns]).any() or (start == end and off[row]):
                raise _contradiction()
        if (before == np.concatenate([low, high])).all():
            return


def _others(terms: Row) -> Row:
    """For each term the sum of all others; not the sum less the term, for terms may be infinite."""
    table = np.tile(terms, (len(terms), 1))
    np.fill_diagonal(table, 0)
    others: Row = table.sum(axis=1)
    return others


def _components(matrix: Matrix, unknown: Mask) -> tuple[Places, Places]:
    """A number for each relation and for each cell, the same where unknown cells link them."""
    links = (abs(matrix) * unknown[np.newaxis]).tocsc()
    links.eliminate_zeros()  # a stored zero would link as well
    graph = _scipy().sparse.block_array([[None, links], [links.T, None]])
    _, labels = _scipy().sparse.csgraph.connected_components(graph)
    return labels[: matrix.shape[0]], labels[matrix.shape[0] :]


def _knots(matrix: Matrix, unknown: Mask) -> list[tuple[Places, Places]]:
    """Relations and cells of each component with a cycle. Without one, propagation has said all there is."""
    of_rows, of_cells = _components(matrix, unknown)
    parts = [
        (np.flatnonzero(of_rows == label), np.flatnonzero((of_cells == label) & unknown))
        for label in np.unique(of_cells[unknown])
    ]
    return [(rows, columns) for rows, columns in parts if matrix[rows][:, columns].nnz >= len(rows) + len(columns)]


def _search(matrix: Matrix, off: Row, low: Row, high: Row, columns: Places) -> None:
    """Narrow `low` and `high` of these cells in place to what whole counts can be."""
    bottom, top, tables = low[columns], high[columns], np.zeros((0, len(columns)))
    for place, (column, price) in enumerate(zip(columns, np.eye(len(columns)), strict=True)):
        for sign, ends in ((1, low), (-1, high)):
            if (tables[:, place] == ends[column]).any():
                continue
            found = _solve(matrix, off, bottom, top, sign * price)
            if found is not None and not _whole(found):
                found = _solve(matrix, off, bottom, top, sign * price, whole=True)
            if found is not None:
                tables = np.vstack([tables, np.rint(found)])
                ends[column] = tables[-1, place]
            elif not len(tables):
                raise _contradiction()


def _solve(matrix: Matrix, off: Row, low: Row, high: Row, price: Row, *, whole: bool = False) -> Row | None:
    """The cheapest solution of `matrix @ cells == off`; None if there is none, or nothing bounds it."""
    optimize = _scipy().optimize
    found: Row | None = optimize.milp(
        price,
        integrality=np.full(len(price), int(whole)),
        bounds=optimize.Bounds(low, high),
        constraints=optimize.LinearConstraint(matrix, off, off),
        options={"mip_rel_gap": 0, "presolve": whole},  # programs this small are solved sooner than simplified,
    ).x
    return found


def _whole(row: Row) -> bool:
    return bool(np.abs(row - np.rint(row)).max(initial=0) < 1e-6)


def _contradiction() -> ValueError:
    return ValueError(translate("No table agrees with all that was published."))


@cache
def _scipy() -> Any:
    # Imported here: only reports need it, and it costs a quarter of a second.
    import scipy.optimize  # type: ignore[import-untyped]  # scipy ships no types
    import scipy.sparse.csgraph  # type: ignore[import-untyped]

    return scipy
