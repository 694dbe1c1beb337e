"""Shows what there is to use: field types, formats, and what a schema would make."""

from __future__ import annotations

import inspect
import json
from typing import Any

import pyarrow as pa

from formats import formats
from generator import EXAMPLE, STAGE, Field, Plan, RowRange, TablePlan, TextField, field_types, staged


def _summary(cls: type) -> str:
    return (inspect.getdoc(cls) or "").split("\n\n")[0].replace("\n", " ").replace("``", "")


def _common(cls: type[Field]) -> set[str]:
    return set(TextField.model_fields if issubclass(cls, TextField) else Field.model_fields)


def _options(cls: type[Any], common: set[str]) -> dict[str, dict[str, Any]]:
    """Each option of its own: type as written, default, description."""
    properties = cls.model_json_schema(mode="validation").get("properties", {})
    found = {}
    for name, option in cls.model_fields.items():
        if name not in common:
            default = "required" if option.is_required() else _plain(option.get_default(call_default_factory=True))
            found[name] = {
                "type": _kind(properties.get(name, {})),
                "default": default,
                "description": option.description or "",
            }
    return found


def _plain(value: Any) -> Any:
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    return list(value) if isinstance(value, tuple) else value


def _kind(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if "const" in schema:
        return str(schema["const"])
    either = [part for key in ("anyOf", "oneOf") for part in schema.get(key, [])]
    if either:
        return " | ".join(dict.fromkeys(_kind(part) for part in either if part.get("type") != "null"))
    return str(schema.get("format") or schema.get("type") or "see the description")


def _values(name: str, options: dict[str, Any]) -> list[str]:
    plan = staged({"type": name, **options}, rows=60)
    table = plan.tables[STAGE]
    rows = RowRange(1, 7).indices()
    return [str(value) for value in table.take(rows, (EXAMPLE,)).column(0).to_pylist()]


def show_types(*, as_json: bool) -> None:
    """All field types, a line each."""
    if as_json:
        found = [
            {"type": name, "aliases": field_types.aliases(name), "description": _summary(cls)}
            for name, cls in field_types
        ]
        print(json.dumps({"types": found}, ensure_ascii=False))
        return
    width = max(len(name) for name in field_types.names())
    for name, cls in field_types:
        print(f"{name:{width}}  {_summary(cls)}")
    print("\nOptions and examples of one: seedbed types TYPE")


def show_type(name: str, *, as_json: bool) -> None:
    """One type: options, the common ones by name, and example values."""
    cls = field_types.get(name)
    name = field_types.canonical(name)
    options = _options(cls, _common(cls))
    examples = [{"options": {"type": name, **example}, "values": _values(name, example)} for example in cls.examples]
    if as_json:
        about = {"type": name, "aliases": field_types.aliases(name), "description": inspect.getdoc(cls)}
        common = sorted(_common(cls) - {"type"})
        print(
            json.dumps(
                {**about, "options": options, "common": common, "examples": examples}, ensure_ascii=False, default=str
            )
        )
        return
    print(f"{name}: {inspect.getdoc(cls)}\n")
    if field_types.aliases(name):
        print(f"Also known as: {', '.join(field_types.aliases(name))}\n")
    for option, about in options.items():
        print(f"  {_option_line(option, about)}")
    print(f"  and: {', '.join(sorted(_common(cls) - {'type'}))}\n")
    for example in examples:
        print(f"  {json.dumps(example['options'], ensure_ascii=False)}")
        print(f"      {' | '.join(example['values'])}")


def show_formats(*, as_json: bool) -> None:
    """All file formats and their options."""
    if as_json:
        found = [
            {"format": name, "suffix": cls.suffix, "media_type": cls.media_type, "options": _options(cls, set())}
            for name, cls in formats
        ]
        print(json.dumps({"formats": found}, ensure_ascii=False, default=str))
        return
    for name, cls in formats:
        print(f"{name}  (.{cls.suffix}, {cls.media_type})  {_summary(cls)}")
        for option, about in _options(cls, set()).items():
            print(f"    {_option_line(option, about)}")


def _option_line(option: str, about: dict[str, Any]) -> str:
    required = about["default"] == "required"
    default = "required" if required else f"default {json.dumps(about['default'], default=str)}"
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
    kinds = {item.name: item.type for item in table.arrow_schema}
    return {name: "string" if pa.types.is_dictionary(kind) else str(kind) for name, kind in kinds.items()}
