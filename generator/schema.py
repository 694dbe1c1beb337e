"""The user's document: seed, locale, reference date and tables of fields.

Everything here is the document as written, with defaults; what it means is compiled elsewhere. Unknown keys are
errors. Numbers of rows may be left out where something else decides them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    SerializeAsAny,
    model_validator,
)
from pydantic import Field as Option
from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError

from generator.dirt.option import Dirty
from generator.errors import SchemaError, json_path
from generator.field import Field, field_types
from generator.locales import Locales
from generator.registry import UnknownNameError

MAX_TABLES = 50
MAX_FIELDS = 200
MAX_ROWS = 1 << 62


def _refused(where: tuple[str, ...], kind: str, message: str, value: object) -> ValidationError:
    error = PydanticCustomError(kind, "{message}", {"message": message})
    return ValidationError.from_exception_data(
        "Field", [InitErrorDetails(type=error, loc=where, input=value, ctx={"message": message})]
    )


def parse_field(value: object) -> Field:
    """A field from its options; a text alone is a type with its defaults, as in ``id: uuid``.

    A type may be a preset, which has options of its own: ``md5`` is ``{type: hash, algorithm: md5}``. What the user
    writes beside it goes before them.
    """
    if isinstance(value, Field):
        return value
    if isinstance(value, str):
        value = {"type": value}
    if not isinstance(value, Mapping):
        raise PydanticCustomError("field", "a field is a mapping with a type, such as {type: first_name}")
    name = value.get("type")
    if not isinstance(name, str):
        raise _refused(("type",), "missing", "every field needs a type, such as {type: first_name}", value)
    try:
        cls = field_types.get(name)
    except UnknownNameError as error:
        raise _refused(("type",), "unknown_type", str(error), name) from None
    return cls.model_validate({**field_types.preset(name), **value, "type": field_types.canonical(name)})


AnyField = Annotated[SerializeAsAny[Field], BeforeValidator(parse_field)]


def _seed(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise PydanticCustomError("seed", "a seed is a text or an integer; 42 and '42' are the same one")
    return str(value)


def _whole(value: object) -> object:
    if isinstance(value, bool):
        raise PydanticCustomError("int", "a number of rows is a whole number, not true or false")
    return value


def _day(value: object) -> object:
    if isinstance(value, int | float):
        raise PydanticCustomError("day", "a date is a text such as 2026-01-31")
    return value


def _name(value: str) -> str:
    if not value or len(value) > 128 or value != value.strip():
        raise PydanticCustomError("name", "a name has 1 to 128 characters, none of them a space at an end")
    if value.startswith((".", "-")) or any(c in '/\\."\0' or not c.isprintable() for c in value):
        raise PydanticCustomError(
            "name", "a name has no dot, slash, backslash, double quote or control character, and begins with no '-'"
        )
    return value


Name = Annotated[str, AfterValidator(_name)]
RowCount = Annotated[int, BeforeValidator(_whole), Option(ge=0, le=MAX_ROWS)]


class Table(BaseModel):
    """One table: how many rows, and its fields in the order in which they are written."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows: RowCount | None = None
    fields: dict[Name, AnyField] = Option(min_length=1, max_length=MAX_FIELDS)
    primary_key: tuple[str, ...] = ()
    unique_together: tuple[Annotated[tuple[str, ...], Option(min_length=2, max_length=8)], ...] = ()
    dirty: Dirty = Option(default=None, description="Dirt of the fields that have none of their own, and of rows.")
    description: str | None = Option(default=None, exclude=True)

    @model_validator(mode="before")
    @classmethod
    def _one_key_column(cls, value: Any) -> Any:
        if isinstance(value, Mapping) and isinstance(value.get("primary_key"), str):
            return {**value, "primary_key": [value["primary_key"]]}
        return value


_TABLE_KEYS = ("name", *Table.model_fields)


class Schema(BaseModel):
    """A whole document. ``seed`` is text: 42 and "42" are one seed. There is no hidden default clock."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seed: Annotated[str, BeforeValidator(_seed), Option(max_length=256)] = "0"
    locale: Locales = "en_US"
    reference_date: Annotated[dt.date | None, BeforeValidator(_day)] = Option(
        default=None, description="What 'past' and 'age' are measured from."
    )
    tables: dict[Name, Table] = Option(min_length=1, max_length=MAX_TABLES)
    description: str | None = Option(default=None, exclude=True)

    @model_validator(mode="before")
    @classmethod
    def _one_table(cls, value: Any) -> Any:
        if isinstance(value, Mapping) and "fields" in value and "tables" not in value:
            table = {key: item for key, item in value.items() if key in _TABLE_KEYS[1:]}
            rest = {key: item for key, item in value.items() if key not in _TABLE_KEYS}
            return {**rest, "tables": {value.get("name", "data"): table}}
        return value

    def with_rows(self, rows: int | Mapping[str, int] | None) -> Schema:
        """The same document with other row counts: for its only table, or by table name; KeyError for unknown ones."""
        if rows is None:
            return self
        if not isinstance(rows, Mapping):
            if len(self.tables) != 1:
                raise SchemaError.at(
                    "$.tables",
                    f"one number of rows is given for {len(self.tables)} tables",
                    "give rows by table: orders=1000",
                )
            rows = {next(iter(self.tables)): rows}
        unknown = sorted(set(rows) - set(self.tables))
        if unknown:
            raise KeyError(unknown[0])
        for name, count in rows.items():
            if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= MAX_ROWS:
                place = json_path(("tables", name, "rows"))
                raise SchemaError.at(
                    place, f"{count!r} is no number of rows", f"give a whole number up to {MAX_ROWS:,}"
                )
        tables = {
            name: table.model_copy(update={"rows": rows[name]}) if name in rows else table
            for name, table in self.tables.items()
        }
        return self.model_copy(update={"tables": tables})
