"""Document → Schema, or every mistake in it at its JSON path.

What the text of a document may be is said in ``generator.markup``, what a schema holds in ``generator.schema``; here
pydantic's answers become places and words of the document.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from generator.errors import Mistake, SchemaError, json_path, nearest
from generator.field import Broken, TextField, field_types
from generator.markup import Loc, parse_document, plain
from generator.registry import UnknownNameError
from generator.schema import Schema, Table


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
    finds the mistakes of the rest; where tables or names of fields are wrong there is no schema. ``short`` is the path
    of the only table where the document was written in short.
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
        return SchemaError(
            found[: len(self.mistakes)] + [new for new in found[len(self.mistakes) :] if new.path not in said]
        )


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


def _is_short(document: dict[str, Any]) -> bool:
    return "fields" in document and "tables" not in document


def _without(document: dict[str, Any], broken: set[Loc]) -> dict[str, Any]:
    """The document with its broken fields replaced, and other broken options left out."""
    copy: dict[str, Any] = plain(document)
    for loc in broken:
        holder: Any = copy
        for part in loc[:-1]:
            holder = holder[part]
        if _field_of(loc) == loc:
            holder[loc[-1]] = Broken(type="broken")
        else:
            holder.pop(loc[-1], None)
    return copy


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
        elif detail["type"] == "tuple_type":
            problem = "a list is needed"
        elif detail["type"] == "missing":
            problem = "is missing"
        elif detail["type"] == "too_short":
            problem = f"at least {detail['ctx']['min_length']} needed, there are {detail['ctx']['actual_length']}"
        found.append(Mistake(json_path(loc), problem, remedy))
    return _told_once(found), broken


def _told_once(found: list[Mistake]) -> list[Mistake]:
    """The mistakes without those that only say that too little is left around another one."""
    paths = [mistake.path for mistake in found]
    inside = {path for path in paths for other in paths if other != path and other.startswith((f"{path}.", f"{path}["))}
    kept = [mistake for mistake in found if mistake.path not in inside or not mistake.problem.startswith("at least ")]
    return list(dict.fromkeys(kept))


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
            options = field_types.get(value["type"]).model_fields
            own = [option.alias or name for name, option in options.items() if name not in TextField.model_fields]
            return [*own, *(name for name in TextField.model_fields if name in options)]
        except UnknownNameError:
            return []
    if not loc:
        return [*Schema.model_fields, *(["name", *Table.model_fields] if "tables" not in document else [])]
    return list(Table.model_fields) if len(loc) == 2 and loc[0] == "tables" else []


def _has(value: Any, part: int | str) -> bool:
    if isinstance(value, list):
        return isinstance(part, int) and part < len(value)
    return isinstance(value, dict) and part in value
