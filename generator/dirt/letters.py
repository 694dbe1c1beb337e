"""Texts as letters that can be cut and put together again: whole arrays at a time, never inside a character.

A letter is what a reader takes for one: a code point with the marks, selectors and joined code points that follow it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from generator import kernels
from generator.cells import Draw, Rows

Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_JOINER = 0x200D
_MARKS = (
    (0x0300, 0x036F),  # combining diacritical marks
    (0x0483, 0x0489),  # Cyrillic
    (0x0591, 0x05BD),  # Hebrew points
    (0x05C1, 0x05C2),
    (0x0610, 0x061A),  # Arabic
    (0x064B, 0x065F),
    (0x0670, 0x0670),
    (0x06D6, 0x06DC),
    (0x0900, 0x0903),  # Devanagari
    (0x093A, 0x093C),
    (0x093E, 0x094F),
    (0x0962, 0x0963),
    (0x0981, 0x0983),  # Bengali
    (0x09BC, 0x09BC),
    (0x09BE, 0x09CD),
    (0x0A01, 0x0A03),  # Gurmukhi
    (0x0A3C, 0x0A51),
    (0x0A81, 0x0A83),  # Gujarati
    (0x0ABC, 0x0ABC),
    (0x0ABE, 0x0ACD),
    (0x0B82, 0x0B82),  # Tamil
    (0x0BBE, 0x0BCD),
    (0x0C00, 0x0C04),  # Telugu
    (0x0C3E, 0x0C56),
    (0x0C81, 0x0C83),  # Kannada
    (0x0CBC, 0x0CBC),
    (0x0CBE, 0x0CD6),
    (0x0D00, 0x0D03),  # Malayalam
    (0x0D3E, 0x0D4D),
    (0x0DCA, 0x0DDF),  # Sinhala
    (0x0E31, 0x0E31),  # Thai
    (0x0E34, 0x0E3A),
    (0x0E47, 0x0E4E),
    (0x0EB1, 0x0EB1),  # Lao
    (0x0EB4, 0x0EBC),
    (0x0EC8, 0x0ECE),
    (0x102B, 0x103E),  # Burmese
    (0x17B4, 0x17D3),  # Khmer
    (0x1AB0, 0x1AFF),  # more combining marks
    (0x1DC0, 0x1DFF),
    (_JOINER, _JOINER),
    (0x20D0, 0x20FF),
    (0x3099, 0x309A),  # Japanese voicing
    (0xFE00, 0xFE0F),  # variation selectors
    (0xFE20, 0xFE2F),
    (0x1F3FB, 0x1F3FF),  # skin tones
    (0xE0020, 0xE007F),  # tags of flags
)
"""Code points that belong to the one before them: the blocks of the scripts that our word lists are written in."""
_EDGES = np.array([edge for low, high in _MARKS for edge in (low, high + 1)], dtype=np.uint32)
_SPACES = np.array([0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x20, 0x85, 0xA0, 0x2007, 0x202F, 0x3000], dtype=np.uint32)


@dataclass(frozen=True)
class Letters:
    """n texts of m letters in all, as code points.

    Text i is ``codes[begins[i]:ends[i]]`` and has the letters ``first[i]`` to ``first[i + 1] - 1``; letter j is
    ``codes[starts[j]:starts[j + 1]]``.
    """

    codes: npt.NDArray[np.uint32]
    begins: Places
    ends: Places
    starts: Places
    first: Places

    @classmethod
    def of(cls, texts: pa.StringArray) -> Letters:
        """The letters of plain strings without nulls."""
        offsets = np.frombuffer(texts.buffers()[1], np.int32)[texts.offset : texts.offset + len(texts) + 1]
        data = memoryview(texts.buffers()[2] or b"")[offsets[0] : offsets[-1]] if len(texts) else b""
        codes = np.frombuffer(bytes(data).decode().encode("utf-32-le"), dtype=np.uint32)
        bounds = np.concatenate([[0], np.cumsum(np.asarray(pc.utf8_length(texts)), dtype=np.int64)])
        begins, ends = bounds[:-1], bounds[1:]
        heads = ~_joined(codes)
        heads[begins[begins < ends]] = True
        starts = np.append(np.flatnonzero(heads), len(codes))
        return cls(codes, begins, ends, starts, np.searchsorted(starts, bounds))

    def __len__(self) -> int:
        return len(self.begins)

    @property
    def counts(self) -> Places:
        """How many letters each text has."""
        return np.diff(self.first)

    @cached_property
    def heads(self) -> npt.NDArray[np.uint32]:
        """The first code point of each letter."""
        return self.codes[self.starts[:-1]]

    @cached_property
    def single(self) -> Flags:
        """Which letters are one code point."""
        return np.asarray(np.diff(self.starts) == 1)

    @cached_property
    def seen(self) -> Flags:
        """Which letters are no spaces."""
        return ~np.isin(self.heads, _SPACES)

    @cached_property
    def following(self) -> Flags:
        """Which letters have one before them in their text."""
        flags = np.ones(len(self.heads), dtype=np.bool_)
        flags[self.first[:-1][self.counts > 0]] = False
        return flags

    def pick(self, flags: Flags, rows: Rows, draw: Draw) -> tuple[Places, Flags]:
        """A letter of each text among those with a flag, and which texts have one; letter 0 where there is none."""
        found = np.flatnonzero(flags)
        before = np.searchsorted(found, self.first)
        count = np.diff(before)
        there = count > 0
        chosen = before[:-1] + kernels.below_each(rows, draw.gamma, draw.kappa, count.astype(np.uint64)).view(np.int64)
        letters = np.zeros(len(self), dtype=np.int64)
        letters[there] = found[chosen[there]]
        return letters, there


def _joined(codes: npt.NDArray[np.uint32]) -> Flags:
    """Which code points belong to the letter of the one before."""
    joined = (np.searchsorted(_EDGES, codes, "right") & 1).astype(np.bool_)
    joined[1:] |= codes[:-1] == _JOINER
    return joined


class Cuts:
    """Pieces of ``codes`` from which each of n texts is put together; at first each text is what it was.

    ``extra`` are code points that can be put in: the k-th stands at ``self.extra + k``.
    """

    PIECES = 5

    def __init__(self, letters: Letters, extra: npt.NDArray[np.uint32]) -> None:
        self.codes = np.concatenate([letters.codes, extra])
        self.extra = len(letters.codes)
        self._from = np.zeros((len(letters), self.PIECES), dtype=np.int64)
        self._to = np.zeros_like(self._from)
        self._from[:, 0], self._to[:, 0] = letters.begins, letters.ends

    def put(self, where: Flags, *pieces: tuple[Places, Places]) -> None:
        """Makes the texts of a flag from these pieces instead: (from, to) each, for all n texts."""
        self._from[where], self._to[where] = 0, 0
        for number, (start, stop) in enumerate(pieces):
            self._from[where, number], self._to[where, number] = start[where], stop[where]

    def texts(self) -> pa.StringArray:
        """The texts as they are now."""
        lengths = self._to - self._from
        flat = lengths.ravel()
        ends = np.cumsum(flat)
        total = int(ends[-1]) if len(ends) else 0
        index = np.repeat(self._from.ravel() - (ends - flat), flat) + np.arange(total)
        return _texts(self.codes[index], lengths.sum(axis=1))


def _texts(codes: npt.NDArray[np.uint32], lengths: Any) -> pa.StringArray:
    """Code points end to end as texts of these lengths."""
    widths = 1 + (codes >= 0x80).astype(np.int64) + (codes >= 0x800) + (codes >= 0x10000)
    ends = np.concatenate([[0], np.cumsum(widths)])
    offsets = ends[np.concatenate([[0], np.cumsum(lengths)])].astype(np.int32)
    data = codes.astype("<u4", copy=False).tobytes().decode("utf-32-le").encode()
    return pa.StringArray.from_buffers(len(lengths), pa.py_buffer(offsets), pa.py_buffer(data))
