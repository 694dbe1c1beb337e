"""Numbers to whole ones and to decimal places: round, round_even, trunc, floor, ceil, int.

A float is rounded to d places as whole(x · 10^d) / 10^d, where product and quotient are float operations; so
2.675 (a little less in binary) rounds to 2.68, since its product with 100 is 267.5.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from generator.expression.decimals import roomy, rounded
from generator.expression.errors import Failure
from generator.expression.types import FLOAT, INTEGER, MAX_DIGITS, is_decimal
from generator.expression.values import Value, array, either, finite, floats, integers, missing, whole

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

MAX_PLACES: Final = 15
_FRACTIONLESS: Final = 2.0**52
"""From here on a float has no fraction."""


def half_away(numbers: Floats) -> Floats:
    """The nearest whole number, ties away from zero. (floor(x + 0.5) would err just below 0.5.)"""
    size = np.abs(numbers)
    down = np.floor(size)
    found = down + (size - down >= 0.5)
    return np.copysign(np.where(size < _FRACTIONLESS, found, size), numbers)


class Mode(NamedTuple):
    """A way to round: Arrow's name for it, and what it does to floats."""

    name: str
    whole: Callable[[Floats], Floats]


AWAY: Final = Mode("half_towards_infinity", half_away)
EVEN: Final = Mode("half_to_even", np.rint)
CUT: Final = Mode("towards_zero", np.trunc)


def round_to_integer(value: Value, mode: Mode = AWAY) -> Value:
    """round(x), round_even(x), trunc(x)."""
    if value.type == INTEGER:
        return value
    if is_decimal(value.type):
        return _integer(rounded(value, 0, pa.decimal128(MAX_DIGITS, value.type.scale), mode.name))
    return whole(mode.whole(floats(value)), missing(value))


def round_type(type_: pa.DataType, places: int) -> pa.DataType:
    """The type of round(x, places): that of x, for a decimal with no more places than asked for."""
    if not is_decimal(type_) or places >= type_.scale:
        return type_
    scale = max(places, 0)
    return pa.decimal128(min(type_.precision - type_.scale + scale + 1, MAX_DIGITS), scale)


def round_to_places(value: Value, places: int, mode: Mode = AWAY) -> Value:
    """round(x, places), round_even(x, places), trunc(x, places)."""
    if value.type == INTEGER:
        return value if places >= 0 else _round_integers(value, 10**-places, mode)
    if is_decimal(value.type):
        return rounded(value, places, round_type(value.type, places), mode.name)
    numbers, power = floats(value), np.float64(10 ** abs(places))
    with np.errstate(all="ignore"):
        moved = numbers * power if places >= 0 else numbers / power
        found = mode.whole(moved)
        found = found / power if places >= 0 else found * power
        same = ~(np.abs(moved) < _FRACTIONLESS) if places >= 0 else np.zeros(len(numbers), dtype=np.bool_)
    return finite(np.where(same, numbers, found), missing(value))


def _round_integers(value: Value, power: int, mode: Mode) -> Value:
    numbers, step = integers(value), np.int64(power)
    rest = np.fmod(numbers, step)  # has the sign of the number
    down = numbers - rest
    away = _further(np.abs(rest), step, down // step, mode)
    found = down + np.where(away, np.where(numbers < 0, -step, step), 0)
    null = missing(value)
    beyond = away & ((found < 0) != (numbers < 0)) & (found != 0)
    if (beyond if null is None else beyond & ~null).any():
        raise Failure("the result is beyond what an integer can hold")
    return array(found, INTEGER, null)


def _further(rest: Integers, step: np.int64, below: Integers, mode: Mode) -> npt.NDArray[np.bool_]:
    """Whether the multiple of ``step`` farther from zero is the one, ``below`` being the number of the nearer one."""
    if mode is CUT:
        return np.zeros(len(rest), dtype=np.bool_)
    found: npt.NDArray[np.bool_] = rest >= step - rest
    return found & ((rest != step - rest) | (below % 2 != 0)) if mode is EVEN else found


def floor_of(value: Value) -> Value:
    """floor(x), the largest integer that is not above x."""
    return _whole(value, np.floor, pc.floor)


def ceil_of(value: Value) -> Value:
    """ceil(x), the smallest integer that is not below x."""
    return _whole(value, np.ceil, pc.ceil)


def truncated(value: Value) -> Value:
    """int(x) of a number: towards zero."""
    return _whole(value, np.trunc, pc.trunc)


def _whole(value: Value, of_floats: np.ufunc, of_decimals: Callable[..., Value]) -> Value:
    if value.type == INTEGER:
        return value
    if value.type == FLOAT:
        return whole(of_floats(floats(value)), missing(value))
    return _integer(of_decimals(roomy(value)))


def _integer(value: pa.Array) -> pa.Array:
    try:
        return value.cast(INTEGER)
    except pa.ArrowInvalid:
        raise Failure("the result is beyond what an integer can hold") from None


def absolute(value: Value) -> Value:
    """abs(x); Failure for the smallest integer."""
    return pc.abs_checked(value) if value.type == INTEGER else pc.abs(value)


def sign(value: Value) -> Value:
    """-1, 0 or 1."""
    return pc.sign(value).cast(INTEGER)


def square_root(value: Value) -> Value:
    """The square root, correctly rounded; null of a negative number."""
    numbers = floats(value)
    negative = numbers < 0
    return finite(np.sqrt(np.where(negative, 0.0, numbers)), either(missing(value), negative))
