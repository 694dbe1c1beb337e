"""Diagnoses, drugs, hospitals, allergies, vital signs and the numbers of records.

The values are for test data only: no record of a real patient is behind them, and they do not fit together clinically.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa
from pydantic import Field as Option

from generator import kernels, quantiles
from generator.cells import Cells
from generator.column import Column
from generator.field import TEXT, Field, field_type
from generator.fields.forms import Forms, FormsField, with_cities
from generator.fields.text import OfLanguage
from generator.fields.words import WordListField, fitting
from generator.language import Language, LanguageError, parse_pattern
from generator.vocabulary import FALLBACK, WordList, word_list


@field_type(
    "icd10",
    "icd10_code",
    "diagnosis_code",
    "icd10_diagnosis_code",
    "icd_10",
    presets={
        "diagnosis": {"format": "description"},
        "diagnosis_description": {"format": "description"},
        "icd10_description": {"format": "description"},
        "icd10_dx_desc_long": {"format": "description"},
        "icd10_dx_desc_short": {"format": "description"},
    },
)
class Icd10(WordListField):
    """A common diagnosis by its ICD-10-CM code (US National Center for Health Statistics): ``E11.9``.

    ``as`` gives its description, or both, instead.
    """

    format: Literal["code", "description", "both"] = Option(default="code", description="What is written.")

    localized = False
    examples = ({}, {"format": "description"}, {"format": "both", "max_length": 60})

    def prepare(self, column: Column) -> WordList:
        listed_codes = word_list("icd10", FALLBACK)
        weights = listed_codes.weights or (1.0,) * len(listed_codes.words)
        words: dict[str, float] = {}
        for line, weight in zip(listed_codes.words, weights, strict=True):
            code, _, description = line.partition("\t")
            words[{"code": code, "description": description, "both": f"{code} {description}"}[self.format]] = weight
        return fitting(column, WordList.of(words, FALLBACK), self.room)

    def text_width(self, column: Column) -> int:
        return {"code": 6, "description": 36, "both": 42}[self.format]


@field_type("drug", "medication", "drug_name_generic", "drug_name", "drug_name_brand", "medicine")
class Drug(WordListField):
    """A medicine by its international nonproprietary name (World Health Organization)."""

    list_name = "drugs"
    localized = False
    examples = ({}, {"case": "title"})

    def prepare(self, column: Column) -> WordList:
        return fitting(column, word_list(self.list_name, FALLBACK), self.room)


@field_type("allergy", "allergen")
class Allergy(WordListField):
    """What a patient is allergic to, about as frequent as in records."""

    list_name = "allergies"
    examples = ({}, {"max_length": 8})


@field_type("hospital", "hospital_name")
class Hospital(FormsField):
    """The name of a hospital: a city of the locale in one of its forms, ``Klinikum Augsburg``."""

    localized = True
    breaks_at_words = True
    examples = ({}, {"locale": "de_DE", "unique": True}, {"locale": "ja_JP"})

    def forms(self, column: Column) -> Forms:
        forms, cities = with_cities(column, "hospital_forms")
        return Forms(forms, {"city": cities})


@field_type("medical_record_number", "mrn")
class MedicalRecordNumber(OfLanguage):
    """The number of a patient's record, in the form of a hospital: ``#`` is a digit, ``?`` a letter, ``*`` either."""

    pattern: str = Option(
        default="MRN-########", min_length=1, max_length=64, description="Its form, such as ##-##-##."
    )

    examples = ({}, {"pattern": "##-##-##", "unique": True})

    def language(self, column: Column) -> Language:
        try:
            return parse_pattern(self.pattern)
        except LanguageError as error:
            raise column.wrong("pattern", f"column {error.column}: {error.problem}", error.remedy) from None


@dataclass(frozen=True)
class _Sign:
    """A vital sign of resting adults: mean, deviation, bounds, and decimals."""

    mean: float
    deviation: float
    low: float
    high: float
    digits: int = 0


_SIGNS = {
    "heart_rate": _Sign(74, 12, 40, 150),
    "blood_pressure": _Sign(122, 15, 80, 210),
    "temperature": _Sign(36.8, 0.4, 34.5, 41.5, 1),
    "oxygen_saturation": _Sign(97.2, 1.6, 80, 100),
    "respiratory_rate": _Sign(16, 2.4, 8, 35),
}
_DIASTOLIC = _Sign(0.64, 0.05, 0.45, 0.8)
"""Of the systolic pressure."""
_WHOLE = 1 << 53


@field_type(
    "vital_sign",
    "vitals",
    presets={
        "heart_rate": {"kind": "heart_rate"},
        "blood_pressure": {"kind": "blood_pressure"},
        "oxygen_saturation": {"kind": "oxygen_saturation"},
        "respiratory_rate": {"kind": "respiratory_rate"},
        "body_temperature": {"kind": "temperature"},
    },
)
class VitalSign(Field):
    """A vital sign of a resting adult, roughly normal around the healthy mean.

    ``heart_rate`` and ``respiratory_rate`` are whole numbers a minute, ``oxygen_saturation`` per cent, ``temperature``
    degrees with one decimal; ``blood_pressure`` is a text in mmHg, ``120/80``.
    """

    kind: Literal["heart_rate", "blood_pressure", "temperature", "oxygen_saturation", "respiratory_rate"] = Option(
        default="heart_rate", description="Which sign."
    )
    unit: Literal["celsius", "fahrenheit"] = Option(default="celsius", description="Of temperatures.")

    examples = ({}, {"kind": "blood_pressure"}, {"kind": "temperature", "unit": "fahrenheit"})

    @property
    def digits(self) -> int | None:
        """Decimals that a float is written with."""
        return 1 if self.kind == "temperature" else None

    def prepare(self, column: Column) -> None:
        if self.unit == "fahrenheit" and self.kind != "temperature":
            raise column.wrong("unit", f"{self.kind} has no unit to choose", "drop it, or ask for kind: temperature")

    def arrow_type(self, column: Column) -> pa.DataType:
        return {"blood_pressure": TEXT, "temperature": pa.float64()}.get(self.kind, pa.int64())

    def generate(self, cells: Cells) -> pa.Array:
        found = self._drawn(cells, _SIGNS[self.kind], "value")
        if self.kind == "temperature":
            degrees = found * 9.0 / 5.0 + 32.0 if self.unit == "fahrenheit" else found
            return pa.array(np.rint(degrees * 10.0) / 10.0)
        whole = np.rint(found).astype(np.int64)
        if self.kind != "blood_pressure":
            return pa.array(whole)
        diastolic = np.rint(found * self._drawn(cells, _DIASTOLIC, "diastolic")).astype(np.int64)
        return kernels.concat([(whole, 0, False), b"/", (diastolic, 0, False)], len(cells))

    def _drawn(self, cells: Cells, sign: _Sign, name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        draw = cells.draw(name)
        drawn = kernels.quantile(
            cells.rows, draw.gamma, draw.kappa, quantiles.normal(), 0, _WHOLE, sign.deviation, sign.mean
        )
        return np.clip(drawn, sign.low, sign.high)

    def text_width(self, column: Column) -> int:
        return {"blood_pressure": 6, "temperature": 4}.get(self.kind, 3)
