"""The native text kernel gives the reference's bytes, over random batches of every type in every kind of layout."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.kernels import KernelError
from generator.kernels.text import Quoting, TextColumn, TextLayout
from generator.kernels.text_buffers import address
from generator.kernels.text_native import NativeRows
from generator.kernels.text_reference import ReferenceRows
from tests.laws import format_batches

CONTROLS = {bytes([code]): b"\\u%04x" % code for code in range(0x20)}
LAYOUTS = {
    "comma separated": (Quoting.NEEDED, b"", {"quote": b'"', "escapes": {b'"': b'""'}, "special": b",\r\n"}),
    "all in quotes": (Quoting.ALWAYS, b"NULL", {"quote": b'"', "escapes": {b'"': b'""'}, "special": b",\r\n"}),
    "words for null": (Quoting.NEEDED, b"plain", {"quote": b'"', "escapes": {b'"': b'""'}, "special": b"|\r\n"}),
    "json": (Quoting.ALWAYS, b"null", {"quote": b'"', "escapes": {**CONTROLS, b'"': b'\\"', b"\\": b"\\\\"}}),
    "sql": (Quoting.ALWAYS, b"NULL", {"quote": b"'", "escapes": {b"'": b"''"}, "nan": b"'NaN'::float8"}),
    "xml": (Quoting.NEVER, b"", {"escapes": {b"&": b"&amp;", b"<": b"&lt;", b">": b"&gt;", b'"': b"&quot;"}}),
}


def layout(name: str, columns: int) -> TextLayout:
    quoting, null, rest = LAYOUTS[name]
    prefixes = (b"<first>", *(b"," if at % 3 else b"</long name of a column><x>" for at in range(1, columns)))
    return TextLayout(tuple(TextColumn(prefix, null, quoting) for prefix in prefixes), suffix=b"</row>\n", **rest)


def both(batches: list[pa.RecordBatch], wanted: TextLayout) -> tuple[bytes, bytes]:
    native, reference = NativeRows(batches[0].schema, wanted), ReferenceRows(batches[0].schema, wanted)
    return tuple(b"".join(b"".join(rows.write(batch)) for batch in batches) for rows in (native, reference))  # type: ignore[return-value]


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_native_rows_equal_the_reference_for_any_columns_layout_nulls_and_slice(data: st.DataObject) -> None:
    names = tuple(data.draw(st.lists(st.sampled_from(sorted(format_batches.COLUMNS)), min_size=1, max_size=6)))
    rows = data.draw(st.one_of(st.integers(0, 40), st.sampled_from([511, 512, 513, 1500])))
    nulls = data.draw(st.sampled_from([0.0, 0.01, 0.3, 1.0]))
    batch = format_batches.batch(rows, data.draw(st.integers(0, 2**32)), nulls, names)
    start, length = data.draw(st.integers(0, rows)), data.draw(st.integers(0, rows))
    wanted = layout(data.draw(st.sampled_from(sorted(LAYOUTS))), len(names))
    native, reference = both([batch.slice(start, length), batch.slice(length), batch], wanted)
    assert native == reference


@pytest.mark.parametrize("kind", sorted(LAYOUTS))
@pytest.mark.parametrize("nulls", [0.0, 0.2])
def test_native_rows_equal_the_reference_for_all_types_at_once(kind: str, nulls: float) -> None:
    batch = format_batches.batch(1200, seed=3, nulls=nulls)
    native, reference = both([batch, batch.slice(37, 600)], layout(kind, batch.num_columns))
    assert native == reference


@settings(deadline=None, max_examples=80)
@given(
    values=st.lists(st.none() | st.text(st.characters(codec="utf-8"), max_size=40), max_size=60),
    kind=st.sampled_from(sorted(LAYOUTS)),
)
def test_native_strings_equal_the_reference_for_any_text(values: list[str | None], kind: str) -> None:
    column = pa.array(values, pa.string())
    batch = pa.record_batch({"text": column, "picked": column.dictionary_encode(), "same": column})
    native, reference = both([batch, batch.slice(len(values) // 2)], layout(kind, 3))
    assert native == reference


@settings(deadline=None, max_examples=200)
@given(
    values=st.lists(st.floats() | st.floats(width=32), min_size=1, max_size=50), digits=st.none() | st.integers(0, 22)
)
def test_native_floats_equal_the_reference_for_any_double(values: list[float], digits: int | None) -> None:
    metadata = None if digits is None else {b"digits": str(digits).encode()}
    schema = pa.schema([pa.field("x", pa.float64(), metadata=metadata), pa.field("y", pa.float32(), metadata=metadata)])
    doubles = pa.array(values, pa.float64(), from_pandas=False)
    batch = pa.RecordBatch.from_arrays([doubles, doubles.cast(pa.float32(), safe=False)], schema=schema)
    native, reference = both([batch], TextLayout((TextColumn(), TextColumn(b" "))))
    assert native == reference


@pytest.mark.parametrize("most", [9, 10**8 - 1, 10**8, 10**16 - 1, 10**16, 2**63 - 1])
@pytest.mark.parametrize("scale", [0, 1, 2, 7, 8, 9, 18])
def test_numbers_of_any_size_are_spelled_alike_whatever_the_largest_near_them(most: int, scale: int) -> None:
    values = [v for power in range(19) for v in (10**power - 1, 10**power, -(10**power)) if abs(v) <= most]
    values += [0, most, -most]
    wide = pa.array([Decimal(v).scaleb(-scale) for v in values], pa.decimal128(38, scale))
    batch = pa.record_batch({"a": pa.array(values, pa.int64()), "b": wide})
    native, reference = both([batch], TextLayout((TextColumn(), TextColumn(b";"))))
    assert native == reference


@pytest.mark.parametrize("digits", [0, 1, 2, 6, 8, 9])
def test_rounded_floats_are_spelled_alike_whatever_the_largest_near_them(digits: int) -> None:
    schema = pa.schema([pa.field("x", pa.float64(), metadata={"digits": str(digits)})])
    values = [sign * v / 10**digits for power in range(17) for v in (10**power, 10**power - 1) for sign in (1, -1)]
    for most in (10.0, 1e8, 2.0**52, 2.0**53, float("nan"), float("-inf")):
        kept = [v for v in values if abs(v) * 10**digits <= most or most != most] + [most / 10**digits]
        batch = pa.RecordBatch.from_arrays([pa.array(kept, from_pandas=False)], schema=schema)
        native, reference = both([batch], TextLayout((TextColumn(),)))
        assert native == reference


def test_every_day_of_the_years_1_to_9999_is_spelled_as_the_reference_does() -> None:
    days = np.arange(-719_162, 2_932_897, dtype=np.int32)
    stamps = pa.array(days[::97].astype(np.int64) * 86_400_000 + np.arange(len(days[::97])) * 2_311)
    native, reference = both([pa.record_batch({"x": pa.array(days).cast(pa.date32())})], layout("comma separated", 1))
    assert native == reference
    stamped = pa.record_batch({"x": stamps.cast(pa.timestamp("ms", "UTC"))})
    native, reference = both([stamped], layout("comma separated", 1))
    assert native == reference


@pytest.mark.parametrize("length", [0, 1, 13, 14, 15, 16, 17, 31, 32, 33, 127, 128, 129, 300])
@pytest.mark.parametrize("quoting", [Quoting.NEVER, Quoting.ALWAYS])
def test_prefixes_nulls_and_strings_of_any_length_stand_side_by_side(length: int, quoting: Quoting) -> None:
    word = "x" * length
    text = pa.array([word, None, "", word + "y"] * 3)
    numbers = pa.array([7, None, -1, 10**9] * 3)
    batch = pa.record_batch({"a": numbers, "b": text, "c": text.dictionary_encode(), "d": numbers.cast(pa.bool_())})
    column = TextColumn(b"p" * length, b"n" * length, quoting)
    native, reference = both([batch, batch.slice(5)], TextLayout((column,) * 4, quote=b"'", escapes={b"'": b"''"}))
    assert native == reference


def test_buffers_that_grow_many_times_lose_nothing() -> None:
    texts = pa.array(["x" * (count % 4_000) + '"' * (count % 900) for count in range(3_000)])
    batch = pa.record_batch({"a": texts, "b": texts.dictionary_encode()})
    native, reference = both([batch.slice(0, 1), batch], layout("json", 2))
    assert native == reference


def test_a_dictionary_that_changes_between_batches_is_noticed() -> None:
    batches = [pa.record_batch({"x": pa.array([word, "same"]).dictionary_encode()}) for word in ("one", "two", "three")]
    native, reference = both(batches, TextLayout((TextColumn(),)))
    assert native == reference == b"one\nsame\ntwo\nsame\nthree\nsame\n"


def test_buffers_that_are_not_aligned_are_read_all_the_same() -> None:
    odd = pa.py_buffer(b"\0" + bytes(range(64))).slice(1)
    batch = pa.record_batch({"x": pa.Array.from_buffers(pa.int64(), 8, [None, odd])})
    native, reference = both([batch], TextLayout((TextColumn(),)))
    assert native == reference


def broken_strings(offsets: list[int], data: bytes, width: pa.DataType) -> pa.Array:
    stored = pa.array(offsets, pa.int32() if width == pa.string() else pa.int64()).buffers()[1]
    return pa.Array.from_buffers(width, len(offsets) - 1, [None, stored, pa.py_buffer(data)])


@pytest.mark.parametrize(
    "column",
    [
        broken_strings([0, 5, 3], b"abcde", pa.string()),
        broken_strings([0, 9, 5], b"abcde", pa.large_string()),
        broken_strings([0, -4, 5], b"abcde", pa.large_string()),
        pa.DictionaryArray.from_arrays(pa.array([0, 2], pa.int8()), pa.array(["a", "b"]), safe=False),
        pa.DictionaryArray.from_arrays(pa.array([0, -1], pa.int8()), pa.array(["a", "b"]), safe=False),
        pa.array([2_932_897], pa.int32()).cast(pa.date32()),
        pa.array([86_400_000], pa.int32()).cast(pa.time32("ms")),
        pa.array([-1], pa.int64()).cast(pa.time64("ns")),
        pa.array([2**62], pa.int64()).cast(pa.timestamp("s", "UTC")),
    ],
    ids=["falling", "beyond", "negative", "index", "minus", "year", "day", "early", "late"],
)
def test_buffers_that_do_not_fit_together_are_an_error_and_no_crash(column: pa.Array) -> None:
    batch = pa.RecordBatch.from_arrays([column], names=["x"])
    with pytest.raises(KernelError):
        NativeRows(batch.schema, TextLayout((TextColumn(),))).write(batch)


@pytest.mark.parametrize("buffer", [None, pa.py_buffer(bytes(63))])
def test_a_buffer_that_is_too_short_is_refused_before_the_kernel_sees_it(buffer: pa.Buffer | None) -> None:
    with pytest.raises(KernelError, match="where 64 are needed"):
        address(buffer, 64, 8, [])


@pytest.mark.parametrize("rows", [NativeRows, ReferenceRows])
@pytest.mark.parametrize("data_type", [pa.list_(pa.int8()), pa.struct([("a", pa.int8())]), pa.duration("s")])
def test_a_type_that_no_cell_can_hold_is_refused_by_name(
    rows: type[NativeRows | ReferenceRows], data_type: pa.DataType
) -> None:
    with pytest.raises(KernelError, match=r"column 'x': a text row cannot hold"):
        rows(pa.schema([("x", data_type)]), TextLayout((TextColumn(),)))


@pytest.mark.parametrize("rows", [NativeRows, ReferenceRows])
def test_a_batch_of_another_schema_is_refused(rows: type[NativeRows | ReferenceRows]) -> None:
    writer = rows(pa.schema([("x", pa.int64())]), TextLayout((TextColumn(),)))
    with pytest.raises(KernelError, match="int32"):
        writer.write(pa.record_batch({"x": pa.array([1], pa.int32())}))
