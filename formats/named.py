"""A format as a user names it, such as ``csv`` or ``{"type": "csv", "delimiter": ";"}``, made into the format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
        raise SchemaError(_mistakes(cls, options, error, path)) from None


NEEDED: Mapping[str, str] = {
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "greater_than_equal": "{ge:,} or more",
    "less_than_equal": "{le:,} or less",
    "literal_error": "{expected}",
    "string_type": "a text",
    "dict_type": 'an object such as {{"id": ...}}',
    "mapping_type": 'an object such as {{"id": ...}}',
    "tuple_type": 'a list such as ["id"]',
}
"""What an option must be, by pydantic's word for what is wrong with it."""


def _mistakes(cls: type[Format], options: Mapping[str, Any], error: ValidationError, path: str) -> list[Mistake]:
    """What is wrong, each place once: of an option that may be this or that, all that it may be."""
    needed, mistakes = dict[tuple[str, str], list[str]](), list[Mistake]()
    for item in error.errors(include_url=False):
        place = path + _place(item["loc"], options)
        if item["type"] in NEEDED:
            kinds = needed.setdefault((place, repr(item["input"])), [])
            kinds.append(NEEDED[item["type"]].format(**item.get("ctx", {})))
        else:
            mistakes.append(_mistake(cls, item, place))
    said = [
        Mistake(place, f"must be {', or '.join(kinds)}", f"not {given}") for (place, given), kinds in needed.items()
    ]
    return said + mistakes


def _place(loc: Sequence[int | str], options: Any) -> str:
    """A place in pydantic's terms as one in the options: without what names a member of a union, such as ``bool``."""
    place, value = "", options
    for step in loc:
        if isinstance(step, int) and isinstance(value, list | tuple):
            place, value = f"{place}[{step}]", value[step]
        elif isinstance(value, Mapping) and step in value:
            place, value = f"{place}.{step}", value[step]
    return place


def _mistake(cls: type[Format], item: Any, place: str) -> Mistake:
    if item["type"] == "extra_forbidden":
        unknown = str(item["loc"][-1])
        options = nearest(unknown, cls.model_fields) or "it has no options"
        return Mistake(place, f"unknown option {unknown!r} of format {cls.name!r}", options)
    message = str(item["msg"]).removeprefix("Value error, ")
    return Mistake(place, f"{message[:1].lower()}{message[1:]}", f"not {item['input']!r}" if item["loc"] else "")
