"""Objects, arrays, maps and conditionals: what is inside is a column of its own, and reads what is around it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from generator import RowRange, SchemaError, TablePlan, compile_schema

ROWS = 400
Fields = dict[str, Any]


def table(fields: Fields, rows: int = ROWS, **more: Any) -> TablePlan:
    return compile_schema({"seed": 1, "rows": rows, "fields": fields, **more}).tables["data"]


def values(fields: Fields, name: str, rows: int = ROWS, **more: Any) -> list[Any]:
    found: list[Any] = table(fields, rows, **more).batch(RowRange(0, rows)).column(name).to_pylist()
    return found


PERSON = {
    "type": "object",
    "fields": {
        "first": "first_name",
        "mail": {"type": "email", "name_from": ["first"]},
        "city": {"type": "city", "nulls": 0.2},
    },
}


def test_members_of_an_object_read_each_other_by_name() -> None:
    for person in values({"first": {"type": "constant", "value": "Zoe"}, "person": PERSON}, "person"):
        assert person["mail"].startswith(person["first"].lower().replace(" ", ""))


def test_members_read_fields_of_the_row_around_them() -> None:
    fields = {
        "id": "sequence",
        "of": {"type": "object", "fields": {"twice": {"type": "expression", "value": "id * 2"}}},
    }
    assert [item["twice"] for item in values(fields, "of")] == [2 * row for row in range(1, ROWS + 1)]


def test_other_fields_read_members_by_a_dotted_name() -> None:
    fields = {"person": PERSON, "from_": {"type": "template", "template": "{person.first} from {person.city}"}}
    batch = table(fields).batch(RowRange(0, ROWS)).to_pylist()
    for row in batch:
        person = row["person"]
        assert row["from_"] == (None if person["city"] is None else f"{person['first']} from {person['city']}")
    assert any(row["from_"] is None for row in batch)


def test_a_reference_reaches_the_members_of_its_parent() -> None:
    schema = {
        "tables": {
            "people": {"rows": 20, "fields": {"id": "sequence", "person": PERSON}},
            "orders": {
                "rows": 100,
                "fields": {
                    "who": {"type": "reference", "to": "people.id"},
                    "city": {"type": "lookup", "via": "who", "field": "person.city"},
                },
            },
        }
    }
    plan = compile_schema(schema)
    people = {row["id"]: row for row in plan.tables["people"].batch(RowRange(0, 20)).to_pylist()}
    for order in plan.tables["orders"].batch(RowRange(0, 100)).to_pylist():
        assert order["city"] == people[order["who"]]["person"]["city"]


def test_adding_a_member_changes_no_other() -> None:
    more = {"type": "object", "fields": {"extra": "uuid", **PERSON["fields"]}}  # type: ignore[dict-item]
    for old, new in zip(values({"p": PERSON}, "p"), values({"p": more}, "p"), strict=True):
        assert {key: new[key] for key in old} == old


def test_items_do_not_depend_on_how_many_there_are() -> None:
    few = values({"a": {"type": "array", "length": 2, "items": "last_name"}}, "a")
    many = values({"a": {"type": "array", "length": 5, "items": "last_name"}}, "a")
    assert [items[:2] for items in many] == few


def test_lengths_are_spread_evenly_over_their_bounds() -> None:
    lengths = [len(items) for items in values({"a": {"type": "array", "length": [0, 4], "items": "uuid"}}, "a", 5_000)]
    counts = np.bincount(lengths)
    assert len(counts) == 5
    assert (abs(counts - 1_000) < 6 * np.sqrt(1_000)).all()


def test_unique_items_differ_within_their_row_and_not_between_rows() -> None:
    die = {"type": "integer", "min": 1, "max": 6, "unique": True}
    rows = values({"a": {"type": "array", "length": 6, "items": die}}, "a")
    assert all(sorted(items) == [1, 2, 3, 4, 5, 6] for items in rows)
    assert len({tuple(items) for items in rows}) > 100


def test_keys_of_a_map_differ_within_their_row() -> None:
    fields = {
        "m": {"type": "map", "length": 3, "keys": {"type": "choice", "values": ["a", "b", "c"]}, "values": "uuid"}
    }
    for pairs in values(fields, "m"):
        assert sorted(key for key, _ in pairs) == ["a", "b", "c"]


def test_items_read_the_row_they_belong_to() -> None:
    line = {"type": "template", "template": "{id}/{lines}"}
    fields = {
        "id": "sequence",
        "lines": {"type": "integer", "max": 9},
        "a": {"type": "array", "length": [0, 3], "items": line},
    }
    for row in table(fields).batch(RowRange(0, ROWS)).to_pylist():
        assert set(row["a"]) <= {f"{row['id']}/{row['lines']}"}


def test_an_array_of_objects_has_references_of_its_own() -> None:
    schema = {
        "tables": {
            "goods": {"rows": 30, "fields": {"id": "sequence", "price": {"type": "integer", "min": 1, "max": 99}}},
            "carts": {
                "rows": 200,
                "fields": {
                    "lines": {
                        "type": "array",
                        "length": [1, 4],
                        "items": {
                            "type": "object",
                            "fields": {
                                "good": {"type": "reference", "to": "goods.id"},
                                "price": {"type": "lookup", "via": "good", "field": "price"},
                                "count": {"type": "integer", "min": 1, "max": 3},
                                "total": {"type": "expression", "value": "price * count"},
                            },
                        },
                    }
                },
            },
        }
    }
    plan = compile_schema(schema)
    price = {row["id"]: row["price"] for row in plan.tables["goods"].batch(RowRange(0, 30)).to_pylist()}
    lines = [line for row in plan.tables["carts"].batch(RowRange(0, 200)).to_pylist() for line in row["lines"]]
    assert all(line["total"] == price[line["good"]] * line["count"] for line in lines)
    assert len({line["good"] for line in lines}) == 30


def test_null_objects_and_arrays_are_null_and_their_members_stay_as_they_are() -> None:
    fields = {"p": {**PERSON, "nulls": 0.5}, "a": {"type": "array", "items": "uuid", "nulls": 0.5}}
    batch = table(fields).batch(RowRange(0, ROWS))
    batch.validate(full=True)
    kept = values({"p": PERSON}, "p")
    for found, full in zip(batch.column("p").to_pylist(), kept, strict=True):
        assert found is None or found == full
    assert 100 < batch.column("a").null_count < 300


def test_the_case_that_holds_decides() -> None:
    fields = {
        "age": {"type": "integer", "min": 0, "max": 99},
        "kind": {
            "type": "conditional",
            "cases": [
                {"when": "age < 18", "then": {"type": "constant", "value": "minor"}},
                {"when": "age < 65", "then": {"type": "choice", "values": ["worker", "student"]}},
            ],
            "else": {"type": "constant", "value": "senior"},
        },
    }
    for row in table(fields).batch(RowRange(0, ROWS)).to_pylist():
        right = {"minor"} if row["age"] < 18 else {"worker", "student"} if row["age"] < 65 else {"senior"}
        assert row["kind"] in right


def test_types_are_real_arrow_types() -> None:
    kinds = table(
        {"p": PERSON, "a": {"type": "array", "items": "uuid"}, "m": {"type": "map", "keys": "uuid", "values": "uuid"}}
    ).arrow_schema
    assert pa.types.is_struct(kinds.field("p").type)
    assert kinds.field("a").type == pa.list_(pa.field("item", pa.string(), nullable=False))
    assert kinds.field("m").type == pa.map_(pa.string(), pa.field("value", pa.string(), nullable=False))


@pytest.mark.parametrize(
    ("field", "path", "text"),
    [
        ({"type": "object", "fields": {}}, "$.fields.x.fields", "1"),
        ({"type": "object", "fields": {"a": "uudi"}}, "$.fields.x.fields.a", "uuid"),
        ({"type": "object", "fields": {"a": {"type": "uuid", "hidden": True}}}, "$.fields.x.fields", "hidden"),
        ({"type": "array", "items": "uuid", "length": 101}, "$.fields.x.length", "100"),
        ({"type": "array", "items": {"type": "email", "name_from": ["q"]}}, "$.fields.x.items", "'q'"),
        ({"type": "array", "items": {"type": "uuid", "nulls": {"exactly": 0.1}}}, "$.fields.x.items.nulls", "rows"),
        ({"type": "map", "keys": "boolean", "values": "uuid"}, "$.fields.x.keys", "text"),
        (
            {"type": "map", "length": 4, "keys": {"type": "choice", "values": ["a", "b"]}, "values": "uuid"},
            "$.fields.x.keys.unique",
            "only 2",
        ),
        ({"type": "conditional", "cases": [{"when": "1 +", "then": "uuid"}]}, "$.fields.x.cases[0].when", "column"),
        (
            {"type": "conditional", "cases": [{"when": "True", "then": "uuid"}], "else": "sequence"},
            "$.fields.x.cases",
            "different",
        ),
    ],
)
def test_a_mistake_inside_is_named_with_its_place(field: Fields, path: str, text: str) -> None:
    with pytest.raises(SchemaError) as caught:
        table({"x": field})
    found = [mistake for mistake in caught.value.mistakes if mistake.path == path]
    assert found, caught.value
    assert text in f"{found[0].problem} {found[0].remedy}"


def test_six_levels_are_refused() -> None:
    field: Fields = {"type": "uuid"}
    for _ in range(5):
        field = {"type": "object", "fields": {"x": field}}
    with pytest.raises(SchemaError, match="5 levels"):
        table({"x": field})


@pytest.mark.parametrize("field", [PERSON, {"type": "array", "items": "uuid"}])
def test_a_template_cannot_spell_a_whole_object_or_array(field: Fields) -> None:
    with pytest.raises(SchemaError, match=r"\$\.fields\.x\.template.*has no text"):
        table({"o": field, "x": {"type": "template", "template": "{o}"}})


def test_a_timed_identifier_inside_an_array_is_told_where_its_times_end() -> None:
    timed = {"type": "ulid", "start": "2025-01-01", "step": "1000w"}
    with pytest.raises(SchemaError, match="do not fit"):
        table({"x": {"type": "array", "items": timed}}, rows=2_000)
