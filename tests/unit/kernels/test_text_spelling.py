"""How values are spelled in every text format: pinned, as files of earlier runs must be matched byte for byte."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from generator.kernels.text import TextColumn, TextLayout
from generator.kernels.text_native import NativeRows
from generator.kernels.text_reference import ReferenceRows

FIFTH = 12_345_678_901_234
SPELLINGS: list[tuple[pa.DataType, Any, str]] = [
    (pa.bool_(), True, "true"),
    (pa.int8(), -128, "-128"),
    (pa.int64(), -(2**63), "-9223372036854775808"),
    (pa.uint64(), 2**64 - 1, "18446744073709551615"),
    (pa.float64(), 0.1, "0.1"),
    (pa.float64(), 1e-05, "1e-05"),
    (pa.float64(), 1e16, "1e+16"),
    (pa.float64(), 1e15, "1000000000000000.0"),
    (pa.float64(), 5e-324, "5e-324"),
    (pa.float64(), 2.0**-44, repr(2.0**-44)),
    (pa.float64(), -0.0, "-0.0"),
    (pa.float64(), float("nan"), "NaN"),
    (pa.float64(), float("-inf"), "-Infinity"),
    (pa.float32(), 0.1, "0.1"),
    (pa.decimal128(10, 2), Decimal("-0.05"), "-0.05"),
    (pa.decimal128(38, 20), Decimal("0.00000001"), "0.00000001000000000000"),
    (pa.decimal128(38, 38), Decimal(-1).scaleb(-38), "-0." + "0" * 37 + "1"),
    (pa.decimal128(38, 0), Decimal(10) ** 37, "1" + "0" * 37),
    (pa.date32(), 0, "1970-01-01"),
    (pa.date32(), -719_162, "0001-01-01"),
    (pa.date32(), 11_016, "2000-02-29"),
    (pa.time32("s"), 86_399, "23:59:59"),
    (pa.time32("ms"), 1, "00:00:00.001"),
    (pa.time64("us"), 1, "00:00:00.000001"),
    (pa.time64("ns"), FIFTH, "03:25:45.678901234"),
    (pa.timestamp("ms", "UTC"), 1_706_704_496_789, "2024-01-31T12:34:56.789Z"),
    (pa.timestamp("s"), -1, "1969-12-31T23:59:59"),
    (pa.timestamp("us"), -1, "1969-12-31T23:59:59.999999"),
    (pa.timestamp("ns", "UTC"), 1, "1970-01-01T00:00:00.000000001Z"),
    (pa.string(), "as it is", "as it is"),
    (pa.binary(), b"\x00\xff\xfe", "AP/+"),
    (pa.null(), None, "nothing"),
]
ROUNDED = [
    (0.5, "6", "0.5"),
    (1.0, "6", "1.0"),
    (0.00005, "6", "0.00005"),
    (-0.0, "6", "-0.0"),
    (123456.789, "6", "123456.789"),
    (5.0, "0", "5.0"),
    (9007199254740991.0, "0", "9007199254740991.0"),
    (9007199254740992.0, "0", "9007199254740992.0"),
    (1e300, "6", "1e+300"),
    (0.1, "17", "0.1"),
    (0.25, "22", "0.25"),
]


def text(rows: type[NativeRows | ReferenceRows], field: pa.Field, array: pa.Array) -> str:
    batch = pa.RecordBatch.from_arrays([array], schema=pa.schema([field]))
    return b"".join(rows(batch.schema, TextLayout((TextColumn(null=b"nothing"),), suffix=b"")).write(batch)).decode()


@pytest.mark.parametrize("rows", [NativeRows, ReferenceRows])
@pytest.mark.parametrize(("data_type", "value", "spelled"), SPELLINGS, ids=lambda value: str(value)[:24])
def test_a_value_is_spelled_as_pinned(
    rows: type[NativeRows | ReferenceRows], data_type: pa.DataType, value: Any, spelled: str
) -> None:
    moment = pa.types.is_temporal(data_type)
    array = pa.array([value], (pa.int32() if data_type.bit_width == 32 else pa.int64()) if moment else data_type)
    assert text(rows, pa.field("x", data_type), array.cast(data_type)) == spelled


@pytest.mark.parametrize("rows", [NativeRows, ReferenceRows])
@pytest.mark.parametrize(("value", "digits", "spelled"), ROUNDED)
def test_a_rounded_float_is_positional(
    rows: type[NativeRows | ReferenceRows], value: float, digits: str, spelled: str
) -> None:
    field = pa.field("x", pa.float64(), metadata={"digits": digits})
    assert text(rows, field, pa.array([value])) == spelled


@pytest.mark.parametrize("rows", [NativeRows, ReferenceRows])
def test_a_shortest_double_is_python_s_repr_at_every_power_of_two(rows: type[NativeRows | ReferenceRows]) -> None:
    powers = [2.0**exponent for exponent in range(-1074, 1024)]
    batch = pa.record_batch({"x": pa.array(powers)})
    lines = b"".join(rows(batch.schema, TextLayout((TextColumn(),))).write(batch)).decode().split()
    assert lines == [repr(power) for power in powers]
