"""The reader of ORC that knows all years: ClickHouse in the process. pyarrow, which has those of nanoseconds, is asked
in tests/unit/formats/test_orc.py.
"""

from __future__ import annotations

from typing import Any

import chdb
import pyarrow as pa

from tests.laws.nested_values import Columns, is_listing, plain
from tests.laws.readers.reader import Reader, stored
from tests.laws.texts_read import value_of

SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
DIGITS = {"s": 0, "ms": 3, "us": 6, "ns": 9}
SETTINGS = "allow_experimental_nullable_tuple_type = 1, output_format_arrow_string_as_string = 0"


def _by_clickhouse(_options: Any, schema: pa.Schema, data: bytes) -> Columns:
    structure = ", ".join(f"{_quoted(field.name)} {_type(field.type)}" for field in schema).replace("'", "''")
    with stored(data) as path:
        query = f"SELECT * FROM file('{path}', ORC, '{structure}') SETTINGS {SETTINGS}"
        found = pa.ipc.open_file(chdb.query(query, "Arrow").bytes()).read_all()
    assert found.schema.names == schema.names
    return [_parsed(column, field.type) for column, field in zip(found.columns, schema, strict=True)]


def _parsed(column: pa.ChunkedArray, wanted: pa.DataType) -> list[Any]:
    """Times of day come as text."""
    if pa.types.is_time(wanted):
        return [None if text is None else value_of(text.decode(), wanted) for text in column.to_pylist()]
    return plain(column, wanted)


def _type(data_type: pa.DataType, nullable: bool = True) -> str:
    types = pa.types
    if types.is_struct(data_type):
        inner = ", ".join(f"{_quoted(field.name)} {_type(field.type)}" for field in data_type)
        return f"Nullable(Tuple({inner}))"
    if types.is_map(data_type):
        return f"Map({_type(data_type.key_type, nullable=False)}, {_type(data_type.item_type)})"
    if is_listing(data_type):
        return f"Array({_type(data_type.value_type)})"
    name = _leaf(data_type.value_type if types.is_dictionary(data_type) else data_type)
    return f"Nullable({name})" if nullable else name


def _leaf(data_type: pa.DataType) -> str:
    types = pa.types
    if data_type == pa.uint64():
        return "Decimal(20, 0)"
    if types.is_timestamp(data_type):
        return f"DateTime64({DIGITS[data_type.unit]}, 'UTC')"
    if types.is_decimal(data_type):
        return f"Decimal({data_type.precision}, {data_type.scale})"
    known = (
        (types.is_date, "Date32"), (types.is_boolean, "Bool"), (types.is_float32, "Float32"),
        (types.is_float64, "Float64"), (types.is_integer, "Int64"), (types.is_duration, "Int64"),
    )  # fmt: skip
    return next((name for test, name in known if test(data_type)), "String")


def _quoted(name: str) -> str:
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"


def without_early_fractions(_options: Any, data_type: pa.DataType, value: Any) -> Any:
    """What ORC keeps of a leaf: before 1970 whole seconds."""
    if not pa.types.is_timestamp(data_type) or value is None or value >= 0:
        return value
    per = SECOND[data_type.unit]
    return max(value // per, -(2**63 // per)) * per


def _in_clickhouse(options: Any, data_type: pa.DataType, value: Any) -> Any:
    """ClickHouse has no missing arrays and maps, only empty ones."""
    types = pa.types
    if types.is_struct(data_type) and value is not None:
        return {field.name: _in_clickhouse(options, field.type, value[field.name]) for field in data_type}
    if types.is_map(data_type):
        return [(key, _in_clickhouse(options, data_type.item_type, item)) for key, item in value or []]
    if is_listing(data_type):
        return [_in_clickhouse(options, data_type.value_type, item) for item in value or []]
    return without_early_fractions(options, data_type, value)


READERS: dict[str, tuple[Reader, ...]] = {"orc": (Reader("ClickHouse", _by_clickhouse, _in_clickhouse),)}
