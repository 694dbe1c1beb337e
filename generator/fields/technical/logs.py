"""Logs: their levels and lines."""

from __future__ import annotations

from functools import cache
from typing import ClassVar

import pyarrow as pa
from pydantic import Field as Option

from generator import kernels
from generator.cells import Cells
from generator.column import Column
from generator.field import field_type
from generator.fields.forms import Forms
from generator.fields.moments import moment_format
from generator.fields.unlocalized import EnglishForms, OneOf, numbers
from generator.vocabulary import FALLBACK, WordList, word_list


@field_type("log_level")
class LogLevel(OneOf):
    """A level of a log, most of them INFO."""

    words: ClassVar[dict[str, float]] = {"TRACE": 2, "DEBUG": 18, "INFO": 68, "WARN": 8, "ERROR": 3.6, "FATAL": 0.4}
    examples = ({}, {"case": "lower"})


@field_type("log_line", "log_message")
class LogLine(EnglishForms):
    """A line of a server's log: level, component, message and its numbers; ``of`` puts a moment of the row first."""

    of: str | None = Option(default=None, description="A date or timestamp field of the row that begins the line.")

    examples = ({}, {"of": "born"})

    def sources(self) -> tuple[str, ...]:
        return () if self.of is None else (self.of,)

    def forms(self, column: Column) -> Forms:
        if self.of is not None:
            kind = column.source(self.of).type
            if not (pa.types.is_date(kind) or pa.types.is_timestamp(kind)):
                raise column.wrong("of", f"{self.of!r} is {kind}, no date or time", "name a date or timestamp field")
        return _lines()

    def generate(self, cells: Cells) -> pa.Array:
        line = super().generate(cells)
        if self.of is None:
            return line
        moment = cells.source(self.of)
        form = "%Y-%m-%d" if pa.types.is_date(moment.type) else "%Y-%m-%dT%H:%M:%SZ"
        return kernels.concat([moment_format(form)(moment), b" ", line], len(cells))

    def cardinality(self, column: Column) -> int | None:
        return None

    def text_width(self, column: Column) -> int:
        return super().text_width(column) + (21 if self.of else 0)


@cache
def _lines() -> Forms:
    """The forms of lines and their slots; most times are short, with a long tail up to three seconds."""
    times = {str(ms): 1.0 / ((5 + ms) * (5 + ms)) for ms in range(1, 3000)}
    slots = {
        "service": word_list("services", FALLBACK),
        "thing": word_list("log_things", FALLBACK),
        "n": numbers(10_000, 1),
        "ms": WordList.of(times, ""),
        "small": numbers(100, 10),
        "digit": numbers(6, 1),
        "hex": WordList.of([f"{number * 40503 % 65536:04x}" for number in range(65536)], ""),
    }
    return Forms(word_list("log_lines", FALLBACK), slots)
