"""The closed table of functions. A new one is one entry here and a kernel.

There is no clock, no randomness and nothing that reads outside the row, and it has to stay so. Functions of ``log``,
``exp`` and their kin are missing on purpose: their last bits differ between machines.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from generator.expression import conversion, dates, nulls, rounding, spelling, text
from generator.expression.comparison import larger, smaller
from generator.expression.function import (
    ANY,
    CALENDAR,
    DATELIKE,
    FLOATS,
    INTEGERS,
    MOMENTS,
    NUMBERS,
    ORDERED,
    READABLE,
    ROUNDABLE,
    SPELLABLE,
    TEXTS,
    TIMESTAMPS,
    Function,
    Parameter,
    always,
    same,
)
from generator.expression.operands import joined
from generator.expression.rounding import MAX_PLACES, absolute, round_type, sign, square_root
from generator.expression.syntax import MAX_TEXT_BYTES
from generator.expression.types import BOOLEAN, DATE, FLOAT, INTEGER, MAX_DIGITS, TEXT

Types = Sequence[pa.DataType]
Constants = Sequence[Any]

_TEXT: Final = (Parameter("text", TEXTS),)
_NUMBER: Final = (Parameter("number", NUMBERS),)
_WIDEST: Final = MAX_TEXT_BYTES


def _constant_text(name: str, *, optional: bool = False, choices: tuple[str, ...] = ()) -> Parameter:
    return Parameter(name, TEXTS, constant=True, optional=optional, choices=choices)


def _constant_integer(name: str, low: int, high: int, *, optional: bool = False) -> Parameter:
    return Parameter(name, INTEGERS, constant=True, optional=optional, low=low, high=high)


def _decimal_type(types: Types, constants: Constants) -> pa.DataType:
    return pa.decimal128(*constants)


def _round_type(types: Types, constants: Constants) -> pa.DataType:
    return round_type(types[0], constants[0]) if constants else INTEGER


def _round(value: Any, places: int | None = None) -> Any:
    return rounding.round_to_integer(value) if places is None else rounding.round_to_places(value, places)


def _scale_fits(types: Types, constants: Constants) -> str | None:
    precision, scale = constants
    return None if scale <= precision else f"the scale {scale} is larger than the precision {precision}"


def _search_text(types: Types, constants: Constants) -> str | None:
    return None if constants[0] else "the text to replace is empty"


def _one_character(types: Types, constants: Constants) -> str | None:
    return None if len(constants) < 2 or len(constants[1]) == 1 else "text is padded with exactly one character"


def _pattern(types: Types, constants: Constants) -> str | None:
    if len(constants[0]) > text.MAX_PATTERN:
        return f"a pattern has at most {text.MAX_PATTERN} characters"
    return text.check_pattern(constants[0])


def _unit_of_date(types: Types, constants: Constants) -> str | None:
    fits = types[0] != DATE or constants[0] in dates.DATE_UNITS
    return None if fits else f"dates have no {constants[0]}s, only {', '.join(dates.DATE_UNITS)}"


def _text_functions() -> list[Function]:
    count = _constant_integer("count", 0, _WIDEST)
    trim = (*_TEXT, _constant_text("characters", optional=True))
    pad = (*_TEXT, _constant_integer("width", 0, _WIDEST), _constant_text("character", optional=True))
    part = (*_TEXT, _constant_text("part"))
    cut = (*_TEXT, _constant_integer("start", 1, _WIDEST), _constant_integer("count", 0, _WIDEST, optional=True))
    change = (*_TEXT, _constant_text("old"), _constant_text("new"))
    to_text, to_boolean = always(TEXT), always(BOOLEAN)
    trimmed, padded = text.trimmed, text.padded
    both = trimmed(pc.utf8_trim, pc.utf8_trim_whitespace)
    before = trimmed(pc.utf8_ltrim, pc.utf8_ltrim_whitespace)
    after = trimmed(pc.utf8_rtrim, pc.utf8_rtrim_whitespace)
    return [
        Function("lower", "in lower case", _TEXT, to_text, text.cased(pc.utf8_lower)),
        Function("upper", "in upper case", _TEXT, to_text, text.cased(pc.utf8_upper)),
        Function("title", "each word with a capital", _TEXT, to_text, text.cased(pc.utf8_title)),
        Function("capitalize", "the first letter a capital", _TEXT, to_text, text.cased(pc.utf8_capitalize)),
        Function("length", "number of characters", _TEXT, always(INTEGER), text.length),
        Function("trim", "without white space, or the characters, at both ends", trim, to_text, both),
        Function("ltrim", "without white space, or the characters, at the start", trim, to_text, before),
        Function("rtrim", "without white space, or the characters, at the end", trim, to_text, after),
        Function("left", "the first characters", (*_TEXT, count), to_text, text.left),
        Function("right", "the last characters", (*_TEXT, count), to_text, text.right),
        Function("substring", "characters from one counted from 1", cut, to_text, text.substring),
        Function("replace", "every occurrence of old by new", change, to_text, text.replace, check=_search_text),
        Function("starts_with", "whether it starts so", part, to_boolean, pc.starts_with),
        Function("ends_with", "whether it ends so", part, to_boolean, pc.ends_with),
        Function("contains", "whether it occurs", part, to_boolean, pc.match_substring),
        Function(
            *("matches", "whether an RE2 pattern occurs", (*_TEXT, _constant_text("pattern"))),
            *(to_boolean, text.matches),
            check=_pattern,
        ),
        Function("pad_left", "filled on the left", pad, to_text, padded(pc.utf8_lpad), check=_one_character),
        Function("pad_right", "filled on the right", pad, to_text, padded(pc.utf8_rpad), check=_one_character),
        Function("repeat", "so many times", (*_TEXT, count), to_text, text.repeat),
        Function("reverse", "characters in reverse", _TEXT, to_text, pc.utf8_reverse),
        Function("concat", "end to end, as with +", _TEXT, to_text, None, variadic=True, node=joined),
        Function("slug", "lower-case ASCII with hyphens", _TEXT, to_text, text.slug),
    ]


def _conversions() -> list[Function]:
    value = Parameter("value", READABLE)
    decimal = (
        Parameter("value", ROUNDABLE),
        _constant_integer("precision", 1, MAX_DIGITS),
        _constant_integer("scale", 0, MAX_DIGITS),
    )
    return [
        Function("str", "as text", (Parameter("value", SPELLABLE),), always(TEXT), spelling.spelled),
        Function("int", "as integer, cut towards zero", (value,), always(INTEGER), conversion.to_integer),
        Function("float", "as float", (value,), always(FLOAT), conversion.to_float),
        Function("decimal", "as decimal", decimal, _decimal_type, conversion.to_decimal, check=_scale_fits),
        Function("date", "as date", (Parameter("value", DATELIKE),), always(DATE), conversion.to_date),
    ]


def _number_functions() -> list[Function]:
    two = (Parameter("value", ORDERED), Parameter("value", ORDERED))
    places = (*_NUMBER, _constant_integer("places", -MAX_PLACES, MAX_PLACES, optional=True))
    clamp = tuple(Parameter(name, ORDERED) for name in ("value", "low", "high"))
    many: dict[str, Any] = {"together": 500, "variadic": True}
    return [
        Function("abs", "without its sign", _NUMBER, same, absolute),
        Function("sign", "-1, 0 or 1", _NUMBER, always(INTEGER), sign),
        Function("floor", "the integer below", _NUMBER, always(INTEGER), rounding.floor_of),
        Function("ceil", "the integer above", _NUMBER, always(INTEGER), rounding.ceil_of),
        Function("round", "half away from zero", places, _round_type, _round),
        Function("sqrt", "null of negative numbers", (Parameter("number", FLOATS),), always(FLOAT), square_root),
        Function("min", "the smallest of a row", two, same, nulls.folded(smaller), **many),
        Function("max", "the largest of a row", two, same, nulls.folded(larger), **many),
        Function("clamp", "within low and high", clamp, same, _clamp, together=3),
    ]


def _clamp(value: Any, low: Any, high: Any) -> Any:
    return smaller(larger(value, low), high)


def _null_functions() -> list[Function]:
    two = (Parameter("value", ANY), Parameter("value", ANY))
    options: dict[str, Any] = {"together": 500, "strict": False}
    is_null = nulls.is_null
    return [
        Function("coalesce", "the first that is not null", two, same, pc.coalesce, variadic=True, **options),
        Function("if_null", "the second where the first is null", two, same, pc.coalesce, **options),
        Function("is_null", "whether it is null", (two[0],), always(BOOLEAN), is_null, strict=False),
    ]


def _date_functions() -> list[Function]:
    value = (Parameter("value", CALENDAR),)
    timestamp = (Parameter("value", TIMESTAMPS),)
    unit = _constant_text("unit", choices=dates.UNITS)
    add = (*value, Parameter("count", INTEGERS), unit)
    diff = (Parameter("start", CALENDAR), Parameter("stop", CALENDAR), unit)
    integer, part = always(INTEGER), dates.part
    return [
        Function("year", "the year", value, integer, part(dates.year)),
        Function("quarter", "1 to 4", value, integer, part(dates.quarter)),
        Function("month", "1 to 12", value, integer, part(dates.month)),
        Function("day", "of the month, from 1", value, integer, part(dates.day)),
        Function("weekday", "0 (Monday) to 6", value, integer, part(dates.weekday)),
        Function("day_of_year", "from 1", value, integer, part(dates.day_of_year)),
        Function("hour", "0 to 23", timestamp, integer, part(dates.hour)),
        Function("minute", "0 to 59", timestamp, integer, part(dates.minute)),
        Function("second", "0 to 59", timestamp, integer, part(dates.second)),
        Function("epoch", "seconds since 1970", (Parameter("value", MOMENTS),), integer, dates.epoch),
        Function("date_add", "so many units later", add, same, dates.date_add, check=_unit_of_date),
        Function("date_diff", "whole units from start to stop", diff, integer, dates.date_diff, 2, check=_unit_of_date),
    ]


def _table() -> dict[str, Function]:
    every = (_text_functions, _conversions, _number_functions, _null_functions, _date_functions)
    return {function.name: function for group in every for function in group()}


FUNCTIONS: Final = _table()
"""By name. ``column('...')`` is not among them: it is syntax."""
