"""Text in cells of a workbook: what Excel cannot hold, and the escapes of its own (ECMA-376 part 1, 22.9.2.19)."""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from formats.changes import bytes_of
from formats.format import FormatError
from formats.xml_text import CONTENT, Escapes, escaped, has_noncharacters

MOST_CHARACTERS = 32_767
"""UTF-16 code units in a cell."""
MOST_BYTES = MOST_CHARACTERS // 4 * 3
"""Bytes whose base64 a cell can hold."""
FORBIDDEN = "\x00-\x08\x0b-\x1f"
ESCAPES: Escapes = {
    **CONTENT,
    **{bytes([code]): b"_x%04X_" % code for code in range(0x20) if chr(code) not in "\t\n"},
}
LOOKS_ESCAPED = re.compile(f"_(?=x[0-9A-Fa-f]{{4}}[_{FORBIDDEN}\ufffe\uffff])")
"""An underscore that would be read as the beginning of an escape, be its end that of another one."""
LOOKS_ESCAPED_IN_BYTES = re.compile(rb"_x[0-9A-Fa-f]{4}(?:[_\x00-\x08\x0b-\x1f]|\xef\xbf[\xbe\xbf])")


def escaped_text(text: str) -> str:
    """One text as the content of a cell."""
    return escaped(_own_escapes(text), ESCAPES)


def texts(name: str, array: pa.Array, overflow: str) -> pa.Array:
    """A column of strings, or of a dictionary of them, ready for the kernel's escapes of single bytes."""
    if pa.types.is_dictionary(array.type):
        words = texts(name, array.dictionary, overflow)
        return array if words is array.dictionary else pa.DictionaryArray.from_arrays(array.indices, words)
    if len(array) and (pc.max(pc.binary_length(array)).as_py() or 0) > MOST_CHARACTERS:
        array = _in_length(name, array, overflow)
    data = bytes_of(array)[1].tobytes()
    if has_noncharacters(array) or (b"_x" in data and LOOKS_ESCAPED_IN_BYTES.search(data)):
        made = [None if text is None else _own_escapes(text) for text in array.to_pylist()]
        return pa.array(made, array.type)
    return array


def binary(name: str, array: pa.Array, overflow: str) -> pa.Array:
    """A column of bytes whose base64 cells can hold."""
    if not len(array) or (pc.max(pc.binary_length(array)).as_py() or 0) <= MOST_BYTES:
        return array
    if overflow == "error":
        raise _too_long(name)
    return pa.array([None if value is None else value[:MOST_BYTES] for value in array.to_pylist()], array.type)


def _own_escapes(text: str) -> str:
    """Escapes of more than one byte: of the characters that XML forbids besides controls, and of what looks escaped."""
    text = LOOKS_ESCAPED.sub("_x005F_", text)
    return text.replace("\ufffe", "_xFFFE_").replace("\uffff", "_xFFFF_")


def _in_length(name: str, array: pa.Array, overflow: str) -> pa.Array:
    """The texts as a cell can hold them; the longest has so many bytes that it may have too many characters."""
    made = list[str | None]()
    for text in array.to_pylist():
        units = text.encode("utf-16-le") if text is not None and len(text) > MOST_CHARACTERS // 2 else b""
        if len(units) <= 2 * MOST_CHARACTERS:
            made.append(text)
        elif overflow == "cut":
            made.append(units[: 2 * MOST_CHARACTERS].decode("utf-16-le", "ignore"))
        else:
            raise _too_long(name)
    return pa.array(made, array.type)


def _too_long(name: str) -> FormatError:
    return FormatError(
        f"column {name!r}: a text of more than {MOST_CHARACTERS:,} characters, the most that a cell of Excel holds: "
        'make it shorter, say "overflow": "cut", or write CSV or Parquet'
    )
