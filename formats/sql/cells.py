"""The cells of a row of SQL: how each column is written by the row kernel, and what is done to its values before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from formats.changes import bytes_of, hexadecimal
from formats.format import FormatError
from formats.kinds import is_text, values_of
from formats.sql.dialect import Literals
from formats.sql.types import ColumnType
from generator.kernels import text

QUOTED = {"text", "date", "time", "timestamp", "zoned"}
Convert = Callable[[pa.Array], pa.Array]


@dataclass(frozen=True, slots=True)
class Cell:
    """One column of a row of text; ``convert`` makes arrays of ``type`` of the table's own."""

    column: text.TextColumn
    field: pa.Field
    convert: Convert | None = None


def cell(field: pa.Field, declared: ColumnType, literals: Literals, null: bytes) -> Cell:
    """How a column is written."""
    if declared.kind == "binary":
        digits = hexadecimal(*literals.binary)
        return _finished(field, null, lambda array: digits(_in_length(field.name, array, literals)))
    if declared.kind == "text" and literals.pieces and not pa.types.is_null(field.type):
        return _finished(field, null, lambda array: _in_pieces(array, literals))
    quoted = literals.quote and (declared.as_text or declared.kind in QUOTED) and not pa.types.is_null(field.type)
    quoting = text.Quoting.ALWAYS if quoted else text.Quoting.NEVER
    prefix = literals.text if declared.kind == "text" else literals.moments.get(declared.kind, b"")
    suffix = literals.double if declared.kind in {"float", "double"} else b""
    column = text.TextColumn(prefix, null, quoting, suffix=suffix)
    if literals.finest < 9 and _is_finer_than_microseconds(values_of(field.type)):
        return Cell(column, field.with_type(_in_microseconds(values_of(field.type))), _cut)
    return Cell(column, field)


def row_layout(cells: Sequence[Cell], literals: Literals, row: tuple[bytes, bytes, bytes]) -> text.TextLayout:
    """The layout of rows that begin, go on and end with ``row``."""
    opening, between, suffix = row
    columns = [each.column for each in cells]
    enclosed = any(column.prefix or column.suffix for column in columns)
    if not enclosed:
        columns = [column.behind(between if at else opening) for at, column in enumerate(columns)]
    true, false, nan, infinity, minus_infinity = literals.words
    return text.TextLayout(
        columns=tuple(columns),
        suffix=suffix,
        quote=literals.quote,
        escapes=literals.escapes,
        true=true,
        false=false,
        nan=nan,
        infinity=infinity,
        minus_infinity=minus_infinity,
        enclosed=enclosed,
        opening=opening if enclosed else b"",
        between=between if enclosed else b"",
        date_time=literals.date_time,
        zone=literals.zone,
    )


def has_long_texts(batch: pa.RecordBatch, longest: int) -> bool:
    """Whether a text has more than ``longest`` bytes, or more than one line."""
    for column in batch.columns:
        values = column.dictionary if pa.types.is_dictionary(column.type) else column
        if not is_text(values.type) or not len(values):
            continue
        values = values.cast(pa.large_string()) if pa.types.is_string_view(values.type) else values
        if (pc.max(pc.binary_length(values)).as_py() or 0) > longest:
            return True
        if pc.any(pc.match_substring(values, "\n")).as_py():
            return True
    return False


def converted(cells: Sequence[Cell], batch: pa.RecordBatch) -> pa.RecordBatch:
    """The columns as the row kernel is to see them."""
    arrays = [
        array if each.convert is None else each.convert(array) for each, array in zip(cells, batch.columns, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=pa.schema([each.field for each in cells]))


def _finished(field: pa.Field, null: bytes, texts: Callable[[pa.Array], pa.LargeStringArray]) -> Cell:
    """A column of finished texts; ``texts`` gives them for the values, whatever where there is none."""

    def convert(array: pa.Array) -> pa.DictionaryArray:
        values = array.cast(values_of(array.type)) if pa.types.is_dictionary(array.type) else array
        missing = values.is_null().to_numpy(zero_copy_only=False) if values.null_count else None
        picks = pa.array(np.arange(len(values), dtype=np.int32), mask=missing)
        return pa.DictionaryArray.from_arrays(picks, texts(values).fill_null(""))

    return Cell(text.TextColumn(null=null, finished=True), field.with_type(text.FINISHED), convert)


def _in_length(name: str, values: pa.Array, literals: Literals) -> pa.LargeBinaryArray:
    """Binary values. FormatError if one is longer than a literal may be."""
    values, longest = values.cast(pa.binary()).cast(pa.large_binary()), literals.longest_binary
    offsets, _ = bytes_of(values)
    if longest and (np.diff(offsets) > longest).any():
        raise FormatError(f"column {name!r}: a binary literal has {longest:,} bytes at most; make the values shorter")
    return values


def _in_pieces(values: pa.Array, literals: Literals) -> pa.LargeStringArray:
    """Texts as literals on one line each, long ones as several."""
    values = values.cast(pa.large_string())
    written = values
    for byte, replacement in literals.escapes.items():
        written = pc.replace_substring(written, byte.decode(), replacement.decode())
    written = pc.replace_substring(written, "\n", "'||CHR(10)||'")
    quote, nothing = (pa.scalar(part, pa.large_string()) for part in (literals.quote.decode(), ""))
    written = pc.binary_join_element_wise(quote, written, quote, nothing)
    long = pc.fill_null(pc.greater(pc.binary_length(values), literals.pieces), False)
    if not pc.any(long).as_py():
        return written
    step = literals.pieces // 4  # of characters, which have up to four bytes
    pieces = []
    for value in values.filter(long).to_pylist():
        parts = pa.array([value[at : at + step] for at in range(0, len(value), step)])
        pieces.append("\n||".join(f"TO_CLOB({part})" for part in _in_pieces(parts, literals).to_pylist()))
    return pc.replace_with_mask(written, long, pa.array(pieces, pa.large_string()))


def _is_finer_than_microseconds(data_type: pa.DataType) -> bool:
    types = pa.types
    return bool((types.is_timestamp(data_type) or types.is_time64(data_type)) and data_type.unit == "ns")


def _in_microseconds(data_type: pa.DataType) -> pa.DataType:
    return pa.time64("us") if pa.types.is_time64(data_type) else pa.timestamp("us", data_type.tz)


def _cut(array: pa.Array) -> pa.Array:
    """Nanoseconds without what is finer than a microsecond: the one before, before 1970 too."""
    values = array.cast(values_of(array.type)) if pa.types.is_dictionary(array.type) else array
    missing = values.is_null().to_numpy(zero_copy_only=False) if values.null_count else None
    ticks = values.cast(pa.int64()).fill_null(0).to_numpy()
    return pa.array(np.floor_divide(ticks, 1000), mask=missing).cast(_in_microseconds(values.type))
