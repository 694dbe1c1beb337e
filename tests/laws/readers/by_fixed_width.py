"""Readers of lines of fixed width: columns are cut out where the layout beside the data says."""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Iterator
from typing import Any

import pandas
import polars
import pyarrow as pa

from formats import TableShape, Written
from tests.laws.nested_values import Columns, is_listing
from tests.laws.readers.reader import Reader, finite
from tests.laws.readers.rounding import rounded
from tests.laws.texts_read import from_json, json_value, value_of

TOKEN = re.compile(r'[\[\]{}:,]|"(?:[^"\\]|\\.)*"|[^\s\[\]{}:,"]+')


def _by_pandas(options: Any, schema: pa.Schema, data: bytes) -> Columns:
    """Strips blanks and tabs of both ends."""
    layout = _layout(options, schema)
    header = 0 if options.header else None
    if not data:
        return [[] for _ in schema]
    found = pandas.read_fwf(
        io.BytesIO(data),
        colspecs=[(column["start"], column["end"]) for column in layout],
        header=header,
        dtype=object,
        keep_default_na=False,
        skip_blank_lines=False,
        encoding="utf-8",
    )
    cells = [found.iloc[:, at].tolist() for at in range(len(schema))]
    return _values(options, schema, layout, cells)


def _by_polars(options: Any, schema: pa.Schema, data: bytes) -> Columns:
    """Cuts the lines itself; only blanks that fill a column are taken off."""
    lines = polars.Series(data.decode().split(options.line_ending), dtype=polars.String)
    assert lines[-1] == ""
    lines, layout, cells = lines[:-1], _layout(options, schema), []
    if options.header:
        names = [lines[0][column["start"] : column["end"]].strip() for column in layout]
        assert names == [name[: column["width"]].strip() for name, column in zip(schema.names, layout, strict=True)]
        lines = lines[1:]
    assert not len(lines) or set(lines.str.len_chars()) == {layout[-1]["end"]}
    for column in layout:
        cut = lines.str.slice(column["start"], column["width"])
        filled = cut.str.strip_chars_start(" ") if column["align"] == "right" else cut.str.strip_chars_end(" ")
        cells.append(filled.to_list())
    return _values(options, schema, layout, cells)


def _layout(options: Any, schema: pa.Schema) -> list[dict[str, Any]]:
    files = options.companions([Written(TableShape("people", schema), ())])
    about = json.loads(files["people.layout.json"])
    columns: list[dict[str, Any]] = about["columns"]
    assert [column["name"] for column in columns] == schema.names
    ends = [column["start"] + column["width"] for column in columns]
    assert ends == [column["end"] for column in columns]
    starts = [0, *(end + len(options.separator) for end in ends[:-1])]
    assert starts == [column["start"] for column in columns]
    assert about["line_width"] == ends[-1]
    return columns


def _values(options: Any, schema: pa.Schema, layout: list[dict[str, Any]], cells: list[list[str]]) -> Columns:
    return [
        [_value(text, field.type, column["width"]) if text else None for text in texts]
        for field, column, texts in zip(schema, layout, cells, strict=True)
    ]


def _value(text: str, data_type: pa.DataType, width: int) -> Any:
    """The value of a cell, or of one that fills its column its text, which may be cut."""
    if is_listing(data_type):
        is_whole = len(text) < width and text[-1] in "]}"
        return value_of(text, data_type) if is_whole else Beginning(text, data_type)
    kind = data_type.value_type if pa.types.is_dictionary(data_type) else data_type
    is_cut = len(text) == width and (pa.types.is_binary(kind) or pa.types.is_large_binary(kind))
    return text if is_cut else value_of(text, kind)


class Beginning:
    """The JSON text of a list or a map up to where it was cut: equal to a value that begins so."""

    def __init__(self, text: str, data_type: pa.DataType) -> None:
        self.tokens, self.type = [*_tokens(text)][:-1], data_type

    def __eq__(self, value: object) -> bool:
        leaves = _leaves(value, self.type)
        found = [(json_value(token), *next(leaves)) for token in self.tokens if token not in "[]{}:,"]
        return value is not None and all(from_json(text, kind) == leaf for text, leaf, kind in found)

    __hash__ = None

    def __repr__(self) -> str:
        return "".join(self.tokens)


def _tokens(text: str) -> Iterator[str]:
    at = 0
    while found := TOKEN.match(text, at):
        yield found.group()
        at = found.end()


def _leaves(value: Any, data_type: pa.DataType) -> Iterator[tuple[Any, pa.DataType]]:
    """What a JSON text of the value names, in order: keys and plain values."""
    types = pa.types
    if value is None or not types.is_nested(data_type):
        yield value, data_type
    elif types.is_struct(data_type):
        for field in data_type:
            yield field.name, pa.string()
            yield from _leaves(value[field.name], field.type)
    elif types.is_map(data_type):
        for key, item in value:
            yield key, pa.string()
            yield from _leaves(item, data_type.item_type)
    else:
        for item in value:
            yield from _leaves(item, data_type.value_type)


def _kept(options: Any, data_type: pa.DataType, value: Any) -> Any:
    if value is None or is_listing(data_type):
        return finite(options, data_type, value)
    if isinstance(value, bytes):
        text = base64.b64encode(value).decode()
        is_cut = not pa.types.is_fixed_size_binary(data_type) and len(text) >= options.text_width
        return text[: options.text_width] if is_cut else value or None
    kind = data_type.value_type if pa.types.is_dictionary(data_type) else data_type
    if not isinstance(value, str) or pa.types.is_floating(kind):
        return rounded(options, kind, value)
    text = value.translate({10: " ", 13: " "})[: options.text_width].rstrip(" ")
    return text or None


def _stripped(options: Any, data_type: pa.DataType, value: Any) -> Any:
    value = _kept(options, data_type, value)
    kind = data_type.value_type if pa.types.is_dictionary(data_type) else data_type
    return value.strip(" \t") or None if isinstance(value, str) and not pa.types.is_floating(kind) else value


READERS: dict[str, tuple[Reader, ...]] = {
    "fixed_width": (Reader("polars", _by_polars, _kept), Reader("pandas", _by_pandas, _stripped)),
}
