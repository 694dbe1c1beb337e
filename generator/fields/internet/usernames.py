"""User names of accounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import pyarrow as pa

from generator import kernels
from generator.cells import Cells, Rows
from generator.column import Column
from generator.field import field_type
from generator.fields.internet.local_parts import FromNames, LocalPart, numbers_of


@field_type("username", "user_name", "login", "nickname", "screen_name", "user")
class Username(FromNames):
    """A user name made from names and mostly a number: of the fields in ``name_from``, or of the group's person.

    Unique ones end with the row's own number, permuted within 10**4, then 10**6, 10**9 ... rows.
    """

    joints: ClassVar[Mapping[str, int]] = {"": 45, "_": 25, ".": 25, "-": 5}
    numbered: ClassVar[int] = 64
    examples = ({}, {"unique": True}, {"name_from": ["name"], "locale": "de_DE"})

    def prepare(self, column: Column) -> LocalPart:
        if self.max_length is not None:
            raise column.wrong("max_length", "a user name that is cut may lose its number", "drop max_length")
        return self.local_part(column)

    def generate(self, cells: Cells) -> pa.Array:
        return self._joined(cells, self.any_number(cells, cells.prepared))

    def _joined(self, cells: Cells, number: Any) -> pa.Array:
        return kernels.concat([*self.names_joined(cells, cells.prepared), number], len(cells))

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        return self._joined(cells, numbers_of(cells, ranks))

    def text_width(self, column: Column) -> int:
        return 14
