"""The objects of a data set and what stands in them: files, which are made of parts; archives hold several.

Pure values; which there are is the blueprint's to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from cluster.grid import Grid
from cluster.outputs import Output
from formats import Member, Place, Tail

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True, order=True)
class PartId:
    """A part: ``index`` counts from 0 within its table."""

    table: str
    index: int

    def __str__(self) -> str:
        return f"part {self.index} of {self.table}"


@dataclass(frozen=True)
class FilePlan:
    """Consecutive parts of one table in one format; laid end to end, with what ends them, they are the file.

    Its name is that of the object that it is, or of the member of an archive.
    """

    name: str
    table: str
    parts: range
    output: Output
    grid: Grid

    def place(self, index: int) -> Place:
        """Where a part of the table stands in this file."""
        return Place(
            first=index == self.parts[0],
            last=index == self.parts[-1],
            row=(index - self.parts[0]) * self.grid.part_rows,
            opens=index == 0,
            closes=index == self.grid.parts - 1,
        )

    @property
    def start(self) -> int:
        """The first of its rows."""
        return self.grid.rows_of(self.parts[0]).start

    @property
    def stop(self) -> int:
        """The row after its last one."""
        return self.grid.rows_of(self.parts[-1]).stop

    @property
    def part_ids(self) -> Iterator[PartId]:
        return (PartId(self.table, index) for index in self.parts)

    def joined(self, tails: list[Tail]) -> bytes:
        """The bytes that end the file, as its format has them."""
        return self.output.format.join(tails) if self.output.format.joinable else b""


@dataclass(frozen=True)
class ObjectPlan:
    """An object: one file, or an archive of ``members``, of which those with a table are ``files``, in order.

    A file of a single part is ``whole``: whoever makes the part finishes the object. In an archive a seam stands in
    front of each file, a piece like any other, but one that can only be made when all parts are there.
    """

    name: str
    format: str
    files: tuple[FilePlan, ...]
    members: tuple[Member, ...] | None = None

    @property
    def archive(self) -> bool:
        return self.members is not None

    @property
    def whole(self) -> bool:
        return not self.archive and len(self.files[0].parts) == 1

    @property
    def table(self) -> str:
        """The table of all its files; empty where there are several."""
        tables = {file.table for file in self.files}
        return tables.pop() if len(tables) == 1 else ""

    @property
    def rows(self) -> tuple[int, int]:
        """Its first row and the one after its last; of an archive, how many rows its tables have."""
        if self.archive:
            return 0, sum({file.table: file.grid.rows for file in self.files}.values())
        return self.files[0].start, self.files[0].stop

    @property
    def pieces(self) -> int:
        """How many pieces it is put together from, seams included."""
        return sum(len(file.parts) + self.archive for file in self.files)

    @property
    def parts(self) -> Iterator[tuple[FilePlan, PartId]]:
        """Every part in it, in order, with its file."""
        return ((file, part) for file in self.files for part in file.part_ids)

    def number(self, file: FilePlan, index: int) -> int:
        """The number, among the object's pieces, of a part of a file."""
        return self._starts[file.name] + index - file.parts[0]

    def seam(self, file: FilePlan) -> int:
        """The number, among the object's pieces, of the seam in front of a file of an archive."""
        return self._starts[file.name] - 1

    @cached_property
    def _starts(self) -> dict[str, int]:
        """The number of each file's first part."""
        starts, number = {}, 0
        for file in self.files:
            number += self.archive
            starts[file.name] = number
            number += len(file.parts)
        return starts


class Seat(NamedTuple):
    """A part's place in the data set: the object, and the file in it. In several formats a part has several."""

    object: ObjectPlan
    file: FilePlan
