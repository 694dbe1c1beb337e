"""Functions that look at whole rows of values, and at what is missing in them."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from generator.expression.values import Value


def folded(choose: Callable[[Value, Value], Value]) -> Callable[..., Value]:
    """A choice between two values made over any number of them, from left to right."""

    def kernel(*values: Value) -> Value:
        return reduce(choose, values)

    return kernel


def unless_equal(value: Value, other: Value) -> Value:
    """The value, but null where the other one equals it."""
    equal = pc.equal(value, other)
    return pc.if_else(equal.fill_null(False), pa.scalar(None, value.type), value)


def is_null(value: Value) -> Value:
    return value.is_null()


def is_valid(value: Value) -> Value:
    return value.is_valid()
