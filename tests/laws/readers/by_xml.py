"""Readers of XML: the same look at the tree of each parser."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from typing import Any

import pyarrow as pa
from lxml import etree

from tests.laws.nested_values import Columns, is_listing
from tests.laws.readers.reader import Reader
from tests.laws.texts_read import value_of

XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ENCODED = re.compile("_x([0-9A-F]{4}|[0-9A-F]{6})_")


def _decoded(name: str) -> str:
    return ENCODED.sub(lambda found: chr(int(found[1], 16)), name)


def _by_parser(parse: Callable[[bytes], Any]) -> Callable[[Any, pa.Schema, bytes], Columns]:
    def read(options: Any, schema: pa.Schema, data: bytes) -> Columns:
        assert data.startswith(b"<?xml ") == options.declaration
        space = f"{{{options.namespace}}}" if options.namespace else ""
        root = parse(data)
        assert root.tag == space + (options.root or "people")
        rows = list(root)
        assert all(row.tag == space + options.row for row in rows)
        found = [_members(options, space, schema, row, options.attributes) for row in rows]
        return [[row[name] for row in found] for name in schema.names]

    return read


def _members(options: Any, space: str, fields: Any, parent: Any, attributes: bool) -> dict[str, Any]:
    """The members of a struct or a row, in the order of its fields; what is not there is None."""
    assert not (parent.text or "").strip()
    found: dict[str, Any] = dict.fromkeys(field.name for field in fields)
    types = {field.name: field.type for field in fields}
    kinds = [name for name in types if not attributes or pa.types.is_nested(types[name])]
    seen = [_decoded(child.tag.removeprefix(space)) for child in parent]
    assert seen == [name for name in kinds if name in seen]
    assert options.nulls == "left_out" or seen == kinds
    for name, child in zip(seen, parent, strict=True):
        found[name] = _value(options, space, types[name], child)
    if attributes:
        given = {_decoded(name): value for name, value in parent.attrib.items()}
        assert {*given} <= {*types} - {*kinds}
        found |= {name: _leaf(options, types[name], value) for name, value in given.items()}
    return found


def _value(options: Any, space: str, data_type: pa.DataType, node: Any) -> Any:
    children = list(node)
    if node.attrib.get(XSI + "nil") == "true":
        assert not children
        assert not node.text
        assert options.nulls != "empty"
        return None
    if not pa.types.is_nested(data_type):
        assert not children
        return _leaf(options, data_type, node.text or "")
    assert not (node.text or "").strip()
    if options.nulls == "empty" and not children:
        return None
    if pa.types.is_struct(data_type):
        return _members(options, space, data_type, node, attributes=False)
    assert {child.tag for child in children} <= {space + ("entry" if pa.types.is_map(data_type) else "item")}
    if not pa.types.is_map(data_type):
        return [_value(options, space, data_type.value_type, child) for child in children]
    keys = [value_of(child.attrib["key"], data_type.key_type) for child in children]
    return list(zip(keys, (_value(options, space, data_type.item_type, child) for child in children), strict=True))


def _leaf(options: Any, data_type: pa.DataType, text: str) -> Any:
    return None if options.nulls == "empty" and not text else value_of(text, data_type)


def _kept(options: Any, data_type: pa.DataType, value: Any) -> Any:
    """Forbidden characters are replaced; where missing values are empty elements, empty values are missing."""
    if pa.types.is_dictionary(data_type):
        return _kept(options, data_type.value_type, value)
    if options.nulls == "empty" and value in ("", b"", []):
        return None
    if isinstance(value, str) and not pa.types.is_floating(data_type):
        return FORBIDDEN.sub("\ufffd", value)
    if value is None or not pa.types.is_nested(data_type):
        return value
    if pa.types.is_struct(data_type):
        return {field.name: _kept(options, field.type, value[field.name]) for field in data_type}
    if pa.types.is_map(data_type):
        return [(key, _kept(options, data_type.item_type, item)) for key, item in value]
    assert is_listing(data_type)
    return [_kept(options, data_type.value_type, item) for item in value]


READERS: dict[str, tuple[Reader, ...]] = {
    "xml": (
        Reader("lxml", _by_parser(etree.fromstring), _kept),
        Reader("ElementTree, by expat", _by_parser(ElementTree.fromstring), _kept),
    ),
}
