"""Functions that look at whole rows of values, and at what is missing in them."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

from generator.expression.values import Value


def folded(choose: Callable[[Value, Value], Value]) -> Callable[..., Value]:
    """A choice between two values made over any number of them, from left to right."""

    def kernel(*values: Value) -> Value:
        return reduce(choose, values)

    return kernel


def is_null(value: Value) -> Value:
    return value.is_null()


def is_valid(value: Value) -> Value:
    return value.is_valid()
