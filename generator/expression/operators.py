"""The operators between two nodes: which types go together, what comes out, and the kernel for it."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

from generator.expression.arithmetic import (
    MAX_FLOOR_DIGITS,
    arithmetic_kernel,
    arithmetic_type,
    power_kernel,
    power_type,
    temporal_kernel,
)
from generator.expression.errors import ExpressionError
from generator.expression.nodes import Node
from generator.expression.operands import apply, converted, dated, mismatch, tight_decimals
from generator.expression.types import (
    DATE,
    FLOAT,
    INTEGER,
    as_decimal,
    finer,
    is_decimal,
    is_duration,
    is_number,
    is_timestamp,
    spell,
)

MAX_EXPONENT: Final = 16


def calculate(symbol: str, left: Node, right: Node, column: int) -> Node:
    """One of ``+ - * / // %`` on two numbers."""
    left, right = tight_decimals((left, right))
    type_ = arithmetic_type(symbol, left.type, right.type)
    if type_ is None:
        digits = MAX_FLOOR_DIGITS if symbol in ("//", "%") else 38
        raise ExpressionError(
            f"{symbol!r} of {spell(left.type)} and {spell(right.type)} needs more than {digits} digits",
            column,
            "decimal(value, precision, scale) narrows one, float(value) gives up exactness",
        )
    if type_ == FLOAT:  # integers become floats inside the kernels
        left, right = (converted(node, FLOAT) if is_decimal(node.type) else node for node in (left, right))
        return apply(arithmetic_kernel(symbol, FLOAT), (left, right), FLOAT, column)
    if left.type == right.type == INTEGER:
        return apply(arithmetic_kernel(symbol, INTEGER), (left, right), type_, column)
    left, right = (converted(node, as_decimal(node.type)) for node in (left, right))
    return apply(arithmetic_kernel(symbol, left.type), (left, right), type_, column)


def power(base: Node, exponent: Node, column: int) -> Node:
    """``**`` with a small literal exponent."""
    value = exponent.constant
    number = value.as_py() if value is not None and exponent.type == INTEGER else None
    if number is None or not 1 <= number <= MAX_EXPONENT:
        raise ExpressionError(f"an exponent is a literal from 1 to {MAX_EXPONENT}", exponent.column)
    if not is_number(base.type):
        raise mismatch("'**'", base.type, exponent.type, column)
    type_ = power_type(base.type, number)
    if type_ is None:
        raise ExpressionError(
            f"{spell(base.type)} ** {number} needs more than 38 digits", column, "float(value) gives up exactness"
        )
    return apply(power_kernel(base.type, number), (base,), type_, column)


def reckon(symbol: str, left: Node, right: Node, column: int) -> Node:
    """Timestamps and durations added and subtracted."""
    left, right = dated((left, right))
    types = (left.type, right.type)
    moments, spans = sum(map(is_timestamp, types)), sum(map(is_duration, types))
    fits = (symbol == "+" and moments < 2) or (symbol == "-" and not (moments == 1 and is_timestamp(right.type)))
    zones = {type_.tz for type_ in types if is_timestamp(type_)}
    if moments + spans != 2 or not fits or len(zones) > 1:
        if DATE in types:
            remedy = "date_add(date, count, 'day') and date_diff(start, stop, 'day') reckon with dates"
            raise ExpressionError(f"{symbol!r} cannot take {spell(types[0])} and {spell(types[1])}", column, remedy)
        raise mismatch(f"{symbol!r}", *types, column)
    unit = finer(*types)
    left, right = (
        converted(node, pa.timestamp(unit, node.type.tz) if is_timestamp(node.type) else pa.duration(unit))
        for node in (left, right)
    )
    type_ = pa.timestamp(unit, *zones) if moments == 1 else pa.duration(unit)
    return apply(temporal_kernel(symbol, type_), (left, right), type_, column)
