"""The catalogue on a terminal, or as one JSON object."""

from __future__ import annotations

import json
from typing import Any

from cluster.catalogue import families, locales
from cluster.catalogue.about import About, Example
from cluster.catalogue.options import default_text, written
from formats import plain_type
from generator import Plan, TablePlan
from generator.vocabulary import check_locale


def _print_json(value: dict[str, Any]) -> None:
    print(json.dumps(value, ensure_ascii=False, default=str))


def types_as_json(group: str | None = None) -> list[dict[str, Any]]:
    """All field types, or those of one family, as plain JSON."""
    return [
        {
            "type": item.name,
            "aliases": item.aliases,
            "presets": item.presets,
            "group": family.name,
            "description": item.summary,
        }
        for family, items in _entries(group).items()
        for item in items
    ]


def type_as_json(name: str, locale: str | None = None) -> dict[str, Any]:
    """One type as plain JSON. UnknownNameError."""
    item = About(name, locale)
    about: dict[str, Any] = {"type": item.name, "aliases": item.aliases, "group": item.family.name}
    about |= {"presets": item.presets, "asked_as": item.asked_as}
    about |= {"description": item.description, "takes_group": item.cls.groups, "localized": item.cls.localized}
    about |= {"options": item.options, "common": item.common}
    found: dict[str, Any] = json.loads(
        json.dumps({**about, "examples": [_example_json(example) for example in item.examples]}, default=str)
    )
    return found


def _entries(group: str | None) -> dict[Any, list[About]]:
    listed = families.by_family() if group is None else dict([families.family(group)])
    return {family: [About(name) for name in types] for family, types in listed.items()}


def show_types(group: str | None = None, *, as_json: bool) -> None:
    """All field types, a line each, family by family; or one family."""
    if as_json:
        _print_json({"types": types_as_json(group)})
        return
    entries = _entries(group)
    width = max(len(item.name) for items in entries.values() for item in items)
    for family, items in entries.items():
        print(f"{family.title} (--group {family.name})")
        for item in items:
            print(f"  {item.name:{width}}  {item.summary}")
        print()
    print("Options and examples of one: seedbed types TYPE. Locales: seedbed types --locales")


def show_type(name: str, locale: str | None = None, *, as_json: bool) -> None:
    """One type: options, the common ones by name, and example values, in a locale if one is given."""
    if as_json:
        _print_json(type_as_json(name, locale))
        return
    item = About(name, locale)
    print(f"{item.name}: {item.description}\n")
    if item.asked_as:
        print(f"{item.asked} is {written({'type': item.name, **item.asked_as})}\n")
    if item.aliases:
        print(f"Also known as: {', '.join(item.aliases)}")
    if item.presets:
        names = [f"{name} {written(options)}" for name, options in item.presets.items()]
        print(f"With options: {', '.join(names)}")
    print(f"Listed with: {item.family.title}\n")
    for option, details in item.options.items():
        print(f"  {_option_line(option, details)}")
    print(f"  and: {', '.join(item.common)}\n")
    print("It takes part in a group.\n" if item.cls.groups else "A group does not change it.\n")
    if locale is not None and not item.cls.localized:
        print("It is the same in every locale.\n")
    for example in item.examples:
        _show_example(example)


def _example_json(example: Example) -> dict[str, Any]:
    if example.problem:
        return {"options": example.options, "values": [], "problem": example.problem}
    about = {"arrow_type": example.arrow, "different": example.different, "foreign": example.foreign}
    return {"options": example.options, "values": example.values, **about}


def _show_example(example: Example) -> None:
    print(f"  {json.dumps(example.options, ensure_ascii=False)}")
    if example.problem:
        print(f"      {example.problem}")
        return
    print(f"      {' | '.join(example.values)}")
    print(f"      {example.arrow}; {example.different}")
    for origin in dict.fromkeys(example.foreign.values()):
        lists = [name.replace("_", " ") for name, where in example.foreign.items() if where == origin]
        print(f"      words from {origin}: {', '.join(lists)}")


def show_locales(locale: str | None = None, *, as_json: bool) -> None:
    """The kept locales, and where the words of each come from; or any one locale."""
    if locale is not None:
        check_locale(locale)
    found = locales.table() if locale is None else {locale: locales.origins(locale)}
    if as_json:
        _print_json({"locales": found})
        return
    widths = {kind: max(len(kind), 5) for kind in locales.KINDS}
    print("locale  " + "  ".join(f"{kind:{width}}" for kind, width in widths.items()))
    for name, origins in found.items():
        cells = {kind: "own" if origin == name else origin for kind, origin in origins.items()}
        print(f"{name:6}  " + "  ".join(f"{cells[kind]:{width}}" for kind, width in widths.items()).rstrip())
    print("\nown: words of this locale; another locale: words from there. Every locale of CLDR can be used.")


def _option_line(option: str, about: dict[str, Any]) -> str:
    default = default_text(about)
    default = default if default == "required" else f"default {default}"
    return f"{option}: {about['type']} ({default}) {about['description']}".rstrip()


def show_plan(plan: Plan, *, as_json: bool) -> None:
    """A schema that is right: its tables, rows, columns and about how much text it makes."""
    tables = list(plan.tables.values())
    if as_json:
        about = [
            {"table": item.name, "rows": item.rows, "bytes": item.rows * item.row_width, "columns": _columns(item)}
            for item in tables
        ]
        print(json.dumps({"valid": True, "fingerprint": plan.fingerprint(), "tables": about}, ensure_ascii=False))
        return
    print(f"The schema is right: {len(tables)} table{'s' if len(tables) > 1 else ''}, seed {plan.schema.seed}.")
    for item in tables:
        print(f"\n{item.name}: {item.rows:,} rows, about {item.rows * item.row_width / 1e6:,.1f} MB as text")
        for name, kind in _columns(item).items():
            print(f"    {name}: {kind}")


def _columns(table: TablePlan) -> dict[str, str]:
    return {item.name: str(plain_type(item.type)) for item in table.arrow_schema}
