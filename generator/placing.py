"""What a field may not be where it stands: in a group, inside another field, in a cell that is there many times."""

from __future__ import annotations

from generator.column import Column
from generator.errors import SchemaError
from generator.field import ExactShare, field_types

MAX_DEPTH = 5
"""Levels of nesting, the table's own fields counted."""


def check_place(column: Column) -> None:
    """SchemaError where the field's options do not go with its place or its group."""
    field = column.field
    if column.place.depth > MAX_DEPTH:
        raise column.wrong("", f"it is nested more than {MAX_DEPTH} levels deep", "flatten the fields around it")
    if field.group is not None:
        _check_group(column)
    if column.place.depth > 1 and getattr(field, "per_parent", None):
        raise column.wrong("per_parent", "it is for fields of the table itself", "move the reference out, or drop it")
    if column.place.repeated and (field.depends_on_rows or isinstance(field.nulls, ExactShare)):
        option = "nulls" if isinstance(field.nulls, ExactShare) else ""
        problem = "inside an array or a map nothing can depend on the number of rows"
        raise column.wrong(option, problem, "drop exact shares and per_parent there")


def _check_group(column: Column) -> None:
    field = column.field
    if not field.groups:
        able = ", ".join(name for name, cls in field_types if cls.groups)
        raise column.wrong(
            "group", f"a field of type {field.type} shares nothing with a group", f"groups are for {able}"
        )
    if field.unique and not field.unique_by_number:
        raise column.wrong("unique", "a value that never repeats cannot agree with its group", "drop group or unique")
    for mate in column.mates:
        if mate.field.locale is not None and field.locale not in (None, mate.field.locale):
            raise _differ(column, mate)


def _differ(column: Column, mate: Column) -> SchemaError:
    problem = f"{mate.name!r} of the same group has the locale {mate.field.locale!r}"
    return column.wrong("locale", problem, "give a group one locale, at one of its fields")
