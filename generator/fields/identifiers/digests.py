"""Digests: of another field's text, or random ones of their length."""

from __future__ import annotations

from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field as Option

from generator import kernels
from generator.cells import Cells, Rows
from generator.codes import HEX
from generator.column import Column
from generator.field import TEXT, WORDS, TextField, field_type
from generator.fields.numbered import drawn, whole
from generator.registers.numbering import Numbering, letters, split

_DIGITS = {"md5": 32, "sha1": 40, "sha224": 56, "sha256": 64, "sha384": 96, "sha512": 128, "blake2b": 128}
_TEXTS = (pa.types.is_string, pa.types.is_integer, pa.types.is_boolean, pa.types.is_decimal, pa.types.is_date)


@field_type(
    "hash",
    "digest",
    presets={
        "md5": {"algorithm": "md5"},
        "sha1": {"algorithm": "sha1"},
        "sha224": {"algorithm": "sha224"},
        "sha256": {"algorithm": "sha256"},
        "sha384": {"algorithm": "sha384"},
        "sha512": {"algorithm": "sha512"},
        "blake2b": {"algorithm": "blake2b"},
    },
)
class Hash(TextField):
    """A digest in hexadecimal digits: of the text of the field ``of``, in UTF-8, or a random one of that length.

    Digests of a field with few values are computed once for each of them.
    """

    algorithm: Literal["md5", "sha1", "sha224", "sha256", "sha384", "sha512", "blake2b"] = Option(
        default="sha256", description="Which digest."
    )
    of: str | None = Option(default=None, description="The field whose text it is of; default: random digits.")

    examples = ({}, {"algorithm": "md5", "unique": True}, {"algorithm": "sha1", "of": "name"})

    def sources(self) -> tuple[str, ...]:
        return () if self.of is None else (self.of,)

    def prepare(self, column: Column) -> Numbering | pa.Array | None:
        """What random digits are made of, or the digests of a source's dictionary, or neither."""
        whole(column, self, _DIGITS[self.algorithm])
        if self.of is None:
            return letters(HEX, _DIGITS[self.algorithm])
        source = column.source(self.of)
        kind = source.type.value_type if pa.types.is_dictionary(source.type) else source.type
        if not any(fits(kind) for fits in _TEXTS):
            raise column.wrong("of", f"{self.of!r} is {kind}", "name a field of text, whole numbers, decimals or dates")
        return None if source.dictionary is None else self._digests(source.dictionary)

    def arrow_type(self, column: Column) -> pa.DataType:
        return WORDS if isinstance(column.prepared, pa.Array) else TEXT

    def dictionary(self, column: Column) -> pa.Array | None:
        return column.prepared if isinstance(column.prepared, pa.Array) else None

    def generate(self, cells: Cells) -> pa.Array:
        prepared = cells.prepared
        if isinstance(prepared, Numbering):
            return prepared.text(drawn(cells, prepared.sizes))
        assert self.of is not None
        source = cells.source(self.of)
        if prepared is None:
            return self._digests(source)
        return pa.DictionaryArray.from_arrays(source.indices, prepared, safe=False)

    def _digests(self, values: pa.Array) -> pa.Array:
        return kernels.digest(pc.cast(values, TEXT), self.algorithm)

    def cardinality(self, column: Column) -> int | None:
        return column.prepared.size if isinstance(column.prepared, Numbering) else None

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        numbering: Numbering = cells.prepared
        counted = split(ranks, numbering.sizes[: numbering.counted])
        return numbering.text(counted + drawn(cells, numbering.sizes, numbering.counted))

    def text_width(self, column: Column) -> int:
        return _DIGITS[self.algorithm]
