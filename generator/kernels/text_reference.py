"""Batches to text rows, the reference: pyarrow and Python, a column at a time. The oracle of the native kernel."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from generator.kernels.library import KernelError
from generator.kernels.text_layout import (
    Quoting,
    Spelled,
    TextColumn,
    TextLayout,
    check_columns,
    check_types,
    decimals,
    plain,
    spelled,
)

FIRST_DAY, LAST_DAY = -719_162, 2_932_896
"""0001-01-01 and 9999-12-31 in days since 1970: the years that ISO 8601 spells with four digits."""
PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
EXACT = 2.0**53


class ReferenceRows:
    """Writes the rows of one table; see :func:`generator.kernels.text.row_writer`."""

    def __init__(self, schema: pa.Schema, layout: TextLayout) -> None:
        check_columns(schema, layout)
        self.schema, self.layout = schema, layout

    def write(self, batch: pa.RecordBatch) -> list[memoryview]:
        """The finished rows of ``batch``, in order; no chunk where it has no rows."""
        check_types(self.schema, batch)
        if not batch.num_rows:
            return []
        rows = self._rows(batch)
        offsets = np.frombuffer(rows.buffers()[1], np.int64)[rows.offset :]
        return [memoryview(rows.buffers()[2])[int(offsets[0]) : int(offsets[len(rows)])]]

    def rows(self, batch: pa.RecordBatch) -> tuple[memoryview, np.ndarray[Any, np.dtype[np.int64]]]:
        """The finished rows of ``batch`` and their offsets."""
        found = self.texts(batch)
        _, places, data = found.buffers()
        offsets = (
            np.frombuffer(places, np.int64, len(found) + 1, 8 * found.offset) if len(found) else np.zeros(1, np.int64)
        )
        return memoryview(data or b""), offsets

    def texts(self, batch: pa.RecordBatch) -> pa.LargeStringArray:
        """The finished rows of ``batch`` as values."""
        check_types(self.schema, batch)
        return pc.cast(self._rows(batch), pa.large_string())

    def _rows(self, batch: pa.RecordBatch) -> pa.LargeBinaryArray:
        pieces: list[object] = []
        for field, column, array in zip(self.schema, self.layout.columns, batch.columns, strict=True):
            pieces += [pa.scalar(column.prefix, pa.large_binary()), self._cells(field, column, plain(array))]
        return pc.binary_join_element_wise(
            *pieces, pa.scalar(self.layout.suffix, pa.large_binary()), pa.scalar(b"", pa.large_binary())
        )

    def _cells(self, field: pa.Field, column: TextColumn, array: pa.Array) -> pa.Array:
        """The finished cells of ``array``, quotes and nulls included, as large_binary without nulls."""
        if column.finished:
            cells = pc.cast(pc.take(array.dictionary, _checked(field.name, array).indices), pa.large_binary())
        elif pa.types.is_dictionary(array.type):
            cells = pc.take(self._cells(field, column, plain(array.dictionary)), _checked(field.name, array).indices)
        else:
            cells = self._spell(field, array)
            if spelled(array.type) is Spelled.TEXT:
                cells = self._quote_text(cells, column)
            elif column.quoting is Quoting.ALWAYS:
                cells = _joined(self.layout.quote.decode(), cells, self.layout.quote.decode())
            cells = pc.cast(cells, pa.large_binary())
        return pc.if_else(pc.is_valid(array), cells, pa.scalar(column.null, pa.large_binary()))

    def _spell(self, field: pa.Field, array: pa.Array) -> pa.Array:
        """Values as large_string, null where null."""
        types = pa.types
        kind = spelled(array.type)
        if kind is Spelled.MOMENT:
            return _moments(field.name, array)
        if kind is Spelled.BOOLEAN:
            return pc.if_else(array, self.layout.true.decode(), self.layout.false.decode()).cast(pa.large_string())
        if types.is_decimal(array.type):
            return _decimals(array)
        if types.is_floating(array.type):
            return self._floats(array, decimals(field))
        if types.is_binary(array.type) or types.is_large_binary(array.type):
            texts = [None if value is None else base64.b64encode(value).decode() for value in array.to_pylist()]
            return pa.array(texts, pa.large_string())
        return pc.cast(array, pa.large_string())

    def _floats(self, array: pa.Array, digits: int | None) -> pa.Array:
        layout = self.layout
        odd = {"nan": layout.nan.decode(), "inf": layout.infinity.decode(), "-inf": layout.minus_infinity.decode()}
        present = pc.drop_null(array).to_numpy(zero_copy_only=False)
        texts = iter([odd.get(text, text) for text in (float_text(value, digits) for value in present)])
        valid = pc.is_valid(array).to_pylist()
        return pa.array([next(texts) if here else None for here in valid], pa.large_string())

    def _quote_text(self, cells: pa.Array, column: TextColumn) -> pa.Array:
        escapes = {ord(byte): text.decode() for byte, text in self.layout.escapes.items()}
        special = {chr(byte) for byte in (*escapes, *self.layout.special)}
        null, quote = column.null.decode(), self.layout.quote.decode()

        def finish(text: str) -> str:
            needed = not text or text == null or not special.isdisjoint(text)
            quoted = column.quoting is Quoting.ALWAYS or (needed and column.quoting is Quoting.NEEDED)
            return f"{quote}{text.translate(escapes)}{quote}" if quoted else text.translate(escapes)

        return pa.array([None if text is None else finish(text) for text in cells.to_pylist()], pa.large_string())


def float_text(value: np.floating, digits: int | None) -> str:
    """The text of one float: positional with up to ``digits`` decimals where that is exact enough, else shortest."""
    number = float(value)
    if digits is not None and (scaled := abs(number * float(10**digits))) < EXACT:
        whole, fraction = divmod(int(np.rint(scaled)), 10**digits)
        sign = "-" if np.signbit(number) else ""
        return f"{sign}{whole}.{f'{fraction:0{digits}d}'.rstrip('0') or '0'}" if digits else f"{sign}{whole}.0"
    if isinstance(value, np.float32) and np.isfinite(value):
        return _shortest_single(value)
    return repr(number)


def _shortest_single(value: np.float32) -> str:
    """The shortest digits that give ``value`` back as a float32, laid out as Python's repr would."""
    mantissa, exponent = np.format_float_scientific(value, unique=True, trim="-").split("e")
    if -4 <= int(exponent) < 16:
        return np.format_float_positional(value, unique=True, trim="0")
    return f"{mantissa}e{int(exponent):+03d}"


def _joined(*pieces: pa.Array | str) -> pa.Array:
    """The pieces of each row one after the other, null where a piece is."""
    texts = [pa.scalar(piece, pa.large_string()) if isinstance(piece, str) else piece for piece in pieces]
    return pc.binary_join_element_wise(*texts, pa.scalar("", pa.large_string()))


def _checked(name: str, array: pa.DictionaryArray) -> pa.DictionaryArray:
    try:
        array.validate(full=True)
    except pa.ArrowInvalid as error:
        raise KernelError(f"column {name!r}: a dictionary index is out of range ({error})") from None
    return array


def _reread(array: pa.Array, data_type: pa.DataType) -> pa.Array:
    """The same buffers read as another type of the same width."""
    return pa.Array.from_buffers(data_type, len(array), array.buffers(), offset=array.offset)


def _decimals(array: pa.Array) -> pa.Array:
    """Exactly ``scale`` digits behind the point; pyarrow's own cast turns to exponents for small values."""
    scale, width = array.type.scale, array.type.bit_width
    unscaled = {32: pa.decimal32(9, 0), 64: pa.decimal64(18, 0), 128: pa.decimal128(38, 0)}[width]
    text = pc.cast(_reread(array, unscaled), pa.large_string())
    digits = pc.utf8_lpad(pc.utf8_ltrim(text, "-"), scale + 1, "0")
    if scale:
        whole, rest = pc.utf8_slice_codeunits(digits, 0, -scale), pc.utf8_slice_codeunits(digits, -scale)
        digits = _joined(whole, ".", rest)
    return _joined(pc.if_else(pc.starts_with(text, "-"), "-", "").cast(pa.large_string()), digits)


def _moments(name: str, array: pa.Array) -> pa.Array:
    """ISO 8601, with the fraction digits of the unit, and a Z where the type has a zone."""
    is_timestamp = pa.types.is_timestamp(array.type)
    _check_moments(name, array)
    if not is_timestamp:
        return pc.cast(array, pa.large_string())
    text = pc.cast(_reread(array, pa.timestamp(array.type.unit)), pa.large_string())
    text = pc.replace_substring(text, " ", "T")
    return _joined(text, "Z") if array.type.tz else text


def _check_moments(name: str, array: pa.Array) -> None:
    """KernelError for times of no day and years that ISO 8601 does not spell with four digits."""
    values = _reread(array, pa.int32() if array.type.bit_width == 32 else pa.int64()).cast(pa.int64())
    day = 1 if pa.types.is_date32(array.type) else 86_400 * PER_SECOND[array.type.unit]
    low, high = FIRST_DAY * day, (LAST_DAY + 1) * day - 1
    if pa.types.is_time(array.type):
        low, high = 0, day - 1
    outside = pc.or_(pc.less(values, max(low, -(2**63))), pc.greater(values, min(high, 2**63 - 1)))
    if pc.any(outside).as_py():
        row = pc.index(outside, pa.scalar(True)).as_py()
        raise KernelError(
            f"column {name!r}, row {row} of the batch: {array.type} outside the day or the years 0001 to 9999"
        )
