"""Where on earth: coordinates in degrees (WGS 84), near a city or within bounds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import ClassVar, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import Field as Option

from generator import kernels
from generator.cells import Cells, Rows
from generator.column import Column
from generator.field import TEXT, Field, field_type
from generator.fields.words import chosen
from generator.subjects import place

_Steps = npt.NDArray[np.int64]
"""Degrees in units of 10**-digits."""

Digits = Option(default=6, ge=0, le=9, description="decimals of a degree; 6 are a tenth of a metre")


@dataclass(frozen=True)
class Axis:
    """The coordinates from ``low`` to ``high``, both included, in units of 10**-digits degrees."""

    name: str
    digits: int
    low: int
    high: int

    @classmethod
    def of(cls, name: str, digits: int, low: float, high: float) -> Axis:
        unit = Decimal(10) ** digits
        return cls(
            name,
            digits,
            int((Decimal(str(low)) * unit).to_integral_value(ROUND_CEILING)),
            int((Decimal(str(high)) * unit).to_integral_value(ROUND_FLOOR)),
        )

    @property
    def size(self) -> int:
        return self.high - self.low + 1

    def drawn(self, cells: Cells) -> _Steps:
        """Near the city of the group; anywhere within the bounds where there is none."""
        if place.grouped(cells.column):
            return place.coordinates(cells, self.name, self.digits)
        return cells.below(self.size, start=self.low, draw=self.name)

    def degrees(self, steps: _Steps) -> pa.Array:
        return pa.array(steps / np.float64(10**self.digits), pa.float64())

    def text(self, steps: _Steps) -> list[object]:
        """The parts of its decimal text, for the kernel ``concat``."""
        size = np.abs(steps)
        whole = size // 10**self.digits
        parts: list[object] = [chosen((steps < 0).astype(np.int32), pa.array(["", "-"])), (whole, 0, False)]
        return [*parts, b".", (size - whole * 10**self.digits, self.digits, True)] if self.digits else parts


class _Coordinate(Field):
    """A coordinate in degrees; in a group it is within 3.3 km of the place's city."""

    axis: ClassVar[tuple[str, float]]
    localized = True
    groups = True

    digits: int = Digits
    min: float | None = Option(default=None, ge=-180, le=180)
    max: float | None = Option(default=None, ge=-180, le=180)

    def prepare(self, column: Column) -> Axis:
        place.check(column)
        name, most = self.axis
        for option, value in (("min", self.min), ("max", self.max)):
            if value is not None and abs(value) > most:
                raise column.wrong(option, f"a {name} is from {-most:g} to {most:g} degrees", f"not {value:g}")
            if value is not None and place.grouped(column):
                raise column.wrong(option, "in a group coordinates are near the city", "drop it or the group")
        low, high = -most if self.min is None else self.min, most if self.max is None else self.max
        found = Axis.of(name, self.digits, low, high)
        if found.size < 1:
            raise column.wrong("max", f"no {name} of {self.digits} digits is from {low:g} to {high:g}", "widen them")
        return found

    def arrow_type(self, column: Column) -> pa.DataType:
        return pa.float64()

    def generate(self, cells: Cells) -> pa.Array:
        axis: Axis = cells.prepared
        return axis.degrees(axis.drawn(cells))

    def cardinality(self, column: Column) -> int:
        axis: Axis = column.prepared
        return axis.size

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        axis: Axis = cells.prepared
        return axis.degrees(ranks.astype(np.int64) + axis.low)

    def text_width(self, column: Column) -> int:
        return 4 + self.digits


@field_type("latitude", "lat")
class Latitude(_Coordinate):
    """A latitude in degrees north (WGS 84): anywhere from -90 to 90, or near the city of its group."""

    axis = ("latitude", 90.0)
    examples = ({}, {"min": 47.3, "max": 55.1, "digits": 4}, {"group": "home"})


@field_type("longitude", "lng", "lon")
class Longitude(_Coordinate):
    """A longitude in degrees east (WGS 84): anywhere from -180 to 180, or near the city of its group."""

    axis = ("longitude", 180.0)
    examples = ({}, {"min": 5.9, "max": 15.0, "digits": 4}, {"group": "home"})


@field_type(
    "point",
    "coordinate",
    "coordinates",
    "geo_point",
    "latlng",
    "local_latlng",
    presets={"geojson": {"format": "geojson"}, "wkt": {"format": "wkt"}},
)
class Point(Field):
    """A point on earth in degrees (WGS 84): in a box, or near the city of its group.

    As WKT (OGC 06-103r4) or GeoJSON (RFC 7946), longitude first, or as a struct of latitude and longitude.
    """

    bbox: tuple[float, float, float, float] | None = Option(
        default=None, description="west, south, east and north in degrees, as in GeoJSON; default: the whole world"
    )
    format: Literal["wkt", "geojson", "struct"] = Option(
        default="wkt", description="POINT (13.4 52.5), a GeoJSON geometry, or a struct of two floats"
    )
    digits: int = Digits

    localized = True
    groups = True
    examples = ({}, {"bbox": [5.9, 47.3, 15.0, 55.1], "format": "geojson"}, {"format": "struct", "group": "home"})

    def prepare(self, column: Column) -> tuple[Axis, Axis]:
        place.check(column)
        if self.bbox is not None and place.grouped(column):
            raise column.wrong("bbox", "in a group points are near the city", "drop it or the group")
        west, south, east, north = self.bbox or (-180.0, -90.0, 180.0, 90.0)
        if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
            remedy = "give west, south, east and north: longitudes to 180, latitudes to 90 degrees, the smaller first"
            raise column.wrong("bbox", f"{[west, south, east, north]} is no box", remedy)
        axes = Axis.of("longitude", self.digits, west, east), Axis.of("latitude", self.digits, south, north)
        if min(axis.size for axis in axes) < 1:
            raise column.wrong("bbox", f"no point of {self.digits} digits is in it", "widen it, or raise digits")
        return axes

    def arrow_type(self, column: Column) -> pa.DataType:
        if self.format != "struct":
            return TEXT
        metadata = {b"digits": str(self.digits).encode()}
        return pa.struct([pa.field(name, pa.float64(), metadata=metadata) for name in ("latitude", "longitude")])

    def generate(self, cells: Cells) -> pa.Array:
        east, north = cells.prepared
        return self._points(cells, east.drawn(cells), north.drawn(cells))

    def cardinality(self, column: Column) -> int:
        east, north = column.prepared
        return math.prod((east.size, north.size))

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        east, north = cells.prepared
        high, low = np.divmod(ranks, np.uint64(east.size))
        return self._points(cells, low.astype(np.int64) + east.low, high.astype(np.int64) + north.low)

    def _points(self, cells: Cells, longitudes: _Steps, latitudes: _Steps) -> pa.Array:
        east, north = cells.prepared
        if self.format == "struct":
            kind = self.arrow_type(cells.column)
            return pa.StructArray.from_arrays([north.degrees(latitudes), east.degrees(longitudes)], fields=list(kind))
        opening, between, closing = (
            (b"POINT (", b" ", b")") if self.format == "wkt" else (b'{"type":"Point","coordinates":[', b",", b"]}")
        )
        parts = [opening, *east.text(longitudes), between, *north.text(latitudes), closing]
        return kernels.concat(parts, len(longitudes))

    def text_width(self, column: Column) -> int:
        return {"wkt": 16, "geojson": 40, "struct": 36}[self.format] + 2 * self.digits
