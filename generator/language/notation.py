"""The three notations a language can be written in. What they mean as trees is here; nothing of rows or ranks is."""

from __future__ import annotations

import string
from typing import Final

from generator.language.language import Language
from generator.language.parser import check_text, parse
from generator.language.syntax import (
    MAX_ALPHABET,
    MAX_CHARACTERS,
    Chars,
    LanguageError,
    Node,
    repetition,
    sequence,
)

_ESCAPE: Final = "\\"


def parse_regex(text: str) -> Language:
    r"""The strings that a regular expression matches whole; LanguageError outside the safe subset.

    Literals, ``.``, ``\d \w \s`` and their opposites, classes, groups, ``|``, ``? {n} {n,m} {n,} * +``, ``^`` at the
    start and ``$`` at the end. ``.`` and everything negated is printable ASCII, ``\s`` is a space, and an open
    repetition ends 8 above its minimum. At most 256 characters, for strings of at most 4,096.
    """
    return Language(parse(text))


def parse_pattern(text: str, letters: str = string.ascii_lowercase) -> Language:
    """``#`` is a digit, ``?`` one of ``letters``, ``*`` either; a backslash makes the next character a literal one.

    Everything else stands for itself. At most 256 characters; LanguageError for a backslash with nothing behind it.
    """
    check_text(text)
    _check_alphabet(letters)
    free = {"#": string.digits, "?": letters, "*": "".join(dict.fromkeys(letters + string.digits))}
    items: list[Node] = []
    escaped = False
    for character in text:
        if character == _ESCAPE and not escaped:
            escaped = True
            continue
        items.append(Chars(character if escaped else free.get(character, character)))
        escaped = False
    if escaped:
        raise LanguageError("a backslash at the end escapes nothing", len(text), r"write \\ for a backslash")
    return Language(sequence(items))


def strings(alphabet: str, minimum: int, maximum: int) -> Language:
    """All strings of ``minimum`` to ``maximum`` characters of ``alphabet``; every length is equally likely."""
    _check_alphabet(alphabet)
    if not 0 <= minimum <= maximum <= MAX_CHARACTERS:
        raise LanguageError(
            f"no strings are from {minimum} to {maximum} characters long",
            1,
            f"lengths are from 0 to {MAX_CHARACTERS}, the smaller first",
        )
    return Language(repetition(Chars(alphabet), minimum, maximum))


def _check_alphabet(alphabet: str) -> None:
    if not alphabet:
        raise LanguageError("an alphabet without characters", 1, "name at least one")
    if len(alphabet) > MAX_ALPHABET:
        raise LanguageError(f"an alphabet of {len(alphabet):,} characters", 1, f"{MAX_ALPHABET:,} are the most")
    seen: set[str] = set()
    for column, character in enumerate(alphabet, 1):
        if character in seen:
            raise LanguageError(f"an alphabet that has {character!r} twice", column, "name each character once")
        if character == "\0" or "\ud800" <= character <= "\udfff":
            raise LanguageError(f"U+{ord(character):04X} is not a character that text can hold", column, "leave it out")
        seen.add(character)
