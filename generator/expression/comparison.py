"""Comparisons and membership of values that already have one common type. Text compares by code points."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from generator.expression.types import BOOLEAN, INTEGER, TEXT
from generator.expression.values import Value

SYMBOLS: Final[dict[type[ast.cmpop], str]] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "in",
    ast.NotIn: "not in",
}
_KERNELS: Final[dict[str, Callable[..., Value]]] = {
    "==": pc.equal,
    "!=": pc.not_equal,
    "<": pc.less,
    "<=": pc.less_equal,
    ">": pc.greater,
    ">=": pc.greater_equal,
}


def ordered(type_: pa.DataType) -> bool:
    """Whether < and > make sense."""
    return bool(type_ != BOOLEAN)


def comparison_kernel(symbols: Sequence[str]) -> Callable[..., Value]:
    """``a < b <= c`` and so on: each neighbour compared, all of them true."""

    def kernel(*values: Value) -> Value:
        result = None
        for symbol, left, right in zip(symbols, values, values[1:], strict=False):
            found = _KERNELS[symbol](left, right)
            result = found if result is None else pc.and_kleene(result, found)
        return result

    return kernel


def membership_kernel(members: Sequence[pa.Scalar], wanted: bool) -> Callable[..., Value]:
    """Whether a value is among constants of its type, none of them null; ``wanted`` false gives ``not in``."""
    type_ = members[0].type
    value_set = pa.array([member.as_py() for member in members], type_) if type_ in (INTEGER, TEXT) else None

    def kernel(value: Value) -> Value:
        if value_set is not None:
            found = pc.if_else(value.is_valid(), pc.is_in(value, value_set=value_set), None)
        else:
            found = pc.equal(value, members[0])
            for member in members[1:]:
                found = pc.or_(found, pc.equal(value, member))
        return found if wanted else pc.invert(found)

    return kernel


def smaller(left: Value, right: Value) -> Value:
    """The smaller of two values; the left one of equals, so that the sign of zero is certain."""
    return pc.if_else(pc.less_equal(left, right), left, right)


def larger(left: Value, right: Value) -> Value:
    """The larger of two values; the left one of equals."""
    return pc.if_else(pc.greater_equal(left, right), left, right)
