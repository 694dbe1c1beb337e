"""Calls of functions: arguments checked against the table's parameters and brought to their types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from generator.errors import nearest
from generator.expression.errors import ExpressionError
from generator.expression.function import Function, Parameter
from generator.expression.functions import FUNCTIONS
from generator.expression.nodes import Node
from generator.expression.operands import apply, converged, joined
from generator.expression.syntax import COLUMN_FUNCTION
from generator.expression.types import NULL, TEXT, spell

CONCAT: Final = "concat"
FUNCTION_NAMES: Final = frozenset({*FUNCTIONS, CONCAT, COLUMN_FUNCTION})
_CONCAT_SIGNATURE: Final = "concat(text: text, text: text, ...)"


def call(name: str, arguments: Sequence[Node], column: int) -> Node:
    """The node of a call; ExpressionError where name, number, types or constants do not fit."""
    if name == CONCAT:
        return _concat(arguments, column)
    function = FUNCTIONS.get(name)
    if function is None:
        raise ExpressionError(f"there is no function {name!r}", column, nearest(name, FUNCTION_NAMES))
    if not function.takes(len(arguments)):
        raise _count_error(name, len(arguments), function.signature, column)
    if function.together:
        together = converged(arguments[: function.together], f"{name}()", column)
        arguments = [*together, *arguments[function.together :]]
    values, constants = _sorted(function, arguments)
    types = [value.type for value in values]
    problem = function.check(types, constants) if function.check else None
    if problem:
        raise ExpressionError(f"{name}(): {problem}", column)
    kernel = function.kernel
    bound = (lambda *given: kernel(*given, *constants)) if constants else kernel
    return apply(bound, values, function.result(types, constants), column, strict=function.strict)


def _concat(arguments: Sequence[Node], column: int) -> Node:
    if not arguments:
        raise _count_error(CONCAT, 0, _CONCAT_SIGNATURE, column)
    for argument in arguments:
        if argument.type != TEXT:
            remedy = "str(...) turns a value into text"
            raise ExpressionError(f"concat() needs text, not {spell(argument.type)}", argument.column, remedy)
    return joined(arguments, column)


def _count_error(name: str, count: int, signature: str, column: int) -> ExpressionError:
    given = f"{count} argument{'' if count == 1 else 's'}"
    return ExpressionError(f"{name}() cannot take {given}", column, signature)


def _sorted(function: Function, arguments: Sequence[Node]) -> tuple[list[Node], list[Any]]:
    """The arguments that are values, and those that are constants as Python's own."""
    values, constants = [], []
    for index, argument in enumerate(arguments):
        parameter = function.parameter(index)
        if not parameter.kind.accepts(argument.type):
            found = "null" if argument.type == NULL else spell(argument.type)
            raise ExpressionError(
                f"{function.name}() needs {parameter.kind.name} for {parameter.name}, not {found}",
                argument.column,
                function.signature,
            )
        if parameter.constant:
            constants.append(_constant(function, parameter, argument))
        else:
            values.append(argument)
    return values, constants


def _constant(function: Function, parameter: Parameter, argument: Node) -> Any:
    scalar = argument.constant
    value = scalar.as_py() if scalar is not None else None
    if value is None:
        problem = f"{parameter.name} of {function.name}() must be a literal"
        raise ExpressionError(problem, argument.column, function.signature)
    if parameter.choices and value not in parameter.choices:
        problem = f"{value[:40]!r} is no {parameter.name} of {function.name}()"
        raise ExpressionError(problem, argument.column, nearest(value, parameter.choices))
    if isinstance(value, int) and not parameter.low <= value <= parameter.high:
        problem = f"{parameter.name} of {function.name}() must be from {parameter.low} to {parameter.high}"
        raise ExpressionError(problem, argument.column, f"not {value}")
    return value
