"""Text → plain values: a document's YAML 1.2 or JSON as the mappings, lists and single values that JSON has.

Duplicate keys, aliases and more than one document are refused; ``NO`` and ``yes`` are text, and so are dates. Nothing
is read from files here, and what a document means is no concern of this room.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, MappingStartEvent, ScalarEvent, SequenceStartEvent

from generator.errors import SchemaError, json_path

Loc = tuple[int | str, ...]

MAX_BYTES = 4 << 20
MAX_YAML = 1 << 20
"""YAML takes about 5 seconds a million characters."""
MAX_DEPTH = 64
MAX_BITS = 1024

_SURROGATE = re.compile("[\ud800-\udfff]")


class _Constructor(SafeConstructor):
    """YAML 1.2's core schema has no dates: they are text, as in JSON, and whoever reads them says what is wrong."""


_Constructor.add_constructor("tag:yaml.org,2002:timestamp", SafeConstructor.construct_yaml_str)


def parse_document(document: str | bytes | Mapping[str, Any]) -> dict[str, Any]:
    """The mapping of a YAML or JSON text, as JSON would have it; SchemaError where it is none. Nothing is validated."""
    value = plain(_parse(document) if isinstance(document, str | bytes) else document)
    if not isinstance(value, dict):
        raise SchemaError.at("$", "a schema is a mapping", "begin with tables: or with fields:")
    return value


def _parse(text: str | bytes) -> Any:
    if len(text) > MAX_BYTES:
        raise SchemaError.at("$", f"the document has {len(text):,} bytes", f"the limit is {MAX_BYTES:,}")
    try:
        text = text.decode("utf-8-sig") if isinstance(text, bytes) else text.removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise SchemaError.at("$", f"the document is not UTF-8: {error}", "save it as UTF-8") from None
    if text.lstrip()[:1] == "{":
        try:
            return _json(text)
        except SchemaError:
            raise
        except (ValueError, RecursionError):
            pass  # in braces, but not JSON: YAML, or too deep, which is said there
    if len(text) > MAX_YAML:
        remedy = f"the limit is {MAX_YAML:,}, and {MAX_BYTES:,} as JSON"
        raise SchemaError.at("$", f"the document has {len(text):,} characters of YAML", remedy)
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor, yaml.Composer = _Constructor, _Composer
    yaml.allow_duplicate_keys = False
    try:
        return yaml.load(text)
    except SchemaError:
        raise
    except MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        problem = f"neither YAML nor JSON: {place}{error.problem or error.context}"
        raise SchemaError.at("$", problem, "mend it there, or just before") from None
    except (YAMLError, ValueError, RecursionError) as error:
        problem = f"neither YAML nor JSON: {str(error).splitlines()[0] if str(error) else error!r}"
        raise SchemaError.at("$", problem, "give a mapping with tables, or with rows and fields") from None


class _Composer(Composer):
    """Refuses what no JSON document could say, and depths that would exhaust the stack, before they are built."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.parser.peek_event()
        place = f"line {event.start_mark.line + 1}" if event.start_mark else "?"
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            raise SchemaError.at("$", f"{place}: aliases and anchors are not allowed", "write the value out")
        if isinstance(event, ScalarEvent | MappingStartEvent | SequenceStartEvent) and event.tag not in (None, "!"):
            raise SchemaError.at("$", f"{place}: the tag {event.tag} is not allowed", "write plain values")
        if isinstance(event, MappingStartEvent | SequenceStartEvent) and self.depth >= MAX_DEPTH:
            raise SchemaError.at("$", f"{place}: nested deeper than {MAX_DEPTH} levels", "flatten it")
        return super().compose_node(parent, index)


def _json(text: str) -> Any:
    """The value of a JSON text, many times faster than as YAML; ValueError where it is none."""

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(items)
        if len(found) != len(items):
            twice = next(key for index, (key, _) in enumerate(items) if any(key == other for other, _ in items[:index]))
            raise SchemaError.at("$", f"duplicate key {twice!r}", "write each once")
        return found

    def constant(name: str) -> Any:
        raise ValueError(f"{name} is no JSON")

    return json.loads(text, object_pairs_hook=pairs, parse_constant=constant)


def plain(value: Any, loc: Loc = ()) -> Any:
    """Mappings with text for keys, lists, and single values; SchemaError for what no text of a document could hold."""
    if len(loc) > MAX_DEPTH:
        raise SchemaError.at("$", f"nested deeper than {MAX_DEPTH} levels", "flatten it")
    if isinstance(value, Mapping):
        found: dict[str, Any] = {}
        for key, item in value.items():
            name = _unicode(_key(key), loc)
            if name in found:
                raise SchemaError.at(
                    json_path(loc), f"the key {name!r} is there twice", "keys are text: 1 and '1' are one"
                )
            found[name] = plain(item, (*loc, name))
        return found
    if isinstance(value, list | tuple):
        return [plain(item, (*loc, index)) for index, item in enumerate(value)]
    if isinstance(value, dt.date):  # of a mapping made in Python: the same document in JSON has text
        return value.isoformat()
    if isinstance(value, int) and value.bit_length() > MAX_BITS:
        raise SchemaError.at(json_path(loc), f"a number of {value.bit_length():,} bits", f"the limit is {MAX_BITS:,}")
    return _unicode(value, loc) if isinstance(value, str) else value


def _unicode(text: str, loc: Loc) -> str:
    if not text.isascii() and _SURROGATE.search(text):
        raise SchemaError.at(json_path(loc), "half of a surrogate pair is no character", "write whole characters")
    return text


def _key(key: object) -> str:
    if isinstance(key, bool):
        return "true" if key else "false"
    return "null" if key is None else str(key)
