"""Apache Thrift's compact protocol, as much as a Parquet footer needs: finding fields in bytes, writing integers.

After the protocol's own description (thrift-compact-protocol.md, Apache Thrift). What fields mean is not known here.
"""

from __future__ import annotations

from collections.abc import Iterator

TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT = range(1, 13)


class ThriftError(ValueError):
    """Bytes that are not a struct in the compact protocol."""


class Reader:
    """Reads forward from ``at``. Every method raises ThriftError where the bytes end too early or make no sense."""

    def __init__(self, data: bytes, at: int = 0) -> None:
        self.data, self.at = data, at

    def fields(self) -> Iterator[tuple[int, int, int]]:
        """Number, type and place of the header of each field of the struct here.

        Between two steps the value must be read or skipped; at the end the place is behind the struct.
        """
        number = 0
        while True:
            place = self.at
            header = self.byte()
            if not header:
                return
            number = number + (header >> 4) if header >> 4 else self.integer()
            yield number, header & 0x0F, place

    def elements(self) -> tuple[int, int]:
        """Type and number of the elements of the list here; they follow."""
        header = self.byte()
        return header & 0x0F, self._varint() if header >> 4 == 15 else header >> 4

    def integer(self) -> int:
        """The signed integer here."""
        value = self._varint()
        return value >> 1 ^ -(value & 1)

    def skip(self, kind: int, in_list: bool = False) -> None:
        """Goes past a value. A boolean field's value is in its header, a boolean element is a byte."""
        if kind in {I16, I32, I64}:
            self._varint()
        elif kind == BINARY:
            self._pass(self._varint())
        elif kind == STRUCT:
            for _, inner, _ in self.fields():
                self.skip(inner)
        elif kind in {LIST, SET}:
            inner, count = self.elements()
            for _ in range(count):
                self.skip(inner, in_list=True)
        elif kind == DOUBLE:
            self._pass(8)
        elif kind == BYTE or (kind in {TRUE, FALSE} and in_list):
            self._pass(1)
        elif kind not in {TRUE, FALSE}:
            raise ThriftError(f"a value of type {kind} does not occur in Parquet")

    def byte(self) -> int:
        """The byte here."""
        self._pass(1)
        return self.data[self.at - 1]

    def _pass(self, size: int) -> None:
        self.at += size
        if self.at > len(self.data):
            raise ThriftError("the struct ends too early")

    def _varint(self) -> int:
        value = shift = 0
        while (byte := self.byte()) & 0x80:
            value |= (byte & 0x7F) << shift
            shift += 7
        return value | byte << shift


def integer(value: int) -> bytes:
    """A signed integer, as a struct's field or a list's element has it."""
    return _varint(value << 1 if value >= 0 else (-value << 1) - 1)


def list_header(kind: int, count: int) -> bytes:
    """What stands before the ``count`` elements of a list."""
    return bytes([count << 4 | kind]) if count < 15 else bytes([0xF0 | kind]) + _varint(count)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
