"""Kernels over lists: their items, what they hold, and what they come to.

A list is a pa.ListArray, or a pa.ListScalar of literals without nulls. Items that are null are no items of a sum or a
text, and equal to nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from generator.expression.errors import Failure
from generator.expression.spelling import spelled
from generator.expression.syntax import MAX_TEXT_BYTES
from generator.expression.types import BOOLEAN, FLOAT, INTEGER, TEXT, is_decimal
from generator.expression.values import (
    Value,
    finite,
    flags,
    floats,
    integers,
    is_scalar,
    missing,
    too_long,
)

MAX_ITEMS: Final = 100
"""Of a list that is summed."""
MAX_SUM_DIGITS: Final = 35
"""Of decimals that are summed: a sum of so many items has two digits more, and Arrow wants room for a third."""


def of_scalars(members: Sequence[pa.Scalar]) -> pa.ListScalar:
    """Scalars of one type as a list."""
    items = pa.concat_arrays([pa.repeat(member, 1) for member in members])
    return pa.ListArray.from_arrays(pa.array([0, len(items)], pa.int32()), items)[0]


def length(value: Value) -> Value:
    """Items, null ones too."""
    return pc.list_value_length(value).cast(INTEGER)


def item(value: Value, index: Value) -> Value:
    """The item counted from 0, or from the end below 0; null where there is none."""
    starts, sizes, items = _laid_out(value)
    wanted = integers(index)
    wanted = np.where(wanted < 0, wanted + sizes, wanted)
    absent = np.atleast_1d((wanted < 0) | (wanted >= sizes))
    null = missing(value, index)
    absent = absent if null is None else absent | null
    places = pa.array(np.broadcast_to(np.where(absent, 0, starts + wanted), len(absent)), pa.int32(), mask=absent)
    if is_scalar(value) and items.type == TEXT:
        return pa.DictionaryArray.from_arrays(places, items)
    return items.take(places)


def _laid_out(value: Value) -> tuple[Any, Any, pa.Array]:
    """Where each list starts among the items, how many it has, and the items."""
    if is_scalar(value):
        return np.int64(0), np.int64(len(value.values)), value.values
    offsets = np.asarray(value.offsets).astype(np.int64)
    return offsets[:-1], offsets[1:] - offsets[:-1], value.values


def holds(value: Value, member: Value) -> Value:
    """Whether an item equals the member."""
    if is_scalar(value):
        return pc.if_else(member.is_valid(), _among(member, value.values), None)
    items, parents = _items(value)
    equal = pc.equal(items, member if is_scalar(member) else member.take(pa.array(parents)))
    found: npt.NDArray[np.bool_] = np.zeros(len(value), dtype=np.bool_)
    found[parents[flags(equal.fill_null(False))]] = True
    null = missing(value, member)
    return pa.array(found, BOOLEAN, mask=null)


def _items(value: pa.ListArray) -> tuple[pa.Array, npt.NDArray[np.int64]]:
    """All items, and the row of each; what lies under a null list is not among them."""
    sizes = integers(length(value).fill_null(0))
    return pc.list_flatten(value), np.repeat(np.arange(len(value)), sizes)


def _among(member: pa.Array, items: pa.Array) -> pa.Array:
    found = pc.equal(member, items[0])
    for other in items[1:]:
        found = pc.or_(found, pc.equal(member, other))
    return found


def joined(value: pa.ListArray, separator: str) -> pa.Array:
    """The items as text, the separator between; items that are null are left out."""
    items, parents = _items(value)
    items = spelled(items)
    if items.null_count:
        parents, items = parents[flags(items.is_valid())], items.drop_null()
    counts = np.bincount(parents, minlength=len(value))
    sizes = np.bincount(parents, weights=np.asarray(pc.binary_length(items)), minlength=len(value))
    if np.any(sizes + np.maximum(counts - 1, 0) * len(separator.encode()) > MAX_TEXT_BYTES):
        raise too_long()
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    text = pc.binary_join(pa.ListArray.from_arrays(pa.array(offsets), items), separator)
    return pc.if_else(value.is_valid(), text, None)


def sum_type(item_type: pa.DataType) -> pa.DataType:
    """The type of a sum of items."""
    return pa.decimal128(item_type.precision + 2, item_type.scale) if is_decimal(item_type) else item_type


def total(value: pa.ListArray) -> pa.Array:
    """The items added from left to right; 0 of none. Failure beyond what the type can hold."""
    type_ = sum_type(value.type.value_type)
    most = int(pc.max(pc.list_value_length(value)).as_py() or 0)
    if most > MAX_ITEMS:
        raise Failure(f"a list with more than {MAX_ITEMS} items cannot be summed")
    nothing = pa.scalar(Decimal(0) if is_decimal(type_) else 0, value.type.value_type)
    found = pa.repeat(nothing.cast(type_), len(value))
    for place in range(most):
        part = item(value, pa.scalar(place, INTEGER)).fill_null(nothing)
        found = pc.add_checked(found, part).cast(type_)
    found = finite(floats(found), missing(value)) if type_ == FLOAT else found
    null = missing(value)
    return found if null is None else pc.if_else(pa.array(~null), found, None)
