"""Structure: objects, arrays and maps as real Arrow types. A field that is one of several is next door.

What is inside is a column of its own with a key of its own: ``address.city`` does not change when ``address`` gets
another member. Item i of row r is a cell at row ``128 * r + i``, whatever lengths there may be.
"""

from __future__ import annotations

from abc import ABC
from math import prod

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import Field as Option

from generator.cells import Cells
from generator.column import Column
from generator.errors import SeedbedError
from generator.field import Field, Nested, field_type
from generator.fields.bounds import Bounds, check_bounds
from generator.fields.conditional import Conditional
from generator.gathering import common_type
from generator.repeating import SPAN
from generator.schema import AnyField, Name

__all__ = ["Array", "Conditional", "Map", "Object"]

MAX_ITEMS = 100
MAX_MEMBERS = 200
MAX_IN_ROW = 10_000
"""Items of items counted: a batch holds all of its rows' at once."""


@field_type("object", "struct", "record", "json", "nested", "jsonb")
class Object(Field):
    """Several fields as one value: ``{type: object, fields: {street: street_address, city: city}}``."""

    fields: dict[Name, AnyField] = Option(min_length=1, max_length=MAX_MEMBERS)

    examples = (
        {"fields": {"street": {"type": "street_address"}, "city": {"type": "city"}}},
        {"fields": {"size": {"type": "integer", "max": 9}, "label": {"type": "template", "template": "{name}-{size}"}}},
        {"fields": {"deep": {"type": "object", "fields": {"x": {"type": "uuid", "nulls": 0.5}}}}, "nulls": 0.2},
    )

    def nested(self) -> tuple[Nested, ...]:
        return tuple(Nested(name, field, ("fields", name), named=True) for name, field in self.fields.items())

    def _members(self, column: Column) -> list[Column]:
        return [column.inside(name) for name, field in self.fields.items() if not field.hidden]

    def prepare(self, column: Column) -> list[Column]:
        members = self._members(column)
        if not members:
            raise column.wrong("fields", "all of them are hidden", "leave one to be written")
        return members

    def arrow_type(self, column: Column) -> pa.DataType:
        return pa.struct([member.arrow_field() for member in self._members(column)])

    def generate(self, cells: Cells) -> pa.Array:
        members = [cells.evaluation.column(member.name) for member in cells.prepared]
        return pa.StructArray.from_arrays(members, fields=list(cells.column.type))

    def text_width(self, column: Column) -> int:
        return sum(1 + member.text_width for member in self._members(column))

    @property
    def seeded(self) -> bool:
        return any(field.seeded for field in self.fields.values())


class _Repeated(Field, ABC):
    """Several cells a row, as many as ``length`` says."""

    length: Bounds = Option(default=(1, 3), description="How many: n or [min, max].")

    def _lengths(self, column: Column) -> None:
        check_bounds(column, "length", self.length, 0, MAX_ITEMS)
        around = [outer.field for outer in column.around if isinstance(outer.field, _Repeated)]
        most = prod(field.length[1] for field in (self, *around))
        if most > MAX_IN_ROW:
            problem = f"with those around it a row can have {most:,} items, more than {MAX_IN_ROW:,}"
            raise column.wrong("length", problem, "lower it, or that of a field around it")

    def _inside(self, cells: Cells) -> tuple[npt.NDArray[np.int32], dict[str, pa.Array]]:
        """Where each row's items begin, one place more than rows; and the cells of each nested field."""
        low, high = self.length
        counts = cells.below(high - low + 1, start=low, draw="length")
        if cells.skip is not None:
            counts = np.where(cells.skip, 0, counts)
        offsets = np.zeros(len(cells) + 1, dtype=np.int64)
        np.cumsum(counts, out=offsets[1:])
        if int(offsets[-1]) >= 1 << 31:
            raise SeedbedError(f"{cells.column.path()}: more than 2**31 items in one batch; ask for fewer rows")
        places = np.repeat(np.arange(len(cells)), counts)
        rows = cells.rows[places] * np.uint64(SPAN) + (np.arange(len(places)) - offsets[places]).astype(np.uint64)
        found = {}
        for nested in self.nested():
            name = cells.column.inside(nested.name).name
            found[nested.name] = cells.evaluation.repeated(name, places, rows).column(name)
        return offsets.astype(np.int32), found

    def text_width(self, column: Column) -> int:
        inside = sum(column.inside(nested.name).text_width for nested in self.nested())
        return 2 + (inside + 1) * sum(self.length) // 2


@field_type("array", "list", "json_array", "repeating_element", "pylist")
class Array(_Repeated):
    """Several values of one kind: ``{type: array, length: [0, 5], items: {type: word}}``.

    Items that are ``unique`` differ within their row.
    """

    items: AnyField

    examples = (
        {"length": [0, 5], "items": {"type": "choice", "values": ["new", "vip", "churned"]}},
        {"length": 3, "items": {"type": "integer", "min": 1, "max": 6, "unique": True}},
        {"items": {"type": "object", "fields": {"of": {"type": "template", "template": "{name}"}}, "nulls": 0.1}},
    )

    def nested(self) -> tuple[Nested, ...]:
        return (Nested("items", self.items, ("items",), repeated=True),)

    def prepare(self, column: Column) -> None:
        self._lengths(column)

    def arrow_type(self, column: Column) -> pa.DataType:
        return pa.list_(column.inside("items").arrow_field().with_name("item"))

    def generate(self, cells: Cells) -> pa.Array:
        offsets, inside = self._inside(cells)
        return pa.ListArray.from_arrays(pa.array(offsets), inside["items"], type=cells.column.type)


@field_type("map", "dictionary", "key_value")
class Map(_Repeated):
    """Keys with values: ``{type: map, keys: {type: word}, values: {type: integer}}``; no key is twice in a row."""

    keys: AnyField
    values: AnyField

    examples = (
        {"keys": {"type": "choice", "values": ["red", "green", "blue"]}, "values": {"type": "integer", "max": 255}},
        {
            "length": [0, 2],
            "keys": {"type": "pattern", "pattern": "x-??"},
            "values": {"type": "last_name", "nulls": 0.2},
        },
    )

    def nested(self) -> tuple[Nested, ...]:
        keys = self.keys.model_copy(update={"unique": True})
        return (
            Nested("keys", keys, ("keys",), repeated=True),
            Nested("values", self.values, ("values",), repeated=True),
        )

    def prepare(self, column: Column) -> None:
        self._lengths(column)
        keys = column.inside("keys")
        if common_type([keys.type, pa.string()]) is None:
            raise column.wrong("keys", f"keys are {keys.type}, not text", "choose a type of text")
        if keys.nullable:
            raise column.wrong("keys", "a key cannot be null", "drop its nulls and when")

    def arrow_type(self, column: Column) -> pa.DataType:
        return pa.map_(pa.string(), column.inside("values").arrow_field().with_name("value"))

    def generate(self, cells: Cells) -> pa.Array:
        offsets, inside = self._inside(cells)
        keys = inside["keys"].cast(pa.string())
        return pa.MapArray.from_arrays(pa.array(offsets), keys, inside["values"], type=cells.column.type)
