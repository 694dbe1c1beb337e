"""Columns of any type as JSON (RFC 8259): rows of objects, and nested values as texts of their own.

A row of text holds plain cells only, so a nested column becomes cells of finished text. Its children are the cells of
rows of their own (an object's members side by side, a list's items one below the other with what stands around them),
written by the same kernels, and the texts of one value lie next to each other. So any depth costs one pass a level, and
nothing is done row by row. An object that is never null needs not even that: its members stand in the row itself.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from formats.format import FormatError
from formats.nesting import Mask, Offsets, is_listing, items_of, members_of, without_values
from generator.kernels import text

NULL = b"null"
SHORT = {b'"': b'\\"', b"\\": b"\\\\", b"\b": b"\\b", b"\f": b"\\f", b"\n": b"\\n", b"\r": b"\\r", b"\t": b"\\t"}
ESCAPES = {bytes([code]): b"\\u%04x" % code for code in range(0x20)} | SHORT
"""All that RFC 8259, section 7, says must be escaped; everything else is written as it is."""
MARKS = pa.dictionary(pa.int8(), pa.string())
"""What stands around items: few texts, one of them a row."""


class Value(ABC):
    """A column as cells of a row of JSON text, in one or more flat columns."""

    fields: list[pa.Field]
    """The flat columns."""

    @abstractmethod
    def columns(self, before: bytes) -> tuple[list[text.TextColumn], bytes]:
        """How the flat columns are written where ``before`` stands before the value; and what must follow it."""

    @abstractmethod
    def arrays(self, array: pa.Array) -> Sequence[pa.Array]:
        """The flat columns of the values in ``array``."""


Part = tuple[bytes, Value]
"""What stands before a value, and the value."""


class JsonRow:
    """Values side by side in a row of text, and what ends the row."""

    def __init__(self, parts: Sequence[Part], end: bytes) -> None:
        self._values = [value for _, value in parts]
        columns: list[text.TextColumn] = []
        between = b""
        for before, value in parts:
            made, between = value.columns(between + before)
            columns += made
        self.layout = _json_layout(columns, between + end)
        self.schema = pa.schema([field for value in self._values for field in value.fields])

    @classmethod
    def of(cls, schema: pa.Schema, end: bytes) -> JsonRow:
        """The rows of a table as objects; ``end`` follows each."""
        return cls(_members(list(schema)), b"}" + end)

    def batch(self, arrays: Sequence[pa.Array]) -> pa.RecordBatch:
        """The flat columns of these arrays, one for each value."""
        flat = [made for value, array in zip(self._values, arrays, strict=True) for made in value.arrays(array)]
        return pa.RecordBatch.from_arrays(flat, schema=self.schema)


class JsonTexts:
    """The JSON texts of a column that is nested."""

    def __init__(self, field: pa.Field) -> None:
        self._value = _Listing(field) if is_listing(field.type) else _Object(field)

    def of(self, array: pa.Array) -> pa.LargeStringArray:
        """The text of each value of ``array``; null where it is."""
        return self._value.arrays(array)[0].cast(pa.large_string())


def _json_layout(columns: Sequence[text.TextColumn], suffix: bytes) -> text.TextLayout:
    """Rows of JSON text; NaN and the infinities, which JSON lacks, are null."""
    return text.TextLayout(
        columns=tuple(columns),
        suffix=suffix,
        quote=b'"',
        escapes=ESCAPES,
        nan=NULL,
        infinity=NULL,
        minus_infinity=NULL,
    )


def _members(fields: Sequence[pa.Field], within: str = "") -> list[Part]:
    """The members of an object, each behind its key; the closing brace is left to who asks."""
    parts: list[Part] = []
    for at, field in enumerate(fields):
        key = json.dumps(field.name, ensure_ascii=False).encode()
        parts.append(((b",%s:" if at else b"{%s:") % key, _value(field, within + field.name)))
    if not parts:
        raise FormatError(
            f"{within.removesuffix('.') or 'a table'} has no columns: JSON objects of it would say nothing"
        )
    return parts


def _value(field: pa.Field, path: str) -> Value:
    """How the values of ``field`` are written; ``path`` is what error messages call it."""
    field = field.with_name(path)
    if is_listing(field.type):
        return _Listing(field)
    if not pa.types.is_struct(field.type):
        return _Scalar(field)
    return _Object(field) if field.nullable else _Members(field)


class _Scalar(Value):
    """A value of a plain type, strings and moments in quotes."""

    def __init__(self, field: pa.Field, quoting: text.Quoting | None = None) -> None:
        quoted = text.spelled(field.type) in {text.Spelled.TEXT, text.Spelled.MOMENT}
        usual = text.Quoting.ALWAYS if quoted else text.Quoting.NEVER
        self.fields, self._quoting = [field], usual if quoting is None else quoting

    def columns(self, before: bytes) -> tuple[list[text.TextColumn], bytes]:
        return [text.TextColumn(before, NULL, self._quoting)], b""

    def arrays(self, array: pa.Array) -> Sequence[pa.Array]:
        return [array]


class _Members(Value):
    """An object that is never null: its members are cells of the row that it stands in.

    It is null all the same where an object around it is; then nobody sees it.
    """

    def __init__(self, field: pa.Field) -> None:
        self._row = JsonRow(_members(list(field.type), f"{field.name}."), b"}")
        self.fields = list(self._row.schema)

    def columns(self, before: bytes) -> tuple[list[text.TextColumn], bytes]:
        first, *others = self._row.layout.columns
        return [first.behind(before), *others], self._row.layout.suffix

    def arrays(self, array: pa.Array) -> Sequence[pa.Array]:
        return list(self._row.batch(members_of(array)).columns)


class _Finished(Value):
    """Values as finished text: a dictionary of texts, so that null and empty ones need no text of their own."""

    def __init__(self, field: pa.Field, row: JsonRow) -> None:
        self.fields = [pa.field(field.name, text.FINISHED)]
        self._row, self._writer = row, text.row_writer(row.schema, row.layout)

    def columns(self, before: bytes) -> tuple[list[text.TextColumn], bytes]:
        return [text.TextColumn(before, NULL, finished=True)], b""

    def _texts(self, arrays: Sequence[pa.Array]) -> pa.LargeStringArray:
        return self._writer.texts(self._row.batch(arrays))


class _Object(_Finished):
    """A struct: ``{"street":"High Street","city":"Leeds"}``."""

    def __init__(self, field: pa.Field) -> None:
        super().__init__(field, JsonRow(_members(list(field.type), f"{field.name}."), b"}"))

    def arrays(self, array: pa.Array) -> Sequence[pa.Array]:
        return [_picked(np.arange(len(array), dtype=np.int32), array, self._texts(members_of(array)))]


class _Listing(_Finished):
    """A list, ``["a","b"]``, or a map, ``{"key":1}``.

    Each item is a row that begins with the opening bracket if it is the first of its list and with a comma if not, and
    ends with the closing bracket if it is the last: the text of a list is that of its items, one after the other.
    """

    def __init__(self, field: pa.Field) -> None:
        is_map, path = pa.types.is_map(field.type), f"{field.name}[]"
        brackets = "{}" if is_map else "[]"
        self._before, self._after, self._empty = pa.array([",", brackets[0]]), pa.array(["", brackets[1]]), brackets
        mark = (b"", _Scalar(pa.field(path, MARKS), text.Quoting.NEVER))
        if is_map:  # JSON's keys are text, so all are in quotes
            key = _Scalar(field.type.key_field.with_name(path), text.Quoting.ALWAYS)
            inside: list[Part] = [(b"", key), (b":", _value(field.type.item_field, path))]
        else:
            inside = [(b"", _value(field.type.value_field, path))]
        super().__init__(field, JsonRow([mark, *inside, mark], b""))

    def arrays(self, array: pa.Array) -> Sequence[pa.Array]:
        offsets, items = items_of(array)
        filled = np.diff(offsets) > 0
        before = _marked(int(offsets[-1]), offsets[:-1][filled], self._before)
        after = _marked(int(offsets[-1]), offsets[1:][filled] - 1, self._after)
        texts = _runs(self._texts([before, *items, after]), offsets)
        picks = np.arange(len(array), dtype=np.int32)
        if not filled.all():
            picks[~filled] = len(array)
            texts = pa.concat_arrays([texts, pa.array([self._empty], pa.large_string())])
        return [_picked(picks, array, texts)]


def _marked(count: int, places: Offsets, words: pa.Array) -> pa.Array:
    """``count`` times the first of two words, the second one at ``places``."""
    picks = np.zeros(count, np.int8)
    picks[places] = 1
    return pa.DictionaryArray.from_arrays(pa.array(picks), words, safe=False)


def _runs(texts: pa.LargeStringArray, offsets: Offsets) -> pa.LargeStringArray:
    """The texts between each two offsets as one."""
    _, places, data = texts.buffers()
    ends = np.frombuffer(places, np.int64, len(texts) + 1, 8 * texts.offset) if len(texts) else np.zeros(1, np.int64)
    stored = pa.py_buffer(np.ascontiguousarray(ends[offsets]))
    return pa.Array.from_buffers(pa.large_string(), len(offsets) - 1, [None, stored, data or pa.py_buffer(b"")])


def _picked(picks: np.ndarray[tuple[int], np.dtype[np.int32]], values: pa.Array, texts: pa.Array) -> pa.Array:
    """The picked texts, null where ``values`` are."""
    missing: Mask | None = without_values(values)
    return pa.DictionaryArray.from_arrays(pa.array(picks, mask=missing), texts, safe=False)
