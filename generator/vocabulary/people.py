"""Lists about people that are no plain attribute of a package's tables: titles, feminine names, languages, nations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final, cast

from generator.vocabulary.cldr import named
from generator.vocabulary.locales import main_locale
from generator.vocabulary.sources import mimesis, own
from generator.vocabulary.word_list import Found, Source

_SPEAKERS: Final = (
    "en 1500 zh 1180 hi 610 es 560 ar 330 fr 310 bn 280 pt 265 ru 255 ur 235 id 200 de 135 ja 123 pa 120 "
    "mr 99 te 96 tr 90 ta 87 yue 86 vi 86 fil 83 ko 82 fa 79 sw 75 ha 77 jv 68 it 67 th 61 gu 62 kn 59 am 58 "
    "bho 53 yo 46 pl 43 ml 38 my 43 or 40 uk 39 ps 40 uz 33 su 32 ig 31 ne 32 ro 24 nl 25 az 24 km 18 el 13 "
    "cs 13 hu 12 sv 13 be 6 ca 9 he 9 sr 9 bg 8 sq 7 da 6 fi 6 sk 7 nb 5 hr 5 lt 3 sl 2 lv 2 ga 1.2 et 1.1 "
    "eu 0.8 mt 0.5 cy 0.6 is 0.35 lb 0.4 hy 5 ka 4 kk 16 "
)
"""Codes of languages, each with its speakers in millions, first or second language, rounded (Ethnologue, 2023)."""

_ADJECTIVES: Final = {"pl", "cs", "tr", "ja", "ko", "ar"}
"""Languages in which Mimesis lists nationalities that are fit to use; elsewhere they are peoples or languages."""
_NO_NATIONALITIES: Final = {"Berber", "Afričan", "Afričanka", "Asiat", "Asiatka", "Evropan", "Evropanka"}

_NO_NAMES: Final = {
    "Aelftrud van Wessex",
    "Ariens Ansems",
    "Bourgondië, van",
    "Coreth von und zu Coredo und Starkenberg",
    "Gepa van Bourgondië",
    "Godfrey van Alemannië",
    "Hemma van Allemanië",
    "Henric van den Nuwenhuse",
    "Heribert van Laon",
    "Klomp Jan",
    "Luitgardis van Neustrië",
    "Robbrechts Bruijne",
    "The Elder",
    "Unruoch Hunerik",
    "Waltrade Walderade",
    "Werl-Arnsberg, van",
    "West-Francië, van",
    "auch Schlauchin",
    "Диван(надядоДианидядоИван)",
}
"""What the lists of names have from family trees."""

_STATES: Final = (
    "US CA MX CU DO CO VE EC PE BO CL AR UY PY BR GB IE FR DE AT CH BE NL LU DK SE NO FI IS EE LV LT PL CZ SK HU RO BG "
    "GR IT ES PT SI HR RS AL UA RU GE AM TR IL LB JO EG MA DZ TN SA AE IQ IR NG GH KE ET ZA SN CM IN PK BD LK NP CN TW "
    "JP KR VN TH MY SG ID PH KZ AU NZ"
)
"""The countries that stand for nationalities where there is no list of them (ISO 3166)."""

_POLISH: Final = (("ski", "ska"), ("cki", "cka"), ("dzki", "dzka"))
"""Adjectival family names of Poland, which have a feminine form."""


@cache
def _sections(locale: str) -> Mapping[str, tuple[str, ...]]:
    file = files("generator") / "wordlists" / locale / "people.txt"
    if not file.is_file():
        return {}
    lines = [line.split("\t") for line in file.read_text(encoding="utf-8").split("\n") if line and line[0] != "#"]
    return {name: tuple(words) for name, *words in lines}


def section(name: str) -> Source:
    """A short list of ours in ``wordlists/<locale>/people.txt``; a star parts a word from its weight."""

    def read(locale: str) -> Found:
        words = [word.split("*") for word in _sections(locale).get(name, ())]
        return {word: float(weight[0]) if weight else 1.0 for word, *weight in words}

    return read


def fit(source: Source) -> Source:
    """A source of names without those that nobody bears today; Bulgarian ones with the capital some of them lack."""

    def read(locale: str) -> Found:
        found = source(locale)
        if isinstance(found, Mapping):
            return {word: weight for word, weight in found.items() if word not in _NO_NAMES}
        words = [word for word in found or () if word not in _NO_NAMES]
        return [word[:1].upper() + word[1:] for word in words] if locale == "bg_BG" else words

    return read


def unless_own(name: str, source: Source) -> Source:
    """A source that is passed over where we have a list for the locale's language, which is then found there."""
    ours = own(name)
    return lambda locale: None if ours(main_locale(locale)) else source(locale)


def of_main(source: Source) -> Source:
    """A source that is asked for the main locale of a language only: it has lists by language, not by country."""
    return lambda locale: source(locale) if locale == main_locale(locale) else None


def feminine(name: str) -> Source:
    """The Polish family names as women bear them."""

    def read(locale: str) -> Found:
        found = own(name)(locale) if locale == "pl_PL" else None
        return {_feminine(word): weight for word, weight in found.items()} if isinstance(found, Mapping) else None

    return read


def _feminine(word: str) -> str:
    for ending, other in _POLISH:
        if word.endswith(ending):
            return word.removesuffix(ending) + other
    return word


def languages(locale: str) -> dict[str, float] | None:
    """Names of languages in the locale's own (CLDR), as frequent as they are spoken in the world."""
    names = named(locale, "languages")
    return {names[code]: millions for code, millions in language_codes(locale).items() if code in names}


def language_codes(locale: str) -> dict[str, float]:
    """Codes of languages, the same in every locale, as frequent as they are spoken in the world."""
    words = _SPEAKERS.split()
    return {code: float(millions) for code, millions in zip(words[::2], words[1::2], strict=True)}


def named_countries(locale: str, codes: Iterable[str]) -> list[str] | None:
    """Names of these countries (ISO 3166-1) in the locale's language (CLDR)."""
    names = named(locale, "territories")
    return [names[code] for code in codes if code in names]


def nationalities(sex: str) -> Source:
    """Nationalities as they are said of a woman or a man; the names of countries where nobody lists them."""

    def read(locale: str) -> Found:
        if locale.partition("_")[0] in _ADJECTIVES:
            found: Any = mimesis("person", "nationality", sex)(locale) or mimesis("person", "nationality")(locale)
            return [word for word in cast("Iterable[str]", found or ()) if word not in _NO_NATIONALITIES]
        return named_countries(locale, _STATES.split())

    return read
