"""The lists of goods, companies, software, vehicles and medicine: our own but for colours and phrases."""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from typing import Any

from generator.vocabulary.sources import faker, mimesis, own
from generator.vocabulary.word_list import Found, Source


def _faker(provider: str, attribute: str, locale: str) -> Any:
    """An attribute of a Faker provider; the English ones are those of its base class."""
    found: Any = faker(provider, attribute)(locale)
    if found is None and locale == "en_US":
        found = getattr(importlib.import_module(f"faker.providers.{provider}").Provider, attribute)
    return found


def colours(locale: str) -> Found:
    """Faker's names of colours, those in one word with capitals inside taken apart: ``AliceBlue`` is two words."""
    found = _faker("color", "all_colors", locale)
    return [re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name) for name in found] if isinstance(found, Mapping) else None


def phrase(attribute: str, position: int) -> Source:
    """The words that stand at a position in a company's phrases of three words."""

    def read(locale: str) -> Found:
        found = _faker("company", attribute, locale)
        return tuple(found[position]) if found and len(found) == 3 else None

    return read


def buzzwords(locale: str) -> Found:
    """The adjectives and the nouns of a company's phrases."""
    parts = [phrase("bsWords", position)(locale) for position in (1, 2)]
    return [word for part in parts for word in part or ()] or None


_OWN = (
    "allergies",
    "app_first_words",
    "app_last_words",
    "company_forms",
    "database_types",
    "departments",
    "docker_images",
    "drugs",
    "file_stems",
    "folders",
    "git_things",
    "git_verbs",
    "hospital_forms",
    "icd10",
    "industries",
    "job_levels",
    "legal_forms",
    "log_lines",
    "log_things",
    "materials",
    "product_adjectives",
    "product_categories",
    "product_things",
    "services",
    "store_departments",
    "vehicle_makes",
    "vehicle_models",
)

LISTS: dict[str, tuple[Source, ...]] = {
    **{name: (own(name),) for name in _OWN},
    "colours": (colours, mimesis("text", "color")),
    "catch_words_1": (phrase("catch_phrase_words", 0),),
    "catch_words_2": (phrase("catch_phrase_words", 1),),
    "catch_words_3": (phrase("catch_phrase_words", 2),),
    "bs_verbs": (phrase("bsWords", 0),),
    "bs_adjectives": (phrase("bsWords", 1),),
    "bs_nouns": (phrase("bsWords", 2),),
    "buzzwords": (buzzwords,),
}
