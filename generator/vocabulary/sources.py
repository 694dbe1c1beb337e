"""Where word lists come from: Faker's providers, Mimesis's data files, our own. Each reads what it is asked for."""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from generator.vocabulary.word_list import Found, Source

_FAKER = {"nb_NO": "no_NO"}
_MIMESIS = {"nb": "no"}
"""Locales that a package calls by another name."""


def faker(provider: str, *attributes: str) -> Source:
    """The first of these attributes that a Faker provider has for a locale: words, or word → weight."""

    def read(locale: str) -> Any:
        try:
            module = importlib.import_module(f"faker.providers.{provider}.{_FAKER.get(locale, locale)}")
        except ModuleNotFoundError:
            return None
        base = importlib.import_module(f"faker.providers.{provider}").Provider  # has placeholders for all locales
        for attribute in attributes:
            found = getattr(module.Provider, attribute, None)
            if isinstance(found, Mapping | tuple | list) and found and found is not getattr(base, attribute, None):
                return found
        return None

    return read


def mimesis(section: str, *path: str) -> Source:
    """A list in a Mimesis data file; its locales are languages, some with a country."""

    def read(locale: str) -> Any:
        language = locale.partition("_")[0]
        for name in (locale.replace("_", "-").lower(), _MIMESIS.get(language, language)):
            file = files("mimesis") / "datasets" / name / f"{section}.json"
            if file.is_file():
                value = _json(str(file))
                for key in path:
                    value = value.get(key) if isinstance(value, dict) else None
                if value:
                    return value
        return None

    return read


@cache
def _json(path: str) -> Any:
    with open(path, encoding="utf-8") as file:  # noqa: PTH123 - a path from importlib.resources
        return json.load(file)


def own(name: str) -> Source:
    """One of our own lists, ``generator/wordlists/<locale>/<name>.txt``: see ``parse_list``."""

    def read(locale: str) -> Found:
        file = files("generator") / "wordlists" / locale / f"{name}.txt"
        return parse_list(file.read_text(encoding="utf-8")) if file.is_file() else None

    return read


def parse_list(text: str) -> Found:
    """A word a line, or ``weight<TAB>word`` in every line; lines that begin with ``#`` are comments."""
    lines = [line for line in text.split("\n") if line and not line.startswith("#")]
    if not all("\t" in line for line in lines):
        return lines
    pairs = [line.split("\t", 1) for line in lines]
    return {word: float(weight) for weight, word in pairs}
