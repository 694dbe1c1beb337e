"""Columns changed before rows of text are made of them: rounded, guarded, in hexadecimal digits, or finished.

A change is done to a whole column at a time; where a column is a dictionary, to its words, and once for all batches
that share them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Annotated, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from formats.flatten import Converted, check_columns
from formats.format import Encoder, Place, TableShape
from formats.kinds import values_of
from formats.text import TextEncoder
from generator.kernels import text

Change = Callable[[pa.Array], pa.Array]

DecimalPlaces = Annotated[
    int | None,
    Field(
        ge=0,
        le=22,
        description="Round floats to, and write them with, so many decimals, and round decimals that have more, a half "
        "to the even neighbour.",
    ),
]
"""The option of text formats; for decimals :func:`rounding` does it, for floats the row kernel."""
FORMULA = "^[=+\\-@\\t\\r\\n\uff1d\uff0b\uff0d\uff20]"
"""What a spreadsheet may take for a formula: = + - @ and their full-width forms, a tab, a line break (OWASP)."""
SUSPECTED = np.isin(np.arange(256), [*b"=+-@\t\r\n", "\uff1d".encode()[0]])
"""By the first byte of a text, whether it may begin so: most columns need no longer look."""
HEXADECIMAL = np.frombuffer(b"".join(b"%02x" % code for code in range(256)), np.uint16)
"""The two digits of each byte, in the order of memory."""


class Changing:
    """The batches of one schema with some columns changed, of ``self.schema``."""

    def __init__(self, schema: pa.Schema, changes: Sequence[Change | None]) -> None:
        self._given = schema
        self._changes = [None if change is None else OnWords(change) for change in changes]
        self.schema = pa.schema(list(map(_changed_field, schema, self._changes)), schema.metadata)

    def encoder(
        self, table: TableShape, place: Place, layout: text.TextLayout, head: bytes = b"", foot: bytes = b""
    ) -> Encoder:
        """Of a table of the schema that was given: rows of ``layout`` with the columns changed, ``head``, ``foot``."""
        rows = TextEncoder(replace(table, schema=self.schema), place, layout, head, foot)
        return rows if all(change is None for change in self._changes) else Converted(rows, self.batch)

    def batch(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The same rows, changed. FormatError for a batch of other columns."""
        check_columns(batch, self._given)
        pairs = zip(self._changes, batch.columns, strict=True)
        return pa.RecordBatch.from_arrays(
            [array if change is None else change(array) for change, array in pairs], schema=self.schema
        )


class OnWords:
    """A change, of a dictionary done to its words; words that were changed before are not changed again."""

    def __init__(self, change: Change) -> None:
        self._change = change
        self._words: tuple[object, pa.Array, pa.Array] | None = None

    def __call__(self, array: pa.Array) -> pa.Array:
        if not pa.types.is_dictionary(array.type):
            return self._change(array)
        words = array.dictionary
        same = (len(words), words.offset, *(buffer and buffer.address for buffer in words.buffers()))
        if self._words is None or self._words[0] != same:
            self._words = same, words, self._change(words)  # who holds the words keeps their addresses theirs
        return pa.DictionaryArray.from_arrays(array.indices, self._words[2], safe=False)


def _changed_field(field: pa.Field, change: OnWords | None) -> pa.Field:
    return field if change is None else field.with_type(change(pa.nulls(0, field.type)).type)


def both(*changes: Change | None) -> Change | None:
    """The changes that there are, one after the other; None where there are none."""
    found = [change for change in changes if change is not None]
    if not found:
        return None

    def change(array: pa.Array) -> pa.Array:
        for one in found:
            array = one(array)
        return array

    return change


def rounding(data_type: pa.DataType, places: int | None) -> Change | None:
    """For decimals of more digits than that: exact rounding to ``places``, a half to the even neighbour."""
    kind = values_of(data_type)
    if places is None or not pa.types.is_decimal(kind) or kind.scale <= places:
        return None
    wide, narrow = pa.decimal256(76, kind.scale), pa.decimal128(38, places)

    def rounded(array: pa.Array) -> pa.Array:
        return pc.round(array.cast(wide), places, "half_to_even").cast(narrow)

    return rounded


def finite(array: pa.Array) -> pa.Array:
    """Floats, null where they are NaN or infinite."""
    return pc.if_else(pc.is_finite(array), array, pa.scalar(None, array.type))


def guarded(array: pa.Array) -> pa.Array:
    """Strings with an apostrophe before those that a spreadsheet may take for a formula."""
    array = strings(array)
    offsets, data = bytes_of(array)
    if not SUSPECTED[data[offsets[:-1][offsets[1:] > offsets[:-1]]]].any():
        return array
    dangerous = pc.match_substring_regex(array, FORMULA)
    if not pc.any(dangerous).as_py():
        return array
    alone, nothing = pa.scalar("'", array.type), pa.scalar("", array.type)
    return pc.if_else(dangerous, pc.binary_join_element_wise(alone, array, nothing), array)


def strings(array: pa.Array) -> pa.Array:
    """Text as strings or large strings, which more can be done to than to views; binary values in base64."""
    types = pa.types
    if types.is_string(array.type) or types.is_large_string(array.type):
        return array
    return array.cast(pa.large_string()) if types.is_string_view(array.type) else Texts()(array)


class Texts:
    """The cells of a column as the row kernel spells them, null where it is: large strings.

    ``about`` is a field whose name and metadata the column has; floats have so many ``decimals``, text is escaped.
    """

    def __init__(
        self,
        about: pa.Field | None = None,
        decimals: int | None = None,
        escapes: Mapping[bytes, bytes] = MappingProxyType({}),
    ) -> None:
        self._about = pa.field("cells", pa.null()) if about is None else about
        self._layout = text.TextLayout((text.TextColumn(decimals=decimals),), suffix=b"", escapes=escapes)
        self._schema = pa.schema([])
        self._writer: text.RowWriter | None = None

    def __call__(self, array: pa.Array) -> pa.LargeStringArray:
        if self._writer is None or self._schema.types != [array.type]:
            self._schema = pa.schema([self._about.with_type(array.type)])
            self._writer = text.row_writer(self._schema, self._layout)
        found = self._writer.texts(pa.RecordBatch.from_arrays([array], schema=self._schema))
        return found if not array.null_count else pc.if_else(array.is_valid(), found, pa.scalar(None, found.type))


def hexadecimal(before: str = "", after: str = "") -> Change:
    """Binary values as two hexadecimal digits a byte, in lower case, with ``before`` and ``after`` around them."""

    def digits(array: pa.Array) -> pa.Array:
        if pa.types.is_fixed_size_binary(array.type):
            array = array.cast(pa.binary())
        values = array.cast(pa.large_binary())
        offsets, data = bytes_of(values)
        digits = pa.py_buffer(HEXADECIMAL[data].tobytes())
        found = pa.Array.from_buffers(pa.large_string(), len(values), [None, pa.py_buffer(2 * offsets), digits])
        if before or after:
            first, last, nothing = (pa.scalar(part, found.type) for part in (before, after, ""))
            found = pc.binary_join_element_wise(first, found, last, nothing)
        return pc.if_else(values.is_valid(), found, pa.scalar(None, found.type))

    return digits


def bytes_of(array: pa.Array) -> tuple[np.ndarray[Any, np.dtype[np.int64]], np.ndarray[Any, np.dtype[np.uint8]]]:
    """Where each string or binary value begins, in ``len + 1`` offsets from 0 on, and the bytes of all of them."""
    if not len(array):
        return np.zeros(1, np.int64), np.empty(0, np.uint8)
    if not pa.types.is_large_binary(array.type):
        array = array.cast(pa.large_string())
    _, places, data = array.buffers()
    offsets = np.frombuffer(places, np.int64, len(array) + 1, 8 * array.offset)
    size = int(offsets[-1] - offsets[0])
    return offsets - offsets[0], np.frombuffer(data or b"", np.uint8, size, int(offsets[0]) if size else 0)


class Finished:
    """A column written by a layout of its own: cells of finished text, to stand in rows of any other layout."""

    def __init__(self, field: pa.Field, layout: text.TextLayout) -> None:
        self._schema = pa.schema([field.with_type(values_of(field.type))])
        self._writer = text.row_writer(self._schema, layout)

    def __call__(self, array: pa.Array) -> pa.DictionaryArray:
        """The cells of ``array``, of ``text.FINISHED``; null where it is."""
        is_dictionary = pa.types.is_dictionary(array.type)
        values = array.dictionary if is_dictionary else array
        indices = array.indices.cast(pa.int32()) if is_dictionary else pa.array(np.arange(len(array), dtype=np.int32))
        if array.null_count:
            indices = pc.if_else(array.is_valid(), indices, pa.scalar(None, pa.int32()))
        found = self._writer.texts(pa.RecordBatch.from_arrays([values], schema=self._schema))
        return pa.DictionaryArray.from_arrays(indices, found, safe=False)
