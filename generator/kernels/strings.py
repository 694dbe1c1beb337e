"""Arrow's string arrays as numpy buffers and back, and what the string kernels demand of their arguments.

Both implementations take and give text through here, so the arrays they return have the same buffers: offset 0, no
validity where nothing is null, an empty span under each null. How a row's text is made is no concern of this room.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from generator.kernels import checks
from generator.kernels.library import KernelError

U64 = npt.NDArray[np.uint64]
I32 = npt.NDArray[np.int32]
U8 = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]

WIDEST = 255  # characters an integer may be padded to
CODED = pa.dictionary(pa.int32(), pa.string())

Group = tuple[U64, Sequence[int], Sequence[bytes]]
Padded = tuple[npt.NDArray[np.int64] | pa.Int64Array, int, bool]
Part: TypeAlias = bytes | pa.StringArray | pa.DictionaryArray | Padded


class Text(NamedTuple):
    """Row i is data[offsets[i]:offsets[i + 1]]; one offset more than rows."""

    offsets: I32
    data: U8


def text_of(name: str, array: pa.StringArray) -> Text:
    """The buffers of a string array, sliced or not. Their offsets are for each implementation to check."""
    if not isinstance(array, pa.StringArray):
        raise KernelError(f"{name} must be a pa.StringArray, not {type(array).__name__}")
    _, offsets, data = array.buffers()
    if not len(array):
        return Text(np.zeros(1, dtype=np.int32), np.empty(0, dtype=np.uint8))
    if offsets is None or offsets.size < 4 * (array.offset + len(array) + 1):
        raise KernelError(f"{name} has fewer offsets than rows")
    starts = np.frombuffer(offsets, dtype=np.int32, count=len(array) + 1, offset=4 * array.offset)
    return Text(starts, np.empty(0, dtype=np.uint8) if data is None else np.frombuffer(data, dtype=np.uint8))


def string_array(offsets: I32 | pa.Buffer, data: Any, skip: Flags | None = None) -> pa.StringArray:
    """A string array over ``data`` (anything with a buffer); rows where ``skip`` is true are null."""
    validity = None
    if skip is not None and skip.any():
        validity = pa.py_buffer(np.packbits(~skip, bitorder="little"))
    data = data if isinstance(data, pa.Buffer) else pa.py_buffer(data)
    starts = offsets if isinstance(offsets, pa.Buffer) else pa.py_buffer(offsets)
    return pa.Array.from_buffers(pa.string(), starts.size // 4 - 1, [validity, starts, data])


def nulls(array: pa.Array) -> Flags | None:
    """Where an array is null; None where nowhere. A dictionary's null values count as well as null indices."""
    entries = array.dictionary if isinstance(array, pa.DictionaryArray) else None
    array = array if entries is None else array.indices
    if entries is not None and entries.null_count == 0:
        entries = None
    if entries is None and array.null_count == 0:
        return None
    missing = flags(array.is_null())
    if entries is not None:
        indices = array.fill_null(0).to_numpy(zero_copy_only=False)
        inside = (indices >= 0) & (indices < len(entries))  # the others are found, and refused, by concat
        missing[inside] |= flags(entries.is_null())[indices[inside]]
    return missing


def flags(array: pa.BooleanArray) -> Flags:
    """A boolean array without nulls as numpy."""
    found: Flags = array.to_numpy(zero_copy_only=False)
    return found


def fixed_offsets(rows: int, width: int) -> I32:
    """The offsets of ``rows`` texts of ``width`` bytes each."""
    checks.text_size(rows * width)
    return np.arange(rows + 1, dtype=np.int32) * np.int32(width)


def present_offsets(rows: int, width: int, skip: Flags | None) -> I32:
    """The offsets of ``rows`` texts of ``width`` bytes each, and of none in the rows where ``skip`` is true."""
    if skip is None:
        return fixed_offsets(rows, width)
    offsets = np.zeros(rows + 1, dtype=np.int32)
    np.cumsum(~skip, out=offsets[1:])
    return offsets * np.int32(width)


def check_groups(template: bytes, groups: Sequence[Group]) -> int:
    """The rows of a pattern: each group has one fraction a row, and an alphabet of ASCII for each of its positions."""
    checks.ascii_only("template", template)
    if not groups:
        raise KernelError("a pattern needs at least one group, whose fractions say how many rows there are")
    rows = len(groups[0][0])
    for fractions, positions, alphabets in groups:
        checks.vector("fractions", fractions, np.uint64, rows)
        if len(positions) != len(alphabets):
            raise KernelError(f"{len(positions)} positions need as many alphabets, not {len(alphabets)}")
        for position, alphabet in zip(positions, alphabets, strict=True):
            checks.integer("position", position, 0, len(template) - 1)
            if not checks.ascii_only("alphabet", alphabet):
                raise KernelError(f"the alphabet of position {position} is empty")
    checks.text_size(rows * len(template))
    return rows


def check_part(part: Any, length: int) -> Any:
    """A part of ``concat`` that fits: UTF-8 bytes or ``length`` rows. Integers become (int64, nulls, width, zeros)."""
    if isinstance(part, bytes):
        try:
            if not part.isascii():
                part.decode()
        except UnicodeDecodeError as error:
            raise KernelError(f"{part!r} is not UTF-8: {error}") from error
        return part
    if isinstance(part, tuple):
        return _check_integers(part, length)
    if isinstance(part, pa.DictionaryArray):
        ordered_or_not = part.type == CODED or (part.type.index_type, part.type.value_type) == (pa.int32(), pa.string())
        if not ordered_or_not:
            raise KernelError(f"a dictionary must be int32 -> string, not {part.type}")
    elif not isinstance(part, pa.StringArray):
        raise KernelError(f"a part must be bytes, strings or (integers, width, zeros), not {type(part).__name__}")
    checks.integer("the length of a part", len(part), length, length)
    return part


def _check_integers(part: tuple[Any, int, bool], length: int) -> tuple[npt.NDArray[np.int64], Flags | None, int, bool]:
    values, width, zeros = part
    missing = None
    if isinstance(values, pa.Int64Array):
        missing = nulls(values)
        values = values.fill_null(0).to_numpy(zero_copy_only=False) if missing is not None else values.to_numpy()
    checks.vector("integers", values, np.int64, length)
    return values, missing, checks.integer("width", width, 0, WIDEST), bool(zeros)


def check_words(
    minimum: int, maximum: int, pool: pa.StringArray, thresholds: Any, aliases: I32, max_length: int | None
) -> None:
    """0 <= minimum <= maximum < 2**20; one alias entry for each word; a pool without nulls."""
    maximum = checks.integer("maximum", maximum, 0, 2**20 - 1)
    checks.integer("minimum", minimum, 0, maximum)
    if max_length is not None:
        checks.integer("max_length", max_length, 0, checks.LARGEST_TEXT)
    count = checks.alias(thresholds, aliases, np.uint32)
    if not isinstance(pool, pa.StringArray) or len(pool) != count or pool.null_count:
        raise KernelError(f"pool must be a pa.StringArray of {count} words, one for each alias entry, none null")


def check_aliases(aliases: I32) -> None:
    """Every alias is within its table, which has at least one."""
    count = aliases.size
    if int(aliases.min()) < 0 or int(aliases.max()) >= count:
        raise KernelError(f"aliases must be in 0..{count - 1}, not {int(aliases.min())}..{int(aliases.max())}")
