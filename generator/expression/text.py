"""Text functions: kernels over plain string arrays. Every result is at most 4 KiB a cell, checked before it is built.

Letters, widths and case are Unicode's as pyarrow's pinned version knows them; positions count code points. Patterns
have a room of their own, ``patterns``, and so has the spelling in ASCII, ``transliteration``.
"""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from generator.expression import lists
from generator.expression.errors import Failure
from generator.expression.syntax import MAX_TEXT_BYTES
from generator.expression.types import INTEGER, TEXT
from generator.expression.values import Value, bounded, text_scalar, too_long


def cased(change: Callable[[Value], Value]) -> Callable[[Value], Value]:
    """A change of case; some letters grow by it."""

    def kernel(text: Value) -> Value:
        return bounded(change(text))

    return kernel


def length(text: Value) -> Value:
    return pc.utf8_length(text).cast(INTEGER)


def trimmed(both: Callable[..., Value], spaces: Callable[..., Value]) -> Callable[..., Value]:
    """Trimming of the given characters, or of white space."""

    def kernel(text: Value, characters: str | None = None) -> Value:
        return spaces(text) if characters is None else both(text, characters=characters)

    return kernel


def left(text: Value, count: int) -> Value:
    return pc.utf8_slice_codeunits(text, 0, count)


def right(text: Value, count: int) -> Value:
    return pc.utf8_slice_codeunits(text, -count) if count else pc.utf8_slice_codeunits(text, 0, 0)


def substring(text: Value, start: int, count: int | None = None) -> Value:
    """``count`` characters from the one numbered ``start``, counted from 1; to the end without a count."""
    stop = None if count is None else start - 1 + count
    return pc.utf8_slice_codeunits(text, start - 1, stop)


def replace(text: Value, old: str, new: str) -> Value:
    growth = len(new.encode()) - len(old.encode())
    if growth > 0:
        size = pc.add(pc.binary_length(text), pc.multiply(pc.count_substring(text, old), growth))
        _check_size(size)
    return pc.replace_substring(text, old, new)


def _check_size(sizes: Value) -> None:
    if (pc.max(sizes).as_py() or 0) > MAX_TEXT_BYTES:
        raise too_long()


def repeat(text: Value, count: int) -> Value:
    _check_size(pc.multiply(pc.binary_length(text).cast(INTEGER), count))
    return pc.binary_repeat(text, count)


def padded(pad: Callable[..., Value]) -> Callable[..., Value]:
    """Padding to a width in characters."""

    def kernel(text: Value, width: int, character: str = " ") -> Value:
        return bounded(pad(text, width, character))

    return kernel


def _is_ascii(text: Value) -> bool:
    return not pc.any(pc.invert(pc.string_is_ascii(text))).as_py()


def initials(text: Value) -> Value:
    """The first letter of each word between white space, as capitals."""
    words = pc.utf8_trim_whitespace(text)
    return bounded(pc.utf8_upper(pc.replace_substring_regex(words, r"([^\s])[^\s]*\s*", r"\1")))


def mask(text: Value, keep: int, character: str = "*") -> Value:
    """Every character but the last ``keep`` hidden."""
    hidden = pc.max_element_wise(pc.subtract(pc.utf8_length(text), keep), 0)
    seen = right(text, keep)
    _check_size(pc.add(pc.multiply(hidden, len(character.encode())), pc.binary_length(seen)))
    stars = pc.binary_repeat(pa.repeat(text_scalar(character), len(text)), hidden)
    return pc.binary_join_element_wise(stars, seen, "")


def position(text: Value, part: str) -> Value:
    """Where the part starts, counted from 1; 0 where it does not occur."""
    found = pc.find_substring(text, part).cast(INTEGER)
    if not _is_ascii(text):
        before = pc.list_element(pc.split_pattern(text, part, max_splits=1), 0)
        found = pc.if_else(pc.less(found, 0), found, pc.utf8_length(before).cast(INTEGER))
    return pc.add(found, 1)


def count(text: Value, part: str) -> Value:
    """How often the part occurs, without overlaps."""
    return pc.count_substring(text, part).cast(INTEGER)


def split_part(text: Value, separator: str, number: int) -> Value:
    """The piece between separators, counted from 1, or from the end below 0; empty where there is none."""
    pieces = pc.split_pattern(text, separator, max_splits=abs(number), reverse=number < 0)
    found = lists.item(pieces, pa.scalar(number - 1 if number > 0 else number, INTEGER)).fill_null("")
    return pc.if_else(text.is_valid(), found, None)


def code_points(text: Value) -> Value:
    """The code point of the first character; null of empty text."""
    first = pc.utf8_slice_codeunits(text, 0, 1).dictionary_encode()
    known = pa.array([ord(letter) if letter else None for letter in first.dictionary.to_pylist()], INTEGER)
    return known.take(first.indices)


def characters(codes: Value) -> Value:
    """The character of each code point; Failure for what is none that text can hold."""
    coded = codes.dictionary_encode()
    known = coded.dictionary.to_pylist()
    if not all(32 <= code < 0xD800 or 0xE000 <= code <= 0x10FFFF for code in known):
        raise Failure("the number is no code point of a character from 32 to 1114111")
    return pa.DictionaryArray.from_arrays(coded.indices, pa.array(map(chr, known), TEXT))
