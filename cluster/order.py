"""An order: which data set is wanted, in which format, and where. Plain JSON, so it travels and is kept as it is.

Compiled, it becomes a Blueprint: the plan, the format, and for every part of the grid the objects it goes into. Both
are pure values; nothing here reads or writes a store, and nothing knows how many workers there will be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from cluster.digest import DigestName
from cluster.errors import OrderError
from cluster.grid import GRID_VERSION, Grid
from cluster.storage import STATE, Site
from cluster.stores import canonical_url
from formats import Compression, Format, Place, TableShape, Tail, format_named
from generator import Plan, RowRange, Schema, TablePlan, compile_schema

MANIFEST = "manifest.json"

Layout = Literal["merged", "parts", "both"]
"""``merged``: one object a table (numbered ones beyond 10,000 parts); ``parts``: one a part; ``both``: both."""


class Order(BaseModel):
    """What is to be made. Use ``Order.of``: it checks everything and fills in every default."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    document: dict[str, Any]
    format: dict[str, Any]
    compression: dict[str, Any]
    target: str
    layout: Layout = "merged"
    hash: DigestName = "xxh3-128"

    @classmethod
    def of(
        cls,
        document: str | bytes | Mapping[str, Any] | Schema,
        target: str,
        *,
        format: str | Mapping[str, Any] = "csv",  # noqa: A002  (the order's own word)
        compression: str | Mapping[str, Any] | None = None,
        rows: int | Mapping[str, int] | None = None,
        layout: Layout = "merged",
        hash: DigestName = "xxh3-128",  # noqa: A002
    ) -> Order:
        """An order from what a user writes; SchemaError, OrderError or StoreError says what is wrong with it."""
        plan = compile_schema(document, rows)
        order = cls(
            document=plan.document,
            format=format_named(format).spec(),
            compression=Compression.parse(compression).spec(),
            target=canonical_url(target),
            layout=layout,
            hash=hash,
        )
        Blueprint(order, plan).check()
        return order

    def compile(self) -> Blueprint:
        """The order's blueprint; takes tens of milliseconds."""
        return Blueprint(self, compile_schema(self.document))


@dataclass(frozen=True, slots=True, order=True)
class PartId:
    """A part: ``index`` counts from 0 within its table."""

    table: str
    index: int

    def __str__(self) -> str:
        return f"part {self.index} of {self.table}"


@dataclass(frozen=True, slots=True)
class ObjectPlan:
    """An object and the parts it is made of. One of a single part is ``whole``: whoever makes the part finishes it."""

    name: str
    table: str
    parts: range

    @property
    def whole(self) -> bool:
        return len(self.parts) == 1

    def place(self, index: int) -> Place:
        """Where a part stands in this object."""
        return Place(first=index == self.parts[0], last=index == self.parts[-1])


class Blueprint:
    """An order compiled."""

    def __init__(self, order: Order, plan: Plan) -> None:
        self.order, self.plan = order, plan
        self.format: Format = format_named(order.format)
        self.compression = Compression.parse(order.compression)
        self.grids = {name: self._grid(table) for name, table in plan.tables.items()}

    def check(self) -> None:
        """OrderError if the order contradicts itself."""
        if self.compression.codec != "none" and not self.format.text:
            kind = self.compression.codec
            raise OrderError(f"{self.format.name} compresses inside; drop {kind}, or set the format's own option")
        names: dict[str, str] = {MANIFEST: "the manifest"}
        for table, grid in self.grids.items():
            if self.order.layout == "both" and not self.format.joinable and grid.parts > 1:
                raise OrderError(
                    f"parts of {self.format.name} do not join into one file; choose layout parts or merged"
                )
            merged = (
                [] if self.order.layout == "parts" else [self._merged(table, at).name for at in range(grid.objects)]
            )
            folder = [] if self.order.layout == "merged" else [_file_name(table)]
            for name in (name.casefold() for name in [*merged, *folder]):
                if name in names:
                    raise OrderError(
                        f"table {table!r} would be written to {name}, as is {names[name]}; rename the table"
                    )
                names[name] = f"table {table!r}"

    @cached_property
    def fingerprint(self) -> str:
        """Of all that decides the bytes; the target has no part in it."""
        return self.plan.fingerprint(
            {
                "format": self.order.format,
                "compression": self.order.compression,
                "grid": GRID_VERSION,
                "hash": self.order.hash,
                "layout": self.order.layout,
                "libraries": self.libraries,
            }
        )

    @cached_property
    def libraries(self) -> dict[str, str]:
        """Versions of the libraries that can change the bytes of this format and compression."""
        return {name: version(name) for name in sorted({*self.format.libraries, *self.compression.libraries})}

    @property
    def state(self) -> str:
        """The folder in the target that holds the state of this order while it is under way."""
        return f"{STATE}/{self.fingerprint}"

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

    def objects(self, table: str) -> Iterator[ObjectPlan]:
        """The objects of a table: merged ones first, then one for each part, as the layout asks."""
        grid = self.grids[table]
        if self.order.layout != "parts":
            for number in range(grid.objects):
                yield self._merged(table, number)
        if self.order.layout != "merged":
            for index in range(grid.parts):
                yield self._own(table, index)

    def objects_of(self, part: PartId) -> tuple[ObjectPlan, ...]:
        """The objects that a part goes into: one, or two in layout ``both``."""
        number = part.index // self.grids[part.table].object_parts
        merged = () if self.order.layout == "parts" else (self._merged(part.table, number),)
        return merged if self.order.layout == "merged" else (*merged, self._own(part.table, part.index))

    def site(self, item: ObjectPlan) -> Site:
        """Where an object of several parts is put together."""
        return Site(item.name, f"{self.state}/pieces/{item.name}", len(item.parts))

    def ending(self, tails: Sequence[Tail]) -> bytes:
        """The stored bytes that follow an object's pieces: the format's join, as a member of its own if compressed."""
        if not self.format.joinable:
            return b""
        joined = self.format.join(tails)
        if not joined:
            return b""
        compressor = self.compression.compressor()
        return b"".join([compressor.feed(joined), compressor.finish()])

    def shape(self, table: str) -> TableShape:
        """What encoders are told of a table."""
        plan = self.plan.tables[table]
        return TableShape(table, plan.arrow_schema, plan.primary_key, plan.unique)

    @property
    def _suffix(self) -> str:
        return ".".join(part for part in (self.format.suffix, self.compression.suffix) if part)

    def _merged(self, table: str, number: int) -> ObjectPlan:
        grid, stem = self.grids[table], _file_name(table)
        name = stem if grid.objects == 1 else f"{stem}-{number + 1:05d}"
        return ObjectPlan(f"{name}.{self._suffix}", table, grid.parts_of(number))

    def _own(self, table: str, index: int) -> ObjectPlan:
        return ObjectPlan(f"{_file_name(table)}/part-{index:05d}.{self._suffix}", table, range(index, index + 1))

    def _grid(self, table: TablePlan) -> Grid:
        if not self.format.joinable and self.order.layout == "merged":
            return Grid.whole(table.rows)
        return Grid.of(table.rows, table.row_width)


def _file_name(table: str) -> str:
    """A table's name as a file name: letters, digits and ``_-. `` stay, anything else is percent-encoded."""
    plain = "".join(c if c.isalnum() or c in "_- ." else "".join(f"%{b:02X}" for b in c.encode()) for c in table)
    return f"%2E{plain[1:]}" if plain.startswith(".") else plain
