"""NHS numbers."""

from __future__ import annotations

from functools import partial

import numpy as np
from pydantic import Field as Option

from generator import codes
from generator.codes import Matrix, digits, joined, modulo, spaced
from generator.column import Column
from generator.field import field_type
from generator.fields.numbered import NumberedField
from generator.registers.numbering import Numbering, Numbers

_IN_USE = np.concatenate([np.arange(400, 500), np.arange(600, 800)])
_NEVER_USED = np.array([999])
"""The first three digits: of numbers in England, Wales and the Isle of Man, and of those kept for tests."""


def _spell(numbers: Numbers, fronts: np.ndarray[tuple[int], np.dtype[np.int64]], layout: str) -> Matrix:
    """Numbers whose check digit is a digit: of ten ninth digits one at most would make it 10, and is passed over."""
    front, middle, ninth = numbers
    body = joined(digits(fronts[front], 3), digits(middle, 5))
    total = codes.weighted(body, (10, 9, 8, 7, 6, 5, 4, 3))
    barred = modulo(6 * (1 - total), 11)  # where total + 2 * ninth is 1 modulo 11
    last = ninth + (ninth >= barred)
    check = modulo(-(total + 2 * last), 11)
    return spaced(joined(body, last.astype(np.uint8), check.astype(np.uint8)), layout)


@field_type("nhs_number")
class NhsNumber(NumberedField):
    """A patient's number of the National Health Service in England: ten digits, the last one checks (modulo 11).

    Those of ``fictional`` begin with 999, which is kept for tests.
    """

    spaces: bool = Option(default=False, description="943 476 5919 rather than 9434765919.")
    fictional: bool = Option(default=False, description="Only numbers that will never be given out.")

    examples = ({}, {"spaces": True, "fictional": True}, {"unique": True})

    def numbering(self, column: Column) -> Numbering:
        fronts = _NEVER_USED if self.fictional else _IN_USE
        layout = "### ### ####" if self.spaces else "##########"
        return Numbering((len(fronts), 10**5, 9), partial(_spell, fronts=fronts, layout=layout))
