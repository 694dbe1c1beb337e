"""How a value stands in text of another language: one table, an entry for each escape that a template can name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from formats import json_text, markup, xml_text
from formats.changes import Change, Texts, both, bytes_of, strings
from formats.delimited import IN_LINE
from formats.kinds import is_binary
from generator.kernels import text

UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


@dataclass(frozen=True, slots=True)
class Escape:
    """A way to write values: quotes around text (and dates, where ``all_quoted``), and what stands for bytes of text.

    ``of_text`` is done to strings before. ``of_any`` gives what makes strings of columns of any type, which are then
    written as they are.
    ``null`` stands for a missing value, the template's own null where there is none.
    """

    name: str
    quoting: text.Quoting = text.Quoting.NEVER
    quote: bytes = b""
    all_quoted: bool = False
    escapes: Mapping[bytes, bytes] = field(default_factory=dict)
    special: bytes = b""
    null: bytes | None = None
    words: tuple[bytes, bytes, bytes] = (b"NaN", b"Infinity", b"-Infinity")
    of_text: Change | None = None
    of_any: Callable[[], Change] | None = None

    def quoted(self, data_type: pa.DataType) -> text.Quoting:
        """When values of a type are in quotes."""
        kind = text.spelled(data_type)
        if kind is text.Spelled.TEXT:
            return self.quoting
        return text.Quoting.ALWAYS if self.all_quoted and kind is text.Spelled.MOMENT else text.Quoting.NEVER

    def agrees(self, other: Escape, data_type: pa.DataType) -> bool:
        """Whether rows of the other escape write values of a type as this one does."""
        kind = text.spelled(data_type)
        if kind is text.Spelled.TEXT:
            return self is other
        if kind is text.Spelled.MOMENT:
            return not self.all_quoted or self.quote == other.quote
        return not pa.types.is_floating(data_type) or self.words == other.words

    def change(self) -> Change | None:
        """What is done to strings, or to all columns, before they are written."""
        return self.of_any() if self.of_any else both(strings, self.of_text) if self.of_text else None

    def layout(self, columns: tuple[text.TextColumn, ...], suffix: bytes = b"") -> text.TextLayout:
        """Rows of cells that are escaped so."""
        nan, infinity, minus_infinity = self.words
        return text.TextLayout(
            columns=columns,
            suffix=suffix,
            quote=self.quote,
            escapes=self.escapes,
            special=self.special,
            nan=nan,
            infinity=infinity,
            minus_infinity=minus_infinity,
        )

    def written(self, value: str) -> bytes:
        """One text, such as a column's name."""
        change = self.change()
        array = pa.array([value]) if change is None else change(pa.array([value]))
        layout = self.layout((text.TextColumn(quoting=self.quoted(array.type)),))
        line = pa.RecordBatch.from_arrays([array], names=["text"])
        return b"".join(text.row_writer(line.schema, layout).write(line))


PERCENT = {bytes([code]): b"%%%02X" % code for code in range(0x80) if code not in UNRESERVED}
"""The encodings of ASCII's bytes; those of all others have three bytes too."""
DIGITS = np.frombuffer(b"".join(b"%%%02X" % code for code in range(256)), np.uint8).reshape(256, 3)


class PercentEncoded:
    """Texts as parts of a URL (RFC 3986, section 2.1): all bytes of UTF-8 but the unreserved ones as ``%C3``."""

    def __init__(self) -> None:
        self._texts, self._encoded = Texts(), Texts(escapes=PERCENT)

    def __call__(self, array: pa.Array) -> pa.LargeStringArray:
        values = self._encoded(self._texts(array))
        offsets, data = bytes_of(values)
        others = data >= markup.NOT_ASCII
        if not others.any():
            return values
        ends = np.zeros(len(data) + 1, np.int64)
        np.cumsum(np.where(others, 3, 1), out=ends[1:])
        made = np.empty(int(ends[-1]), np.uint8)
        made[ends[:-1]] = data
        places, encoded = ends[:-1][others], DIGITS[data[others]]
        for at in range(3):
            made[places + at] = encoded[:, at]
        buffers = [None, pa.py_buffer(ends[offsets]), pa.py_buffer(made)]
        found = pa.Array.from_buffers(pa.large_string(), len(values), buffers)
        return pc.if_else(values.is_valid(), found, pa.scalar(None, found.type)) if values.null_count else found


class Base64Encoded:
    """The bytes of binary values, of all others those of their text, in base64 (RFC 4648, section 4)."""

    def __init__(self) -> None:
        self._texts, self._encoded = Texts(), Texts()

    def __call__(self, array: pa.Array) -> pa.LargeStringArray:
        return self._encoded(array if is_binary(array.type) else self._texts(array).cast(pa.large_binary()))


_DOUBLED = {quote: {quote: quote * 2} for quote in (b'"', b"'")}

ESCAPES: Mapping[str, Escape] = {
    escape.name: escape
    for escape in (
        Escape(""),
        Escape("json", text.Quoting.ALWAYS, b'"', True, json_text.ESCAPES, null=b"null", words=(b"null",) * 3),
        Escape("xml", escapes={**xml_text.ATTRIBUTE, b"'": b"&#39;"}, of_text=xml_text.allowed),
        Escape("html", escapes=markup.HTML, of_text=markup.allowed),
        Escape("csv", text.Quoting.NEEDED, b'"', escapes=_DOUBLED[b'"'], special=b",\r\n"),
        Escape("sql", text.Quoting.ALWAYS, b"'", True, _DOUBLED[b"'"], null=b"NULL", words=(b"NULL",) * 3),
        Escape("identifier", text.Quoting.ALWAYS, b'"', escapes=_DOUBLED[b'"']),
        Escape("url", of_any=PercentEncoded),
        Escape("line", escapes=IN_LINE),
        Escape("base64", of_any=Base64Encoded),
    )
}
"""By the name that a placeholder gives after its colon; without one, text stands as it is.

``json`` RFC 8259, ``xml`` XML 1.0 between tags or in an attribute's quotes, ``html`` the same for HTML, ``csv`` RFC
4180, ``sql`` and ``identifier`` ISO 9075 (where a backslash is no escape), ``url`` RFC 3986, ``base64`` RFC 4648;
``line`` has ``\\n``, ``\\r``, ``\\t`` and ``\\\\`` for what would leave the line.
"""
