"""Rows of text and of bytes: native == reference for any layout, columns, nulls and slices, and both are right."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.kernels import KernelError
from generator.kernels.text import FINISHED, Quoting, Spelling, TextColumn, TextLayout
from generator.kernels.text_native import NativeRows
from generator.kernels.text_reference import ReferenceRows
from generator.kernels.text_reference_values import varint
from generator.kernels.text_types import check_type
from tests.laws import format_batches

NAMES = sorted({**format_batches.COLUMNS, **format_batches.DURATIONS})
MARKS = st.frozensets(st.sampled_from([bytes([code]) for code in range(0x80)]), max_size=14)
AROUND = st.sampled_from([b"", b"<", b",", b"</a><b>", b"</a long name><of a column>", b"\xff" * 150])
NULLS = st.sampled_from([b"", b"", b"null", b"\x00", b"plain", b"nothing " * 30])
ROWS = st.one_of(st.integers(0, 40), st.sampled_from([511, 512, 513, 1100]))


def holds(data_type: pa.DataType, spelling: Spelling) -> bool:
    try:
        check_type("x", data_type, spelling)
    except KernelError:
        return False
    return True


@st.composite
def columns_of(draw: st.DrawFn, data_type: pa.DataType, enclosed: bool) -> TextColumn:
    """How a column of this type may be written."""
    spelling = draw(st.sampled_from([spelling for spelling in Spelling if holds(data_type, spelling)]))
    quoting = draw(st.sampled_from(Quoting)) if spelling is Spelling.TEXT else Quoting.NEVER
    decimals = draw(st.none() | st.integers(0, 22))
    suffix = draw(AROUND) if enclosed else b""
    return TextColumn(draw(AROUND), draw(NULLS), quoting, False, suffix, spelling, decimals)


@st.composite
def layouts_of(draw: st.DrawFn, schema: pa.Schema, enclosed: bool) -> TextLayout:
    """Any layout of these columns."""
    escapes = {mark: draw(st.sampled_from([b"\\" + mark, b"&#x20ac;", mark])) for mark in draw(MARKS)}
    return TextLayout(
        tuple(draw(columns_of(field.type, enclosed)) for field in schema),
        suffix=draw(AROUND),
        quote=b'"',
        escapes=escapes,
        special=b"".join(sorted(draw(MARKS))),
        enclosed=enclosed,
        opening=draw(AROUND) if enclosed else b"",
        between=draw(AROUND) if enclosed else b"",
        date_time=draw(st.sampled_from([b"T", b" "])),
        zone=draw(st.sampled_from([b"Z", b"", b"+00:00"])),
        nan=b"nothing that is a number at all.",
    )


def agreed(batches: list[pa.RecordBatch], layout: TextLayout) -> bytes:
    """What both write of these batches, by each of the three ways to ask."""
    native, reference = NativeRows(batches[0].schema, layout), ReferenceRows(batches[0].schema, layout)
    for batch in batches:
        assert b"".join(native.write(batch)) == b"".join(reference.write(batch))
        (data, offsets), (wanted, places) = native.rows(batch), reference.rows(batch)
        assert bytes(data) == bytes(wanted)
        assert offsets.tolist() == places.tolist()
        texts = native.texts(batch)
        assert texts.type == pa.large_string()
        assert [len(batch), bytes(data)] == [len(texts), texts.buffers()[2].to_pybytes()]
    return b"".join(b"".join(native.write(batch)) for batch in batches)


@settings(deadline=None, max_examples=120)
@given(data=st.data(), enclosed=st.booleans())
def test_native_rows_equal_the_reference_for_any_layout_of_any_columns(data: st.DataObject, enclosed: bool) -> None:
    names = tuple(data.draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=6)))
    rows, nulls = data.draw(ROWS), data.draw(st.sampled_from([0.0, 0.0, 0.01, 0.3, 1.0]))
    batch = format_batches.batch(rows, data.draw(st.integers(0, 2**32)), nulls, names)
    start, length = data.draw(st.integers(0, rows)), data.draw(st.integers(0, rows))
    layout = data.draw(layouts_of(batch.schema, enclosed))
    agreed([batch.slice(start, length), batch.slice(length), batch], layout)


@pytest.mark.parametrize("spelling", [Spelling.ZIGZAG, Spelling.VARINT, Spelling.BYTES])
@pytest.mark.parametrize("enclosed", [False, True])
def test_native_binary_rows_equal_the_reference_for_all_types_at_once(spelling: Spelling, enclosed: bool) -> None:
    batch = format_batches.batch(700, 5, 0.2, tuple(NAMES))
    held = [name for name, field in zip(NAMES, batch.schema, strict=True) if holds(field.type, spelling)]
    batch = batch.select([NAMES.index(name) for name in held])
    column = TextColumn(b"\x02", b"\x00", spelling=spelling)
    agreed([batch, batch.slice(37, 600)], TextLayout((column,) * len(held), b"", enclosed=enclosed))


@settings(deadline=None)
@given(
    present=st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), max_size=30),
    nulls=st.tuples(*[st.sampled_from([b"", b"none"])] * 3),
    never=st.sets(st.integers(0, 2)),
)
def test_what_stands_between_cells_is_there_once_between_each_two(
    present: list[tuple[bool, bool, bool]], nulls: tuple[bytes, ...], never: set[int]
) -> None:
    rows = [[here or at in never for at, here in enumerate(row)] for row in present]
    arrays = [pa.array(["v" if row[at] else None for row in rows], pa.string()) for at in range(3)]
    columns = tuple(TextColumn(b"(", null, suffix=b")") for null in nulls)
    layout = TextLayout(columns, suffix=b"]\n", enclosed=True, opening=b"[", between=b", ")
    batch = pa.RecordBatch.from_arrays(arrays, names=["a", "b", "c"])
    cells = [["(v)" if here else null.decode() for here, null in zip(row, nulls, strict=True)] for row in rows]
    wanted = "".join(f"[{', '.join(cell for cell in row if cell)}]\n" for row in cells)
    assert agreed([batch], layout).decode() == wanted


@settings(deadline=None)
@given(numbers=st.lists(st.integers(-(2**63), 2**63 - 1) | st.integers(-300, 300), min_size=1, max_size=40))
def test_a_variable_length_number_reads_back(numbers: list[int]) -> None:
    batch = pa.record_batch({"x": pa.array(numbers, pa.int64())})
    for spelling in (Spelling.ZIGZAG, Spelling.VARINT):
        data = agreed([batch], TextLayout((TextColumn(spelling=spelling),), b""))
        assert data == b"".join(varint(number, spelling is Spelling.ZIGZAG) for number in numbers)
        for number in numbers:
            end = next(at for at, byte in enumerate(data) if byte < 0x80) + 1
            read = sum((byte & 0x7F) << 7 * at for at, byte in enumerate(data[:end]))
            signed = read - 2**64 if read >= 2**63 else read
            assert number == (read >> 1 ^ -(read & 1) if spelling is Spelling.ZIGZAG else signed)
            data = data[end:]


@settings(deadline=None, max_examples=150)
@given(values=st.lists(st.floats() | st.floats(width=32), min_size=1, max_size=40), decimals=st.integers(0, 22))
def test_floats_of_fixed_decimals_agree_and_are_the_nearest(values: list[float], decimals: int) -> None:
    doubles = pa.array(values, pa.float64(), from_pandas=False)
    batch = pa.record_batch({"x": doubles, "y": doubles.cast(pa.float32(), safe=False)})
    column = TextColumn(decimals=decimals)
    lines = agreed([batch], TextLayout((column, TextColumn(b" ", decimals=decimals)))).decode().splitlines()
    for value, line in zip(values, lines, strict=True):
        word = line.split()[0]
        if abs(value) * 10.0**decimals < 2**50:
            assert len(word.partition(".")[2]) == decimals
            assert abs(float(word) - value) <= 0.5 * 10.0**-decimals + abs(value) * 1e-15


@settings(deadline=None, max_examples=100)
@given(
    values=st.lists(st.none() | st.text(st.characters(codec="utf-8"), max_size=90), max_size=40),
    marks=st.frozensets(st.integers(0, 0x7F), min_size=1),
    quoting=st.sampled_from(Quoting),
)
def test_any_set_of_bytes_can_be_special(values: list[str | None], marks: frozenset[int], quoting: Quoting) -> None:
    texts = pa.array(values, pa.string())
    batch = pa.record_batch({"a": texts, "b": texts.dictionary_encode()})
    escapes = {bytes([mark]): b"\\x%02x" % mark for mark in marks}
    layout = TextLayout((TextColumn(b"", b"-", quoting),) * 2, quote=b"'", escapes=escapes)
    agreed([batch, batch.slice(len(values) // 3)], layout)


@settings(deadline=None)
@given(cells=st.lists(st.binary(max_size=60), min_size=1, max_size=30), data=st.data())
def test_finished_cells_of_any_bytes_are_written_as_they_are(cells: list[bytes], data: st.DataObject) -> None:
    picks = data.draw(st.lists(st.none() | st.integers(0, len(cells) - 1), max_size=40))
    stored = pa.array(cells, pa.large_binary())
    texts = pa.Array.from_buffers(pa.large_string(), len(cells), stored.buffers())
    finished = pa.DictionaryArray.from_arrays(pa.array(picks, pa.int32()), texts, safe=False)
    batch = pa.RecordBatch.from_arrays([finished], schema=pa.schema([("x", FINISHED)]))
    layout = TextLayout((TextColumn(b"<", b"-", finished=True, suffix=b">"),), b"", enclosed=True)
    wanted = b"".join(b"-" if pick is None else b"<" + cells[pick] + b">" for pick in picks)
    assert agreed([batch, batch.slice(len(picks) // 2), batch.slice(0, 0)][:1], layout) == wanted
    agreed([batch.slice(len(picks) // 2), batch.slice(0, 0)], layout)


@pytest.mark.parametrize("spelling", [Spelling.ZIGZAG, Spelling.BYTES])
def test_offsets_that_point_outside_are_an_error_in_binary_rows_too(spelling: Spelling) -> None:
    stored = [None, pa.array([0, 9, 5], pa.int32()).buffers()[1], pa.py_buffer(b"abcde")]
    batch = pa.record_batch({"x": pa.Array.from_buffers(pa.string(), 2, stored)})
    with pytest.raises(KernelError, match="string offsets that fall"):
        NativeRows(batch.schema, TextLayout((TextColumn(spelling=spelling),))).write(batch)


@pytest.mark.parametrize("pick", [3, -1])
@pytest.mark.parametrize("rows", [NativeRows, ReferenceRows])
def test_an_index_of_no_entry_is_an_error_where_entries_are_missing_too(
    rows: type[NativeRows | ReferenceRows], pick: int
) -> None:
    entries = pa.array(["a", None, "b"])
    picked = pa.DictionaryArray.from_arrays(pa.array([0, pick], pa.int8()), entries, safe=False)
    batch = pa.record_batch({"x": picked})
    with pytest.raises(KernelError, match=r"column 'x'.*index.*out of range"):
        rows(batch.schema, TextLayout((TextColumn(),), enclosed=True)).write(batch)
