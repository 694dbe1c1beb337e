"""How languages write sentences: their marks, whether words are parted by spaces, how a first word is written.

Only the mechanics of writing are here, by language code; words and their frequencies are next door, in ``lexicon``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

JOINT: Final = "\x1e"
"""Stands for the space inside a unit of words while texts are cut between units."""
GAP: Final = "\x1f"
"""Stands for a space that stays where the spaces between words go."""


@dataclass(frozen=True)
class Writing:
    """The marks of a language. ``openings`` stand before a sentence, one for each stop; ``comma`` ends a clause."""

    comma: str = ","
    stops: tuple[str, str, str] = (".", "?", "!")
    openings: tuple[str, str, str] = ("", "", "")
    spaced: bool = True
    between: str = " "
    """What stands between two sentences."""


_ASIAN: Final = Writing("\u3001", ("\u3002", "\uff1f", "\uff01"), spaced=False, between="")
_SPACES: Final = Writing(GAP, ("", "", ""), spaced=False)
_ARABIC: Final = Writing("\u060c", (".", "\u061f", "!"))
_DANDA: Final = Writing(stops=("\u0964", "?", "!"))

_WRITINGS: Final = {
    "ja": _ASIAN,
    "zh": replace(_ASIAN, comma="\uff0c"),
    "th": _SPACES,
    "lo": _SPACES,
    "km": replace(_SPACES, stops=("\u17d4", "?", "!")),
    "my": Writing("\u104a", ("\u104b", "\u104b", "\u104b"), spaced=False),
    "ar": _ARABIC,
    "fa": _ARABIC,
    "ur": replace(_ARABIC, stops=("\u06d4", "\u061f", "!")),
    "hi": _DANDA,
    "bn": _DANDA,
    "ne": _DANDA,
    "el": Writing(stops=(".", ";", "!")),
    "hy": Writing(stops=("\u0589", "\u055e\u0589", "\u055c\u0589")),
    "es": Writing(openings=("", "\u00bf", "\u00a1")),
    "fr": Writing(stops=(".", "\u202f?", "\u202f!")),
}

SHARES: Final = (92, 5, 3)
"""Statements, questions, exclamations in a hundred sentences."""


def writing_of(language: str) -> Writing:
    """The marks of a language; those of most European languages where nothing else is known."""
    return _WRITINGS.get(language, Writing())


def capital(text: str, language: str) -> str:
    """``text`` with a capital first letter, in scripts that have capitals."""
    first, rest = text[:1], text[1:]
    if language in {"tr", "az"} and first == "i":
        return "\u0130" + rest
    if language == "nl" and text.startswith("ij"):
        return "IJ" + text[2:]
    return first.title() + rest
