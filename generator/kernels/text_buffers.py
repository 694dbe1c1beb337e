"""The structures of ``native/text.c``, and buffers that are safe for it to read."""

from __future__ import annotations

from ctypes import Structure, c_int32, c_int64, c_uint8, c_void_p

import numpy as np
import pyarrow as pa

from generator.kernels.library import KernelError
from generator.kernels.text_layout import MARKS

MINI_BATCH, SLACK, HEAD, SLOT = 512, 128, 16, 64
LANE_CELLS = MINI_BATCH + 4
"""As in native/text_cells.h and text_slots.h."""
INTEGER, FLOATING, DECIMAL, DATE, TIME, TIMESTAMP, BOOLEAN, STRING, BASE64, DICTIONARY, NOTHING = range(11)
VARINT, LENGTH, STORED, RAW = range(11, 15)
WITH_OFFSETS = {STRING, BASE64, LENGTH, RAW}


class Piece(Structure):
    _fields_ = [("text", c_void_p), ("length", c_int64)]


class Column(Structure):
    _fields_ = [
        *((name, c_int32) for name in ("kind", "quoting", "width", "is_signed", "digits", "fixed", "zone", "zigzag")),
        ("offset", c_int64),
        *((name, c_void_p) for name in ("values", "validity", "data")),
        ("data_size", c_int64),
        ("entries", c_void_p),
        ("entry_count", c_int64),
        *((name, Piece) for name in ("prefix", "suffix", "behind", "joined")),
        *((name, Piece) for name in ("null", "quoted_null", "true_text", "false_text")),
        ("head", c_uint8 * HEAD),
        ("head_length", c_int64),
    ]


class Layout(Structure):
    _fields_ = [
        *((name, c_void_p) for name in ("escape_lengths", "escape_texts", "powers", "specials", "sought")),
        ("sought_count", c_int64),
        ("marks", c_uint8 * MARKS),
        *((name, c_uint8) for name in ("special_below", "quote", "sought_below", "date_time")),
        ("zone", c_uint8 * 8),
        *((name, c_int64) for name in ("zone_length", "base64_special", "enclosed")),
        *((name, Piece) for name in ("suffix", "empty", "nan", "infinity", "minus_infinity")),
        *((name, Piece) for name in ("opening", "between", "closing")),
    ]


class Lane(Structure):
    _fields_ = [
        *((name, c_void_p) for name in ("cells", "prefix")),
        ("prefix_length", c_int64),
        ("quoted", c_void_p),
        *((name, c_int64) for name in ("longest", "is_short")),
        ("suffix", c_void_p),
        ("suffix_length", c_int64),
        ("here", c_void_p),
        *((name, c_int64) for name in ("between_length", "null_mask")),
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
