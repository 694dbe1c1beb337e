"""From a syntax tree and the types of the columns to typed nodes. Every error a text can have is found here.

What the operations compute stands in the rooms of the kernels; nothing here runs over rows.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from generator.errors import nearest
from generator.expression import lists
from generator.expression.arithmetic import negative
from generator.expression.calls import FUNCTION_NAMES, call
from generator.expression.comparison import SYMBOLS, comparison_kernel, membership_kernel, ordered
from generator.expression.errors import ExpressionError
from generator.expression.membership import has
from generator.expression.nodes import Choose, Column, Constant, Logic, Node
from generator.expression.nulls import is_null, is_valid
from generator.expression.operands import apply, converged, folded, joined
from generator.expression.operators import calculate, power, reckon
from generator.expression.syntax import COLUMN_FUNCTION, CONSTANTS, Syntax
from generator.expression.types import (
    BOOLEAN,
    FLOAT,
    INTEGER,
    NULL,
    TEXT,
    canonical,
    is_list,
    is_number,
    spell,
)

_INT64: Final = range(-(2**63), 2**63)
_OPERATORS: Final[dict[type[ast.operator], str]] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
}


class Compiler:
    """Builds the nodes of one text."""

    def __init__(self, syntax: Syntax, types: Mapping[str, pa.DataType]) -> None:
        self._syntax, self._types = syntax, types
        self._builders: dict[type[ast.expr], Callable[[Any], Node]] = {
            ast.Constant: self._constant,
            ast.Name: self._name,
            ast.Attribute: self._name,
            ast.Call: self._call,
            ast.BinOp: self._binary,
            ast.UnaryOp: self._unary,
            ast.BoolOp: self._logic,
            ast.Compare: self._compare,
            ast.IfExp: self._choose,
            ast.List: self._list,
            ast.Subscript: self._item,
        }

    def compile(self) -> Node:
        """The node of the whole text."""
        node = self._build(self._syntax.body)
        if node.type == NULL:
            raise ExpressionError("the expression is always null, so it has no type", node.column)
        if is_list(node.type):
            raise ExpressionError("a list is no value of a field", node.column, "join(list, ', ') or an item, list[0]")
        return node

    def _build(self, node: ast.expr) -> Node:
        return self._builders[type(node)](node)

    def _constant(self, node: ast.Constant) -> Node:
        return self._literal(node, node.value)

    def _literal(self, node: ast.expr, value: Any) -> Node:
        if type(value) is int and value not in _INT64:
            raise self._syntax.error(node, "the number is beyond what an integer can hold", "64 bits, signed")
        types = {bool: BOOLEAN, int: INTEGER, float: FLOAT, str: TEXT}
        return Constant(pa.scalar(value, types.get(type(value), NULL)), self._syntax.column(node))

    def _name(self, node: ast.expr) -> Node:
        if isinstance(node, ast.Name) and node.id in CONSTANTS:
            return self._literal(node, CONSTANTS[node.id])
        name = self._syntax.name(node) or ""
        if name not in self._types:
            remedy = f"{name} is a function: {name}(...)" if name in FUNCTION_NAMES else nearest(name, self._types)
            raise self._syntax.error(node, f"there is no column {name!r}", remedy)
        type_ = canonical(self._types[name])
        if type_ is None:
            raise self._syntax.error(node, f"expressions cannot read the type of {name!r}, {self._types[name]}")
        return Column(name, type_, self._syntax.column(node))

    def _call(self, node: ast.Call) -> Node:
        assert isinstance(node.func, ast.Name)
        if node.func.id == COLUMN_FUNCTION:
            return self._name(node)
        return call(node.func.id, [self._build(argument) for argument in node.args], self._syntax.column(node))

    def _binary(self, node: ast.BinOp) -> Node:
        symbol = _OPERATORS[type(node.op)]
        left, right = self._build(node.left), self._build(node.right)
        column = self._syntax.column(node)
        if symbol == "**":
            return power(left, right, column)
        if is_number(left.type) and is_number(right.type):
            return calculate(symbol, left, right, column)
        if symbol == "+" and left.type == right.type == TEXT:
            return joined((left, right), column)
        return reckon(symbol, left, right, column)

    def _unary(self, node: ast.UnaryOp) -> Node:
        operand = node.operand
        if isinstance(node.op, ast.USub) and isinstance(operand, ast.Constant) and type(operand.value) is int:
            return self._literal(node, -operand.value)
        inner, column = self._build(operand), self._syntax.column(node)
        if isinstance(node.op, ast.Not):
            return apply(_not, (_condition(inner, "not"),), BOOLEAN, column)
        symbol = "-" if isinstance(node.op, ast.USub) else "+"
        if not is_number(inner.type):
            raise ExpressionError(f"{symbol!r} needs a number, not {spell(inner.type)}", column)
        return inner if symbol == "+" else apply(negative, (inner,), inner.type, column)

    def _logic(self, node: ast.BoolOp) -> Node:
        conjunction = isinstance(node.op, ast.And)
        word = "and" if conjunction else "or"
        operands = [_condition(self._build(value), word) for value in node.values]
        return folded(Logic(operands, conjunction, self._syntax.column(node)), operands)

    def _choose(self, node: ast.IfExp) -> Node:
        condition = _condition(self._build(node.test), "if")
        column = self._syntax.column(node)
        yes, no = converged((self._build(node.body), self._build(node.orelse)), "'if ... else'", column)
        if condition.constant is not None:
            return yes if condition.constant.as_py() else no
        return Choose(condition, yes, no, column)

    def _compare(self, node: ast.Compare) -> Node:
        symbols = [SYMBOLS[type(op)] for op in node.ops]
        column = self._syntax.column(node)
        if any(symbol in ("is", "is not", "in", "not in") for symbol in symbols):
            if len(symbols) > 1:
                raise ExpressionError("'in' and 'is' cannot be part of a chain of comparisons", column, "use 'and'")
            return self._is(node, column) if symbols[0].startswith("is") else self._member(node, symbols[0], column)
        operands = [self._build(operand) for operand in (node.left, *node.comparators)]
        for operand in operands:
            if operand.type == NULL:
                raise ExpressionError("a comparison with null is always null", operand.column, "use 'is null'")
        operands = converged(operands, f"{symbols[0]!r}", column)
        if not ordered(operands[0].type) and not {"==", "!="}.issuperset(symbols):
            raise ExpressionError(f"{spell(operands[0].type)} values have no order", column, "use == or !=")
        return apply(comparison_kernel(symbols), operands, BOOLEAN, column)

    def _is(self, node: ast.Compare, column: int) -> Node:
        left, right = self._build(node.left), self._build(node.comparators[0])
        if right.type != NULL:
            raise ExpressionError("'is' compares with null only", right.column, "use ==")
        kernel = is_null if isinstance(node.ops[0], ast.Is) else is_valid
        return apply(kernel, (left,), BOOLEAN, column, strict=False)

    def _member(self, node: ast.Compare, symbol: str, column: int) -> Node:
        items = node.comparators[0]
        if not isinstance(items, ast.List | ast.Tuple):
            return self._item_of(self._build(node.left), self._build(items), symbol, column)
        left, members = self._build(node.left), self._members(items)
        if left.type == NULL:
            raise ExpressionError("null is in no list", left.column, "use 'is null'")
        left, *members = converged((left, *members), f"{symbol!r}", column)
        kernel = membership_kernel([member.constant for member in members], symbol == "in")
        return apply(kernel, (left,), BOOLEAN, column)

    def _item_of(self, value: Node, items: Node, symbol: str, column: int) -> Node:
        if not is_list(items.type):
            raise ExpressionError(
                f"{symbol!r} needs a list, not {spell(items.type)}",
                items.column,
                "contains(text, part) looks into text",
            )
        found = has(items, value, column)
        return found if symbol == "in" else apply(_not, (found,), BOOLEAN, column)

    def _members(self, node: ast.List | ast.Tuple) -> list[Node]:
        """The constants of a list, none of them null."""
        if not node.elts:
            raise self._syntax.error(node, "the list is empty")
        members = [self._build(item) for item in node.elts]
        for member in members:
            if member.constant is None or not member.constant.is_valid or is_list(member.type):
                raise ExpressionError("a list holds literals only, and no null", member.column)
        return members

    def _list(self, node: ast.List) -> Node:
        column = self._syntax.column(node)
        members = converged(self._members(node), "a list", column)
        return Constant(lists.of_scalars([member.constant for member in members]), column)

    def _item(self, node: ast.Subscript) -> Node:
        value, index, column = self._build(node.value), self._build(node.slice), self._syntax.column(node)
        if not is_list(value.type):
            remedy = "substring(text, start, count) cuts text" if value.type == TEXT else ""
            raise ExpressionError(f"only lists have items, not {spell(value.type)}", column, remedy)
        if index.type != INTEGER:
            raise ExpressionError(f"an item has an integer number, not {spell(index.type)}", index.column, "from 0")
        return apply(lists.item, (value, index), value.type.value_type, column)


def _not(value: Any) -> Any:
    return pc.invert(value)


def _condition(node: Node, word: str) -> Node:
    if node.type != BOOLEAN:
        raise ExpressionError(f"{word!r} needs a boolean, not {spell(node.type)}", node.column, "compare it")
    return node
