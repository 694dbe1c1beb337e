"""What XML 1.0 (W3C, fifth edition, 2008) says about characters and names: for all formats that are XML inside."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from formats.changes import bytes_of

Escapes = Mapping[bytes, bytes]

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
CONTENT: Escapes = {
    **{bytes([code]): REPLACEMENT.encode() for code in range(0x20)},
    b"\t": b"\t",
    b"\n": b"\n",
    b"\r": b"&#13;",
    b"&": b"&amp;",
    b"<": b"&lt;",
    b">": b"&gt;",
}
"""Text between tags. What section 2.2 forbids becomes U+FFFD; a bare CR would be read as a line feed (section 2.11).

Tab and line feed stand for themselves, and are here all the same: without a gap the kernel needs one comparison for
all that is below the space.
"""
ATTRIBUTE: Escapes = {**CONTENT, b'"': b"&quot;", b"\t": b"&#9;", b"\n": b"&#10;"}
"""Text in a value of double quotes, where white space would be read as a space (section 3.3.3)."""

BEGIN = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u0131\u0388-\u038a\u038e-\u03a1\u03a3-\u03ce\u0401-\u040c\u040e-\u044f"
    "\u0451-\u045c\u05d0-\u05ea\u0621-\u063a\u0641-\u064a\u3041-\u3094\u30a1-\u30fa\u4e00-\u9fa5\uac00-\ud7a3"
)
"""Letters of the scripts most used that all editions of XML 1.0 let a name begin with: some parsers know the fourth."""
NAME = re.compile(rf"(?!(?i:xml))[{BEGIN}][{BEGIN}0-9.\-]*")
TO_ENCODE = re.compile(rf"_(?=x)|\A[xX](?=[mM][lL])|\A[0-9.\-]|[^{BEGIN}0-9.\-]")
NONCHARACTERS = "[\ufffe\uffff]"
LEADS_TO_NONCHARACTERS = 0xEF
"""The first of the three bytes of U+FFFE and U+FFFF, as of all from U+F000 on."""


def is_name(name: str) -> bool:
    """Whether ``name`` can be that of an element as it is, without a colon."""
    return NAME.fullmatch(name) is not None


def name_of(text: str) -> str:
    """``text`` as an XML name: ``unit price`` is ``unit_x0020_price``.

    The fully escaped mapping of ISO/IEC 9075-14 (SQL/XML), section 9.1: what no name can hold, an ``xml`` at the
    beginning, and the underscore of a literal ``_x`` are their code in ``_x0020_``, so no two texts have one name.
    """
    return TO_ENCODE.sub(lambda found: _code(ord(found[0])), text) or "_x_"


def _code(point: int) -> str:
    return f"_x{point:04X}_" if point < 0x10000 else f"_x{point:06X}_"


def escaped(text: str, escapes: Escapes = ATTRIBUTE) -> str:
    """``text`` with ``escapes`` and without the characters that XML forbids."""
    table = {ord(byte): made.decode() for byte, made in escapes.items()}
    return re.sub(NONCHARACTERS, REPLACEMENT, text).translate(table)


def is_text(data_type: pa.DataType) -> bool:
    """Whether values are strings whose bytes ``bytes_of`` finds."""
    return bool(pa.types.is_string(data_type) or pa.types.is_large_string(data_type))


def has_noncharacters(array: pa.Array) -> bool:
    """Whether a column of strings holds U+FFFE or U+FFFF. One look at the largest byte answers that for most."""
    data = bytes_of(array)[1]
    if not len(data) or int(data.max()) < LEADS_TO_NONCHARACTERS:
        return False
    text = data.tobytes()
    return b"\xef\xbf\xbe" in text or b"\xef\xbf\xbf" in text


def allowed(array: pa.Array) -> pa.Array:
    """A column whose strings, or the strings of its dictionary, hold U+FFFD in place of U+FFFE and U+FFFF.

    Those are the characters that XML forbids and no escape of one byte can replace.
    """
    if pa.types.is_dictionary(array.type):
        words = allowed(array.dictionary)
        return array if words is array.dictionary else pa.DictionaryArray.from_arrays(array.indices, words)
    if not is_text(array.type) or not has_noncharacters(array):
        return array
    return pc.replace_substring_regex(array, NONCHARACTERS, REPLACEMENT)
