"""Numbers: integers, decimals, booleans, and texts of digits. Floats and series have rooms of their own."""

from __future__ import annotations

from generator.fields.numbers.boolean import Boolean
from generator.fields.numbers.digits import Digits
from generator.fields.numbers.on_grid import ExactDecimal, Integer, decimals

__all__ = ["Boolean", "Digits", "ExactDecimal", "Integer", "decimals"]
