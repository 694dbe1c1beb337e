"""What a file format is: batches in, bytes out, and how the bytes of consecutive parts join.

The law of joining: only the first part begins and only the last one ends, so the parts of one object, laid end to end
in order and followed by ``join``'s bytes, *are* the file. An encoder's bytes never depend on how its rows were cut
into batches. Nothing here knows where bytes go.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, ClassVar

import pyarrow as pa
from pydantic import BaseModel, ConfigDict

from generator import Registry, SeedbedError

Chunk = bytes | bytearray | memoryview


@dataclass(frozen=True, slots=True)
class TableShape:
    """What an encoder may know of a table: its name, its Arrow schema, and keys for formats that declare them."""

    name: str
    schema: pa.Schema
    primary_key: tuple[str, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    metadata: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part stands in its object. A part that is an object of its own is first and last."""

    first: bool = True
    last: bool = True


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
    nested: ClassVar[bool] = False
    """Whether its encoders take structs, lists and maps; where not, they are given the flat table: formats.flatten."""
    text: ClassVar[bool] = True
    """Whether an outer compression (gzip, zstd) makes sense; binary formats compress inside."""
    batch_rows: ClassVar[int] = 16_384
    """How many rows this encoder likes at a time; a divisor or multiple of 65,536. Never affects its bytes."""
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

    def spec(self) -> dict[str, Any]:
        """The name and every option, defaults filled in: plain JSON that ``format_named`` reads back."""
        return {"type": self.name, **self.model_dump(mode="json")}


def _given_flat_tables(encoder: Callable[[Any, TableShape, Place], Encoder]) -> Callable[..., Encoder]:
    """A class's own ``encoder``, for tables with nested columns too."""

    @wraps(encoder)
    def flattening(self: Format, table: TableShape, place: Place) -> Encoder:
        from formats.flatten import Converted, Flattening, has_nested  # it needs what stands here

        if not has_nested(table.schema):
            return encoder(self, table, place)
        flat = Flattening(table.schema)
        return Converted(encoder(self, flat.shape(table), place), flat.batch)

    return flattening


formats: Registry[Format] = Registry(
    "format", "seedbed.formats", lambda: Format, ("formats.csv", "formats.ndjson", "formats.parquet"), label="name"
)
file_format = formats.register
