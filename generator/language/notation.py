"""The three notations a language can be written in. What they mean as trees is here; nothing of rows or ranks is."""

from __future__ import annotations

import string
from typing import Final, Literal

from generator.language.language import Language
from generator.language.parser import check_text, parse
from generator.language.properties import ALPHABETS
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
    start and ``$`` at the end, POSIX classes and a few Unicode properties. ``.`` and everything negated is printable
    ASCII, ``\s`` is a space, and an open repetition ends 8 above its minimum. At most 256 characters, for strings of at
    most 4,096.
    """
    return Language(parse(text))


Dialect = Literal["seedbed", "faker", "mockaroo"]
"""Whose characters a pattern is written in."""


def _places(dialect: Dialect, letters: str) -> dict[str, Node]:
    """The characters of a dialect that stand for others."""
    digits, nonzero = Chars(string.digits), Chars(string.digits[1:])

    def with_digits(alphabet: str) -> Node:
        return Chars("".join(dict.fromkeys(alphabet + string.digits)))

    if dialect == "mockaroo":
        lower, upper = ALPHABETS["lower"], ALPHABETS["upper"]
        both = {"*": with_digits(letters), "$": with_digits(lower), "%": with_digits(upper)}
        return {"#": digits, "@": Chars(lower), "^": Chars(upper), **both}
    found = {"#": digits, "?": Chars(letters)}
    if dialect == "seedbed":
        return {**found, "*": with_digits(letters)}
    optional = {"!": repetition(digits, 0, 1), "@": repetition(nonzero, 0, 1)}
    return {**found, "%": nonzero, "^": Chars(ALPHABETS["hex"]), **optional}


def parse_pattern(text: str, letters: str = string.ascii_lowercase, dialect: Dialect = "seedbed") -> Language:
    """``#`` is a digit, ``?`` one of ``letters``, ``*`` either; a backslash makes the next character a literal one.

    Everything else stands for itself. In the dialect of Faker, ``#`` and ``?``, ``%`` for 1 to 9, ``!`` for a digit or
    nothing, ``@`` for 1 to 9 or nothing, ``^`` for a hexadecimal digit. In Mockaroo's, ``#``, ``@`` for a small letter,
    ``^`` for a capital, ``*`` for a digit or one of ``letters``, ``$`` for a digit or small letter, ``%`` for a digit
    or capital. At most 256 characters; LanguageError for a backslash with nothing behind it.
    """
    check_text(text)
    check_alphabet(letters)
    free = _places(dialect, letters)
    items: list[Node] = []
    escaped = False
    for character in text:
        if character == _ESCAPE and not escaped:
            escaped = True
            continue
        literal = Chars(character)
        items.append(literal if escaped else free.get(character, literal))
        escaped = False
    if escaped:
        raise LanguageError("a backslash at the end escapes nothing", len(text), r"write \\ for a backslash")
    return Language(sequence(items))


def strings(alphabet: str, minimum: int, maximum: int) -> Language:
    """All strings of ``minimum`` to ``maximum`` characters of ``alphabet``; every length is equally likely."""
    check_alphabet(alphabet)
    if not 0 <= minimum <= maximum <= MAX_CHARACTERS:
        raise LanguageError(
            f"no strings are from {minimum} to {maximum} characters long",
            1,
            f"lengths are from 0 to {MAX_CHARACTERS}, the smaller first",
        )
    return Language(repetition(Chars(alphabet), minimum, maximum))


def check_alphabet(alphabet: str) -> None:
    """LanguageError where it is empty, too long, has a character twice, or one that text cannot hold."""
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
