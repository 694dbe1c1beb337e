"""The formats of an order: one, or several that are made in one pass, each with the compression that is around it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from cluster.errors import OrderError
from formats import Compression, Format, format_named, formats
from generator import Mistake, SchemaError, nearest

FormatSpec = str | Mapping[str, Any]
"""``csv``, or ``{"type": "csv", "delimiter": ";"}``."""


@dataclass(frozen=True, slots=True)
class Output:
    """A format, and what is around the bytes of its parts in an object, or in a member of an archive."""

    format: Format
    compression: Compression

    @property
    def suffix(self) -> str:
        """What follows the first dot of a file's name."""
        return ".".join(part for part in (self.format.file_suffix, self.compression.suffix) if part)


def format_specs(wanted: FormatSpec | Sequence[FormatSpec], path: str = "$.format") -> list[tuple[FormatSpec, str]]:
    """Each format of an order, with its JSON path: of a spec, several in a list, or names with commas between."""
    if isinstance(wanted, str) and "," in wanted:
        wanted = [name.strip() for name in wanted.split(",")]
    if isinstance(wanted, str | Mapping):
        return [(wanted, path)]
    if not isinstance(wanted, list | tuple) or not wanted:
        raise SchemaError.at(path, f"{wanted!r} names no format", nearest("", formats.names()))
    return [(spec, f"{path}[{at}]") for at, spec in enumerate(wanted)]


def formats_named(wanted: FormatSpec | Sequence[FormatSpec]) -> tuple[Format, ...]:
    """The formats of an order; SchemaError with every mistake in them."""
    found, mistakes = list[Format](), list[Mistake]()
    for spec, path in format_specs(wanted):
        try:
            found.append(format_named(spec, path))
        except SchemaError as error:
            mistakes += error.mistakes
    if mistakes:
        raise SchemaError(mistakes)
    return tuple(found)


def with_options(wanted: FormatSpec | Sequence[FormatSpec], options: Sequence[str]) -> list[FormatSpec]:
    """The formats with options written ``KEY=VALUE``, each given to every format that has such an option.

    A value is JSON where it is JSON and the option takes it, else text; ``\\t``, ``\\n`` and ``\\r\\n``, which a shell
    leaves as they are, are the characters that they stand for. OrderError for an option that no format has.
    """
    specs = [{"type": spec} if isinstance(spec, str) else dict(spec) for spec, _ in format_specs(wanted)]
    classes = [formats.get(str(spec.get("type"))) for spec in specs if options]
    for option in options:
        key, equals, text = option.partition("=")
        takers = [(spec, cls) for spec, cls in zip(specs, classes, strict=True) if key in cls.model_fields]
        if not equals:
            raise OrderError(f"{option!r} is no option; write KEY=VALUE, such as delimiter=;")
        if not takers:
            known = [name for cls in classes for name in cls.model_fields]
            names = " nor ".join(dict.fromkeys(cls.name for cls in classes))
            raise OrderError(f"{names} has no option {key!r}; {nearest(key, known) or 'it has none'}")
        for spec, cls in takers:
            spec[key] = _value(text, cls.model_fields[key])
    return cast(list[FormatSpec], specs)


def _value(text: str, option: FieldInfo) -> Any:
    if re.fullmatch(r"(\\[nrt])+", text):
        return json.loads(f'"{text}"')
    try:
        value = json.loads(text)
        TypeAdapter(cast(Any, option.annotation)).validate_python(value)
    except (ValueError, ValidationError):
        return text
    return value
