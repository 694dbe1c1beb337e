"""A format as a user names it, such as ``csv`` or ``{"type": "csv", "delimiter": ";"}``, made into the format."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from formats.format import Format, formats
from generator import Mistake, SchemaError, nearest


def format_named(spec: str | Mapping[str, Any], path: str = "$.format") -> Format:
    """The format that ``spec`` describes. SchemaError with every mistake in it, at places below ``path``."""
    place = path if isinstance(spec, str) else f"{path}.type"
    if isinstance(spec, str):
        spec = {"type": spec}
    if not isinstance(spec, Mapping):
        raise SchemaError.at(
            path, f"a format is a name or an object with a type, not {spec!r}", nearest("", formats.names())
        )
    name = spec.get("type")
    if not isinstance(name, str) or name not in formats.all_names():
        problem = "a format needs a type" if name is None else f"unknown format {name!r}"
        raise SchemaError.at(place, problem, nearest(str(name), formats.all_names()))
    cls = formats.get(name)
    options = {option: value for option, value in spec.items() if option != "type"}
    try:
        return cls.model_validate(options)
    except ValidationError as error:
        raise SchemaError(_mistake(cls, item, path) for item in error.errors(include_url=False)) from None


def _mistake(cls: type[Format], item: Any, path: str) -> Mistake:
    place = path + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in item["loc"])
    if item["type"] == "extra_forbidden":
        unknown = str(item["loc"][-1])
        options = nearest(unknown, cls.model_fields) or "it has no options"
        return Mistake(place, f"unknown option {unknown!r} of format {cls.name!r}", options)
    message = str(item["msg"]).removeprefix("Value error, ")
    return Mistake(place, f"{message[:1].lower()}{message[1:]}", f"not {item['input']!r}" if item["loc"] else "")
