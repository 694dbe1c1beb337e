"""Names of columns as identifiers, each once."""

from __future__ import annotations

import pytest

from formats.identifiers import VALID, capitalised, identifier, identifiers


@pytest.mark.parametrize(
    ("name", "made"),
    [("name", "name"), ("first name", "first_name"), ("2nd", "_2nd"), ("", "_"), ("größe", "gr__e"), ("a.b", "a_b")],
)
def test_a_name_has_an_underscore_for_what_no_identifier_has(name: str, made: str) -> None:
    assert identifier(name) == made
    assert VALID.fullmatch(made)


def test_no_two_names_have_one_identifier_and_those_that_are_some_keep_theirs() -> None:
    assert identifiers(["a b", "a_b_2", "a_b", "a-b"]) == ["a_b_3", "a_b_2", "a_b", "a_b_4"]
    assert identifiers(["Name", "name"]) == ["Name", "name"]
    assert identifiers(["Name", "name"], str.casefold) == ["Name", "name_2"]


@pytest.mark.parametrize(
    ("name", "made"), [("order_items", "OrderItems"), ("_id", "Id"), ("_", "_"), ("_2nd", "_2nd"), ("URL", "URL")]
)
def test_names_of_types_are_capitalised(name: str, made: str) -> None:
    assert capitalised(name) == made
