"""Dates and timestamps as text by a format such as ``%Y-%m-%d``: from their parts, in English, without a time zone.

The C library's strftime would ask the machine for its locale and time zones, and be several times slower.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from generator import kernels

SPEC = re.compile(r"(?=.*%)([^%]|%[YmdHMSyjbBaAIpF%])*", re.DOTALL)
"""Formats that are understood: at least one directive, and none but these."""

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

Numbers = Callable[[pa.Array], pa.Array]


def _less_one(numbers: pa.Array) -> pa.Array:
    return pc.subtract(numbers, 1)


def _hour12(moments: pa.Array) -> pa.Array:
    hour = pc.hour(moments)
    return pc.if_else(pc.equal(hour, 0), 12, pc.if_else(pc.greater(hour, 12), pc.subtract(hour, 12), hour))


def _year2(moments: pa.Array) -> pa.Array:
    year = pc.year(moments)
    return pc.subtract(year, pc.multiply(pc.divide(year, 100), 100))


_NUMBERS: dict[str, tuple[Numbers, int]] = {
    "Y": (pc.year, 4),
    "y": (_year2, 2),
    "m": (pc.month, 2),
    "d": (pc.day, 2),
    "j": (pc.day_of_year, 3),
    "H": (pc.hour, 2),
    "I": (_hour12, 2),
    "M": (pc.minute, 2),
    "S": (pc.second, 2),
}
_WORDS: dict[str, tuple[Numbers, tuple[str, ...]]] = {
    "A": (pc.day_of_week, _DAYS),
    "a": (pc.day_of_week, tuple(name[:3] for name in _DAYS)),
    "B": (lambda moments: _less_one(pc.month(moments)), _MONTHS),
    "b": (lambda moments: _less_one(pc.month(moments)), tuple(name[:3] for name in _MONTHS)),
    "p": (lambda moments: pc.divide(pc.hour(moments), 12), ("AM", "PM")),
}


def moment_format(spec: str) -> Callable[[pa.Array], pa.Array]:
    """What formats dates or timestamps (UTC) by ``spec``, which ``SPEC`` matches; seconds are whole, rounded down."""
    pieces = re.findall(r"%.|[^%]+", spec.replace("%F", "%Y-%m-%d"), re.DOTALL)

    def text(array: pa.Array) -> pa.Array:
        moments = _whole_seconds(array)
        return kernels.concat([_part(piece, moments) for piece in pieces], len(array))

    return text


def _whole_seconds(array: pa.Array) -> pa.Array:
    if pa.types.is_date(array.type):
        return array.cast(pa.timestamp("s"))
    ticks = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}[array.type.unit]
    counted = np.asarray(array.cast(pa.int64()).fill_null(0)) // np.int64(ticks)
    seconds = pa.array(counted).cast(pa.timestamp("s"))
    return pc.if_else(array.is_valid(), seconds, None) if array.null_count else seconds


def _part(piece: str, moments: pa.Array) -> Any:
    directive = piece[1:] if piece[0] == "%" else ""
    if directive in _NUMBERS:
        find, width = _NUMBERS[directive]
        return find(moments), width, True
    if directive in _WORDS:
        index, words = _WORDS[directive]
        return pa.DictionaryArray.from_arrays(index(moments).cast(pa.int32()), pa.array(words, pa.string()), safe=False)
    return b"%" if directive else piece.encode()
