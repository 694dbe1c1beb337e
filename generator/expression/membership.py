"""What ``contains`` and ``in`` mean for the nodes they are given: a part of a text, or an item of a list."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from generator.expression import lists
from generator.expression.errors import ExpressionError
from generator.expression.nodes import Constant, Node
from generator.expression.operands import apply, converted, dated, mismatch
from generator.expression.types import BOOLEAN, NULL, TEXT, common, is_list


def has(items: Node, value: Node, column: int) -> Node:
    """Whether a list has an item of that value."""
    if value.type == NULL:
        raise ExpressionError("null is in no list", value.column, "use 'is null'")
    type_ = items.type.value_type
    if type_ != TEXT:
        value = dated((value, Constant(pa.scalar(None, type_), column)))[0]
    if common(type_, value.type) != type_:
        raise mismatch("'in'", type_, value.type, column)
    return apply(lists.holds, (items, converted(value, type_)), BOOLEAN, column)


def contains(nodes: Sequence[Node], column: int) -> Node:
    """``contains(text, part)`` with a literal part, or ``contains(list, value)``."""
    where, what = nodes
    if is_list(where.type):
        return has(where, what, column)
    part = what.constant
    if what.type != TEXT or part is None or not part.is_valid:
        raise ExpressionError("part of contains() must be a literal text", what.column)
    text = part.as_py()
    return apply(lambda value: pc.match_substring(value, text), (where,), BOOLEAN, column)
