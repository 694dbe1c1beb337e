"""A place: the country, the city and the house that all fields of a group about one place agree on.

Every function takes a column or cells of a group; a field that is in none is a group of its own. Draws are ``country``,
``city``, ``postal``, ``street``, ``number``, ``latitude`` and ``longitude``, all shared. A group is in its locale's
country; one whose fields are all about countries (``Worldwide``) is about any country of the world.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from generator import kernels
from generator.cells import Cells
from generator.column import Column
from generator.field import Field
from generator.gazetteer import COUNTRIES, Country, country, world
from generator.vocabulary import FALLBACK, KEPT, VocabularyError, check_locale

Indices = npt.NDArray[np.int32]

NEAR: Final = 0.03
"""How far coordinates are from their city's at most, in degrees: 3.3 km to the north or south, or less than that to the
east or west."""

_HOUSES: Final = {"US": 9_999, "CA": 9_999, "MX": 2_999, "BR": 2_999, "JP": 60}
_USUAL_HOUSES: Final = 199


class Worldwide(Field):
    """A field about a country as a whole: where a group has no other fields, any country will do."""


def place_locale(locale: str) -> str:
    """The locale whose country places are in: the same, or en_US where there is no gazetteer of its country."""
    return locale if locale.partition("_")[2] in COUNTRIES else FALLBACK


def country_of(locale: str) -> str:
    """The ISO 3166-1 code of the country that a locale's places are in."""
    return place_locale(locale).partition("_")[2]


def street_locale(locale: str) -> str:
    """The locale whose streets a locale's places have: one of the same country, whatever language it asks for."""
    place = place_locale(locale)
    language = place.partition("_")[0]
    if place in KEPT or (language != "en" and language in country(country_of(place)).languages):
        return place
    return next((kept for kept in KEPT if country_of(kept) == country_of(place)), place)


def country_at(column: Column) -> Country:
    """The country of the column's group; SchemaError where its locale is none."""
    check(column)
    return country(country_of(column.locale))


def check(column: Column) -> None:
    """SchemaError where the column's locale is none; else a note in the column of the locale its places are in."""
    try:
        check_locale(column.locale)
    except VocabularyError as error:
        raise column.wrong("locale", error.problem, error.remedy) from None
    column.took["places"] = place_locale(column.locale)


def grouped(column: Column) -> bool:
    """Whether the column is in a group."""
    return column.field.group is not None


def worldwide(column: Column) -> bool:
    """Whether the column's group is about any country of the world."""
    return all(isinstance(mate.field, Worldwide) for mate in column.mates)


def nation_rows(cells: Cells) -> Indices:
    """Each row's country, an index into ``world()``: every one is as likely, or all are the locale's."""
    column = cells.column
    if worldwide(column):
        return cells.below(len(world()), draw=cells.shared("country")).astype(np.int32)
    code = country_of(column.locale)
    index = next(number for number, nation in enumerate(world()) if nation.code == code)
    return np.full(len(cells), index, dtype=np.int32)


def city_rows(cells: Cells) -> Indices:
    """Each row's city, an index into ``country_at(column).cities``, by inhabitants."""
    return cells.pick(country_at(cells.column).chances, cells.shared("city"))


def region_rows(cells: Cells) -> Indices:
    """Each row's region, an index into ``country_at(column).regions``: the one its city is in."""
    return country_at(cells.column).region_of[city_rows(cells)]


def postal_rows(cells: Cells) -> tuple[Indices, Indices]:
    """Each row's postal code, indices into ``beginnings`` and ``endings`` of its country's ``postal_codes``.

    An index one behind the endings is of a code that is whole without one.
    """
    codes = country_at(cells.column).postal_codes
    cities = city_rows(cells)
    draw = cells.shared("postal")
    beginnings = codes.starts[cities] + kernels.below_each(
        cells.rows, draw.gamma, draw.kappa, codes.counts[cities]
    ).astype(np.int64)
    endings = cells.below(len(codes.endings), draw=cells.shared("postal ending"))
    endings[codes.whole[beginnings]] = len(codes.endings)
    return beginnings.astype(np.int32), endings.astype(np.int32)


def houses(column: Column) -> int:
    """The highest number of a house: 9,999 in the United States and Canada, 199 in most countries."""
    return _HOUSES.get(country_at(column).code, _USUAL_HOUSES)


def house_numbers(cells: Cells) -> npt.NDArray[np.int64]:
    """Each row's number of the house; all are as likely."""
    return cells.below(houses(cells.column), start=1, draw=cells.shared("number"))


def coordinates(cells: Cells, axis: str, digits: int) -> npt.NDArray[np.int64]:
    """Each row's ``latitude`` or ``longitude`` in units of 10**-digits degrees, within ``NEAR`` of its city's."""
    centres = centres_of(country_at(cells.column), axis, digits)
    reach = int(NEAR * 10**digits)
    return centres[city_rows(cells)] + cells.below(2 * reach + 1, start=-reach, draw=cells.shared(axis))


def centres_of(place: Country, axis: str, digits: int) -> npt.NDArray[np.int64]:
    """The coordinates of its cities, in units of 10**-digits degrees."""
    return np.array([round(getattr(city, axis) * 10**digits) for city in place.cities], dtype=np.int64)
