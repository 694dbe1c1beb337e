"""The postal codes of a country's cities as beginnings and a common ending, so that a code is drawn and not looked up.

A city's forms are ranges, ``80331-81929``, and texts with ``#`` and ``?`` in them. What all forms of the country end in
(``#??`` in the United Kingdom, ``##`` in Sweden, nothing in Germany) stays free; all that stands before it is written
out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np
import numpy.typing as npt

_RANGE: Final = re.compile(r"(\d+)-(\d+)")
_FREE: Final = re.compile(r"[#?].*$")


@dataclass(frozen=True)
class PostalCodes:
    """``beginnings``, those of city i from ``starts[i]`` on, ``counts[i]`` of them.

    One of the ``endings`` follows a beginning, unless it is ``whole``.
    """

    beginnings: tuple[str, ...]
    whole: npt.NDArray[np.bool_]
    starts: npt.NDArray[np.int64]
    counts: npt.NDArray[np.uint64]
    endings: tuple[str, ...]

    @property
    def longest(self) -> int:
        """Characters of the longest code."""
        ending = len(self.endings[0])
        codes = zip(self.beginnings, self.whole, strict=True)
        return max(len(beginning) + (0 if whole else ending) for beginning, whole in codes)


def postal_codes(forms: Sequence[tuple[str, ...]], letters: str) -> PostalCodes:
    """The codes of cities with these forms each; ``letters`` are what ``?`` stands for."""
    ending = _ending([form for of_city in forms for form in of_city if is_free(form)])
    written = [dict(pair for form in of_city for pair in _texts(form, ending, letters)) for of_city in forms]
    counts = np.array([len(texts) for texts in written], dtype=np.int64)
    return PostalCodes(
        tuple(text for texts in written for text in texts),
        np.array([whole for texts in written for whole in texts.values()], dtype=np.bool_),
        np.cumsum(counts) - counts,
        counts.astype(np.uint64),
        tuple(_spelled(ending, letters)),
    )


def is_free(form: str) -> bool:
    """Whether a form has places to fill, other than a range and a code written out."""
    return "#" in form or "?" in form


def bounds(form: str) -> tuple[str, str] | None:
    """The first and the last code of a range, which are of one width; None for other forms."""
    found = _RANGE.fullmatch(form)
    return (found[1], found[2]) if found and len(found[1]) == len(found[2]) else None


def _ending(forms: Sequence[str]) -> str:
    """The longest ending of all forms that begins with a free place."""
    if not forms:
        return ""
    ending = forms[0]
    for form in forms:
        while not form.endswith(ending):
            ending = ending[1:]
    found = _FREE.search(ending)
    return found[0] if found else ""


def _texts(form: str, ending: str, letters: str) -> list[tuple[str, bool]]:
    """The beginnings of a form, and whether each is a whole code."""
    if is_free(form):
        return [(text, not ending) for text in _spelled(form[: len(form) - len(ending)], letters)]
    first = bounds(form)
    if first is None:
        return [(form, True)]
    low, high = first
    return [(f"{number:0{len(low)}d}", True) for number in range(int(low), int(high) + 1)]


def _spelled(form: str, letters: str) -> list[str]:
    places = ["0123456789" if char == "#" else letters if char == "?" else char for char in form]
    return ["".join(chars) for chars in product(*places)]
