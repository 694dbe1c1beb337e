"""The program by which strings of a finite language are spelled, one run for each row.

A program is int64 ``code``, the bytes it copies from (``text``) and running totals (``sizes``). Its instructions:

- ``LITERAL start length``: these bytes of the text;
- ``RUN minimum maximum table start n width pairs``: so many characters of an alphabet of n entries, ``width`` 1 (ASCII)
  or 4 (UTF-8, padded with zeros) bytes each; at ``pairs``, unless -1, all n * n pairs of ASCII characters;
- ``SELECT k table end start...``: one of k pieces of code; the last ends at ``end``;
- ``REPEAT minimum maximum table end``: so many times the code that follows, up to ``end``.

A row makes decisions in the order of its text. *From draws*: one of k, all equally likely, is the high half of
fraction * k and the low half is the fraction that is left; when the product of what a draw decided would exceed DOMAIN
the next draw begins. *From ranks*: the text is read as digits of a mixed-radix number, the least significant first:
digit = rank % n, rank = rank // n; where counts or pieces have different sizes, the digit's place among their running
totals decides, and what is left of it goes back into the rank. So every rank below ``size`` has a string of its own,
as far as the language is unambiguous.

How programs are run is in the two implementations; how they are written is the business of whoever has a language.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

U64 = npt.NDArray[np.uint64]

LITERAL: Final = 0
RUN: Final = 1
SELECT: Final = 2
REPEAT: Final = 3

DOMAIN: Final = 1 << 40
"""What one draw may decide: every decision is then even to 2**-24."""
LARGEST_SIZE: Final = 1 << 63
PAIRS: Final = 128
"""The largest alphabet whose pairs are laid out."""
SLACK: Final = 16
"""Bytes that may be read behind the text and written behind the output."""


@dataclass(frozen=True, eq=False)
class Program:
    """``size`` is the number of ranks, None above 2**63; ``max_bytes`` and ``draws`` are the most that a row takes."""

    code: npt.NDArray[np.int64]
    text: npt.NDArray[np.uint8]
    sizes: U64
    size: int | None
    max_bytes: int
    draws: int
