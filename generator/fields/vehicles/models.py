"""Make, model and year of a vehicle, which agree in a group, and licence plates."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pyarrow as pa
from pydantic import Field as Option

from generator.cells import Cells, Rows
from generator.column import Column
from generator.field import WORDS, Field, TextField, field_type
from generator.fields.text import OfLanguage
from generator.fields.words import chosen, fitting
from generator.gazetteer import COUNTRIES, country
from generator.language import Language
from generator.language.syntax import Chars, alternation, sequence
from generator.subjects.vehicle import AGE, model_rows, model_years, models, years
from generator.vocabulary import WordList


class _Named(TextField):
    """A name that follows from the row's model."""

    groups = True

    @cached_property
    def _names(self) -> tuple[str, ...]:
        """The name of each model."""
        raise NotImplementedError

    def prepare(self, column: Column) -> WordList:
        model_years(column)
        names = WordList.of(self._names, "")
        if self.group is not None and self.room is not None and max(map(len, names.words)) > self.room:
            raise column.wrong("max_length", "names that agree with a group are not cut", "drop it, or raise it")
        return fitting(column, names, self.room)

    def arrow_type(self, column: Column) -> pa.DataType:
        return WORDS

    def dictionary(self, column: Column) -> pa.Array:
        words: WordList = column.prepared
        return words.array

    @cached_property
    def _entries(self) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
        """For each model: where its name is among those that fit, the first one where it does not."""
        names = [name for name in dict.fromkeys(self._names) if self.room is None or len(name) <= self.room]
        places = {name: number for number, name in enumerate(names)}
        return np.array([places.get(name, -1) for name in self._names], dtype=np.int32)

    def generate(self, cells: Cells) -> pa.Array:
        words: WordList = cells.prepared
        entries = self._entries[model_rows(cells)]
        if self.room is not None:  # names that are too long give way to any other
            entries = np.where(entries < 0, cells.below(len(words.words), draw="other").astype(np.int32), entries)
        return chosen(entries, words.array)

    def cardinality(self, column: Column) -> int:
        words: WordList = column.prepared
        return len(words.words)

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        words: WordList = cells.prepared
        return chosen(ranks.astype(np.int32), words.array)

    def text_width(self, column: Column) -> int:
        return 9


@field_type("vehicle_make", "car_make", "vehicle_manufacturer", "car_brand")
class VehicleMake(_Named):
    """A make of vehicles, about as frequent as on the road; in a group that of its model."""

    examples = ({}, {"max_length": 5})

    @cached_property
    def _names(self) -> tuple[str, ...]:
        known = models()
        return tuple(known.makes[number] for number in known.make_of)


@field_type("vehicle_model", "car_model", presets={"car": {"make": True}, "vehicle": {"make": True}})
class VehicleModel(_Named):
    """A model of vehicles, about as frequent as on the road; with ``make`` its make stands before it."""

    make: bool = Option(default=False, description="Write the make too: Toyota Corolla.")

    examples = ({}, {"make": True})

    @cached_property
    def _names(self) -> tuple[str, ...]:
        known = models()
        if not self.make:
            return known.names
        pairs = zip(known.make_of, known.names, strict=True)
        return tuple(f"{known.makes[number]} {name}" for number, name in pairs)


@field_type("vehicle_year", "car_year", "car_model_year", "model_year")
class VehicleYear(Field):
    """A model year; in a group one in which its model was made.

    Left out, ``max`` is the year of the document's reference date and ``min`` 25 years before ``max``.
    """

    min: int | None = Option(default=None, ge=1900, le=2100, description="First year.")
    max: int | None = Option(default=None, ge=1900, le=2100, description="Last year.")

    groups = True
    examples = ({}, {"min": 2010, "max": 2024})

    def model_years(self, column: Column) -> tuple[int, int]:
        """First and last year; SchemaError where there are none."""
        last = self.max
        if last is None:
            if column.reference_date is None:
                raise column.wrong("max", "is missing, and $.reference_date too", "give one of them")
            last = column.reference_date.year
        first = last - AGE if self.min is None else self.min
        if first > last:
            raise column.wrong("min", f"{first} is later than {last}", "swap min and max")
        return first, last

    def prepare(self, column: Column) -> tuple[int, int]:
        own = self.model_years(column)
        if self.group is not None:
            return model_years(column)
        return own

    def arrow_type(self, column: Column) -> pa.DataType:
        return pa.int64()

    def generate(self, cells: Cells) -> pa.Array:
        if self.group is not None:
            return pa.array(years(cells, model_rows(cells)))
        first, last = cells.prepared
        return pa.array(cells.below(last - first + 1, start=first))

    def cardinality(self, column: Column) -> int:
        first, last = column.prepared
        return int(last) - int(first) + 1

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        return pa.array(ranks.astype(np.int64) + np.int64(cells.prepared[0]))

    def text_width(self, column: Column) -> int:
        return 4


@field_type(
    "licence_plate", "license_plate", "number_plate", "vehicle_registration", "vehicle_registration_code", "car_plate"
)
class LicencePlate(OfLanguage):
    """A licence plate as a country issues them: ``B-KL 4821``, ``AB-123-CD``; by default the locale's country."""

    country: str | None = Option(default=None, description="ISO 3166-1 code of two letters, such as DE.")

    localized = True
    groups = True
    examples = ({}, {"country": "FR", "unique": True}, {"locale": "ja_JP"})

    @property
    def unique_by_number(self) -> bool:  # type: ignore[override]
        """Of one country, plates differ whatever the locale or the vehicle."""
        return self.country is not None

    def language(self, column: Column) -> Language:
        code = self.country
        if code is None:
            of_locale = column.locale.rpartition("_")[2]
            code = of_locale if of_locale in COUNTRIES else "US"
        if code not in COUNTRIES:
            raise column.wrong("country", f"no plates of {code!r} are known", f"one of {', '.join(COUNTRIES)}")
        found = country(code)
        kinds = {"#": "0123456789", "?": found.plate_letters}
        return Language(alternation([sequence([Chars(kinds.get(c, c)) for c in form]) for form in found.plates]))
