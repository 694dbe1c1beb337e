"""Binds the C kernels of text (strings.c, words.c): same names, same buffers as the reference.

Each function checks its arguments exactly as its reference twin, whose docstring says what it gives, and hands C
buffers of the right type, length and slack. No value may be computed here.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from generator.kernels import checks, strings
from generator.kernels.library import INT64, POINTER, UINT64, KernelError, address, function
from generator.kernels.slots import WIDTHS, readable, slots

U64 = npt.NDArray[np.uint64]
U32 = npt.NDArray[np.uint32]
I32 = npt.NDArray[np.int32]

SLACK = 64  # SEEDBED_SLACK
GUESSED = 1 << 26  # bytes of output that are reserved by the widest row; above, the rows are measured first
COPIED = 1 << 16  # bytes of a pool that are copied for 16-byte reads to be safe everywhere
PAIRED = 1 << 12  # entries of the largest table of two characters
COUNTED = 256  # words a row that are drawn side by side

_pattern = function("seedbed_pattern", POINTER, INT64, INT64, POINTER, POINTER, POINTER, INT64, POINTER)
_uuid4 = function("seedbed_uuid4", POINTER, POINTER, INT64, POINTER)
_concat_size = function("seedbed_concat_size", POINTER, INT64, INT64, POINTER, result=INT64)
_concat = function("seedbed_concat", POINTER, INT64, INT64, POINTER, POINTER, POINTER, result=INT64)
_words = function(
    "seedbed_words",
    *(POINTER, INT64, UINT64, UINT64, UINT64, UINT64, INT64),
    *(POINTER, POINTER, INT64, POINTER, POINTER, INT64, POINTER),
    *(POINTER, POINTER, POINTER),
    result=INT64,
)

_slot_words = function(
    "seedbed_slot_words",
    *(POINTER, INT64, UINT64, UINT64, UINT64, UINT64, POINTER, INT64),
    *(POINTER, POINTER, INT64, POINTER, POINTER, POINTER, POINTER),
    result=INT64,
)

_PART = struct.Struct("@qPqqPPqPqq")
"""``part`` of strings.c: kind, data, size, length, offsets, indices, entries, integers, width, zeros."""
_LITERAL, _STRINGS, _DICTIONARY, _INTEGERS, _SLOTS = range(5)


def pattern(template: bytes, groups: Sequence[strings.Group]) -> pa.StringArray:
    """See reference.strings.pattern."""
    rows, length = strings.check_groups(template, groups), len(template)
    data = pa.allocate_buffer(rows * length)
    for number, (fractions, positions, alphabets) in enumerate(groups):
        steps, tables, count = _steps(tuple(positions), tuple(alphabets))
        laid = None if number else template
        _pattern(
            data.address, rows, length, laid, address(fractions, np.uint64), address(steps, np.int64), count, tables
        )
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
    checked = [strings.check_part(part, length) for part in parts]
    if not length:
        return strings.string_array(np.zeros(1, dtype=np.int32), b"")
    skip: npt.NDArray[np.bool_] | None = None
    for part in checked:
        missing = part[1] if isinstance(part, tuple) else None if isinstance(part, bytes) else strings.nulls(part)
        if missing is not None:
            skip = missing if skip is None else skip | missing
    laid = _laid_out(checked)
    table, count, widest = b"".join([packed for packed, _, _ in laid]), len(laid), sum([most for _, most, _ in laid])
    skipped = _flags(skip)
    size = length * widest
    if size > GUESSED:
        size = checks.text_size(_sound(_concat_size(table, count, length, skipped)))
    offsets, data = _text(length, size)
    total = _sound(_concat(table, count, length, skipped, offsets.address, data.address))
    return strings.string_array(offsets, data.slice(0, total), skip)


def _sound(total: int) -> int:
    if total < 0:
        raise KernelError("an index of a dictionary to concatenate is out of range")
    return total


_Laid = tuple[bytes, int, Any]
"""A part for C, the most bytes it takes in a row, and what must live as long as it does."""


def _laid_out(parts: Sequence[Any]) -> list[_Laid]:
    """Checked parts for C; bytes before a dictionary of short texts become part of each of them."""
    laid: list[_Laid] = []
    before = b""
    for part in parts:
        if isinstance(part, bytes):
            before += part
            continue
        found = slots("a dictionary", part.dictionary, before) if isinstance(part, pa.DictionaryArray) else None
        if found is not None:
            kind, place = _SLOTS + WIDTHS.index(found.width), _indices(part)
            packed = _PART.pack(kind, found.address, 0, 0, 0, place, found.entries, 0, 0, 0)
            laid.append((packed, found.longest, found))
        else:
            laid += [_literal(before), _part(part)] if before else [_part(part)]
        before = b""
    return [*laid, _literal(before)] if before else laid


def _literal(text: bytes) -> _Laid:
    padded = np.frombuffer(text + bytes(SLACK), dtype=np.uint8)
    data = address(padded, np.uint8)
    return _PART.pack(_LITERAL, data, padded.size, len(text), 0, 0, 0, 0, 0, 0), len(text), padded


def _part(part: Any) -> _Laid:
    if isinstance(part, tuple):
        values, _, width, zeros = part
        packed = _PART.pack(_INTEGERS, 0, 0, 0, 0, 0, 0, address(values, np.int64), width, zeros)
        return packed, max(20, width), values
    coded = isinstance(part, pa.DictionaryArray)
    text, longest = _copied("a dictionary", part.dictionary) if coded else _copied("a part", part)
    source = address(text.data, np.uint8), text.data.size, 0, address(text.offsets, np.int32)
    if coded:
        return _PART.pack(_DICTIONARY, *source, _indices(part), len(part.dictionary), 0, 0, 0), longest, text
    return _PART.pack(_STRINGS, *source, 0, 0, 0, 0, 0), longest, text


def _indices(part: pa.DictionaryArray) -> int:
    """The address of the first index; KernelError where there are fewer than rows."""
    indices = part.indices
    found = indices.buffers()[1]
    if found.size < 4 * (indices.offset + len(indices)):
        raise KernelError("a dictionary to concatenate has fewer indices than rows")
    return int(found.address) + 4 * int(indices.offset)


def _copied(name: str, array: pa.StringArray) -> tuple[strings.Text, int]:
    """A string array's buffers with sound offsets, small ones with slack to read behind the last text; the longest."""
    (offsets, data), longest = readable(name, array)
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
    found = slots("pool", pool, suffix=b" ") if max_length is None and maximum <= COUNTED else None
    if found is None or rows.size * maximum * found.longest > GUESSED:
        return _long_words(rows, gamma, kappa, minimum, maximum, pool, thresholds, aliases, max_length, skip)
    offsets, data = _text(rows.size, rows.size * maximum * found.longest)
    entries = np.empty(found.entries, dtype=np.uint64)
    total = _slot_words(
        *(address(rows, np.uint64), rows.size, gamma, kappa, minimum, maximum - minimum + 1),
        *(found.address, found.width, address(thresholds, np.uint32), address(aliases, np.int32), found.entries),
        *(address(entries, np.uint64), _flags(skip), offsets.address, data.address),
    )
    if total < 0:
        strings.check_aliases(aliases)
    return strings.string_array(offsets, data.slice(0, total), skip)


def _long_words(
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
    """Texts that are limited, of very many words, or of long ones."""
    strings.check_aliases(aliases)
    text, longest = _copied("pool", pool)
    entries = np.empty((len(pool), 5), dtype=np.uint32)
    arguments = (
        *(address(rows, np.uint64), rows.size, gamma, kappa, minimum, maximum - minimum + 1),
        *(-1 if max_length is None else max_length, address(text.offsets, np.int32)),
        *(address(text.data, np.uint8), text.data.size, address(thresholds, np.uint32), address(aliases, np.int32)),
        *(len(pool), address(entries, np.uint32), _flags(skip)),
    )
    size = rows.size * maximum * (longest + 1)
    if size > GUESSED:
        size = checks.text_size(_words(*arguments, None, None))
    offsets, data = _text(rows.size, size)
    total = _words(*arguments, offsets.address, data.address)
    return strings.string_array(offsets, data.slice(0, total), skip)


def _text(rows: int, size: int) -> tuple[pa.Buffer, pa.Buffer]:
    """Buffers for the offsets of so many rows and for so many bytes of text, which have the slack."""
    return pa.allocate_buffer(4 * (rows + 1)), pa.allocate_buffer(size + SLACK)


def _flags(skip: npt.NDArray[np.bool_] | None) -> int | None:
    return None if skip is None else address(skip, np.bool_)
