"""Nodes brought to common types, and nodes without columns folded into constants, while a text is compiled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import pyarrow as pa

from generator.expression import literals
from generator.expression.conversion import widened
from generator.expression.errors import ExpressionError, Failure
from generator.expression.frame import Frame
from generator.expression.nodes import Apply, Concat, Constant, Node
from generator.expression.spelling import spelled
from generator.expression.syntax import MAX_TEXT_BYTES
from generator.expression.types import (
    DATE,
    FLOAT,
    INTEGER,
    NULL,
    TEXT,
    common,
    is_decimal,
    is_list,
    is_timestamp,
    spell,
)
from generator.expression.values import text_scalar

_NO_ROWS: Final = Frame({}, 1)


def folded(node: Node, operands: Sequence[Node]) -> Node:
    """The node, or its value where all operands are constants; ExpressionError where that has none."""
    if not all(operand.constant is not None for operand in operands):
        return node
    try:
        value = node.evaluate(_NO_ROWS)
    except Failure as failure:
        raise ExpressionError(failure.problem, failure.column or node.column) from None
    return Constant(value if isinstance(value, pa.Scalar) else value[0], node.column)


def apply(
    kernel: Callable[..., Any], operands: Sequence[Node], type_: pa.DataType, column: int, *, strict: bool = True
) -> Node:
    """A kernel over operands, computed now where they are constants."""
    return folded(Apply(kernel, operands, type_, column, strict), operands)


def converted(node: Node, type_: pa.DataType) -> Node:
    """The node in a type that ``types.common`` found for it."""
    if node.type == type_:
        return node
    if node.type == NULL:
        return Constant(pa.scalar(None, type_), node.column)
    return apply(lambda value: widened(value, type_), (node,), type_, node.column)


def converged(nodes: Sequence[Node], what: str, column: int) -> list[Node]:
    """The nodes in one common type; ExpressionError, naming two types without one, or where one is a list."""
    for node in nodes:
        if is_list(node.type):
            raise ExpressionError(f"{what} cannot take a list", node.column, "list[0] is its first item")
    nodes = tight_decimals(dated(nodes))
    type_ = nodes[0].type
    for node in nodes[1:]:
        found = common(type_, node.type)
        if found is None:
            raise mismatch(what, type_, node.type, column)
        type_ = found
    return [converted(node, type_) for node in nodes]


def mismatch(what: str, left: pa.DataType, right: pa.DataType, column: int) -> ExpressionError:
    """The error of two types that do not go together."""
    return ExpressionError(f"{what} cannot take {spell(left)} and {spell(right)}", column, _remedy(left, right))


def _remedy(left: pa.DataType, right: pa.DataType) -> str:
    types = (left, right)
    if DATE in types and any(map(is_timestamp, types)):
        return "date(...) gives a timestamp's day"
    if all(map(is_timestamp, types)):
        return "one has a time zone, the other has none or another"
    if all(map(is_decimal, types)):
        return "a decimal has at most 38 digits; decimal(value, precision, scale) narrows one"
    return "str(...) turns a value into text" if TEXT in types else ""


def dated(nodes: Sequence[Node]) -> list[Node]:
    """Text literals read as dates or timestamps where another node is one."""
    dates = [node.type for node in nodes if node.type == DATE or is_timestamp(node.type)]
    if not dates:
        return list(nodes)
    return [_as_date(node, dates[0]) for node in nodes]


def _as_date(node: Node, type_: pa.DataType) -> Node:
    value = node.constant
    if node.type != TEXT or value is None or not value.is_valid:
        return node
    found = literals.temporal(value.as_py(), type_)
    if found is None:
        shown = "2026-01-31" if type_ == DATE else "2026-01-31T12:00:00"
        shown += "Z" if is_timestamp(type_) and type_.tz else ""
        raise ExpressionError(f"the text {value.as_py()[:40]!r} is no {spell(type_)}", node.column, f"such as {shown}")
    return Constant(found, node.column)


def tight_decimals(nodes: Sequence[Node]) -> list[Node]:
    """Integer literals next to decimals as decimals of just their digits, so that precision is not wasted on them."""
    types = [node.type for node in nodes]
    if FLOAT in types or not any(map(is_decimal, types)):
        return list(nodes)
    return [_tight(node) for node in nodes]


def _tight(node: Node) -> Node:
    value = node.constant
    if node.type != INTEGER or value is None or not value.is_valid:
        return node
    return Constant(literals.whole_decimal(value.as_py()), node.column)


def joined(nodes: Sequence[Node], column: int) -> Node:
    """Text nodes end to end: one flat Concat, neighbouring literals merged."""
    parts: list[Node] = []
    for node in nodes:
        for part in node.parts if isinstance(node, Concat) else (_unspelled(node),):
            merged = _merged(parts[-1], part) if parts else None
            if merged is None:
                parts.append(part)
            else:
                parts[-1] = merged
    if len(parts) == 1 and parts[0].type == TEXT:
        return parts[0]
    return folded(Concat(parts, column), parts)


def _unspelled(node: Node) -> Node:
    """The integers of ``str(integers)``, which the concatenation spells itself."""
    spells = isinstance(node, Apply) and node.kernel is spelled
    return node.operands[0] if spells and isinstance(node, Apply) and node.operands[0].type == INTEGER else node


def _merged(left: Node, right: Node) -> Node | None:
    values = (left.constant, right.constant)
    if any(value is None or not value.is_valid or value.type != TEXT for value in values):
        return None
    text = str(left.constant) + str(right.constant)
    return Constant(text_scalar(text), left.column) if len(text.encode()) <= MAX_TEXT_BYTES else None
