"""Arrow durations as ISO 8601 texts, for formats that have no form of their own for lengths of time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from formats.kinds import values_of
from generator import kernels

TICKS = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
"""Of each unit in a second."""
DIGITS = {"s": 0, "ms": 3, "us": 6, "ns": 9}
"""Behind the point of a second."""
SIGNS = ("P", "-P")
HOURS = ("", "T", *(f"T{hour}H" for hour in range(1, 24)))
"""The first hour is of lengths that are whole days."""
MINUTES = ("", *(f"{minute}M" for minute in range(1, 60)))

Numbers = np.ndarray[Any, np.dtype[np.int64]]


def is_duration(data_type: pa.DataType) -> bool:
    """Whether values are lengths of time, in a dictionary or not."""
    return bool(pa.types.is_duration(values_of(data_type)))


def iso_texts(array: pa.Array) -> pa.StringArray:
    """The lengths of time as ISO 8601 has them (4.4.3.2): P2D, PT1H30M, PT0S; null where they are.

    Days are of 24 hours, the largest unit. Where the type's unit is finer than seconds, seconds are always there and
    have its digits, PT1H0.250S; a minus stands before the P (ISO 8601-2, 4.3.2).
    """
    array = array.cast(array.type.value_type) if pa.types.is_dictionary(array.type) else array
    digits, ticks = DIGITS[array.type.unit], np.uint64(TICKS[array.type.unit])
    values = np.frombuffer(array.buffers()[1], np.int64, len(array), 8 * array.offset) if len(array) else _NONE
    negative = values < 0
    magnitude = np.where(negative, ~values, values).view(np.uint64) + negative
    seconds, fraction = np.divmod(magnitude, ticks)
    days, rest = np.divmod(seconds, np.uint64(86_400))
    hours, rest = np.divmod(rest.astype(np.int64), 3_600)
    minutes, rest = np.divmod(rest, 60)
    timeless = (hours + minutes + rest == 0) & (days > 0) & (digits == 0)
    parts: list[Any] = [
        _picked(SIGNS, negative.astype(np.int64), array),
        _days(days),
        _picked(HOURS, np.where(timeless, 0, hours + 1)),
        _picked(MINUTES, minutes),
    ]
    if digits:
        parts += [(rest, 0, False), b".", (fraction.astype(np.int64), digits, True), b"S"]
    else:
        shown = (rest > 0) | (magnitude == 0)
        parts.append(pc.if_else(pa.array(shown), pc.binary_join_element_wise(_text(rest), "S", ""), ""))
    return kernels.concat(parts, len(array))


_NONE = np.empty(0, np.int64)


def _text(numbers: Any) -> pa.StringArray:
    return pc.cast(pa.array(numbers), pa.string())


def _days(days: Any) -> pa.StringArray:
    return pc.if_else(pa.array(days > 0), pc.binary_join_element_wise(_text(days), "D", ""), "")


def _picked(words: Sequence[str], picks: Numbers, missing: pa.Array | None = None) -> pa.DictionaryArray:
    """A word for each row, null where ``missing`` is."""
    mask = missing.is_null().to_numpy(zero_copy_only=False) if missing is not None and missing.null_count else None
    return pa.DictionaryArray.from_arrays(pa.array(picks.astype(np.int32), mask=mask), pa.array(words))
