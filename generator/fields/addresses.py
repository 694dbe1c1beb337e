"""Addresses: streets, houses, flats and postal codes, and lines of them as the locale's country writes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from generator import kernels
from generator.cells import Cells, Rows
from generator.column import Column
from generator.field import TEXT, WORDS, TextField, field_type
from generator.fields.places import Named, OfCity
from generator.fields.streets import Part, Streets, form_parts
from generator.fields.text import Compiled
from generator.fields.words import chosen
from generator.gazetteer.flats import flats
from generator.language import parse_pattern
from generator.subjects import place


class OfStreet(TextField):
    """A line with a street in it; a line that is too long ends at a word's end."""

    breaks_at_words = True
    localized = True
    groups = True

    def prepare(self, column: Column) -> Streets:
        place.check(column)
        return Streets.of(column)


@field_type("street_name", "street")
class StreetName(OfStreet):
    """The name of a street with its kind, as it is written in the locale's country: ``Maple Avenue``."""

    examples = ({}, {"locale": "de_DE"})

    def arrow_type(self, column: Column) -> pa.DataType:
        streets: Streets = column.prepared
        return WORDS if streets.whole else TEXT

    def dictionary(self, column: Column) -> pa.Array | None:
        streets: Streets = column.prepared
        return streets.names.array if streets.whole else None

    def generate(self, cells: Cells) -> pa.Array:
        streets: Streets = cells.prepared
        return self._line(streets.drawn(cells), len(cells))

    def cardinality(self, column: Column) -> int | None:
        streets: Streets = column.prepared
        return None if self.max_length else streets.size

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        streets: Streets = cells.prepared
        return self._line(streets.ranked(ranks), len(ranks))

    def _line(self, parts: list[Part], rows: int) -> pa.Array:
        return parts[0] if len(parts) == 1 else kernels.concat(parts, rows)

    def text_width(self, column: Column) -> int:
        return 14


@field_type("street_address", "street_line", "address_line", "address1", "address_line_1")
class StreetAddress(OfStreet):
    """A street and the number of a house in the order of the locale's country: ``4821 Maple Avenue``."""

    examples = ({}, {"unique": True}, {"max_length": 20}, {"locale": "de_DE"})

    def generate(self, cells: Cells) -> pa.Array:
        streets: Streets = cells.prepared
        return street_line(cells, streets.drawn(cells), place.house_numbers(cells))

    def cardinality(self, column: Column) -> int | None:
        streets: Streets = column.prepared
        return None if self.max_length else place.houses(column) * streets.size

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        streets: Streets = cells.prepared
        rest, number = np.divmod(ranks, np.uint64(place.houses(cells.column)))
        return street_line(cells, streets.ranked(rest), number.astype(np.int64) + 1)

    def text_width(self, column: Column) -> int:
        return 20


def street_line(cells: Cells, street: list[Part], numbers: npt.NDArray[np.int64]) -> pa.Array:
    """A street and a number in the form of the column's country."""
    form = place.country_at(cells.column).street
    return kernels.concat(form_parts(form, {"street": street, "number": [(numbers, 0, False)]}), len(cells))


@field_type("building_number", "house_number", "street_number", "house_no")
class BuildingNumber(TextField):
    """The number of a house in its street: 1 to 9,999 in the United States and Canada, to 199 in most countries."""

    localized = True
    groups = True
    examples = ({}, {"locale": "nl_NL"})

    def prepare(self, column: Column) -> pa.Array:
        most = place.houses(column)
        if self.room is not None and self.room < len(str(most)):
            raise column.wrong("max_length", f"numbers go up to {most}, and a number is not cut", "raise it")
        return pa.array([str(number) for number in range(1, most + 1)], pa.string())

    def arrow_type(self, column: Column) -> pa.DataType:
        return WORDS

    def dictionary(self, column: Column) -> pa.Array:
        return column.prepared

    def generate(self, cells: Cells) -> pa.Array:
        return chosen((place.house_numbers(cells) - 1).astype(np.int32), cells.prepared)

    def cardinality(self, column: Column) -> int:
        return len(column.prepared)

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        return chosen(ranks.astype(np.int32), cells.prepared)

    def text_width(self, column: Column) -> int:
        return 3


@field_type("secondary_address", "address2", "address_line_2", "unit_number", "apartment_number")
class SecondaryAddress(OfCity):
    """The flat, floor or unit within a house, as the locale's country writes it: ``Apt. 12``."""

    examples = ({}, {"locale": "de_DE"}, {"locale": "pt_BR"})

    def prepare(self, column: Column) -> Named:
        named = super().prepare(column)
        return Named(named.words)  # shared with nobody: a group's flats are drawn by each field itself

    def texts(self, column: Column) -> tuple[list[str], list[float]]:
        found = flats(place.country_at(column))
        return list(found), list(found.values())


@dataclass(frozen=True)
class _Codes:
    """The parts of the country's postal codes, and its general form to count through."""

    beginnings: pa.Array
    endings: pa.Array
    general: Compiled
    longest: int

    @classmethod
    def of(cls, column: Column) -> _Codes:
        country = place.country_at(column)
        codes = country.postal_codes
        general = Compiled(parse_pattern(country.postal, country.postal_letters))
        beginnings, endings = (pa.array(texts, pa.string()) for texts in (codes.beginnings, [*codes.endings, ""]))
        return cls(beginnings, endings, general, codes.longest)

    def drawn(self, cells: Cells) -> list[Part]:
        beginnings, endings = place.postal_rows(cells)
        first = chosen(beginnings, self.beginnings)
        return [first, chosen(endings, self.endings)] if len(self.endings) > 2 else [first]


@field_type("postal_code", "zip_code", "zipcode", "postcode", "zip", "postalcode")
class PostalCode(TextField):
    """A postal code of a city of the locale's country; unique ones have the country's form, but need not be in use."""

    localized = True
    groups = True
    examples = ({}, {"locale": "en_GB"}, {"locale": "de_DE", "unique": True})

    def prepare(self, column: Column) -> _Codes:
        codes = _Codes.of(column)
        longest = max(codes.general.language.max_length, codes.longest)
        if self.room is not None and self.room < longest:
            raise column.wrong("max_length", f"codes may have {longest} characters, and a code is not cut", "raise it")
        return codes

    def arrow_type(self, column: Column) -> pa.DataType:
        return TEXT

    def generate(self, cells: Cells) -> pa.Array:
        codes: _Codes = cells.prepared
        return kernels.concat(codes.drawn(cells), len(cells))

    def cardinality(self, column: Column) -> int:
        codes: _Codes = column.prepared
        return codes.general.language.size

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        codes: _Codes = cells.prepared
        return codes.general.language.unrank(ranks)

    def text_width(self, column: Column) -> int:
        codes: _Codes = column.prepared
        return codes.general.language.max_length


@dataclass(frozen=True)
class _Whole:
    streets: Streets
    codes: _Codes
    words: dict[str, tuple[pa.Array, bool]]
    """The words of each city, or region (True), that the form has."""


@field_type("full_address", "address", "postal_address", "mailing_address")
class FullAddress(OfStreet):
    """A street, a house, a postal code and a city in one line, in the order of the locale's country."""

    examples = ({}, {"locale": "de_DE"}, {"locale": "ja_JP"})

    def prepare(self, column: Column) -> Any:
        country = place.country_at(column)
        language = country.language(column.locale)
        words = {
            "city": (pa.array([city.names[language] for city in country.cities], pa.string()), False),
            "state": (pa.array([region.names[language] for region in country.regions], pa.string()), True),
            "state_code": (pa.array([region.code for region in country.regions], pa.string()), True),
        }
        return _Whole(super().prepare(column), _Codes.of(column), words)

    def generate(self, cells: Cells) -> pa.Array:
        whole: _Whole = cells.prepared
        country = place.country_at(cells.column)
        cities = place.city_rows(cells)
        values: dict[str, list[Part]] = {
            name: [chosen(country.region_of[cities] if of_region else cities, words)]
            for name, (words, of_region) in whole.words.items()
            if f"{{{name}}}" in country.full
        }
        number = [(place.house_numbers(cells), 0, False)]
        street = form_parts(country.street, {"street": whole.streets.drawn(cells), "number": number})
        values |= {"street_address": street, "postal_code": whole.codes.drawn(cells)}
        return kernels.concat(form_parts(country.full, values), len(cells))

    def text_width(self, column: Column) -> int:
        return 40
