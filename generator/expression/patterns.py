"""Regular expressions over text: RE2's, in time linear in the text. Python's ``re`` never sees a user's pattern."""

from __future__ import annotations

import re
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from generator.expression.syntax import MAX_TEXT_BYTES
from generator.expression.values import Value, bounded, longest, too_long

MAX_PATTERN: Final = 256
"""Characters."""
MAX_GROUP: Final = 9
_OPENING: Final = ("(",)
_FOUND: Final = "found"
_TOKEN: Final = re.compile(r"\\Q|\\.|\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]|\(\?P?<\w+>|\(\?|.", re.DOTALL)
"""What a pattern is made of, as far as its groups go: escapes, classes, the starts of capturing groups, the rest."""


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


def check_group(pattern: str, group: int) -> str | None:
    """What keeps a group from being extracted, or None."""
    if "\\Q" in pattern:
        return "\\\\Q...\\\\E is not allowed here; escape each character"
    count = len(_groups(pattern))
    if group > count:
        return f"the pattern has {count or 'no'} group{'' if count == 1 else 's'}, so there is no group {group}"
    try:
        extracted(pa.array([""]), pattern, group)
    except pa.ArrowInvalid:
        return "the groups of the pattern cannot be told apart; write plain (...) and (?:...)"
    return None


def _groups(pattern: str) -> list[int]:
    """Which tokens start capturing groups."""
    return [index for index, token in enumerate(_TOKEN.findall(pattern)) if _captures(token)]


def _captures(piece: str) -> bool:
    return piece in _OPENING or piece.startswith(("(?P<", "(?<"))


def extracted(text: Value, pattern: str, group: int = 0) -> Value:
    """The first match, or a group of it; null without a match, empty for a group that took no part in it.

    Arrow gives named groups only, and no unnamed ones beside: the wanted one gets a name, the others none at all.
    """
    tokens, starts = _TOKEN.findall(pattern), _groups(pattern)
    for number, index in enumerate(starts, 1):
        tokens[index] = f"(?P<{_FOUND}>" if number == group else "(?:"
    named = "".join(tokens)
    return pc.struct_field(pc.extract_regex(text, named if group else f"(?P<{_FOUND}>{named})"), _FOUND)


def check_replacement(pattern: str, new: str) -> str | None:
    """What is wrong with a replacement for a pattern, or None."""
    try:
        pc.replace_substring_regex(pa.array([""]), pattern, new)
    except pa.ArrowInvalid as error:
        return str(error)
    return None


def replaced(text: Value, pattern: str, new: str) -> Value:
    """Every match by ``new``, in which ``\\1`` to ``\\9`` are groups and ``\\0`` the match."""
    copies = sum(token[0] == "\\" and token[1:].isdigit() for token in re.findall(r"\\.|[^\\]", new))
    size = longest(text)
    if size + (size + 1) * len(new.encode()) + copies * size <= MAX_TEXT_BYTES:
        return pc.replace_substring_regex(text, pattern, new)
    most = _most_bytes(text, pattern, new, copies)
    if not copies and (most > MAX_TEXT_BYTES).any():
        raise too_long()
    doubtful = np.flatnonzero(most > MAX_TEXT_BYTES)
    for row in doubtful:  # one at a time, for what one cell becomes is bounded and what all become is not
        bounded(pc.replace_substring_regex(text.slice(row, 1), pattern, new))
    return pc.replace_substring_regex(text, pattern, new)


def _most_bytes(text: Value, pattern: str, new: str, copies: int) -> Any:
    """Bytes that each cell has afterwards; where groups are copied, at most."""
    before, bare, marked = (
        np.asarray(pc.binary_length(found).fill_null(0)).astype(np.int64)
        for found in (
            text,
            pc.replace_substring_regex(text, pattern, ""),
            pc.replace_substring_regex(text, pattern, "-"),
        )
    )
    return bare + (marked - bare) * len(new.encode()) + copies * (before - bare)
