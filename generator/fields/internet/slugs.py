"""Texts as they stand in addresses: lower-case ASCII letters and digits, whatever script they were in."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from generator.kernels.strings import string_array, text_of
from generator.vocabulary.romanised import romanised

_WIDEST: Final = 8
_PLANE: Final = 1 << 16
_RANGES: Final = ((0x30, 0x600), (0x600, 0x700), (0x900, 0x980), (0xE00, 0xE80), (0x1E00, 0x2000), (0x3040, 0x3100))
_IDEOGRAPHS: Final = ((0x4E00, 0xA000), (0xAC00, 0xD7A4))

NOBODY: Final = "user"
"""Stands for a text in which nothing can be spelled."""


@cache
def _letters(language: str) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """For each character of the basic plane its ASCII spelling, (8, 65536) bytes, and how long that is."""
    spelled = np.zeros((_WIDEST, _PLANE), dtype=np.uint8)
    lengths = np.zeros(_PLANE, dtype=np.uint8)
    for low, high in (*_RANGES, *_IDEOGRAPHS):
        for code in range(low, high):
            text = romanised(chr(code), language).encode()[:_WIDEST]
            spelled[: len(text), code] = np.frombuffer(text, dtype=np.uint8)
            lengths[code] = len(text)
    return spelled, lengths


def slugs(text: pa.StringArray, language: str) -> pa.StringArray:
    """Each text in lower-case ASCII letters and digits, letter by letter; no digit at its end: a number may follow.

    Nulls stay; a text that cannot be spelled is ``user``.
    """
    offsets, data = text_of("text", text)
    start = int(offsets[0])
    inside = data[start : int(offsets[-1])]
    codes, places = _characters(inside, offsets - np.int32(start))
    spelled, lengths = _letters(language)
    sizes = lengths[codes]
    begins = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
    written = np.empty(int(begins[-1]), dtype=np.uint8)
    for place in range(int(sizes.max(initial=0))):
        long = np.flatnonzero(sizes > place)
        written[begins[long] + place] = spelled[place, codes[long]]
    found = _without_number(string_array(begins[places].astype(np.int32), written))
    return pc.if_else(text.is_valid(), found, pa.scalar(None, pa.string())) if text.null_count else found


def _characters(data: npt.NDArray[np.uint8], offsets: npt.NDArray[np.int32]) -> tuple[Any, Any]:
    """The code of each character of UTF-8, 0 beyond the basic plane, and the offsets counted in characters."""
    if not len(data) or data.max() < 128:
        return data, offsets
    codes = np.frombuffer(data.tobytes().decode().encode("utf-32-le"), dtype="<u4")
    before = np.concatenate([[0], np.cumsum((data & 0xC0) != 0x80, dtype=np.int64)])
    return np.where(codes < _PLANE, codes, 0), before[offsets]


def _without_number(text: pa.StringArray) -> pa.StringArray:
    kept = pc.utf8_rtrim(text, "0123456789")
    return pc.if_else(pc.equal(kept, ""), NOBODY, kept)


@cache
def _entries(words: tuple[str, ...], language: str) -> pa.StringArray:
    return pa.array([romanised(word, language).rstrip("0123456789") or NOBODY for word in words], pa.string())


def spelled_entries(words: pa.StringArray, language: str) -> pa.StringArray:
    """The entries of a dictionary, each spelled as a word: names of other scripts get the vowels that are said."""
    return _entries(tuple(words.to_pylist()), language)
