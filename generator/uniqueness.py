"""Values that never repeat, without memory: keyed permutations of countable domains.

A rank source gives every row a rank of its own in a column's domain. ``unique`` permutes the column's own domain;
``unique_together`` splits a permuted rank of the product of the domains, or, where one member has ``per_parent``,
permutes the others' product anew for each parent, taken at the child's number. Exact shares use a permutation too.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from generator import kernels
from generator.cells import Cells, Draw, Rows


def permuted(values: Rows, n: int, draw: Draw) -> Rows:
    """A keyed bijection of [0, n), 1 <= n <= 2**63, at ``values``."""
    return kernels.permute(values, n, draw.gamma, draw.kappa)


def exact_count(share: float, rows: int) -> int:
    """How many of ``rows`` a share is, rounded half up."""
    return int(Fraction(str(share)) * rows + Fraction(1, 2))


RANKS = 1 << 63
"""The most ranks a source uses of a domain: enough for any table, and in reach of 64-bit arithmetic."""


@dataclass(frozen=True)
class OwnRanks:
    """``unique``: row r has rank permutation(r) in the column's own domain."""

    domain: int
    draw: Draw

    def ranks(self, cells: Cells) -> Rows:
        return permuted(cells.rows, min(self.domain, RANKS), self.draw)


@dataclass(frozen=True)
class TogetherRanks:
    """``unique_together``: one digit of the permuted row in the mixed radix of the members' domains."""

    product: int
    below: int
    domain: int
    draw: Draw

    def ranks(self, cells: Cells) -> Rows:
        rank = permuted(cells.rows, self.product, self.draw)
        return (rank // np.uint64(self.below)) % np.uint64(self.domain)


@dataclass(frozen=True)
class UnderParentRanks:
    """``unique_together`` with a bounded parent: a digit of the child's number, permuted anew for each parent."""

    reference: str
    product: int
    below: int
    domain: int
    draw: Draw

    def ranks(self, cells: Cells) -> Rows:
        link = cells.link(self.reference)
        assert link.child_numbers is not None
        ordinals = (link.child_numbers - 1).astype(np.uint64)
        rank = kernels.permute_each(ordinals, self.product, self.draw.gamma, self.draw.kappa, link.parent_rows)
        return (rank // np.uint64(self.below)) % np.uint64(self.domain)
