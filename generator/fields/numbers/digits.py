"""Texts of digits."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from pydantic import Field as Option

from generator import kernels
from generator.cells import Cells, Rows
from generator.column import Column
from generator.field import TEXT, TextField, field_type
from generator.language import Language, strings

_DIGITS = "0123456789"
_COUNTED = 18
"""How many digits are counted through: 64 bits do not hold more."""


@field_type(
    "digits",
    "digit_string",
    "numeric_string",
    presets={"pin": {"length": 4}, "pin_code": {"length": 4}, "one_time_password": {"length": 6}, "otp": {"length": 6}},
)
class Digits(TextField):
    """A text of so many decimal digits; zeros in front are kept, every text is as likely as any other."""

    length: int = Option(default=6, ge=1, le=1000, description="How many digits.")

    examples = ({}, {"length": 3}, {"length": 20, "prefix": "A-"})

    def prepare(self, column: Column) -> tuple[Language, Language | None]:
        """The digits that are counted through for unique values, and those behind them."""
        if self.room is not None and self.length > self.room:
            raise column.wrong("max_length", f"only {self.room} of {self.length} digits fit", "raise it")
        front = min(self.length, _COUNTED)
        rest = self.length - front
        return strings(_DIGITS, front, front), strings(_DIGITS, rest, rest) if rest else None

    def arrow_type(self, column: Column) -> pa.DataType:
        front, rest = column.prepared
        return front.arrow_type if rest is None else TEXT

    def dictionary(self, column: Column) -> pa.Array | None:
        front, _ = column.prepared
        values: pa.Array | None = front.values
        return values

    def generate(self, cells: Cells) -> pa.Array:
        front, _ = cells.prepared
        return self._with_rest(cells, front.sample(lambda index: cells.bits(f"value {index}")))

    def cardinality(self, column: Column) -> int | None:
        front, _ = column.prepared
        size: int = front.size
        return size

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        front, _ = cells.prepared
        if front.values is not None:
            return pa.DictionaryArray.from_arrays(ranks.astype(np.int32), front.values, safe=False)
        return self._with_rest(cells, front.unrank(ranks))

    def _with_rest(self, cells: Cells, front: pa.Array) -> pa.Array:
        _, rest = cells.prepared
        if rest is None:
            return front
        return kernels.concat([front, rest.sample(lambda index: cells.bits(f"rest {index}"))], len(cells))

    def text_width(self, column: Column) -> int:
        return self.length
