"""Zipf's law over any number of ranks, in memory that does not grow with them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from generator import kernels
from generator.cells import Cells
from generator.choosing import AliasTable
from generator.exact import exact_exp, exact_log

Numbers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

MAX_RANKS = 65_536
"""Ranks that have an entry of their own in the alias table."""
UNIT = 2.0**44
"""The whole weight of the heaviest entry."""


class ZipfRanks:
    """A sampler of j in [0, n) with weights (j+1)**-s: an alias table for the first 65,536 ranks, and beyond them
    segments of a sixteenth of an octave, uniform within. Memory does not grow with n."""

    def __init__(self, n: int, s: float) -> None:
        head = min(n, MAX_RANKS)
        edges = _edges(head, n)
        self.table = AliasTable.of(zipf_weights(head, edges, s))
        self.starts = np.concatenate([np.arange(head, dtype=np.int64), np.array(edges[:-1], dtype=np.int64)])
        self.sizes = np.append(np.diff(self.starts), np.int64(n - int(self.starts[-1]))).astype(np.uint64)
        self.has_tail = len(edges) > 1

    def sample(self, cells: Cells) -> Numbers:
        segment = cells.pick(self.table)
        if not self.has_tail:
            return segment.astype(np.int64)
        within = cells.draw("tail")
        offset = kernels.below_each(cells.rows, within.gamma, within.kappa, self.sizes[segment])
        return self.starts[segment] + offset.astype(np.int64)


def zipf_weights(head: int, edges: list[int], s: float) -> list[int]:
    """Whole weights of the first ``head`` ranks, k**-s each, and of the segments between ``edges``; UNIT at most."""
    weights = exact_exp(exact_log(np.arange(1, head + 1, dtype=np.float64)) * -s)
    if len(edges) > 1:
        weights = np.concatenate([weights, _segment_weights(edges, s)])
    return np.floor(weights / weights.max() * UNIT).astype(np.int64).tolist()  # type: ignore[no-any-return]


def _edges(head: int, n: int) -> list[int]:
    edges = [head]
    while edges[-1] < n:
        edges.append(min(n, edges[-1] + max(1, (1 << (edges[-1].bit_length() - 1)) // 16)))
    return edges


def _segment_weights(edges: list[int], s: float) -> Floats:
    """The integral of x**-s over each segment by Simpson's rule; ranks count from 1."""
    low = np.array(edges[:-1], dtype=np.float64) + 0.5
    high = np.array(edges[1:], dtype=np.float64) + 0.5
    ends = [exact_exp(exact_log(x) * -s) for x in (low, (low + high) * 0.5, high)]
    return (high - low) * (ends[0] + 4.0 * ends[1] + ends[2]) / 6.0
