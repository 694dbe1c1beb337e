"""What a text format says about its rows, and which column types a text row can hold.

A row is, for each column, a prefix and a cell, and at the end a suffix: separators are prefixes, so one mechanism
serves CSV, JSON, SQL and XML alike. No name of a format belongs here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, IntEnum

import pyarrow as pa
import pyarrow.compute as pc

from generator.kernels.library import KernelError

MOST_DIGITS = 22
"""10^22 is the largest power of ten that a double holds exactly, so the most decimals a float column may promise."""
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


class Spelling(Enum):
    """What a cell's bytes are: text, or one of the encodings of which binary rows are made."""

    TEXT = "text"
    ZIGZAG = "zigzag"
    """An integer as a variable-length zigzag number; of a string or binary value, its length in bytes."""
    VARINT = "varint"
    """The same without zigzag: an integer as 64 bits of two's complement, seven at a time, the lowest first."""
    BYTES = "bytes"
    """What Arrow stores: the bytes of a string or binary value, a number's in little endian, 0 or 1 for a boolean."""


class Spelled(Enum):
    """How the values of a type look as text; formats choose quoting by it."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    MOMENT = "moment"
    """Dates, times and timestamps, in ISO 8601."""
    NOTHING = "nothing"


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
    and the words for values are of cells of text only.

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
        """The layout of a table of column ``index`` alone, without a suffix: rows are its prefix and its cells."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return TextLayout(**{**values, "columns": (self.columns[index],), "suffix": b""})


def spelled(data_type: pa.DataType) -> Spelled | None:
    """How values of ``data_type`` look as text, of a dictionary its values'; None if a cell cannot hold them."""
    types = pa.types
    if types.is_dictionary(data_type):
        return None if types.is_dictionary(data_type.value_type) else spelled(data_type.value_type)
    for kind, tests in (
        (Spelled.TEXT, (types.is_string, types.is_large_string, types.is_string_view, _is_binary)),
        (Spelled.NUMBER, (types.is_integer, types.is_floating, _is_plain_decimal)),
        (Spelled.BOOLEAN, (types.is_boolean,)),
        (Spelled.MOMENT, (types.is_date32, types.is_time, types.is_timestamp)),
        (Spelled.NOTHING, (types.is_null,)),
    ):
        if any(test(data_type) for test in tests):
            return kind
    return None


def _is_binary(data_type: pa.DataType) -> bool:
    types = pa.types
    tests = (types.is_binary, types.is_large_binary, types.is_fixed_size_binary, types.is_binary_view)
    return any(test(data_type) for test in tests)


def _is_plain_decimal(data_type: pa.DataType) -> bool:
    types = pa.types
    known: bool = types.is_decimal128(data_type) or types.is_decimal64(data_type) or types.is_decimal32(data_type)
    return known and 0 <= data_type.scale <= 38


def plain_type(data_type: pa.DataType) -> pa.DataType:
    """The type that the kernels read in place of ``data_type``: views and fixed sizes become ordinary columns."""
    types = pa.types
    if types.is_string_view(data_type):
        return pa.large_string()
    if types.is_fixed_size_binary(data_type) or types.is_binary_view(data_type):
        return pa.large_binary()
    return pa.float32() if types.is_float16(data_type) else data_type


def plain(column: pa.Array) -> pa.Array:
    """``column`` in its :func:`plain_type`; the column itself where that is its type already."""
    wanted = plain_type(column.type)
    if column.type.equals(wanted):
        return column
    if pa.types.is_fixed_size_binary(column.type):
        return pc.cast(pc.cast(column, pa.binary()), wanted)
    return pc.cast(column, wanted)


def decimals(column: pa.Field) -> int | None:
    """The field metadata ``digits``: its float values were rounded to that many decimals; None says they were not."""
    text = (column.metadata or {}).get(b"digits")
    if text is None:
        return None
    if not text.isdigit() or int(text) > MOST_DIGITS:
        raise KernelError(f"column {column.name!r}: metadata digits={text!r} is not a number from 0 to {MOST_DIGITS}")
    return int(text)


def check_columns(schema: pa.Schema, layout: TextLayout) -> None:
    """KernelError unless ``layout`` has one column for each of ``schema``, of a type that a cell can hold."""
    if len(schema) != len(layout.columns) or not len(schema):
        raise KernelError(f"a layout of {len(layout.columns)} columns does not fit a table of {len(schema)}")
    for column, wanted in zip(schema, layout.columns, strict=True):
        if wanted.finished and column.type != FINISHED:
            raise KernelError(f"column {column.name!r}: finished cells are {FINISHED}, not {column.type}")
        decimals(column)
        if spelled(column.type) is None:
            raise KernelError(
                f"column {column.name!r}: a text row cannot hold {column.type}; "
                "it can hold booleans, numbers, decimals, strings, binary, dates, times and UTC timestamps"
            )


def check_types(schema: pa.Schema, batch: pa.RecordBatch) -> None:
    """KernelError unless ``batch`` has the columns of ``schema``, type by type."""
    wanted, given = schema.types, batch.schema.types
    if wanted != given:
        raise KernelError(
            f"a batch of types {[str(kind) for kind in given]} where {[str(kind) for kind in wanted]} are due"
        )
