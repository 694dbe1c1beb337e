"""Derived columns: an expression over the row's other fields, and the conditions of ``when``."""

from __future__ import annotations

import pyarrow as pa
from pydantic import Field as Option

from generator.cells import Cells
from generator.column import Column
from generator.expression import Expression, ExpressionError, compile_expression, expression_names
from generator.field import Field, field_type


def names_at(column: Column, option: str, text: str) -> list[str]:
    """The fields that an expression reads; SchemaError at the option where it does not parse."""
    try:
        return list(expression_names(text))
    except ExpressionError as error:
        raise column.wrong(option, f"column {error.column}: {error.problem}", error.remedy) from None


def names_in(text: str) -> tuple[str, ...]:
    """The fields that an expression reads; none where it does not parse, which ``compile_at`` says."""
    try:
        return expression_names(text)
    except ExpressionError:
        return ()


def compile_at(column: Column, option: str, text: str, *, boolean: bool = False) -> Expression:
    """The expression compiled where the column stands; SchemaError at the option where it does not type."""
    types = {name: column.source(name).type for name in names_at(column, option, text)}
    try:
        found = compile_expression(text, types)
    except ExpressionError as error:
        raise column.wrong(option, f"column {error.column}: {error.problem}", error.remedy) from None
    if boolean and not pa.types.is_boolean(found.type):
        raise column.wrong(
            option, f"it is {found.type}, not true or false", "compare something, as in status == 'paid'"
        )
    return found


@field_type("expression", "formula", "computed")
class ExpressionField(Field):
    """A value computed from other fields of the row: ``{type: expression, value: "first_name + ' ' + last_name"}``."""

    value: str = Option(min_length=1, max_length=4096)

    examples = ({"value": "name + ' of ' + parent.name"}, {"value": "amount * 2 if id % 2 == 0 else amount"})

    def sources(self) -> tuple[str, ...]:
        return names_in(self.value)

    def prepare(self, column: Column) -> Expression:
        return compile_at(column, "value", self.value)

    def may_be_null(self, column: Column) -> bool:
        return True

    def arrow_type(self, column: Column) -> pa.DataType:
        found: Expression = column.prepared
        return found.type

    def generate(self, cells: Cells) -> pa.Array:
        found: Expression = cells.prepared
        return found.evaluate({name: cells.source(name) for name in found.names}, len(cells))
