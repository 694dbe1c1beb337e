"""YAML 1.2.2: a sequence of mappings, read alike by parsers of YAML 1.2 and of 1.1."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import ClassVar

import pyarrow as pa
from pydantic import Field

from formats.format import Encoder, Place, TableShape, file_format
from formats.json import BECOMES, NumberOptions
from formats.json_text import ESCAPES, json_leaf
from formats.kinds import is_text
from formats.nested_encoder import NestedEncoder
from formats.text_style import Correction, Frame, Leaf, Style
from formats.yaml_text import ESCAPED, LONGEST_KEY, POINTED, SHORT_KEYS, yaml_string

PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*", re.ASCII)
WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
"""What is no text in YAML 1.1 or 1.2, in any case."""


def yaml_key(name: str, column: bytes = b"") -> bytes:
    """A key: plain where every parser takes it for text; a long one with question mark and a colon at ``column``."""
    if PLAIN_KEY.fullmatch(name) and name.lower() not in WORDS and len(name) <= LONGEST_KEY:
        return name.encode()
    quoted = yaml_string(name)
    return quoted.encode() if len(quoted) <= LONGEST_KEY else b"? %s\n%s" % (quoted.encode(), column)


def _text_corrections(data_type: pa.DataType) -> tuple[Correction, ...]:
    return (ESCAPED,) if is_text(data_type) else ()


def _map_key(data_type: pa.DataType) -> Leaf:
    found = _text_corrections(data_type)
    return Leaf(True, (*found, SHORT_KEYS) if found else ())


@file_format("yaml", "yml")
class Yaml(NumberOptions):
    """A sequence of mappings, one a row, in the block style; nested values in the flow style, on the row's own lines.

    All texts, dates and times too, are double-quoted JSON strings, so no parser takes one for something else; numbers
    and booleans are plain. Keys are plain where they are names. In UTF-8 without a byte order mark.
    """

    suffix: ClassVar[str] = "yaml"
    media_type: ClassVar[str] = "application/yaml"
    becomes: ClassVar = {
        **BECOMES,
        "NaN, Infinity, -Infinity": ".nan, .inf, -.inf",
        "null": "null",
        "structs, maps": "mappings in the flow style; the keys of a map as text",
        "lists": "sequences in the flow style",
    }
    examples: ClassVar = ({}, {"records": True, "large_integers": "text_if_large", "decimals": "text"})

    records: str | bool = Field(
        default=False,
        description="A key: the file is a mapping with the sequence under it. True: the table's name is the key.",
    )

    def encoder(self, table: TableShape, place: Place) -> Encoder:
        key = table.name if self.records is True else self.records or None
        return NestedEncoder(
            table,
            place,
            self._style,
            Frame(b"- ", b"", b"\n  ", b"", b"\n"),
            head=b"" if key is None else yaml_key(key) + b":\n",
            empty=b"[]\n" if key is None else b"  []\n",
        )

    @property
    def _style(self) -> Style:
        def leaf(data_type: pa.DataType) -> Leaf:
            if pa.types.is_floating(data_type):
                return Leaf(corrections=(POINTED,))
            found = json_leaf(data_type, self.large_integers, self.decimals)
            return replace(found, corrections=found.corrections + _text_corrections(data_type))

        return Style(
            key=partial(yaml_key, column=b"  "),
            leaf=leaf,
            map_key=_map_key,
            escapes={**ESCAPES, b"\x7f": b"\\u007f"},
            colon=b": ",
            comma=b", ",
            nan=b".nan",
            infinity=b".inf",
            minus_infinity=b"-.inf",
        )
