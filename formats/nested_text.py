"""Columns of any type as text: rows of objects, and nested values as texts of their own, in the style of a format.

A row of text holds plain cells only, so a nested column becomes cells of finished text. Its children are the cells of
rows of their own (an object's members side by side, a list's items one below the other with what stands around them),
written by the same kernels, and the texts of one value lie next to each other. So any depth costs one pass a level, and
nothing is done row by row. An object that is never null needs not even that: its members stand in the row itself.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from formats.durations import is_duration, iso_texts
from formats.kinds import values_of
from formats.nesting import Offsets, check_members, is_listing, items_of, kept_items, members_of, without_values
from formats.text_rows import Cell, Row, cells_of, finished, runs
from formats.text_style import Frame, Style
from generator.kernels import text


class Value(ABC):
    """A column as cells of a row of text, in one or more flat columns."""

    @abstractmethod
    def cells(self, before: bytes) -> tuple[list[Cell], bytes]:
        """The flat columns where ``before`` stands before the value; and what must follow it."""

    @abstractmethod
    def arrays(self, array: pa.Array) -> Sequence[pa.Array]:
        """The flat columns of the values in ``array``."""


Part = tuple[bytes, Value]
"""What stands before a value, and the value."""


class Values:
    """Values side by side in a row of text, and what ends the row."""

    def __init__(self, style: Style, parts: Sequence[Part], end: bytes, enclosed: Frame | None = None) -> None:
        self._values = [value for _, value in parts]
        cells: list[Cell] = []
        between = b""
        for before, value in parts:
            made, between = value.cells(between + before)
            cells += made
        self.cells, self.end = cells, between + end
        self._style, self._enclosed = style, enclosed

    @classmethod
    def of(cls, style: Style, fields: Sequence[pa.Field], frame: Frame, path: str = "", depth: int = 0) -> Values:
        """An object of these members. FormatError if there are none."""
        check_members(fields, path)
        parts: list[Part] = []
        for field in fields:
            key = frame.before + style.key(field.name) + style.colon
            parts.append((key, _value(style, field, path + field.name, depth + 1)))
        if style.left_out:
            return cls(style, parts, frame.closing, frame)
        openings = [frame.opening, *[frame.after + frame.between] * (len(parts) - 1)]
        dense = [(opening + key, value) for opening, (key, value) in zip(openings, parts, strict=True)]
        return cls(style, dense, frame.after + frame.closing)

    @cached_property
    def row(self) -> Row:
        """What writes the row. KernelError for types that it cannot hold."""
        return Row(self._style, self.cells, self.end, self._enclosed)

    def batch(self, arrays: Sequence[pa.Array]) -> list[pa.Array]:
        """The flat columns of these arrays, one for each value."""
        return [made for value, array in zip(self._values, arrays, strict=True) for made in value.arrays(array)]


class NestedTexts:
    """The texts of a column that is nested."""

    def __init__(self, field: pa.Field, style: Style) -> None:
        self._value = (_Listing if is_listing(field.type) else _Object)(style, field, 0)

    def of(self, array: pa.Array) -> pa.LargeStringArray:
        """The text of each value of ``array``; null where it is."""
        return self._value.arrays(array)[0].cast(pa.large_string())


def _value(style: Style, field: pa.Field, path: str, depth: int) -> Value:
    """How the values of ``field`` are written; ``path`` is what error messages call it."""
    field = field.with_name(path)
    if is_listing(field.type):
        return _Listing(style, field, depth)
    if not pa.types.is_struct(field.type):
        return _Scalar(style, field)
    if field.nullable or style.left_out:
        return _Object(style, field, depth)
    return _Members(style, field, depth)


class _Scalar(Value):
    """A value of a plain type; a length of time is ISO 8601 text."""

    def __init__(self, style: Style, field: pa.Field, is_key: bool = False) -> None:
        self._is_duration, self._style = is_duration(field.type), style
        kind = values_of(field.type)
        if self._is_duration or (pa.types.is_floating(kind) and style.leaves_out_odd_floats):
            kind = pa.string() if self._is_duration else kind
            field = field.with_type(kind)
        self._field, self._leaf = field, style.map_key(kind) if is_key else style.leaf(kind)

    def cells(self, before: bytes) -> tuple[list[Cell], bytes]:
        quoting = text.Quoting.ALWAYS if self._leaf.quoted else text.Quoting.NEVER
        return [Cell(self._field, text.TextColumn(before, self._style.null, quoting), self._leaf.corrections)], b""

    def arrays(self, array: pa.Array) -> Sequence[pa.Array]:
        if self._is_duration:
            return [iso_texts(array)]
        return [_without_odd_floats(self._style, array)]


class _Members(Value):
    """An object that is never null: its members are cells of the row that it stands in.

    It is null all the same where an object around it is; then nobody sees it.
    """

    def __init__(self, style: Style, field: pa.Field, depth: int) -> None:
        self._values = Values.of(style, list(field.type), style.frame(depth), f"{field.name}.", depth)

    def cells(self, before: bytes) -> tuple[list[Cell], bytes]:
        first, *others = self._values.cells
        return [first.behind(before), *others], self._values.end

    def arrays(self, array: pa.Array) -> Sequence[pa.Array]:
        return self._values.batch(members_of(array))


class _Finished(Value):
    """Values as finished text: a dictionary of texts, so that null and empty ones need no text of their own."""

    def __init__(self, style: Style, field: pa.Field, values: Values) -> None:
        self._style, self._values, self._row = style, values, values.row
        self._field = pa.field(field.name, text.FINISHED)

    def cells(self, before: bytes) -> tuple[list[Cell], bytes]:
        return [Cell(self._field, text.TextColumn(before, self._style.null, finished=True))], b""

    def _texts(self, arrays: Sequence[pa.Array]) -> pa.LargeStringArray:
        return self._row.texts(self._values.batch(arrays))


class _Object(_Finished):
    """A struct: ``{"street":"High Street","city":"Leeds"}``."""

    def __init__(self, style: Style, field: pa.Field, depth: int) -> None:
        values = Values.of(style, list(field.type), style.frame(depth), f"{field.name}.", depth)
        super().__init__(style, field, values)

    def arrays(self, array: pa.Array) -> Sequence[pa.Array]:
        return [cells_of(self._texts(members_of(array)), array)]


class _Listing(_Finished):
    """A list, ``["a","b"]``, or a map, ``{"key":1}``.

    Each item is a row that begins with the opening bracket if it is the first of its list and with a comma if not, and
    ends with the closing bracket if it is the last: the text of a list is that of its items, one after the other.
    """

    def __init__(self, style: Style, field: pa.Field, depth: int) -> None:
        self._is_map, path = pa.types.is_map(field.type), f"{field.name}[]"
        self._empty = "{}" if self._is_map else "[]"
        self._keeps_nulls = bool(style.null) and not (self._is_map and style.left_out)
        inner, outer = style.line(depth + 1).decode(), style.line(depth).decode()
        self._before = pa.array([style.comma.decode() + inner, self._empty[0] + inner], pa.large_string())
        self._after = pa.array(["", outer + self._empty[1]], pa.large_string())
        mark = (b"", _Mark(path))
        if self._is_map:
            key = _Scalar(style, field.type.key_field.with_name(path), is_key=True)
            item = _value(style, field.type.item_field, path, depth + 1)
            inside: list[Part] = [(b"", key), (style.colon, item)]
        else:
            inside = [(b"", _value(style, field.type.value_field, path, depth + 1))]
        super().__init__(style, field, Values(style, [mark, *inside, mark], b""))

    def arrays(self, array: pa.Array) -> Sequence[pa.Array]:
        offsets, items = items_of(array)
        items[-1] = _without_odd_floats(self._style, items[-1]) if self._is_map else items[-1]
        missing = None if self._keeps_nulls else without_values(items[-1])
        if missing is not None:
            offsets, items = kept_items(offsets, items, ~missing)
        filled = np.diff(offsets) > 0
        before = _marked(int(offsets[-1]), offsets[:-1][filled], self._before)
        after = _marked(int(offsets[-1]), offsets[1:][filled] - 1, self._after)
        texts = runs(self._texts([before, *items, after]), offsets)
        picks = np.arange(len(array), dtype=np.int32)
        if not filled.all():
            picks[~filled] = len(array)
            texts = pa.concat_arrays([texts, pa.array([self._empty], pa.large_string())])
        return [finished(picks, texts, without_values(array))]


class _Mark(Value):
    """What stands around items: few texts, one of them a row."""

    def __init__(self, path: str) -> None:
        self._field = pa.field(path, text.FINISHED)

    def cells(self, before: bytes) -> tuple[list[Cell], bytes]:
        return [Cell(self._field, text.TextColumn(before, finished=True))], b""

    def arrays(self, array: pa.Array) -> Sequence[pa.Array]:
        return [array]


def _without_odd_floats(style: Style, array: pa.Array) -> pa.Array:
    """Floats, plain and without what is left out like null; other values as they are."""
    if not pa.types.is_floating(values_of(array.type)) or not style.leaves_out_odd_floats:
        return array
    array = array.dictionary_decode() if pa.types.is_dictionary(array.type) else array
    return pc.if_else(pc.is_finite(array), array, pa.scalar(None, array.type))


def _marked(count: int, places: Offsets, words: pa.LargeStringArray) -> pa.Array:
    """``count`` times the first of two words, the second one at ``places``."""
    picks = np.zeros(count, np.int32)
    picks[places] = 1
    return finished(picks, words)
