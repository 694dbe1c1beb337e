"""Templates: a text with replacement fields over other columns, compiled to one concatenation.

Python's format fields, of the string, integer, decimal and date presentation types only; no attribute, index or
conversion is followed, so a template can reach nothing but the columns it names.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from generator import kernels
from generator.cells import Cells
from generator.column import Column
from generator.errors import SchemaError
from generator.fields.moments import SPEC, moment_format

Piece = Callable[[pa.Array], Any]

_INTEGER = re.compile(r"(?P<zero>0?)(?P<width>[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5])?d?")
_TEXT = re.compile(r"(?P<align>[<>^]?)(?P<width>[1-9][0-9]{0,2})?s?")
_FIXED = re.compile(r"\.(?P<digits>[0-9]{1,2})f")


def _parse(template: str) -> list[tuple[str, str | None, str]]:
    """Literal text before each field, its name, its format; ValueError where the template is malformed."""
    pieces = []
    for text, name, spec, conversion in string.Formatter().parse(template):
        if conversion:
            raise ValueError(f"the conversion '!{conversion}' is not allowed")
        if name is not None and not re.fullmatch(r"[^\[\]{}.]+(\.[^\[\]{}.]+)*", name):
            raise ValueError(f"{{{name}}} names no field" if name else "{} needs a field's name, such as {id}")
        if spec and ("{" in spec or "}" in spec):
            raise ValueError("a format cannot hold another field")
        pieces.append((text, name, spec or ""))
    return pieces


def names(template: str) -> tuple[str, ...]:
    """The fields a template reads; none where it is malformed, which ``compile_template`` says."""
    try:
        return tuple(dict.fromkeys(name for _, name, _ in _parse(template) if name is not None))
    except ValueError:
        return ()


def compile_template(column: Column, template: str) -> Callable[[Cells], pa.Array]:
    """What fills the template at some cells; SchemaError names what is malformed or does not fit a column's type."""
    try:
        pieces = _parse(template)
    except ValueError as error:
        raise column.wrong("template", str(error), "write {{ and }} for braces") from None
    parts: list[bytes | tuple[str, Piece]] = []
    for text, name, spec in pieces:
        if text:
            parts.append(text.encode())
        if name is not None:
            parts.append((name, _piece(column, name, spec)))
    if not parts:
        raise column.wrong("template", "it is empty", "such as {name} of {city}")

    def fill(cells: Cells) -> pa.Array:
        return kernels.concat(
            [part if isinstance(part, bytes) else part[1](cells.source(part[0])) for part in parts], len(cells)
        )

    return fill


def _piece(column: Column, name: str, spec: str) -> Piece:
    kind = column.source(name).type
    if pa.types.is_timestamp(kind) and kind.tz not in (None, "UTC"):
        return _in_utc(kind.unit, _moment(column, name, spec, kind))
    if pa.types.is_integer(kind):
        return _integer(column, name, spec)
    if pa.types.is_string(kind) or pa.types.is_dictionary(kind):
        return _text(column, name, spec)
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return _moment(column, name, spec, kind)
    match = _FIXED.fullmatch(spec) if pa.types.is_decimal(kind) else None
    if match and int(match["digits"]) + kind.precision - kind.scale <= 38:  # what the widest decimal holds
        return _decimal(int(match["digits"]), kind.scale)
    if pa.types.is_nested(kind):
        problem = f"{name!r} is {kind}, which has no text"
        raise column.wrong("template", problem, f"name a member of it, such as {{{name}.city}}, or flatten it")
    if spec:
        raise _misfit(column, name, spec, str(kind))
    return lambda array: pc.cast(array, pa.string())


def _moment(column: Column, name: str, spec: str, kind: pa.DataType) -> Piece:
    if not spec:
        return lambda array: pc.cast(array, pa.string())
    if SPEC.fullmatch(spec) is None:
        raise _misfit(column, name, spec, str(kind))
    return moment_format(spec)


def _in_utc(unit: str, piece: Piece) -> Piece:
    """Moments are instants: their zone is a label, and a machine's time zone tables decide no text."""
    return lambda array: piece(array.cast(pa.timestamp(unit, "UTC")))


def _decimal(digits: int, scale: int) -> Piece:
    """Decimals with so many digits after the point, rounded half away from zero; widened first, nothing overflows."""
    wide = pa.decimal128(38, scale)

    def piece(array: pa.Array) -> pa.Array:
        rounded = pc.round(pc.cast(array, wide), digits, "half_towards_infinity") if digits < scale else array
        return pc.cast(pc.cast(rounded, pa.decimal128(38, digits)), pa.string())

    return piece


def _misfit(column: Column, name: str, spec: str, kind: str) -> SchemaError:
    remedy = "integers take 09d, text >12s, decimals .2f, dates %Y-%m-%d"
    return column.wrong("template", f"the format {spec!r} does not fit {name!r} of type {kind}", remedy)


def _integer(column: Column, name: str, spec: str) -> Piece:
    match = _INTEGER.fullmatch(spec)
    if match is None:
        raise _misfit(column, name, spec, "integer")
    width, zero = int(match["width"] or 0), bool(match["zero"])

    def piece(array: pa.Array) -> Any:
        return (array if array.null_count else np.asarray(array), width, zero)

    return piece


def _text(column: Column, name: str, spec: str) -> Piece:
    match = _TEXT.fullmatch(spec)
    if match is None:
        raise _misfit(column, name, spec, "text")
    width = int(match["width"] or 0)
    if not width:
        return lambda array: array
    pad = {"": pc.utf8_rpad, "<": pc.utf8_rpad, ">": pc.utf8_lpad, "^": pc.utf8_center}[match["align"]]
    return lambda array: pad(pc.cast(array, pa.string()), width)
