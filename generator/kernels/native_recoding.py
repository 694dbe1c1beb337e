"""Binds the C kernels that rewrite texts (recoding.c): same names, same buffers as the reference."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from generator.kernels import checks, recoding, strings
from generator.kernels.library import INT64, POINTER, KernelError, address, function, place
from generator.kernels.slots import readable

SLACK = 64  # SEEDBED_SLACK
ROWS = 64  # of recoding.c

_recode = function("seedbed_recode", *(POINTER, POINTER, INT64, POINTER), *(POINTER, POINTER, POINTER), result=INT64)
_letters = function("seedbed_letters", *(POINTER, INT64, INT64, POINTER), *(POINTER, POINTER, POINTER), result=INT64)
_shorten = function(
    "seedbed_shorten",
    *(POINTER, POINTER, INT64, INT64, INT64, POINTER, INT64),
    *(POINTER, POINTER, POINTER),
    result=INT64,
)
_transliterate = function(
    "seedbed_transliterate",
    *(POINTER, POINTER, INT64, POINTER, INT64),
    *(POINTER, POINTER, POINTER, INT64),
    result=INT64,
)


def recode(texts: pa.StringArray, table: bytes) -> pa.StringArray:
    """See reference.recoding.recode."""
    recoding.check_table(table)
    source, skip, ends, data = _rewritten(texts)
    total = _recode(*source, table, _flags(skip), ends.address, data.address)
    return strings.string_array(ends, data.slice(0, total), skip)


def letters(matrix: recoding.Matrix, alphabet: bytes) -> pa.StringArray:
    """See reference.recoding.letters."""
    recoding.check_matrix(matrix, alphabet)
    rows, width = matrix.shape
    data = pa.allocate_buffer(rows * width + SLACK)
    source = place(matrix.T), rows, width, alphabet
    if 0 not in alphabet:
        _letters(*source, None, None, data.address)
        return strings.string_array(strings.fixed_offsets(rows, width), data.slice(0, rows * width))
    ends, line = pa.allocate_buffer(4 * (rows + 1)), np.empty(ROWS * width, dtype=np.uint8)
    total = _letters(*source, place(line), ends.address, data.address)
    return strings.string_array(ends, data.slice(0, total))


def shorten(texts: pa.StringArray, most: int, at_words: bool = False, mark: bytes = b"") -> pa.StringArray:
    """See reference.recoding.shorten."""
    most = recoding.check_mark(most, mark)
    source, skip, ends, data = _rewritten(texts)
    total = _shorten(*source, most, int(at_words), mark, len(mark), _flags(skip), ends.address, data.address)
    return strings.string_array(ends, data.slice(0, total), skip)


def transliterate(texts: pa.StringArray, table: recoding.Spelling, words: bool = False) -> pa.StringArray:
    """See reference.recoding.transliterate."""
    recoding.check_spelling(table)
    source, skip, ends, data = _rewritten(texts, recoding.GROWTH)
    total = _transliterate(
        *(*source, address(table, np.uint64), int(words)),
        *(_flags(skip), ends.address, data.address, data.size - SLACK + 1),
    )
    if total < 0:
        raise KernelError("a code point of the text is beyond the table, or it is no UTF-8")
    return strings.string_array(ends, data.slice(0, total), skip)


_Rewritten = tuple[tuple[int, int, int], npt.NDArray[np.bool_] | None, pa.Buffer, pa.Buffer]


def _rewritten(texts: pa.StringArray, growth: int = 1) -> _Rewritten:
    """The source for C, its null rows, and buffers for offsets and for ``growth`` times the text, which has slack."""
    (offsets, data), _ = readable("texts", texts)
    size = growth * int(offsets[-1] - offsets[0])
    ends = pa.allocate_buffer(4 * (len(texts) + 1))
    room = pa.allocate_buffer(checks.text_size(size) + SLACK)
    return (place(offsets), place(data), len(texts)), strings.nulls(texts), ends, room


def _flags(skip: npt.NDArray[np.bool_] | None) -> int | None:
    return None if skip is None else address(skip, np.bool_)
