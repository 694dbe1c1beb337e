"""What a user gets wrong in a document, and what Seedbed says: every mistake, at its place, with a remedy."""

from __future__ import annotations

import pytest

from generator import RowRange, SchemaError, compile_schema, load_schema


def mistakes(document: str) -> dict[str, str]:
    with pytest.raises(SchemaError) as caught:
        compile_schema(document)
    return {item.path: f"{item.problem} | {item.remedy}" for item in caught.value.mistakes}


def one(document: str) -> tuple[str, str]:
    found = mistakes(document)
    assert len(found) == 1, found
    return next(iter(found.items()))


@pytest.mark.parametrize(
    ("document", "path", "text"),
    [
        ("rows: 5\nfields: {a: {type: integr}}", "$.fields.a.type", "did you mean 'integer'"),
        ("rows: 5\nfields: {a: {type: integer, mn: 3}}", "$.fields.a.mn", "did you mean 'min'"),
        ("rows: 5\nfields: {a: {type: integer, min: 5, max: 1}}", "$.fields.a.min", "min 5 is more than max 1"),
        ("rows: 5\nfields: {a: {tipe: integer}}", "$.fields.a.type", "missing"),
        ("rows: 5\nfields: {a: {type: integer, nulls: 2}}", "$.fields.a.nulls", "less than or equal to 1"),
        ("seed: 1\ntabels: {}\ntables: {t: {rows: 1, fields: {a: uuid}}}", "$.tabels", "did you mean 'tables'"),
        ("tables: {t: {rows: 1, feilds: {}, fields: {a: uuid}}}", "$.tables.t.feilds", "did you mean 'fields'"),
        ("rows: 1\nfields: {a: {type: reference, to: b.c}}", "$.fields.a.to", "there is no table 'b'"),
        ("rows: 1\nfields: {a: {type: reference, to: data.z}}", "$.fields.a.to", "has no field 'z'"),
        ("rows: 1\nfields: {a: {type: lookup, via: b, field: c}}", "$.fields.a", "no field of 'data'"),
        ("rows: 1\nfields: {a: {type: expression, value: 'b + 1'}, bb: integer}", "$.fields.a", "did you mean 'bb'"),
        ("rows: 1\nfields: {a: {type: expression, value: '1 +'}}", "$.fields.a.value", "column"),
        ("rows: 1\nfields: {a: {type: uuid, when: '1 + 1'}}", "$.fields.a.when", "not true or false"),
        ("rows: 300\nfields: {f: {type: country, unique: true}}", "$.fields.f.unique", "there are only 249"),
        ("rows: 9\nfields: {f: {type: boolean, unique: true}}", "$.fields.f.unique", "cannot be made unique"),
        ("rows: 9\nlocale: xx_YY\nfields: {f: country}", "$.locale", "unknown locale 'xx_YY'"),
        ("rows: 9\nfields: {f: {type: date}}", "$.fields.f.min", "give min and max, or after and within"),
        ("rows: 9\nfields: {f: {type: date, after: f, within: 3d}}", "$.fields.f", "in a circle: data.f → data.f"),
        ("rows: 9\nfields: {f: {type: date, after: f}}", "$.fields.f", "circle"),
        ("rows: 9\nfields: {f: {type: pattern, pattern: 'a\\'}}", "$.fields.f.pattern", "column"),
        ("rows: 9\nfields: {f: {type: regex, pattern: '(?=a)'}}", "$.fields.f.pattern", "column 1"),
        ("rows: 9\nfields: {f: {type: choice, values: [1, a]}}", "$.fields.f.values", "different kinds"),
        ("rows: 9\nfields: {f: {type: choice, values: {a: -1}}}", "$.fields.f.values.a", "greater than or equal to 0"),
        ("rows: 9\nfields: {f: {type: decimal, precision: 4, scale: 2, max: 100}}", "$.fields.f.max", "does not fit"),
        ("rows: 9\nfields: {f: {type: decimal, scale: 2, max: 1.005}}", "$.fields.f.max", "more than 2 digits"),
        (
            "rows: 9\nfields: {f: {type: integer, distribution: zipff}}",
            "$.fields.f.distribution",
            "did you mean 'zipf'",
        ),
        ("rows: 9\nfields: {f: {type: integer, distribution: {zipf: {s: -1}}}}", "$.fields.f.distribution.zipf.s", "0"),
        ("rows: 9\nprimary_key: x\nfields: {id: sequence}", "$.primary_key[0]", "there is no field 'x'"),
        ("rows: x\nfields: {id: sequence}", "$.rows", "valid integer"),
        ("fields: {id: sequence}", "$.rows", "say how many rows"),
        ("rows: 9\nfields: {}", "$.fields", "at least 1"),
        ("rows: 9\nfields: {'a.b': uuid}", "$.fields['a.b']", "no dot"),
        (
            "rows: 9\nfields: {t: {type: template, template: 'x{id:>5f}'}, id: sequence}",
            "$.fields.t.template",
            "does not fit",
        ),
        (
            "rows: 9\nfields: {t: {type: template, template: '{id.__class__}'}, id: sequence}",
            "$.fields.t",
            "no reference",
        ),
        ("rows: 9\nfields: {e: {type: email, name_from: [n]}, n: sequence}", "$.fields.e.name_from", "not text"),
    ],
)
def test_a_mistake_is_named_with_its_place_and_a_remedy(document: str, path: str, text: str) -> None:
    found_path, message = one(document)
    assert found_path == path
    assert text in message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: [1", "neither YAML nor JSON: line 1"),
        ('{"rows": 5,,}', "neither YAML nor JSON"),
        ("[1, 2]", "a schema is a mapping"),
        ("", "a schema is a mapping"),
        ("rows: 5\nrows: 6", "duplicate key"),
        ("a: &x 1\nb: *x", "aliases and anchors are not allowed"),
        ("a: !!python/object:os.system 1", "tag"),
        ("rows: 1\n---\nrows: 2", "neither YAML nor JSON"),
        ("[" * 2000, "nested deeper"),
        ("\x00", "neither YAML nor JSON"),
    ],
)
def test_a_text_that_is_no_document_is_refused_in_one_message(text: str, expected: str) -> None:
    path, message = one(text)
    assert path == "$"
    assert expected in message


def test_all_mistakes_of_a_document_are_reported_at_once() -> None:
    found = mistakes(
        "rows: 5\nfields: {a: {type: integr}, b: {type: integer, min: 5, max: 1}, "
        "c: {type: lookup, via: zz, field: q}, "
        "d: {type: choice, values: [1, x]}, e: {type: expression, value: 'a + 1'}, "
        "f: {type: country, unique: true, nuls: 1}}"
    )
    assert set(found) == {"$.fields.a.type", "$.fields.b.min", "$.fields.c", "$.fields.d.values", "$.fields.f.nuls"}


def test_yaml_is_yaml_12_with_underscores_in_numbers() -> None:
    schema = load_schema(
        "rows: 1_000\nfields: {f: {type: choice, values: [NO, yes, off]}, n: {type: constant, value: 1_0}}"
    )
    table = compile_schema(schema).tables["data"]
    assert table.rows == 1000
    assert set(table.batch(RowRange(0, 100)).column(0).to_pylist()) == {"NO", "yes", "off"}
    assert table.batch(RowRange(0, 1)).column(1).to_pylist() == [10]


def test_json_and_yaml_give_the_same_plan() -> None:
    yaml = "seed: 42\ntables: {t: {rows: 3, fields: {d: {type: date, min: 2020-01-01, max: 2020-12-31}}}}"
    field = '{"type": "date", "min": "2020-01-01", "max": "2020-12-31"}'
    json = f'{{"seed": "42", "tables": {{"t": {{"rows": 3, "fields": {{"d": {field}}}}}}}}}'
    assert compile_schema(yaml).fingerprint() == compile_schema(json).fingerprint()


def test_rows_left_out_follow_from_the_parents() -> None:
    plan = compile_schema(
        "tables: {a: {rows: 10, fields: {id: sequence}}, "
        "b: {fields: {a: {type: reference, to: a.id, per_parent: [1, 4]}, "
        "id: sequence}}, c: {fields: {b: {type: reference, to: b.id, per_parent: 2}}}}"
    )
    assert {name: table.rows for name, table in plan.tables.items()} == {"a": 10, "b": 25, "c": 50}


def test_a_description_changes_nothing() -> None:
    plain = compile_schema("rows: 3\nfields: {a: {type: uuid}}")
    described = compile_schema("rows: 3\ndescription: x\nfields: {a: {type: uuid, description: mine}}")
    assert plain.fingerprint() == described.fingerprint()


def test_the_order_of_fields_and_of_weighted_values_is_part_of_the_fingerprint() -> None:
    prints = {
        compile_schema(f"rows: 3\nfields: {fields}").fingerprint()
        for fields in (
            "{a: uuid, b: {type: choice, values: {x: 1, y: 2}}}",
            "{b: {type: choice, values: {x: 1, y: 2}}, a: uuid}",
            "{a: uuid, b: {type: choice, values: {y: 2, x: 1}}}",
        )
    }
    assert len(prints) == 3
