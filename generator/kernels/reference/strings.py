"""Text row by row in numpy and pyarrow: patterns, UUIDs and concatenation. Words are next door, in ``words``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from generator.kernels import checks, strings
from generator.kernels.library import KernelError
from generator.kernels.reference import wide

U64 = npt.NDArray[np.uint64]
HEXADECIMAL = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)


def pattern(template: bytes, groups: Sequence[strings.Group]) -> pa.StringArray:
    """``template`` a row, with characters drawn at each group's positions.

    A group is (fractions u64[rows], positions, alphabets): for each position in order, fraction * len(alphabet) gives
    the digit in its high 64 bits, which picks the character, and the next fraction in its low ones. So a group spells
    the mixed-radix digits, most significant first, of floor(fraction * D / 2**64), D the product of its lengths.
    Where positions meet, the later one is seen. ASCII only.
    """
    rows = strings.check_groups(template, groups)
    text = np.tile(np.frombuffer(template, dtype=np.uint8), (rows, 1))
    for fractions, positions, alphabets in groups:
        fraction = fractions
        for position, alphabet in zip(positions, alphabets, strict=True):
            digit, fraction = wide.product(fraction, len(alphabet))
            text[:, position] = np.frombuffer(alphabet, dtype=np.uint8)[digit.astype(np.int64)]
    return strings.string_array(strings.fixed_offsets(rows, len(template)), text)


def uuid4(high: U64, low: U64) -> pa.StringArray:
    """RFC 9562 version 4 text, 36 lower-case characters, of 128 bits a row; version and variant bits are set here."""
    checks.vector("high", high, np.uint64)
    checks.vector("low", low, np.uint64, high.size)
    high = (high & np.uint64(0xFFFFFFFFFFFF0FFF)) | np.uint64(0x4000)
    low = (low & np.uint64(0x3FFFFFFFFFFFFFFF)) | np.uint64(0x8000000000000000)
    text = np.full((high.size, 36), ord("-"), dtype=np.uint8)
    places = [place for place in range(36) if place not in (8, 13, 18, 23)]
    for number, place in enumerate(places):
        word, shift = (high, 60 - 4 * number) if number < 16 else (low, 124 - 4 * number)
        text[:, place] = HEXADECIMAL[((word >> np.uint64(shift)) & np.uint64(15)).astype(np.int64)]
    return strings.string_array(strings.fixed_offsets(high.size, 36), text)


def concat(parts: Sequence[strings.Part], length: int) -> pa.StringArray:
    """The parts of each row laid end to end; a null in any part makes the row null.

    A part is bytes (the same for each row), a pa.StringArray, a pa.DictionaryArray of int32 -> string, or (integers,
    width, zeros): int64 in decimal, padded on the left to ``width`` characters with "0" after the sign, or with " ".
    KernelError where a part has another length, offsets or indices are broken, or the whole outgrows one array. Text
    is taken to be UTF-8, as Arrow demands, and not looked at.
    """
    length = checks.integer("length", length, 0, checks.LARGEST_TEXT)
    columns = [_column(strings.check_part(part, length), length) for part in parts]
    missing = np.zeros(length, dtype=np.bool_)
    for column in columns:
        missing |= column.missing
    if any((column.broken & ~missing).any() for column in columns):
        raise KernelError("an index of a dictionary to concatenate is out of range")
    checks.text_size(sum(int(column.sizes()[~missing].sum()) for column in columns))
    if not columns or not length:
        return strings.string_array(np.zeros(length + 1, dtype=np.int32), b"", missing)
    joined = pc.binary_join_element_wise(*(pc.if_else(pa.array(missing), "", c.text) for c in columns), "")
    return strings.string_array(*strings.text_of("text", joined), missing)


class _Column(NamedTuple):
    """A part as one text a row, or one for all, never null; where it was null, and where its index points nowhere."""

    text: pa.StringArray | pa.StringScalar
    missing: strings.Flags
    broken: strings.Flags

    def sizes(self) -> npt.NDArray[np.int64]:
        """The bytes of each row's text."""
        if isinstance(self.text, pa.StringScalar):
            return np.full(self.missing.size, len(self.text.as_py().encode()), dtype=np.int64)
        sizes: npt.NDArray[np.int64] = pc.binary_length(self.text).to_numpy().astype(np.int64)
        return sizes


def _column(part: Any, length: int) -> _Column:
    nowhere = np.zeros(length, dtype=np.bool_)
    if isinstance(part, bytes):
        return _Column(pa.scalar(part.decode()), nowhere, nowhere)
    if isinstance(part, tuple):
        values, nulls, width, zeros = part
        return _Column(_decimal(values, width, zeros), nowhere if nulls is None else nulls, nowhere)
    nulls = strings.nulls(part)
    missing = nowhere if nulls is None else nulls
    if isinstance(part, pa.StringArray):
        return _Column(sound("a part", part).fill_null(""), missing, nowhere)
    entries = sound("a dictionary", part.dictionary).fill_null("")
    indices = part.indices.fill_null(0).to_numpy(zero_copy_only=False)
    broken = (indices < 0) | (indices >= len(entries))
    taken = entries.take(pa.array(np.where(broken, 0, indices), mask=broken)) if len(entries) else pa.repeat("", length)
    return _Column(taken.fill_null(""), missing, broken)


def sound(name: str, array: pa.StringArray) -> pa.StringArray:
    """``array`` itself; KernelError unless its offsets ascend within its data."""
    offsets, data = strings.text_of(name, array)
    if offsets[0] < 0 or offsets[-1] > data.size or (offsets[1:] < offsets[:-1]).any():
        raise KernelError(f"{name} is broken: its offsets do not ascend within its {data.size} bytes")
    return array


def _decimal(values: npt.NDArray[np.int64], width: int, zeros: bool) -> pa.StringArray:
    text = pa.array(values).cast(pa.string())
    if not zeros:
        return pc.utf8_lpad(text, width)
    digits = pc.utf8_ltrim(text, "-")
    negative = pc.binary_join_element_wise("-", pc.utf8_lpad(digits, max(width - 1, 0), "0"), "")
    return pc.if_else(pa.array(values < 0), negative, pc.utf8_lpad(digits, width, "0"))
