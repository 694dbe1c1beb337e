"""Protocol Buffers: bytes that the documentation shows, the .proto file beside them, what has no form of its own."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import chdb
import pyarrow as pa
import pytest
from google.protobuf.proto import parse_length_prefixed, serialize_length_prefixed

from formats import FormatError, Place, TableShape, Written, format_named
from formats.protobuf_schema import field_numbers
from generator import SchemaError
from tests.laws import format_batches
from tests.laws.readers.proto_language import message_class
from tests.laws.test_formats import part

PROTOBUF = format_named("protobuf")
TEXT = pa.field("item", pa.string(), nullable=False)
NUMBER = pa.field("item", pa.int32(), nullable=False)


def written(batch: pa.RecordBatch) -> bytes:
    data, _ = part(PROTOBUF, [batch], Place(), TableShape("people", batch.schema))
    return data


def column(array: pa.Array, name: str = "a") -> bytes:
    return written(pa.record_batch({name: array}))


def proto(schema: pa.Schema, name: str = "people", **options: Any) -> str:
    chosen = format_named({"type": "protobuf", **options})
    (text,) = chosen.companions([Written(TableShape(name, schema), ())]).values()
    return text.decode()


def messages(batch: pa.RecordBatch) -> list[Any]:
    kind, stream = message_class(proto(batch.schema)), io.BytesIO(written(batch))
    return list(iter(lambda: parse_length_prefixed(kind, stream), None))


def test_messages_have_the_bytes_of_the_documentations_examples_behind_their_length() -> None:
    assert column(pa.array([150], pa.int32())) == b"\x03" + b"\x08\x96\x01"
    second = pa.record_batch({"a": pa.array([None], pa.int32()), "b": pa.array(["testing"])})
    assert written(second) == b"\x09" + b"\x12\x07testing"
    packed = pa.RecordBatch.from_arrays([pa.array([[3, 270, 86942]], pa.list_(NUMBER))], names=["a"])
    assert written(packed) == b"\x08" + b"\x0a\x06\x03\x8e\x02\x9e\xa7\x05"
    inner = pa.array([{"a": 150}], pa.struct([("a", pa.int32())]))
    assert column(inner) == b"\x05" + b"\x0a\x03\x08\x96\x01"


def test_the_file_beside_the_data_describes_its_messages() -> None:
    schema = pa.schema(
        [
            ("id", pa.int64()),
            ("first name", pa.string()),
            ("joined", pa.timestamp("ms", "UTC")),
            ("address", pa.struct([("city", pa.string()), ("zip_code", pa.uint16())])),
            ("tags", pa.list_(TEXT)),
            ("marks", pa.list_(pa.float64())),
            ("counts", pa.map_(pa.string(), NUMBER)),
        ]
    )
    assert proto(schema, "good_friends", package="com.example") == (
        'syntax = "proto3";\n\npackage com.example;\n\nimport "google/protobuf/timestamp.proto";\n\n'
        "message GoodFriends {\n"
        "  message Address {\n"
        "    optional string city = 1;\n"
        '    optional uint32 zip_code = 2 [json_name = "zip_code"];\n'
        "  }\n\n"
        "  message MarksItem {\n"
        "    optional double value = 1;\n"
        "  }\n\n"
        "  optional int64 id = 1;\n"
        '  optional string first_name = 2 [json_name = "first name"];\n'
        "  optional google.protobuf.Timestamp joined = 3;\n"
        "  optional Address address = 4;\n"
        "  repeated string tags = 5;\n"
        "  repeated MarksItem marks = 6;\n"
        "  map<string, int32> counts = 7;\n"
        "}\n"
    )


def test_googles_runtime_writes_the_same_bytes_for_the_same_messages() -> None:
    names = [name for name in format_batches.ALL if "map" not in name and "levels" not in name]
    batch = format_batches.batch(100, seed=6, names=tuple(names))
    again = io.BytesIO()
    for message in messages(batch):
        serialize_length_prefixed(message, again)
    assert again.getvalue() == written(batch)


def test_a_missing_value_is_not_there_and_an_empty_one_is() -> None:
    batch = pa.record_batch({"n": pa.array([0, None]), "s": pa.array(["", None]), "b": pa.array([False, None])})
    assert [[kind.HasField(name) for name in "nsb"] for kind in messages(batch)] == [[True] * 3, [False] * 3]
    assert written(batch) == b"\x06\x08\x00\x12\x00\x18\x00" + b"\x00"


def test_items_that_may_be_missing_stand_in_messages_of_their_own() -> None:
    lists = pa.array([["a", None, ""], [], None])
    nested = pa.array([[[1], []], [], None], pa.list_(pa.field("item", pa.list_(NUMBER), nullable=False)))
    first, *others = messages(pa.record_batch({"maybe": lists, "nested": nested}))
    assert [item.HasField("value") for item in first.maybe] == [True, False, True]
    assert [list(item.value) for item in first.nested] == [[1], []]
    assert all(not message.maybe and not message.nested for message in others)


def test_moments_and_lengths_of_time_are_seconds_and_nanoseconds() -> None:
    moments = pa.array([0, -1, 1_500], pa.int64()).cast(pa.timestamp("ms", "UTC"))
    lengths = pa.array([0, -1, -1_500], pa.int64()).cast(pa.duration("ms"))
    found = messages(pa.record_batch({"at": moments, "took": lengths}))
    assert [(each.at.seconds, each.at.nanos) for each in found] == [(0, 0), (-1, 999_000_000), (1, 500_000_000)]
    assert [(each.took.seconds, each.took.nanos) for each in found] == [(0, 0), (0, -1_000_000), (-1, -500_000_000)]
    assert all(each.HasField("at") and each.HasField("took") for each in found)


HOSTILE = (
    "first name", "first_name", "firstName", "id", "_id", "2nd", "message", 'a "q" \\ \n é [x]', "[x]", "", "größe",
    "Address", "address", "string", "optional", "repeated", "map", "reserved", "oneof", "a_", "A", "a__", "m_entry",
    "google", "package", "import",
)  # fmt: skip


def test_googles_parser_takes_the_file_whatever_columns_are_called(tmp_path: Path) -> None:
    """ClickHouse reads .proto files by it; the types that Google provides are not with it, so one is made."""
    struct = pa.array([{"city": "Leeds"}, None])
    arrays = [
        struct if "ddress" in name or name == "m_entry" else pa.array([at, None]) for at, name in enumerate(HOSTILE)
    ]
    arrays += [
        pa.array([[("k", 1)], []], pa.map_(pa.string(), NUMBER)),
        pa.array([0, 1]).cast(pa.timestamp("s", "UTC")),
    ]
    batch = pa.RecordBatch.from_arrays(arrays, names=[*HOSTILE, "m", "at"])
    known = tmp_path / "google" / "protobuf" / "timestamp.proto"
    known.parent.mkdir(parents=True)
    timestamp = "message Timestamp { int64 seconds = 1; int32 nanos = 2; }"
    known.write_text(f'syntax = "proto3"; package google.protobuf; {timestamp}')
    (tmp_path / "people.proto").write_text(proto(batch.schema))
    (tmp_path / "data.binpb").write_bytes(written(batch))
    source = f"file('{tmp_path}/data.binpb', 'Protobuf') SETTINGS format_schema = '{tmp_path}/people.proto:People'"
    found = chdb.query(f"SELECT id, _id, first_name_3, google, m, at.seconds FROM {source}", "ArrowTable")
    assert [column.to_pylist() for column in found.columns] == [
        [3, 0],
        [4, 0],
        [0, 0],
        [23, 0],
        [[("k", 1)], []],
        [0, 1],
    ]


def test_maps_have_entries_of_different_names_whatever_they_are_called() -> None:
    """The language names the message of an entry after its map; Google's runtimes want no digit first in it."""
    names = ["a", "A", "_a", "2", "日", "本", "_", "x", "XEntry"]
    words = pa.map_(pa.string(), NUMBER)
    schema = pa.schema([pa.field(name, pa.int64() if name == "XEntry" else words) for name in names])
    described = message_class(proto(schema)).DESCRIPTOR
    assert [field.json_name for field in described.fields] == names
    assert len({field.message_type.name for field in described.fields if field.message_type}) == len(names) - 1


def test_tables_with_names_that_are_nearly_the_same_have_files_and_messages_of_their_own() -> None:
    shapes = [Written(TableShape(name, pa.schema([("x", pa.int8())])), ()) for name in ("a b", "a_b", "A/b", "AB")]
    found = PROTOBUF.companions(shapes)
    assert [*found] == ["a_b_2.proto", "a_b.proto", "A_b_3.proto", "AB.proto"]
    kinds = [text.decode().split("message ")[1].split(" ")[0] for text in found.values()]
    assert kinds == ["AB", "AB_2", "AB_3", "AB_4"]


def test_field_numbers_leave_out_those_that_are_reserved() -> None:
    assert [*field_numbers(3)] == [1, 2, 3]
    assert [*field_numbers(19_001)][-3:] == [18_999, 20_000, 20_001]


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ([], "the table has no columns"),
        ([("x", pa.list_(pa.struct([])))], r"column 'x\[\].value' has no members"),
        ([("x", pa.map_(pa.float64(), pa.string()))], "column 'x': keys of double are none that a map"),
        ([("x", pa.month_day_nano_interval())], "column 'x': Protobuf has no type for month_day_nano"),
    ],
)
def test_what_messages_cannot_hold_is_refused_at_once(schema: list[Any], said: str) -> None:
    with pytest.raises(FormatError, match=said):
        PROTOBUF.encoder(TableShape("t", pa.schema(schema)), Place())


@pytest.mark.parametrize(
    ("package", "said"),
    [("com.2nd", "a package is names with dots between"), ("com.google", "would hide google.protobuf")],
)
def test_packages_that_make_no_sense_are_refused(package: str, said: str) -> None:
    with pytest.raises(SchemaError, match=said) as caught:
        format_named({"type": "protobuf", "package": package})
    assert caught.value.mistakes[0].path == "$.format.package"
