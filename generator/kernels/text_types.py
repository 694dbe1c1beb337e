"""Which column types the cells of a text row hold in which spelling, and the columns that the kernels read for them."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

import pyarrow as pa
import pyarrow.compute as pc

from generator.kernels.library import KernelError

MOST_DIGITS = 22
"""10^22 is the largest power of ten that a double holds exactly, so the most decimals a float column may promise."""


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


def spelled(data_type: pa.DataType) -> Spelled | None:
    """How values of ``data_type`` look as text, of a dictionary its values'; None if a cell cannot hold them."""
    types = pa.types
    if types.is_dictionary(data_type):
        return None if types.is_dictionary(data_type.value_type) else spelled(data_type.value_type)
    for kind, tests in (
        (Spelled.TEXT, (has_bytes,)),
        (Spelled.NUMBER, (types.is_integer, types.is_floating, _is_plain_decimal)),
        (Spelled.BOOLEAN, (types.is_boolean,)),
        (Spelled.MOMENT, (types.is_date32, types.is_time, types.is_timestamp)),
        (Spelled.NOTHING, (types.is_null,)),
    ):
        if any(test(data_type) for test in tests):
            return kind
    return None


def has_bytes(data_type: pa.DataType) -> bool:
    """Whether it is a type of strings or of binary values."""
    return _is_string(data_type) or _is_binary(data_type)


def _is_string(data_type: pa.DataType) -> bool:
    types = pa.types
    return any(test(data_type) for test in (types.is_string, types.is_large_string, types.is_string_view))


def _is_binary(data_type: pa.DataType) -> bool:
    types = pa.types
    tests = (types.is_binary, types.is_large_binary, types.is_fixed_size_binary, types.is_binary_view)
    return any(test(data_type) for test in tests)


def _is_plain_decimal(data_type: pa.DataType) -> bool:
    types = pa.types
    known: bool = types.is_decimal128(data_type) or types.is_decimal64(data_type) or types.is_decimal32(data_type)
    return known and 0 <= data_type.scale <= 38


def _is_stored_as_integer(data_type: pa.DataType) -> bool:
    types = pa.types
    tests = (types.is_integer, types.is_date, types.is_time, types.is_timestamp, types.is_duration)
    return any(test(data_type) for test in tests)


def _is_text(data_type: pa.DataType) -> bool:
    return spelled(data_type) is not None


def _is_zigzag(data_type: pa.DataType) -> bool:
    return _is_varint(data_type) and not pa.types.is_uint64(data_type)


def _is_varint(data_type: pa.DataType) -> bool:
    return has_bytes(data_type) or _is_stored_as_integer(data_type) or pa.types.is_null(data_type)


def _is_stored(data_type: pa.DataType) -> bool:
    types = pa.types
    more = (types.is_boolean, types.is_floating, types.is_decimal)
    return _is_varint(data_type) or any(test(data_type) for test in more)


_INTEGERS = "integers, dates, times, timestamps, durations, and strings and binary by their length"
_HELD: dict[Spelling, tuple[Callable[[pa.DataType], bool], str]] = {
    Spelling.TEXT: (
        _is_text,
        "a text row cannot hold {}; "
        "it can hold booleans, numbers, decimals, strings, binary, dates, times and UTC timestamps",
    ),
    Spelling.ZIGZAG: (_is_zigzag, f"no zigzag number holds {{}}; it can hold {_INTEGERS}, but no uint64"),
    Spelling.VARINT: (_is_varint, f"no variable-length number holds {{}}; it can hold {_INTEGERS}"),
    Spelling.BYTES: (
        _is_stored,
        "cells of stored bytes cannot hold {}; "
        "they can hold booleans, numbers, decimals, strings, binary, dates, times, timestamps and durations",
    ),
}


def check_type(name: str, data_type: pa.DataType, spelling: Spelling) -> None:
    """KernelError, in the name of a column, unless cells in this spelling can hold ``data_type``."""
    holds, wrong = _HELD[spelling]
    values = data_type.value_type if pa.types.is_dictionary(data_type) else data_type
    if pa.types.is_dictionary(values) or not holds(values):
        raise KernelError(f"column {name!r}: {wrong.format(data_type)}")


def plain_type(data_type: pa.DataType, spelling: Spelling = Spelling.TEXT) -> pa.DataType:
    """The type that the kernels read in place of ``data_type``: views and fixed sizes become ordinary columns."""
    types = pa.types
    if types.is_string_view(data_type):
        return pa.large_string()
    if types.is_fixed_size_binary(data_type) or types.is_binary_view(data_type):
        return pa.large_binary()
    return pa.float32() if types.is_float16(data_type) and spelling is Spelling.TEXT else data_type


def plain(column: pa.Array, spelling: Spelling = Spelling.TEXT) -> pa.Array:
    """``column`` in its :func:`plain_type`; the column itself where that is its type already."""
    wanted = plain_type(column.type, spelling)
    if column.type.equals(wanted):
        return column
    if pa.types.is_fixed_size_binary(column.type):
        return pc.cast(pc.cast(column, pa.binary()), wanted)
    return pc.cast(column, wanted)


def reread(array: pa.Array, data_type: pa.DataType) -> pa.Array:
    """The same buffers read as another type of the same width."""
    return pa.Array.from_buffers(data_type, len(array), array.buffers(), offset=array.offset)


def decimals(column: pa.Field) -> int | None:
    """The field metadata ``digits``: its float values were rounded to that many decimals; None says they were not."""
    text = (column.metadata or {}).get(b"digits")
    if text is None:
        return None
    if not text.isdigit() or int(text) > MOST_DIGITS:
        raise KernelError(f"column {column.name!r}: metadata digits={text!r} is not a number from 0 to {MOST_DIGITS}")
    return int(text)
