"""The types that Hive's tables have, and after them ORC's and Delta Lake's: no unsigned integers, no times of day."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

from formats.retyping import wide_decimal

SIGNED: Final = {
    pa.uint8(): pa.int16(),
    pa.uint16(): pa.int32(),
    pa.uint32(): pa.int64(),
    pa.uint64(): pa.decimal128(20, 0),
    pa.float16(): pa.float32(),
    pa.date64(): pa.date32(),
}
BECOMES: Final = {
    "unsigned integers": "the next wider signed ones, those of 64 bits decimals of 20 digits",
    "floats of 16 bits": "floats of 32 bits",
    "times": "text such as 13:45:00.250",
    "durations": "64-bit integers, the count of their unit",
    "dictionaries": "their values",
}


def hive_type(data_type: pa.DataType) -> pa.DataType | None:
    """The type for one of Arrow's that is not nested; None for intervals and decimals of more than 38 digits."""
    types = pa.types
    if data_type in SIGNED:
        return SIGNED[data_type]
    if types.is_decimal(data_type):
        return wide_decimal(data_type)
    if types.is_duration(data_type):
        return pa.int64()
    if types.is_time(data_type) or types.is_large_string(data_type) or types.is_string_view(data_type):
        return pa.string()
    if types.is_large_binary(data_type) or types.is_fixed_size_binary(data_type) or types.is_binary_view(data_type):
        return pa.binary()
    same = (
        types.is_boolean, types.is_integer, types.is_floating, types.is_string, types.is_binary, types.is_date,
        types.is_timestamp,
    )  # fmt: skip
    return data_type if any(test(data_type) for test in same) else None
