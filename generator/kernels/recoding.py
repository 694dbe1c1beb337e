"""What both implementations of the recoding kernels share: what they demand of tables, matrices and lengths."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from generator.kernels import checks
from generator.kernels.library import KernelError

Matrix = npt.NDArray[np.uint8]
Spelling = npt.NDArray[np.uint64]

CODE_POINTS: Final = 1 << 16
LONGEST: Final = 7  # bytes of a code point's spelling
GROWTH: Final = 2  # the most bytes of a spelling for each byte of the code point


def check_table(table: bytes) -> None:
    """A byte for each byte."""
    if not isinstance(table, bytes) or len(table) != 256:
        raise KernelError("table must be 256 bytes, what each byte becomes; 0 leaves it out")


def check_matrix(matrix: Matrix, alphabet: bytes) -> None:
    """A matrix of positions in an alphabet of ASCII, column by column in memory."""
    checks.ascii_only("alphabet", alphabet)
    if not isinstance(matrix, np.ndarray) or matrix.ndim != 2 or matrix.dtype != np.uint8:
        raise KernelError("matrix must be a two-dimensional numpy array of uint8")
    if not matrix.T.flags.c_contiguous:
        raise KernelError("matrix must lie in memory column by column")
    if matrix.size and int(matrix.max()) >= len(alphabet):
        raise KernelError(f"matrix holds {int(matrix.max())}, but the alphabet has {len(alphabet)} characters")
    checks.text_size(matrix.size)


def check_mark(most: int, mark: bytes) -> int:
    """At least one code point, and a mark of UTF-8."""
    if not isinstance(mark, bytes):
        raise KernelError(f"mark must be bytes, not {type(mark).__name__}")
    return checks.integer("most", most, 1, checks.LARGEST_TEXT)


def spelling(letters: list[str]) -> Spelling:
    """A table for ``transliterate`` from the ASCII spelling of each code point below CODE_POINTS."""
    table = np.zeros(CODE_POINTS, dtype=np.uint64)
    for point, text in enumerate(letters):
        if text:
            least = 1 if point < 0x80 else 2 if point < 0x800 else 3
            if len(text) > min(LONGEST, GROWTH * least) or not text.isascii():
                raise KernelError(f"{text!r} is too long for code point {point}, or not ASCII")
            table[point] = int.from_bytes(text.encode("ascii"), "little") | len(text) << 56
    return table


def check_spelling(table: Any) -> None:
    """What ``spelling`` gives."""
    checks.vector("table", table, np.uint64, CODE_POINTS)
