"""The rooms of ``generator/fields``, in which the built-in field types stand: in the order of the catalogue."""

from __future__ import annotations

from typing import Final

FAMILIES: Final = (
    "numbers",
    "floats",
    "series",
    "choices",
    "samples",
    "identifiers",
    "people",
    "places",
    "addresses",
    "geography",
    "airports",
    "phones",
    "internet",
    "text",
    "prose",
    "strings",
    "slugs",
    "markdown",
    "time",
    "commerce",
    "company",
    "technical",
    "vehicles",
    "medical",
    "finance",
    "government",
    "links",
    "expression",
    "nested",
    "faker",
)
