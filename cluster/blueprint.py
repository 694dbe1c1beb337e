"""An order compiled: the plan, the formats, the grid of each table, and the objects that every part goes into.

A pure value: nothing here reads or writes a store, and nothing knows how many workers there will be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from cluster.grid import GRID_VERSION, Grid
from cluster.objects import FilePlan, ObjectPlan, PartId, Seat
from cluster.outputs import Output
from cluster.shapes import shapes_of
from cluster.storage import STATE, Site
from formats import Compression, Format, Member, TableShape, Written, file_name, format_named
from formats.compression import DEFLATE
from generator import Plan, RowRange, TablePlan, installed

if TYPE_CHECKING:
    from cluster.order import Order


class Blueprint:
    """An order compiled. ``outputs`` are its formats, in the order's order."""

    def __init__(self, order: Order, plan: Plan) -> None:
        self.order, self.plan = order, plan
        self.compression = Compression.parse(order.compression)
        self.formats: tuple[Format, ...] = tuple(format_named(spec) for spec in order.formats)
        self.outputs = tuple(Output(each, self._around(each)) for each in self.formats)
        self.grids = {name: self._grid(table) for name, table in plan.tables.items()}

    @cached_property
    def fingerprint(self) -> str:
        """Of all that decides the bytes; the target has no part in it."""
        return self.plan.fingerprint(self._about)

    @cached_property
    def family(self) -> str:
        """The fingerprint without row counts: orders of one family may have parts in common (growing.py)."""
        return self.plan.family(self._about)

    @property
    def _about(self) -> dict[str, Any]:
        return {
            "formats": list(self.order.formats),
            "compression": self.order.compression,
            "grid": GRID_VERSION,
            "hash": self.order.hash,
            "layout": self.order.layout,
            "archive": self.order.archive,
            "libraries": self.libraries,
        }

    @cached_property
    def libraries(self) -> dict[str, str]:
        """Versions of the libraries that can change the bytes of these formats and this compression."""
        packed = DEFLATE.libraries if self.order.archive == "zip" else ()
        names = [name for item in self.outputs for name in (*item.format.libraries, *item.compression.libraries)]
        return {name: installed(name) for name in sorted({*names, *packed})}

    @property
    def state(self) -> str:
        """The folder in the target that holds the state of this order while it is under way."""
        return f"{STATE}/{self.fingerprint}"

    @cached_property
    def shapes(self) -> dict[str, TableShape]:
        """What encoders are told of each table, in the document's order.

        Of their origin: the document without row counts, and the versions, so that a file is the same whatever else an
        order asks for, and a table's files stay as they are when another table grows.
        """
        origin = {"seedbed.family": self.plan.family(), "seedbed.engine": self.plan.versions["engine"]}
        return shapes_of(self.plan, origin)

    def shape(self, table: str) -> TableShape:
        """What encoders are told of a table."""
        return self.shapes[table]

    def parts(self) -> Iterator[PartId]:
        """Every part, table after table."""
        for table, grid in self.grids.items():
            for index in range(grid.parts):
                yield PartId(table, index)

    def rows_of(self, part: PartId) -> RowRange:
        """The rows of a part."""
        return self.grids[part.table].rows_of(part.index)

    @property
    def part_count(self) -> int:
        return sum(grid.parts for grid in self.grids.values())

    @property
    def rows(self) -> int:
        return sum(grid.rows for grid in self.grids.values())

    @property
    def text_bytes(self) -> int:
        """About how much text all tables are."""
        return sum(table.rows * table.row_width for table in self.plan.tables.values())

    def is_archive(self, item: Output) -> bool:
        """Whether a format's objects are archives, which hold all tables."""
        return self._archives[item.format.name]

    def in_parts(self, item: Output) -> bool:
        """Whether each part is an object of its own, and none else."""
        return self.order.layout == "parts" or item.format.directory

    def objects(self) -> Iterator[ObjectPlan]:
        """Every object: table after table, then the archives."""
        if self.order.archive == "none":
            for table in self.grids:
                yield from map(_alone, self.files(table))
        yield from self.archives

    def seats(self, part: PartId) -> list[Seat]:
        """The places that a part has in the data set: for each format one, or two in layout ``both``."""
        files = self._files_with(part)
        if self.order.archive == "zip":
            return [Seat(self.archives[0], file) for file in files]
        found = [Seat(_alone(file), file) for file in files]
        return found + [Seat(item, file) for item in self.archives for file in item.files if file.table == part.table]

    @cached_property
    def archives(self) -> tuple[ObjectPlan, ...]:
        """The objects that hold files of several tables: the zip of all, or one for each format that is an archive."""
        name = file_name(next(iter(self.grids))) if len(self.grids) == 1 else "data"
        if self.order.archive == "zip":
            files = tuple(file for table in self.grids for file in self.files(table))
            members = tuple(Member(file.name, file.table) for file in files)
            return (ObjectPlan(f"{name}.zip", "zip", files, members),)
        found = []
        for item in self.outputs:
            if self.is_archive(item):
                members = tuple(item.format.members(list(self.shapes.values())) or ())
                made = tuple(self._sheet(each.name, each.table, item) for each in members if each.table is not None)
                found.append(ObjectPlan(f"{name}.{item.suffix}", item.format.name, made, members))
        return tuple(found)

    def files(self, table: str) -> Iterator[FilePlan]:
        """The files of a table, each an object or a member of the zip: format by format, merged ones first."""
        for item in self.outputs:
            yield from self.merged(table, item)
            yield from self.own(table, item)

    def merged(self, table: str, item: Output) -> Iterator[FilePlan]:
        """A table's files of all parts, or of 10,000 each, in a format; none where there are only single parts."""
        if not self.is_archive(item) and not self.in_parts(item):
            for number in range(self.grids[table].objects):
                yield self._merged(table, number, item)

    def own(self, table: str, item: Output) -> Iterator[FilePlan]:
        """A table's files of a single part each in a format, where the order has such."""
        if self._has_own(item):
            for index in range(self.grids[table].parts):
                yield self._own(table, index, item)

    def companions(self, sizes: Callable[[str], int]) -> list[Mapping[str, bytes]]:
        """For each format, the small objects by name that belong to the finished data set, of files of these sizes.

        The files that a format is told of are the merged ones, if there are any. An archive holds its own companions.
        """
        return [
            {} if self.is_archive(item) else item.format.companions(self._written(item, sizes)) for item in self.outputs
        ]

    @cached_property
    def companion_names(self) -> tuple[str, ...]:
        """The names of the companions, which do not depend on any size."""
        return tuple(name for made in self.companions(lambda _: 0) for name in made)

    def _written(self, item: Output, sizes: Callable[[str], int]) -> list[Written]:
        found = []
        for table, shape in self.shapes.items():
            files = self.own(table, item) if self.in_parts(item) else self.merged(table, item)
            found.append(Written(shape, tuple((file.name, file.stop - file.start, sizes(file.name)) for file in files)))
        return found

    def site(self, item: ObjectPlan) -> Site:
        """Where an object of several pieces is put together."""
        return Site(item.name, f"{self.state}/pieces/{item.name}", item.pieces)

    def _has_own(self, item: Output) -> bool:
        return not self.is_archive(item) and (self.in_parts(item) or self.order.layout == "both")

    def _files_with(self, part: PartId) -> Iterator[FilePlan]:
        number = part.index // self.grids[part.table].object_parts
        for item in self.outputs:
            if not self.is_archive(item) and not self.in_parts(item):
                yield self._merged(part.table, number, item)
            if self._has_own(item):
                yield self._own(part.table, part.index, item)

    def _merged(self, table: str, number: int, item: Output) -> FilePlan:
        grid, stem = self.grids[table], file_name(table)
        name = stem if grid.objects == 1 else f"{stem}-{number + 1:05d}"
        return FilePlan(f"{name}.{item.suffix}", table, grid.parts_of(number), item, grid)

    def _own(self, table: str, index: int, item: Output) -> FilePlan:
        name = f"{file_name(table)}/part-{index:05d}.{item.suffix}"
        return FilePlan(name, table, range(index, index + 1), item, self.grids[table])

    def _sheet(self, name: str, table: str, item: Output) -> FilePlan:
        grid = self.grids[table]
        return FilePlan(name, table, range(grid.parts), item, grid)

    @cached_property
    def _archives(self) -> dict[str, bool]:
        """Whether each format's objects are archives, by the format's name."""
        shapes = list(shapes_of(self.plan, {}).values())
        return {each.name: each.members(shapes) is not None for each in self.formats}

    def _around(self, written: Format) -> Compression:
        """What is around the parts of a format: inside an archive text is deflated."""
        if self._archives[written.name]:
            return DEFLATE
        if not written.text:
            return Compression()
        packed = self.order.archive == "zip" and self.compression.codec == "none"
        return DEFLATE if packed else self.compression

    def _grid(self, table: TablePlan) -> Grid:
        apart = any(not item.format.joinable and not self.in_parts(item) for item in self.outputs)
        return (
            Grid.whole(table.rows) if apart and self.order.layout == "merged" else Grid.of(table.rows, table.row_width)
        )


def _alone(file: FilePlan) -> ObjectPlan:
    return ObjectPlan(file.name, file.output.format.name, (file,))
