"""Values that never repeat, without memory: keyed permutations of countable domains.

A rank source gives every row a rank of its own in a column's domain. ``unique`` permutes the column's own domain;
``unique_together`` splits a permuted rank of the product of the domains, or, where one member has ``per_parent``,
permutes the others' product anew for each parent, taken at the child's number. Exact shares use a permutation too.
"""

from __future__ import annotations

from collections.abc import Sequence
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
class Digit:
    """A member's part of a rank of the product of ``unique_together``: one digit of ``radix`` in a mixed radix.

    Where the product of the members' domains is too large to count through, ``radix`` is less than ``domain``. The
    digit then says in which of so many parts of the domain, as equal as can be, a row's rank is, and ``draw`` which of
    it: rows whose digits differ have different ranks.
    """

    product: int
    below: int
    radix: int
    domain: int
    draw: Draw

    def of(self, ranks: Rows, rows: Rows) -> Rows:
        """The member's ranks in its own domain, from those of the product."""
        digits = (ranks // np.uint64(self.below)) % np.uint64(self.radix)
        if self.radix == self.domain:
            return digits
        starts = kernels.muldiv(digits, self.domain, 0, self.radix)
        ends = kernels.muldiv(digits + np.uint64(1), self.domain, 0, self.radix)
        return starts + kernels.below_each(rows, self.draw.gamma, self.draw.kappa, ends - starts)


def radices(domains: Sequence[int]) -> list[int]:
    """The domains, the largest of them cut alike so that their product is at most RANKS: none where it is so already.

    The product of what is left is more than 2**62, for eight domains at most.
    """
    left, found = RANKS, dict.fromkeys(range(len(domains)), 0)
    for taken, place in enumerate(sorted(found, key=lambda place: domains[place])):
        found[place] = min(domains[place], _root(left, len(domains) - taken))
        left //= found[place]
    return list(found.values())


def _root(number: int, degree: int) -> int:
    """The largest whole r with r**degree <= number."""
    low, high = 0, number
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if middle**degree <= number else (low, middle - 1)
    return low


@dataclass(frozen=True)
class TogetherRanks:
    """``unique_together``: one digit of the permuted row in the mixed radix of the members' domains."""

    digit: Digit
    draw: Draw

    def ranks(self, cells: Cells) -> Rows:
        return self.digit.of(permuted(cells.rows, self.digit.product, self.draw), cells.rows)


@dataclass(frozen=True)
class UnderParentRanks:
    """``unique_together`` with a bounded parent: a digit of the child's number, permuted anew for each parent."""

    reference: str
    digit: Digit
    draw: Draw

    def ranks(self, cells: Cells) -> Rows:
        link = cells.link(self.reference)
        assert link.child_numbers is not None
        ordinals = (link.child_numbers - 1).astype(np.uint64)
        product = self.digit.product
        ranks = kernels.permute_each(ordinals, product, self.draw.gamma, self.draw.kappa, link.parent_rows)
        return self.digit.of(ranks, cells.rows)
