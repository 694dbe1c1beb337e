"""Text in ASCII: accents go, letters that Unicode does not take apart get their usual spelling, what is left goes.

Each code point is spelled by itself, by Unicode's NFKD as pyarrow's pinned version knows it: decomposition looks at no
neighbours, and the order it gives accents is no matter where they all go. So one table of the basic plane serves.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from generator import kernels
from generator.expression.values import Value, bounded, is_scalar
from generator.kernels import recoding
from generator.kernels.strings import text_of

_LETTERS: Final = (
    *(("ß", "ss"), ("ẞ", "SS"), ("æ", "ae"), ("Æ", "AE"), ("œ", "oe"), ("Œ", "OE"), ("ø", "o"), ("Ø", "O")),
    *(("ł", "l"), ("Ł", "L"), ("đ", "d"), ("Đ", "D"), ("ð", "d"), ("Ð", "D"), ("þ", "th"), ("Þ", "Th"), ("ı", "i")),
)
"""Letters that Unicode does not take apart, and their usual spelling in ASCII."""
_SIGNS: Final = re.compile("[^a-z0-9]")
_SURROGATES: Final = range(0xD800, 0xE000)


def plain_letters(text: Value) -> Value:
    """ASCII only: accents go (by Unicode's NFKD), ß, æ, ø and their like become letters, what is left goes."""
    if _of_table(text):
        return bounded(kernels.transliterate(text, _plain()))
    return bounded(_spelled(text))


def slug(text: Value) -> Value:
    """Lower-case ASCII letters and digits with single hyphens between."""
    if _of_table(text):
        return bounded(kernels.transliterate(text, _slugs(), words=True))
    return _in_slugs(bounded(_spelled(text)))


def _of_table(text: Value) -> bool:
    """Whether it is an array of code points below 65,536: beyond, UTF-8 begins with 240 or more."""
    if is_scalar(text):
        return False
    offsets, data = text_of("text", text)
    return bool(data[offsets[0] : offsets[-1]].max(initial=0) < 0xF0)


def _spelled(text: Value) -> Value:
    """Any text in ASCII, as the table is made."""
    for letter, letters in _LETTERS:
        text = pc.replace_substring(text, letter, letters)
    text = pc.utf8_normalize(text, form="NFKD")
    return pc.replace_substring_regex(text, r"[^\x00-\x7f]", "")


def _in_slugs(plain: Value) -> Value:
    return pc.utf8_trim(pc.replace_substring_regex(pc.utf8_lower(plain), "[^a-z0-9]+", "-"), characters="-")


@cache
def _plain() -> npt.NDArray[np.uint64]:
    return recoding.spelling(_every_letter())


@cache
def _slugs() -> npt.NDArray[np.uint64]:
    """The same in lower case, a hyphen for each sign that is no letter or digit."""
    return recoding.spelling([_SIGNS.sub("-", text.lower()) for text in _every_letter()])


@cache
def _every_letter() -> list[str]:
    points = ["" if point in _SURROGATES else chr(point) for point in range(recoding.CODE_POINTS)]
    found: list[str] = _spelled(pa.array(points, pa.string())).to_pylist()
    return found
