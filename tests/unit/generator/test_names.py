"""Names that people guess, and presets, which are names of types with options: all lead to fields that work."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from generator import RowRange, SchemaError, TablePlan, compile_schema, field_types
from tests.unit.generator.guessed_names import GUESSED

NEEDED: dict[str, dict[str, Any]] = {
    "array": {"items": "word"},
    "date_sequence": {"start": "2024-01-01"},
    "iban": {"country": "DE"},
    "object": {"fields": {"a": "word"}},
    "pattern": {"pattern": "##-##"},
}
NEEDED |= {kind: {"min": "2024-01-01", "max": "2024-12-31"} for kind in ("date", "datetime", "timestamp", "epoch")}
"""What a type needs to be told that no name can tell."""
GROUPED = {"company_email", "work_email", "ascii_company_email"}
"""Presets of what a group shares; alone they say so."""


def table(options: dict[str, Any], rows: int = 20) -> TablePlan:
    document = {"reference_date": "2026-01-01", "fields": {"it": options}, "rows": rows}
    return compile_schema(document).tables["data"]


def column(options: dict[str, Any], rows: int = 20) -> pa.Array:
    return table(options, rows).batch(RowRange(0, rows)).column(0)


@pytest.mark.parametrize("name", GUESSED)
def test_a_guessed_name_is_a_type_with_options(name: str) -> None:
    kind, options = GUESSED[name]
    plan = table({"type": name, **NEEDED.get(kind, {})})
    field = plan.columns["it"].field
    assert field.type == kind
    assert {option: getattr(field, option) for option in options} == options
    assert len(plan.batch(RowRange(0, 20))) == 20


def presets() -> list[tuple[str, str]]:
    return [(kind, preset) for kind, _ in field_types for preset in field_types.presets(kind)]


@pytest.mark.parametrize(("kind", "preset"), presets())
def test_a_preset_gives_the_cells_of_its_type_with_its_options(kind: str, preset: str) -> None:
    more = {"group": "work"} if preset in GROUPED else NEEDED.get(kind, {})
    long = {"type": kind, **field_types.presets(kind)[preset], **more}
    assert column({"type": preset, **more}).equals(column(long))


@pytest.mark.parametrize("name", [name for name, _ in field_types])
def test_every_alias_makes_what_its_type_makes(name: str) -> None:
    if not field_types.aliases(name):
        return
    options = field_types.get(name).examples[0]
    try:
        cells = column({"type": name, **options}, rows=3)
    except SchemaError:  # what reads other fields or tables does so under any name
        cells = None
    for alias in field_types.aliases(name):
        if cells is None:
            with pytest.raises(SchemaError):
                column({"type": alias, **options}, rows=3)
        else:
            assert column({"type": alias, **options}, rows=3).equals(cells)


def test_what_the_user_writes_goes_before_the_options_of_a_preset() -> None:
    assert len(column({"type": "md5", "algorithm": "sha1"})[0].as_py()) == 40
    assert column({"type": "null_boolean", "nulls": 0}).null_count == 0


def test_the_canonical_document_has_the_type_and_the_options_of_a_preset() -> None:
    plan = compile_schema(
        {
            "rows": 1,
            "reference_date": "2026-01-01",
            "fields": {"digest": "MD5", "ids": {"type": "array", "items": "uuid7"}},
        }
    )
    fields = plan.document["tables"]["data"]["fields"]
    assert (fields["digest"]["type"], fields["digest"]["algorithm"]) == ("hash", "md5")
    assert (fields["ids"]["items"]["type"], fields["ids"]["items"]["version"]) == ("uuid", 7)


def test_a_company_email_without_a_group_says_what_it_needs() -> None:
    with pytest.raises(SchemaError, match="give the field a group"):
        column({"type": "company_email"})


def test_a_name_that_is_nearly_a_preset_is_told_the_preset() -> None:
    with pytest.raises(SchemaError, match="did you mean 'random_digit'"):
        column({"type": "random_digid"})


def test_nhs_numbers_pass_their_check() -> None:
    from stdnum.gb import nhs

    plain = column({"type": "nhs_number"}, rows=3_000).to_pylist()
    kept = column({"type": "nhs_number", "fictional": True, "spaces": True}, rows=3_000).to_pylist()
    assert all(map(nhs.is_valid, [*plain, *kept]))
    assert {text[:4] for text in kept} == {"999 "}
    assert {text[0] for text in plain} == {"4", "6", "7"}


def test_an_airport_and_a_crypto_currency_agree_within_a_group() -> None:
    from airportsdata import load

    fields = {
        "iata": {"type": "airport_code", "group": "from"},
        "icao": {"type": "icao_code", "group": "from"},
        "name": {"type": "airport_name", "group": "from"},
        "coin": {"type": "cryptocurrency", "group": "from"},
        "code": {"type": "cryptocurrency_code", "group": "from"},
    }
    rows = compile_schema({"rows": 500, "fields": fields}).tables["data"].batch(RowRange(0, 500)).to_pylist()
    ports = load("IATA")
    assert all((ports[row["iata"]]["icao"], ports[row["iata"]]["name"]) == (row["icao"], row["name"]) for row in rows)
    assert len({row["coin"] for row in rows}) == len({(row["coin"], row["code"]) for row in rows}) > 10


@pytest.mark.parametrize(
    ("locale", "bank"),
    [("de_DE", "Sparkasse"), ("fr_CA", "Scotiabank"), ("ja_JP", "みずほ銀行"), ("en_US", "Citibank")],
)
def test_banks_are_those_of_the_country_whatever_its_language(locale: str, bank: str) -> None:
    assert bank in column({"type": "bank", "locale": locale}, rows=500).to_pylist()
