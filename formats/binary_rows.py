"""Rows of binary formats, which are cells laid end to end like rows of text: so the text kernels write them.

A value is one or more flat columns. A string is two: its length as the format spells it, and its bytes. A list is the
count or the size of its items and the items' own rows, end to end. So any depth costs a pass or two a level, and
nothing is done row by row. What stands before a value, and what in place of a null, is all that formats differ in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from formats.changes import Change, OnWords
from formats.durations import is_duration, iso_texts
from formats.format import FormatError
from formats.nesting import Mask, Offsets, items_of, members_of, without_values
from generator.kernels import text

BINARY = pa.large_binary()
Octets = np.ndarray[Any, np.dtype[np.uint8]]


@dataclass(frozen=True, slots=True)
class Value:
    """A column as cells of a row of bytes: its flat columns, and what makes their arrays of its own."""

    fields: tuple[pa.Field, ...]
    columns: tuple[text.TextColumn, ...]
    arrays: Callable[[pa.Array], Sequence[pa.Array]]


@dataclass(frozen=True, slots=True)
class Around:
    """What stands ``before`` a value that is there, and what there is in place of a ``null``."""

    before: bytes = b""
    null: bytes = b""

    def cell(self, spelling: text.Spelling) -> text.TextColumn:
        """A column that stands so."""
        return text.TextColumn(self.before, self.null, spelling=spelling)


def stored(field: pa.Field, around: Around, change: Change | None = None) -> Value:
    """A value whose bytes are those that Arrow stores, once ``change`` has made it of ``field``'s type."""
    return spelled(field, around, text.Spelling.BYTES, change)


def spelled(field: pa.Field, around: Around, spelling: text.Spelling, change: Change | None = None) -> Value:
    """A value in one cell."""
    return Value((field,), (around.cell(spelling),), lambda array: [change(array) if change else array])


def sized(field: pa.Field, around: Around, length: text.Spelling, change: Change | None = None) -> Value:
    """A string or binary value behind its length in bytes."""

    def arrays(array: pa.Array) -> Sequence[pa.Array]:
        return [change(array) if change else array] * 2

    return Value((field, field), (around.cell(length), text.TextColumn(spelling=text.Spelling.BYTES)), arrays)


def side_by_side(members: Sequence[Value]) -> Value:
    """The members of a struct that is never null: cells of the row that it stands in.

    It is null all the same where what it stands in is; then nobody sees it.
    """

    def arrays(array: pa.Array) -> Sequence[pa.Array]:
        return [made for member, own in zip(members, members_of(array), strict=True) for made in member.arrays(own)]

    fields = tuple(field for member in members for field in member.fields)
    return Value(fields, tuple(column for member in members for column in member.columns), arrays)


class BinaryRows:
    """Writes rows of values. SeedbedError, naming the column, for a type that no cell can hold."""

    def __init__(self, values: Sequence[Value]) -> None:
        self._values = values
        self._schema = pa.schema([field for value in values for field in value.fields])
        columns = tuple(column for value in values for column in value.columns)
        self._writer = text.row_writer(self._schema, text.TextLayout(columns, suffix=b"", enclosed=True))

    def write(self, arrays: Sequence[pa.Array]) -> list[memoryview]:
        """The rows of these arrays, one for each value, in chunks."""
        return self._writer.write(self._batch(arrays))

    def rows(self, arrays: Sequence[pa.Array]) -> tuple[memoryview, Offsets]:
        """The rows of these arrays, and where each begins."""
        return self._writer.rows(self._batch(arrays))

    def cells(self, arrays: Sequence[pa.Array], missing: Mask | None = None) -> pa.LargeBinaryArray:
        """The rows of these arrays as values, null where ``missing``."""
        data, offsets = self.rows(arrays)
        return binary(data, offsets, missing)

    def _batch(self, arrays: Sequence[pa.Array]) -> pa.RecordBatch:
        flat = [made for value, array in zip(self._values, arrays, strict=True) for made in value.arrays(array)]
        return pa.RecordBatch.from_arrays(flat, schema=self._schema)


class SizedRows:
    """Writes rows of values, each behind its length in bytes and what stands around it."""

    def __init__(self, values: Sequence[Value], around: Around, length: text.Spelling) -> None:
        self._inner = BinaryRows(values)
        self._outer = BinaryRows([sized(pa.field("rows", BINARY), around, length)])

    def write(self, arrays: Sequence[pa.Array]) -> list[memoryview]:
        """As of ``BinaryRows``."""
        return self._outer.write([self._inner.cells(arrays)])

    def rows(self, arrays: Sequence[pa.Array]) -> tuple[memoryview, Offsets]:
        """As of ``BinaryRows``."""
        return self._outer.rows([self._inner.cells(arrays)])


class Members:
    """Structs as values of bytes: their members' cells, end to end."""

    def __init__(self, values: Sequence[Value]) -> None:
        self._rows = BinaryRows(values)

    def __call__(self, array: pa.StructArray) -> pa.LargeBinaryArray:
        return self._rows.cells(members_of(array), without_values(array))


class Items:
    """Lists, or maps of keys and values: how many items each has, and their rows, end to end."""

    def __init__(self, rows: BinaryRows | SizedRows) -> None:
        self._rows = rows

    def __call__(self, array: pa.Array) -> tuple[pa.Int64Array, pa.LargeBinaryArray]:
        """Counts, null where a list is; and bytes, null too where it is empty."""
        offsets, items = items_of(array)
        data, places = self._rows.rows(items)
        counts, missing = np.diff(offsets), without_values(array)
        return pa.array(counts, mask=missing), binary(data, places[offsets], counts == 0)

    def of(self, array: pa.Array) -> pa.LargeBinaryArray:
        """The bytes alone."""
        return self(array)[1]


class Entries:
    """A dictionary column with each of its entries written once, as long as the batches have the same dictionary."""

    def __init__(self, value: Value) -> None:
        rows = BinaryRows([value])
        self._cells = OnWords(lambda words: rows.cells([words], without_values(words)))

    def __call__(self, array: pa.DictionaryArray) -> pa.DictionaryArray:
        return self._cells(array)


def binary(data: memoryview | Octets, offsets: Offsets, missing: Mask | None = None) -> pa.LargeBinaryArray:
    """The bytes between each two offsets, null where ``missing``."""
    bits = None if missing is None else pa.array(~missing).buffers()[1]
    places = pa.py_buffer(np.ascontiguousarray(offsets, np.int64))
    return pa.Array.from_buffers(BINARY, len(offsets) - 1, [bits, places, pa.py_buffer(data)])


def check_nulls(batch: pa.RecordBatch, schema: pa.Schema) -> None:
    """FormatError if a column misses values although its field says that none does: its rows could not be read."""
    for field, array in zip(schema, batch.columns, strict=True):
        if field.nullable or pa.types.is_null(field.type):
            continue
        missing = without_values(array)
        if missing is not None and missing.any():
            raise FormatError(f"column {field.name!r} has missing values, but its field is said to have none")


def texts_of(field: pa.Field) -> Change:
    """What makes texts of values: ISO 8601 of moments and durations, all digits of decimals."""
    if is_duration(field.type):
        return lambda array: iso_texts(array).cast(pa.large_string())
    schema = pa.schema([field])
    writer = text.row_writer(schema, text.TextLayout((text.TextColumn(),), suffix=b""))

    def texts(array: pa.Array) -> pa.LargeStringArray:
        data, offsets = writer.rows(pa.RecordBatch.from_arrays([array], schema=schema))
        return binary(data, offsets, without_values(array)).view(pa.large_string())

    return texts


def big_endian(array: pa.Array, size: int) -> Octets:
    """A row of ``size`` bytes for each number, the most significant first; whatever where it is null.

    Fewer bytes than the type has hold numbers that are small enough; more are for numbers without a sign.
    """
    width = array.type.bit_width // 8
    word = np.dtype(f"<u{min(width, 8)}")
    count = len(array)
    words = np.frombuffer(array.buffers()[1] or b"", word, count * (width // word.itemsize), array.offset * width)
    turned = words.reshape(count, width // word.itemsize)[:, ::-1].astype(word.newbyteorder(">")).view(np.uint8)
    if size <= width:
        return turned[:, width - size :]
    padded = np.zeros((count, size), np.uint8)
    padded[:, size - width :] = turned
    return padded


def of_size(octets: Octets, missing: Mask | None) -> pa.LargeBinaryArray:
    """Rows of bytes of one size as values."""
    count, size = octets.shape
    flat = np.ascontiguousarray(octets).reshape(-1)
    return binary(flat, np.arange(0, size * (count + 1), size, dtype=np.int64), missing)
