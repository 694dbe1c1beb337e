"""The transaction log of a Delta Lake table's first version, after the Delta transaction log protocol (delta.io).

A pure function of the table and its files: times are 0, and the table's id is a name-based UUID (RFC 9562, version 5).
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import quote

import pyarrow as pa

from formats.format import FormatError, Written
from formats.nesting import is_listing, leaves, plain_type

FIRST: Final = "_delta_log/00000000000000000000.json"
NAMESPACE: Final = uuid.uuid5(uuid.NAMESPACE_DNS, "seedbed")
OLDEST_PROTOCOL: Final = {"minReaderVersion": 1, "minWriterVersion": 2}
WITH_LOCAL_TIMESTAMPS: Final = {
    "minReaderVersion": 3,
    "minWriterVersion": 7,
    "readerFeatures": ["timestampNtz"],
    "writerFeatures": ["timestampNtz"],
}
NAMES: Final = {
    pa.bool_(): "boolean", pa.int8(): "byte", pa.int16(): "short", pa.int32(): "integer", pa.int64(): "long",
    pa.float32(): "float", pa.float64(): "double", pa.string(): "string", pa.binary(): "binary", pa.date32(): "date",
    pa.timestamp("us", "UTC"): "timestamp", pa.timestamp("us"): "timestamp_ntz",
}  # fmt: skip


def first_commit(written: Written, schema: pa.Schema) -> tuple[str, bytes]:
    """Name and bytes of the log file that makes a table of these Parquet files of ``schema``.

    FormatError if they do not stand in one folder.
    """
    folders = {name.rpartition("/")[0] for name, _, _ in written.objects}
    if len(folders) != 1 or folders == {""}:
        raise FormatError(f"the files of Delta Lake table {written.table.name!r} must stand in a folder of their own")
    table = written.table
    schema_text = _text({"type": "struct", "fields": [*map(_field, schema)]})
    origin = dict(sorted(table.metadata.items()))
    rows = sum(rows for _, rows, _ in written.objects)
    local = any(kind == pa.timestamp("us") for field in schema for _, kind in leaves(field.name, field.type))
    actions: list[dict[str, Any]] = [
        {"commitInfo": {"timestamp": 0, "operation": "WRITE", "operationParameters": {"mode": "ErrorIfExists"}}},
        {"protocol": WITH_LOCAL_TIMESTAMPS if local else OLDEST_PROTOCOL},
        {
            "metaData": {
                "id": str(uuid.uuid5(NAMESPACE, _text([table.name, schema_text, origin, rows]))),
                "name": table.name,
                "format": {"provider": "parquet", "options": {}},
                "schemaString": schema_text,
                "partitionColumns": [],
                "configuration": origin,
                "createdTime": 0,
            }
        },
        *(_add(name, rows, size) for name, rows, size in written.objects),
    ]
    return f"{folders.pop()}/{FIRST}", "".join(f"{_text(action)}\n" for action in actions).encode()


def refuse_names(schema: pa.Schema) -> None:
    """FormatError where two names differ by case only, which they may not in Delta Lake."""
    for names in _names(schema):
        seen: dict[str, str] = {}
        for name in names:
            other = seen.setdefault(name.casefold(), name)
            if other is not name:
                raise FormatError(
                    f"columns {other!r} and {name!r} are one to Delta Lake, which ignores case; rename one"
                )


def _names(fields: Iterable[pa.Field]) -> Iterable[list[str]]:
    """The names that stand side by side, at any depth."""
    fields = list(fields)
    if fields:
        yield [field.name for field in fields]
    for field in fields:
        kind = field.type
        if pa.types.is_struct(kind):
            yield from _names(kind)
        elif pa.types.is_map(kind):
            yield from _names([kind.item_field])
        elif is_listing(kind):
            yield from _names([kind.value_field])


def _add(name: str, rows: int, size: int) -> dict[str, Any]:
    return {
        "add": {
            "path": quote(name.rpartition("/")[2]),
            "partitionValues": {},
            "size": size,
            "modificationTime": 0,
            "dataChange": True,
            "stats": _text({"numRecords": rows}),
        }
    }


def _field(field: pa.Field) -> dict[str, Any]:
    return {"name": field.name, "type": _type(plain_type(field.type)), "nullable": field.nullable, "metadata": {}}


def _type(data_type: pa.DataType) -> Any:
    types = pa.types
    if types.is_struct(data_type):
        return {"type": "struct", "fields": [*map(_field, data_type)]}
    if types.is_map(data_type):
        return {
            "type": "map",
            "keyType": _type(data_type.key_type),
            "valueType": _type(data_type.item_type),
            "valueContainsNull": data_type.item_field.nullable,
        }
    if is_listing(data_type):
        item = data_type.value_field
        return {"type": "array", "elementType": _type(item.type), "containsNull": item.nullable}
    if types.is_decimal(data_type):
        return f"decimal({data_type.precision},{data_type.scale})"
    return NAMES[data_type]


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
