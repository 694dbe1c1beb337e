"""Word lists for those contenders that bring none: the same ones that Faker and Mimesis carry for ``en_US``.

Weighted draws are made cheap the way that a user of an array engine would: a list in which each word stands as often as
it is frequent, so that a uniform draw from it is the weighted one, to a ten-thousandth.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

COUNTRIES = {"US": 40, "IN": 20, "BR": 10, "DE": 8, "GB": 8, "FR": 7, "JP": 7}
"""Country code → percent."""
DOMAINS = ("example.com", "example.org", "example.net")


@dataclass(frozen=True)
class Words:
    """Lists to pick from, each entry alike."""

    first_names: list[str]
    last_names: list[str]
    cities: list[str]
    streets: list[str]
    suffixes: list[str]
    words: list[str]
    countries: list[str]
    domains: list[str]


def read_words() -> Words:
    """All lists, read from the installed packages."""
    from faker.providers.lorem.en_US import Provider as Lorem
    from faker.providers.person.en_US import Provider as Person

    address = json.loads((files("mimesis") / "datasets" / "en" / "address.json").read_text(encoding="utf-8"))
    return Words(
        first_names=_repeated(Person.first_names, 10_000),
        last_names=_repeated(Person.last_names, 10_000),
        cities=list(address["city"]),
        streets=list(address["street"]["name"]),
        suffixes=list(address["street"]["suffix"]),
        words=list(Lorem.word_list),
        countries=_repeated(COUNTRIES, 100),
        domains=list(DOMAINS),
    )


def _repeated(weights: Mapping[str, float], entries: int) -> list[str]:
    """About ``entries`` entries, each word at least once and its copies side by side."""
    total = sum(weights.values())
    return [word for word, weight in weights.items() for _ in range(max(1, round(weight * entries / total)))]
