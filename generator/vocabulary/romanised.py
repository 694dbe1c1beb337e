"""Names in plain Latin letters, for addresses and logins: by tables of readings, letter by letter or name by name.

The tables are ``wordlists/<locale>/readings.txt``: a reading, a tab, and the letters or names that are read so; ``-``
is no sound at all. This is what people type, not a scholars' transliteration.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Final

_OF_LANGUAGE: Final = {
    "de": ("de_DE",),
    "da": ("da_DK",),
    "nb": ("nb_NO",),
    "bg": ("bg_BG", "ru_RU"),
    "uk": ("uk_UA", "ru_RU"),
    "ja": ("ja_JP",),
    "zh": ("zh_CN",),
    "ko": ("ko_KR",),
}
"""The tables of a language, the first one that has a letter decides; all others follow."""
_ALL: Final = ("en_US", "ru_RU", "uk_UA", "el_GR", "he_IL", "ar_SA", "hi_IN", "th_TH", "zh_CN")

_FILLED: Final = {"he_IL": "a", "ar_SA": "a", "hi_IN": "a", "th_TH": "o"}
"""Scripts that leave vowels out, and what is said for them."""
_BLOCKS: Final = (("\u0590", "\u05ff", "he_IL"), ("\u0600", "\u06ff", "ar_SA"), ("\u0900", "\u097f", "hi_IN"))
_THAI: Final = ("\u0e00", "\u0e7f", "th_TH")
_VIRAMA: Final = "\u094d"
_LEADING: Final = re.compile("([\u0e40-\u0e44])([\u0e01-\u0e2e])")
_SILENT: Final = re.compile("[\u0e01-\u0e2e][\u0e34-\u0e39]?\u0e4c")

_AT_THE_START: Final = {"\u05d9": "y", "\u05d5": "v", "\u064a": "y", "\u0648": "w"}
"""Letters that are consonants where a word begins, in Hebrew and Arabic."""

_HE: Final = "\u05d4"
_VOCALIC_R: Final = "\u0943"

_INITIALS: Final = "g kk n d tt r m b pp s ss - j jj ch k t p h"
_VOWELS: Final = "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i"
_FINALS: Final = "- k k k n n n t l k m l l l p l m p p t t ng t t k t p h"
"""Hangul by its parts (Revised Romanisation, 2000, without the changes between syllables)."""


@cache
def readings(locale: str) -> dict[str, str]:
    """Letters or names → how they are read, of one table; none where there is no table."""
    file = files("generator") / "wordlists" / locale / "readings.txt"
    if not file.is_file():
        return {}
    lines = [line.split("\t") for line in file.read_text(encoding="utf-8").split("\n") if line and line[0] != "#"]
    return {text: "" if read == "-" else read for read, texts in lines for text in texts.split(" ")}


@cache
def _table(language: str) -> dict[str, str]:
    """Every letter and name that is known to a language, its own tables first."""
    found: dict[str, str] = {}
    for locale in (*_OF_LANGUAGE.get(language, ()), *_ALL):
        found = {**readings(locale), **found}
    return found


def romanised(text: str, language: str) -> str:
    """The text in lower-case ASCII letters and digits; what has no reading is left out."""
    words = re.split(r"[\s\-]+", unicodedata.normalize("NFC", text.lower()))
    return "".join(_word(word, language) for word in words)


def _word(word: str, language: str) -> str:
    table = _table(language)
    if word in table:
        return table[word]
    script = next((name for low, high, name in (*_BLOCKS, _THAI) if word and low <= word[0] <= high), "")
    if script:
        return _voiced(word, script)
    read, start = "", 0
    while start < len(word):
        size = 2 if word[start : start + 2] in table else 1
        read += _letter(word[start : start + size], table)
        start += size
    return read


def _letter(letter: str, table: dict[str, str]) -> str:
    if letter in table:
        return table[letter]
    if "\uac00" <= letter <= "\ud7a3":
        number = ord(letter) - 0xAC00
        parts = zip((_INITIALS, _VOWELS, _FINALS), (number // 588, number // 28 % 21, number % 28), strict=True)
        return "".join(sounds.split()[index] for sounds, index in parts).replace("-", "")
    bare = [each for each in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(each)]
    return "".join(each if each.isascii() and each.isalnum() else table.get(each, "") for each in bare)


def _voiced(word: str, script: str) -> str:
    """A word of a script that leaves vowels out, with the vowels that are said."""
    table, fill = readings(script), _FILLED[script]
    if script == "th_TH":
        word = _LEADING.sub(r"\2\1", _SILENT.sub("", word))
    if script == "ar_SA" and word.startswith("\u0627\u0644") and len(word) > 3:
        return "al" + _voiced(word[2:], script)
    sounds = [(each, table.get(each, "")) for each in word]
    sounds[0] = (word[0], _AT_THE_START.get(word[0], sounds[0][1]))
    if word[-1] == _HE and len(word) > 2:
        sounds[-1] = (_HE, "a")
    if script != "hi_IN":
        sounds = [pair for pair in sounds if pair[1]]
    read, coda = "", False
    for (letter, sound), (after, following) in pairwise([*sounds, ("", "")]):
        if script == "he_IL" and sound == "a" and following and not _consonant(following):
            continue  # it only carries the vowel
        read += sound
        closed = _consonant(following) and after != _VOCALIC_R
        if _consonant(sound) and closed and not coda and unicodedata.category(letter) != "Mn":
            read += fill
            coda = script == "th_TH"
        else:
            coda = script == "th_TH" and not _consonant(sound)
    joined = script == "hi_IN" and len(word) > 2 and word[-2] == _VIRAMA
    return read + fill if joined else read


def _consonant(sound: str) -> bool:
    return bool(sound) and sound[0] not in "aeiou"
