"""The types of columns: which kind of values an Arrow column holds, and what a dialect calls columns of that kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from formats.durations import DIGITS
from formats.format import TableShape
from formats.kinds import is_text, values_of
from formats.retyping import no_type
from formats.sql.dialect import Dialect
from generator.kernels.text_types import has_bytes


@dataclass(frozen=True, slots=True)
class ColumnType:
    """``kind`` names a row of the dialect's table of types; ``sql`` is the type as it is declared."""

    kind: str
    sql: str
    as_text: bool = False
    """Whether numbers are written as texts, as the dialect has no number for them."""


class Types:
    """The column types of one table. ``lengths``: of text columns in keys, and of all others (None: no limit)."""

    def __init__(
        self, dialect: Dialect, table: TableShape, lengths: tuple[int, int | None], chosen: Mapping[str, str]
    ) -> None:
        self._dialect, self._chosen, self._length = dialect, chosen, lengths[1]
        keys = [table.primary_key, *table.unique, *(key.columns for key in table.foreign_keys)]
        texts = {field.name for field in table.schema if has_bytes(values_of(field.type))}
        most = max((len(texts.intersection(key)) for key in keys), default=0)
        self._keys = {name for key in keys for name in key}
        self._key_length = (
            min(lengths[0], dialect.key_bytes // (4 * most)) if most and dialect.key_bytes else lengths[0]
        )

    def of(self, field: pa.Field) -> ColumnType:
        """FormatError for a type that SQL has nothing for."""
        found = self._of(field)
        return ColumnType(found.kind, self._chosen.get(field.name, found.sql), found.as_text)

    def _of(self, field: pa.Field) -> ColumnType:
        data_type, types, known = values_of(field.type), pa.types, self._dialect.types
        if has_bytes(data_type) or types.is_null(data_type):
            return self._bytes(field.name, data_type)
        if types.is_decimal(data_type):
            return self._decimal(data_type)
        if types.is_time(data_type) or types.is_timestamp(data_type):
            kind = "time" if types.is_time(data_type) else "zoned" if data_type.tz else "timestamp"
            decimals = min(DIGITS[data_type.unit], self._dialect.literals.finest)
            return ColumnType(kind, known[kind].format(n=decimals))
        kind = NAMES.get(str(data_type), str(data_type))
        if kind not in known:
            raise no_type("SQL", field.name, data_type)
        return ColumnType(kind, known[kind], as_text=kind == "uint64" and known[kind] == known["text"])

    def _bytes(self, name: str, data_type: pa.DataType) -> ColumnType:
        known = self._dialect.types
        kind = "text" if is_text(data_type) or pa.types.is_null(data_type) else "binary"
        if name in self._keys and f"key {kind}" in known:
            return ColumnType(kind, known[f"key {kind}"].format(n=self._key_length))
        if kind == "text" and self._length is not None:
            return ColumnType(kind, known["some text"].format(n=self._length))
        return ColumnType(kind, known[kind])

    def _decimal(self, data_type: pa.DataType) -> ColumnType:
        """A decimal's digits are counted from the first one that can differ from 0, behind the point too."""
        scale, precision = data_type.scale, max(data_type.precision, data_type.scale)
        if precision > self._dialect.most_digits or scale > self._dialect.most_decimals:
            return ColumnType("decimal", self._dialect.types["some text"].format(n=precision + 3), as_text=True)
        return ColumnType("decimal", self._dialect.types["decimal"].format(p=precision, s=scale))


NAMES = {"halffloat": "float", "date32[day]": "date"}
