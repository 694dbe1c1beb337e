"""The kernel that spells strings of a finite language, from draws or from ranks, by a small program.

What a program is and what it means is said in :mod:`generator.kernels.program`; here is what both implementations
share: the checks, and cutting the rows so that the buffers stay small.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from generator.kernels import checks
from generator.kernels.library import KernelError, kind
from generator.kernels.program import SLACK, Program

if kind == "native":
    from generator.kernels.native_language import spell
else:
    from generator.kernels.reference.language import spell

U64 = npt.NDArray[np.uint64]

_BUFFER: Final = 1 << 24  # bytes that one call may need at most, if every row were as long as can be


def spell_draws(program: Program, draws: Sequence[U64]) -> pa.StringArray:
    """One string a row, from ``program.draws`` arrays of bits, at least one; row i depends on item i of each only."""
    if len(draws) != max(program.draws, 1):
        raise KernelError(f"the program needs {max(program.draws, 1)} draws a row, not {len(draws)}")
    for number, words in enumerate(draws):
        checks.vector(f"draw {number}", words, np.uint64, len(draws[0]))
    return _spell(program, list(draws), ranked=False)


def spell_ranks(program: Program, ranks: U64) -> pa.StringArray:
    """The strings of these ranks, each below ``program.size``."""
    if program.size is None:
        raise KernelError("a language of more than 2**63 strings cannot be counted through")
    checks.vector("ranks", ranks, np.uint64)
    if ranks.size and int(ranks.max()) >= program.size:
        raise KernelError(f"rank {int(ranks.max())} is not below the size of the language, {program.size}")
    return _spell(program, [ranks], ranked=True)


def _spell(program: Program, words: list[U64], ranked: bool) -> pa.StringArray:
    """In slices of rows, so that the buffer for the longest possible strings stays small."""
    rows, step = len(words[0]), max(1, _BUFFER // (program.max_bytes + SLACK))
    parts = [
        spell(program, [each[start : start + step] for each in words], ranked) for start in range(0, max(rows, 1), step)
    ]
    total = sum(data.size for _, data in parts)
    checks.text_size(total)
    if len(parts) == 1:
        offsets, data = parts[0]
    else:
        starts = np.cumsum([0, *(part.size for _, part in parts)])
        shifted = [each[:-1] + start for (each, _), start in zip(parts, starts[:-1], strict=True)]
        offsets = np.concatenate([*shifted, starts[-1:]]).astype(np.int32)
        data = np.concatenate([part for _, part in parts])
    return pa.Array.from_buffers(pa.string(), rows, [None, pa.py_buffer(offsets), pa.py_buffer(data)])
