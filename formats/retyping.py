"""Tables for formats that lack some of Arrow's types: their columns as the types that a file has instead.

A format states a rule for single types; here it is done to whole tables, inside nested columns too.
"""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa

from formats.flatten import check_columns
from formats.format import FormatError
from formats.nesting import leaves, plain_type, retyped

Rule = Callable[[pa.DataType], pa.DataType | None]
"""The type that a file has for one that is not nested, the same or another; None where it has none."""


class Retyping:
    """How batches of one schema become batches of ``self.schema``, in which every leaf is of a type the file has.

    Fields lose their metadata, which is for encoders. Dictionaries give way to their values unless those of whole
    columns are to be kept. FormatError for the first column with a type that ``rule`` has nothing for, in which
    ``format_label`` names the format.
    """

    def __init__(self, schema: pa.Schema, rule: Rule, format_label: str, keep_dictionaries: bool = False) -> None:
        self._given = schema
        for field in schema:
            for path, kind in leaves(field.name, plain_type(field.type)):
                if rule(kind) is None:
                    raise no_type(format_label, path, kind)

        def made(field: pa.Field) -> pa.Field:
            kind = field.type
            kept = keep_dictionaries and pa.types.is_dictionary(kind) and rule(kind.value_type) == kind.value_type
            new = kind if kept else retyped(kind, lambda leaf: rule(leaf) or leaf, keep_metadata=False)
            return pa.field(field.name, new, field.nullable)

        self.schema = pa.schema([made(field) for field in schema])

    def batch(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The same rows. What is finer than its new type can say is cut. FormatError for a batch of other columns."""
        check_columns(batch, self._given)
        arrays = [
            column if column.type == field.type else column.cast(field.type, safe=False)
            for field, column in zip(self.schema, batch.columns, strict=True)
        ]
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema)


def no_type(format_label: str, path: str, data_type: pa.DataType) -> FormatError:
    """The error for a column that a format has no type for."""
    remedy = "give the field another type, such as text, or write another format"
    return FormatError(f"column {path!r}: {format_label} has no type for {data_type}; {remedy}")


def wide_decimal(data_type: pa.DataType) -> pa.DataType | None:
    """The type that all readers know for a decimal, of 128 bits; None for one of more than 38 digits."""
    return pa.decimal128(data_type.precision, data_type.scale) if data_type.precision <= 38 else None
