"""Binds the C kernels of text (strings.c, words.c): same names, same buffers as the reference.

Each function checks its arguments exactly as its reference twin, whose docstring says what it gives, and hands C
buffers of the right type, length and slack. No value may be computed here.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from generator.kernels import checks, strings
from generator.kernels.library import INT64, POINTER, UINT64, KernelError, address, function

U64 = npt.NDArray[np.uint64]
U32 = npt.NDArray[np.uint32]
I32 = npt.NDArray[np.int32]

SLACK = 16  # SEEDBED_SLACK
GUESSED = 1 << 26  # bytes of output that are reserved by the widest row; above, the rows are measured first
COPIED = 1 << 16  # bytes of a pool that are copied for 16-byte reads to be safe everywhere
PAIRED = 1 << 12  # entries of the largest table of two characters

_pattern = function("seedbed_pattern", POINTER, INT64, INT64, POINTER, POINTER, POINTER, INT64, POINTER)
_uuid4 = function("seedbed_uuid4", POINTER, POINTER, INT64, POINTER)
_longest = function("seedbed_longest", POINTER, INT64, INT64, result=INT64)
_concat_size = function("seedbed_concat_size", POINTER, INT64, INT64, POINTER, result=INT64)
_concat = function("seedbed_concat", POINTER, INT64, INT64, POINTER, POINTER, POINTER, result=INT64)
_words = function(
    "seedbed_words",
    *(POINTER, INT64, UINT64, UINT64, UINT64, UINT64, INT64),
    *(POINTER, POINTER, INT64, POINTER, POINTER, INT64, POINTER),
    *(POINTER, POINTER, POINTER),
    result=INT64,
)


class _Part(ctypes.Structure):
    """``part`` of strings.c."""

    _fields_ = (
        *((name, INT64) for name in ("kind",)),
        ("data", POINTER),
        *((name, INT64) for name in ("size", "length")),
        *((name, POINTER) for name in ("offsets", "indices")),
        ("entries", INT64),
        ("integers", POINTER),
        *((name, INT64) for name in ("width", "zeros")),
    )


_LITERAL, _STRINGS, _DICTIONARY, _INTEGERS = range(4)


def pattern(template: bytes, groups: Sequence[strings.Group]) -> pa.StringArray:
    """See reference.strings.pattern."""
    rows, length = strings.check_groups(template, groups), len(template)
    data = pa.allocate_buffer(rows * length)
    for number, (fractions, positions, alphabets) in enumerate(groups):
        steps, tables, count = _steps(tuple(positions), tuple(alphabets))
        laid = None if number else template
        _pattern(data.address, rows, length, laid, address(fractions, np.uint64), steps.ctypes.data, count, tables)
    return strings.string_array(strings.fixed_offsets(rows, length), data)


@lru_cache(maxsize=512)
def _steps(positions: tuple[int, ...], alphabets: tuple[bytes, ...]) -> tuple[Any, bytes, int]:
    """The steps of strings.c: (position, width, offset of the table, entries) each; neighbours are drawn as pairs."""
    steps: list[tuple[int, int, int, int]] = []
    tables, at = b"", 0
    while at < len(positions):
        table, width, size = alphabets[at], 1, len(alphabets[at])
        paired = at + 1 < len(positions) and positions[at + 1] == positions[at] + 1
        if paired and size * len(alphabets[at + 1]) <= PAIRED:
            second = alphabets[at + 1]
            table, width, size = bytes(c for a in table for b in second for c in (a, b)), 2, size * len(second)
        steps.append((positions[at], width, len(tables), size))
        tables, at = tables + table, at + width
    return np.array(steps, dtype=np.int64).reshape(-1, 4), tables, len(steps)


def uuid4(high: U64, low: U64) -> pa.StringArray:
    """See reference.strings.uuid4."""
    checks.vector("high", high, np.uint64)
    checks.vector("low", low, np.uint64, high.size)
    offsets = strings.fixed_offsets(high.size, 36)
    data = pa.allocate_buffer(high.size * 36)
    _uuid4(address(high, np.uint64), address(low, np.uint64), high.size, data.address)
    return strings.string_array(offsets, data)


def concat(parts: Sequence[strings.Part], length: int) -> pa.StringArray:
    """See reference.strings.concat."""
    length = checks.integer("length", length, 0, checks.LARGEST_TEXT)
    if not length:
        for part in parts:
            strings.check_part(part, 0)
        return strings.string_array(np.zeros(1, dtype=np.int32), b"")
    table, kept, skip, widest = (_Part * len(parts))(), [], None, 0
    for slot, part in enumerate(parts):
        part = strings.check_part(part, length)
        missing = part[1] if isinstance(part, tuple) else None if isinstance(part, bytes) else strings.nulls(part)
        if missing is not None:
            skip = missing if skip is None else skip | missing
        table[slot], most, buffers = _part(part)
        widest += most
        kept.append(buffers)
    skipped = None if skip is None else address(skip, np.bool_)
    size = length * widest
    if size > GUESSED:
        size = checks.text_size(_sound(_concat_size(table, len(parts), length, skipped)))
    offsets, data = np.empty(length + 1, dtype=np.int32), pa.allocate_buffer(size + SLACK)
    total = _sound(_concat(table, len(parts), length, skipped, offsets.ctypes.data, data.address))
    return strings.string_array(offsets, data.slice(0, total), skip)


def _sound(total: int) -> int:
    if total < 0:
        raise KernelError("an index of a dictionary to concatenate is out of range")
    return total


def _part(part: Any) -> tuple[_Part, int, Any]:
    """A checked part for C, the most bytes it takes in a row, and what must live as long as it does."""
    if isinstance(part, bytes):
        literal = np.frombuffer(part + bytes(SLACK), dtype=np.uint8)
        return _Part(kind=_LITERAL, data=literal.ctypes.data, size=literal.size, length=len(part)), len(part), literal
    if isinstance(part, tuple):
        values, _, width, zeros = part
        made = _Part(kind=_INTEGERS, integers=address(values, np.int64), width=width, zeros=zeros)
        return made, max(20, width), values
    if isinstance(part, pa.StringArray):
        text, longest = _readable("a part", part)
        made = _Part(kind=_STRINGS, data=text.data.ctypes.data, size=text.data.size, offsets=text.offsets.ctypes.data)
        return made, longest, text
    text, longest = _readable("a dictionary", part.dictionary)
    indices = np.frombuffer(part.indices.buffers()[1], dtype=np.int32, count=len(part), offset=4 * part.indices.offset)
    made = _Part(kind=_DICTIONARY, data=text.data.ctypes.data, size=text.data.size, offsets=text.offsets.ctypes.data)
    made.indices, made.entries = indices.ctypes.data, len(part.dictionary)
    return made, longest, (text, indices)


def _readable(name: str, array: pa.StringArray) -> tuple[strings.Text, int]:
    """A string array's buffers with sound offsets, small ones with slack to read behind the last text; the longest."""
    offsets, data = strings.text_of(name, array)
    longest = _longest(address(offsets, np.int32), len(array), data.size)
    if longest < 0:
        raise KernelError(f"{name} is broken: its offsets do not ascend within its {data.size} bytes")
    if data.size <= COPIED:
        data = np.concatenate((data, np.zeros(SLACK, dtype=np.uint8)))
    return strings.Text(offsets, data), longest


def words(
    rows: U64,
    gamma: int,
    kappa: int,
    minimum: int,
    maximum: int,
    pool: pa.StringArray,
    thresholds: U32,
    aliases: I32,
    max_length: int | None,
    skip: npt.NDArray[np.bool_] | None,
) -> pa.StringArray:
    """See reference.words.words."""
    checks.vector("rows", rows, np.uint64)
    gamma, kappa = checks.key(gamma, kappa)
    strings.check_words(minimum, maximum, pool, thresholds, aliases, max_length)
    if skip is not None:
        checks.vector("skip", skip, np.bool_, rows.size)
    text, longest = _readable("pool", pool)
    entries = np.empty((len(pool), 5), dtype=np.uint32)
    limit = -1 if max_length is None else max_length
    arguments = (
        *(address(rows, np.uint64), rows.size, gamma, kappa, minimum, maximum - minimum + 1, limit),
        *(text.offsets.ctypes.data, text.data.ctypes.data, text.data.size),
        *(address(thresholds, np.uint32), address(aliases, np.int32), len(pool), entries.ctypes.data),
        None if skip is None else address(skip, np.bool_),
    )
    size = rows.size * maximum * (longest + 1)
    if size > GUESSED:
        size = checks.text_size(_words(*arguments, None, None))
    offsets, data = np.empty(rows.size + 1, dtype=np.int32), pa.allocate_buffer(size + SLACK)
    total = _words(*arguments, offsets.ctypes.data, data.address)
    return strings.string_array(offsets, data.slice(0, total), skip)
