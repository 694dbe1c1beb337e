"""Patterns, regular expressions, strings, emoji and templates as fields: options, uniqueness, mistakes."""

from __future__ import annotations

import itertools
import re
import string
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import re2

from generator import SchemaError, compile_schema

DIGITS, LETTERS = string.digits, string.ascii_letters


def column(fields: dict[str, Any], rows: int, name: str = "text") -> pa.Array:
    table = compile_schema({"seed": "patterns", "rows": rows, "fields": fields}).tables["data"]
    return table.take(np.arange(rows, dtype=np.uint64), (name,)).column(0)


def made(options: dict[str, Any], rows: int = 1_000) -> list[str]:
    found: list[str] = column({"text": options}, rows).to_pylist()
    return found


@pytest.mark.parametrize(("options", "expected"), [
    ({"pattern": "+1-###-???"}, r"\+1-\d{3}-[a-z]{3}"),
    ({"pattern": "??-\\#*", "letters": "upper"}, r"[A-Z]{2}-#[A-Z0-9]"),
    ({"pattern": "?*", "letters": "letters"}, r"[A-Za-z][A-Za-z0-9]"),
    ({"pattern": "?#?", "letters": "ABCDEFGHJKLMNOPRSTUVWXYZ"}, r"[A-HJ-PR-Z]\d[A-HJ-PR-Z]"),
    ({"pattern": "??", "letters": "äöü"}, r"[äöü]{2}"),
    ({"pattern": "%##-!@^?", "dialect": "faker"}, r"[1-9]\d\d-\d?[1-9]?[0-9a-f][a-z]"),
    ({"pattern": "#@^*$%?", "dialect": "mockaroo"}, r"\d[a-z][A-Z][a-z0-9][a-z0-9][A-Z0-9]\?"),
])  # fmt: skip
@pytest.mark.parametrize("name", ["pattern", "bothify", "numerify", "lexify"])
def test_characters_of_a_pattern_stand_for_others(name: str, options: dict[str, Any], expected: str) -> None:
    found = made({"type": name, **options})
    assert all(re.fullmatch(expected, text) for text in found)
    assert len(set(found)) > 8


def test_unique_patterns_use_up_the_language() -> None:
    found = made({"type": "pattern", "pattern": "#?", "letters": "abc", "unique": True}, 30)
    assert sorted(found) == sorted("".join(pair) for pair in itertools.product(DIGITS, "abc"))


@pytest.mark.parametrize(("pattern", "size"), [
    ("[ab]{1,3}", 14),
    ("(a|ab)(c|bc)", 3),
    (r"\d{1,2}\d{1,2}", 11_100),
    ("(a|b)*a", 511),
    (r"(red|green|blue)-(\d|[0-4]\d)", 180),
    ("x*y?x*", 17 + 81),
])  # fmt: skip
def test_unique_regular_expressions_use_up_exactly_what_they_match(pattern: str, size: int) -> None:
    found = made({"type": "regex", "pattern": pattern, "unique": True}, size)
    assert len(set(found)) == size
    assert all(re2.fullmatch(pattern, text) for text in found)
    with pytest.raises(SchemaError, match=f"only {size:,} of them"):
        made({"type": "regex", "pattern": pattern, "unique": True}, size + 1)


@pytest.mark.parametrize("pattern", [r"\w{1,40}\w{1,40}", "[a-z]{40}", "(a|[b-z]{20}|[0-9]{3,50})x?"])
def test_unique_texts_of_languages_beyond_counting_never_repeat(pattern: str) -> None:
    found = made({"type": "regex", "pattern": pattern, "unique": True}, 20_000)
    assert len(set(found)) == 20_000
    assert all(re2.fullmatch(pattern, text) for text in found)


@pytest.mark.parametrize(("alphabet", "characters"), [
    ("lower", string.ascii_lowercase),
    ("upper", string.ascii_uppercase),
    ("letters", LETTERS),
    ("digits", DIGITS),
    ("alnum", LETTERS + DIGITS),
    ("hex", "0123456789abcdef"),
    ("base32", string.ascii_uppercase + "234567"),
    ("base64url", LETTERS + DIGITS + "-_"),
    ("ascii", "".join(map(chr, range(32, 127)))),
    ("01", "01"),
    ("héx", "héx"),
])  # fmt: skip
def test_alphabets_are_named_or_listed(alphabet: str, characters: str) -> None:
    found = made({"type": "string", "alphabet": alphabet, "length": [2, 9]}, 3_000)
    assert set("".join(found)) == set(characters)
    assert {len(text) for text in found} == set(range(2, 10))


def test_strings_are_alphanumeric_unless_told_otherwise() -> None:
    assert all(re.fullmatch("[A-Za-z0-9]{8,16}", text) for text in made({"type": "string"}))
    unique = made({"type": "string", "length": [8, 40], "unique": True}, 5_000)
    assert len(set(unique)) == 5_000
    assert {len(text) for text in unique} == set(range(10, 41))  # ten characters tell them apart


def test_emoji_are_one_code_point_each_of_the_kind_that_was_asked_for() -> None:
    found = made({"type": "emoji", "count": [1, 3]}, 3_000)
    assert {len(text) for text in found} == {1, 2, 3}
    assert all(re2.fullmatch(r"[\p{So}\p{Sk}]+", text) for text in found)
    assert set(made({"type": "emoji", "kind": "food"})) < set(made({"type": "emoji"}, 20_000))
    assert not set(made({"type": "emoji", "kind": "food"})) & set(made({"type": "emoji", "kind": "animals"}))
    animals = made({"type": "emoji", "kind": "animals", "unique": True}, 80)
    assert len(set(animals)) == 80


def test_few_texts_stay_a_dictionary() -> None:
    for options in ({"type": "emoji"}, {"type": "regex", "pattern": "(SM|LG) (BOX|BAG)"}, {"type": "word"}):
        assert pa.types.is_dictionary(column({"text": options}, 10).type)


def test_templates_reach_fields_by_their_dotted_names() -> None:
    document = {
        "tables": {
            "parents": {"rows": 5, "fields": {"id": {"type": "sequence"}, "name": {"type": "first_name"}}},
            "children": {
                "rows": 50,
                "fields": {
                    "parent": {"type": "reference", "to": "parents.id"},
                    "name": {"type": "lookup", "via": "parent", "field": "name"},
                    "text": {"type": "template", "template": "{parent.name:>12}/{parent.id:03d}/{{x}}"},
                },
            },
        }
    }
    table = compile_schema(document).tables["children"]
    for row in table.take(np.arange(50, dtype=np.uint64)).to_pylist():
        assert row["text"] == f"{row['name']:>12}/{row['parent']:03d}/{{x}}"


def test_templates_reach_into_objects() -> None:
    fields = {
        "address": {"type": "object", "fields": {"town": {"type": "word"}, "number": {"type": "integer", "max": 9}}},
        "text": {"type": "template", "template": "{address.number:02d} {address.town}"},
    }
    table = compile_schema({"rows": 20, "fields": fields}).tables["data"]
    for row in table.take(np.arange(20, dtype=np.uint64)).to_pylist():
        assert row["text"] == f"{row['address']['number']:02d} {row['address']['town']}"


@pytest.mark.parametrize(("options", "path", "problem"), [
    ({"type": "regex", "pattern": "(a)\\1"}, "pattern", "column 4: a backreference"),
    ({"type": "regex", "pattern": "a(?=b)"}, "pattern", "column 2: a lookahead"),
    ({"type": "regex", "pattern": "a(?i)b"}, "pattern", "column 2: flags"),
    ({"type": "regex", "pattern": "a+?"}, "pattern", "column 3: a lazy repetition"),
    ({"type": "regex", "pattern": "[[:foo:]]"}, "pattern", "column 2: a POSIX class '[:foo:]'"),
    ({"type": "pattern", "pattern": "##\\"}, "pattern", "column 3: a backslash at the end"),
    ({"type": "pattern", "pattern": "??", "letters": "abca"}, "letters", "'a' is there twice"),
    ({"type": "pattern", "pattern": "##", "dialect": "perl"}, "dialect", "'seedbed', 'faker' or 'mockaroo'"),
    ({"type": "pattern", "pattern": "##########", "max_length": 5}, "max_length", "only 5 fit"),
    ({"type": "string", "alphabet": "aa"}, "alphabet", "'a' is there twice"),
    ({"type": "string", "length": [5, 1]}, "length", "no range"),
    ({"type": "emoji", "kind": "dragons"}, "kind", "'faces'"),
    ({"type": "emoji", "count": 0}, "count", "no range"),
    ({"type": "template", "template": "{nothing.there}"}, "", "nothing"),
])  # fmt: skip
def test_mistakes_are_named_with_their_place(options: dict[str, Any], path: str, problem: str) -> None:
    with pytest.raises(SchemaError, match=re.escape(problem)) as caught:
        made(options, 10)
    assert f"text.{path}" in str(caught.value) or not path


def test_what_cannot_be_told_apart_cannot_be_unique() -> None:
    pattern = "(" + "|".join(f"{letter}{{4000}}a?" for letter in "abcdefgh") + ")"
    with pytest.raises(SchemaError, match="more than one way"):
        made({"type": "regex", "pattern": pattern + ".{9}", "unique": True}, 10)
