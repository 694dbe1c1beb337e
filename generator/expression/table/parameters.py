"""Parameters, checks and types that entries of several rooms share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pyarrow as pa

from generator.expression.function import INTEGERS, NUMBERS, TEXTS, Parameter, always
from generator.expression.syntax import MAX_TEXT_BYTES
from generator.expression.types import BOOLEAN, DATE, FLOAT, INTEGER, TEXT

Types = Sequence[pa.DataType]
Constants = Sequence[Any]

TO_TEXT: Final = always(TEXT)
TO_INTEGER: Final = always(INTEGER)
TO_FLOAT: Final = always(FLOAT)
TO_BOOLEAN: Final = always(BOOLEAN)
TO_DATE: Final = always(DATE)

TEXT_VALUE: Final = (Parameter("text", TEXTS),)
NUMBER: Final = (Parameter("number", NUMBERS),)
WIDEST: Final = MAX_TEXT_BYTES


def constant_text(name: str, *, optional: bool = False, choices: tuple[str, ...] = ()) -> Parameter:
    """A literal text."""
    return Parameter(name, TEXTS, constant=True, optional=optional, choices=choices)


def constant_integer(name: str, low: int, high: int, *, optional: bool = False) -> Parameter:
    """A literal integer within bounds."""
    return Parameter(name, INTEGERS, constant=True, optional=optional, low=low, high=high)


def not_empty(types: Types, constants: Constants) -> str | None:
    """The check of a text to look for."""
    return None if constants[0] else "the text to look for is empty"


def one_character(types: Types, constants: Constants) -> str | None:
    """The check of a character after a number."""
    return None if len(constants) < 2 or len(constants[1]) == 1 else "it takes exactly one character"
