"""The XML Schema (W3C XML Schema 1.0, 2004) of what formats/xml.py writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyarrow as pa

from formats.kinds import is_binary
from formats.nesting import plain_type
from formats.xml_rows import ENTRY, ITEM, KEY
from formats.xml_text import escaped, name_of

INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
SCHEMA = "http://www.w3.org/2001/XMLSchema"
TYPES: dict[pa.DataType, str] = {
    pa.bool_(): "boolean", pa.int8(): "byte", pa.int16(): "short", pa.int32(): "int", pa.int64(): "long",
    pa.uint8(): "unsignedByte", pa.uint16(): "unsignedShort", pa.uint32(): "unsignedInt", pa.uint64(): "unsignedLong",
    pa.float16(): "float", pa.float32(): "float", pa.float64(): "double", pa.date32(): "date",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Node:
    """An element of the schema document."""

    name: str
    attributes: dict[str, str]
    children: tuple[Node, ...] = ()

    def lines(self, depth: int = 0) -> Iterator[str]:
        """Its lines, indented; namespaces are the caller's."""
        pad, values = "  " * depth, "".join(f' {key}="{escaped(value)}"' for key, value in self.attributes.items())
        if not self.children:
            yield f"{pad}<xs:{self.name}{values}/>\n"
            return
        yield f"{pad}<xs:{self.name}{values}>\n"
        for child in self.children:
            yield from child.lines(depth + 1)
        yield f"{pad}</xs:{self.name}>\n"


def schema_of(
    schema: pa.Schema, root: str, row: str, namespace: str | None, nulls: str, attributes: bool = False
) -> bytes:
    """The schema document of a table's files, as UTF-8."""
    content = _Types(nulls)
    scalars = [field for field in schema if attributes and not pa.types.is_nested(field.type)]
    children = content.elements([field for field in schema if field not in scalars])
    rows = content.complex((_sequence(children),) if children else (), map(content.attribute, scalars))
    many = {"name": row, "minOccurs": "0", "maxOccurs": "unbounded"}
    whole = Node("element", {"name": root}, (content.complex((_sequence([Node("element", many, (rows,))]),)),))
    about = {"xmlns:xs": SCHEMA, "elementFormDefault": "qualified"}
    if namespace is not None:
        about |= {"targetNamespace": namespace, "xmlns": namespace}
    document = Node("schema", about, (*content.empty_ones(), whole))
    return ("".join(['<?xml version="1.0" encoding="UTF-8"?>\n', *document.lines()])).encode()


class _Types:
    """Declarations of values; where missing ones are empty elements, an empty text is a value of every type."""

    def __init__(self, nulls: str) -> None:
        self._nulls, self._or_empty = nulls, set[str]()

    def elements(self, fields: Iterable[pa.Field]) -> list[Node]:
        return [self.element(field, name_of(field.name)) for field in fields]

    def element(self, field: pa.Field, name: str, many: bool = False) -> Node:
        """The declaration of a field's elements: of any number of ``many``, and of those each has its place."""
        about = {"name": name}
        if many:
            about |= {"minOccurs": "0", "maxOccurs": "unbounded"}
        elif field.nullable and self._nulls == "left_out":
            about["minOccurs"] = "0"
        if field.nullable and (self._nulls == "nil" or (many and self._nulls == "left_out")):
            about["nillable"] = "true"
        if not pa.types.is_nested(field.type):
            return Node("element", {**about, "type": self._simple(field.type, field.nullable)})
        return Node("element", about, (self._nested(field.type, field.nullable),))

    def attribute(self, field: pa.Field) -> Node:
        about = {"name": name_of(field.name), "type": self._simple(field.type, field.nullable)}
        return Node("attribute", about if field.nullable else {**about, "use": "required"})

    def complex(self, children: tuple[Node, ...], attributes: Iterable[Node] = ()) -> Node:
        return Node("complexType", {}, (*children, *attributes))

    def empty_ones(self) -> list[Node]:
        """The types that an empty text is a value of too."""
        empty = Node("restriction", {"base": "xs:string"}, (Node("enumeration", {"value": ""}),))
        return [
            Node(
                "simpleType",
                {"name": f"{name}_or_empty"},
                (Node("union", {"memberTypes": f"xs:{name}"}, (Node("simpleType", {}, (empty,)),)),),
            )
            for name in sorted(self._or_empty)
        ]

    def _nested(self, data_type: pa.DataType, nullable: bool) -> Node:
        optional = {"minOccurs": "0"} if nullable and self._nulls == "empty" else {}
        if pa.types.is_struct(data_type):
            return self.complex((Node("sequence", optional, tuple(self.elements(data_type))),))
        if not pa.types.is_map(data_type):
            return self.complex((_sequence([self.element(data_type.value_field, ITEM, many=True)]),))
        return self.complex((_sequence([self._entry(data_type)]),))

    def _entry(self, data_type: pa.MapType) -> Node:
        """An entry's value is its content, its key an attribute."""
        value = data_type.item_field
        made = self.element(value, ENTRY, many=True)
        key = Node("attribute", {"name": KEY, "type": self._simple(data_type.key_type, False), "use": "required"})
        about = {name: text for name, text in made.attributes.items() if name != "type"}
        if made.children:
            return Node("element", about, (self.complex(made.children[0].children, [key]),))
        content = Node("extension", {"base": made.attributes["type"]}, (key,))
        return Node("element", about, (self.complex((Node("simpleContent", {}, (content,)),)),))

    def _simple(self, data_type: pa.DataType, nullable: bool) -> str:
        name = _type_name(plain_type(data_type))
        if name == "string" or not nullable or self._nulls != "empty":
            return f"xs:{name}"
        self._or_empty.add(name)
        return f"{name}_or_empty"


def _sequence(children: list[Node]) -> Node:
    return Node("sequence", {}, tuple(children))


def _type_name(data_type: pa.DataType) -> str:
    types = pa.types
    if types.is_decimal(data_type):
        return "decimal"
    if types.is_timestamp(data_type) or types.is_time(data_type):
        return "dateTime" if types.is_timestamp(data_type) else "time"
    if types.is_duration(data_type):
        return "duration"
    return TYPES.get(data_type, "base64Binary" if is_binary(data_type) else "string")
