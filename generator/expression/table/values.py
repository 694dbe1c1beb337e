"""Entries: conversions, nulls, hashes and lists."""

from __future__ import annotations

from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from generator.expression import calendar, conversion, hashing, lists, nulls, reading, spelling
from generator.expression.function import (
    ANY,
    ANYTHING,
    DATELIKE,
    NUMBER_LISTS,
    READABLE,
    ROUNDABLE,
    SPELLABLE,
    SPELLABLE_LISTS,
    Function,
    Parameter,
    always,
    same,
)
from generator.expression.table.parameters import (
    TO_BOOLEAN,
    TO_DATE,
    TO_FLOAT,
    TO_INTEGER,
    TO_TEXT,
    Constants,
    Types,
    constant_integer,
    constant_text,
)
from generator.expression.types import MAX_DIGITS, is_decimal

MAX_BUCKETS: Final = 2**31 - 1
_SPELLED: Final = (Parameter("value", SPELLABLE),)
_DIGESTS: Final = (
    ("md5", "the MD5 digest", 16),
    ("sha1", "the SHA-1 digest", 20),
    ("sha256", "the SHA-256 digest", 32),
    ("blake2b", "the BLAKE2b digest", 32),
)


def _decimal_type(types: Types, constants: Constants) -> pa.DataType:
    return pa.decimal128(*constants)


def _scale_fits(types: Types, constants: Constants) -> str | None:
    precision, scale = constants
    return None if scale <= precision else f"the scale {scale} is larger than the precision {precision}"


def _sum_type(types: Types, constants: Constants) -> pa.DataType:
    return lists.sum_type(types[0].value_type)


def _sum_fits(types: Types, constants: Constants) -> str | None:
    item = types[0].value_type
    fits = not is_decimal(item) or item.precision <= lists.MAX_SUM_DIGITS
    return None if fits else f"decimals that are summed have at most {lists.MAX_SUM_DIGITS} digits"


def conversions() -> list[Function]:
    value = (Parameter("value", READABLE),)
    moment = (Parameter("value", DATELIKE),)
    decimal = (
        Parameter("value", ROUNDABLE),
        constant_integer("precision", 1, MAX_DIGITS),
        constant_integer("scale", 0, MAX_DIGITS),
    )
    return [
        Function("str", "as text, spelled as in CSV", _SPELLED, TO_TEXT, spelling.spelled),
        Function(
            "int",
            "as integer, cut towards zero; null of text that spells none",
            value,
            TO_INTEGER,
            conversion.to_integer,
        ),
        Function("float", "as float; null of text that spells none", value, TO_FLOAT, conversion.to_float),
        Function(
            "decimal",
            "as decimal, rounded half away from zero",
            decimal,
            _decimal_type,
            conversion.to_decimal,
            check=_scale_fits,
        ),
        Function(
            "bool",
            "as boolean: numbers but 0, and true, yes, on, t, y, 1 or their opposites; else null",
            value,
            TO_BOOLEAN,
            reading.to_boolean,
        ),
        Function(
            "date",
            "as date: the day of a timestamp, or text such as 2026-01-31; null where it is none",
            moment,
            TO_DATE,
            conversion.to_date,
        ),
        Function(
            "timestamp",
            "as moment in UTC: a date's midnight, or ISO 8601 text; null where it is none",
            moment,
            always(calendar.TIMESTAMP),
            reading.to_timestamp,
        ),
    ]


def absences() -> list[Function]:
    two = (Parameter("value", ANY), Parameter("value", ANY))
    options: dict[str, Any] = {"together": 500, "strict": False}
    return [
        Function("coalesce", "the first that is not null", two, same, pc.coalesce, variadic=True, **options),
        Function("if_null", "the second where the first is null", two, same, pc.coalesce, **options),
        Function("null_if", "null where both are equal, else the first", two, same, nulls.unless_equal, **options),
        Function(
            "is_null", "whether it is null", (Parameter("value", ANYTHING),), TO_BOOLEAN, nulls.is_null, strict=False
        ),
    ]


def hashes() -> list[Function]:
    digests = [
        Function(
            name, f"{title} of its text, {2 * size} hexadecimal digits", _SPELLED, TO_TEXT, hashing.digest(name, size)
        )
        for name, title, size in _DIGESTS
    ]
    buckets = (*_SPELLED, constant_integer("count", 1, MAX_BUCKETS))
    return [
        *digests,
        Function("crc32", "the CRC-32 checksum of its text, 0 to 4294967295", _SPELLED, TO_INTEGER, hashing.crc32),
        Function("hash64", "the FNV-1a hash of its text, a signed integer", _SPELLED, TO_INTEGER, hashing.hash64),
        Function(
            "bucket", "0 to count - 1, the same for equal values, evenly spread", buckets, TO_INTEGER, hashing.bucket
        ),
    ]


def collections() -> list[Function]:
    texts = (Parameter("list", SPELLABLE_LISTS), constant_text("separator"))
    return [
        Function(
            "join",
            "the items as text with a separator between, without those that are null",
            texts,
            TO_TEXT,
            lists.joined,
        ),
        Function(
            "sum",
            "the items added up, without those that are null; 0 of none",
            (Parameter("list", NUMBER_LISTS),),
            _sum_type,
            lists.total,
            check=_sum_fits,
        ),
    ]
