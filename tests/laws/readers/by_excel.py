"""Readers of Excel workbooks: openpyxl, which reads a workbook in two ways, and calamine, an engine of other hands."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import openpyxl
import pyarrow as pa
from openpyxl.utils.escape import unescape
from python_calamine import CalamineWorkbook

from tests.laws.nested_values import Columns, comparable, is_listing
from tests.laws.readers.reader import Reader, finite, is_odd
from tests.laws.texts_read import value_of

TICKS = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
MARCH_1900 = -25_508
"""Days since 1970."""


def _by_openpyxl(read_only: bool) -> Callable[[Any, pa.Schema, bytes], Columns]:
    def read(options: Any, schema: pa.Schema, data: bytes) -> Columns:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=read_only)
        (sheet,) = book.worksheets
        assert sheet.title == "people"
        rows = list(sheet.iter_rows(values_only=True))
        if options.header:
            assert list(rows.pop(0)) == schema.names
        book.close()
        assert all(len(row) == len(schema) for row in rows)
        return [[_value(field.type, row[at]) for row in rows] for at, field in enumerate(schema)]

    return read


def _by_calamine(options: Any, schema: pa.Schema, data: bytes) -> Columns:
    """Blank cells, errors and empty texts are one to it, and blank rows and columns at the end are left out."""
    opened = CalamineWorkbook.from_filelike(io.BytesIO(data))
    assert opened.sheet_names == ["people"]
    found = opened.get_sheet_by_index(0).to_python(skip_empty_area=False)
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        count = book.read("xl/worksheets/sheet1.xml").count(b"</row>")
    assert len(found) <= count
    rows = [row + [""] * (len(schema) - len(row)) for row in found + [[] for _ in range(count - len(found))]]
    assert all(len(row) == len(schema) for row in rows)
    if options.header:
        assert rows.pop(0) == schema.names
    return [[_of_calamine(field.type, row[at]) for row in rows] for at, field in enumerate(schema)]


def _of_calamine(data_type: pa.DataType, found: Any) -> Any:
    """Its values as openpyxl has them: midnights are dates to it, and all numbers floats."""
    if found == "":
        return None
    if isinstance(found, datetime.date) and not isinstance(found, datetime.datetime):
        found = datetime.datetime.combine(found, datetime.time())
    return _value(data_type, found, lambda text: text)


def _value(data_type: pa.DataType, found: Any, plain_text: Callable[[str], str] = unescape) -> Any:
    types = pa.types
    if found is None:
        return None
    if types.is_dictionary(data_type):
        return _value(data_type.value_type, found, plain_text)
    if isinstance(found, str) and found != "#NUM!":
        text = plain_text(found)
        plain = types.is_string(data_type) or types.is_large_string(data_type) or types.is_string_view(data_type)
        return text if plain else value_of(text, data_type)
    if types.is_boolean(data_type):
        assert isinstance(found, bool)
    if types.is_decimal(data_type):
        return Decimal(repr(found))
    if types.is_floating(data_type) and not isinstance(found, str):
        return comparable(float(np.float32(found)) if data_type.bit_width == 32 else float(found))
    return _ticks(data_type, found) if types.is_temporal(data_type) else found


def _ticks(data_type: pa.DataType, found: Any) -> int:
    if pa.types.is_time(data_type):
        assert isinstance(found, datetime.time)
        found = datetime.datetime.combine(datetime.date(1970, 1, 1), found)
    assert isinstance(found, datetime.datetime)
    microseconds = (found - datetime.datetime(1970, 1, 1)) // datetime.timedelta(microseconds=1)
    if pa.types.is_date(data_type):
        assert microseconds % 86_400_000_000 == 0
        return microseconds // 86_400_000_000
    unit = TICKS[data_type.unit]
    return microseconds * unit // 10**6 if unit < 10**6 else microseconds * (unit // 10**6)


def _kept(options: Any, data_type: pa.DataType, value: Any) -> Any:
    types = pa.types
    if value is None:
        return None
    if types.is_dictionary(data_type):
        return _kept(options, data_type.value_type, value)
    if is_listing(data_type):
        return finite(options, data_type, value)
    if is_odd(value, data_type):
        return "#NUM!"
    if types.is_decimal(data_type) and data_type.scale and options.long_numbers == "number":
        return Decimal(repr(float(value)))
    if not types.is_temporal(data_type) or types.is_date(data_type) or types.is_duration(data_type):
        return value
    ticks, first = TICKS[data_type.unit], MARCH_1900 * 86_400 * TICKS[data_type.unit]
    if options.dates == "text" or ticks <= 1_000 or (types.is_timestamp(data_type) and value < first):
        return value
    return value // (ticks // 1_000) * (ticks // 1_000)


def _kept_by_calamine(options: Any, data_type: pa.DataType, value: Any) -> Any:
    kept = _kept(options, data_type, value)
    if kept is None or kept in ("", b"", "#NUM!"):
        return None
    kind = data_type.value_type if pa.types.is_dictionary(data_type) else data_type
    if options.long_numbers == "number" and pa.types.is_integer(kind):
        return float(kept)  # all numbers are doubles to it, as they are to Excel
    return Decimal(repr(float(kept))) if options.long_numbers == "number" and pa.types.is_decimal(kind) else kept


READERS: dict[str, tuple[Reader, ...]] = {
    "excel": (
        Reader("openpyxl", _by_openpyxl(read_only=False), _kept),
        Reader("openpyxl, row by row", _by_openpyxl(read_only=True), _kept),
        Reader("calamine", _by_calamine, _kept_by_calamine),
    ),
}
