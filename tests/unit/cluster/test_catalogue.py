"""The catalogue: every type is found by whatever name people know it by, and says what is true of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from cluster import catalogue
from cluster.catalogue import families, locales
from cluster.catalogue.about import About
from cluster.cli import app
from generator import field_types
from generator.vocabulary import KEPT

NAMES = field_types.names()


def said(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["types", *arguments])
    assert done.exit_code == 0, done.output
    return done.output


def refused(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["types", *arguments])
    assert done.exit_code == 2, done.output
    return done.output


def told(*arguments: str) -> Any:
    return json.loads(said(*arguments, "--json"))


def test_every_type_is_listed_once_in_a_family_with_a_title() -> None:
    listed = [item["type"] for item in told()["types"]]
    assert sorted(listed) == list(NAMES)
    text = said()
    for family, types in families.by_family().items():
        assert f"{family.title} (--group {family.name})" in text
        assert family is not families.OTHERS, f"say in cluster/catalogue/families.py where these belong: {list(types)}"


def test_a_type_of_another_package_is_listed_with_the_plug_ins() -> None:
    assert families.family_of(type("Tea", (field_types.get("uuid"),), {"__module__": "teahouse"})).name == "plug-ins"


def test_one_group_lists_its_types_only() -> None:
    assert {item["group"] for item in told("--group", "people")["types"]} == {"people"}
    assert "first_name" in said("--group", "People")
    assert "iban" not in said("--group", "people")
    assert "did you mean 'people'?" in refused("--group", "poeple")


@pytest.mark.parametrize("spelled", ["Full Name", "full-name", "fullName", "FULL_NAME", " full name ", "FullName"])
def test_a_type_is_found_however_people_spell_it(spelled: str) -> None:
    assert told(spelled)["type"] == "full_name"


@pytest.mark.parametrize(("spelled", "name"), [("IPv4", "ipv4"), ("UUID", "uuid"), ("MIME type", "mime_type")])
def test_abbreviations_are_found_too(spelled: str, name: str) -> None:
    assert field_types.canonical(spelled) == name


def test_a_name_that_nobody_registered_is_told_with_the_nearest_one() -> None:
    assert "did you mean 'full_name'?" in refused("Full Nmae")


def test_a_type_tells_its_options_and_what_its_examples_make() -> None:
    item = told("integer")
    assert item["options"]["max"]["description"] or item["options"]["max"]["type"]
    assert {"nulls", "unique", "when"} <= set(item["common"])
    for example in item["examples"]:
        assert example["values"]
        assert example["arrow_type"] == "int64"
    text = said("integer")
    assert "different values" in text
    assert "int64" in text


def test_options_are_shown_by_the_names_that_a_document_uses() -> None:
    assert {"provider", "arguments", "as"} == set(About("faker").options)


def test_a_type_tells_whether_it_can_be_unique_and_whether_it_takes_a_group() -> None:
    assert About("sequence").examples[0].different == "values never repeat"
    assert About("constant").examples[0].different == "a single value"
    assert About("http_method").examples[0].different.endswith("different values")
    assert About("faker").examples[0].different == "cannot be unique"
    assert told("city")["takes_group"] is True
    assert told("uuid")["takes_group"] is False
    assert "It takes part in a group" in said("city")


def test_values_are_shown_in_the_locale_that_is_asked_for() -> None:
    assert any("ऀ" <= letter <= "ॿ" for letter in said("first_name", "--locale", "hi_IN"))
    assert all(example["foreign"] == {} for example in told("first_name", "--locale", "hi_IN")["examples"])


def test_a_locale_without_words_of_its_own_says_whose_words_it_has() -> None:
    text = said("city", "--locale", "sw_KE")
    assert "words from en_US: places" in text
    assert told("job_title", "--locale", "de_CH")["examples"][0]["foreign"] == {"job_titles": "de_DE"}


def test_a_type_that_knows_no_locale_says_so() -> None:
    assert "It is the same in every locale" in said("uuid", "--locale", "hi_IN")


def test_a_locale_in_which_an_example_makes_nothing_says_why() -> None:
    examples = told("national_id", "--locale", "sw_KE")["examples"]
    assert any("KE" in example.get("problem", "") for example in examples)


def test_no_locale_at_all_is_refused() -> None:
    assert "unknown locale 'de_ED'" in refused("city", "--locale", "de_ED")
    assert "--locale goes with TYPE" in refused("--locale", "de_DE")
    assert "exclude each other" in refused("city", "--locales")


def test_the_table_of_locales_tells_own_words_from_borrowed_ones() -> None:
    found = told("--locales")["locales"]
    assert list(found) == list(KEPT)
    assert set(found["en_US"].values()) == {"en_US"}
    for locale, origins in found.items():
        for kind in ("first names", "last names", "places", "phones", "company names"):
            assert origins[kind] == locale, f"{locale} has no {kind} of its own"
    assert found["de_CH"]["job titles"] == "de_DE"
    borrowed = told("--locales", "--locale", "sw_KE")["locales"]["sw_KE"]
    assert borrowed["first names"] == "en_US"
    assert "own" in said("--locales")


def test_every_kind_of_the_table_is_asked_of_a_type_that_notes_its_lists() -> None:
    for kind in locales.KINDS:
        assert locales.origins("sw_KE")[kind] != "sw_KE", f"{kind}: its type does not say where its words come from"


@pytest.mark.parametrize("name", NAMES)
def test_the_page_has_every_type_with_its_aliases_and_its_first_words(name: str, page: str) -> None:
    piece = page.split(f"\n### {name}\n")[1].split("\n### ")[0]
    assert About(name).description.split("\n")[0].replace("``", "`") in piece
    assert all(f"`{alias}`" in piece for alias in field_types.aliases(name))
    assert piece.count("\n- `") >= len(About(name).cls.examples)


def test_tables_of_the_page_are_whole(page: str) -> None:
    cells = 0
    for line in page.splitlines():
        if not line.startswith("| "):
            cells = 0
            continue
        count = line.replace("\\|", "").count("|")
        assert cells in (0, count), line
        cells = count


def test_the_page_has_every_function_and_every_locale(page: str) -> None:
    from generator.expression import FUNCTIONS

    assert all(f"`{function.signature}`" in page for function in FUNCTIONS.values())
    assert all(f"| `{locale}` |" in page for locale in KEPT)


@pytest.fixture(scope="module")
def page() -> str:
    return catalogue.markdown()
