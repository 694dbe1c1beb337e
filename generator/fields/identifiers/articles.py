"""Numbers of articles of trade: EAN and UPC with their check digits (GS1), and a seller's own."""

from __future__ import annotations

import numpy as np

from generator import codes
from generator.codes import Matrix, digits, joined, modulo
from generator.column import Column
from generator.field import field_type
from generator.fields.numbered import NumberedField
from generator.registers.numbering import Numbering, Numbers

_SPANS = (
    *((1, 19), (30, 39), (60, 139), (300, 379), (380, 380), (383, 383), (385, 385), (400, 440), (450, 459), (460, 469)),
    *((471, 471), (474, 475), (477, 477), (480, 480), (482, 482), (489, 509), (520, 521), (539, 549), (560, 560)),
    *((569, 579), (590, 590), (594, 594), (599, 601), (690, 699), (700, 709), (729, 739), (750, 750), (754, 755)),
    *((760, 769), (770, 771), (773, 773), (775, 775), (779, 780), (784, 784), (786, 786), (789, 790), (800, 859)),
    *((868, 870), (880, 880), (885, 885), (888, 888), (890, 890), (893, 893), (899, 919), (930, 949), (955, 955)),
)
"""Prefixes of GS1's national organisations; those of books, coupons and for use inside a shop left out."""
PREFIXES = np.concatenate([np.arange(first, last + 1) for first, last in _SPANS])
_SYSTEMS = np.array([0, 1, 6, 7, 8])
"""What UPCs of goods begin with; 2, 4 and 5 are for use inside a shop and for coupons, 3 for drugs."""


def gs1(number: Matrix) -> Matrix:
    """The digits and their check digit: every second one from the right three times, modulo 10 (GS1 7.9)."""
    weights = [3 if place % 2 else 1 for place in range(number.shape[1], 0, -1)]
    return joined(number, modulo(-codes.weighted(number, weights), 10).astype(np.uint8))


def _prefixed(width: int) -> Numbering:
    size = 10 ** (width - 4)
    return Numbering(
        (len(PREFIXES), size), lambda numbers: gs1(digits(PREFIXES[numbers[0]] * size + numbers[1], width - 1))
    )


@field_type("ean13", "ean_13", "gtin13", "ean", "localized_ean", "localized_ean13")
class Ean13(NumberedField):
    """An EAN-13, or GTIN-13, of an article: a prefix of GS1, and the last of the 13 digits checks."""

    examples = ({}, {"unique": True})

    def numbering(self, column: Column) -> Numbering:
        return _prefixed(13)


@field_type("ean8", "ean_8", "gtin8", "localized_ean8")
class Ean8(NumberedField):
    """An EAN-8, or GTIN-8, of a small article: a prefix of GS1, and the last of the 8 digits checks."""

    examples = ({}, {"unique": True})

    def numbering(self, column: Column) -> Numbering:
        return _prefixed(8)


@field_type("upc", "upc_a", "gtin12", "upc_code")
class Upc(NumberedField):
    """A UPC-A, or GTIN-12, of an article in North America: the last of the 12 digits checks."""

    examples = ({}, {"unique": True})

    def numbering(self, column: Column) -> Numbering:
        return Numbering(
            (len(_SYSTEMS), 10**10), lambda numbers: gs1(digits(_SYSTEMS[numbers[0]] * 10**10 + numbers[1], 11))
        )


def _sku(numbers: Numbers) -> Matrix:
    kind, number, mark = numbers
    capitals = codes.digits(kind, 3, 26) + np.uint8(10)
    return codes.spaced(joined(capitals, digits(number, 4), digits(mark, 2, 26) + np.uint8(10)), "###-####-##")


@field_type("sku", "stock_keeping_unit")
class Sku(NumberedField):
    """A seller's number of an article, such as ``KTR-4821-BX``; for other forms see ``pattern``."""

    examples = ({}, {"unique": True})

    def numbering(self, column: Column) -> Numbering:
        return Numbering((26**3, 10**4, 26**2), _sku)
