"""A compiled expression: its type, the columns it reads, and its values over them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pyarrow as pa

from generator.expression.compile import Compiler
from generator.expression.errors import EvaluationError, Failure
from generator.expression.frame import Frame
from generator.expression.nodes import Node, dense
from generator.expression.syntax import Syntax
from generator.expression.types import TEXT, canonical, is_decimal, spell
from generator.expression.values import nulls


class Expression:
    """What ``compile_expression`` gives. Immutable, free of any state, and picklable (it is compiled again)."""

    def __init__(self, syntax: Syntax, node: Node, types: Mapping[str, pa.DataType]) -> None:
        self.text = syntax.text
        self.type: pa.DataType = node.type
        self.names: tuple[str, ...] = syntax.names()
        self._node = node
        self._types = {name: types[name] for name in self.names}

    def evaluate(self, columns: Mapping[str, pa.Array], length: int) -> pa.Array:
        """``length`` values of exactly ``type``: row i from row i of each column, whatever the other rows are.

        ``columns`` holds at least ``names``, each of ``length`` rows and of the type that was compiled for (text as a
        dictionary or not). EvaluationError where a row has no value, such as an integer overflow.
        """
        given = {name: self._column(columns, name, length) for name in self.names}
        if not length:
            return nulls(0, self.type)
        try:
            return self._run(Frame(given, length))
        except (Failure, pa.ArrowInvalid, pa.ArrowCapacityError):
            pass  # the careful run says whether any row needs what failed
        try:
            return self._run(Frame(given, length, careful=True))
        except Failure as failure:
            where = f"column {failure.column} of " if failure.column else ""
            raise EvaluationError(f"{failure.problem}, in {where}the expression {self.text!r}") from None
        except (pa.ArrowInvalid, pa.ArrowCapacityError) as error:
            raise EvaluationError(f"{error}, in the expression {self.text!r}") from None

    def _run(self, frame: Frame) -> pa.Array:
        return _clean(dense(self._node, frame))

    def _column(self, columns: Mapping[str, pa.Array], name: str, length: int) -> pa.Array:
        column = columns.get(name)
        if column is None:
            raise EvaluationError(f"the column {name!r} is missing for the expression {self.text!r}")
        if len(column) != length:
            raise EvaluationError(f"the column {name!r} has {len(column)} rows, not {length}")
        if canonical(column.type) != canonical(self._types[name]):
            raise EvaluationError(f"the column {name!r} has type {column.type}, not {self._types[name]}")
        return column

    def __reduce__(self) -> tuple[Callable[..., Expression], tuple[str, dict[str, pa.DataType]]]:
        return compile_expression, (self.text, self._types)

    def __repr__(self) -> str:
        return f"Expression({self.text!r}, {spell(self.type)})"


def _clean(array: pa.Array) -> pa.Array:
    """The array with zeros under its nulls, so that the memory is a function of the values too."""
    if not array.null_count or array.type == TEXT:
        return array
    zero = pa.scalar(0, pa.decimal128(1, 0) if is_decimal(array.type) else pa.int32())
    if array.type.bit_width == 64:
        zero = zero.cast(pa.int64())
    data = array.fill_null(zero.cast(array.type))
    validity = array.is_valid().buffers()[1]
    return pa.Array.from_buffers(array.type, len(array), [validity, data.buffers()[1]], offset=data.offset)


def compile_expression(text: str, types: Mapping[str, pa.DataType]) -> Expression:
    """The expression over columns of these types; ExpressionError says what is wrong with it, and where."""
    syntax = Syntax(text)
    return Expression(syntax, Compiler(syntax, types).compile(), types)


def expression_names(text: str) -> tuple[str, ...]:
    """The columns that a text reads, in order of first mention, ``reference.field`` as one; ExpressionError if bad."""
    return Syntax(text).names()
