"""Commerce: goods, prices, orders and how they are liked."""

from __future__ import annotations

from generator.fields.commerce.goods import (
    Barcode,
    Category,
    Colour,
    Department,
    HexColour,
    Material,
    OrderNumber,
    Product,
    PromoCode,
    RgbColour,
    ShirtSize,
)
from generator.fields.commerce.prices import Price, Quantity, Rating

__all__ = [
    "Barcode",
    "Category",
    "Colour",
    "Department",
    "HexColour",
    "Material",
    "OrderNumber",
    "Price",
    "Product",
    "PromoCode",
    "Quantity",
    "Rating",
    "RgbColour",
    "ShirtSize",
]
