"""Text functions: kernels over plain string arrays. Every result is at most 4 KiB a cell, checked before it is built.

Letters, widths and case are Unicode's as pyarrow's pinned version knows them; positions count code points. Patterns
are RE2's, whose time is linear in the text; Python's ``re`` must never see a user's pattern.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from generator.expression.syntax import MAX_TEXT_BYTES
from generator.expression.types import INTEGER
from generator.expression.values import Value, bounded, too_long

MAX_PATTERN: Final = 256
"""Characters."""


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


def matches(text: Value, pattern: str) -> Value:
    """Whether the pattern occurs anywhere in the text."""
    return pc.match_substring_regex(text, pattern)


def check_pattern(pattern: str) -> str | None:
    """What is wrong with a pattern, or None."""
    try:
        pc.match_substring_regex(pa.array([""]), pattern)
    except pa.ArrowInvalid as error:
        return str(error)
    return None


def slug(text: Value) -> Value:
    """Lower-case ASCII letters and digits with single hyphens between; accents go (by Unicode's NFKD), others too."""
    plain = pc.utf8_normalize(text, form="NFKD")
    plain = pc.replace_substring_regex(plain, r"[^\x00-\x7f]", "")
    plain = pc.replace_substring_regex(pc.utf8_lower(plain), "[^a-z0-9]+", "-")
    return pc.utf8_trim(plain, characters="-")
