"""Arrow types as Protocol Buffers have them: the fields of messages, and their bytes ("Encoding", proto3).

A null is a field that is not there: the columns of an enclosed row. Every plain field has presence (``optional``), so
that an empty text or a 0 is there all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from formats.binary_rows import (
    BINARY,
    Around,
    BinaryRows,
    Entries,
    Items,
    Members,
    SizedRows,
    Value,
    sized,
    spelled,
    stored,
    texts_of,
)
from formats.durations import TICKS, is_duration
from formats.format import FormatError
from formats.identifiers import capitalised, free, identifier, identifiers
from formats.nesting import check_members, is_listing, without_values
from formats.protobuf_schema import (
    DURATION,
    MOST_NUMBER,
    TIMESTAMP,
    Message,
    ProtoField,
    entry_name,
    field_numbers,
    usual_json_name,
)
from formats.retyping import no_type
from generator.kernels.text import Spelling
from generator.kernels.text_reference_values import varint

VARINT, I64, LEN, I32 = 0, 1, 2, 5
"""Wire types."""
KEYS = {"int32", "int64", "uint32", "uint64", "bool", "string"}
"""The types that keys of maps may have and columns can have."""

Cell = Callable[[pa.Field, Around], Value]


def _labels(fields: Sequence[pa.Field]) -> list[str]:
    """A name for each field. A map's entries are a message named after it, which needs a name that no other has."""
    taken, wishes = {"Entry", *(field.name for field in fields)}, list[str]()
    for field in fields:
        wish = field.name
        if pa.types.is_map(field.type):
            while (entry := entry_name(identifier(wish))) in taken or entry[0].isdigit():
                wish = f"map_{wish}"
            taken.add(entry)
        wishes.append(wish)
    return identifiers(wishes, usual_json_name)


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of Protocol Buffers: its name, its wire type, and the cells of values that stand somewhere."""

    name: str
    wire: int
    cell: Cell


class Scope:
    """A message that is being made, with the names that are taken in it."""

    def __init__(self, name: str, fields: Sequence[pa.Field], within: str) -> None:
        check_members(fields, within)
        self.message, self.values = Message(name), list[Value]()
        labels = _labels(fields)
        self._taken = {*labels, *(entry_name(label) for label in labels)}
        numbers = field_numbers(len(fields))
        if numbers[-1] > MOST_NUMBER:
            raise FormatError(
                f"{within or 'the table'} has more than the {MOST_NUMBER:,} fields that a message can have"
            )
        for field, label, number in zip(fields, labels, numbers, strict=True):
            self._add(field.with_name(f"{within}{field.name}"), label, number, field.name)

    def _add(self, field: pa.Field, label: str, number: int, name: str) -> None:
        make = self._listing if is_listing(field.type) else self._single
        kind, value = make(field, label, number)
        self.message.fields.append(ProtoField(label, kind, number, name))
        self.values.append(value)

    def _single(self, field: pa.Field, label: str, number: int) -> tuple[str, Value]:
        kind = self._kind(field, label)
        return f"optional {kind.name}", kind.cell(field, Around(_tag(number, kind.wire)))

    def _listing(self, field: pa.Field, label: str, number: int) -> tuple[str, Value]:
        """Items one after the other; a missing list is an empty one, as nothing tells them apart."""
        tag = _tag(number, LEN)
        cells = field.with_type(BINARY)
        if pa.types.is_map(field.type):
            name, rows = self._map(field, label, tag)
            return name, stored(cells, Around(), Items(rows).of)
        items = field.type.value_field.with_name(f"{field.name}[]")
        kind = self._inner(items, label, "item")
        if kind.wire != LEN:  # packed: the tag stands once, before the size of all
            packed = Items(BinaryRows([kind.cell(items, Around())]))
            return f"repeated {kind.name}", sized(cells, Around(tag), Spelling.VARINT, packed.of)
        return f"repeated {kind.name}", stored(cells, Around(), Items(BinaryRows([kind.cell(items, Around(tag))])).of)

    def _map(self, field: pa.Field, label: str, tag: bytes) -> tuple[str, SizedRows]:
        """Each entry is a message of key and value."""
        keys, items = field.type.key_field.with_name(f"{field.name}[]"), field.type.item_field
        key = self._kind(keys, label)
        if key.name not in KEYS:
            raise FormatError(
                f"column {field.name!r}: keys of {keys.type} are none that a map of Protocol Buffers can have; "
                "use integers, booleans or text"
            )
        items = items.with_name(f"{field.name}[]")
        value = self._inner(items, label, "value")
        entry = [key.cell(keys, Around(_tag(1, key.wire))), value.cell(items, Around(_tag(2, value.wire)))]
        return f"map<{key.name}, {value.name}>", SizedRows(entry, Around(tag), Spelling.VARINT)

    def _inner(self, field: pa.Field, label: str, part: str) -> Kind:
        """The type of items: where they may be missing, or are lists themselves, a message that holds one."""
        if not field.nullable and not is_listing(field.type):
            return self._kind(field, f"{label}_{part}")
        alone = field.with_name("value")
        kind, rows = self._nested(f"{label}_{part}", [alone], f"{field.name}.")
        holder = BinaryRows(rows)
        return Kind(kind, LEN, lambda inner, around: _message(inner, around, lambda array: holder.cells([array])))

    def _kind(self, field: pa.Field, label: str) -> Kind:
        types, given = pa.types, field.type
        if types.is_dictionary(given):
            kind = self._kind(field.with_type(given.value_type), label)
            entry = kind.cell(field.with_type(given.value_type), Around())
            cells = pa.dictionary(given.index_type, BINARY)
            return Kind(kind.name, kind.wire, lambda own, around: stored(own.with_type(cells), around, Entries(entry)))
        if types.is_struct(given):
            name, values = self._nested(label, list(given), f"{field.name}.")
            return Kind(name, LEN, lambda own, around: _message(own, around, Members(values)))
        if types.is_timestamp(given):
            return Kind(TIMESTAMP, LEN, lambda own, around: _message(own, around, _Moments(given.unit)))
        if is_duration(given):
            return Kind(DURATION, LEN, lambda own, around: _message(own, around, _Moments(given.unit, signed=True)))
        return _plain(field)

    def _nested(self, label: str, fields: Sequence[pa.Field], within: str) -> tuple[str, list[Value]]:
        """The name of a message inside this one, and its values."""
        scope = Scope(free(capitalised(label), self._taken), fields, within)
        self.message.inner.append(scope.message)
        return scope.message.name, scope.values


def _tag(number: int, wire: int) -> bytes:
    return varint(number << 3 | wire)


def _message(field: pa.Field, around: Around, change: Callable[[Any], pa.Array]) -> Value:
    return sized(field.with_type(BINARY), around, Spelling.VARINT, change)


def _sized(field: pa.Field, around: Around) -> Value:
    return sized(field, around, Spelling.VARINT)


def _varint(field: pa.Field, around: Around) -> Value:
    return spelled(field, around, Spelling.VARINT)


def _text(field: pa.Field, around: Around) -> Value:
    return sized(field.with_type(pa.large_string()), around, Spelling.VARINT, texts_of(field))


def _float(field: pa.Field, around: Around) -> Value:
    if pa.types.is_float16(field.type):
        return stored(field.with_type(pa.float32()), around, lambda array: array.cast(pa.float32()))
    return stored(field, around)


def _nothing(field: pa.Field, around: Around) -> Value:
    return stored(field, Around())


def _plain(field: pa.Field) -> Kind:
    """A type of single values. Dates, times and decimals are texts, as nothing better is known to every reader."""
    types, kind = pa.types, field.type
    if types.is_integer(kind):
        sign = "int" if types.is_signed_integer(kind) else "uint"
        return Kind(f"{sign}{64 if kind.bit_width == 64 else 32}", VARINT, _varint)
    if types.is_floating(kind):
        return Kind("double", I64, _float) if types.is_float64(kind) else Kind("float", I32, _float)
    for name, wire, cell, tests in (
        ("bool", VARINT, stored, (types.is_boolean,)),
        ("string", LEN, _sized, (types.is_string, types.is_large_string, types.is_string_view)),
        ("bytes", LEN, _sized, (types.is_binary, types.is_large_binary, types.is_binary_view)),
        ("bytes", LEN, _sized, (types.is_fixed_size_binary,)),
        ("string", LEN, _text, (types.is_decimal, types.is_date32, types.is_time)),
        ("string", LEN, _nothing, (types.is_null,)),
    ):
        if any(test(kind) for test in tests):
            return Kind(name, wire, cell)
    raise no_type("Protobuf", field.name, kind)


class _Moments:
    """The messages of google.protobuf.Timestamp, and of Duration: seconds (1) and nanoseconds (2), neither if it is 0.

    A timestamp's nanoseconds count forwards; a duration's have the sign of its seconds.
    """

    def __init__(self, unit: str, signed: bool = False) -> None:
        fields = pa.field("seconds", pa.int64()), pa.field("nanos", pa.int32())
        tags = _tag(1, VARINT), _tag(2, VARINT)
        self._rows = BinaryRows([_varint(field, Around(tag)) for field, tag in zip(fields, tags, strict=True)])
        self._ticks, self._signed = TICKS[unit], signed

    def __call__(self, array: pa.Array) -> pa.LargeBinaryArray:
        given = np.frombuffer(array.buffers()[1] or b"", np.int64, len(array), 8 * array.offset)
        seconds, rest = np.divmod(given, self._ticks)
        if self._signed:
            turned = (given < 0) & (rest > 0)
            seconds, rest = seconds + turned, rest - np.where(turned, self._ticks, 0)
        nanos = (rest * (TICKS["ns"] // self._ticks)).astype(np.int32)
        parts = [pa.array(part, mask=part == 0) for part in (seconds, nanos)]
        return self._rows.cells(parts, without_values(array))
