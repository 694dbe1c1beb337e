"""Calls of functions: arguments checked against the table's parameters and brought to their types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from generator.errors import nearest
from generator.expression.errors import ExpressionError
from generator.expression.function import Function, Parameter
from generator.expression.functions import FUNCTIONS, LEFT_OUT, OTHER_NAMES
from generator.expression.nodes import Node
from generator.expression.operands import apply, converged
from generator.expression.syntax import COLUMN_FUNCTION
from generator.expression.types import NULL, spell

FUNCTION_NAMES: Final = frozenset({*FUNCTIONS, COLUMN_FUNCTION})


def call(name: str, arguments: Sequence[Node], column: int) -> Node:
    """The node of a call; ExpressionError where name, number, types or constants do not fit."""
    function = FUNCTIONS.get(name)
    if function is None:
        raise ExpressionError(f"there is no function {name!r}", column, _remedy(name))
    if not function.takes(len(arguments)):
        given = f"{len(arguments)} argument{'' if len(arguments) == 1 else 's'}"
        raise ExpressionError(f"{name}() cannot take {given}", column, function.signature)
    if function.together:
        together = converged(arguments[: function.together], f"{name}()", column)
        arguments = [*together, *arguments[function.together :]]
    values, constants = _sorted(function, arguments)
    types = [value.type for value in values]
    problem = function.check(types, constants) if function.check else None
    if problem:
        raise ExpressionError(f"{name}(): {problem}", column)
    if function.node:
        return function.node(values, column)
    kernel = function.kernel
    assert kernel is not None
    bound = (lambda *given: kernel(*given, *constants)) if constants else kernel
    return apply(bound, values, function.result(types, constants), column, strict=function.strict)


def _remedy(name: str) -> str:
    """What to call instead of a function that there is not."""
    if name in OTHER_NAMES:
        return f"it is called {OTHER_NAMES[name]} here"
    return LEFT_OUT.get(name) or nearest(name, FUNCTION_NAMES)


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
