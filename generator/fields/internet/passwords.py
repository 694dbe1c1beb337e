"""Passwords with at least one character of each class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import Field as Option

from generator import kernels
from generator.cells import Cells
from generator.column import Column
from generator.field import TextField, field_type
from generator.fields.bounds import Bounds, check_bounds
from generator.kernels.strings import string_array

_CLASSES: Final = {
    "lower": b"abcdefghijklmnopqrstuvwxyz",
    "upper": b"ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "digit": b"0123456789",
    "symbol": b"!#$%&*+-.:;=?@^_~",
}
_AT_ONCE: Final = 9
"""Characters that 64 bits decide: 79**9 is below 2**64."""

Matrix = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class _Alphabets:
    classes: tuple[bytes, ...]
    every: bytes


@field_type("password", "passwd", "pwd")
class Password(TextField):
    """A random password with at least one character of each class, at random places; every length is as likely."""

    length: Bounds = Option(default=(12, 16), description="n or [min, max]")
    classes: tuple[Literal["lower", "upper", "digit", "symbol"], ...] = Option(
        default=("lower", "upper", "digit", "symbol"), min_length=1, max_length=4, description="Kinds of characters."
    )

    examples = ({}, {"length": 8, "classes": ["lower", "digit"]})

    def prepare(self, column: Column) -> _Alphabets:
        if len(set(self.classes)) < len(self.classes):
            raise column.wrong("classes", "a class is there twice", "name each once")
        check_bounds(column, "length", self.length, len(self.classes), 256)
        if self.room is not None and self.room < self.length[1]:
            raise column.wrong("max_length", "a password that is cut may lose a class", "lower length instead")
        if self.case is not None and {"lower", "upper"} <= set(self.classes):
            raise column.wrong("case", "it would take a class away", "drop it, or a class")
        classes = tuple(_CLASSES[name] for name in self.classes)
        return _Alphabets(classes, b"".join(classes))

    def generate(self, cells: Cells) -> pa.Array:
        low, high = self.length
        alphabets: _Alphabets = cells.prepared
        lengths = cells.below(high - low + 1, start=low, draw="length")
        text = self._drawn(cells, high, alphabets.every)
        self._keep_classes(cells, text, lengths, alphabets)
        if low == high:
            offsets = np.arange(len(cells) + 1, dtype=np.int32) * np.int32(high)
            return string_array(offsets, text.reshape(-1))
        offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
        return string_array(offsets, text[np.arange(high) < lengths[:, None]])

    def _drawn(self, cells: Cells, width: int, alphabet: bytes) -> Matrix:
        """Characters of the whole alphabet, (rows, width)."""
        groups = [
            (cells.bits(f"value {start}"), places, [alphabet] * len(places))
            for start in range(0, width, _AT_ONCE)
            for places in [list(range(start, min(start + _AT_ONCE, width)))]
        ]
        data = kernels.pattern(b" " * width, groups).buffers()[2]
        found = np.frombuffer(data, dtype=np.uint8, count=len(cells) * width) if len(cells) else np.empty(0, np.uint8)
        return found.reshape(len(cells), width).copy()

    def _keep_classes(self, cells: Cells, text: Matrix, lengths: npt.NDArray[np.int64], alphabets: _Alphabets) -> None:
        """One character of each class, at places that are all different."""
        taken: list[npt.NDArray[np.int64]] = []
        rows = np.arange(len(cells))
        for number, alphabet in enumerate(alphabets.classes):
            draw = cells.draw(f"place {number}")
            left = (lengths - number).astype(np.uint64)
            place = kernels.below_each(cells.rows, draw.gamma, draw.kappa, left).astype(np.int64)
            for other in np.sort(np.array(taken), axis=0) if taken else ():
                place += place >= other
            letters = np.frombuffer(alphabet, dtype=np.uint8)
            text[rows, place] = letters[cells.below(len(alphabet), draw=f"letter {number}")]
            taken.append(place)

    def text_width(self, column: Column) -> int:
        return sum(self.length) // 2
