"""Numbers of the network: ports and hardware addresses."""

from __future__ import annotations

import re
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import Field as Option

from generator import kernels
from generator.cells import Cells, Rows
from generator.column import Column
from generator.field import Field, TextField, field_type
from generator.fields.words import chosen

_RANGES: Final = {"any": (1, 65_535), "system": (1, 1_023), "user": (1_024, 49_151), "dynamic": (49_152, 65_535)}


@field_type("port", "port_number")
class Port(Field):
    """A port of TCP or UDP; ``kind`` is one of the ranges of RFC 6335. All ports of it are as likely."""

    kind: Literal["any", "system", "user", "dynamic"] = Option(
        default="any", description="Up to 1023, 1024 to 49151, from 49152 on, or any."
    )

    examples = ({}, {"kind": "dynamic", "unique": True})

    def arrow_type(self, column: Column) -> pa.DataType:
        return pa.int64()

    def generate(self, cells: Cells) -> pa.Array:
        low, high = _RANGES[self.kind]
        return pa.array(cells.below(high - low + 1, start=low))

    def cardinality(self, column: Column) -> int:
        low, high = _RANGES[self.kind]
        return high - low + 1

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        return pa.array(ranks.astype(np.int64) + _RANGES[self.kind][0])

    def text_width(self, column: Column) -> int:
        return 5


_FORM: Final = re.compile("([0-9a-fA-F]{2}[:-]){2}[0-9a-fA-F]{2}")
_MARKS: Final = {"colon": ":", "hyphen": "-", "none": ""}


@field_type("mac_address", "mac")
class MacAddress(TextField):
    """A hardware address of 48 bits (IEEE 802), lower case: unicast and locally administered, so nobody's product.

    With ``oui`` it is one of that maker's.
    """

    oui: str | None = Option(default=None, description="The first three octets, such as 00:1b:21, of a maker.")
    separator: Literal["colon", "hyphen", "none"] = Option(default="colon", description="Between octets.")

    examples = ({}, {"separator": "hyphen", "case": "upper"}, {"oui": "00:1b:21", "unique": True})

    def prepare(self, column: Column) -> tuple[int, int, pa.StringArray]:
        """The fixed bits, how many are free, and the texts of an octet with its mark."""
        if self.max_length is not None:
            raise column.wrong("max_length", "an address that is cut is none", "drop max_length")
        if self.oui is not None and not _FORM.fullmatch(self.oui):
            raise column.wrong("oui", f"{self.oui!r} is not three octets", "give them such as 00:1b:21")
        mark = _MARKS[self.separator]
        octets = pa.array([f"{octet:02x}{mark}" for octet in range(256)] + [f"{octet:02x}" for octet in range(256)])
        if self.oui is None:
            return 0x02 << 40, 46, octets
        return int(re.sub("[:-]", "", self.oui), 16) << 24, 24, octets

    def generate(self, cells: Cells) -> pa.Array:
        free: int = cells.prepared[1]
        return self._text(cells, cells.bits() >> np.uint64(64 - free))

    def _text(self, cells: Cells, numbers: Rows) -> pa.Array:
        fixed, free, octets = cells.prepared
        if free == 46:  # the two lowest bits of the first octet are the kind of address
            numbers = (numbers >> np.uint64(40)) << np.uint64(42) | numbers & np.uint64((1 << 40) - 1)
        found = numbers | np.uint64(fixed)
        parts: list[Any] = []
        for place in range(6):
            octet: npt.NDArray[np.int32] = (found >> np.uint64(40 - 8 * place) & np.uint64(255)).astype(np.int32)
            parts.append(chosen(octet if place < 5 else octet + np.int32(256), octets))
        return kernels.concat(parts, len(cells))

    def cardinality(self, column: Column) -> int:
        return 1 << int(column.prepared[1])

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        return self._text(cells, ranks)

    def text_width(self, column: Column) -> int:
        return 12 if self.separator == "none" else 17
