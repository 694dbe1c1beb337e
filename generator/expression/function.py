"""What a function of the language is: parameters, result type and kernel. The table itself is in ``functions``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import pyarrow as pa

from generator.expression.nodes import Node
from generator.expression.types import (
    BOOLEAN,
    DATE,
    FLOAT,
    INTEGER,
    NULL,
    TEXT,
    is_calendar,
    is_duration,
    is_list,
    is_number,
    is_timestamp,
)

Kernel = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """The types that a parameter takes, and how messages call them."""

    name: str
    accepts: Callable[[pa.DataType], bool]


def _readable(type_: pa.DataType) -> bool:
    return type_ in (BOOLEAN, TEXT) or is_number(type_)


def _spellable(type_: pa.DataType) -> bool:
    return _readable(type_) or is_calendar(type_)


TEXTS: Final = Kind("text", lambda type_: bool(type_ == TEXT))
INTEGERS: Final = Kind("integer", lambda type_: bool(type_ == INTEGER))
NUMBERS: Final = Kind("number", is_number)
FLOATS: Final = Kind("integer or float", lambda type_: type_ in (INTEGER, FLOAT))
READABLE: Final = Kind("number, boolean or text", _readable)
ROUNDABLE: Final = Kind("number or text", lambda type_: is_number(type_) or type_ == TEXT)
SPELLABLE: Final = Kind("number, boolean, text, date or timestamp (in UTC or no zone)", _spellable)
CALENDAR: Final = Kind("date or timestamp (in UTC or no zone)", is_calendar)
TIMESTAMPS: Final = Kind("timestamp (in UTC or no zone)", lambda type_: is_timestamp(type_) and is_calendar(type_))
DATELIKE: Final = Kind("date, timestamp (in UTC or no zone) or text", lambda t: is_calendar(t) or bool(t == TEXT))
MOMENTS: Final = Kind(
    "date, timestamp or duration", lambda type_: bool(type_ == DATE) or is_timestamp(type_) or is_duration(type_)
)
ORDERED: Final = Kind(
    "number, text, date, timestamp or duration", lambda type_: type_ not in (BOOLEAN, NULL) and not is_list(type_)
)
ANY: Final = Kind("any type but null and lists", lambda type_: bool(type_ != NULL) and not is_list(type_))
ANYTHING: Final = Kind("any type but null", lambda type_: bool(type_ != NULL))
LISTS: Final = Kind("list", is_list)
NUMBER_LISTS: Final = Kind("list of numbers", lambda type_: is_list(type_) and is_number(type_.value_type))
SPELLABLE_LISTS: Final = Kind(
    "list of numbers, booleans, texts or dates", lambda type_: is_list(type_) and _spellable(type_.value_type)
)
SIZED: Final = Kind("text or list", lambda type_: bool(type_ == TEXT) or is_list(type_))


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter. A constant one takes literals only, an integer within ``low``..``high`` or one of ``choices``."""

    name: str
    kind: Kind
    constant: bool = False
    optional: bool = False
    low: int = 0
    high: int = 0
    choices: tuple[str, ...] = ()

    def __str__(self) -> str:
        text = f"{self.name}: {'constant ' if self.constant else ''}{self.kind.name}"
        return f"[{text}]" if self.optional else text


class Example(NamedTuple):
    """A call over literals, and its value as ``str`` spells it; ``null`` where it has none."""

    text: str
    value: str


NO_EXAMPLE: Final = Example("", "")

ResultType = Callable[[Sequence[pa.DataType], Sequence[Any]], pa.DataType]


@dataclass(frozen=True, slots=True)
class Function:
    """A function: its kernel is called with the values, then the constants, both in order.

    ``together`` arguments at the front are brought to one common type first. ``variadic`` repeats the last
    parameter. One that is not ``strict`` sees nulls and decides itself. ``check`` says what is wrong with argument
    types and constants that the parameters alone allow. One without a kernel makes a ``node`` of its arguments.
    ``group``, the heading that it stands under, and ``example`` are filled in by the table.
    """

    name: str
    summary: str
    parameters: tuple[Parameter, ...]
    result: ResultType
    kernel: Kernel | None
    together: int = 0
    variadic: bool = False
    strict: bool = True
    check: Callable[[Sequence[pa.DataType], Sequence[Any]], str | None] | None = None
    node: Callable[[Sequence[Node], int], Node] | None = None
    group: str = ""
    example: Example = NO_EXAMPLE

    @property
    def signature(self) -> str:
        """Such as ``left(text: text, count: constant integer)``."""
        return f"{self.name}({', '.join(map(str, self.parameters))}{', ...' if self.variadic else ''})"

    @property
    def least(self) -> int:
        """The smallest number of arguments."""
        return sum(not parameter.optional for parameter in self.parameters)

    def takes(self, count: int) -> bool:
        """Whether it can be called with so many arguments."""
        return self.least <= count and (self.variadic or count <= len(self.parameters))

    def parameter(self, index: int) -> Parameter:
        """The parameter of an argument."""
        return self.parameters[min(index, len(self.parameters) - 1)]


def always(type_: pa.DataType) -> ResultType:
    """The result is of one type."""
    return lambda types, constants: type_


def same(types: Sequence[pa.DataType], constants: Sequence[Any]) -> pa.DataType:
    """The result has the type of the first argument."""
    return types[0]
