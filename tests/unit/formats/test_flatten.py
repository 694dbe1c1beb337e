"""Nested columns in formats that have one value a cell."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

import pyarrow as pa
import pytest

from formats import Chunk, Encoder, Format, FormatError, Place, TableShape, format_named
from formats.flatten import Flattening

CITY = pa.struct([pa.field("name", pa.string(), nullable=False), pa.field("zip", pa.int32())])
HOME = pa.struct([pa.field("city", CITY), pa.field("rooms", pa.list_(pa.string()))])
SCHEMA = pa.schema(
    [pa.field("id", pa.int64(), nullable=False), pa.field("home", HOME), pa.field("tags", pa.map_("string", "int8"))]
)
ROWS = [
    {"id": 1, "home": {"city": {"name": "Bern", "zip": 3000}, "rooms": ["hall", "bath, small"]}, "tags": [("a", 1)]},
    {"id": 2, "home": {"city": None, "rooms": []}, "tags": []},
    {"id": 3, "home": None, "tags": None},
]
BATCH = pa.RecordBatch.from_pylist(ROWS, schema=SCHEMA)


class Recorder(Encoder):
    """Keeps what it is given."""

    def __init__(self, table: TableShape) -> None:
        self.table, self.batches = table, list[pa.RecordBatch]()

    def begin(self) -> Iterable[Chunk]:
        return []

    def encode(self, batch: pa.RecordBatch) -> Iterable[Chunk]:
        self.batches.append(batch)
        return []

    def end(self) -> Iterable[Chunk]:
        self.tail = b"tail"
        return []


class Flat(Format):
    """Says nothing of nested columns, so it gets none."""

    suffix: ClassVar[str] = "flat"
    media_type: ClassVar[str] = "text/plain"
    given: ClassVar[list[Recorder]] = []

    def encoder(self, table: TableShape, place: Place) -> Encoder:
        self.given.append(Recorder(table))
        return self.given[-1]


class Nested(Flat):
    """Takes nested columns as they are."""

    nested: ClassVar[bool] = True

    def encoder(self, table: TableShape, place: Place) -> Encoder:
        return Recorder(table)


def csv(**options: Any) -> str:
    encoder = format_named({"type": "csv", **options}).encoder(TableShape("t", SCHEMA), Place())
    return b"".join([*encoder.begin(), *encoder.encode(BATCH), *encoder.end()]).decode()


def test_csv_has_a_column_for_each_member_and_json_for_lists_and_maps() -> None:
    assert csv().splitlines() == [
        "id,home.city.name,home.city.zip,home.rooms,tags",
        '1,Bern,3000,"[""hall"",""bath, small""]","{""a"":1}"',
        "2,,,[],{}",
        "3,,,,",
    ]


def test_a_missing_struct_is_a_missing_value_in_all_its_columns() -> None:
    assert csv(null="NULL", header=False).splitlines()[2] == "3,NULL,NULL,NULL,NULL"


def test_a_table_of_one_struct_of_one_member_has_no_blank_lines() -> None:
    batch = pa.record_batch({"a": pa.array([{"b": None}, {"b": 1}], pa.struct([("b", pa.int8())]))})
    encoder = format_named("csv").encoder(TableShape("t", batch.schema), Place())
    assert b"".join([*encoder.begin(), *encoder.encode(batch)]) == b'a.b\n""\n1\n'


def test_members_can_be_null_where_the_struct_around_them_can() -> None:
    flat = Flattening(SCHEMA)
    assert {field.name: field.nullable for field in flat.schema} == {
        "id": False, "home.city.name": True, "home.city.zip": True, "home.rooms": True, "tags": True,
    }  # fmt: skip
    assert flat.batch(BATCH).validate(full=True) is None


def test_digits_of_a_member_stay_with_its_column() -> None:
    digits = pa.field("x", pa.float64(), metadata={"digits": "2"})
    assert Flattening(pa.schema([("s", pa.struct([digits]))])).schema.field("s.x").metadata == {b"digits": b"2"}


def test_keys_with_a_column_that_is_none_any_more_are_left_out() -> None:
    table = TableShape("t", SCHEMA, ("id",), (("id",), ("home", "id"), ("tags",)))
    flat = Flattening(SCHEMA).shape(table)
    assert (flat.primary_key, flat.unique) == (("id",), (("id",), ("tags",)))


def test_a_format_that_says_nothing_of_nesting_is_given_flat_tables_only() -> None:
    encoder = Flat().encoder(TableShape("t", SCHEMA), Place())
    given = Flat.given[-1]
    list(encoder.encode(BATCH.slice(1)))
    list(encoder.end())
    assert given.table.schema.names == ["id", "home.city.name", "home.city.zip", "home.rooms", "tags"]
    assert given.batches[0].schema == given.table.schema
    assert given.batches[0].column(3).to_pylist() == ["[]", None]
    assert encoder.tail == b"tail"


def test_a_format_that_takes_nested_columns_is_given_them() -> None:
    encoder = Nested().encoder(TableShape("t", SCHEMA), Place())
    assert isinstance(encoder, Recorder)
    assert encoder.table.schema == SCHEMA


def test_a_flat_table_is_handed_on_as_it_is() -> None:
    encoder = Flat().encoder(TableShape("t", pa.schema([("a", pa.int8())])), Place())
    assert encoder is Flat.given[-1]


def test_a_batch_of_other_columns_is_refused() -> None:
    with pytest.raises(FormatError, match="a batch of"):
        Flattening(SCHEMA).batch(pa.record_batch({"id": [1]}))
