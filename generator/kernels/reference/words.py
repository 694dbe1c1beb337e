"""Runs of words from a weighted pool, in numpy and pyarrow."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from generator.kernels import checks, strings
from generator.kernels.reference import wide
from generator.kernels.reference.draws import bits, mixed
from generator.kernels.reference.strings import sound

U64 = npt.NDArray[np.uint64]
U32 = npt.NDArray[np.uint32]
I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]

GOLDEN = 0x9E3779B97F4A7C15  # 2**64 over the golden ratio: splitmix64's increment


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
    """minimum..maximum words a row, drawn from ``pool`` by its ``alias_table32``, with one space between them.

    With x = bits(row), the count is minimum + floor(x * (maximum - minimum + 1) / 2**64), and words 2j and 2j + 1 come
    from the low and the high half of mix(x + (j + 1) * GOLDEN). A text ends before the word that would take it beyond
    ``max_length`` code points; a first word that is too long alone is cut. Rows where ``skip`` is true are null.
    """
    x = bits(rows, gamma, kappa)
    strings.check_words(minimum, maximum, pool, thresholds, aliases, max_length)
    strings.check_aliases(aliases)
    if skip is not None:
        checks.vector("skip", skip, np.bool_, rows.size)
    pool = sound("pool", pool)
    counts = minimum + wide.high(x, maximum - minimum + 1).astype(np.int64)
    if skip is not None:
        counts[skip] = 0
    picks = _picks(x, int(counts.max(initial=0)), thresholds, aliases)
    cut = np.zeros(rows.size, dtype=np.bool_)
    if max_length is not None and picks.shape[1]:
        ends = np.cumsum(pc.utf8_length(pool).to_numpy().astype(np.int64)[picks] + 1, axis=1) - 1
        cut = (ends[:, 0] > max_length) & (counts > 0)
        counts = np.minimum(counts, np.count_nonzero(ends <= max_length, axis=1))
    text = _joined(picks, counts, cut, pool, max_length)
    return strings.string_array(*strings.text_of("text", text), skip)


def _picks(x: U64, longest: int, thresholds: U32, aliases: I32) -> I64:
    """The pool entries of each row, (rows, longest)."""
    halves = np.empty((x.size, longest + longest % 2), dtype=np.uint64)
    for pair in range(halves.shape[1] // 2):
        y = mixed(x + np.uint64((pair + 1) * GOLDEN % checks.WORD))
        halves[:, 2 * pair], halves[:, 2 * pair + 1] = y & wide.LOW_HALF, y >> wide.HALF
    products = halves * np.uint64(thresholds.size)
    entries = (products >> wide.HALF).astype(np.int64)
    picks = np.where((products & wide.LOW_HALF) < thresholds[entries], entries, aliases[entries])
    return picks[:, :longest].astype(np.int64)


def _joined(
    picks: I64, counts: I64, cut: npt.NDArray[np.bool_], pool: pa.StringArray, max_length: int | None
) -> pa.StringArray:
    """The first ``counts`` words of each row joined, or its first word cut."""
    taken = picks[np.arange(picks.shape[1]) < counts[:, np.newaxis]]
    sizes = pc.binary_length(pool).to_numpy().astype(np.int64)
    firsts = picks[cut, 0] if cut.any() else np.empty(0, dtype=np.int64)
    checks.text_size(int(sizes[taken].sum()) + int((counts - 1).clip(0).sum()) + 4 * firsts.size * (max_length or 0))
    starts = np.zeros(counts.size + 1, dtype=np.int32)
    np.cumsum(counts, out=starts[1:])
    text = pc.binary_join(pa.ListArray.from_arrays(pa.array(starts), pool.take(pa.array(taken))), " ")
    if firsts.size:
        beginnings = pc.utf8_slice_codeunits(pool.take(pa.array(firsts)), 0, max_length)
        text = pc.replace_with_mask(text, pa.array(cut), beginnings)
    return text
