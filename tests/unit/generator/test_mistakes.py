"""Documents that are nearly right: each mistake has its own place, and none hides another."""

from __future__ import annotations

import time
from typing import Any

import pytest

from generator import RowRange, SchemaError, compile_schema


def mistakes(document: Any, rows: Any = None) -> dict[str, str]:
    with pytest.raises(SchemaError) as caught:
        compile_schema(document, rows)
    return {item.path: f"{item.problem} | {item.remedy}" for item in caught.value.mistakes}


PAIR = "unique_together: [[a, b]]\nfields: {b: {type: choice, values: [x, y]}, a: "
CHILD = "tables: {p: {rows: 9, fields: {id: sequence, n: city}}, c: {rows: 9, "


@pytest.mark.parametrize(
    ("document", "path", "text"),
    [
        ("rows: 2\nfields: {a: {type: words, max_length: 3, prefix: abc}}", "$.fields.a.max_length", "no room in 3"),
        (
            "rows: 2\nfields: {a: {type: string, length: [9, 12], max_length: 5}}",
            "$.fields.a.max_length",
            "only 5 of 9",
        ),
        ('rows: 2\nfields: {a: {type: string, alphabet: "\\0a"}}', "$.fields.a.alphabet", "U+0000"),
        (
            "rows: 2\nfields: {a: {type: integer, step: 1000000, distribution: {normal: {mean: 1.0e+24}}}}",
            "$.fields.a.distribution",
            "64-bit",
        ),
        (
            "rows: 2\nfields: {a: {type: decimal, scale: 18, precision: 38, distribution: {normal: {mean: 1.0e+308}}}}",
            "$.fields.a.distribution",
            "too far",
        ),
        (
            "rows: 2\nfields: {a: {type: integer, min: 0, max: 9, step: 5, "
            "distribution: {normal: {stddev: 5.0e-324}}}}",
            "$.fields.a.distribution",
            "too far",
        ),
        ("rows: 2\nfields: {a: {type: decimal, max: '1e999999999'}}", "$.fields.a.max", "does not fit"),
        (
            "rows: 2\nfields: {a: {type: float, min: -1.7e+308, max: 1.7e+308}}",
            "$.fields.a.distribution",
            "too far apart",
        ),
        ("rows: 2\nfields: {a: {type: float, min: 0.11, max: 0.14, digits: 1}}", "$.fields.a.digits", "no number of 1"),
        ("rows: 1\nfields: {a: {type: sequence, step: 10000000000000000000000}}", "$.fields.a.step", "64-bit"),
        ("rows: 1\nfields: {a: {type: integer, step: 10000000000000000000000}}", "$.fields.a.step", "64-bit"),
        ("rows: 2\nfields: {a: {type: uuid, nulls: true}}", "$.fields.a.nulls", "a number is needed"),
        (
            "rows: 2\nfields: {a: {type: timestamp, min: 2020, max: 2025-01-01}}",
            "$.fields.a.min",
            "text such as 2026-01-31",
        ),
        ("rows: 2\nfields: {a: {type: date, min: 2020-13-45, max: 2021-01-01}}", "$.fields.a.min", "valid date"),
        ("rows: 2\nreference_date: 2026\nfields: {a: uuid}", "$.reference_date", "text such as 2026-01-31"),
        (
            "rows: 2\nfields: {i: sequence, a: {type: template, template: '{i:300d}'}}",
            "$.fields.a.template",
            "does not fit",
        ),
        (
            "rows: 2\nfields: {i: decimal, a: {type: template, template: '{i:.37f}'}}",
            "$.fields.a.template",
            "does not fit",
        ),
        (
            "rows: 2\nfields: {i: {type: date, min: 2020-01-01, max: 2021-01-01}, "
            "a: {type: template, template: '{i:>12}'}}",
            "$.fields.a.template",
            "does not fit",
        ),
        (
            "rows: 2\nfields: {i: {type: date, min: 2020-01-01, max: 2021-01-01}, "
            "a: {type: template, template: '{i:%Q}'}}",
            "$.fields.a.template",
            "does not fit",
        ),
        ("rows: 2\nname: [1]\nfields: {a: uuid}", "$.name", "is a text"),
        ('{"rows": 2, "seed": "\\ud800", "fields": {"a": "uuid"}}', "$.seed", "surrogate"),
        ("rows: 2\nfields: {a: {type: choice, values: {1: 5, '1': 6}}}", "$.fields.a.values", "twice"),
        ("rows: 2\nfields: {a: {type: words, locale: ../../en_US}}", "$.fields.a.locale", "unknown locale"),
        (
            "rows: 2\nfields: {a: {type: integer, distribution: {normal: {men: 4}}}}",
            "$.fields.a.distribution.normal.men",
            "did you mean 'mean'",
        ),
        ("rows: 2\nfields: {a: {type: choice, values: [x, x], unique: true}}", "$.fields.a.unique", "listed twice"),
        (
            "rows: 2\nfields: {a: {type: integer, unique: true, max: 9, min: 0, distribution: normal}}",
            "$.fields.a.distribution",
            "all as frequent",
        ),
        (
            "rows: 2\nfields: {a: {type: choice, values: {x: 0, y: 1}, unique: true}}",
            "$.fields.a.values",
            "all as frequent",
        ),
        ("rows: 2\nfields: {'a b': {type: date, after: 'a b', within: 3d}}", "$.fields['a b']", "circle"),
        ("rows: 4\n" + PAIR + "{type: choice, values: [z, z]}}", "$.fields.a.unique", "listed twice"),
        ("rows: 4\n" + PAIR + "{type: string, length: 1, case: upper}}", "$.fields.a.case", "unique together"),
        (
            "rows: 4\n" + PAIR + "{type: choice, values: [v, w], exactly: true}}",
            "$.fields.a.exactly",
            "all as frequent",
        ),
        ("rows: 4\n" + PAIR + "{type: reference, to: data.b}}", "$.unique_together[0]", "countable"),
        (
            "rows: 4\nunique_together: [[a, a]]\nfields: {a: {type: choice, values: [x, y]}}",
            "$.unique_together[0]",
            "twice",
        ),
        (
            CHILD + "fields: {a: {type: reference, to: p.id, per_parent: [1, 4], nulls: 0.1}}}}",
            "$.tables.c.fields.a.per_parent",
            "can be null",
        ),
        (
            CHILD + "unique_together: [[a, b]], fields: {a: {type: reference, to: p.n, per_parent: [1, 4]}, "
            "b: {type: choice, values: [1, 2, 3, 4]}}}}",
            "$.tables.c.fields.a.to",
            "repeat",
        ),
        (
            CHILD + "fields: {a: {type: reference, to: p.id}, b: {type: child_number, of: a.id}}}}",
            "$.tables.c.fields.b.of",
            "no reference of this table",
        ),
        (
            "tables: {p: {rows: 9, fields: {id: sequence}}, "
            "c: {fields: {a: {type: reference, to: p.id, per_parent: [-9, 2]}}}}",
            "$.tables.c.fields.a.per_parent",
            "no range of counts",
        ),
    ],
)
def test_a_mistake_is_named_at_its_place(document: str, path: str, text: str) -> None:
    found = mistakes(document)
    assert list(found) == [path], found
    assert text in found[path]


@pytest.mark.parametrize("rows", [-5, 1 << 70, True, 1.5, "7"])
def test_row_counts_from_elsewhere_are_checked_too(rows: Any) -> None:
    assert list(mistakes("rows: 5\nfields: {a: uuid}", rows)) == ["$.rows"]
    assert list(mistakes("tables: {t: {rows: 5, fields: {a: uuid}}}", {"t": rows})) == ["$.tables.t.rows"]


def test_a_mistake_outside_of_the_fields_hides_none_in_them() -> None:
    found = mistakes(
        "sed: 1\nlocale: 5\ntables: {a: {rows: x, fields: {id: sequence, x: {type: expression, value: '1+'}}}, "
        "b: {primary_key: {k: 1}, fields: {r: {type: reference, to: c.id}, u: {type: integer, min: 5, max: 1}}}}"
    )
    assert set(found) == {
        "$.sed",
        "$.locale",
        "$.tables.a.rows",
        "$.tables.a.fields.x.value",
        "$.tables.b.primary_key",
        "$.tables.b.rows",
        "$.tables.b.fields.r.to",
        "$.tables.b.fields.u.min",
    }


def test_a_domain_that_is_too_small_is_said_along_with_other_mistakes() -> None:
    found = mistakes("rows: 9\nfields: {a: {type: integer, max: 1, unique: true}, b: {type: integer, min: 5, max: 1}}")
    assert set(found) == {"$.fields.a.unique", "$.fields.b.min"}


def test_tables_that_wait_for_each_others_rows_are_all_named() -> None:
    found = mistakes(
        "tables: {a: {fields: {id: sequence, r: {type: reference, to: b.id, per_parent: 2}}}, "
        "b: {fields: {id: sequence, r: {type: reference, to: a.id, per_parent: 2}}}}"
    )
    assert set(found) == {"$.tables.a.rows", "$.tables.b.rows"}


def test_dates_in_yaml_are_the_text_that_they_are_in_json() -> None:
    found = compile_schema(
        "rows: 1\nfields: {a: {type: constant, value: 2020-01-01T00:00:00Z}, b: {type: constant, value: 2020-1-5}}"
    )
    assert found.tables["data"].batch(RowRange(0, 1)).to_pylist() == [{"a": "2020-01-01T00:00:00Z", "b": "2020-1-5"}]


def test_a_mapping_nested_too_deep_is_refused() -> None:
    deep: dict[str, Any] = {}
    for _ in range(5000):
        deep = {"a": deep}
    assert "nested deeper" in mistakes(deep)["$"]


def test_fields_that_read_each_other_in_a_long_chain_are_refused_and_shorter_ones_are_not() -> None:
    def chain(length: int, link: str) -> str:
        fields = "".join(f"  f{i}: {link.format(i + 1)}\n" for i in range(length - 1))
        last = f"f{length - 1}"
        return f"rows: 5\nfields:\n{fields}  {last}: first_name\n  me: {{type: reference, to: data.{last}}}\n"

    for link in (
        "{{type: expression, value: f{0}}}",
        "{{type: template, template: '{{f{0}}}', when: f{0} != ''}}",
        "{{type: lookup, via: me, field: f{0}}}",
        "{{type: email, name_from: [f{0}]}}",
    ):
        assert any("chain of more than 64" in text for text in mistakes(chain(120, link)).values())
        assert compile_schema(chain(60, link)).tables["data"].batch(RowRange(0, 5)).num_rows == 5


def hostile() -> list[Any]:
    fields = ", ".join(
        f"t{i}: {{type: template, template: '{{t{i - 1}}}{{t{i - 2}}}', max_length: 9}}" for i in range(2, 60)
    )
    choices = ", ".join(f"v{i}: {i}.5" for i in range(10_000))
    many = ", ".join(
        f"f{i}: {{type: integer, when: 'id > {i}', distribution: normal, min: {-i}, max: {i}}}" for i in range(199)
    )
    keys = ["t0.id", "t0.id", *(f"t{i}.r" for i in range(1, 49))]
    tables = "".join(
        f"  t{i}: {{rows: 100, fields: {{id: sequence, r: {{type: reference, to: {key}}}}}}}\n"
        for i, key in enumerate(keys)
    )
    return [
        pytest.param(f"rows: 5\nfields: {{t0: first_name, t1: first_name, {fields}}}", id="each reads the last two"),
        pytest.param(f"rows: 5\nfields: {{a: {{type: choice, values: {{{choices}}}}}}}", id="10,000 choices"),
        pytest.param(f"rows: 5\nfields: {{id: sequence, {many}}}", id="200 fields"),
        pytest.param(f"tables:\n{tables}", id="50 tables in a chain"),
    ]


@pytest.mark.parametrize("document", hostile())
def test_a_large_document_compiles_at_once(document: str) -> None:
    began = time.process_time()
    plan = compile_schema(document)
    for table in plan.tables.values():
        table.batch(RowRange(0, 5))
    assert time.process_time() - began < 10  # a fraction of a second; what grows with a power would take minutes
