"""Text → Schema: YAML 1.2 or JSON in, a Schema out, or every mistake at its JSON path.

Duplicate keys, aliases and more than one document are refused; ``NO`` and ``yes`` are text. Nothing is read from
files here: the caller has the text.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, MappingStartEvent, ScalarEvent, SequenceStartEvent

from generator.errors import Mistake, SchemaError, nearest
from generator.field import Broken, field_types
from generator.registry import UnknownNameError
from generator.schema import Schema, Table

Loc = tuple[int | str, ...]

MAX_BYTES = 4 << 20
MAX_DEPTH = 64

_SURROGATE = re.compile("[\ud800-\udfff]")


class _Constructor(SafeConstructor):
    """YAML 1.2's core schema has no dates: they are text, as in JSON, and whoever reads them says what is wrong."""


_Constructor.add_constructor("tag:yaml.org,2002:timestamp", SafeConstructor.construct_yaml_str)


def load_schema(document: str | bytes | Mapping[str, Any] | Schema) -> Schema:
    """The schema of a YAML or JSON text, or of a mapping parsed elsewhere; SchemaError with every mistake in it."""
    reading = read_schema(document)
    if reading.mistakes or reading.schema is None:
        raise SchemaError(reading.mistakes)
    return reading.schema


@dataclass(frozen=True)
class Reading:
    """As much of a document as can be read, and the mistakes in the rest.

    Fields that cannot be read are ``Broken`` in the schema and other options have their defaults, so that compiling it
    finds the mistakes of the rest; where tables or names of fields are wrong there is no schema. ``short`` is the path of the
    only table where the document was written in short.
    """

    schema: Schema | None
    mistakes: tuple[Mistake, ...] = ()
    short: str | None = None

    def all_mistakes(self, more: Iterable[Mistake]) -> SchemaError:
        """The mistakes of the reading and more of them, at the places where the user wrote."""
        found = [*self.mistakes, *more]
        if self.short is not None:
            found = [replace(mistake, path=mistake.path.replace(self.short, "$", 1)) for mistake in found]
        said = {mistake.path for mistake in found[: len(self.mistakes)]}
        return SchemaError([*found[: len(self.mistakes)], *(new for new in found[len(self.mistakes) :] if new.path not in said)])


def read_schema(document: str | bytes | Mapping[str, Any] | Schema) -> Reading:
    """Reads a document as far as it can be; SchemaError where it is no mapping, or neither YAML nor JSON."""
    if isinstance(document, Schema):
        return Reading(document)
    value = parse_document(document)
    short = None
    if _is_short(value):
        name = value.get("name", "data")
        if not isinstance(name, str):
            raise SchemaError.at("$.name", "a table's name is a text", "such as name: people")
        short = json_path(("tables", name))
    try:
        return Reading(Schema.model_validate(value), (), short)
    except ValidationError as error:
        mistakes, broken = _mistakes(error, value)
    try:
        schema = None if broken is None else Schema.model_validate(_without(value, broken))
    except ValidationError:
        schema = None
    return Reading(schema, tuple(mistakes), short)


def parse_document(document: str | bytes | Mapping[str, Any]) -> dict[str, Any]:
    """The mapping of a YAML or JSON text, as JSON would have it; SchemaError where it is none. Nothing is validated."""
    value = _plain(_parse(document) if isinstance(document, str | bytes) else document)
    if not isinstance(value, dict):
        raise SchemaError.at("$", "a schema is a mapping", "begin with tables: or with fields:")
    return value


def _is_short(document: dict[str, Any]) -> bool:
    return "fields" in document and "tables" not in document


def _without(document: dict[str, Any], broken: set[Loc]) -> dict[str, Any]:
    """The document with its broken fields replaced, and other broken options left out."""
    copy: dict[str, Any] = _plain(document)
    for loc in broken:
        holder: Any = copy
        for part in loc[:-1]:
            holder = holder[part]
        if _field_of(loc) == loc:
            holder[loc[-1]] = Broken(type="broken")
        else:
            holder.pop(loc[-1], None)
    return copy


def _parse(text: str | bytes) -> Any:
    if len(text) > MAX_BYTES:
        raise SchemaError.at("$", f"the document has {len(text):,} bytes", f"the limit is {MAX_BYTES:,}")
    try:
        text = text.decode("utf-8-sig") if isinstance(text, bytes) else text.removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise SchemaError.at("$", f"the document is not UTF-8: {error}") from None
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = _Constructor
    yaml.allow_duplicate_keys = False
    try:
        _check_events(text)
        return yaml.load(text)
    except SchemaError:
        raise
    except MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise SchemaError.at("$", f"neither YAML nor JSON: {place}{error.problem or error.context}") from None
    except (YAMLError, ValueError, RecursionError) as error:
        raise SchemaError.at(
            "$", f"neither YAML nor JSON: {str(error).splitlines()[0] if str(error) else error!r}"
        ) from None


def _check_events(text: str) -> None:
    depth = 0
    for event in YAML(typ="safe", pure=True).parse(text):
        place = f"line {event.start_mark.line + 1}" if event.start_mark else "?"
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            raise SchemaError.at("$", f"{place}: aliases and anchors are not allowed", "write the value out")
        if isinstance(event, ScalarEvent | MappingStartEvent | SequenceStartEvent) and event.tag not in (None, "!"):
            raise SchemaError.at("$", f"{place}: the tag {event.tag} is not allowed", "write plain values")
        if isinstance(event, MappingStartEvent | SequenceStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise SchemaError.at("$", f"{place}: nested deeper than {MAX_DEPTH} levels")
        elif type(event).__name__ in {"MappingEndEvent", "SequenceEndEvent"}:
            depth -= 1


def _plain(value: Any, loc: Loc = ()) -> Any:
    """Mappings with text for keys, lists, and single values; SchemaError for what no text of a document could hold."""
    if len(loc) > MAX_DEPTH:
        raise SchemaError.at("$", f"nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, Mapping):
        plain: dict[str, Any] = {}
        for key, item in value.items():
            name = _unicode(_key(key), loc)
            if name in plain:
                raise SchemaError.at(json_path(loc), f"the key {name!r} is there twice", "keys are text: 1 and '1' are one")
            plain[name] = _plain(item, (*loc, name))
        return plain
    if isinstance(value, list | tuple):
        return [_plain(item, (*loc, index)) for index, item in enumerate(value)]
    if isinstance(value, dt.date):  # of a mapping made in Python: the same document in JSON has text
        return value.isoformat()
    return _unicode(value, loc) if isinstance(value, str) else value


def _unicode(text: str, loc: Loc) -> str:
    if not text.isascii() and _SURROGATE.search(text):
        raise SchemaError.at(json_path(loc), "half of a surrogate pair is no character", "write whole characters")
    return text


def _key(key: object) -> str:
    if isinstance(key, bool):
        return "true" if key else "false"
    return "null" if key is None else str(key)


def _mistakes(error: ValidationError, document: dict[str, Any]) -> tuple[list[Mistake], set[Loc] | None]:
    """What is wrong, and the places of the fields and options concerned; None where one of them is not enough."""
    found: list[Mistake] = []
    broken: set[Loc] | None = set()
    for detail in error.errors(include_url=False):
        loc = _in_document(detail["loc"], document, keep_last=detail["type"] == "missing")
        part = None if "[key]" in detail["loc"] else _part_of(loc, document)  # a name that is none cannot be replaced
        broken = broken | {part} if broken is not None and part is not None else None
        problem, remedy = detail["msg"], ""
        if detail["type"] == "extra_forbidden":
            problem, remedy = f"unknown key {loc[-1]!r}", nearest(str(loc[-1]), _known_keys(document, loc[:-1]))
        elif detail["type"] == "missing":
            problem = "is missing"
        found.append(Mistake(json_path(loc), problem, remedy))
    return list(dict.fromkeys(found)), broken


def _in_document(loc: Loc, document: dict[str, Any], *, keep_last: bool) -> Loc:
    """A place in pydantic's terms as one in the document: without what names a member of a union or a key as such."""
    if _is_short(document) and loc[:1] == ("tables",):
        loc = loc[2:]
    kept: list[int | str] = []
    value: Any = document
    for index, part in enumerate(loc):
        if _has(value, part):
            value = value[part]
            kept.append(part)
        elif keep_last and index == len(loc) - 1:
            kept.append(part)
    return tuple(kept)


def _part_of(loc: Loc, document: dict[str, Any]) -> Loc | None:
    """The smallest part around a place without which the document can be read: a field, or an option around fields."""
    field = _field_of(loc)
    if field is not None:
        return field
    option = loc[:3] if loc[:1] == ("tables",) else loc[:1]
    return option if len(option) in (1, 3) and option[-1] not in ("tables", "fields") else None


def _field_of(loc: Loc) -> Loc | None:
    if loc[:1] == ("fields",) and len(loc) > 1:
        return loc[:2]
    return loc[:4] if len(loc) > 3 and loc[0] == "tables" and loc[2] == "fields" else None


def _known_keys(document: Any, loc: Loc) -> list[str]:
    value = document
    for part in loc:
        value = value[part]
    if isinstance(value, dict) and isinstance(value.get("type"), str):
        try:
            return list(field_types.get(value["type"]).model_fields)
        except UnknownNameError:
            return []
    if not loc:
        return [*Schema.model_fields, *(["name", *Table.model_fields] if "tables" not in document else [])]
    return list(Table.model_fields) if len(loc) == 2 and loc[0] == "tables" else []


def _has(value: Any, part: int | str) -> bool:
    if isinstance(value, list):
        return isinstance(part, int) and part < len(value)
    return isinstance(value, dict) and part in value


def json_path(loc: Loc) -> str:
    """A JSON path (RFC 9535) such as ``$.tables.orders.fields.id`` from its parts."""
    path = "$"
    for part in loc:
        if isinstance(part, int):
            path += f"[{part}]"
        elif re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", part):
            path += f".{part}"
        else:
            path += "['" + part.replace("\\", "\\\\").replace("'", "\\'") + "']"
    return path
