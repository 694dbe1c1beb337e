"""Places as words: countries, regions, cities and their time zones. Fields of one group are of the same place."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa
from pydantic import Field as Option

from generator.cells import Cells, Rows
from generator.column import Column
from generator.field import WORDS, TextField, field_type
from generator.fields.words import chosen, fitting, listed
from generator.gazetteer import world
from generator.subjects import place
from generator.vocabulary import WordList
from generator.vocabulary.cldr import named


@dataclass(frozen=True)
class Named:
    """Distinct words; ``at`` says which of them each city, region or country has, where a group shares those."""

    words: WordList
    at: place.Indices | None = None


class OfPlace(TextField, ABC):
    """A word that a city, a region or a country has: of the one its group is about, or drawn by itself."""

    localized = True
    groups = True

    @abstractmethod
    def texts(self, column: Column) -> tuple[Sequence[str], Sequence[float]]:
        """The word of each city, region or country, and how frequent each of those is."""

    @abstractmethod
    def rows_of(self, cells: Cells) -> place.Indices:
        """Which city, region or country of ``texts`` each row's group is about."""

    def prepare(self, column: Column) -> Named:
        place.check(column)
        texts, weights = self.texts(column)
        merged: dict[str, float] = {}
        for text, weight in zip(texts, weights, strict=True):
            merged[text] = merged.get(text, 0.0) + weight
        words = WordList(tuple(merged), tuple(merged.values()), place.place_locale(column.locale))
        if not place.grouped(column):
            return Named(fitting(column, words, self.room))
        if self.room is not None and max(map(len, merged)) > self.room:
            problem = f"the group's word may have {max(map(len, merged))} characters, but only {self.room} fit"
            raise column.wrong("max_length", problem, "raise it, or take the field out of its group")
        index = {text: number for number, text in enumerate(merged)}
        return Named(words, np.array([index[text] for text in texts], dtype=np.int32))

    def arrow_type(self, column: Column) -> pa.DataType:
        return WORDS

    def dictionary(self, column: Column) -> pa.Array:
        named: Named = column.prepared
        return named.words.array

    def generate(self, cells: Cells) -> pa.Array:
        named: Named = cells.prepared
        if named.at is None:
            return chosen(cells.pick(named.words.table), named.words.array)
        return chosen(named.at[self.rows_of(cells)], named.words.array)

    def cardinality(self, column: Column) -> int:
        named: Named = column.prepared
        return len(named.words.words)

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        named: Named = cells.prepared
        return chosen(ranks.astype(np.int32), named.words.array)

    def text_width(self, column: Column) -> int:
        return 9


class OfCity(OfPlace):
    """A word of a city."""

    def rows_of(self, cells: Cells) -> place.Indices:
        return place.city_rows(cells)


class OfRegion(OfPlace):
    """A word of a region."""

    def rows_of(self, cells: Cells) -> place.Indices:
        return place.region_rows(cells)


class OfNation(OfPlace, place.Worldwide):
    """A word of a country as a whole."""

    @abstractmethod
    def words(self, column: Column) -> Sequence[str]:
        """The word of each country of ``world()``."""

    def texts(self, column: Column) -> tuple[Sequence[str], Sequence[float]]:
        words = self.words(column)
        return words, [1.0] * len(words)

    def rows_of(self, cells: Cells) -> place.Indices:
        return place.nation_rows(cells)


@field_type("city", "town", "city_name", presets={"us_city": {"locale": "en_US"}})
class City(OfCity):
    """The name of a city of the locale's country, by its inhabitants; without a group smaller towns too."""

    examples = ({}, {"max_length": 12}, {"group": "home"})

    def texts(self, column: Column) -> tuple[Sequence[str], Sequence[float]]:
        country = place.country_at(column)
        if not place.grouped(column) and column.locale == place.place_locale(column.locale):
            words = listed(column, "cities")
            return words.words, words.weights or [1.0] * len(words.words)
        language = country.language(column.locale)
        return [city.names[language] for city in country.cities], [city.population for city in country.cities]


@field_type(
    "state",
    "province",
    "region",
    "administrative_unit",
    "state_name",
    "prefecture",
    "federal_subject",
    presets={"us_state": {"locale": "en_US"}},
)
class State(OfRegion):
    """The name of a state, province or other first-level region of the locale's country, by its inhabitants."""

    examples = ({}, {"locale": "de_DE"})

    def texts(self, column: Column) -> tuple[Sequence[str], Sequence[float]]:
        country = place.country_at(column)
        language = country.language(column.locale)
        return [region.names[language] for region in country.regions], [each.population for each in country.regions]


@field_type(
    "state_code",
    "state_abbr",
    "province_code",
    "region_code",
    "state_abbreviation",
    "state_abbrev",
    presets={"us_state_code": {"locale": "en_US"}},
)
class StateCode(OfRegion):
    """The code of a state, province or other first-level region (ISO 3166-2, without the country): ``CA``."""

    examples = ({}, {"locale": "fr_FR"})

    def texts(self, column: Column) -> tuple[Sequence[str], Sequence[float]]:
        regions = place.country_at(column).regions
        return [region.code for region in regions], [region.population for region in regions]


@field_type("time_zone", "timezone", "pytimezone", "iana_time_zone", "tz")
class TimeZone(OfCity):
    """The time zone of a city of the locale's country, by its name in the IANA database: ``America/Chicago``."""

    examples = ({}, {"locale": "en_AU"})

    def texts(self, column: Column) -> tuple[Sequence[str], Sequence[float]]:
        cities = place.country_at(column).cities
        return [city.time_zone for city in cities], [city.population for city in cities]


@field_type("country", "country_name")
class Country(OfNation):
    """The name of a country (ISO 3166-1) in the locale's language (CLDR); in a group with a place, the locale's own.

    Where CLDR has no name of a country in the language it is the English one.
    """

    examples = ({}, {"max_length": 25}, {"locale": "de_DE"})

    def words(self, column: Column) -> Sequence[str]:
        names = {**named("en", "territories"), **named(column.locale, "territories")}
        return [names[nation.code] for nation in world()]


@field_type(
    "country_code",
    "iso_country_code",
    "country_iso_code",
    presets={
        "country_alpha3": {"format": "alpha3"},
        "country_code_alpha3": {"format": "alpha3"},
        "country_code_numeric": {"format": "numeric"},
    },
)
class CountryCode(OfNation):
    """The code of a country (ISO 3166-1): two letters, three letters or three digits."""

    format: Literal["alpha2", "alpha3", "numeric"] = Option(
        default="alpha2", description="DE, DEU or 276: two letters, three letters or three digits"
    )

    examples = ({}, {"format": "alpha3"}, {"format": "numeric"})

    def words(self, column: Column) -> Sequence[str]:
        part = "code" if self.format == "alpha2" else self.format
        return [getattr(nation, part) for nation in world()]

    def text_width(self, column: Column) -> int:
        return 2 if self.format == "alpha2" else 3


@field_type("continent")
class Continent(OfNation):
    """The continent of a country (United Nations M49), in English: one of seven, by how many countries it has."""

    examples = ({}, {"case": "upper"})

    def words(self, column: Column) -> Sequence[str]:
        return [nation.continent for nation in world()]


@field_type(
    "calling_code", "country_calling_code", "dialing_code", "dial_code", "isd_code", "country_phone_code", "phone_code"
)
class CallingCode(OfNation):
    """The calling code of a country (ITU-T E.164) with its plus sign: ``+49``."""

    examples = ({}, {"locale": "de_DE", "group": "home"})

    def words(self, column: Column) -> Sequence[str]:
        from generator.gazetteer.numbering import calling_codes

        codes = calling_codes()
        return [f"+{codes[nation.code]}" for nation in world()]

    def text_width(self, column: Column) -> int:
        return 4
