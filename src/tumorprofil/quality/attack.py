"""What an outsider can work out of a table in which some counts are suppressed.

Counts are whole and not negative, and relations say what adds up to what. Bounds are propagated along the relations
first; linear and integer programs (HiGHS, through scipy) run only where relations form cycles.
"""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from tumorprofil.terms.language import translate

Key = TypeVar("Key", bound=Hashable)
Row = NDArray[np.float64]  # a number for each cell: whole, below 2**53, or infinite where nothing bounds it
Mask = NDArray[np.bool_]
Places = NDArray[np.intp]
Matrix = Any  # scipy.sparse.csc_array: a row for each relation, a column for each cell; scipy ships no types


@dataclass(frozen=True, slots=True)
class Relation(Generic[Key]):
    """What `whole` counts, `parts` count together, each of it in one part only."""

    whole: Key
    parts: tuple[Key, ...]


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
    matrix, off = system(relations, cells, published)
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


def system(relations: Sequence[Relation[Key]], cells: list[Key], published: Mapping[Key, int]) -> tuple[Matrix, Row]:
    """The relations as equations `matrix @ cells == off`, in an order of their own."""
    at = {key: place for place, key in enumerate(cells)}
    rows = sorted({(repr(one.whole), *sorted(map(repr, one.parts))): one for one in relations}.items())
    matrix, off = scipy().sparse.lil_array((len(rows), len(cells))), np.zeros(len(rows))
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


def components(matrix: Matrix, unknown: Mask) -> tuple[Places, Places]:
    """A number for each relation and for each cell, the same where unknown cells link them."""
    links = (abs(matrix) * unknown[np.newaxis]).tocsc()
    links.eliminate_zeros()  # a stored zero would link as well
    graph = scipy().sparse.block_array([[None, links], [links.T, None]])
    _, labels = scipy().sparse.csgraph.connected_components(graph)
    return labels[: matrix.shape[0]], labels[matrix.shape[0] :]


def _knots(matrix: Matrix, unknown: Mask) -> list[tuple[Places, Places]]:
    """Relations and cells of each component with a cycle. Without one, propagation has said all there is."""
    of_rows, of_cells = components(matrix, unknown)
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
            found = solve(matrix, off, bottom, top, sign * price)
            if found is not None and not is_whole(found):
                found = solve(matrix, off, bottom, top, sign * price, whole=True)
            if found is not None:
                tables = np.vstack([tables, np.rint(found)])
                ends[column] = tables[-1, place]
            elif not len(tables):
                raise _contradiction()


def solve(matrix: Matrix, off: Row, low: Row, high: Row, price: Row, *, whole: bool = False) -> Row | None:
    """The cheapest solution of `matrix @ cells == off`; None if there is none, or nothing bounds it."""
    optimize = scipy().optimize
    found: Row | None = optimize.milp(
        price,
        integrality=np.full(len(price), int(whole)),
        bounds=optimize.Bounds(low, high),
        constraints=optimize.LinearConstraint(matrix, off, off),
        options={"mip_rel_gap": 0, "presolve": whole},  # programs this small are solved sooner than simplified,
    ).x
    return found


def is_whole(row: Row) -> bool:
    return bool(np.abs(row - np.rint(row)).max(initial=0) < 1e-6)


def _contradiction() -> ValueError:
    return ValueError(translate("No table agrees with all that was published."))


@cache
def scipy() -> Any:
    # Imported here: only reports need it, and it costs a quarter of a second.
    import scipy.optimize  # type: ignore[import-untyped]  # scipy ships no types
    import scipy.sparse.csgraph  # type: ignore[import-untyped]

    return scipy
