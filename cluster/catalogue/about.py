"""What there is to know about a field type: its options, and its examples as they come out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pyarrow as pa

from cluster.catalogue.families import Family, family_of
from cluster.catalogue.options import Described, options_of
from formats import JsonTexts, plain_type
from generator import EXAMPLE, STAGE, Column, Field, RowRange, SchemaError, TextField, field_types, staged
from generator.vocabulary import check_locale

_SHOWN = RowRange(1, 7)


@dataclass(frozen=True)
class Example:
    """Options of a type and what comes out; ``problem`` says why nothing does in the locale that was asked for."""

    options: dict[str, Any]
    values: tuple[str, ...] = ()
    arrow: str = ""
    different: str = ""
    """How many different values there are, in words."""
    foreign: Mapping[str, str] = field(default_factory=dict)
    """List → the locale its words came from, where that is another than the one asked for."""
    problem: str = ""


class About(Described):
    """A type by any of its names, with examples in ``locale`` where one is given.

    Raises UnknownNameError for no type, VocabularyError for no locale.
    """

    def __init__(self, name: str, locale: str | None = None) -> None:
        self.asked = name
        self.name = field_types.canonical(name)
        self.cls: type[Field] = field_types.get(name)
        if locale is not None:
            check_locale(locale)
        self.locale = locale

    @property
    def aliases(self) -> tuple[str, ...]:
        return field_types.aliases(self.name)

    @property
    def presets(self) -> dict[str, dict[str, Any]]:
        """The names for it with some options, and these options."""
        return {name: dict(options) for name, options in field_types.presets(self.name).items()}

    @property
    def asked_as(self) -> dict[str, Any]:
        """The options that the name it was asked by stands for."""
        return dict(field_types.preset(self.asked))

    @property
    def family(self) -> Family:
        return family_of(self.cls)

    @property
    def common(self) -> tuple[str, ...]:
        """The options that it shares with all types, or all text types."""
        base = TextField if issubclass(self.cls, TextField) else Field
        return tuple(sorted(set(base.model_fields) - {"type"}))

    @cached_property
    def options(self) -> dict[str, dict[str, Any]]:
        """Its own options: type as written, default, description."""
        return options_of(self.cls, {*self.common, "type"})

    @property
    def _options_shown(self) -> tuple[dict[str, Any], ...]:
        """Options of the examples: of a preset its own alone, which may be all that a type needs."""
        return ({},) if self.asked_as else self.cls.examples

    @cached_property
    def examples(self) -> tuple[Example, ...]:
        """Its examples, in the locale asked for if the type has locales."""
        wanted = [{"type": self.name, **self.asked_as, **options} for options in self._options_shown]
        if self.locale is not None and self.cls.localized:
            wanted = [{**options, "locale": self.locale} for options in wanted]
        return tuple(_example(options) for number, options in enumerate(wanted) if options not in wanted[:number])


def _example(options: dict[str, Any]) -> Example:
    try:
        table = staged(options, rows=60 if not options.get("unique") else 10).tables[STAGE]
    except SchemaError as error:
        return Example(options, problem="; ".join(mistake.problem for mistake in error.mistakes))
    column = table.columns[EXAMPLE]
    cells = table.take(_SHOWN.indices(), (EXAMPLE,))
    nested = pa.types.is_nested(cells.column(0).type)
    values = JsonTexts(cells.schema.field(0)).of(cells.column(0)) if nested else cells.column(0)
    return Example(
        options,
        tuple(map(_shown, values.to_pylist())),
        str(plain_type(column.type)),
        _different(column),
        _foreign(column),
    )


def _shown(value: Any) -> str:
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _different(column: Column) -> str:
    if column.field.always_unique:
        return "values never repeat"
    try:
        count = column.field.cardinality(column)
    except SchemaError:
        count = None
    if count is None:
        return "cannot be unique"
    if count == 1:
        return "a single value"
    return f"{count:,} different values" if count < 10**15 else f"about {count:.1e} different values"


def _foreign(column: Column) -> dict[str, str]:
    found: dict[str, str] = {}
    for variant in column.variants or (column,):
        if variant.field.localized:
            found |= {name: locale for name, locale in variant.took.items() if locale != variant.locale}
    return found
