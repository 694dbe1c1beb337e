"""Functions on text and nulls, and the spelling of values, against Python's own."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from generator.expression import FUNCTIONS, EvaluationError, compile_expression
from generator.expression.function import Parameter
from generator.kernels.text import TextColumn, TextLayout, row_writer


def values(text: str, **columns: pa.Array) -> list[Any]:
    types = {name: column.type for name, column in columns.items()}
    length = len(next(iter(columns.values()))) if columns else 1
    return list(compile_expression(text, types).evaluate(columns, length).to_pylist())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lower(s)", "grüß dich, welt"),
        ("upper('ab')", "AB"),
        ("title('ab cd')", "Ab Cd"),
        ("capitalize('ab cd')", "Ab cd"),
        ("length(s)", 15),
        ("trim('  a b ')", "a b"),
        ("ltrim('xxaxx', 'x')", "axx"),
        ("rtrim('xxaxx', 'x')", "xxa"),
        ("left(s, 4)", "Grüß"),
        ("left(s, 0)", ""),
        ("right(s, 4)", "Welt"),
        ("right(s, 0)", ""),
        ("right('ab', 5)", "ab"),
        ("substring(s, 1, 4)", "Grüß"),
        ("substring(s, 6)", "dich, Welt"),
        ("substring(s, 99, 2)", ""),
        ("replace(s, 'i', 'ii')", "Grüß diich, Welt"),
        ("starts_with(s, 'Grü')", True),
        ("ends_with(s, 'grü')", False),
        ("contains(s, 'ich')", True),
        ("matches(s, '(?i)^GR.*t$')", True),
        ("matches(s, '\\\\d')", False),
        ("pad_left('ß', 3, 'é')", "ééß"),
        ("pad_right('abc', 2)", "abc"),
        ("pad_right('abc', 5)", "abc  "),
        ("repeat('ab', 3)", "ababab"),
        ("repeat('ab', 0)", ""),
        ("reverse('añb')", "bña"),
        ("concat(s, '!', str(1))", "Grüß dich, Welt!1"),
        ("concat('a')", "a"),
        ("slug('  Crème Brûlée & Søn, 2x! ')", "creme-brulee-son-2x"),
        ("slug('!!')", ""),
        ("ascii(s)", "Gruss dich, Welt"),
        ("ascii('Łódź → Þórður, 東京')", "Lodz  Thordur, "),
        ("initials(s)", "GDW"),
        ("initials('   élan vital')", "ÉV"),
        ("mask(s, 4)", "***********Welt"),
        ("mask('ab', 4, '#')", "ab"),
        ("position(s, 'dich')", 6),
        ("position(s, 'Dich')", 0),
        ("count(s, 'i')", 1),
        ("count('aaaa', 'aa')", 2),
        ("split_part(s, ' ', 2)", "dich,"),
        ("split_part(s, ' ', -1)", "Welt"),
        ("split_part(s, ' ', 9)", ""),
        ("split_part(s, ', ', -2)", "Grüß dich"),
        ("ord(right(s, 2))", 108),
        ("ord('')", None),
        ("chr(ord('é') - 1)", "è"),
        ("regex_extract(s, '[a-z]+,')", "dich,"),
        ("regex_extract(s, '(\\\\w)(,) (.)', 3)", "W"),
        ("regex_extract(s, '(x)|(?P<word>dich)', 2)", "dich"),
        ("regex_extract('a(b', '[(](b)', 1)", "b"),
        ("regex_extract('a(b', '\\\\((b)', 1)", "b"),
        ("regex_extract(s, 'xyz')", None),
        ("regex_replace(s, '[^a-zA-Z]+', '_')", "Gr_dich_Welt"),
        ("regex_replace('2026-01-31', '(\\\\d+)-(\\\\d+)-(\\\\d+)', '\\\\3.\\\\2.\\\\1')", "31.01.2026"),
        ("regex_replace('abc', 'x*', '-')", "-a-b-c-"),
        ("null_if(s, 'other')", "Grüß dich, Welt"),
        ("null_if(length(s), 15)", None),
        ("bool('OFF')", False),
        ("bool('2')", None),
        ("bool(0.5)", True),
        ("s + ' ' + 'x' 'y'", "Grüß dich, Welt xy"),
        ("s in ['a', 'Grüß dich, Welt']", True),
        ("coalesce(null, s)", "Grüß dich, Welt"),
        ("if_null(str(1 // 0), 'none')", "none"),
        ("is_null(1 // 0)", True),
        ("(1 // 0) is null", True),
        ("(1 // 0) is not None", False),
        ("str(true) + str(false)", "truefalse"),
    ],
)
def test_text_functions_have_the_values_of_the_manual(text: str, expected: Any) -> None:
    """Over a plain column, a dictionary of few entries and one of many, and beside a null."""
    cells = pa.array(["Grüß dich, Welt", None])
    entries = pa.array([*(f"other {index}" for index in range(50)), "Grüß dich, Welt"])
    coded = pa.DictionaryArray.from_arrays(pa.array([50, None], pa.int32()), entries)
    for column in (cells, cells.dictionary_encode(), coded):
        assert values(text, s=column)[0] == expected


def test_floats_are_spelled_as_python_spells_them() -> None:
    choose = random.Random("floats")
    given = [choose.uniform(-1, 1) * 10.0 ** choose.randint(-30, 30) for _ in range(3000)]
    given += [float(choose.randint(-(10**6), 10**6)) for _ in range(500)] + [
        float(f"1e{power}") for power in range(-30, 30)
    ]
    given += [
        0.0,
        -0.0,
        5e-324,
        1.7976931348623157e308,
        1e15,
        999999999999999.9,
        1e16,
        9007199254740993.0,
        1e-4,
        9.9e-5,
    ]
    column = pa.array([*given, None])
    assert values("str(x)", x=column) == [*map(repr, given), None]


@pytest.mark.parametrize(("precision", "scale"), [(5, 0), (10, 2), (12, 8), (38, 38), (38, 20)])
def test_decimals_are_spelled_with_all_digits_of_their_scale(precision: int, scale: int) -> None:
    units = [0, 1, -1, 10, -99, 10**precision - 1, 1 - 10**precision, 10**scale % 10**precision]
    given = [Decimal((int(number < 0), tuple(map(int, str(abs(number)))), -scale)) for number in units]
    column = pa.array([*given, None], pa.decimal128(precision, scale))
    assert values("str(x)", x=column) == [*(format(number, "f") for number in given), None]
    assert values("str(x)", x=column.slice(3)) == [*(format(number, "f") for number in given[3:]), None]


def test_dates_and_timestamps_are_spelled_in_iso_8601() -> None:
    assert values("str(d)", d=pa.array([dt.date(2024, 2, 9), None])) == ["2024-02-09", None]
    for unit, fraction in {"s": "", "ms": ".000", "us": ".000000", "ns": ".000000000"}.items():
        for zone, suffix in {None: "", "UTC": "Z"}.items():
            column = (
                pa.array([-1, None], pa.int64())
                .cast(pa.timestamp("s"))
                .cast(pa.timestamp(unit))
                .view(pa.timestamp(unit, zone))
            )
            assert values("str(t)", t=column) == [f"1969-12-31T23:59:59{fraction}{suffix}", None]


def test_every_type_is_spelled_as_the_text_formats_spell_it() -> None:
    choose = random.Random("csv")
    numbers = [choose.randint(-(10**14), 10**14) for _ in range(200)]
    columns = {
        "i": pa.array(numbers),
        "f": pa.array([number / 10 ** choose.randint(0, 30) for number in numbers]),
        "m": pa.array([Decimal(number).scaleb(-9) for number in numbers], pa.decimal128(20, 9)),
        "b": pa.array([number % 2 == 0 for number in numbers]),
        "d": pa.array([dt.date.fromordinal(number % 3_000_000 + 1) for number in numbers]),
        "t": pa.array([number // 10 for number in numbers]).cast(pa.timestamp("ms", "UTC")),
        "l": pa.array(numbers).cast(pa.timestamp("us")),
    }
    for name, column in columns.items():
        batch = pa.record_batch({name: column})
        rows = row_writer(batch.schema, TextLayout((TextColumn(),), suffix=b"\n")).write(batch)
        assert values(f"str({name})", **{name: column}) == b"".join(rows).decode().splitlines()


@pytest.mark.parametrize(
    "text",
    [
        "s + s",
        "s + 'x'",
        "repeat(s, 2)",
        "replace(s, 'x', 'yy')",
        "pad_left(s, 4096, 'é')",
        "lower(u)",
        "concat(s, str(i))",
        "lower(s) + str(i) + 'x'",
        "regex_replace(s, 'x', 'yy')",
        "regex_replace(s, '(x)', '\\\\1\\\\1')",
        "mask(s, 0, 'é')",
    ],
)
def test_text_longer_than_4_kib_is_an_error(text: str) -> None:
    columns = {"s": pa.array(["x" * 4095, "a"]), "u": pa.array(["Ⱥ" * 2048, "a"]), "i": pa.array([10, 1])}
    if text != "pad_left(s, 4096, 'é')":
        assert len(values(text, **{name: column.slice(1) for name, column in columns.items()})[0]) < 10
    with pytest.raises(EvaluationError, match="longer than 4096 bytes"):
        values(text if text != "s + 'x'" else "s + 'xy'", **columns)


def test_text_of_exactly_4_kib_is_fine() -> None:
    column = pa.array(["x" * 4095])
    assert values("s + 'x'", s=column) == ["x" * 4096]
    assert values("repeat(left(s, 1024), 4)", s=column) == ["x" * 4096]
    assert values("replace(left(s, 2048), 'x', 'yy')", s=column) == ["y" * 4096]


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_is_described_by_an_example_that_holds(name: str) -> None:
    function = FUNCTIONS[name]
    assert function.name == name
    assert function.signature.startswith(f"{name}(")
    assert function.summary
    assert function.group
    text, value = function.example
    assert text.startswith(f"{name}(")
    assert [found or "null" for found in values(f"str({text})")] == [value]


SAMPLES = {
    "i": pa.int64(),
    "s": pa.string(),
    "d": pa.date32(),
    "t": pa.timestamp("ms", "UTC"),
    "f": pa.float64(),
    "l": pa.list_(pa.int64()),
}


def sample(parameter: Parameter) -> str:
    """An argument that a parameter takes: a column, or a literal."""
    if not parameter.constant:
        return next(key for key, type_ in SAMPLES.items() if parameter.kind.accepts(type_))
    if parameter.kind.name == "integer":
        return str(min(parameter.high, 5))
    return "'day'" if parameter.choices else "'a'"


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_is_null_of_nulls(name: str) -> None:
    function = FUNCTIONS[name]
    arguments = [sample(function.parameter(index)) for index in range(max(function.least, 1))]
    if name == "contains":
        arguments = ["s", "'a'"]
    columns = {key: pa.nulls(3, type_) for key, type_ in SAMPLES.items()}
    found = values(f"{name}({', '.join(arguments)})", **columns)
    assert found == [True] * 3 if name == "is_null" else found == [None] * 3
