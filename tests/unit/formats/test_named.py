"""Formats by name, and what is said of names and options that do not exist."""

from __future__ import annotations

import subprocess
import sys

import pytest

from formats import Format, format_named, formats
from generator import PluginError, SchemaError


def test_a_name_an_alias_and_an_object_name_the_same_format() -> None:
    assert format_named("ndjson") == format_named("jsonl") == format_named({"type": "ndjson"})


@pytest.mark.parametrize("name", formats.names())
def test_formats_with_the_same_options_are_one_in_a_set(name: str) -> None:
    assert {format_named(name), format_named(format_named(name).spec())} == {format_named(name)}


@pytest.mark.parametrize(
    ("spec", "messages"),
    [
        ("cvs", ["$.format: unknown format 'cvs' (did you mean 'csv'?)"]),
        (
            {"type": "csv", "delimeter": ";"},
            ["$.format.delimeter: unknown option 'delimeter' of format 'csv' (did you mean 'delimiter'?)"],
        ),
        (
            {"type": "ndjson", "indent": 2},
            ["$.format.indent: unknown option 'indent' of format 'ndjson' (known: decimals, large_integers, nulls)"],
        ),
        (
            {"type": "csv", "header": "maybe", "quote": 1},
            ["$.format.header: must be true or false (not 'maybe')", "$.format.quote: must be 'minimal', 'strings', "],
        ),
        (
            {"type": "parquet", "dictionary": "id", "bloom_filters": "id", "metadata": {"made for": 7}},
            [
                """$.format.dictionary: must be 'auto', or true or false, or a list such as ["id"] (not 'id')""",
                """$.format.bloom_filters: must be a list such as ["id"] (not 'id')""",
                "$.format.metadata.made for: must be a text (not 7)",
            ],
        ),
        (
            {"type": "sql", "types": "UUID", "insert_rows": 0, "key_length": "long"},
            [
                "$.format.insert_rows: must be 1 or more (not 0)",
                "$.format.key_length: must be a whole number (not 'long')",
                """$.format.types: must be an object such as {"id": ...} (not 'UUID')""",
            ],
        ),
        ({"delimiter": ";"}, ["$.format.type: a format needs a type"]),
        (7, ["$.format: a format is a name or an object with a type, not 7"]),
    ],
)
def test_every_mistake_is_named_at_its_place(spec: object, messages: list[str]) -> None:
    with pytest.raises(SchemaError) as caught:
        format_named(spec)  # type: ignore[arg-type]
    found = [str(mistake) for mistake in caught.value.mistakes]
    assert len(found) == len(messages)
    assert all(text.startswith(message) for text, message in zip(found, messages, strict=True)), found


def test_a_format_registered_twice_is_refused() -> None:
    with pytest.raises(PluginError, match="'csv' is registered twice"):
        formats.register("csv")(type(format_named("csv")))


def test_what_is_no_format_class_is_refused() -> None:
    with pytest.raises(PluginError, match="not a Format class"):
        formats.register("other")(dict)  # type: ignore[type-var]


def test_importing_formats_loads_no_heavy_library() -> None:
    code = "import sys, formats; formats.format_named('csv'); print([m for m in sys.argv[1:] if m in sys.modules])"
    heavy = ["pyarrow.parquet", "pyarrow.dataset", "duckdb", "polars", "pandas"]
    assert (
        subprocess.run([sys.executable, "-c", code, *heavy], capture_output=True, text=True, check=True).stdout
        == "[]\n"
    )


def test_an_option_cannot_be_changed_afterwards() -> None:
    chosen: Format = format_named("csv")
    with pytest.raises(ValueError, match="frozen"):
        chosen.delimiter = ";"  # type: ignore[attr-defined]
