"""The families that field types are listed in: by the module that a type is written in, in the order people look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from generator import Field, UnknownNameError, field_types, nearest

_HOME: Final = "generator.fields."


@dataclass(frozen=True)
class Family:
    """Some types by name, their title, and the modules below ``generator.fields`` that they are written in."""

    name: str
    title: str
    modules: tuple[str, ...] = ()


FAMILIES: Final = (
    Family("numbers", "Numbers", ("numbers", "floats", "series")),
    Family("choices", "Choices", ("choices", "samples")),
    Family("identifiers", "Identifiers", ("identifiers",)),
    Family("text", "Text", ("text", "prose", "strings", "slugs", "markdown", "templates")),
    Family("people", "People", ("people",)),
    Family("internet", "Internet", ("internet",)),
    Family("places", "Places", ("places", "addresses", "streets", "geography", "airports", "phones")),
    Family("time", "Time", ("time", "series.date_sequence", "series.time_series")),
    Family("commerce", "Commerce", ("commerce",)),
    Family("finance", "Finance", ("finance",)),
    Family("government", "Government", ("government",)),
    Family("company", "Company", ("company",)),
    Family("technical", "Technical", ("technical",)),
    Family("vehicles", "Vehicles", ("vehicles",)),
    Family("medical", "Medical", ("medical",)),
    Family(
        "structure", "Structure", ("links", "references", "lookups", "nested", "expression", "conditional", "faker")
    ),
)
OTHERS: Final = Family("others", "Others")
PLUG_INS: Final = Family("plug-ins", "Plug-ins")


def family_of(cls: type[Field]) -> Family:
    """The family of a type: that of the longest name of a module which its own begins with."""
    if not cls.__module__.startswith(_HOME):
        return PLUG_INS
    module = cls.__module__.removeprefix(_HOME)
    parts = module.split(".")
    heads = [".".join(parts[:length]) for length in range(len(parts), 0, -1)]
    return next((family for head in heads for family in FAMILIES if head in family.modules), OTHERS)


def by_family() -> dict[Family, dict[str, type[Field]]]:
    """Family → canonical name → class, both in the order in which they are listed; none is empty."""
    found: dict[Family, dict[str, type[Field]]] = {family: {} for family in (*FAMILIES, OTHERS, PLUG_INS)}
    for name, cls in field_types:
        found[family_of(cls)][name] = cls
    return {family: types for family, types in found.items() if types}


def family(name: str) -> tuple[Family, dict[str, type[Field]]]:
    """One family and its types, by its name or title; UnknownNameError with the nearest one."""
    known = by_family()
    for item, types in known.items():
        if name.strip().lower() in (item.name, item.title.lower()):
            return item, types
    raise UnknownNameError(f"unknown group of types {name!r}; {nearest(name, [item.name for item in known])}")
