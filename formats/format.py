"""What a file format is: batches in, bytes out, and how the bytes of consecutive parts join.

The law of joining: only the first part begins and only the last one ends, so the parts of one object, laid end to end
in order and followed by ``join``'s bytes, *are* the file. An encoder's bytes never depend on how its rows were cut
into batches. Nothing here knows where bytes go.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, ClassVar

import pyarrow as pa
from pydantic import BaseModel, ConfigDict

from generator import Registry, SeedbedError

Chunk = bytes | bytearray | memoryview


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """``columns`` hold values of ``references`` in another table, or in the same one.

    ``earlier``: the other table's ``order`` is below that of the table that has the key.
    """

    columns: tuple[str, ...]
    table: str
    references: tuple[str, ...]
    earlier: bool = False


@dataclass(frozen=True, slots=True)
class TableShape:
    """What an encoder may know of a table: its name, its Arrow schema, and keys for formats that declare them.

    Keys hold for the rows as they are written: what mistakes on purpose may break is not among them. ``order`` counts
    the tables so that each follows those that it refers to, as far as no circle prevents it. ``metadata`` is what a
    file may say of its origin (its document's family): write it only where the part is the last of its object.
    """

    name: str
    schema: pa.Schema
    primary_key: tuple[str, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    order: int = 0
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part stands in its object, and in its table. A part that is an object of its own is first and last.

    ``row`` counts the object's rows before the part. ``opens`` and ``closes``: it is the first, or the last, of its
    table, of which there may be several objects.
    """

    first: bool = True
    last: bool = True
    row: int = 0
    opens: bool = True
    closes: bool = True


@dataclass(frozen=True, slots=True)
class Written:
    """A finished table: its shape, and each of its objects by name, in order, with rows and bytes."""

    table: TableShape
    objects: tuple[tuple[str, int, int], ...]

    @property
    def stem(self) -> str:
        """What the names of its objects begin with, and those of companions should."""
        return file_name(self.table.name)


def file_name(table: str) -> str:
    """A table's name as a file name: letters, digits and ``_-. `` stay, anything else is percent-encoded."""
    plain = "".join(c if c.isalnum() or c in "_- ." else "".join(f"%{b:02X}" for b in c.encode()) for c in table)
    return f"%2E{plain[1:]}" if plain.startswith(".") else plain


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside an archive: the rows of ``table``, or else ``data``."""

    name: str
    table: str | None = None
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class Tail:
    """What the join needs of one part: its size in the object, in bytes, and what its encoder kept for the joiner."""

    size: int
    kept: bytes


class FormatError(SeedbedError):
    """A table that a format cannot hold, or parts that do not join."""


class Encoder(ABC):
    """Turns the batches of one part into bytes, in order, in bounded memory.

    Called begin, encode for each batch, end, each exactly once per part or batch; every call returns chunks that are
    the caller's to keep. After ``end`` the attribute ``tail`` holds what ``Format.join`` needs of this part.
    """

    tail: bytes = b""

    @abstractmethod
    def begin(self) -> Iterable[Chunk]: ...

    @abstractmethod
    def encode(self, batch: pa.RecordBatch) -> Iterable[Chunk]: ...

    @abstractmethod
    def end(self) -> Iterable[Chunk]: ...


class Format(BaseModel, ABC):
    """A file format: its options are its fields, unknown ones are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: ClassVar[str]
    """The registered name, set when the class is registered."""
    suffix: ClassVar[str]
    """File name ending without a dot, such as ``csv``."""
    media_type: ClassVar[str]
    joinable: ClassVar[bool] = True
    """Whether the bytes of consecutive parts, laid end to end, are a file once ``join``'s bytes follow them."""
    directory: ClassVar[bool] = False
    """Whether a table is a folder of this format's files: each part is an object of its own, whatever the layout."""
    nested: ClassVar[bool] = False
    """Whether its encoders take structs, lists and maps; where not, they are given the flat table: formats.flatten."""
    text: ClassVar[bool] = True
    """Whether an outer compression (gzip, zstd) makes sense; others compress inside."""
    readable: ClassVar[bool] = True
    """Whether people can read its bytes: what a preview shows, unless it compresses inside."""
    batch_rows: ClassVar[int] = 16_384
    """How many rows this encoder likes at a time; a divisor or multiple of 65,536. Never affects its bytes."""
    becomes: ClassVar[Mapping[str, str]] = {}
    """What becomes of values that the format has no form of its own for, such as ``{"NaN": "null"}``: for the docs."""
    libraries: ClassVar[tuple[str, ...]] = ()
    """Distributions whose version can change the bytes; they go into the fingerprint."""
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ({},)
    """Options, a mapping for each way of writing worth showing: they feed the law tests, the docs and the web form."""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        if "encoder" in vars(cls) and not cls.nested:
            cls.encoder = _given_flat_tables(cls.encoder)  # type: ignore[method-assign]

    @abstractmethod
    def encoder(self, table: TableShape, place: Place) -> Encoder:
        """The encoder of one part. Of a class whose ``nested`` is false it is asked for flat tables only."""

    def join(self, tails: Sequence[Tail]) -> bytes:
        """The bytes that end an object made of these parts, in order. Only asked of joinable formats."""
        return b""

    def tails(self, ending: bytes, sizes: Sequence[int]) -> list[Tail] | None:
        """The inverse of ``join``: the tails of parts of these sizes that ended with ``ending``; None if it cannot say.

        By them parts of a finished object become parts of another one. What ``ending`` has of its last part only, any
        tail may have: it is asked of the last part again.
        """
        return [Tail(size, b"") for size in sizes] if type(self).join is Format.join else None

    @property
    def file_suffix(self) -> str:
        """The file name ending of these options: the class's, unless the user chooses it."""
        return self.suffix

    @property
    def content_type(self) -> str:
        """The media type of these options."""
        return self.media_type

    def check(self, table: TableShape, rows: int) -> None:
        """FormatError if a table of so many rows cannot be written: asked before anything is made.

        The table has its nested columns still, of every format; so have those of ``companions`` and ``members``.
        """

    def columns_named(self) -> Mapping[str, Collection[str]]:
        """The columns that options name, by option: each must be one of some table, else it is a slip of the pen."""
        return {}

    def companions(self, tables: Sequence[Written]) -> Mapping[str, bytes]:
        """Small objects that belong to a finished data set, by name: a script that loads it, a schema, a table's log.

        A pure function of the tables, which come in the order of the document.
        """
        return {}

    def members(self, tables: Sequence[TableShape]) -> Sequence[Member] | None:
        """The files of the archive that an object of these tables is, in order; None for formats that are none.

        A format of archives is joinable: what its encoders make of a table's parts, laid end to end, is one member.
        """
        return None

    def __hash__(self) -> int:
        return hash((type(self), self.model_dump_json()))  # a frozen model's own hash takes no mapping

    def spec(self) -> dict[str, Any]:
        """The name and every option, defaults filled in: plain JSON that ``format_named`` reads back."""
        return {"type": self.name, **self.model_dump(mode="json")}


def _given_flat_tables(encoder: Callable[[Any, TableShape, Place], Encoder]) -> Callable[..., Encoder]:
    """A class's own ``encoder``, for tables with nested columns too."""

    @wraps(encoder)
    def flattening(self: Format, table: TableShape, place: Place) -> Encoder:
        from formats.flatten import Converted, Flattening, is_flat  # it needs what stands here

        if is_flat(table.schema):
            return encoder(self, table, place)
        flat = Flattening(table.schema)
        return Converted(encoder(self, flat.shape(table), place), flat.batch)

    return flattening


BUILT_IN = (
    "formats.csv",
    "formats.fixed_width",
    "formats.html",
    "formats.markdown",
    "formats.template",
    "formats.json",
    "formats.avro",
    "formats.protobuf",
    "formats.msgpack",
    "formats.ndjson",
    "formats.yaml",
    "formats.toml",
    "formats.parquet",
    "formats.arrow",
    "formats.orc",
    "formats.delta",
    "formats.xml",
    "formats.excel",
    "formats.sql",
)
"""The modules that register formats when they are imported."""

formats: Registry[Format] = Registry("format", "seedbed.formats", lambda: Format, BUILT_IN, label="name")
file_format = formats.register
