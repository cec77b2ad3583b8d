"""Columns of Arrow tables from arrays of numbers; where `known` is false the cell is empty."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tumorprofil.synthetic.draw import Flags, Floats, Ints

Column = Any  # pyarrow ships no types


def _empty(known: Flags | None) -> Flags | None:
    return None if known is None else ~known


def words(index: Ints, names: Sequence[str], known: Flags | None = None) -> Column:
    """The name at each index; an empty name is an empty cell."""
    values = pa.array([name or None for name in names], pa.string())
    return values.take(pa.array(index, pa.int64(), mask=_empty(known)))


def same(text: str, size: int, known: Flags | None = None) -> Column:
    """One text in every cell."""
    return words(np.zeros(size, dtype=np.int64), [text], known)


def days(values: Ints, known: Flags | None = None) -> Column:
    """Dates from days since 1970."""
    return pa.array(values.astype(np.int32), pa.int32(), mask=_empty(known)).cast(pa.date32())


def counts(values: Ints, known: Flags | None = None) -> Column:
    """Whole numbers."""
    return pa.array(values, pa.int64(), mask=_empty(known))


def numbers(values: Floats, decimals: int, known: Flags | None = None) -> Column:
    """Numbers as a source would write them."""
    return pa.array(np.round(values, decimals), pa.float64(), mask=_empty(known))


def flags(values: Flags) -> Column:
    """True or false."""
    return pa.array(values, pa.bool_())


def joined(*parts: Column | str, between: str = "") -> Column:
    """Texts put together cell by cell; empty where one of them is."""
    return pc.binary_join_element_wise(*parts, between)


def spelled(values: Ints, width: int = 0) -> Column:
    """Whole numbers as text, with zeros in front up to `width` digits."""
    return pc.utf8_lpad(pa.array(values, pa.int64()).cast(pa.string()), width=width, padding="0")


def without(column: Column, empty: Flags) -> Column:
    """The column with the cells emptied where `empty` is true."""
    return pc.if_else(pa.array(~empty), column, pa.scalar(None, column.type))
