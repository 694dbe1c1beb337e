"""Height and weight of adults, coherent in a group: taller people weigh more, by their body mass index."""

from __future__ import annotations

from abc import ABC
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import Field as Option

from generator import kernels, quantiles
from generator.cells import Cells, Draw
from generator.column import Column
from generator.field import Field, field_type
from generator.subjects.person import share_of_women, women

_HEIGHTS: Final = ((163.0, 6.6), (176.0, 7.2))
"""Mean and standard deviation in cm, of women and of men (about Europe's adults; NCD-RisC, 2020)."""
_MASS: Final = (25.2, 3.6)
"""Mean and standard deviation of the body mass index, kg/m2 (about Europe's adults; NCD-RisC, 2017)."""
_TAIL: Final = 12_158_739_562_184
"""So many of 2**53 equal steps of probability are cut off at either end: values stay within three deviations."""

Floats = npt.NDArray[np.float64]


def _standard(cells: Cells, draw: Draw) -> Floats:
    """A standard normal number a cell, within three deviations."""
    span = (1 << 53) - 2 * _TAIL
    return kernels.quantile(cells.rows, draw.gamma, draw.kappa, quantiles.normal(), _TAIL, span, 1.0, 0.0)


def heights(cells: Cells) -> Floats:
    """Heights in cm by the shared draws ``sex`` and ``height``."""
    are_women = women(cells)
    (low, low_spread), (high, high_spread) = _HEIGHTS
    drawn = _standard(cells, cells.shared("height"))
    return np.where(are_women, low, high) + np.where(are_women, low_spread, high_spread) * drawn


class _Measured(Field, ABC):
    digits: int = Option(default=1, ge=0, le=6, description="Decimals.")

    groups = True

    def prepare(self, column: Column) -> None:
        share_of_women(column)

    def arrow_type(self, column: Column) -> pa.DataType:
        return pa.float64()

    def _rounded(self, values: Floats) -> pa.Array:
        scale = 10.0**self.digits
        return pa.array(np.rint(values * scale) / scale)

    def text_width(self, column: Column) -> int:
        return 4 + self.digits


@field_type("height", "body_height")
class Height(_Measured):
    """The height of an adult in centimetres or inches: normal by sex, within three standard deviations (NCD-RisC)."""

    unit: Literal["cm", "in"] = Option(default="cm", description="Centimetres or inches.")

    examples = ({}, {"unit": "in", "digits": 0})

    def generate(self, cells: Cells) -> pa.Array:
        found = heights(cells)
        return self._rounded(found if self.unit == "cm" else found / 2.54)


@field_type("weight", "body_weight")
class Weight(_Measured):
    """The weight of an adult in kilograms or pounds: height squared times a normal body mass index (NCD-RisC)."""

    unit: Literal["kg", "lb"] = Option(default="kg", description="Kilograms or pounds.")

    examples = ({}, {"unit": "lb", "digits": 0})

    def generate(self, cells: Cells) -> pa.Array:
        metres = heights(cells) / 100.0
        mean, spread = _MASS
        found = (mean + spread * _standard(cells, cells.shared("mass"))) * metres * metres
        return self._rounded(found if self.unit == "kg" else found / 0.45359237)
