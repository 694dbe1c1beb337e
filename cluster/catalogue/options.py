"""A class as people read of it: its own words, and its options with a short word for the type, default, description."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Collection, Mapping
from typing import Any

from pydantic import BaseModel

_NO_WORDS = {"true", "false", "yes", "no", "on", "off", "null"}
"""What YAML reads as something else where it stands without quotes."""


class Described:
    """A class that users name, in its own words."""

    cls: type[BaseModel]

    @property
    def description(self) -> str:
        """The class's own words, all of them."""
        return inspect.getdoc(self.cls) or ""

    @property
    def summary(self) -> str:
        """Their first paragraph, on a line, without marks of code."""
        return self.description.split("\n\n")[0].replace("\n", " ").replace("``", "")


def options_of(cls: type[BaseModel], common: Collection[str] = ()) -> dict[str, dict[str, Any]]:
    """Each option but the ``common`` ones, by the name it is written with: type, default, description."""
    properties = cls.model_json_schema(mode="validation").get("properties", {})
    found = {}
    for name, option in cls.model_fields.items():
        if name in common:
            continue
        written = option.alias or name
        default = "required" if option.is_required() else _plain(option.get_default(call_default_factory=True))
        kind = _kind(properties.get(written, {}))
        found[written] = {"type": kind, "default": default, "description": option.description or ""}
    return found


def default_text(about: dict[str, Any]) -> str:
    """The default as it is written in a document; ``required`` where there is none."""
    default = about["default"]
    return "required" if default == "required" else json.dumps(default, default=str, ensure_ascii=False)


def written(options: Mapping[str, object]) -> str:
    """Options as they stand in YAML, in braces: plain words without quotes."""
    return f"{{{', '.join(f'{name}: {_value(value)}' for name, value in options.items())}}}"


def _value(value: object) -> str:
    plain = isinstance(value, str) and re.fullmatch(r"[A-Za-z_][\w.-]*", value) and value.lower() not in _NO_WORDS
    return str(value) if plain else json.dumps(value, ensure_ascii=False, default=str)


def _plain(value: Any) -> Any:
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    return list(value) if isinstance(value, tuple) else value


def _kind(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return " | ".join(str(value) if str(value).isprintable() else json.dumps(value) for value in schema["enum"])
    if "const" in schema:
        return str(schema["const"])
    either = [part for key in ("anyOf", "oneOf") for part in schema.get(key, [])]
    if either:
        return " | ".join(dict.fromkeys(_kind(part) for part in either if part.get("type") != "null"))
    return str(schema.get("format") or schema.get("type") or "see the description")
