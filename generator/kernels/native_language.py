"""The language kernel's native half: the checked binding of ``native/language.c``."""

from __future__ import annotations

from ctypes import c_int64, c_void_p

import numpy as np
import numpy.typing as npt

from generator.kernels.library import KernelError, address, function
from generator.kernels.program import SLACK, Program

U64 = npt.NDArray[np.uint64]
Text = tuple[npt.NDArray[np.int32], npt.NDArray[np.uint8]]

_spell = function(
    "seedbed_spell",
    *(c_void_p, c_int64, c_void_p, c_int64, c_void_p, c_int64, c_int64),
    *(c_void_p, c_int64, c_int64, c_int64, c_void_p, c_void_p, c_int64),
    result=c_int64,
)


def spell(program: Program, words: list[U64], ranked: bool) -> Text:
    """Offsets and data of one string a row; see :mod:`generator.kernels.program`. KernelError for a broken program."""
    rows = len(words[0])
    sources = np.array([address(each, np.uint64) for each in words], dtype=np.uint64)
    offsets = np.empty(rows + 1, dtype=np.int32)
    data = np.empty(rows * program.max_bytes + SLACK, dtype=np.uint8)
    written = _spell(
        address(program.code, np.int64),
        program.code.size,
        address(program.text, np.uint8),
        program.text.size,
        address(program.sizes, np.uint64),
        program.sizes.size,
        program.max_bytes,
        address(sources, np.uint64),
        sources.size,
        rows,
        int(ranked),
        address(offsets, np.int32),
        address(data, np.uint8),
        data.size,
    )
    if written < 0:
        raise KernelError("the program of a language reaches beyond its own text, its draws or its longest string")
    return offsets, data[:written]
