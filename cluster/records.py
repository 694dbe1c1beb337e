"""What a worker tells of a part that it has made: kept in the state, read by whoever joins, and by whoever resumes."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from cluster.objects import PartId
from formats import Tail


class PieceRecord(BaseModel):
    """A part as it was made for one file of one object.

    What the manifest needs, what the joiner and the header of an archive's member need, and where the bytes are.
    ``crc``: the CRC-32 of the member's bytes, in archives only.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    object: str
    file: str
    bytes: int
    digest: str
    content_bytes: int
    content_digest: str
    tail: str
    crc: int = 0
    upload: str = ""
    etag: str = ""

    def joined(self) -> Tail:
        """What the format's join is told of this piece."""
        return Tail(self.content_bytes, bytes.fromhex(self.tail))


class PartRecord(BaseModel):
    """A finished part: a piece for each file that it goes into. ``seconds``: how long it took, not kept."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    table: str
    index: int
    pieces: tuple[PieceRecord, ...]
    seconds: float = Field(default=0.0, exclude=True)

    @property
    def part(self) -> PartId:
        return PartId(self.table, self.index)

    def piece(self, name: str, file: str) -> PieceRecord:
        """The piece for a file of an object; KeyError if there is none."""
        for piece in self.pieces:
            if piece.object == name and piece.file == file:
                return piece
        raise KeyError((name, file))
