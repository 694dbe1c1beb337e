"""A weighted mix of locales: each cell is one of the locales' own, the row decides which."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from generator import RowRange, SchemaError, compile_schema

ROWS = 3_000
MIX = {"en_US": 7, "de_DE": 3}


def rows(fields: dict[str, Any], count: int = ROWS, **more: Any) -> list[dict[str, Any]]:
    plan = compile_schema({"rows": count, "fields": fields, **more})
    found: list[dict[str, Any]] = plan.tables["data"].batch(RowRange(0, count)).to_pylist()
    return found


def alone(fields: dict[str, Any], locale: str) -> list[dict[str, Any]]:
    return rows(fields, locale=locale)


def test_a_mix_of_the_document_is_drawn_once_a_row() -> None:
    fields = {"country": "country", "street": "street_address", "city": {"type": "city", "nulls": 0.1}}
    mixed = rows(fields, locale=MIX)
    english, german = alone(fields, "en_US"), alone(fields, "de_DE")
    of_german = np.array([row["street"] == other["street"] for row, other in zip(mixed, german, strict=True)])
    for row, us, de, is_german in zip(mixed, english, german, of_german, strict=True):
        assert row == (de if is_german else us)
    assert abs(of_german.mean() - 0.3) < 6 * np.sqrt(0.21 / ROWS)


def test_a_mix_of_a_field_is_its_own() -> None:
    fields = {"a": {"type": "country", "locale": MIX}, "b": {"type": "country", "locale": MIX}, "c": "country"}
    mixed, german = rows(fields), alone(dict.fromkeys(fields, "country"), "de_DE")
    a, b = ([row[name] == other[name] for row, other in zip(mixed, german, strict=True)] for name in "ab")
    assert a != b


def test_a_unique_address_stays_unique_in_a_mix() -> None:
    found = [row["mail"] for row in rows({"mail": {"type": "email", "unique": True}}, locale=MIX)]
    assert len(set(found)) == ROWS


def test_words_cannot_be_unique_in_a_mix() -> None:
    with pytest.raises(SchemaError, match="one locale"):
        rows({"city": {"type": "city", "unique": True}}, 10, locale=MIX)


def test_an_unknown_locale_of_a_mix_is_named() -> None:
    with pytest.raises(SchemaError, match="de_DX"):
        rows({"city": "city"}, 10, locale={"en_US": 1, "de_DX": 1})


@pytest.mark.parametrize("mix", [{}, {"en_US": 0}, {"en_US": -1}])
def test_a_mix_needs_a_weight(mix: dict[str, float]) -> None:
    with pytest.raises(SchemaError, match=r"\$\.locale"):
        rows({"city": "city"}, 10, locale=mix)


def test_a_locale_of_no_weight_is_left_out() -> None:
    fields = {"city": "city"}
    assert rows(fields, locale={"de_DE": 1, "xx_XX": 0}) == alone(fields, "de_DE")


def test_a_wrong_locale_of_the_document_is_told_once_and_where_it_stands() -> None:
    with pytest.raises(SchemaError) as caught:
        rows({"city": "city", "name": "first_name", "mail": "email"}, 10, locale="de_DX")
    assert [mistake.path for mistake in caught.value.mistakes] == ["$.locale"]
    assert "de_DE" in caught.value.mistakes[0].remedy


def test_an_unknown_option_lists_the_options_of_the_type_first() -> None:
    with pytest.raises(SchemaError, match=r"known: format, women, type, nulls"):
        rows({"x": {"type": "sex", "zzzzzz": 1}}, 10)
