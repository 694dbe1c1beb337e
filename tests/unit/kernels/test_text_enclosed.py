"""Rows that say nothing of missing values: what stands around a value stands there only where the value does."""

from __future__ import annotations

import pyarrow as pa
import pytest

from generator.kernels import KernelError
from generator.kernels.text import Quoting, TextColumn, TextLayout
from generator.kernels.text_native import NativeRows
from generator.kernels.text_reference import ReferenceRows

Rows = type[NativeRows | ReferenceRows]
both = pytest.mark.parametrize("rows", [NativeRows, ReferenceRows])


def written(rows: Rows, layout: TextLayout, batch: pa.RecordBatch) -> list[str]:
    return b"".join(rows(batch.schema, layout).write(batch)).decode().splitlines()


def people() -> pa.RecordBatch:
    names = pa.array(["Zoë", None, "", None])
    return pa.record_batch({"name": names, "age": pa.array([41, None, None, 7]), "again": names.dictionary_encode()})


@both
def test_an_element_of_xml_is_there_only_where_its_value_is(rows: Rows) -> None:
    columns = tuple(TextColumn(b"<%s>" % tag, suffix=b"</%s>" % tag) for tag in (b"name", b"age", b"n"))
    layout = TextLayout(columns, suffix=b"</row>\n", enclosed=True, opening=b"<row>")
    assert written(rows, layout, people()) == [
        "<row><name>Zoë</name><age>41</age><n>Zoë</n></row>",
        "<row></row>",
        "<row><name></name><n></n></row>",
        "<row><age>7</age></row>",
    ]


@both
def test_commas_stand_between_the_members_that_there_are(rows: Rows) -> None:
    text = {"quoting": Quoting.ALWAYS}
    columns = (TextColumn(b'"name":', **text), TextColumn(b'"age":'), TextColumn(b'"n":', **text))
    layout = TextLayout(columns, suffix=b"}\n", quote=b'"', enclosed=True, opening=b"{", between=b",")
    assert written(rows, layout, people()) == [
        '{"name":"Zoë","age":41,"n":"Zoë"}',
        "{}",
        '{"name":"","n":""}',
        '{"age":7}',
    ]


@both
def test_a_null_is_its_text_alone_where_it_has_one(rows: Rows) -> None:
    columns = (TextColumn(b"<", b"-", suffix=b">"), TextColumn(b"(", suffix=b")"), TextColumn(b"[", b"?", suffix=b"]"))
    layout = TextLayout(columns, enclosed=True, between=b" ")
    assert written(rows, layout, people()) == ["<Zoë> (41) [Zoë]", "- ?", "<> []", "- (7) ?"]


@both
def test_an_entry_of_a_dictionary_that_is_missing_is_a_missing_value(rows: Rows) -> None:
    entries = pa.array(["a", None, "b"])
    picked = pa.DictionaryArray.from_arrays(pa.array([0, 1, None, 2], pa.int8()), entries)
    batch = pa.record_batch({"x": picked, "y": pa.array([1, 2, 3, 4])})
    layout = TextLayout((TextColumn(b"x=", suffix=b"!"), TextColumn(b"y=")), enclosed=True, between=b";")
    assert written(rows, layout, batch) == ["x=a!;y=1", "y=2", "y=3", "x=b!;y=4"]
    layout = TextLayout((TextColumn(b"x=", b"none", suffix=b"!"), TextColumn(b"y=")), enclosed=True, between=b";")
    assert written(rows, layout, batch) == ["x=a!;y=1", "none;y=2", "none;y=3", "x=b!;y=4"]


@both
def test_a_column_of_nothing_leaves_no_trace_in_an_enclosed_row(rows: Rows) -> None:
    batch = pa.record_batch({"x": pa.nulls(2), "y": pa.array([1, 2]), "z": pa.nulls(2)})
    layout = TextLayout((TextColumn(b"<"), TextColumn(b"("), TextColumn(b"[", b"-")), enclosed=True, between=b",")
    assert written(rows, layout, batch) == ["(1,-", "(2,-"]


@both
def test_a_moment_can_have_another_byte_before_its_time_and_another_mark_of_its_zone(rows: Rows) -> None:
    batch = pa.record_batch(
        {
            unit: pa.array([1_706_704_496 * 10**power], pa.int64()).cast(pa.timestamp(unit, "UTC"))
            for unit, power in (("s", 0), ("ms", 3), ("us", 6), ("ns", 9))
        }
        | {"plain": pa.array([1_706_704_496], pa.int64()).cast(pa.timestamp("s"))}
    )
    columns = tuple(TextColumn(b"|" if at else b"") for at in range(5))
    layout = TextLayout(columns, date_time=b" ", zone=b"+00:00")
    seconds = "2024-01-31 12:34:56"
    fractions = ("", ".000", ".000000", ".000000000")
    expected = [f"{seconds}{fraction}+00:00" for fraction in fractions] + [seconds]
    assert written(rows, layout, batch) == ["|".join(expected)]
    assert written(rows, TextLayout(columns, zone=b""), batch)[0].startswith("2024-01-31T12:34:56|")


@both
def test_any_number_of_bytes_can_be_escaped(rows: Rows) -> None:
    marks = b"\0\n\r\x1a\"'\\%&<>~"
    layout = TextLayout((TextColumn(),), escapes={bytes([mark]): b"[%02x]" % mark for mark in marks})
    word = "plain " * 30
    batch = pa.record_batch({"x": pa.array([word, word + "~", "a'b", marks.decode(), "é"])})
    escaped = "".join(f"[{mark:02x}]" for mark in marks)
    assert written(rows, layout, batch) == [word, word + "[7e]", "a[27]b", escaped, "é"]


@both
def test_rows_come_with_the_places_where_they_begin(rows: Rows) -> None:
    batch = pa.record_batch({"x": pa.array(["a", "", "bcd"])})
    writer = rows(batch.schema, TextLayout((TextColumn(),)))
    data, offsets = writer.rows(batch)
    assert bytes(data[offsets[0] : offsets[-1]]) == b"a\n\nbcd\n"
    assert offsets.tolist() == [0, 2, 3, 7]
    nothing, none = writer.rows(batch.slice(0, 0))
    assert (bytes(nothing), none.tolist()) == (b"", [0])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"opening": b"<"}, "only an enclosed layout"),
        ({"columns": (TextColumn(suffix=b">"),)}, "only an enclosed layout"),
        ({"zone": b"+00:00 UTC"}, "a zone has 6 bytes at most"),
        ({"date_time": b""}, "one byte stands between date and time"),
        ({"columns": (TextColumn(decimals=23),)}, "0 to 22 decimals"),
        ({"nan": b"N" * 33}, "32 bytes at most"),
    ],
)
def test_a_layout_that_makes_no_sense_is_refused(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(KernelError, match=said):
        TextLayout(**{"columns": (TextColumn(),), **wrong})  # type: ignore[arg-type]
