"""A table without nested columns, for formats that have none: CSV and all others of one value a cell.

A struct becomes a column for each member, ``address.city``, at any depth; where the struct is null all of them are. A
list or a map becomes one column of JSON text, ``["a","b"]`` or ``{"key":1}``; an empty one is ``[]`` or ``{}``, a null
one is null. The names cannot clash with others, as field names have no dots. A duration becomes ISO 8601 text. A format
gets this by leaving its ``nested`` false, and sees flat tables only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import pyarrow as pa

from formats.durations import is_duration, iso_texts
from formats.format import Chunk, Encoder, FormatError, TableShape
from formats.json_text import JsonTexts
from formats.nesting import is_listing, members_of

Columns = Callable[[pa.Array], list[pa.Array]]


class Flattening:
    """How the batches of one schema become flat ones, of ``self.schema``."""

    def __init__(self, schema: pa.Schema) -> None:
        self._nested_schema = schema
        self._columns = [_flat(field, field.name, field.nullable) for field in schema]
        fields = [field for fields, _ in self._columns for field in fields]
        self.schema = pa.schema(fields, schema.metadata)

    def batch(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The same rows, flat. FormatError for a batch of other columns."""
        check_columns(batch, self._nested_schema)
        arrays = [
            made for (_, columns), array in zip(self._columns, batch.columns, strict=True) for made in columns(array)
        ]
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema)

    def shape(self, table: TableShape) -> TableShape:
        """What an encoder is told of the flat table; keys with a column that is none any more are left out."""
        return with_own_keys(replace(table, schema=self.schema))


def with_own_keys(table: TableShape) -> TableShape:
    """The table with those of its keys whose columns it has."""
    names = {*table.schema.names}
    primary_key = table.primary_key if names.issuperset(table.primary_key) else ()
    unique = tuple(key for key in table.unique if names.issuperset(key))
    foreign = tuple(key for key in table.foreign_keys if names.issuperset(key.columns))
    return replace(table, primary_key=primary_key, unique=unique, foreign_keys=foreign)


class Converted(Encoder):
    """Another encoder, given other batches than it is handed."""

    def __init__(self, encoder: Encoder, convert: Callable[[pa.RecordBatch], pa.RecordBatch]) -> None:
        self._encoder, self._convert = encoder, convert

    def begin(self) -> Iterable[Chunk]:
        return self._encoder.begin()

    def encode(self, batch: pa.RecordBatch) -> Iterable[Chunk]:
        return self._encoder.encode(self._convert(batch))

    def end(self) -> Iterable[Chunk]:
        yield from self._encoder.end()
        self.tail = self._encoder.tail


def is_flat(schema: pa.Schema) -> bool:
    """Whether a table has only columns that a flat one can have."""
    kinds = (pa.types.is_struct, is_listing, is_duration)
    return not any(test(field.type) for field in schema for test in kinds)


def check_columns(batch: pa.RecordBatch, schema: pa.Schema) -> None:
    """FormatError unless ``batch`` has the columns of ``schema``, type by type."""
    if batch.schema.types != schema.types:
        raise FormatError(f"a batch of {batch.schema.types} where {schema.types} are due")


def _flat(field: pa.Field, name: str, nullable: bool) -> tuple[list[pa.Field], Columns]:
    """The flat fields of one column, and what makes their arrays of its own."""
    if is_listing(field.type):
        texts = JsonTexts(field.with_name(name))
        return [pa.field(name, pa.string(), nullable)], lambda array: [texts.of(array).cast(pa.string())]
    if is_duration(field.type):
        return [pa.field(name, pa.string(), nullable)], lambda array: [iso_texts(array)]
    if not pa.types.is_struct(field.type):
        return [field.with_name(name).with_nullable(nullable)], lambda array: [array]
    inner = [_flat(member, f"{name}.{member.name}", nullable or member.nullable) for member in field.type]

    def columns(array: pa.Array) -> list[pa.Array]:
        members = members_of(array)
        return [made for (_, make), member in zip(inner, members, strict=True) for made in make(member)]

    return [flat for fields, _ in inner for flat in fields], columns
