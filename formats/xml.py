"""XML 1.0 (W3C, fifth edition, 2008) in UTF-8: an element for each row, and one for each value in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, ClassVar, Literal

import pyarrow as pa
from pydantic import Field, field_validator, model_validator

from formats.flatten import Converted, check_columns
from formats.format import Encoder, Format, Place, TableShape, Written, file_format
from formats.nesting import is_listing
from formats.text import BATCH_ROWS, TextEncoder
from formats.xml_rows import Part, Rows, Struct, Style, attribute, elements
from formats.xml_schema import INSTANCE, schema_of
from formats.xml_text import ATTRIBUTE, CONTENT, escaped, is_name, name_of
from generator.kernels import text

RESERVED = ("http://www.w3.org/XML/1998/namespace", "http://www.w3.org/2000/xmlns/")
IN_URI = r"[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2}"
HOST = rf"(?:(?:{IN_URI}|:)*@)?(?:(?:{IN_URI})*|\[[0-9A-Fa-f:.]+\])(?::[0-9]*)?"
URI = re.compile(
    rf"[A-Za-z][A-Za-z0-9+.\-]*:(?://{HOST}(?![^/?#])|(?!//))"
    rf"(?:{IN_URI}|[:@/])*(?:\?(?:{IN_URI}|[:@/?])*)?(?:#(?:{IN_URI}|[:@/?])*)?"
)
"""RFC 3986, appendix A, with a scheme: relative names are deprecated, and parsers refuse what is no URI."""


@file_format("xml")
class Xml(Format):
    """An element for each row, below one root, and in it an element (or an attribute) for each value.

    Objects are elements with an element for each member, arrays hold ``<item>``, maps ``<entry key="…">``; a missing
    item of an array or a map is never left out but ``xsi:nil``. Names of columns that are no XML names are escaped as
    SQL/XML does: ``unit price`` is ``unit_x0020_price``. Beside each file stands its XML Schema.
    """

    suffix: ClassVar[str] = "xml"
    media_type: ClassVar[str] = "application/xml"
    nested: ClassVar[bool] = True
    batch_rows: ClassVar[int] = BATCH_ROWS
    becomes: ClassVar[Mapping[str, str]] = {
        "null": "left out; an empty element, or one with xsi:nil, on request",
        "characters that XML forbids (NUL, C0 controls but tab, LF and CR; U+FFFE, U+FFFF)": "U+FFFD",
        "NaN and infinities": "NaN, INF and -INF, as XML Schema spells them",
        "uint64, decimals": "all their digits",
        "binary": "base64",
        "durations": "ISO 8601, such as PT1H30M",
        "dates and times": "ISO 8601 for the years 1 to 9999, instants in UTC with a Z",
    }
    examples: ClassVar = (
        {},
        {"nulls": "nil", "namespace": "https://example.com/people", "indent": 2},
        {"nulls": "empty", "namespace": "urn:example:people", "prefix": "p", "declaration": False, "indent": 1},
        {"attributes": True, "root": "persons", "row": "person"},
    )

    root: str | None = Field(default=None, description="The name of the root element; the table's, if it is left out.")
    row: str = Field(default="row", description="The name of each row's element.")
    attributes: bool = Field(
        default=False, description="Whether columns are attributes of the row; nested ones are elements all the same."
    )
    nulls: Literal["left_out", "empty", "nil"] = Field(
        default="left_out", description='What a missing value is: nothing, an empty element, or one of xsi:nil="true".'
    )
    namespace: str | None = Field(default=None, description="The namespace of all elements, a URI.")
    prefix: str | None = Field(
        default=None, description="The prefix of all elements' names; without one, the namespace is the default one."
    )
    declaration: bool = Field(default=True, description="Whether the file begins with an XML declaration.")
    indent: Annotated[int, Field(ge=0, le=8)] = Field(
        default=0, description="Spaces that each level is indented by, each element in a line; 0: a line for each row."
    )
    xsd: bool = Field(default=True, description="Whether an XML Schema stands beside each table's files.")

    @field_validator("root", "row", "prefix")
    @classmethod
    def _a_name(cls, name: str | None) -> str | None:
        if name is not None and not is_name(name):
            raise ValueError(f"{name!r} cannot be a name in XML; {name_of(name)!r} could")
        return name

    @field_validator("namespace")
    @classmethod
    def _a_namespace(cls, uri: str | None) -> str | None:
        if uri is not None and (uri in (*RESERVED, INSTANCE) or not URI.fullmatch(uri)):
            raise ValueError(f"{uri!r} cannot be the namespace of data; use for example https://example.com/people")
        return uri

    @model_validator(mode="after")
    def _fits_together(self) -> Xml:
        if self.prefix is not None and self.namespace is None:
            raise ValueError("a prefix needs a namespace that it stands for")
        if self.prefix == "xsi":
            raise ValueError("the prefix xsi has a meaning of its own; use another one")
        if self.attributes and self.nulls == "nil":
            raise ValueError("an attribute cannot be nil: leave missing values out, or make them empty")
        return self

    def encoder(self, table: TableShape, place: Place) -> Encoder:
        style, row = self._style, self._style.tag(self.row)
        nested = [field for field in table.schema if self.attributes and not _is_scalar(field)]
        whole = replace(table, schema=_with_children(table.schema, nested))
        end = style.line(1)
        if not self.attributes:
            parts, opening, close = elements(table.schema, style, 2), b">", end + b"</" + row + b">\n"
        else:
            parts, opening, close = self._attributes(whole.schema, end + b"</" + row + b">"), b"", b"/>\n"
            close = b"\n" if nested else close
        rows = Rows(parts, end[1:] + b"<" + row + opening, close, ATTRIBUTE if self.attributes else CONTENT)

        def flat(batch: pa.RecordBatch) -> pa.RecordBatch:
            check_columns(batch, table.schema)
            return rows.batch(_arrays(batch, nested))

        head, foot = self._head(table), b"</" + style.tag(self._root(table)) + b">\n"
        return Converted(TextEncoder(replace(table, schema=rows.schema), place, rows.layout, head, foot), flat)

    def companions(self, tables: Sequence[Written]) -> Mapping[str, bytes]:
        """The XML Schema of each table, ``<table>.xsd``."""
        if not self.xsd:
            return {}
        return {
            f"{written.stem}.xsd": schema_of(
                written.table.schema, self._root(written.table), self.row, self.namespace, self.nulls, self.attributes
            )
            for written in tables
        }

    @property
    def _style(self) -> Style:
        return Style(self.nulls, f"{self.prefix}:" if self.prefix else "", self.indent)

    def _root(self, table: TableShape) -> str:
        return self.root or name_of(table.name)

    def _head(self, table: TableShape) -> bytes:
        made = '<?xml version="1.0" encoding="UTF-8"?>\n' if self.declaration else ""
        made += f"<{self._style.tag(self._root(table)).decode()}"
        if self.namespace is not None:
            made += f' xmlns{":" + self.prefix if self.prefix else ""}="{escaped(self.namespace)}"'
        items = self.nulls == "left_out" and any(_has_items(field.type) for field in table.schema)
        if self.nulls == "nil" or items:
            made += f' xmlns:xsi="{INSTANCE}"'
        return f"{made}>\n".encode()

    def _attributes(self, schema: pa.Schema, close: bytes) -> list[Part]:
        """The columns as attributes; the last one, where it is a struct, is the nested ones, with ``close`` behind."""
        parts = [attribute(field, name_of(field.name), self._style) for field in schema if _is_scalar(field)]
        if len(parts) < len(schema):
            parts.append((text.TextColumn(b">", suffix=close), Struct(schema.field(len(schema) - 1), self._style, 1)))
        return parts


def _is_scalar(field: pa.Field) -> bool:
    return not (pa.types.is_struct(field.type) or is_listing(field.type))


def _has_items(data_type: pa.DataType) -> bool:
    """Whether there are lists or maps in values of ``data_type``."""
    if pa.types.is_struct(data_type):
        return any(_has_items(member.type) for member in data_type)
    return is_listing(data_type)


def _with_children(schema: pa.Schema, nested: list[pa.Field]) -> pa.Schema:
    """The schema with its nested columns as members of one last struct, which is never null."""
    if not nested:
        return schema
    plain = [field for field in schema if field not in nested]
    return pa.schema([*plain, pa.field("", pa.struct(nested), nullable=False)])


def _arrays(batch: pa.RecordBatch, nested: list[pa.Field]) -> list[pa.Array]:
    """The columns of the schema that :func:`_with_children` made."""
    if not nested:
        return list(batch.columns)
    names = {field.name for field in nested}
    plain = [array for name, array in zip(batch.schema.names, batch.columns, strict=True) if name not in names]
    children = [array for name, array in zip(batch.schema.names, batch.columns, strict=True) if name in names]
    return [*plain, pa.StructArray.from_arrays(children, fields=nested)]
