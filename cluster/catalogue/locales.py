"""Which locales have words of their own for what, found by asking the types themselves."""

from __future__ import annotations

from typing import Final

from generator import compile_schema
from generator.vocabulary import KEPT

KINDS: Final = {
    "first names": "first_name",
    "last names": "last_name",
    "titles": "prefix",
    "places": "city",
    "streets": "street_name",
    "phones": "phone",
    "job titles": "job_title",
    "company names": "company",
    "departments": "department_name",
    "products": "product",
    "colours": "colour",
    "text": "sentence",
}
"""What people look for, and the type that shows it."""


def origins(locale: str) -> dict[str, str]:
    """Kind → the locale that its words come from in this one: the same where it has its own; VocabularyError: none.

    Where a kind takes several lists, the one that comes from farthest away counts.
    """
    fields = {name: {"type": name, "locale": locale} for name in KINDS.values()}
    columns = compile_schema({"rows": 1, "fields": fields}).tables["data"].columns
    return {kind: _farthest(locale, list(columns[name].took.values())) for kind, name in KINDS.items()}


def _farthest(locale: str, found: list[str]) -> str:
    language = locale.partition("_")[0]
    others = [origin for origin in found if origin != locale]
    return next((origin for origin in others if origin.partition("_")[0] != language), others[0] if others else locale)


def table() -> dict[str, dict[str, str]]:
    """The kept locales, each with its origins."""
    return {locale: origins(locale) for locale in KEPT}
