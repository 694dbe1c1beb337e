"""Rows in texts of the user's own."""

from __future__ import annotations

import base64
import configparser
import csv
import io
import json
import sqlite3
from urllib.parse import parse_qsl
from xml.etree import ElementTree

import pyarrow as pa
import pytest
from lxml import html

from formats import FormatError, Place, TableShape, format_named
from generator import SchemaError
from tests.laws.format_batches import HOSTILE

PEOPLE = pa.record_batch(
    {
        "id": [1, 2],
        "name": ["Ann", "O'Neil <b>"],
        "email": ["ann@example.org", None],
        "address": pa.array(
            [{"city": "Köln", "zip": 1}, None], pa.struct([("city", pa.string()), ("zip", pa.int32())])
        ),
        "tags": pa.array([["a", "b"], []], pa.list_(pa.string())),
        "score": [0.5, float("nan")],
    }
)


def written(template: str, batch: pa.RecordBatch = PEOPLE, place: Place | None = None, **options: object) -> str:
    chosen = format_named({"type": "template", "template": template, **options})
    chosen.check(TableShape("people", batch.schema), batch.num_rows)
    encoder = chosen.encoder(TableShape("people", batch.schema), place or Place())
    return b"".join([*encoder.begin(), *encoder.encode(batch), *encoder.end()]).decode()


def test_a_row_is_the_text_with_its_values_in_their_places() -> None:
    assert written("{name} <{email}> {{{id}}}\n") == "Ann <ann@example.org> {1}\nO'Neil <b> <> {2}\n"


def test_a_field_may_occur_many_times_each_time_in_another_escape() -> None:
    assert written("{name:sql} {name:json} {name:html} {name}|") == (
        "'Ann' \"Ann\" Ann Ann|'O''Neil <b>' \"O'Neil <b>\" O&#39;Neil &lt;b&gt; O'Neil <b>|"
    )


def test_members_and_nested_values_have_places_of_their_own() -> None:
    assert written("{address.city}/{address.zip:json}\n", null="?") == "Köln/1\n?/null\n"
    lines = written("[{address:json}, {tags:json}, {tags:sql}]\n").splitlines()
    assert lines == ['[{"city":"Köln","zip":1}, ["a","b"], \'["a","b"]\']', "[null, [], '[]']"]


def test_nan_and_missing_values_have_the_words_of_their_escape() -> None:
    assert (
        written("{score},{score:json},{score:sql},{email:sql};") == "0.5,0.5,0.5,'ann@example.org';NaN,null,NULL,NULL;"
    )


def test_what_stands_around_and_between_rows_is_there_once_however_parts_are_cut() -> None:
    options = {"header": "<{table}>", "footer": "</{table}>", "separator": " | "}
    assert written("{id}", **options) == "<people>1 | 2</people>"
    first = written("{id}", PEOPLE.slice(0, 1), Place(last=False), **options)
    empty = written("{id}", PEOPLE.slice(0, 0), Place(first=False, last=False, row=1), **options)
    last = written("{id}", PEOPLE.slice(1), Place(first=False, row=1), **options)
    assert first + empty + last == "<people>1 | 2</people>"
    assert written("{id}", PEOPLE.slice(0, 0), **options) == "<people></people>"


def test_all_columns_are_named_in_the_header_and_written_in_their_form() -> None:
    batch = PEOPLE.select(["id", "name"])
    whole = {"header": "{*:csv}\n", "cell": "{value:csv}", "cell_separator": ","}
    assert written("{*}\n", batch, **whole) == "id,name\n1,Ann\n2,O'Neil <b>\n"
    assert written("{*};{table:identifier}", batch, cell="{column}={value}", cell_separator="&") == (
        'id=1&name=Ann;"people"id=2&name=O\'Neil <b>;"people"'
    )


def test_a_column_goes_before_the_table_and_its_name_may_have_a_colon() -> None:
    batch = pa.record_batch({"table": ["t"], "a:json": ["x"], "a": ["y"], "*": ["z"]})
    assert written("{table} {a:json} {a:json:json} {a:sql} {*}", batch) == "t x \"x\" 'y' z"


HOSTILE_ROWS = pa.record_batch(
    {"text": [*HOSTILE, "nul-free \u2029 \x85"], "word": pa.array([*HOSTILE, "w"]).dictionary_encode()}
)


def test_hostile_text_survives_json_xml_csv_urls_and_base64() -> None:
    texts, words = (column.to_pylist() for column in HOSTILE_ROWS.columns)
    pairs = list(zip(texts, words, strict=True))
    lines = written("[{text:json},{word:json}]\n", HOSTILE_ROWS).split("\n")[:-1]
    assert [tuple(json.loads(line)) for line in lines] == pairs
    rows = csv.reader(io.StringIO(written("{text:csv},{word:csv}\r\n", HOSTILE_ROWS), newline=""), strict=True)
    assert [tuple(row) for row in rows] == pairs
    lines = written("t={text:url}&w={word:url}\n", HOSTILE_ROWS).split("\n")[:-1]
    assert [tuple(value for _, value in parse_qsl(line, keep_blank_values=True)) for line in lines] == pairs
    lines = written("{text:base64} {word:base64}\n", HOSTILE_ROWS).split("\n")[:-1]
    assert [tuple(base64.b64decode(part).decode() for part in line.split(" ")) for line in lines] == pairs


def test_hostile_text_survives_xml_and_html_but_for_what_they_forbid() -> None:
    def kept(text: str, forbidden: str) -> str:
        return text.translate({ord(mark): "\ufffd" for mark in forbidden})

    texts = HOSTILE_ROWS.column(0).to_pylist()
    xml = ElementTree.fromstring(written("<p a='{text:xml}'>{text:xml}</p>", HOSTILE_ROWS, header="<r>", footer="</r>"))
    expected = [kept(text, "\x01\x1f\x1b") for text in texts]
    assert [part.get("a") for part in xml] == [part.text or "" for part in xml] == expected
    page = html.document_fromstring(
        written('<p title="{text:html}">{text:html}</p>', HOSTILE_ROWS).encode(),
        parser=html.HTMLParser(encoding="utf-8"),
    )
    expected = [kept(text, "\x01\x1f\x1b\x7f\x85") for text in texts]
    assert [part.get("title") for part in page.iter("p")] == expected
    assert [part.text_content() for part in page.iter("p")] == expected


def test_a_database_runs_inserts_made_by_a_template() -> None:
    statements = written(
        "INSERT INTO {table:identifier} VALUES ({*});\n",
        PEOPLE,
        header="CREATE TABLE {table:identifier} ({*:identifier});\n",
        cell="{value:sql}",
        cell_separator=", ",
    )
    with sqlite3.connect(":memory:") as database:
        database.executescript(statements)
        found = database.execute("SELECT id, name, email, address, tags, score FROM people ORDER BY id").fetchall()
    assert found == [
        (1, "Ann", "ann@example.org", '{"city":"Köln","zip":1}', '["a","b"]', 0.5),
        (2, "O'Neil <b>", None, None, "[]", None),
    ]


def test_an_ini_file_and_a_card_for_each_person() -> None:
    settings = configparser.RawConfigParser()
    settings.read_string(written("[person {id}]\nname = {name:line}\nmail = {email}\n\n"))
    assert settings["person 2"]["name"] == "O'Neil <b>"
    card = written("BEGIN:VCARD\r\nVERSION:4.0\r\nFN:{name:line}\r\nEND:VCARD\r\n", extension="vcf")
    assert card.count("BEGIN:VCARD\r\n") == card.count("END:VCARD\r\n") == 2


def test_the_ending_and_the_media_type_are_the_users() -> None:
    chosen = format_named({"type": "template", "extension": "ldif", "mime_type": "text/x-ldif; charset=utf-8"})
    assert (chosen.file_suffix, chosen.content_type) == ("ldif", "text/x-ldif; charset=utf-8")


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{nmae}", r"template: there is no \{nmae\} \(did you mean 'name'\?\)"),
        ("{name:jsn}", r"template: unknown escape 'jsn' in \{name:jsn\} \(did you mean 'json'\?\)"),
        ("{address.cty}", r"there is no \{address.cty\} \(did you mean 'address.city'\?\)"),
        ("{table}", "it names no column of table 'people'"),
    ],
)
def test_a_placeholder_that_names_nothing_is_an_error_with_the_nearest_name(template: str, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        written(template)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"template": "a } b"}, "a brace without its partner at character 2 of 'a } b'"),
        ({"template": "{name"}, "a brace without its partner at character 0"),
        ({"template": "{}"}, "a brace without its partner"),
        ({"template": "no columns\n"}, "it needs a placeholder"),
        ({"template": "{name}", "cell": "{column}"}, r"a cell without \{value\}"),
        ({"template": "{*}", "cell": "{name}"}, r"\$\.format\.cell: there is no \{name\}"),
        ({"template": "{*}", "cell": "{value:jsn}"}, "unknown escape 'jsn'"),
        ({"template": "{name}", "extension": "../x"}, "the extension must be"),
        ({"template": "{name}", "mime_type": "text"}, "the media type must look like"),
    ],
)
def test_mistakes_in_options_are_found_before_any_table_is_there(options: dict[str, object], message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        format_named({"type": "template", **options})


def test_headers_know_the_table_and_its_columns_only() -> None:
    with pytest.raises(FormatError, match=r"header: there is no \{name\}"):
        written("{name}", header="{name}")
