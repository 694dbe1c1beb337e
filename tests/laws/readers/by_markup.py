"""Readers of tables in HTML and Markdown, by parsers of browsers' rules."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import html5lib
import lxml.html
import pyarrow as pa
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.laws.nested_values import Columns, is_listing, mapped
from tests.laws.readers.reader import Reader, finite_in_json, is_odd
from tests.laws.readers.rounding import rounded
from tests.laws.texts_read import value_of

NO_CHARACTERS = "\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff" + "".join(
    chr(plane + last) for plane in range(0x10000, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF)
)
FORBIDDEN = re.compile(f"[\0-\x08\x0b\x0c\x0e-\x1f{NO_CHARACTERS}]")
IN_JSON = re.compile(f"[{NO_CHARACTERS}]")
"""JSON escapes the control characters of one byte, but not DEL."""
Row = list[str | None]


def _by_lxml(options: Any, schema: pa.Schema, data: bytes) -> Columns:
    table = lxml.html.document_fromstring(data, parser=lxml.html.HTMLParser(encoding="utf-8")).find(".//table")
    return _of_table(options, schema, table, lambda cell: str(cell.text_content()))


def _by_html5lib(options: Any, schema: pa.Schema, data: bytes) -> Columns:
    """A carriage return by its number is the only thing that a validator would find."""
    parser = html5lib.HTMLParser(html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    table = parser.parse(data.decode()).find(".//table")
    errors = {(code, about.get("charAsInt")) for _, code, about in parser.errors}
    assert errors <= {("illegal-codepoint-for-numeric-entity", 13)}
    return _of_table(options, schema, table, lambda cell: "".join(cell.itertext()))


def _is_document(options: Any) -> bool:
    return bool(options.document)


def _of_table(options: Any, schema: pa.Schema, table: Any, text_of: Any) -> Columns:
    assert text_of(table.find("caption")) == "people"
    header = table.findall("thead/tr/th")
    assert [text_of(cell) for cell in header] == schema.names
    for cell, field in zip(header, schema, strict=True):
        assert (cell.get("class") == "number") == _is_number(field.type)
    rows = []
    for row in table.findall("tbody/tr"):
        cells = row.findall("td")
        nulls = [cell.get("class") == "null" for cell in cells]
        assert all(text_of(cell) == options.null for cell, null in zip(cells, nulls, strict=True) if null)
        rows.append([None if null else text_of(cell) for cell, null in zip(cells, nulls, strict=True)])
    return _columns(schema, rows)


def _by_markdown_it(options: Any, schema: pa.Schema, data: bytes) -> Columns:
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(data.decode())
    rows: list[list[str]] = []
    for at, token in enumerate(tokens):
        if token.type == "tr_open":
            rows.append([])
        if token.type in {"th_open", "td_open"}:
            field = schema.field(len(rows[-1]))
            assert (token.attrs.get("style") == "text-align:right") == _is_number(field.type)
            rows[-1].append("".join(map(_text_of, tokens[at + 1].children or ())))
    assert (tokens[0].type, tokens[-1].type) == ("heading_open" if options.title else "table_open", "table_close")
    assert rows.pop(0) == schema.names
    return _columns(schema, [[None if text == options.null else text for text in row] for row in rows])


def _text_of(token: Token) -> str:
    if token.type == "html_inline":
        assert token.content == "<br>"
        return "\n"
    assert token.type in {"text", "text_special"}, "a cell is text and line breaks"
    return token.content


def _columns(schema: pa.Schema, rows: Sequence[Row]) -> Columns:
    assert all(len(row) == len(schema) for row in rows)
    return [
        [None if (text := row[at]) is None else value_of(text, field.type) for row in rows]
        for at, field in enumerate(schema)
    ]


def _is_number(data_type: pa.DataType) -> bool:
    types = pa.types
    kind = data_type.value_type if types.is_dictionary(data_type) else data_type
    return bool(types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind))


def _kept(options: Any, data_type: pa.DataType, value: Any) -> Any:
    """Text without what HTML forbids, numbers rounded as the options have it."""
    if is_listing(data_type):
        return mapped(finite_in_json(options, data_type, value), data_type, lambda leaf, _: _shown(leaf, IN_JSON))
    if value is None or is_odd(value, data_type):
        return value
    kind = data_type.value_type if pa.types.is_dictionary(data_type) else data_type
    is_text = isinstance(value, str) and not pa.types.is_floating(kind)
    return _shown(value) if is_text else rounded(options, kind, value)


def _kept_in_markdown(options: Any, data_type: pa.DataType, value: Any) -> Any:
    value = _kept(options, data_type, value)
    is_empty = value in ("", b"") and not options.null
    return None if is_empty or value == options.null else value


def _shown(value: Any, forbidden: re.Pattern[str] = FORBIDDEN) -> Any:
    """The same text with U+FFFD for what HTML forbids."""
    return forbidden.sub("\N{REPLACEMENT CHARACTER}", value) if isinstance(value, str) else value


READERS: dict[str, tuple[Reader, ...]] = {
    "html": (Reader("lxml", _by_lxml, _kept), Reader("html5lib", _by_html5lib, _kept, _is_document)),
    "markdown": (Reader("markdown-it", _by_markdown_it, _kept_in_markdown),),
}
