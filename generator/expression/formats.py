"""Dates and timestamps spelled by a format such as ``%d %B %Y``, and the English names of days and months.

The C library's strftime would ask the machine for its locale and its time zones.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from generator.expression import dates
from generator.expression.dates import Integers
from generator.expression.types import DATE, TEXT, TICKS
from generator.expression.values import Value, integers, missing
from generator.kernels import concat

DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
MAX_FORMAT: Final = 256
"""Characters."""
_WHOLE: Final = {"F": "%Y-%m-%d", "T": "%H:%M:%S", "R": "%H:%M"}


def month_index(days: Integers, seconds: Integers) -> Integers:
    """0 to 11."""
    return dates.month(days, seconds) - 1


def _hour12(days: Integers, seconds: Integers) -> Integers:
    return np.remainder(dates.hour(days, seconds) + 11, 12) + 1


def _year2(days: Integers, seconds: Integers) -> Integers:
    return np.remainder(dates.year(days, seconds), 100)


def _half(days: Integers, seconds: Integers) -> Integers:
    return dates.hour(days, seconds) // 12


_NUMBERS: Final = {
    "Y": (dates.year, 4),
    "y": (_year2, 2),
    "m": (dates.month, 2),
    "d": (dates.day, 2),
    "j": (dates.day_of_year, 3),
    "H": (dates.hour, 2),
    "I": (_hour12, 2),
    "M": (dates.minute, 2),
    "S": (dates.second, 2),
    "-m": (dates.month, 0),
    "-d": (dates.day, 0),
    "-H": (dates.hour, 0),
    "-I": (_hour12, 0),
}
_WORDS: Final = {
    "A": (dates.weekday, DAYS),
    "a": (dates.weekday, tuple(name[:3] for name in DAYS)),
    "B": (month_index, MONTHS),
    "b": (month_index, tuple(name[:3] for name in MONTHS)),
    "p": (_half, ("AM", "PM")),
}
_CLOCK: Final = frozenset("HIMSpf") | {"-H", "-I"}
_TOKEN: Final = re.compile(r"%-?.|[^%]+|%", re.DOTALL)


def _pieces(spec: str) -> list[str]:
    for short, whole in _WHOLE.items():
        spec = re.sub(rf"(?<!%)((?:%%)*)%{short}", rf"\g<1>{whole}", spec)
    return _TOKEN.findall(spec)


def check_format(spec: str, type_: pa.DataType) -> str | None:
    """What is wrong with a format for values of a type, or None."""
    if len(spec) > MAX_FORMAT:
        return f"a format has at most {MAX_FORMAT} characters"
    for piece in _pieces(spec):
        name = piece[1:]
        if piece[0] != "%" or name == "%":
            continue
        if name not in _NUMBERS and name not in _WORDS and name != "f":
            known = " ".join(f"%{known}" for known in (*_NUMBERS, *_WORDS, "f", *_WHOLE))
            return f"{piece!r} is no part of a format; there are {known} and %%"
        if type_ == DATE and name in _CLOCK:
            return f"dates have no {piece}"
    return None


def formatted(value: Value, spec: str) -> Value:
    """The parts of each moment in UTC as the format says; the fraction of ``%f`` has six digits."""
    null = missing(value)
    days, seconds = dates.days_and_seconds(value, null)
    text = concat([b"", *(_part(piece, days, seconds, value) for piece in _pieces(spec))], len(value))
    return text if null is None else pc.if_else(pa.array(~null), text, None)


def _part(piece: str, days: Integers, seconds: Integers, value: Value) -> Any:
    name = piece[1:]
    if piece[0] != "%" or name == "%":
        return b"%" if piece[0] == "%" else piece.encode()
    if name in _WORDS:
        find, words = _WORDS[name]
        return _named(find(days, seconds), words)
    if name == "f":
        ticks = 1 if value.type == DATE else TICKS[value.type.unit]
        rest = np.remainder(integers(value), ticks)
        return pa.array(rest * TICKS["us"] // ticks if ticks <= TICKS["us"] else rest // 1000), 6, True
    find, width = _NUMBERS[name]
    return pa.array(find(days, seconds)), width, width > 0


def _named(numbers: Integers, words: tuple[str, ...]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(numbers.astype(np.int32)), pa.array(words, TEXT))


def name_of(find: Callable[[Integers, Integers], Integers], words: tuple[str, ...]) -> Callable[[Value], Value]:
    """The English name of a part of the date."""

    def kernel(value: Value) -> Value:
        null = missing(value)
        numbers = find(*dates.days_and_seconds(value, null))
        codes = pa.array(numbers.astype(np.int32), mask=null)
        return pa.DictionaryArray.from_arrays(codes, pa.array(words, TEXT))

    return kernel
