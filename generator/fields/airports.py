"""Airports of the world: their codes and names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import Field as Option

from generator.cells import Cells, Rows
from generator.column import Column
from generator.field import WORDS, TextField, field_type
from generator.fields.numbered import whole
from generator.fields.words import chosen

_Indices = npt.NDArray[np.int32]


@cache
def _airports() -> tuple[dict[str, str], ...]:
    """The airports that have a code of IATA and one of ICAO, by the former."""
    import airportsdata

    both = [
        {"iata": str(port["iata"]), "icao": str(port["icao"]), "name": str(port["name"])}
        for port in airportsdata.load("IATA").values()
        if len(port["iata"]) == 3 and len(port["icao"]) == 4 and port["icao"].isalpha() and port["name"]
    ]
    return tuple(sorted(both, key=lambda port: port["iata"]))


@dataclass(frozen=True)
class _Texts:
    """Different texts, and which of them each airport has."""

    texts: pa.StringArray
    of_airports: _Indices

    @classmethod
    def of(cls, part: str) -> _Texts:
        found = [port[part] for port in _airports()]
        place = {text: number for number, text in enumerate(dict.fromkeys(found))}
        return cls(pa.array(list(place), pa.string()), np.array([place[text] for text in found], dtype=np.int32))


class _OfAirport(TextField):
    """A text that an airport has; all airports are as likely, and those of a group are one."""

    groups = True

    @property
    def _part(self) -> str:
        raise NotImplementedError

    def prepare(self, column: Column) -> _Texts:
        found = _Texts.of(self._part)
        whole(column, self, max(map(len, found.texts.to_pylist())))
        return found

    def arrow_type(self, column: Column) -> pa.DataType:
        return WORDS

    def dictionary(self, column: Column) -> pa.Array:
        found: _Texts = column.prepared
        return found.texts

    def generate(self, cells: Cells) -> pa.Array:
        found: _Texts = cells.prepared
        draw = cells.draw() if self.group is None else cells.shared("airport")
        return chosen(found.of_airports[cells.below(len(found.of_airports), draw=draw)], found.texts)

    def cardinality(self, column: Column) -> int:
        found: _Texts = column.prepared
        return len(found.texts)

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        found: _Texts = cells.prepared
        return chosen(ranks.astype(np.int32), found.texts)


@field_type(
    "airport_code",
    "airport",
    "iata_code",
    "iata_airport_code",
    presets={
        "airport_iata": {"format": "iata"},
        "airport_icao": {"format": "icao"},
        "icao_code": {"format": "icao"},
        "icao_airport_code": {"format": "icao"},
    },
)
class AirportCode(_OfAirport):
    """The code of an airport of the world, by IATA or ICAO; those that IATA knows (package airportsdata)."""

    format: Literal["iata", "icao"] = Option(default="iata", description="three letters, or four")

    examples = ({}, {"format": "icao"})

    @property
    def _part(self) -> str:
        return self.format

    def text_width(self, column: Column) -> int:
        return 4


@field_type("airport_name")
class AirportName(_OfAirport):
    """The name of an airport of the world, such as ``Tabriz International Airport`` (package airportsdata).

    In a group it is that of the airport's code.
    """

    examples = ({}, {"group": "from"})

    @property
    def _part(self) -> str:
        return "name"

    def text_width(self, column: Column) -> int:
        return 22
