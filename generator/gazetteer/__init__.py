"""Facts about countries: regions, cities and how addresses are written there, so that a place agrees with itself.

One file a country, ``<ISO 3166-1>.tsv``, which says where its figures come from; reading one reads no other. Names are
in the country's own languages and scripts, and in English. ``world.tsv`` has the codes of all countries. How postal
codes are drawn is in ``postal``, which telephone numbers there are in ``numbering``, and how those are written in
``dialling``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from generator.choosing import AliasTable
from generator.gazetteer.postal import PostalCodes, postal_codes


@dataclass(frozen=True)
class Region:
    """A first-level region: its ISO 3166-2 code without the country, inhabitants in thousands, names by language."""

    code: str
    population: float
    names: dict[str, str]


@dataclass(frozen=True)
class City:
    """A city: where it is (degrees, WGS 84), in which region and time zone, and the forms of its postal codes.

    A postal form is a range of numbers of one width, ``80331-81929``, or a text with ``#`` for a digit and ``?`` for
    a letter. ``population`` is in thousands.
    """

    region: str
    population: float
    latitude: float
    longitude: float
    time_zone: str
    postal: tuple[str, ...]
    names: dict[str, str]


@dataclass(frozen=True)
class Country:
    """What there is to know about a country; forms of addresses have ``{street}``, ``{number}`` and the like in them.

    Letters are those that ``?`` stands for in postal codes and on licence plates.
    """

    code: str
    languages: tuple[str, ...]
    street: str
    full: str
    secondary: dict[str, float]
    postal: str
    postal_letters: str
    plates: tuple[str, ...]
    plate_letters: str
    regions: tuple[Region, ...]
    cities: tuple[City, ...]

    def language(self, locale: str) -> str:
        """Whose names a locale uses here: its own language's where the country has them, else English ones."""
        own = locale.partition("_")[0]
        return own if own in self.languages else "en"

    @cached_property
    def chances(self) -> AliasTable:
        """The cities by their inhabitants."""
        return AliasTable.of([city.population for city in self.cities])

    @cached_property
    def region_of(self) -> npt.NDArray[np.int32]:
        """The index of each city's region."""
        codes = [region.code for region in self.regions]
        return np.array([codes.index(city.region) for city in self.cities], dtype=np.int32)

    @cached_property
    def postal_codes(self) -> PostalCodes:
        """The postal codes of the cities."""
        return postal_codes([city.postal for city in self.cities], self.postal_letters)


@dataclass(frozen=True)
class Nation:
    """A country or territory of ISO 3166-1: its codes of two letters, three letters and three digits, its continent."""

    code: str
    alpha3: str
    numeric: str
    continent: str


COUNTRIES = tuple(sorted(file.name[:2] for file in files("generator.gazetteer").iterdir() if file.name[2:] == ".tsv"))
"""The countries there are files of."""

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@cache
def country(code: str) -> Country:
    """The country of an ISO 3166-1 code; KeyError where there is no file of it."""
    if code not in COUNTRIES:
        raise KeyError(code)
    lines: dict[str, list[list[str]]] = {}
    for line in (files("generator.gazetteer") / f"{code}.tsv").read_text(encoding="utf-8").split("\n"):
        if line and not line.startswith("#"):
            kind, *fields = line.split("\t")
            lines.setdefault(kind, []).append(fields)
    one = {kind: found[0][0] for kind, found in lines.items()}
    languages = tuple(lines["names"][0])
    return Country(
        code,
        languages,
        one["street"],
        one["full"],
        {form: float(weight) for weight, form in lines["secondary"]},
        one["postal"],
        one.get("postal_letters", LETTERS),
        tuple(fields[0] for fields in lines["plate"]),
        one["plate_letters"],
        tuple(_region(fields, languages) for fields in lines["state"]),
        tuple(_city(fields, languages) for fields in lines["city"]),
    )


@cache
def world() -> tuple[Nation, ...]:
    """All countries and territories of ISO 3166-1, by their codes."""
    text = (files("generator.gazetteer") / "world.tsv").read_text(encoding="utf-8")
    return tuple(Nation(*line.split("\t")) for line in text.split("\n") if line and not line.startswith("#"))


def _region(fields: list[str], languages: tuple[str, ...]) -> Region:
    code, population, *names = fields
    return Region(code, float(population), dict(zip(languages, names, strict=True)))


def _city(fields: list[str], languages: tuple[str, ...]) -> City:
    region, population, latitude, longitude, zone, postal, *names = fields
    named = dict(zip(languages, names, strict=True))
    return City(region, float(population), float(latitude), float(longitude), zone, tuple(postal.split(",")), named)
