"""Moments in ISO 8601 read from text by their places, whole columns of characters at a time.

A moment is a date, then mostly T or a space and hours:minutes, then perhaps :seconds, then perhaps a point and up to
six digits, then perhaps Z or an offset such as +02:00. Anything else is no moment; nor is a day that does not exist.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from generator.kernels.strings import text_of

Column = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]

_BEYOND: Final = 64
"""Bytes that are read behind the start of a text, whatever its length: they are looked at where it is long enough."""
_LONGEST: Final = 32


def microseconds(text: pa.StringArray) -> tuple[Numbers, Flags]:
    """Microseconds since 1970 in UTC, and where the text is a moment; a null's text is none, and its number is 0."""
    reading = _Reading(text)
    days, good = reading.date()
    lengths = reading.lengths
    short = lengths == 10
    seconds, micros, timed, ends = reading.time()
    offsets, ended = reading.offset(ends)
    good &= short | (timed & ended)
    seconds = np.where(short, 0, seconds - offsets)
    found = (days * 86_400 + seconds) * 1_000_000 + np.where(short, 0, micros)
    return np.where(good, found, 0), good


class _Reading:
    """Texts as columns of characters. What is found in them holds where the flags beside it say so."""

    def __init__(self, text: pa.StringArray) -> None:
        offsets, data = text_of("text", text)
        self.starts = offsets[:-1].astype(np.int64) - int(offsets[0])
        self.lengths = np.diff(offsets)
        held = data[offsets[0] : offsets[-1]]
        self.data = np.concatenate((held, np.zeros(_BEYOND, dtype=np.uint8)))
        rows, width = len(text), int(self.lengths[0]) if len(text) else 0
        even = 0 < width <= _LONGEST and held.size == rows * width and bool((self.lengths == width).all())
        self.even = np.ascontiguousarray(held.reshape(rows, width).T) if even else None

    def at(self, place: int) -> Column:
        """The characters at a place; of what lies behind where a text is shorter."""
        if self.even is None:
            return self.data.take(self.starts + place)
        return self.even[place] if place < len(self.even) else np.zeros(len(self.starts), dtype=np.uint8)

    def digit(self, place: int) -> tuple[Column, Flags]:
        """The digit at a place, and where there is one."""
        found = self.at(place) - np.uint8(48)
        return found, found < 10

    def two(self, place: int) -> tuple[Column, Flags]:
        """The number of two digits at a place, below 100 where there are any."""
        (tens, first), (ones, second) = self.digit(place), self.digit(place + 1)
        return tens * np.uint8(10) + ones, first & second

    def date(self) -> tuple[Numbers, Flags]:
        """Days since 1970-01-01 of the first ten characters."""
        (century, a), (year, b), (month, c), (day, d) = (self.two(place) for place in (0, 2, 5, 8))
        good = a & b & c & d & (self.lengths >= 10) & (self.at(4) == ord("-")) & (self.at(7) == ord("-"))
        good &= (month >= 1) & (month <= 12) & (day >= 1) & ((century > 0) | (year > 0))
        months = np.where(good, century.astype(np.int64) * 1200 + year.astype(np.int64) * 12 + month - 1, 0)
        starts = _month_starts()
        days = starts.take(months) + day - 1
        return days, good & (days < starts.take(months + 1))

    def time(self) -> tuple[Numbers, Numbers, Flags, npt.NDArray[np.int32]]:
        """Seconds and microseconds of what follows the date, where that is a time, and the place where it ends."""
        (hour, a), (minute, b), (second, c) = (self.two(place) for place in (11, 14, 17))
        parting = self.at(10)
        good = a & b & (self.lengths >= 16) & ((parting == ord("T")) | (parting == ord(" ")))
        good &= (hour < 24) & (self.at(13) == ord(":")) & (minute < 60)
        precise = (self.at(16) == ord(":")) & (self.lengths >= 19) & c & (second < 60)
        seconds = hour.astype(np.int64) * 3600 + minute.astype(np.int64) * 60 + np.where(precise, second, 0)
        ends = np.where(precise, np.int32(19), np.int32(16))
        running = precise & (self.at(19) == ord(".")) & (self.lengths > 19)
        micros = np.zeros(len(ends), dtype=np.int64)
        if running.any():
            ends += running
            for place, weight in zip(range(20, 26), (100_000, 10_000, 1000, 100, 10, 1), strict=True):
                digit, is_digit = self.digit(place)
                running &= is_digit & (self.lengths > place)
                micros += np.where(running, digit, 0) * np.int64(weight)
                ends += running
            good &= ends != 20
        return seconds, micros, good, ends

    def offset(self, ends: npt.NDArray[np.int32]) -> tuple[Numbers, Flags]:
        """Seconds that a text is ahead of UTC by what stands at ``ends``, and where that is an offset or nothing."""
        left = self.lengths - ends
        good, found = left == 0, np.zeros(len(ends), dtype=np.int64)
        places = self.starts + ends
        if (left == 1).any():
            good |= (left == 1) & (self.data.take(places) == ord("Z"))
        rows = np.flatnonzero(left == 6)
        if rows.size:
            signs = self.data[places[rows, None] + np.arange(6)]
            numbers = signs - np.uint8(48)
            hours, minutes = (numbers[:, at] * np.uint8(10) + numbers[:, at + 1] for at in (1, 4))
            right = (numbers[:, [1, 2, 4, 5]] < 10).all(axis=1) & (hours < 24) & (minutes < 60)
            minus = signs[:, 0] == ord("-")
            good[rows] = right & (signs[:, 3] == ord(":")) & (minus | (signs[:, 0] == ord("+")))
            ahead = hours.astype(np.int64) * 3600 + minutes.astype(np.int64) * 60
            found[rows] = np.where(minus, -ahead, ahead)
        return found, good


@cache
def _month_starts() -> Numbers:
    """The first day of each month from January of the year 0 on, in days since 1970-01-01."""
    months = np.arange(-1970 * 12, 8030 * 12 + 1).astype("datetime64[M]")
    return months.astype("datetime64[D]").astype(np.int64)
