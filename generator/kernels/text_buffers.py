"""How ``native/text.c`` sees columns: its structures, what a type is to it, and buffers that are safe to read."""

from __future__ import annotations

from ctypes import Structure, c_int32, c_int64, c_uint8, c_void_p
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa

from generator.kernels.library import KernelError
from generator.kernels.text_layout import MARKS, decimals, plain_type

MINI_BATCH, SLACK, HEAD, SLOT = 512, 128, 16, 64
LANE_CELLS = MINI_BATCH + 4
"""As in native/text_cells.h and text_slots.h."""
INTEGER, FLOATING, DECIMAL, DATE, TIME, TIMESTAMP, BOOLEAN, STRING, BASE64, DICTIONARY, NOTHING = range(11)
FRACTION = {"s": 0, "ms": 3, "us": 6, "ns": 9}


class Piece(Structure):
    _fields_ = [("text", c_void_p), ("length", c_int64)]


class Column(Structure):
    _fields_ = [
        *((name, c_int32) for name in ("kind", "quoting", "width", "is_signed", "digits", "zone")),
        ("offset", c_int64),
        *((name, c_void_p) for name in ("values", "validity", "data")),
        ("data_size", c_int64),
        ("entries", c_void_p),
        ("entry_count", c_int64),
        *((name, Piece) for name in ("prefix", "null", "quoted_null", "true_text", "false_text")),
        ("head", c_uint8 * HEAD),
        ("head_length", c_int64),
    ]


class Layout(Structure):
    _fields_ = [
        *((name, c_void_p) for name in ("escape_lengths", "escape_texts", "powers")),
        ("marks", c_uint8 * MARKS),
        *((name, c_uint8) for name in ("special_below", "quote")),
        *((name, Piece) for name in ("suffix", "empty", "nan", "infinity", "minus_infinity")),
    ]


class Lane(Structure):
    _fields_ = [
        *((name, c_void_p) for name in ("cells", "prefix")),
        ("prefix_length", c_int64),
        ("quoted", c_void_p),
        *((name, c_int64) for name in ("longest", "is_short")),
    ]


class Run(Structure):
    _fields_ = [
        *((name, c_int64) for name in ("row", "rows")),
        ("output", c_void_p),
        *((name, c_int64) for name in ("capacity", "written")),
        ("scratch", c_void_p),
        ("scratch_size", c_int64),
        *((name, c_void_p) for name in ("cells", "lanes", "ends")),
        *((name, c_int64) for name in ("needed", "bad_column", "bad_row")),
    ]


@cache
def powers() -> np.ndarray[Any, np.dtype[np.uint64]]:
    """10^k for k = -292 to 324 as 128-bit significands rounded up, high word first: what the shortest floats need."""
    words: list[int] = []
    for k in range(-292, 325):
        if k >= 0:
            shift = (10**k).bit_length() - 128
            power = -(-(10**k) >> shift) if shift > 0 else 10**k << -shift
        else:
            shift = (10**-k).bit_length() + 127
            power = -(-(1 << shift) // 10**-k)
        words += [power >> 64, power & (2**64 - 1)]
    return np.array(words, np.uint64)


def describe_type(field: pa.Field) -> dict[str, int]:
    types, data_type = pa.types, plain_type(field.type)
    if types.is_dictionary(data_type):
        index = data_type.index_type
        return {"kind": DICTIONARY, "width": index.bit_width // 8, "is_signed": types.is_signed_integer(index)}
    if types.is_null(data_type):
        return {"kind": NOTHING}
    if types.is_boolean(data_type):
        return {"kind": BOOLEAN, "width": 1}
    if types.is_string(data_type) or types.is_large_string(data_type):
        return {"kind": STRING, "width": 4 if types.is_string(data_type) else 8}
    if types.is_binary(data_type) or types.is_large_binary(data_type):
        return {"kind": BASE64, "width": 4 if types.is_binary(data_type) else 8}
    width = {"width": data_type.bit_width // 8, "is_signed": 1}
    if types.is_integer(data_type):
        return {"kind": INTEGER, **width, "is_signed": types.is_signed_integer(data_type)}
    if types.is_floating(data_type):
        digits = decimals(field)
        return {"kind": FLOATING, **width, "digits": -1 if digits is None else digits}
    if types.is_decimal(data_type):
        return {"kind": DECIMAL, **width, "digits": data_type.scale}
    if types.is_date32(data_type):
        return {"kind": DATE, **width}
    kind = TIME if types.is_time(data_type) else TIMESTAMP
    zone = kind == TIMESTAMP and data_type.tz is not None
    return {"kind": kind, **width, "digits": FRACTION[data_type.unit], "zone": zone}


def address(buffer: pa.Buffer | None, size: int, alignment: int, kept: list[object]) -> int:
    """The address of a buffer of at least ``size`` bytes, of a copy of it where it is not aligned."""
    if buffer is None or buffer.size < size:
        raise KernelError(f"a buffer of {0 if buffer is None else buffer.size} bytes where {size} are needed")
    if buffer.size == 0 or buffer.address % alignment:
        copied = np.zeros(buffer.size + SLACK, np.uint8)
        copied[: buffer.size] = np.frombuffer(buffer, np.uint8)
        kept.append(copied)
        return int(copied.ctypes.data)
    return int(buffer.address)
