"""The laws of whole documents, over random ones, and over the hard places that those have led to."""

from __future__ import annotations

import warnings
from typing import Any

import pytest

from generator import RowRange, SchemaError, compile_schema
from tests.laws.document_laws import check_document, check_formats, check_plan, steps
from tests.laws.random_documents import random_document

DOCUMENTS = range(100)


@pytest.mark.parametrize("tens", range(0, len(DOCUMENTS), 10))
def test_a_random_document_gives_lawful_rows_or_its_mistakes_with_their_places(tens: int) -> None:
    for number in DOCUMENTS[tens : tens + 10]:
        document = random_document(number)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                check_document(document)
            except Exception as error:
                pytest.fail(f"document {number}: {type(error).__name__}: {error}\n{document}")


def mistakes(fields: dict[str, Any], rows: int = 20) -> dict[str, str]:
    """Path → problem and remedy of a table's mistakes."""
    with pytest.raises(SchemaError) as caught:
        compile_schema({"rows": rows, "fields": fields})
    return {mistake.path: f"{mistake.problem} ({mistake.remedy})" for mistake in caught.value.mistakes}


PARENTS = {"rows": 20, "fields": {"id": "sequence"}}


def test_a_member_called_like_the_object_around_it_is_another_field() -> None:
    inner = {"type": "object", "fields": {"x": {"type": "reference", "to": "parents.id"}}}
    tables = {"parents": PARENTS, "children": {"rows": 30, "fields": {"x": {"type": "object", "fields": {"x": inner}}}}}
    check_plan(compile_schema({"tables": tables}))


@pytest.mark.parametrize("choice", [{"distribution": "zipf"}, {"weights": "id"}, {"unique": True}, {"per_parent": 2}])
def test_a_table_without_rows_may_refer_to_one_without_rows(choice: dict[str, Any]) -> None:
    reference = {"type": "reference", "to": "parents.id", **choice}
    fields: dict[str, Any] = {"parent": reference, "id": {"type": "lookup", "via": "parent", "field": "id"}}
    if "per_parent" in choice:
        fields["number"] = {"type": "child_number", "of": "parent"}
    tables = {"parents": {**PARENTS, "rows": 0}, "children": {"rows": 0, "fields": fields}}
    check_plan(compile_schema({"tables": tables}))


def test_below_a_missing_object_of_a_conditional_members_keep_their_promise() -> None:
    case = {"when": "id % 2 == 0", "then": {"type": "object", "fields": {"n": "integer"}}}
    fields = {"id": "sequence", "some": {"type": "conditional", "cases": [case]}}
    table = compile_schema({"rows": 50, "fields": fields}).tables["data"]
    found = table.batch(RowRange(0, 50)).column("some")
    assert found.null_count == 25
    assert found.field(0).null_count == 0
    check_formats(table, table.batch(RowRange(0, 50)))


def test_cells_that_read_through_another_table_and_back_depend_on_their_own_rows() -> None:
    there = {"to_left": {"type": "reference", "to": "left.id"}, "id": "sequence"}
    here = {"id": "sequence", "to_right": {"type": "reference", "to": "right.id"}}
    here["back"] = {"type": "lookup", "via": "to_right", "field": "to_left"}
    tables = compile_schema({"tables": {"left": {"rows": 9, "fields": here}, "right": {"rows": 9, "fields": there}}})
    depends = {name: column.depends_on_rows for name, column in tables.tables["left"].columns.items()}
    assert depends == {"id": False, "to_right": False, "back": True}


def test_items_of_items_have_a_limit_a_row() -> None:
    inner = {"type": "array", "length": 100, "items": {"type": "array", "length": [0, 2], "items": "boolean"}}
    found = mistakes({"a": {"type": "array", "length": [0, 100], "items": inner}})
    assert "20,000 items" in found["$.fields.a.items.items.length"]
    fewer = {"type": "array", "length": 99, "items": inner["items"]}
    check_plan(compile_schema({"rows": 2, "fields": {"a": {"type": "array", "length": [0, 50], "items": fewer}}}))


@pytest.mark.parametrize("name", ["0", "²", "a b"])
def test_per_parent_is_refused_inside_any_field_at_its_own_place(name: str) -> None:
    bounded = {"type": "reference", "to": "parents.id", "per_parent": [0, 3]}
    fields = {"o": {"type": "object", "fields": {name: bounded}}}
    fields["c"] = {"type": "conditional", "cases": [{"when": "True", "then": bounded}]}
    with pytest.raises(SchemaError) as caught:
        compile_schema({"tables": {"parents": PARENTS, "children": {"rows": 20, "fields": fields}}})
    found = [steps(mistake.path)[4:] for mistake in caught.value.mistakes]
    assert found == [["fields", name, "per_parent"], ["cases", 0, "then", "per_parent"]]


def test_options_go_by_their_written_names() -> None:
    cases = [{"when": "True", "then": "word"}]
    assert "'else'" in mistakes({"c": {"type": "conditional", "cases": cases, "els": "word"}})["$.fields.c.els"]
    found = mistakes({"c": {"type": "conditional", "cases": cases, "else": {"type": "word", "when": "1 +"}}})
    assert [*found] == ["$.fields.c.else.when"]


def test_a_sequence_of_items_stays_within_its_type() -> None:
    def items(items: dict[str, Any]) -> dict[str, Any]:
        return {"a": {"type": "array", "items": {"type": "array", "items": items}}}

    days = items({"type": "date_sequence", "start": "2024-01-01"})
    assert "years" in mistakes(days, rows=300)["$.fields.a.items.items.step"]
    assert "64-bit" in mistakes(items({"type": "sequence"}), rows=2**50)["$.fields.a.items.items.step"]
    check_plan(compile_schema({"rows": 30, "fields": days}))
