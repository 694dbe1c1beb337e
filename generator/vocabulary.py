"""Versioned word lists by locale, read once from the tables of packages that keep them.

Names come weighted from Faker's tables (the US ones are census shares), places from Mimesis, country names from CLDR
through Babel. A list is a pure function of its name, the locale and the pinned package versions, which are part of
every fingerprint. Reading a list imports what that list needs and nothing else.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

import pyarrow as pa

from generator.choosing import AliasTable
from generator.errors import SeedbedError, nearest


class VocabularyError(SeedbedError):
    """A locale or a list that is not there."""


@dataclass(frozen=True)
class WordList:
    """Distinct words, and how frequent each is; ``weights`` None is all alike. ``locale`` is where they came from."""

    words: tuple[str, ...]
    weights: tuple[float, ...] | None
    locale: str

    @cached_property
    def array(self) -> pa.Array:
        """The words as Arrow strings."""
        return pa.array(self.words, pa.string())

    @cached_property
    def table(self) -> AliasTable:
        """The alias table of the weights."""
        return AliasTable.of(self.weights or (1,) * len(self.words))

    def where(self, keep: Callable[[str], bool]) -> WordList:
        """Only the words that ``keep`` accepts, weights unchanged."""
        chosen = [index for index, word in enumerate(self.words) if keep(word)]
        weights = None if self.weights is None else tuple(self.weights[index] for index in chosen)
        return WordList(tuple(self.words[index] for index in chosen), weights, self.locale)


Source = Callable[[str], "Mapping[str, float] | tuple[str, ...] | list[str] | None"]

FALLBACK = "en_US"


def _faker(provider: str, attribute: str) -> Source:
    """An attribute of a Faker provider: a tuple, or word → weight."""

    def read(locale: str) -> Any:
        try:
            module = importlib.import_module(f"faker.providers.{provider}.{locale}")
        except ModuleNotFoundError:
            return None
        found = getattr(module.Provider, attribute, None)
        base = importlib.import_module(f"faker.providers.{provider}").Provider  # has placeholders for all locales
        usable = isinstance(found, Mapping | tuple | list) and found is not getattr(base, attribute, None)
        return found if usable else None

    return read


def _mimesis(section: str, *path: str) -> Source:
    """A list in a Mimesis data file; its locales are languages, some with a country."""

    def read(locale: str) -> Any:
        language = locale.partition("_")[0]
        for name in (locale.replace("_", "-").lower(), language):
            file = files("mimesis") / "datasets" / name / f"{section}.json"
            if file.is_file():
                value = _json(str(file))
                for key in path:
                    value = value.get(key) if isinstance(value, dict) else None
                return value
        return None

    return read


@cache
def _json(path: str) -> Any:
    with open(path, encoding="utf-8") as file:  # noqa: PTH123 - a path from importlib.resources
        return json.load(file)


def _countries(locale: str) -> tuple[str, ...] | None:
    """Names of the ISO 3166 countries in the locale's language, in the order of their codes (CLDR)."""
    from babel import Locale, UnknownLocaleError

    try:
        names = Locale.parse(locale).territories
    except (UnknownLocaleError, ValueError):
        return None
    groupings = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}
    return tuple(names[code] for code in sorted(names) if len(code) == 2 and code.isupper() and code not in groupings)


LISTS: dict[str, tuple[Source, ...]] = {
    "first_names": (_faker("person", "first_names"),),
    "last_names": (_faker("person", "last_names"),),
    "cities": (_mimesis("address", "city"),),
    "streets": (_mimesis("address", "street", "name"),),
    "street_suffixes": (_mimesis("address", "street", "suffix"),),
    "countries": (_countries,),
    "words": (_faker("lorem", "word_list"),),
}


@cache
def word_list(name: str, locale: str) -> WordList:
    """The list called ``name`` in a locale, else in its language, else in English; VocabularyError for no locale."""
    check_locale(locale)
    for place in dict.fromkeys((locale, _main_locale(locale), FALLBACK)):
        for source in LISTS[name]:
            found = source(place)
            if found:
                return _tidy(found, place)
    raise VocabularyError(f"there is no list {name!r} in {locale} or {FALLBACK}")


def _main_locale(locale: str) -> str:
    """The locale of the country where most speakers of its language live (CLDR's likely subtags): de_LI → de_DE."""
    from babel.core import get_global

    language = locale.partition("_")[0]
    likely = get_global("likely_subtags").get(language)
    return f"{language}_{likely.rpartition('_')[2]}" if likely else locale


def _tidy(found: Any, locale: str) -> WordList:
    if isinstance(found, Mapping):
        merged: dict[str, float] = {}
        for word, weight in found.items():
            merged[word.strip()] = merged.get(word.strip(), 0.0) + float(weight)
        return WordList(tuple(merged), tuple(merged.values()), locale)
    return WordList(tuple(dict.fromkeys(str(word).strip() for word in found)), None, locale)


@cache
def check_locale(locale: str) -> None:
    """VocabularyError where CLDR does not know the locale; spelled ``language_COUNTRY``."""
    from babel.localedata import locale_identifiers

    identifiers = locale_identifiers()
    if "_" not in locale or locale not in identifiers:
        known = [name for name in identifiers if name.count("_") == 1 and len(name) == 5]
        raise VocabularyError(f"unknown locale {locale!r}; {nearest(locale, known)}")
