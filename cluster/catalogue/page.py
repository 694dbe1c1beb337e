"""The catalogue as a page of Markdown: docs/field-types.md. The same words for the same engine, whoever writes it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from cluster.catalogue import locales
from cluster.catalogue.about import About, Example
from cluster.catalogue.families import Family, by_family
from cluster.catalogue.options import default_text, options_of, written
from generator import TextField
from generator.expression import FUNCTIONS
from generator.expression.function import Function

_INTRODUCTION = """\
# Field types

Written by `make docs` from the types themselves, which is where to change it. On a terminal: `seedbed types`,
`seedbed types TYPE`, `seedbed types TYPE --locale hi_IN`, `seedbed types --locales`.

A type has one name and others that people know it by; `Full Name`, `full-name` and `fullName` are `full_name`. Examples
are made with the seed `stage`, rows 1 to 3. *Different values* says how many there are where `unique` can be asked for.
"""
_SHOWN = 3
_LONGEST = 60


def markdown() -> str:
    """The whole page."""
    found = {family: [About(name) for name in types] for family, types in by_family().items()}
    parts = [_INTRODUCTION, _contents(found), _common()]
    for family, items in found.items():
        parts.append(f"## Types: {family.title}\n")
        parts += [_type(item) for item in items]
    parts += [_functions(), _locales()]
    return "\n".join(parts)


def _contents(found: dict[Family, list[About]]) -> str:
    lines = []
    for family, items in found.items():
        names = ", ".join(f"[{item.name}](#{item.name})" for item in items)
        lines.append(f"- **[{family.title}](#{_anchor(family)})**: {names}")
    more = ["- **[Functions of expressions](#functions-of-expressions)**", "- **[Locales](#locales)**"]
    return "\n".join([*lines, *more, ""])


def _anchor(family: Family) -> str:
    return f"types-{family.title.lower().replace(' ', '-')}"


def _common() -> str:
    text = options_of(TextField, {"type"})
    head = "## Options of every field\n\nThose that are marked are for text.\n"
    every = {*TextField.model_fields} - {"max_length", "case", "prefix", "suffix"}
    rows = [
        (f"`{name}`" if name in every else f"`{name}` (text)", about["type"], default_text(about), about["description"])
        for name, about in text.items()
    ]
    return f"{head}\n{table(('option', 'type', 'default', ''), rows)}"


def _type(item: About) -> str:
    lines = [f"### {item.name}\n", item.description.replace("``", "`")]
    if item.aliases:
        lines.append(f"\nAlso: {', '.join(f'`{alias}`' for alias in item.aliases)}.")
    if item.presets:
        lines.append(f"\nWith options: {', '.join(_preset(*preset) for preset in item.presets.items())}.")
    if item.cls.groups:
        lines.append("\nFields of one `group` agree on it.")
    lines.append("")
    rows = [
        (f"`{name}`", about["type"], default_text(about), about["description"]) for name, about in item.options.items()
    ]
    if rows:
        lines += [table(("option", "type", "default", ""), rows)]
    lines += [_example(example) for example in item.examples]
    return "\n".join(lines) + "\n"


def _preset(name: str, options: dict[str, object]) -> str:
    return f"`{name}` ({code(written(options), longest=None)})"


def _example(example: Example) -> str:
    values = " · ".join(code(value) for value in example.values[:_SHOWN])
    return f"- {code(written(example.options), longest=None)} → {values} ({example.arrow}; {example.different})"


def code(text: str, longest: int | None = _LONGEST) -> str:
    """A text as code on one line, cut where it is long."""
    text = re.sub(r"\s*\n\s*", " ⏎ ", text)
    text = text if longest is None or len(text) <= longest else text[: longest - 1] + "…"
    marks = "`" * (1 + max(map(len, re.findall(r"`+", text)), default=0))
    space = " " if not text or text[0] in "` " or text[-1] in "` " else ""
    return f"{marks}{space}{text}{space}{marks}"


def _functions() -> str:
    groups: dict[str, list[Function]] = {}
    for function in FUNCTIONS.values():
        groups.setdefault(function.group, []).append(function)
    parts = ["## Functions of expressions\n\nFor `expression`, `when` and everything else that takes an expression.\n"]
    for title, functions in groups.items():
        rows = [
            (
                code(item.signature, longest=None),
                item.summary,
                f"{code(item.example.text)} → {code(item.example.value)}",
            )
            for item in functions
        ]
        parts += [f"### Functions: {title}\n", table(("function", "", "example"), rows)]
    return "\n".join(parts)


def _locales() -> str:
    kinds = tuple(locales.KINDS)
    rows = [
        (f"`{name}`", *("" if origins[kind] == name else origins[kind] for kind in kinds))
        for name, origins in locales.table().items()
    ]
    about = (
        "These locales are kept up. An empty cell: words of its own; a locale: the words come from there. Every other\n"
        "locale of CLDR can be used too: what it has no words for comes from its language's main country, else from\n"
        "en_US. `seedbed types --locales --locale sw_KE` tells about any one of them.\n"
    )
    return f"## Locales\n\n{about}\n{table(('locale', *kinds), rows)}"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table of Markdown, each line ended."""
    return "".join(f"{line}\n" for line in _lines(tuple(head), rows))


def _lines(head: tuple[str, ...], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|').replace(chr(10), ' ') for cell in row)} |"
