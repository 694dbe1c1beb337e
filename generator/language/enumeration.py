"""All strings of a small language as one dictionary, and the even or weighted choice of an entry.

Only for languages that fit: how large "small" is, is decided by :mod:`generator.language.language`.
"""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from generator import kernels
from generator.language.syntax import Alternation, Chars, Node, Repetition, Sequence

U64 = npt.NDArray[np.uint64]

_UNIT: Final = 1 << 60


class Dictionary:
    """The different strings of a language in the order of their first ranks, and how often each is drawn."""

    def __init__(self, node: Node, strings: pa.StringArray) -> None:
        """``strings`` are those of all ranks, in order."""
        shares: dict[str, Fraction] = {}
        even = _even(node)
        weights = [Fraction(1, node.size)] * node.size if even else _weights(node)
        for text, weight in zip(strings.to_pylist(), weights, strict=True):
            shares[text] = shares.get(text, Fraction(0)) + weight
        self.values = pa.array(list(shares), pa.string())
        self._alias = None
        if len(set(shares.values())) > 1:
            self._alias = kernels.alias_table([int(share * _UNIT) for share in shares.values()])

    def pick(self, words: U64) -> pa.DictionaryArray:
        """An entry for each word of random bits: its upper 48 bits choose, evenly or by the alias table."""
        product = (words >> np.uint64(16)) * np.uint64(len(self.values))
        index = (product >> np.uint64(48)).astype(np.int32)
        if self._alias is not None:
            thresholds, aliases = self._alias
            index = np.where((product << np.uint64(16)) < thresholds[index], index, aliases[index])
        return pa.DictionaryArray.from_arrays(pa.array(index), self.values)


def _even(node: Node) -> bool:
    """Whether even decisions make every rank equally likely."""
    match node:
        case Chars():
            return True
        case Sequence(items):
            return all(_even(item) for item in items)
        case Alternation(options):
            return len({option.size for option in options}) == 1 and all(_even(option) for option in options)
        case Repetition(item, minimum, maximum):
            return _even(item) and (minimum == maximum or item.size == 1)


def _weights(node: Node) -> list[Fraction]:
    """The probability of each rank, in order."""
    match node:
        case Chars():
            return [Fraction(1, node.size)] * node.size
        case Sequence(items):
            return reduce(_product, map(_weights, items), [Fraction(1)])
        case Alternation(options):
            return [weight / len(options) for option in options for weight in _weights(option)]
        case Repetition(item, minimum, maximum):
            each, counts = _weights(item), maximum - minimum + 1
            run = reduce(_product, [each] * minimum, [Fraction(1)])
            found: list[Fraction] = []
            for _ in range(counts):
                found.extend(weight / counts for weight in run)
                run = _product(run, each)
            return found


def _product(first: list[Fraction], second: list[Fraction]) -> list[Fraction]:
    """Of two parts in a row; the ranks of the first change fastest."""
    return [a * b for b in second for a in first]
