"""Readers of what the examples of templates write: each by a parser of the language that it is written in."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import pyarrow as pa

from tests.laws.nested_values import Columns, mapped
from tests.laws.readers.reader import Reader, finite
from tests.laws.texts_read import from_json, json_value, value_of

LITERAL = re.compile(r"'((?:[^']|'')*)'|([^,' ]+)(?:, )?|, ")
FORBIDDEN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
BINARY = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary)
Row = list[tuple[str, str | None]]


def _by_json(_options: Any, schema: pa.Schema, data: bytes) -> Columns:
    rows = json_value(data.decode())
    assert json.loads(data) is not None
    assert all([name for name, _ in row] == schema.names for row in rows)
    return [[from_json(row[at][1], field.type) for row in rows] for at, field in enumerate(schema)]


def _of_rows(rows_of: Callable[[Any, str], list[Row]]) -> Callable[[Any, pa.Schema, bytes], Columns]:
    def read(options: Any, schema: pa.Schema, data: bytes) -> Columns:
        rows = rows_of(options, data.decode())
        assert all([name for name, _ in row] == schema.names for row in rows)
        return [[_value(row[at][1], field.type) for row in rows] for at, field in enumerate(schema)]

    return read


def _value(text: str | None, data_type: pa.DataType) -> Any:
    if text is None:
        return None
    return from_json(json_value(text), data_type) if pa.types.is_struct(data_type) else value_of(text, data_type)


def _rows_of_xml(options: Any, text: str) -> list[Row]:
    root = ElementTree.fromstring(text)
    assert (root.tag, root.attrib) == ("rows", {"table": "people"})
    return [[(cell.attrib["name"], _unless(cell.text or "", options.null)) for cell in row] for row in root]


def _rows_of_urls(options: Any, text: str) -> list[Row]:
    lines = text.split("\n")
    assert lines.pop() == ""
    assert text.isascii()
    rows = [[tuple(part.split("=")) for part in line.split("&")] for line in lines]
    return [[(unquote(name), None if value == options.null else unquote(value)) for name, value in row] for row in rows]


def _by_ldif(options: Any, schema: pa.Schema, data: bytes) -> Columns:
    """Binary values are the bytes that base64 stands for, of all others these are a text."""
    version, *blocks = data.decode().split("\ndn: ou=people\n")
    assert version.strip() == "version: 1"
    rows = [[line.rpartition(":: ") for line in block.removesuffix("\n").split("\n")] for block in blocks]
    assert all([name for name, _, _ in row] == schema.names for row in rows)
    columns = []
    for at, field in enumerate(schema):
        values = [base64.b64decode(row[at][2], validate=True) for row in rows]
        is_binary = any(test(field.type) for test in BINARY)
        columns.append([_of_bytes(options, field.type, value, is_binary) for value in values])
    return columns


def _of_bytes(options: Any, data_type: pa.DataType, value: bytes, is_binary: bool) -> Any:
    if is_binary:
        return value or None
    return _value(_unless(value.decode(), options.null), data_type)


def _rows_of_lines(options: Any, text: str) -> list[Row]:
    blocks = text.split("\n\n")
    assert blocks.pop() == ""
    rows = [[line.partition(": ") for line in block.split("\n")] for block in blocks]
    return [[(name, _unless(_unescaped(value), options.null)) for name, _, value in row] for row in rows]


def _unescaped(value: str) -> str:
    return re.sub(r"\\(.)", lambda found: {"n": "\n", "r": "\r", "t": "\t"}.get(found[1], found[1]), value)


def _by_sql(_options: Any, schema: pa.Schema, data: bytes) -> Columns:
    """Statements end with a line that no text can: its quotes would be open."""
    rows: list[list[Any]] = []
    for found in re.finditer(r"""INSERT INTO "people" VALUES \(((?:'(?:[^']|'')*'|[^'])*?)\);\n""", data.decode()):
        literals = [(one[1], one[2]) for one in LITERAL.finditer(found[1]) if one[0] != ", "]
        assert len(literals) == len(schema)
        rows.append([word if quoted is None else quoted.replace("''", "'") for quoted, word in literals])
        nulls = [quoted is None and word == "NULL" for quoted, word in literals]
        rows[-1] = [None if null else value for null, value in zip(nulls, rows[-1], strict=True)]
    return [[_value(row[at], field.type) for row in rows] for at, field in enumerate(schema)]


def _unless(text: str, null: str) -> str | None:
    return None if text == null else text


def _nested_finite(options: Any, data_type: pa.DataType, value: Any) -> Any:
    """What is nested is JSON, which has no NaN; other cells are not."""
    return finite(options, data_type, value) if pa.types.is_nested(data_type) else value


def _without_the_null_text(options: Any, data_type: pa.DataType, value: Any) -> Any:
    value = _nested_finite(options, data_type, value)
    is_empty = value == b"" and not options.null
    return None if is_empty or (value == options.null and not pa.types.is_nested(data_type)) else value


def _in_xml(options: Any, data_type: pa.DataType, value: Any) -> Any:
    value = _without_the_null_text(options, data_type, value)
    allowed = {False: FORBIDDEN, True: re.compile("[\ufffe\uffff]")}[bool(pa.types.is_nested(data_type))]
    return mapped(value, data_type, lambda leaf, _: allowed.sub("\ufffd", leaf) if isinstance(leaf, str) else leaf)


def _is(extension: str) -> Callable[[Any], bool]:
    return lambda options: bool(options.extension == extension)


def _finite_as_null(options: Any, data_type: pa.DataType, value: Any) -> Any:
    return finite(options, data_type, value)


READERS: dict[str, tuple[Reader, ...]] = {
    "template": (
        Reader("json module", _by_json, _finite_as_null, _is("json")),
        Reader("ElementTree", _of_rows(_rows_of_xml), _in_xml, _is("xml")),
        Reader("urllib", _of_rows(_rows_of_urls), _nested_finite, _is("urls")),
        Reader("SQL literals", _by_sql, _finite_as_null, _is("sql")),
        Reader("LDIF", _by_ldif, _without_the_null_text, _is("ldif")),
        Reader("lines", _of_rows(_rows_of_lines), _without_the_null_text, _is("txt")),
    ),
}
