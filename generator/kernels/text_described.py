"""Layouts and columns as ``native/text.c`` reads them: texts around cells, tables of special bytes, kinds of cells."""

from __future__ import annotations

from ctypes import c_uint8
from functools import cache
from string import ascii_letters, digits
from typing import Any

import numpy as np
import pyarrow as pa

from generator.kernels.text_buffers import (
    BASE64,
    BOOLEAN,
    DATE,
    DECIMAL,
    DICTIONARY,
    FLOATING,
    HEAD,
    INTEGER,
    LENGTH,
    NOTHING,
    RAW,
    SLACK,
    STORED,
    STRING,
    TIME,
    TIMESTAMP,
    VARINT,
    Column,
    Layout,
    Piece,
)
from generator.kernels.text_layout import MARKS, Quoting, TextColumn, TextLayout
from generator.kernels.text_types import Spelled, Spelling, decimals, has_bytes, plain_type, spelled

BASE64_BYTES = frozenset(b"+/=" + (ascii_letters + digits).encode())
_THEMSELVES = b"".join(bytes([byte]) + bytes(7) for byte in range(256))
"""Every byte as the text of an escape that changes nothing."""
FRACTION = {"s": 0, "ms": 3, "us": 6, "ns": 9}


class Described:
    """The structures of a layout and of the columns of a schema, and the bytes that they point to."""

    def __init__(self, schema: pa.Schema, layout: TextLayout) -> None:
        self._given, self._kept = layout, list[object]()
        self._pieces: dict[bytes, Piece] = {}
        self.layout = self._layout()
        self.columns = (Column * len(schema))(*(self._column(index, field) for index, field in enumerate(schema)))

    def _piece(self, text: bytes) -> Piece:
        if (found := self._pieces.get(text)) is None:
            found = self._pieces[text] = Piece(self._bytes(text + bytes(SLACK)), len(text))
        return found

    def _bytes(self, data: bytes) -> int:
        array = np.frombuffer(data, np.uint8)
        self._kept.append(array)
        return int(array.ctypes.data)

    def _layout(self) -> Layout:
        layout = self._given
        lengths, texts = bytearray(b"\1" * 256), bytearray(_THEMSELVES)
        for byte, text in layout.escapes.items():
            lengths[byte[0]] = len(text)
            texts[8 * byte[0] : 8 * byte[0] + 8] = text.ljust(8, b"\0")
        return Layout(
            escape_lengths=self._bytes(bytes(lengths)),
            escape_texts=self._bytes(bytes(texts)),
            powers=powers().ctypes.data,
            **self._specials(),
            quote=ord(layout.quote or b"\0"),
            date_time=ord(layout.date_time),
            zone=(c_uint8 * 8)(*layout.zone),
            zone_length=len(layout.zone),
            base64_special=any(byte in BASE64_BYTES for byte in (*range(layout.special_below), *layout.marks)),
            enclosed=layout.enclosed,
            suffix=self._piece(layout.suffix),
            empty=self._piece(layout.quote * 2),
            nan=self._piece(layout.nan),
            infinity=self._piece(layout.infinity),
            minus_infinity=self._piece(layout.minus_infinity),
            opening=self._piece(layout.opening),
            between=self._piece(layout.between),
            closing=self._piece(layout.columns[-1].suffix + layout.suffix),
        )

    def _specials(self) -> dict[str, Any]:
        """Which bytes are special: a run from NUL on and a few marks, or a table of all where there are more."""
        layout, below = self._given, self._given.special_below
        marks = layout.marks or (below - 1 if below else 0xFF,)
        known = {"marks": (c_uint8 * MARKS)(*_padded(marks[:MARKS])), "special_below": below}
        if len(marks) <= MARKS:
            return known
        controls, printed = [mark for mark in marks if mark < 0x20], [mark for mark in marks if mark >= 0x20]
        sought = _padded(printed or marks[:1])
        return known | {
            "specials": self._bytes(bytes(byte < below or byte in marks for byte in range(256))),
            "sought": self._bytes(bytes(sought)),
            "sought_count": len(sought),
            "sought_below": max(controls, default=below - 1) + 1,
        }

    def _column(self, index: int, field: pa.Field) -> Column:
        layout, column = self._given, self._given.columns[index]
        kinds, quoting = describe_type(field, column), column.quoting
        if quoting is Quoting.NEEDED and spelled(field.type) is not Spelled.TEXT:
            quoting = Quoting.NEVER
        quote = layout.quote if quoting is Quoting.ALWAYS else b""
        carries = not layout.enclosed and not column.finished and _carries(kinds["kind"], column.prefix + quote)
        carried = column.prefix if carries else b""
        head = carried + quote
        before = layout.columns[index - 1].suffix + layout.between if index else layout.opening
        true, false = (b"\x01", b"\x00") if column.spelling is Spelling.BYTES else (layout.true, layout.false)
        return Column(
            **kinds,
            quoting=quoting,
            prefix=self._piece(b"" if carried else column.prefix),
            suffix=self._piece(column.suffix),
            behind=self._piece(layout.between + column.prefix),
            joined=self._piece(before + column.prefix),
            null=self._piece(carried + column.null),
            quoted_null=self._piece(layout.quote + column.null + layout.quote),
            true_text=self._piece(head + true + quote),
            false_text=self._piece(head + false + quote),
            head=(c_uint8 * HEAD)(*head.rjust(HEAD, b"\0")[-HEAD:]),
            head_length=len(head),
        )


def _padded(marks: tuple[int, ...] | list[int]) -> list[int]:
    """The marks, the last one again until there are a multiple of MARKS."""
    return [*marks, *[marks[-1]] * (-len(marks) % MARKS)]


def _carries(kind: int, head: bytes) -> bool:
    """Whether cells of this kind begin with the prefix themselves: those of strings stay where they are, without."""
    always = kind in {BOOLEAN, NOTHING, DICTIONARY}
    return always or (kind in {INTEGER, FLOATING, DECIMAL, DATE, TIME, TIMESTAMP} and len(head) <= HEAD)


@cache
def powers() -> np.ndarray[Any, np.dtype[np.uint64]]:
    """10^k for k = -292 to 324 as 128-bit significands rounded up, high word first: what the shortest floats need."""
    words: list[int] = []
    for k in range(-292, 325):
        if k >= 0:
            shift = (10**k).bit_length() - 128
            power = -(-(10**k) >> shift) if shift > 0 else 10**k << -shift
        else:
            shift = (10**-k).bit_length() + 127
            power = -(-(1 << shift) // 10**-k)
        words += [power >> 64, power & (2**64 - 1)]
    return np.array(words, np.uint64)


def describe_type(field: pa.Field, column: TextColumn) -> dict[str, int]:
    """The kind of a column and what its kind needs to know."""
    types, data_type = pa.types, plain_type(field.type, column.spelling)
    if types.is_dictionary(data_type):
        index = data_type.index_type
        return {"kind": DICTIONARY, "width": index.bit_width // 8, "is_signed": types.is_signed_integer(index)}
    if types.is_null(data_type):
        return {"kind": NOTHING}
    if types.is_boolean(data_type):
        return {"kind": BOOLEAN, "width": 1}
    if has_bytes(data_type):
        narrow = types.is_string(data_type) or types.is_binary(data_type)
        return {"kind": _kind_of_bytes(data_type, column.spelling), "width": 4 if narrow else 8, **_zigzag(column)}
    width = {"width": data_type.bit_width // 8, "is_signed": 1}
    if column.spelling is Spelling.BYTES:
        return {"kind": STORED, **width}
    if column.spelling is not Spelling.TEXT:
        return {"kind": VARINT, **width, "is_signed": not types.is_unsigned_integer(data_type), **_zigzag(column)}
    return {**width, **_describe_number(field, data_type, column)}


def _kind_of_bytes(data_type: pa.DataType, spelling: Spelling) -> int:
    if spelling is Spelling.TEXT:
        return STRING if pa.types.is_string(data_type) or pa.types.is_large_string(data_type) else BASE64
    return RAW if spelling is Spelling.BYTES else LENGTH


def _zigzag(column: TextColumn) -> dict[str, int]:
    return {"zigzag": column.spelling is Spelling.ZIGZAG}


def _describe_number(field: pa.Field, data_type: pa.DataType, column: TextColumn) -> dict[str, int]:
    """Of numbers and moments as text."""
    types = pa.types
    if types.is_integer(data_type):
        return {"kind": INTEGER, "is_signed": types.is_signed_integer(data_type)}
    if types.is_floating(data_type):
        digits = decimals(field) if column.decimals is None else column.decimals
        return {"kind": FLOATING, "digits": -1 if digits is None else digits, "fixed": column.decimals is not None}
    if types.is_decimal(data_type):
        return {"kind": DECIMAL, "digits": data_type.scale}
    if types.is_date32(data_type):
        return {"kind": DATE}
    kind = TIME if types.is_time(data_type) else TIMESTAMP
    zone = kind == TIMESTAMP and data_type.tz is not None
    return {"kind": kind, "digits": FRACTION[data_type.unit], "zone": zone}
