"""Goods, their departments and colours, and the numbers of orders and promotions."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
import pyarrow as pa
from pydantic import Field as Option

from generator import codes, kernels
from generator.cells import Cells, Rows
from generator.column import Column
from generator.field import TEXT, TextField, field_type
from generator.fields.forms import Forms, FormsField
from generator.fields.text import OfLanguage
from generator.fields.unlocalized import OneOf
from generator.fields.words import WordListField, listed
from generator.language import Language, LanguageError, parse_pattern, parse_regex


@field_type("product", "product_name")
class Product(FormsField):
    """A product: what a seller says of it, what it is made of, what it is: ``Rustic Cotton Table Runner``."""

    localized = True
    breaks_at_words = True
    examples = ({}, {"unique": True})

    def forms(self, column: Column) -> Forms:
        lists = ("product_adjectives", "materials", "product_things")
        slots = dict(zip(("adjective", "material", "thing"), (listed(column, name) for name in lists), strict=True))
        return Forms.of(["{adjective} {material} {thing}"], slots)


@field_type("department", "department_retail")
class Department(WordListField):
    """A department of a shop, about as frequent as it sells."""

    list_name = "store_departments"
    examples = ({}, {"max_length": 10})


@field_type("category", "product_category")
class Category(WordListField):
    """A category of goods as a shop lists them: ``Garden Tools``."""

    list_name = "product_categories"
    examples = ({}, {"case": "upper"})


@field_type("material", "product_material")
class Material(WordListField):
    """What a thing is made of."""

    list_name = "materials"
    examples = ({},)


@field_type("colour", "color", "colour_name", "color_name", "safe_color_name")
class Colour(WordListField):
    """A colour: its name in the locale's language, or any of 2**24 as ``#1e90ff`` or ``rgb(30, 144, 255)``."""

    format: Literal["name", "hex", "rgb"] = Option(default="name", description="How it is written.")

    list_name = "colours"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"format": "hex", "unique": True}, {"format": "rgb"})

    def prepare(self, column: Column) -> Any:
        width = {"name": 0, "hex": 7, "rgb": 18}[self.format]
        if self.room is not None and width > self.room:
            raise column.wrong("max_length", f"a colour as {self.format} has up to {width} characters", "raise it")
        return super().prepare(column) if self.format == "name" else None

    def arrow_type(self, column: Column) -> pa.DataType:
        return super().arrow_type(column) if self.format == "name" else TEXT

    def dictionary(self, column: Column) -> pa.Array | None:
        return super().dictionary(column) if self.format == "name" else None

    def generate(self, cells: Cells) -> pa.Array:
        return super().generate(cells) if self.format == "name" else self._written(cells.below(1 << 24))

    def cardinality(self, column: Column) -> int:
        return super().cardinality(column) if self.format == "name" else 1 << 24

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        return super().unrank(cells, ranks) if self.format == "name" else self._written(ranks.astype(np.int64))

    def _written(self, colours: np.ndarray[tuple[int], np.dtype[np.int64]]) -> pa.StringArray:
        """24 bits each as text."""
        if self.format == "hex":
            fractions = kernels.fractions(colours.astype(np.uint64), 1 << 24)
            return kernels.pattern(b"#000000", [(fractions, range(1, 7), [codes.HEX.encode()] * 6)])
        red, green, blue = ((colours >> np.int64(shift)) & np.int64(255) for shift in (16, 8, 0))
        return kernels.concat(
            [b"rgb(", (red, 0, False), b", ", (green, 0, False), b", ", (blue, 0, False), b")"], len(colours)
        )

    def text_width(self, column: Column) -> int:
        return {"name": 10, "hex": 7, "rgb": 17}[self.format]


@field_type("hex_colour", "hex_color", "safe_hex_color", "color_hex", "colour_hex")
class HexColour(Colour):
    """A colour as ``#1e90ff``."""

    format: Literal["name", "hex", "rgb"] = Option(default="hex", description="How it is written.")

    examples = ({},)


@field_type("rgb_colour", "rgb_color", "color_rgb", "colour_rgb", "rgb_css_color", "rgb")
class RgbColour(Colour):
    """A colour as ``rgb(30, 144, 255)``."""

    format: Literal["name", "hex", "rgb"] = Option(default="rgb", description="How it is written.")

    examples = ({},)


@field_type("barcode")
class Barcode(TextField):
    """The number under a bar code, with its check digit (GS1 General Specifications).

    Domain: 677 * 10**9 (ean13), 2 * 10**10 (upc) or 67 * 10**5 (ean8): prefixes of countries only, none of those that
    shops use inside.
    """

    kind: Literal["ean13", "upc", "ean8"] = Option(default="ean13", description="Which code: 13, 12 or 8 digits.")

    examples = ({}, {"kind": "upc", "unique": True}, {"kind": "ean8"})

    @property
    def _first(self) -> tuple[int, int]:
        """The first number and how many there are, without the check digit: GS1 prefixes of countries, 300 to 976."""
        return {"ean13": (300 * 10**9, 677 * 10**9), "upc": (0, 2 * 10**10), "ean8": (30 * 10**5, 67 * 10**5)}[
            self.kind
        ]

    def prepare(self, column: Column) -> None:
        width = {"ean13": 13, "upc": 12, "ean8": 8}[self.kind]
        if self.room is not None and self.room < width:
            raise column.wrong("max_length", f"a code of this kind has {width} digits", "raise it")

    def generate(self, cells: Cells) -> pa.Array:
        start, count = self._first
        return self._checked(cells.below(count, start=start))

    def cardinality(self, column: Column) -> int:
        return self._first[1]

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        return self._checked(ranks.astype(np.int64) + np.int64(self._first[0]))

    def _checked(self, numbers: np.ndarray[tuple[int], np.dtype[np.int64]]) -> pa.StringArray:
        width = {"ean13": 12, "upc": 11, "ean8": 7}[self.kind]
        rest, total = numbers, np.zeros(len(numbers), dtype=np.int64)
        for place in range(width):  # from the right, every other digit three times
            tens = rest // 10
            digit = rest - tens * 10
            total += digit * 3 if place % 2 == 0 else digit
            rest = tens
        return kernels.concat([(numbers, width, True), (-total % 10, 1, True)], len(numbers))

    def text_width(self, column: Column) -> int:
        return {"ean13": 13, "upc": 12, "ean8": 8}[self.kind]


@field_type("order_number", "order_id")
class OrderNumber(OfLanguage):
    """The number of an order in the form of a shop: ``#`` is a digit, ``?`` a letter, ``*`` either."""

    pattern: str = Option(
        default="ORD-########", min_length=1, max_length=64, description="Its form, such as ??-######."
    )

    examples = ({}, {"pattern": "??-######", "case": "upper"}, {"pattern": "2026-#######", "unique": True})

    def language(self, column: Column) -> Language:
        try:
            return parse_pattern(self.pattern)
        except LanguageError as error:
            raise column.wrong("pattern", f"column {error.column}: {error.problem}", error.remedy) from None


_OCCASIONS = (
    "SAVE WELCOME SUMMER WINTER SPRING AUTUMN HELLO THANKS VIP FLASH DEAL EXTRA HAPPY FRIEND LUCKY BONUS FREESHIP "
    "WEEKEND HOLIDAY BIRTHDAY STUDENT LOYAL FIRST COMEBACK PARTY MEMBER"
)


@field_type("promo_code", "coupon_code", "promotion_code", "voucher_code")
class PromoCode(OfLanguage):
    """A code of a promotion: an occasion, a percentage and half of the time four characters, ``SUMMER20-K7QX``."""

    examples = ({}, {"unique": True})

    def language(self, column: Column) -> Language:
        tail = "[A-HJ-NP-Z2-9]{4}"
        return parse_regex(f"({'|'.join(_OCCASIONS.split())})(5|10|15|20|25|30|40|50)(-{tail})?")


@field_type("shirt_size", "clothing_size", "t_shirt_size")
class ShirtSize(OneOf):
    """A size of shirts by letters, from ``XS`` to ``3XL``, about as frequent as they are sold."""

    words: ClassVar[dict[str, float]] = {"XS": 6, "S": 17, "M": 27, "L": 25, "XL": 15, "2XL": 7, "3XL": 3}
    examples = ({}, {"case": "lower"})

    def text_width(self, column: Column) -> int:
        return 2
