"""Binds the C kernels of one or two numbers a row (draws.c, permutation.c, children.c): same names, same bytes.

Each function checks its arguments exactly as its reference twin, whose docstring says what it gives, and hands C
buffers of the right type and length. No value may be computed here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from generator.kernels import checks
from generator.kernels.library import DOUBLE, INT32, INT64, POINTER, UINT64, KernelError, address, function, place
from generator.kernels.pooled import pooled
from generator.kernels.reference.draws import SEGMENTS, TAIL_SEGMENTS
from generator.kernels.reference.permutation import half_bits

U64 = npt.NDArray[np.uint64]
F64 = npt.NDArray[np.float64]
I32 = npt.NDArray[np.int32]

_DRAW = (POINTER, INT64, UINT64, UINT64)  # rows, count, gamma, kappa

_mix = function("seedbed_draw_mix", POINTER, INT64, POINTER)
_bits = function("seedbed_draw_bits", *_DRAW, POINTER)
_unit = function("seedbed_draw_unit", *_DRAW, POINTER)
_below = function("seedbed_draw_below", *_DRAW, UINT64, UINT64, UINT64, POINTER)
_below_each = function("seedbed_draw_below_each", *_DRAW, POINTER, POINTER)
_alias = function("seedbed_draw_alias", *_DRAW, POINTER, POINTER, UINT64, POINTER)
_alias_table = function("seedbed_alias_table", POINTER, INT64, UINT64, POINTER, POINTER, POINTER, POINTER)
_quantile = function("seedbed_draw_quantile", *_DRAW, POINTER, UINT64, UINT64, DOUBLE, DOUBLE, POINTER)
_tail_quantile = function("seedbed_draw_tail_quantile", *_DRAW, POINTER, UINT64, UINT64, DOUBLE, DOUBLE, POINTER)
_muldiv = function("seedbed_muldiv", POINTER, INT64, UINT64, UINT64, UINT64, POINTER, result=INT32)
_fractions = function("seedbed_fractions", POINTER, INT64, UINT64, POINTER)
_permute = function("seedbed_permute", POINTER, INT64, UINT64, INT32, UINT64, UINT64, POINTER)
_unpermute = function("seedbed_unpermute", POINTER, INT64, UINT64, INT32, UINT64, UINT64, POINTER)
_permute_each = function("seedbed_permute_each", POINTER, INT64, UINT64, INT32, UINT64, UINT64, POINTER, POINTER)
_CHILDREN = (POINTER, INT64, UINT64, UINT64, UINT64, UINT64, UINT64, UINT64, POINTER, POINTER)
_children_of_rows = function("seedbed_children_of_rows", *_CHILDREN)
_children_of_parents = function("seedbed_children_of_parents", *_CHILDREN)


def _output(items: int, dtype: Any) -> tuple[npt.NDArray[Any], int]:
    """An array to be filled, and its address."""
    out = pooled(items, dtype)
    return out, place(out)


def _draw(rows: U64, gamma: int, kappa: int) -> tuple[int, int, int, int]:
    """The four arguments every draw begins with."""
    checks.vector("rows", rows, np.uint64)
    return place(rows), rows.size, *checks.key(gamma, kappa)


def mix(values: U64) -> U64:
    """See reference.draws.mix."""
    checks.vector("values", values, np.uint64)
    out, target = _output(values.size, np.uint64)
    _mix(address(values, np.uint64), values.size, target)
    return out


def bits(rows: U64, gamma: int, kappa: int) -> U64:
    """See reference.draws.bits."""
    draw, (out, target) = _draw(rows, gamma, kappa), _output(rows.size, np.uint64)
    _bits(*draw, target)
    return out


def unit(rows: U64, gamma: int, kappa: int) -> F64:
    """See reference.draws.unit."""
    draw, (out, target) = _draw(rows, gamma, kappa), _output(rows.size, np.float64)
    _unit(*draw, target)
    return out


def below(rows: U64, gamma: int, kappa: int, n: int, start: int = 0, step: int = 1) -> npt.NDArray[np.int64]:
    """See reference.draws.below."""
    n, start, step = checks.progression(n, start, step)
    draw, (out, target) = _draw(rows, gamma, kappa), _output(rows.size, np.int64)
    _below(*draw, n, start % checks.WORD, step % checks.WORD, target)
    return out


def below_each(rows: U64, gamma: int, kappa: int, limits: U64) -> U64:
    """See reference.draws.below_each."""
    draw, (out, target) = _draw(rows, gamma, kappa), _output(rows.size, np.uint64)
    checks.vector("limits", limits, np.uint64, rows.size)
    _below_each(*draw, address(limits, np.uint64), target)
    return out


def alias_pick(rows: U64, gamma: int, kappa: int, thresholds: U64, aliases: I32) -> I32:
    """See reference.alias.alias_pick."""
    draw, (out, target) = _draw(rows, gamma, kappa), _output(rows.size, np.int32)
    entries = checks.alias(thresholds, aliases, np.uint64)
    _alias(*draw, address(thresholds, np.uint64), address(aliases, np.int32), entries, target)
    return out


def alias_table(weights: Sequence[int]) -> tuple[U64, I32]:
    """See reference.alias.alias_table."""
    array, total = checks.weights(weights)
    thresholds, aliases = np.empty(array.size, dtype=np.uint64), np.empty(array.size, dtype=np.int32)
    filled, stack = np.empty(2 * array.size, dtype=np.uint64), np.empty(array.size, dtype=np.int32)
    scratch = address(filled, np.uint64), address(stack, np.int32)
    table = address(thresholds, np.uint64), address(aliases, np.int32)
    _alias_table(address(array, np.uint64), array.size, total, *table, *scratch)
    return thresholds, aliases


def alias_table32(weights: Sequence[int]) -> tuple[npt.NDArray[np.uint32], I32]:
    """See reference.alias.alias_table32."""
    thresholds, aliases = alias_table(weights)
    return (thresholds >> np.uint64(32)).astype(np.uint32), aliases


def quantile(rows: U64, gamma: int, kappa: int, table: F64, low: int, span: int, scale: float, offset: float) -> F64:
    """See reference.draws.quantile."""
    low, span = checks.quantile(table, SEGMENTS, low, span)
    draw, (out, target) = _draw(rows, gamma, kappa), _output(rows.size, np.float64)
    _quantile(*draw, address(table, np.float64), low, span, scale, offset, target)
    return out


def tail_quantile(
    rows: U64, gamma: int, kappa: int, table: F64, low: int, span: int, scale: float, offset: float
) -> F64:
    """See reference.draws.tail_quantile."""
    low, span = checks.quantile(table, TAIL_SEGMENTS, low, span)
    draw, (out, target) = _draw(rows, gamma, kappa), _output(rows.size, np.float64)
    _tail_quantile(*draw, address(table, np.float64), low, span, scale, offset, target)
    return out


def muldiv(values: U64, num: int, add: int, den: int) -> U64:
    """See reference.draws.muldiv."""
    num, add, den = checks.muldiv(values, num, add, den)
    out, target = _output(values.size, np.uint64)
    if _muldiv(address(values, np.uint64), values.size, num, add, den, target):
        raise KernelError(f"a quotient, {(int(values.max()) * num + add) // den}, exceeds 2**64 - 1")
    return out


def fractions(ranks: U64, domain: int) -> U64:
    """See reference.draws.fractions."""
    domain = checks.integer("domain", domain, 1, 2**63)
    checks.below_bound("ranks", ranks, domain)
    out, target = _output(ranks.size, np.uint64)
    _fractions(address(ranks, np.uint64), ranks.size, domain, target)
    return out


def _permuted(permutation: Any, values: U64, n: int, gamma: int, kappa: int, *more: int) -> U64:
    n, gamma, kappa = checks.permutation(values, n, gamma, kappa)
    if n == 1:
        return np.zeros_like(values)
    out, target = _output(values.size, np.uint64)
    permutation(address(values, np.uint64), values.size, n, half_bits(n), gamma, kappa, *more, target)
    return out


def permute(values: U64, n: int, gamma: int, kappa: int) -> U64:
    """See reference.permutation.permute."""
    return _permuted(_permute, values, n, gamma, kappa)


def unpermute(values: U64, n: int, gamma: int, kappa: int) -> U64:
    """See reference.permutation.unpermute."""
    return _permuted(_unpermute, values, n, gamma, kappa)


def permute_each(values: U64, n: int, gamma: int, kappa: int, tweaks: U64) -> U64:
    """See reference.permutation.permute_each."""
    checks.vector("values", values, np.uint64)
    checks.vector("tweaks", tweaks, np.uint64, values.size)
    return _permuted(_permute_each, values, n, gamma, kappa, address(tweaks, np.uint64))


def children_of_rows(
    rows: U64, parents: int, total: int, least: int, most: int, gamma: int, kappa: int
) -> tuple[U64, npt.NDArray[np.int64]]:
    """See reference.children.children_of_rows."""
    checks.children(rows, total, parents, total, least, most)
    gamma, kappa = checks.key(gamma, kappa)
    (parent, to), (number, numbers) = _output(rows.size, np.uint64), _output(rows.size, np.int64)
    _children_of_rows(address(rows, np.uint64), rows.size, parents, total, least, most, gamma, kappa, to, numbers)
    return parent, number


def children_of_parents(
    wanted: U64, parents: int, total: int, least: int, most: int, gamma: int, kappa: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """See reference.children.children_of_parents."""
    checks.children(wanted, parents, parents, total, least, most)
    gamma, kappa = checks.key(gamma, kappa)
    (first, firsts), (count, counts) = _output(wanted.size, np.int64), _output(wanted.size, np.int64)
    _children_of_parents(
        address(wanted, np.uint64), wanted.size, parents, total, least, most, gamma, kappa, firsts, counts
    )
    return first, count
