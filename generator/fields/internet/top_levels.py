"""Top-level domains."""

from __future__ import annotations

from typing import ClassVar, Final, Literal

from pydantic import Field as Option

from generator.column import Column
from generator.field import field_type
from generator.fields.unlocalized import OneOf
from generator.fields.words import fitting
from generator.vocabulary import WordList

_GENERIC: Final = {"com": 157, "net": 13, "org": 11, "xyz": 4, "info": 4, "top": 3, "online": 3, "shop": 3} | {
    "store": 2,
    "site": 2,
    "app": 1,
    "biz": 1.2,
    "dev": 0.5,
}
_COUNTRIES: Final = (
    {"cn": 20, "de": 17.6, "uk": 10.7, "nl": 6.2, "ru": 5.6, "br": 5.3, "au": 4.2, "fr": 4.1, "eu": 3.7, "it": 3.5}
    | {"ca": 3.4, "in": 3, "co": 3, "ch": 2.6, "pl": 2.5, "us": 2.1, "es": 2.1, "jp": 1.8, "be": 1.8, "se": 1.4}
    | {"at": 1.5, "dk": 1.4, "cz": 1.5, "kr": 1.1, "mx": 1.2, "io": 1, "no": 0.8, "nz": 0.8, "za": 1.4, "fi": 0.6}
)
"""Registered domains in millions, rounded (Verisign, Domain Name Industry Brief, 2024; the registries)."""


@field_type("tld", "top_level_domain", "domain_suffix")
class TopLevelDomain(OneOf):
    """A top-level domain without its dot, such as ``com``, about as frequent as domains under it."""

    kind: Literal["any", "generic", "country"] = Option(default="any", description="Generic ones, countries', or both.")

    words: ClassVar[dict[str, float]] = {**_GENERIC, **_COUNTRIES}
    examples = ({}, {"kind": "country", "prefix": "."})

    def prepare(self, column: Column) -> WordList:
        words = {"any": self.words, "generic": _GENERIC, "country": _COUNTRIES}[self.kind]
        return fitting(column, WordList.of(words, ""), self.room)

    def text_width(self, column: Column) -> int:
        return 3
