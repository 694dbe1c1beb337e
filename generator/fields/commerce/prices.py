"""What things cost, how many are bought and how they are liked: numbers that are not spread evenly."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import Field as Option

from generator.cells import Cells
from generator.choosing import AliasTable
from generator.column import Column
from generator.field import Field, field_type

_ENDINGS = {99: 50, 95: 14, 0: 14, 49: 8, 50: 5, 90: 5, 79: 2, 25: 2}
_ROUND_ENDINGS = {80: 40, 0: 30, 50: 14, 90: 10, 20: 6}
"""The last two digits of prices in shops, with rough shares; and of those in currencies without small coins."""
_LARGEST = 10**15


@dataclass(frozen=True)
class _Prices:
    """Prices in the smallest unit: how many hundreds there are to draw from, the bounds, the unit in the column's."""

    first: int
    hundreds: int
    low: int
    high: int
    table: AliasTable
    endings: npt.NDArray[np.int64]
    unit: int


@field_type("price", "product_price", "unit_price", "cost")
class Price(Field):
    """What a thing costs: low prices more often than high ones, and most end in .99, .95 or .00 as in shops.

    An exact decimal with the digits of its currency (ISO 4217, from CLDR). ``endings`` may be given by weight.
    """

    min: Decimal | None = Option(default=None, ge=0, description="Lowest price; 1, or 100 without small coins.")
    max: Decimal | None = Option(default=None, description="Highest price; 500, or 50,000 without small coins.")
    currency: str = Option(default="USD", max_length=32, description="ISO 4217; decides the decimals.")
    endings: dict[str, float] | None = Option(
        default=None, min_length=1, max_length=100, description="Last two digits by weight, such as {'99': 3, '00': 1}."
    )

    examples = (
        {},
        {"min": 5, "max": 50, "endings": {"99": 3, "00": 1}},
        {"currency": "JPY"},
    )

    def arrow_type(self, column: Column) -> pa.DataType:
        return pa.decimal128(18, self._digits(column))

    def _digits(self, column: Column) -> int:
        from babel.core import get_global

        if self.currency not in get_global("all_currencies"):
            raise column.wrong(
                "currency", f"there is no currency {self.currency!r}", "give a code of ISO 4217 such as EUR"
            )
        fractions = get_global("currency_fractions")
        return int(fractions.get(self.currency, fractions["DEFAULT"])[0])

    def prepare(self, column: Column) -> _Prices:
        digits = self._digits(column)
        unit = 10 ** max(digits - 2, 0)  # three decimals: prices are made of hundredths all the same
        scale = 10 ** min(digits, 2)
        low = int((Decimal(100) / scale if self.min is None else self.min) * scale)
        high = int((Decimal(50_000) / scale if self.max is None else self.max) * scale)
        if not low <= high <= _LARGEST:
            raise column.wrong("max", f"{self.min} to {self.max} is no range of prices", "give min below max")
        table, endings = self._endings(column, _ENDINGS if digits else _ROUND_ENDINGS)
        return _Prices(low // 100, high // 100 - low // 100 + 1, low, high, table, endings, unit)

    def _endings(self, column: Column, usual: dict[int, int]) -> tuple[AliasTable, npt.NDArray[np.int64]]:
        weights: dict[int, float] = {**usual} if self.endings is None else {}
        for text, weight in (self.endings or {}).items():
            if not (text.isascii() and text.isdigit() and len(text) == 2 and weight >= 0):
                raise column.wrong("endings", f"{text!r}: {weight} is no ending", "two digits and a weight: {'99': 3}")
            weights[int(text)] = weight
        if not sum(weights.values()) > 0:
            raise column.wrong("endings", "all weights are 0", "give an ending a weight above 0")
        return AliasTable.of(tuple(weights.values())), np.array(list(weights), dtype=np.int64)

    def generate(self, cells: Cells) -> pa.Array:
        prices: _Prices = cells.prepared
        unit = cells.unit("whole")
        hundreds = np.floor(unit * unit * float(prices.hundreds)).astype(np.int64) + np.int64(prices.first)
        cents = hundreds * 100 + prices.endings[cells.pick(prices.table, "ending")]
        return _decimals(np.clip(cents, prices.low, prices.high) * np.int64(prices.unit), cells.column.type)

    def text_width(self, column: Column) -> int:
        return 6


def _decimals(unscaled: npt.NDArray[np.int64], kind: pa.DataType) -> pa.Array:
    """Unscaled 64-bit integers as decimal128."""
    wide = np.empty((len(unscaled), 2), dtype=np.int64)
    wide[:, 0] = unscaled
    wide[:, 1] = unscaled >> np.int64(63)
    return pa.Array.from_buffers(kind, len(unscaled), [None, pa.py_buffer(wide)])


@field_type("quantity", "qty")
class Quantity(Field):
    """How many are bought: small numbers much more often than large ones."""

    min: int = Option(default=1, ge=-(1 << 62), le=1 << 62)
    max: int = Option(default=20, ge=-(1 << 62), le=1 << 62)

    examples = ({}, {"min": 10, "max": 1000})

    def prepare(self, column: Column) -> None:
        if self.min > self.max or self.max - self.min >= 1 << 50:
            raise column.wrong("min", f"{self.min} to {self.max} is no range of quantities", "give min below max")

    def arrow_type(self, column: Column) -> pa.DataType:
        return pa.int64()

    def generate(self, cells: Cells) -> pa.Array:
        unit = cells.unit()
        skewed = np.floor(unit * unit * unit * float(self.max - self.min + 1)).astype(np.int64)
        return pa.array(skewed + np.int64(self.min))

    def text_width(self, column: Column) -> int:
        return 3


@dataclass(frozen=True)
class _Stars:
    values: pa.Array
    table: AliasTable


@field_type("rating", "stars", "review_score")
class Rating(Field):
    """A rating from min to max in steps, mostly good, with more of the worst than of the next one.

    An integer where min, max and step are whole, else a float.
    """

    min: Decimal = Option(default=Decimal(1), description="The worst.")
    max: Decimal = Option(default=Decimal(5), description="The best.")
    step: Decimal = Option(default=Decimal(1), gt=0, description="From one to the next.")

    examples = ({}, {"step": 0.5}, {"min": 0, "max": 10})

    @property
    def digits(self) -> int | None:
        """Decimals that a float rating is written with."""
        exponents = [number.normalize().as_tuple().exponent for number in (self.min, self.max, self.step)]
        return max(0, *(-int(exponent) for exponent in exponents))

    def prepare(self, column: Column) -> _Stars:
        if self.min >= self.max or abs(self.min) > 10**6 or abs(self.max) > 10**6 or (self.digits or 0) > 6:
            raise column.wrong("min", f"{self.min} to {self.max} is no range of ratings", "give min below max")
        count = int((self.max - self.min) / self.step) + 1
        if count > 1001:
            raise column.wrong("step", f"{count} different ratings are too many", "at most 1001")
        values = [self.min + self.step * number for number in range(count)]
        whole = not self.digits
        weights = [20 * (number + 1) ** 3 + (4 * count**3 if number == 0 else 0) for number in range(count)]
        kind = pa.int64() if whole else pa.float64()
        return _Stars(pa.array([int(v) if whole else float(v) for v in values], kind), AliasTable.of(weights))

    def arrow_type(self, column: Column) -> pa.DataType:
        return pa.float64() if self.digits else pa.int64()

    def generate(self, cells: Cells) -> pa.Array:
        stars: _Stars = cells.prepared
        return stars.values.take(pa.array(cells.pick(stars.table)))

    def text_width(self, column: Column) -> int:
        return 3
