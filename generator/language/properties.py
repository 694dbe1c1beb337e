r"""Named sets of characters: POSIX classes, a few Unicode properties, and the alphabets that fields call by name.

POSIX classes are ASCII's, ``space`` and ``blank`` only the space. General categories and the scripts that have capitals
are taken from U+0020 to U+04FF: characters that fonts have, and whose categories do not change with Unicode's version.
Scripts without capitals are their plain letters. Every set is within what RE2 means by its name.
"""

from __future__ import annotations

import string
import unicodedata
from functools import cache
from typing import Final

PRINTABLE: Final = "".join(map(chr, range(0x20, 0x7F)))
UNIVERSE: Final = range(0x20, 0x500)

ALPHABETS: Final = {
    "lower": string.ascii_lowercase,
    "upper": string.ascii_uppercase,
    "letters": string.ascii_uppercase + string.ascii_lowercase,
    "digits": string.digits,
    "alnum": string.ascii_uppercase + string.ascii_lowercase + string.digits,
    "hex": string.digits + "abcdef",
    "base32": string.ascii_uppercase + "234567",
    "base64url": string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_",
    "ascii": PRINTABLE,
}
"""Alphabets by name; base32 and base64url are those of RFC 4648, ascii is all printable characters."""

POSIX: Final = {
    "alnum": "".join(sorted(ALPHABETS["alnum"])),
    "alpha": ALPHABETS["letters"],
    "blank": " ",
    "digit": string.digits,
    "graph": PRINTABLE[1:],
    "lower": ALPHABETS["lower"],
    "print": PRINTABLE,
    "punct": string.punctuation,
    "space": " ",
    "upper": ALPHABETS["upper"],
    "word": "".join(sorted(ALPHABETS["alnum"] + "_")),
    "xdigit": string.hexdigits,
}

_CATEGORIES: Final = ("L", "Lu", "Ll", "N", "Nd", "P", "S", "Sc")
_CASED: Final = ("Latin", "Greek", "Cyrillic")
_RANGES: Final = {
    "Hebrew": ((0x05D0, 0x05EA),),
    "Arabic": ((0x0621, 0x063A), (0x0641, 0x064A)),
    "Devanagari": ((0x0905, 0x0939),),
    "Thai": ((0x0E01, 0x0E2E),),
    "Hiragana": ((0x3041, 0x3096),),
    "Katakana": ((0x30A1, 0x30FA),),
    "Han": ((0x4E00, 0x9FA5),),
    "Hangul": ((0xAC00, 0xD7A3),),
}

PROPERTIES: Final = (*_CATEGORIES, *_CASED, *_RANGES)
r"""What ``\p{...}`` may name."""


@cache
def characters(name: str) -> str:
    r"""The characters of ``\p{name}``, in order; KeyError for a name that is not in PROPERTIES."""
    if name in _RANGES:
        return "".join(chr(point) for low, high in _RANGES[name] for point in range(low, high + 1))
    if name in _CATEGORIES:
        return "".join(each for each in map(chr, UNIVERSE) if unicodedata.category(each).startswith(name))
    if name not in _CASED:
        raise KeyError(name)
    letters = (each for each in map(chr, UNIVERSE) if unicodedata.category(each) in {"Lu", "Ll", "Lt", "Lo"})
    return "".join(each for each in letters if unicodedata.name(each).startswith(name.upper() + " "))
