"""Flats and floors within a house, from the forms that a country writes them in."""

from __future__ import annotations

import re
from itertools import product
from typing import Final

from generator.gazetteer import Country

_FLATS, _FLOORS = 60, 9
_LETTERS: Final = {"IL": "אבגדהוזח", "GR": "ΑΒΓΔΕΖΗΘ", "TH": "กขคงจฉชซ"}
_FLOOR: Final = re.compile(
    r"Stock|piso|Piso|Piano|Level|Kat:|floor|όροφος|patro|et\.|Lantai|Tầng|ชั้น|קומה|الدور|階|层|樓|층"
    r"|hoog|Verdieping|º|th\.|tv\.|mf\.|em\.|tr|0\{n\}|Floor|Escalier|Scala|Stiege|单元|栋|棟|단지|동"
)
"""What a form has in it whose numbers are small."""


def flats(country: Country) -> dict[str, float]:
    """Every flat of a country's forms, and how common it is."""
    found: dict[str, float] = {}
    letters = _LETTERS.get(country.code, "ABCDEFGH")
    for form, weight in country.secondary.items():
        most = _FLOORS if _FLOOR.search(form) else _FLATS
        numbers = range(1, most + 1) if "{n}" in form else range(1)
        texts = [form.format(n=n, l=letter) for n, letter in product(numbers, letters if "{l}" in form else " ")]
        for text in texts:
            found[text] = found.get(text, 0.0) + weight / len(texts)
    return found
