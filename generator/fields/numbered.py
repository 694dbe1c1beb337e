"""What all fields share whose text is a code of a register: drawing, counting through, room, countries."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Annotated, ClassVar, TypeVar

import pyarrow as pa
from pydantic import AfterValidator, WithJsonSchema
from pydantic import Field as Option
from pydantic_core import PydanticCustomError

from generator.cells import Cells, Rows
from generator.codes import Whole
from generator.column import Column
from generator.field import TextField
from generator.registers.numbering import Numbering, split

_Found = TypeVar("_Found")


def whole(column: Column, field: TextField, width: int) -> None:
    """SchemaError where ``max_length`` would cut a code of so many characters."""
    if field.room is not None and field.room < width:
        raise column.wrong("max_length", f"a {field.type} has up to {width} characters and is not cut", "drop it")


def drawn(cells: Cells, sizes: tuple[int, ...], start: int = 0) -> list[Whole]:
    """A number below each of the sizes a cell, by draws of their own."""
    return [cells.below(size, draw=f"part {index}") for index, size in enumerate(sizes[start:], start)]


class NumberedField(TextField, ABC):
    """A code that a register gives out, with its check digits."""

    unique_by_number = True

    @abstractmethod
    def numbering(self, column: Column) -> Numbering:
        """What its codes are made of; SchemaError where the options do not say."""

    def prepare(self, column: Column) -> Numbering:
        numbering = self.numbering(column)
        whole(column, self, numbering.width)
        return numbering

    def generate(self, cells: Cells) -> pa.Array:
        numbering: Numbering = cells.prepared
        return numbering.text(drawn(cells, numbering.sizes))

    def cardinality(self, column: Column) -> int | None:
        one_country(column)
        numbering: Numbering = column.prepared
        return numbering.size

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        numbering: Numbering = cells.prepared
        return numbering.text(self._numbers(cells, ranks))

    def _numbers(self, cells: Cells, ranks: Rows) -> list[Whole]:
        numbering: Numbering = cells.prepared
        counted = split(ranks, numbering.sizes[: numbering.counted])
        return counted + drawn(cells, numbering.sizes, numbering.counted)

    def text_width(self, column: Column) -> int:
        numbering: Numbering = column.prepared
        return numbering.width


def _code(country: str) -> str:
    if not (len(country) == 2 and country.isascii() and country.isupper()):
        problem = f"{country!r} is no code of a country; write two capital letters such as DE (ISO 3166)"
        raise PydanticCustomError("country", "{problem}", {"problem": problem})
    return country


CountryCode = Annotated[str, AfterValidator(_code), WithJsonSchema({"type": "string", "pattern": "^[A-Z]{2}$"})]


class CountryField(TextField, ABC):
    """What depends on a country: the option's, else the locale's."""

    country: CountryCode | None = Option(default=None, description="ISO 3166 code, such as DE; default: the locale's.")

    localized = True
    stand_in: ClassVar[str] = ""
    """The locale whose country is taken where the column's own has no such codes; "" where that is an error."""

    def of_country(self, column: Column, known: Mapping[str, _Found]) -> _Found:
        """What is known of the country; SchemaError listing the countries there are."""
        country = self.country or column.locale.rpartition("_")[2]
        if country not in known and not self.country and self.stand_in:
            column.took["countries"] = self.stand_in
            country = self.stand_in.rpartition("_")[2]
        if country not in known:
            whose = "" if self.country else ", the locale's country"
            remedy = f"state another; countries are {', '.join(sorted(known))}"
            raise column.wrong("country", f"there is no {self.type} of {country}{whose}", remedy)
        return known[country]


def one_country(column: Column) -> None:
    """SchemaError where codes must not repeat, but are of the countries of several locales: two could be the same."""
    if column.mix is not None and getattr(column.field, "country", "") is None:
        raise column.wrong("unique", "codes of several countries could repeat", "state a country, or one locale")
