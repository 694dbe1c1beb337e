"""What a text format says about its rows.

A row is, for each column, a prefix and a cell, and at the end a suffix: separators are prefixes, so one mechanism
serves CSV, JSON, SQL and XML alike. No name of a format belongs here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum

import pyarrow as pa

from generator.kernels.library import KernelError
from generator.kernels.text_types import MOST_DIGITS, Spelling, check_type, decimals

LONGEST_ESCAPE = 8
"""Bytes that the replacement of one byte may have."""
FINISHED = pa.dictionary(pa.int32(), pa.large_string())
"""The type of columns whose cells are finished text."""
MARKS = 4
"""Special bytes, besides an unbroken run from NUL on, that the native kernel looks for at full speed."""
LONGEST_ZONE = 6
"""Bytes that the mark of a time zone may have, such as +00:00."""
LONGEST_WORD = 32
"""Bytes that the spelling of a value such as NaN or true may have."""


class Quoting(IntEnum):
    """When a cell is put in quotes. A null never is."""

    NEVER = 0
    ALWAYS = 1
    NEEDED = 2
    """If the cell is text and is empty, or is the column's null text, or holds a special byte."""


@dataclass(frozen=True, slots=True)
class TextColumn:
    """One column of a row: ``prefix`` stands before each of its cells, ``null`` in place of a missing one.

    The cells of a ``finished`` column, a dictionary of int32 indices into large_string, are text of the format already
    and written as they are. ``suffix`` stands behind each cell that is not null: of an ``enclosed`` layout only.
    ``decimals``: floats are rounded to, and written with, exactly so many decimals where they are below
    2^53 / 10^decimals, the others in their shortest form; without it the field's ``digits`` decide.
    """

    prefix: bytes = b""
    null: bytes = b""
    quoting: Quoting = Quoting.NEVER
    finished: bool = False
    suffix: bytes = b""
    spelling: Spelling = Spelling.TEXT
    decimals: int | None = None

    def behind(self, before: bytes) -> TextColumn:
        """The same column with more before its prefix."""
        return replace(self, prefix=before + self.prefix)


@dataclass(frozen=True, slots=True)
class TextLayout:
    """How a text format spells its rows.

    ``escapes`` maps a single byte to its replacement (at most 8 bytes) inside text cells, quoted or not. ``special``
    are further bytes that make quotes needed. ``quote`` is one byte, or none where no column is quoted. Escapes, quotes
    and the words for values are of cells of text only; numbers, moments and these words are written without a look at
    their bytes, so that nothing is escaped but strings and the base64 of binary values.

    In an ``enclosed`` layout prefix and suffix of a column stand around its values only: a null is the column's null
    text alone, and nothing at all where that is empty. A row is then ``opening``, what there is of its cells with
    ``between`` between them, and ``suffix``. In others rows begin with the prefix of the first column.

    ``date_time`` is one byte between the date and the time of a timestamp; ``zone`` follows one that has a zone, which
    is written in UTC.
    """

    columns: tuple[TextColumn, ...]
    suffix: bytes = b"\n"
    quote: bytes = b""
    escapes: Mapping[bytes, bytes] = field(default_factory=dict)
    special: bytes = b""
    true: bytes = b"true"
    false: bytes = b"false"
    nan: bytes = b"NaN"
    infinity: bytes = b"Infinity"
    minus_infinity: bytes = b"-Infinity"
    enclosed: bool = False
    opening: bytes = b""
    between: bytes = b""
    date_time: bytes = b"T"
    zone: bytes = b"Z"

    def __post_init__(self) -> None:
        if len(self.quote) > 1 or (not self.quote and any(column.quoting for column in self.columns)):
            raise KernelError("a layout that quotes cells needs a quote of one byte")
        if any(len(byte) != 1 or not 0 < len(text) <= LONGEST_ESCAPE for byte, text in self.escapes.items()):
            raise KernelError(f"an escape replaces one byte by 1 to {LONGEST_ESCAPE} bytes")
        if any(column.finished and column.quoting for column in self.columns):
            raise KernelError("cells that are finished cannot be quoted")
        if any(byte[0] >= 0x80 for byte in self.escapes) or any(byte >= 0x80 for byte in self.special):
            raise KernelError("only ASCII bytes can be escaped or special: others are parts of UTF-8 characters")
        if not self.enclosed and (self.opening or self.between or any(column.suffix for column in self.columns)):
            raise KernelError("only an enclosed layout has an opening, something between cells, or columns' suffixes")
        if any(column.spelling is not Spelling.TEXT and (column.quoting or column.finished) for column in self.columns):
            raise KernelError("cells that are no text cannot be quoted or finished")
        if len(self.date_time) != 1 or len(self.zone) > LONGEST_ZONE:
            raise KernelError(f"one byte stands between date and time, and a zone has {LONGEST_ZONE} bytes at most")
        if any(not 0 <= (column.decimals or 0) <= MOST_DIGITS for column in self.columns):
            raise KernelError(f"floats can be written with 0 to {MOST_DIGITS} decimals")
        words = (self.true, self.false, self.nan, self.infinity, self.minus_infinity)
        if any(len(word) > LONGEST_WORD for word in words):
            raise KernelError(f"the spelling of a value can have {LONGEST_WORD} bytes at most")

    @property
    def special_below(self) -> int:
        """All bytes below this one are special."""
        found = {*self.special, *(byte[0] for byte in self.escapes)}
        return next(byte for byte in range(257) if byte not in found)

    @property
    def marks(self) -> tuple[int, ...]:
        """The special bytes above that run, sorted."""
        found, below = {*self.special, *(byte[0] for byte in self.escapes)}, self.special_below
        return tuple(sorted(byte for byte in found if byte >= below))

    def alone(self, index: int) -> TextLayout:
        """The layout of a table of column ``index`` alone: rows are its cells, behind its prefix unless enclosed."""
        column = self.columns[index]
        bare = replace(column, prefix=b"" if self.enclosed else column.prefix, suffix=b"")
        return replace(self, columns=(bare,), suffix=b"", enclosed=False, opening=b"", between=b"")


def check_columns(schema: pa.Schema, layout: TextLayout) -> None:
    """KernelError unless ``layout`` has one column for each of ``schema``, of a type that a cell can hold."""
    if len(schema) != len(layout.columns) or not len(schema):
        raise KernelError(f"a layout of {len(layout.columns)} columns does not fit a table of {len(schema)}")
    for column, wanted in zip(schema, layout.columns, strict=True):
        if wanted.finished and column.type != FINISHED:
            raise KernelError(f"column {column.name!r}: finished cells are {FINISHED}, not {column.type}")
        decimals(column)
        check_type(column.name, column.type, wanted.spelling)


def check_types(schema: pa.Schema, batch: pa.RecordBatch) -> None:
    """KernelError unless ``batch`` has the columns of ``schema``, type by type."""
    wanted, given = schema.types, batch.schema.types
    if wanted != given:
        raise KernelError(
            f"a batch of types {[str(kind) for kind in given]} where {[str(kind) for kind in wanted]} are due"
        )
