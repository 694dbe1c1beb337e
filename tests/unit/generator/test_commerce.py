"""Goods, prices, colours and codes of shops: what a shop would take for real."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from stdnum import ean

from generator import SchemaError, compile_schema

ROWS = 4000


def values(rows: int = ROWS, document: dict[str, Any] | None = None, **options: Any) -> list[Any]:
    plan = compile_schema({**(document or {}), "tables": {"t": {"rows": rows, "fields": {"f": options}}}}).tables["t"]
    found: list[Any] = plan.take(np.arange(rows, dtype=np.uint64), ("f",)).column(0).to_pylist()
    return found


def test_a_product_is_an_adjective_a_material_and_a_thing() -> None:
    adjectives, materials = set(values(type="product")), set(values(type="material"))
    assert len(adjectives) > 3500
    for product in list(adjectives)[:500]:
        assert any(f" {material} " in product for material in materials)


def test_unique_products_do_not_repeat_over_tens_of_thousands_of_rows() -> None:
    found = values(60_000, type="product", unique=True)
    assert len(set(found)) == 60_000


@pytest.mark.parametrize(("kind", "width"), [("ean13", 13), ("upc", 12), ("ean8", 8)])
def test_barcodes_have_valid_check_digits(kind: str, width: int) -> None:
    found = values(type="barcode", kind=kind)
    assert all(len(code) == width and ean.is_valid(code) for code in found)
    assert len(set(values(type="barcode", kind=kind, unique=True))) == ROWS


def test_prices_end_as_in_shops_and_stay_within_their_bounds() -> None:
    found = values(type="price", min=5, max=80)
    assert all(Decimal(5) <= price <= Decimal(80) for price in found)
    endings = Counter(str(price)[-2:] for price in found)
    assert endings["99"] > ROWS * 0.4
    assert endings["95"] > ROWS * 0.08
    low, high = sum(price < 30 for price in found), sum(price > 55 for price in found)
    assert low > high * 1.5


def test_prices_have_the_decimals_of_their_currency() -> None:
    assert all(price == price.to_integral_value() for price in values(type="price", currency="JPY"))
    assert values(10, type="price", currency="KWD")[0].as_tuple().exponent == -3
    assert values(10, type="price", currency="EUR")[0].as_tuple().exponent == -2


def test_endings_of_prices_can_be_given() -> None:
    found = values(type="price", min=1, max=99, endings={"49": 1, "00": 1})
    inside = [price for price in found if price not in (1, 99)]
    assert {str(price)[-2:] for price in inside} == {"49", "00"}


def test_a_price_without_room_between_its_bounds_is_that_price() -> None:
    assert set(values(50, type="price", min="9.99", max="9.99")) == {Decimal("9.99")}


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"currency": "XQX"}, "no currency"),
        ({"min": 9, "max": 3}, "no range of prices"),
        ({"endings": {"9": 1}}, "two digits"),
        ({"endings": {"99": 0}}, "all weights are 0"),
    ],
)
def test_bad_prices_are_refused(options: dict[str, Any], says: str) -> None:
    with pytest.raises(SchemaError, match=says):
        values(type="price", **options)


def test_quantities_are_mostly_small() -> None:
    found = values(type="quantity", max=20)
    assert set(found) <= set(range(1, 21))
    assert Counter(found).most_common(1)[0][0] == 1
    with pytest.raises(SchemaError, match="no range"):
        values(type="quantity", min=3, max=2)


def test_ratings_are_mostly_good_and_whole_unless_their_step_is_not() -> None:
    found = Counter(values(type="rating"))
    assert sorted(found) == [1, 2, 3, 4, 5]
    assert found[5] > found[4] > found[3] > found[2]
    assert found[1] > 0
    halves = values(type="rating", step=0.5)
    assert {2 * value % 1 for value in halves} == {0.0}
    assert any(value % 1 for value in halves)
    with pytest.raises(SchemaError, match="no range"):
        values(type="rating", min=5, max=1)


def test_colours_are_names_or_written_in_hexadecimal_or_as_rgb() -> None:
    assert "Tomato" in values(type="colour")
    assert any(name in values(type="colour", locale="de_DE") for name in ("Hellblau", "Olivgrün"))
    assert all(text[0] == "#" and int(text[1:], 16) < 1 << 24 and len(text) == 7 for text in values(type="hex_color"))
    for text in values(type="color", format="rgb"):
        numbers = [int(part) for part in text.removeprefix("rgb(").removesuffix(")").split(", ")]
        assert len(numbers) == 3
        assert all(0 <= number < 256 for number in numbers)


def test_the_same_colour_stands_behind_both_spellings() -> None:
    document = {"tables": {"t": {"rows": 5, "fields": {"f": {"type": "colour", "format": "hex"}}}}}
    plan = compile_schema(document)
    again = compile_schema(plan.document)
    assert plan.document["tables"]["t"]["fields"]["f"]["format"] == "hex"
    assert again.fingerprint() == plan.fingerprint()


def test_order_numbers_take_the_form_of_a_shop() -> None:
    assert all(number.startswith("ORD-") and len(number) == 12 for number in values(type="order_number"))
    assert all(number[:2] == "A-" for number in values(type="order_number", pattern="A-###"))
    with pytest.raises(SchemaError, match=r"fields\.f\.pattern"):
        values(type="order_number", pattern="A-\\")


def test_codes_are_refused_rather_than_cut() -> None:
    for options in ({"type": "barcode"}, {"type": "order_number"}, {"type": "promo_code"}, {"type": "hex_color"}):
        with pytest.raises(SchemaError, match="max_length"):
            values(5, **options, max_length=4)


def test_promotions_name_an_occasion_and_a_percentage() -> None:
    found = values(type="promo_code")
    assert all(any(code.rstrip("0123456789").isalpha() for code in [text.partition("-")[0]]) for text in found)
    assert 0.4 < sum("-" in code for code in found) / ROWS < 0.6
