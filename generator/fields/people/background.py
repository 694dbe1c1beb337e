"""Where a person comes from: schools, and the categories of the census."""

from __future__ import annotations

from typing import ClassVar

from generator.column import Column
from generator.field import field_type
from generator.fields.forms import Forms, FormsField, with_cities
from generator.fields.unlocalized import OneOf
from generator.vocabulary import WordList


@field_type("university", "college", "university_name")
class University(FormsField):
    """The name of a university: a city of the locale in one of its forms, ``Hochschule Augsburg``."""

    localized = True
    breaks_at_words = True
    examples = ({}, {"locale": "de_DE", "unique": True}, {"locale": "ja_JP"})

    def forms(self, column: Column) -> Forms:
        forms, cities = with_cities(column, "university_forms")
        return Forms(forms, {"city": _bare(cities)})


def _bare(cities: WordList) -> WordList:
    """The names of cities without the word for a city or a ward that they end with in Chinese and Japanese."""
    if cities.locale.partition("_")[0] not in ("zh", "ja"):
        return cities
    weights = cities.weights or (1.0,) * len(cities.words)
    found: dict[str, float] = {}
    for name, weight in zip(cities.words, weights, strict=True):
        name = name[:-1] if len(name) > 2 and name[-1] in "市区町村" else name
        found[name] = found.get(name, 0.0) + weight
    return WordList.of(found, cities.locale)


@field_type("race")
class Race(OneOf):
    """A race as the census of the United States asks for it, with the shares of 2020 (US Census Bureau)."""

    words: ClassVar[dict[str, float]] = {
        "White": 61.6,
        "Black or African American": 12.4,
        "American Indian or Alaska Native": 1.1,
        "Asian": 6.0,
        "Native Hawaiian or Other Pacific Islander": 0.2,
        "Some Other Race": 8.4,
        "Two or More Races": 10.2,
    }
    examples = ({}, {"case": "upper"})

    def text_width(self, column: Column) -> int:
        return 10


@field_type("ethnicity")
class Ethnicity(OneOf):
    """An ethnicity as the census of the United States asks for it, with the shares of 2020 (US Census Bureau)."""

    words: ClassVar[dict[str, float]] = {"Not Hispanic or Latino": 81.3, "Hispanic or Latino": 18.7}
    examples = ({},)

    def text_width(self, column: Column) -> int:
        return 21
