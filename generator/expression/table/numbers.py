"""Entries: numbers, rounding among them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa

from generator.expression import nulls, rounding, whole_numbers
from generator.expression.comparison import larger, smaller
from generator.expression.function import FLOATS, INTEGERS, NUMBERS, ORDERED, Function, Parameter, same
from generator.expression.nodes import Node
from generator.expression.operators import calculate
from generator.expression.rounding import MAX_PLACES
from generator.expression.table.parameters import (
    NUMBER,
    TO_FLOAT,
    TO_INTEGER,
    Constants,
    Types,
    constant_integer,
)
from generator.expression.types import INTEGER

_PLACES: Final = (*NUMBER, constant_integer("places", -MAX_PLACES, MAX_PLACES, optional=True))
_TWO: Final = (Parameter("a", INTEGERS), Parameter("b", INTEGERS))


def _round_type(types: Types, constants: Constants) -> pa.DataType:
    return rounding.round_type(types[0], constants[0]) if constants else INTEGER


def _places(mode: rounding.Mode) -> Any:
    def kernel(value: Any, places: int | None = None) -> Any:
        if places is None:
            return rounding.round_to_integer(value, mode)
        return rounding.round_to_places(value, places, mode)

    return kernel


def _remainder(nodes: Sequence[Node], column: int) -> Node:
    left, right = nodes
    return calculate("%", left, right, column)


def _clamp(value: Any, low: Any, high: Any) -> Any:
    return smaller(larger(value, low), high)


def functions() -> list[Function]:
    return [*_rounding(), *_arithmetic(), *_order()]


def _rounding() -> list[Function]:
    return [
        Function(
            "round",
            "to an integer, or to decimal places, half away from zero",
            _PLACES,
            _round_type,
            _places(rounding.AWAY),
        ),
        Function(
            "round_even",
            "to an integer, or to decimal places, half to the even digit",
            _PLACES,
            _round_type,
            _places(rounding.EVEN),
        ),
        Function(
            "trunc", "to an integer, or to decimal places, towards zero", _PLACES, _round_type, _places(rounding.CUT)
        ),
        Function("floor", "the integer below", NUMBER, TO_INTEGER, rounding.floor_of),
        Function("ceil", "the integer above", NUMBER, TO_INTEGER, rounding.ceil_of),
    ]


def _arithmetic() -> list[Function]:
    root = (Parameter("number", FLOATS),)
    power = (Parameter("base", FLOATS), Parameter("exponent", INTEGERS))
    bits = whole_numbers.paired
    return [
        Function("abs", "without its sign", NUMBER, same, rounding.absolute),
        Function("sign", "-1, 0 or 1", NUMBER, TO_INTEGER, rounding.sign),
        Function(
            "mod",
            "the remainder, as with %: with the divisor's sign, null of 0",
            (Parameter("a", NUMBERS), Parameter("b", NUMBERS)),
            same,
            None,
            node=_remainder,
        ),
        Function(
            "pow",
            "multiplied by itself; an integer has no negative power, 0 none at all below 0: null",
            power,
            same,
            whole_numbers.power,
        ),
        Function("sqrt", "the square root; null of negative numbers", root, TO_FLOAT, rounding.square_root),
        Function("gcd", "the greatest common divisor", _TWO, TO_INTEGER, whole_numbers.common_divisor),
        Function("lcm", "the least common multiple", _TWO, TO_INTEGER, whole_numbers.common_multiple),
        Function("bit_and", "the bits that both have", _TWO, TO_INTEGER, bits(np.bitwise_and)),
        Function("bit_or", "the bits that either has", _TWO, TO_INTEGER, bits(np.bitwise_or)),
        Function("bit_xor", "the bits that one of them has", _TWO, TO_INTEGER, bits(np.bitwise_xor)),
    ]


def _order() -> list[Function]:
    two = (Parameter("value", ORDERED), Parameter("value", ORDERED))
    clamp = tuple(Parameter(name, ORDERED) for name in ("value", "low", "high"))
    many: dict[str, Any] = {"together": 500, "variadic": True}
    return [
        Function("min", "the smallest of its arguments; null where one is", two, same, nulls.folded(smaller), **many),
        Function("max", "the largest of its arguments; null where one is", two, same, nulls.folded(larger), **many),
        Function("clamp", "within low and high", clamp, same, _clamp, together=3),
    ]
