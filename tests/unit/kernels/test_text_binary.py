"""Cells of binary rows: variable-length numbers, lengths, stored bytes; and floats of a fixed number of decimals."""

from __future__ import annotations

import struct
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pytest

from generator.kernels import KernelError
from generator.kernels.text import FINISHED, Quoting, Spelling, TextColumn, TextLayout
from generator.kernels.text_native import NativeRows
from generator.kernels.text_reference import ReferenceRows

Rows = type[NativeRows | ReferenceRows]
both = pytest.mark.parametrize("rows", [NativeRows, ReferenceRows])
LONGEST = b"\xff" * 9 + b"\x01"

NUMBERS: list[tuple[pa.DataType, Any, bytes, bytes]] = [
    (pa.int64(), 0, b"\x00", b"\x00"),
    (pa.int64(), -1, b"\x01", LONGEST),
    (pa.int8(), 1, b"\x02", b"\x01"),
    (pa.int32(), -64, b"\x7f", b"\xc0" + b"\xff" * 8 + b"\x01"),
    (pa.int16(), 64, b"\x80\x01", b"\x40"),
    (pa.uint32(), 2**32 - 1, b"\xfe\xff\xff\xff\x1f", b"\xff\xff\xff\xff\x0f"),
    (pa.int64(), 2**63 - 1, b"\xfe" + b"\xff" * 8 + b"\x01", b"\xff" * 8 + b"\x7f"),
    (pa.int64(), -(2**63), LONGEST, b"\x80" * 9 + b"\x01"),
    (pa.date32(), -1, b"\x01", LONGEST),
    (pa.time64("us"), 300, b"\xd8\x04", b"\xac\x02"),
    (pa.timestamp("ns", "UTC"), 1, b"\x02", b"\x01"),
    (pa.duration("ms"), -2, b"\x03", b"\xfe" + b"\xff" * 8 + b"\x01"),
    (pa.string(), "Zoë", b"\x08", b"\x04"),
    (pa.binary(3), b"\0\0\0", b"\x06", b"\x03"),
]
STORED: list[tuple[pa.DataType, Any, bytes]] = [
    (pa.bool_(), True, b"\x01"),
    (pa.bool_(), False, b"\x00"),
    (pa.int16(), -2, b"\xfe\xff"),
    (pa.uint64(), 2**64 - 2, b"\xfe" + b"\xff" * 7),
    (pa.float16(), 1.5, struct.pack("<e", 1.5)),
    (pa.float32(), 0.1, struct.pack("<f", 0.1)),
    (pa.float64(), -0.0, struct.pack("<d", -0.0)),
    (pa.decimal128(38, 2), Decimal("-1.23"), (-123).to_bytes(16, "little", signed=True)),
    (pa.date32(), 1, b"\x01\0\0\0"),
    (pa.duration("s"), 1, b"\x01" + bytes(7)),
    (pa.string(), 'a"\n', b'a"\n'),
    (pa.large_binary(), b"\xff\x00", b"\xff\x00"),
    (pa.binary(2), b"\xff\x00", b"\xff\x00"),
]


def cell(rows: Rows, column: TextColumn, array: pa.Array, enclosed: bool = False) -> list[bytes]:
    batch = pa.RecordBatch.from_arrays([array], names=["x"])
    layout = TextLayout((column,), suffix=b"", enclosed=enclosed)
    data, offsets = rows(batch.schema, layout).rows(batch)
    return [bytes(data[start:end]) for start, end in pairwise(offsets)]


def of_type(data_type: pa.DataType, value: Any) -> pa.Array:
    if not pa.types.is_temporal(data_type):
        return pa.array([value], data_type)
    return pa.array([value], pa.int32() if data_type.bit_width == 32 else pa.int64()).cast(data_type)


@both
@pytest.mark.parametrize(("data_type", "value", "zigzag", "plain"), NUMBERS, ids=lambda value: str(value)[:24])
def test_a_variable_length_number_is_spelled_as_pinned(
    rows: Rows, data_type: pa.DataType, value: Any, zigzag: bytes, plain: bytes
) -> None:
    array = of_type(data_type, value)
    for column in (array, array.dictionary_encode()):
        assert cell(rows, TextColumn(spelling=Spelling.ZIGZAG), column) == [zigzag]
        assert cell(rows, TextColumn(spelling=Spelling.VARINT), column) == [plain]


@both
@pytest.mark.parametrize(("data_type", "value", "stored"), STORED, ids=lambda value: str(value)[:24])
def test_stored_bytes_are_those_in_memory(rows: Rows, data_type: pa.DataType, value: Any, stored: bytes) -> None:
    assert cell(rows, TextColumn(spelling=Spelling.BYTES), of_type(data_type, value)) == [stored]


@both
@pytest.mark.parametrize("spelling", [Spelling.ZIGZAG, Spelling.VARINT, Spelling.BYTES])
def test_a_missing_number_is_the_null_of_its_column_and_a_value_can_say_that_it_is_there(
    rows: Rows, spelling: Spelling
) -> None:
    column = TextColumn(b"\x02", b"\x00", spelling=spelling)
    for array in (pa.array([None, 1], pa.int8()), pa.array([None, 1], pa.int8()).dictionary_encode()):
        assert cell(rows, column, array, enclosed=True)[0] == b"\x00"
        assert cell(rows, column, array, enclosed=True)[1][:1] == b"\x02"


@both
def test_rows_that_are_no_text_are_values_and_cells_of_other_rows(rows: Rows) -> None:
    binary = pa.record_batch({"x": pa.array([b"\xff\xfe", b"", b"\x80"])})
    texts = rows(binary.schema, TextLayout((TextColumn(spelling=Spelling.BYTES),), suffix=b"")).texts(binary)
    picks = pa.array([2, 0, None, 1], pa.int32())
    batch = pa.record_batch({"x": pa.DictionaryArray.from_arrays(picks, texts, safe=False)})
    assert batch.schema.types == [FINISHED]
    layout = TextLayout((TextColumn(b"<", finished=True, suffix=b">"),), suffix=b"|", enclosed=True)
    assert b"".join(rows(batch.schema, layout).write(batch)) == b"<\x80>|<\xff\xfe>||<>|"


@both
@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1.0, 2, "1.00"),
        (-0.125, 2, "-0.12"),
        (0.375, 2, "0.38"),
        (2.5, 0, "2"),
        (-7.0, 0, "-7"),
        (123456789.5, 3, "123456789.500"),
        (1e-9, 9, "0.000000001"),
        (1e-8, 22, "0.00000001" + "0" * 14),
        (0.25, 22, "0.25"),
        (2.0**53, 0, "9007199254740992.0"),
        (1e300, 2, "1e+300"),
        (float("nan"), 2, "NaN"),
        (-0.001, 2, "-0.00"),
    ],
)
def test_a_float_of_fixed_decimals_has_all_of_them(rows: Rows, value: float, decimals: int, text: str) -> None:
    for digits in ({}, {"digits": "1"}):
        schema = pa.schema([pa.field("x", pa.float64(), metadata=digits)])
        batch = pa.RecordBatch.from_arrays([pa.array([value], from_pandas=False)], schema=schema)
        layout = TextLayout((TextColumn(decimals=decimals),), suffix=b"")
        assert b"".join(rows(schema, layout).write(batch)).decode() == text


@both
def test_fixed_decimals_are_of_floats_only(rows: Rows) -> None:
    assert cell(rows, TextColumn(decimals=1), pa.array([Decimal("1.25")])) == [b"1.25"]
    assert cell(rows, TextColumn(decimals=1), pa.array([3])) == [b"3"]


@both
@pytest.mark.parametrize(
    ("data_type", "spelling", "said"),
    [
        (pa.uint64(), Spelling.ZIGZAG, "no zigzag number holds uint64"),
        (pa.float64(), Spelling.ZIGZAG, "no zigzag number holds double"),
        (pa.bool_(), Spelling.VARINT, "no variable-length number holds bool"),
        (pa.list_(pa.int8()), Spelling.BYTES, "stored bytes cannot hold list"),
        (pa.dictionary(pa.int8(), pa.float32()), Spelling.VARINT, "no variable-length number holds dictionary"),
        (pa.duration("s"), Spelling.TEXT, "a text row cannot hold duration"),
    ],
)
def test_a_type_that_a_spelling_does_not_take_is_refused_by_name(
    rows: Rows, data_type: pa.DataType, spelling: Spelling, said: str
) -> None:
    with pytest.raises(KernelError, match="column 'x': .*" + said):
        rows(pa.schema([("x", data_type)]), TextLayout((TextColumn(spelling=spelling),)))


@pytest.mark.parametrize("more", [{"quoting": Quoting.ALWAYS}, {"finished": True}])
def test_cells_that_are_no_text_cannot_be_quoted_or_finished(more: dict[str, Any]) -> None:
    with pytest.raises(KernelError, match="no text cannot be quoted or finished"):
        TextLayout((TextColumn(spelling=Spelling.BYTES, **more),), quote=b'"')
