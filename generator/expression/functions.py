"""The closed table of functions. A new one is one entry in a room of ``table``, and a kernel.

There is no clock, no randomness and nothing that reads outside the row, and it has to stay so. Functions of ``log``,
``exp`` and their kin are missing on purpose: their last bits differ between machines.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from generator.expression.function import Function
from generator.expression.table import numbers, texts, times, values
from generator.expression.table.examples import EXAMPLES

_GROUPS: Final[dict[str, Callable[[], list[Function]]]] = {
    "Text": texts.functions,
    "Numbers": numbers.functions,
    "Dates and times": times.functions,
    "Conversions": values.conversions,
    "Nulls": values.absences,
    "Hashes": values.hashes,
    "Lists": values.collections,
}

FUNCTIONS: Final = {
    function.name: replace(function, group=group, example=EXAMPLES[function.name])
    for group, entries in _GROUPS.items()
    for function in entries()
}
"""By name, in the order of their groups. ``column('...')`` is not among them: it is syntax."""

OTHER_NAMES: Final = {
    "len": "length",
    "substr": "substring",
    "mid": "substring",
    "instr": "position",
    "strpos": "position",
    "index": "position",
    "find": "position",
    "lpad": "pad_left",
    "rpad": "pad_right",
    "strip": "trim",
    "startswith": "starts_with",
    "endswith": "ends_with",
    "capitalise": "capitalize",
    "initcap": "title",
    "slugify": "slug",
    "unaccent": "ascii",
    "strip_accents": "ascii",
    "regexp_replace": "regex_replace",
    "regexp_extract": "regex_extract",
    "regexp_matches": "matches",
    "split": "split_part",
    "least": "min",
    "greatest": "max",
    "ceiling": "ceil",
    "power": "pow",
    "truncate": "trunc",
    "nvl": "coalesce",
    "ifnull": "if_null",
    "isnull": "is_null",
    "nullif": "null_if",
    "to_text": "str",
    "text": "str",
    "integer": "int",
    "boolean": "bool",
    "numeric": "decimal",
    "to_date": "date",
    "to_timestamp": "timestamp",
    "datetime": "timestamp",
    "strftime": "format_date",
    "to_char": "format_date",
    "dayname": "day_name",
    "monthname": "month_name",
    "datediff": "date_diff",
    "dateadd": "date_add",
    "dayofyear": "day_of_year",
    "dayofweek": "weekday",
    "hash": "hash64",
    "sha": "sha256",
    "array_length": "length",
    "list_sum": "sum",
}
"""What other languages call them: for errors that say the name here."""

_NO_CLOCK: Final = "an expression knows no clock; compare with a date, or with a field"
_NO_CHANCE: Final = "an expression draws nothing; give the draw a field of its own"
_NO_LOGARITHM: Final = "its last bits differ between machines, so it is left out"

LEFT_OUT: Final = {
    **dict.fromkeys(("now", "today", "current_date", "current_timestamp", "getdate", "sysdate"), _NO_CLOCK),
    **dict.fromkeys(("random", "rand", "uuid", "gen_random_uuid", "randint"), _NO_CHANCE),
    **dict.fromkeys(("log", "ln", "log2", "log10", "exp", "sin", "cos", "tan", "cbrt"), _NO_LOGARITHM),
}
"""What is missing on purpose, and why: for errors too."""
