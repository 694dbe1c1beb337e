"""Rows of XML: columns of any type as elements or attributes, written by the text kernels.

Nested values become cells of finished text as in formats/json_text.py: the members of a struct, the items of a list and
the entries of a map are the cells of rows of their own, whose texts are the content of the element around them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import pyarrow as pa

from formats.durations import is_duration, iso_texts
from formats.nesting import check_members, is_listing, items_of, members_of
from formats.text_rows import cells_of, runs
from formats.xml_text import ATTRIBUTE, CONTENT, Escapes, allowed, name_of
from generator.kernels import text

NIL = b' xsi:nil="true"/>'
ITEM, ENTRY, KEY = "item", "entry", "key"
TEXT = pa.large_string()


@dataclass(frozen=True, slots=True)
class Style:
    """How elements are written: what a missing value is, what stands before names (``p:``), and the indentation."""

    nulls: Literal["left_out", "empty", "nil"] = "left_out"
    prefix: str = ""
    indent: int = 0

    def line(self, depth: int) -> bytes:
        """What stands before an element inside ``depth`` others: nothing, unless lines are indented."""
        return b"\n" + b" " * (self.indent * depth) if self.indent else b""

    def tag(self, name: str) -> bytes:
        return (self.prefix + name).encode()

    def missing(self, begun: bytes, close: bytes, counts: bool) -> bytes:
        """A missing value, whose element is ``begun``. Where it ``counts``, among items, it is never left out."""
        if self.nulls == "empty":
            return begun + b">" + close
        return begun + NIL if counts or self.nulls == "nil" else b""


class Content(ABC):
    """The values of a column as cells: what stands between the tags of each."""

    field: pa.Field
    """The flat column of the cells."""
    end: bytes = b""
    """What stands between the last child, where there are any, and the closing tag."""

    @abstractmethod
    def cells(self, array: pa.Array) -> pa.Array:
        """The cells of these values, null where they are."""


Part = tuple[text.TextColumn, Content]


class Rows:
    """Contents side by side, ``opening`` before them and ``suffix`` behind."""

    def __init__(
        self, parts: Sequence[Part], opening: bytes = b"", suffix: bytes = b"", escapes: Escapes = CONTENT
    ) -> None:
        self._contents = [content for _, content in parts]
        columns = [replace(column, finished=content.field.type == text.FINISHED) for column, content in parts]
        self.schema = pa.schema([content.field for content in self._contents])
        dense = all(_looks_empty(field, column) for field, column in zip(self.schema, columns, strict=True))
        if dense:
            columns, opening, suffix = _prefixed(columns, opening, suffix)
        self.layout = text.TextLayout(
            columns=tuple(columns),
            suffix=suffix,
            escapes=escapes,
            infinity=b"INF",
            minus_infinity=b"-INF",
            enclosed=not dense,
            opening=opening,
        )

    def batch(self, arrays: Iterable[pa.Array]) -> pa.RecordBatch:
        """The flat columns of these arrays, one for each content."""
        cells = [content.cells(array) for content, array in zip(self._contents, arrays, strict=True)]
        return pa.RecordBatch.from_arrays(cells, schema=self.schema)


def _looks_empty(field: pa.Field, column: text.TextColumn) -> bool:
    """Whether a missing value, if there is any, is what stands around the others and nothing more."""
    return not field.nullable or column.null == column.prefix + column.suffix


def _prefixed(
    columns: Sequence[text.TextColumn], before: bytes, suffix: bytes
) -> tuple[list[text.TextColumn], bytes, bytes]:
    """The same with all that stands around cells in prefixes, and the row's suffix: the kernel's quickest form."""
    made = []
    for column in columns:
        made.append(replace(column.behind(before), suffix=b"", null=b""))
        before = column.suffix
    return made, b"", before + suffix


def element(field: pa.Field, name: str, style: Style, depth: int, counts: bool = False) -> Part:
    """The values of ``field`` as elements of that name, inside ``depth`` others."""
    content, tag, line = content_of(field, style, depth), style.tag(name), style.line(depth)
    close = b"</" + tag + b">"
    begun = line + b"<" + tag
    column = text.TextColumn(begun + b">", style.missing(begun, close, counts), suffix=content.end + close)
    return column, content


def attribute(field: pa.Field, name: str, style: Style) -> Part:
    """The values of ``field``, which is not nested, as attributes; missing ones are left out, or empty."""
    begun = b" " + name.encode() + b'="'
    return text.TextColumn(begun, begun + b'"' if style.nulls == "empty" else b"", suffix=b'"'), Scalar(field)


def elements(fields: Iterable[pa.Field], style: Style, depth: int, within: str = "") -> list[Part]:
    """Fields side by side as elements of their names; errors call them by ``within`` and their name."""
    return [element(field.with_name(within + field.name), name_of(field.name), style, depth) for field in fields]


def content_of(field: pa.Field, style: Style, depth: int) -> Content:
    """What stands in an element of ``field`` that is inside ``depth`` others."""
    if is_listing(field.type):
        return Map(field, style, depth) if pa.types.is_map(field.type) else List(field, style, depth)
    return Struct(field, style, depth) if pa.types.is_struct(field.type) else Scalar(field)


class Scalar(Content):
    """A value of a plain type, in characters that XML allows."""

    def __init__(self, field: pa.Field) -> None:
        self._duration = is_duration(field.type)
        self._view = pa.types.is_string_view(field.type)
        self.field = field.with_type(TEXT) if self._duration or self._view else field

    def cells(self, array: pa.Array) -> pa.Array:
        if self._duration:
            return iso_texts(array).cast(TEXT)
        return allowed(array.cast(TEXT) if self._view else array)


class _Finished(Content):
    """Values with elements in them, as finished text."""

    def __init__(self, field: pa.Field, rows: Rows, end: bytes) -> None:
        self.field, self.end = pa.field(field.name, text.FINISHED, field.nullable), end
        self._rows, self._writer = rows, text.row_writer(rows.schema, rows.layout)

    def _texts(self, arrays: Iterable[pa.Array]) -> pa.LargeStringArray:
        return self._writer.texts(self._rows.batch(arrays))


class Struct(_Finished):
    """``<street>High Street</street><city>Leeds</city>``."""

    def __init__(self, field: pa.Field, style: Style, depth: int) -> None:
        within = f"{field.name}." if field.name else ""
        check_members(list(field.type), within)
        super().__init__(field, Rows(elements(field.type, style, depth + 1, within)), style.line(depth))

    def cells(self, array: pa.Array) -> pa.Array:
        return cells_of(self._texts(members_of(array)), array)


class List(_Finished):
    """``<item>a</item><item>b</item>``."""

    def __init__(self, field: pa.Field, style: Style, depth: int) -> None:
        items = field.type.value_field.with_name(f"{field.name}[]")
        item = element(items, ITEM, style, depth + 1, counts=True)
        super().__init__(field, Rows([item]), style.line(depth))

    def cells(self, array: pa.Array) -> pa.Array:
        offsets, items = items_of(array)
        return cells_of(runs(self._texts(items), offsets), array)


class Map(_Finished):
    """``<entry key="a">1</entry><entry key="b">2</entry>``."""

    def __init__(self, field: pa.Field, style: Style, depth: int) -> None:
        tag, line = style.tag(ENTRY), style.line(depth + 1)
        close = b"</" + tag + b">"
        keys, items = (each.with_name(f"{field.name}[]") for each in (field.type.key_field, field.type.item_field))
        value = content_of(items, style, depth + 1)
        key = text.TextColumn(line + b"<" + tag + f' {KEY}="'.encode(), suffix=b'"'), Scalar(keys)
        inside = text.TextColumn(b">", style.missing(b"", close, counts=True), suffix=value.end + close), value
        super().__init__(field, Rows([key, inside], escapes=ATTRIBUTE), style.line(depth))

    def cells(self, array: pa.Array) -> pa.Array:
        offsets, items = items_of(array)
        return cells_of(runs(self._texts(items), offsets), array)
