"""Texts rewritten byte by byte or letter by letter, and texts cut short."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from generator.kernels import recoding, strings
from generator.kernels.library import KernelError
from generator.kernels.reference.strings import sound


def recode(texts: pa.StringArray, table: bytes) -> pa.StringArray:
    """Each byte becomes that of the table of 256; where that is 0 it is left out. Null stays null."""
    recoding.check_table(table)
    return _mapped(texts, lambda text: text.translate(table).replace(b"\0", b""))


def letters(matrix: recoding.Matrix, alphabet: bytes) -> pa.StringArray:
    """A row of positions in an alphabet of ASCII as text; NUL in the alphabet is left out.

    The matrix, (rows, width), lies in memory column by column.
    """
    recoding.check_matrix(matrix, alphabet)
    rows, width = matrix.shape
    across = np.ascontiguousarray(np.frombuffer(alphabet, dtype=np.uint8).take(matrix.T).T)
    kept = across != 0
    if kept.all():
        return strings.string_array(strings.fixed_offsets(rows, width), across)
    offsets = np.zeros(rows + 1, dtype=np.int32)
    np.cumsum(kept.sum(axis=1), out=offsets[1:])
    return strings.string_array(offsets, across[kept])


def shorten(texts: pa.StringArray, most: int, at_words: bool = False, mark: bytes = b"") -> pa.StringArray:
    """Texts of at most ``most`` code points: longer ones are cut there, or at the end of a word.

    A word ends before white space. Where the first one is longer it is cut all the same. A text that was cut loses
    each ``mark`` at its end. Null stays null.
    """
    most = recoding.check_mark(most, mark)
    skip = strings.nulls(texts)
    plain = sound("texts", texts).fill_null("")
    long = pc.greater(pc.utf8_length(plain), most)
    cut = pc.utf8_slice_codeunits(plain, 0, most)
    if at_words:
        whole = pc.equal(pc.utf8_slice_codeunits(plain, most, most + 1), " ")
        cut = pc.if_else(whole, cut, pc.replace_substring_regex(cut, r"\s+\S*$", ""))
    if mark:
        cut = pc.replace_substring_regex(cut, f"(?:{_quoted(mark)})+$", "")
    offsets, data = strings.text_of("texts", pc.if_else(long, cut, plain))
    return strings.string_array(offsets, data[: offsets[-1]], skip)


def transliterate(texts: pa.StringArray, table: recoding.Spelling, words: bool = False) -> pa.StringArray:
    """Code points below 65,536 by a table of their ASCII spelling (see recoding.spelling). Null stays null.

    For ``words`` a hyphen in the table is no letter: one stands between words, none at the ends. KernelError where
    there are other code points, or the text grows more than recoding.GROWTH times.
    """
    recoding.check_spelling(table)

    def spelled(text: bytes) -> bytes:
        points = np.frombuffer(text.decode().encode("utf-32-le"), dtype=np.uint32)
        if points.size and int(points.max()) >= recoding.CODE_POINTS:
            raise KernelError("a code point of the text is beyond the table, or it is no UTF-8")
        entries = table[points]
        held = entries.view(np.uint8).reshape(-1, 8)
        inside = np.arange(8, dtype=np.uint8) < (held[:, 7:] & 7)
        found = held[inside].tobytes()
        return b"-".join(word for word in found.split(b"-") if word) if words else found

    return _mapped(texts, spelled)


def _quoted(mark: bytes) -> str:
    return "".join(f"\\x{{{ord(letter):x}}}" for letter in mark.decode())


def _mapped(texts: pa.StringArray, change: Callable[[bytes], bytes]) -> pa.StringArray:
    offsets, data = strings.text_of("texts", sound("texts", texts))
    skip = strings.nulls(texts)
    ends, held = offsets.tolist(), data.tobytes()
    found = [
        b"" if skip is not None and skip[row] else change(held[ends[row] : ends[row + 1]]) for row in range(len(texts))
    ]
    starts = np.zeros(len(texts) + 1, dtype=np.int32)
    np.cumsum([len(text) for text in found], out=starts[1:])
    return strings.string_array(starts, b"".join(found), skip)
