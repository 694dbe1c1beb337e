"""Numbers of procedures, drug packages and providers in the United States."""

from __future__ import annotations

from abc import abstractmethod
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import Field as Option

from generator import kernels
from generator.cells import Cells, Rows
from generator.choosing import AliasTable
from generator.column import Column
from generator.field import TextField, field_type
from generator.fields.text import OfLanguage
from generator.language import Language, parse_regex

_Whole = npt.NDArray[np.int64]


class _Numbered(TextField):
    """A text that follows from a number in a range; never cut."""

    @property
    @abstractmethod
    def _width(self) -> int:
        """How many characters it has."""

    @abstractmethod
    def _text(self, numbers: _Whole) -> pa.StringArray:
        """The texts of numbers from 0 on."""

    @abstractmethod
    def cardinality(self, column: Column) -> int:
        """How many numbers there are."""

    def prepare(self, column: Column) -> None:
        if self.room is not None and self.room < self._width:
            raise column.wrong("max_length", f"it has {self._width} characters", "raise it")

    def generate(self, cells: Cells) -> pa.Array:
        return self._text(cells.below(self.cardinality(cells.column)))

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        return self._text(ranks.astype(np.int64))

    def text_width(self, column: Column) -> int:
        return self._width


_CPT = (
    (99202, 99499, 40),  # evaluation and management
    (100, 1999, 4),  # anaesthesia
    (10004, 69990, 16),  # surgery
    (70010, 79999, 14),  # radiology
    (80047, 89398, 16),  # pathology and laboratory
    (90281, 99199, 10),  # medicine
)
"""Ranges of the sections of category I, and rough shares of use. Which numbers are given out is not free to tell."""
_STARTS = np.array([first for first, _, _ in _CPT])
_COUNTS = np.array([last - first + 1 for first, last, _ in _CPT])
_ENDS = np.cumsum(_COUNTS)


@field_type("cpt", "cpt_code", "procedure_code")
class Cpt(_Numbered):
    """A number of five digits in the ranges of procedure codes (CPT, American Medical Association; category I)."""

    examples = ({}, {"unique": True})

    @property
    def _width(self) -> int:
        return 5

    def cardinality(self, column: Column) -> int:
        return int(_ENDS[-1])

    def generate(self, cells: Cells) -> pa.Array:
        section = cells.pick(_SECTIONS, "section")
        draw = cells.draw()
        within = kernels.below_each(cells.rows, draw.gamma, draw.kappa, _COUNTS.astype(np.uint64)[section])
        return kernels.concat([(_STARTS[section] + within.astype(np.int64), 5, True)], len(cells))

    def _text(self, numbers: _Whole) -> pa.StringArray:
        section = np.searchsorted(_ENDS, numbers, side="right")
        found = numbers - (_ENDS - _COUNTS)[section] + _STARTS[section]
        return kernels.concat([(found, 5, True)], len(numbers))


_SECTIONS = AliasTable.of([share for _, _, share in _CPT])


@field_type("ndc", "national_drug_code", "fda_ndc_code")
class Ndc(OfLanguage):
    """A US National Drug Code of ten digits: labeller, product and package, in one of its three forms (21 CFR 207.33).

    ``5-4-2`` is the form of eleven digits in which packages are billed.
    """

    format: Literal["any", "4-4-2", "5-3-2", "5-4-1", "5-4-2"] = Option(
        default="any", description="Digits of each part."
    )

    examples = ({}, {"format": "5-4-2", "unique": True})

    def language(self, column: Column) -> Language:
        forms = ("4-4-2", "5-3-2", "5-4-1") if self.format == "any" else (self.format,)
        return parse_regex("|".join("-".join(f"[0-9]{{{n}}}" for n in form.split("-")) for form in forms))


@field_type("npi", "national_provider_identifier", presets={"hospital_npi": {"kind": "organization"}})
class Npi(_Numbered):
    """A US National Provider Identifier: ten digits that begin with 1 or 2, with a valid check digit (45 CFR 162.406).

    ``kind`` tells people (1) from organisations (2) by the first digit, as is usual. Domain: 2 * 10**8.
    """

    kind: Literal["any", "individual", "organization"] = Option(default="any", description="Whose number it is.")

    examples = ({}, {"unique": True})

    @property
    def _width(self) -> int:
        return 10

    def cardinality(self, column: Column) -> int:
        return 2 * 10**8 if self.kind == "any" else 10**8

    def _text(self, numbers: _Whole) -> pa.StringArray:
        numbers = numbers + np.int64(2 * 10**8 if self.kind == "organization" else 10**8)
        rest, total = numbers, np.full(len(numbers), 24, dtype=np.int64)  # of the prefix 80840 of ISO 7812
        for place in range(9):  # from the right, every other digit twice (Luhn)
            tens = rest // 10
            digit = rest - tens * 10
            total += digit * 2 - 9 * (digit > 4) if place % 2 == 0 else digit
            rest = tens
        return kernels.concat([(numbers, 9, True), (-total % 10, 1, True)], len(numbers))
