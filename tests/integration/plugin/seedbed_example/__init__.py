"""What a third party writes to add a field type, a format and a command to Seedbed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

import pyarrow as pa

from formats import Chunk, Encoder, Format, Place, TableShape
from generator import Cells, TextField

LETTERS = "ABCDEFGHJKLMNOPRSTUVWXYZ"


class LicencePlateGB(TextField):
    """A British number plate such as BD51SMR."""

    region: str = "B"

    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"region": "L"})

    def generate(self, cells: Cells) -> pa.Array:
        letters = pa.array(LETTERS)
        index = cells.below(len(LETTERS) ** 3)
        picked = [letters.take(pa.array(index // len(LETTERS) ** place % len(LETTERS))) for place in range(3)]
        year = pa.array(cells.below(90, start=10, draw="year")).cast(pa.string())
        return pa.compute.binary_join_element_wise(pa.scalar(self.region), picked[0], year, *picked[1:], "")


class PipedEncoder(Encoder):
    """Cells as Python prints them, with bars between."""

    def begin(self) -> Iterable[Chunk]:
        return []

    def encode(self, batch: pa.RecordBatch) -> Iterable[Chunk]:
        for row in batch.to_pylist():
            yield ("|".join(map(str, row.values())) + "\n").encode()

    def end(self) -> Iterable[Chunk]:
        return []


class Piped(Format):
    """A row a line, bars between cells."""

    suffix: ClassVar[str] = "txt"
    media_type: ClassVar[str] = "text/plain"

    def encoder(self, table: TableShape, place: Place) -> Encoder:
        return PipedEncoder()


def plates(region: str = "B") -> None:
    """Say which region's plates are made."""
    print(f"plates of region {region}")
