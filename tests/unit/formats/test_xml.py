"""XML files, byte for byte, and as parsers and their own schemas see them."""

from __future__ import annotations

import re
import subprocess
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from formats import Place, TableShape, Written, format_named
from formats.xml_text import is_name, name_of
from generator import SchemaError, SeedbedError
from tests.laws import format_batches
from tests.servers.debian import program

FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
TOO_WIDE = re.compile(r"decimal128\((19|38)|wide decimals")
"""Schema processors must know decimals of 18 digits (XML Schema part 2, 3.2.3), and older ones know 24 at most."""
PEOPLE: dict[str, Any] = {"id": pa.array([1, None]), "name": ["Ann", "Bo & <Co>"]}
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def written(
    columns: Mapping[str, Any] | pa.RecordBatch, options: Mapping[str, Any] | None = None, place: Place | None = None
) -> str:
    batch = columns if isinstance(columns, pa.RecordBatch) else pa.record_batch(dict(columns))
    encoder = format_named({"type": "xml", **(options or {})}).encoder(
        TableShape("people", batch.schema), place or Place()
    )
    return b"".join([*encoder.begin(), *encoder.encode(batch), *encoder.end()]).decode()


def schema_of(batch: pa.RecordBatch, options: Mapping[str, Any]) -> etree.XMLSchema:
    xml = format_named({"type": "xml", **options})
    companions = xml.companions([Written(TableShape("people", batch.schema), (("people.xml", 0, 0),))])
    assert [*companions] == ["people.xsd"]
    return etree.XMLSchema(etree.fromstring(companions["people.xsd"]))


def test_a_row_is_a_line_and_a_missing_value_is_left_out() -> None:
    assert written(PEOPLE) == (
        f"{HEAD}<people>\n"
        "<row><id>1</id><name>Ann</name></row>\n"
        "<row><name>Bo &amp; &lt;Co&gt;</name></row>\n"
        "</people>\n"
    )


def test_missing_values_can_be_empty_or_nil() -> None:
    assert "<row><id></id><name>Bo" in written(PEOPLE, {"nulls": "empty"})
    nil = written(PEOPLE, {"nulls": "nil"})
    assert '<people xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">' in nil
    assert '<row><id xsi:nil="true"/><name>Bo' in nil


def test_columns_can_be_attributes_beside_which_nested_ones_stay_elements() -> None:
    table = {**PEOPLE, "tags": pa.array([["a", None], None], pa.list_(pa.string()))}
    assert written(table, {"attributes": True, "declaration": False}) == (
        '<people xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
        '<row id="1" name="Ann"><tags><item>a</item><item xsi:nil="true"/></tags></row>\n'
        '<row name="Bo &amp; &lt;Co&gt;"></row>\n'
        "</people>\n"
    )
    assert '<row id="1" name="Ann"/>\n' in written(PEOPLE, {"attributes": True})


def test_objects_arrays_and_maps_are_elements_in_elements() -> None:
    table = {
        "home": pa.array([{"city": "Ulm", "no": None}]),
        "tags": [["a", "b"]],
        "counts": pa.array([[('"k"', 1)]], pa.map_(pa.string(), pa.int64())),
    }
    assert written(table, {"declaration": False, "indent": 2, "nulls": "empty"}) == (
        "<people>\n"
        "  <row>\n"
        "    <home>\n      <city>Ulm</city>\n      <no></no>\n    </home>\n"
        "    <tags>\n      <item>a</item>\n      <item>b</item>\n    </tags>\n"
        '    <counts>\n      <entry key="&quot;k&quot;">1</entry>\n    </counts>\n'
        "  </row>\n"
        "</people>\n"
    )


@pytest.mark.parametrize("uri", ["urn:a:%20", "http://[::1]:80/x?y=/#z", "mailto:a@example.com", "https://u@h:8/?a#b?"])
def test_any_uri_can_be_the_namespace(uri: str) -> None:
    assert etree.fromstring(written(PEOPLE, {"namespace": uri}).encode()).nsmap == {None: uri}


def test_a_namespace_is_the_default_one_or_has_a_prefix() -> None:
    assert '<people xmlns="urn:a&amp;b">\n<row><id>' in written(PEOPLE, {"namespace": "urn:a&b"})
    prefixed = written(PEOPLE, {"namespace": "urn:a", "prefix": "p", "root": "all", "row": "person"})
    assert '<p:all xmlns:p="urn:a">\n<p:person><p:id>1</p:id>' in prefixed
    assert prefixed.endswith("</p:person>\n</p:all>\n")


def test_values_are_spelled_as_xml_schema_has_them() -> None:
    table = {
        "x": [float("nan"), float("inf"), float("-inf")],
        "yes": [True, False, None],
        "at": pa.array([0, None, None], pa.timestamp("ms", "Europe/Berlin")),
        "long": pa.array([90_000, 0, -1], pa.duration("s")),
    }
    lines = written(table).splitlines()
    assert lines[2] == "<row><x>NaN</x><yes>true</yes><at>1970-01-01T00:00:00.000Z</at><long>P1DT1H</long></row>"
    assert lines[3] == "<row><x>INF</x><yes>false</yes><long>PT0S</long></row>"
    assert lines[4] == "<row><x>-INF</x><long>-PT1S</long></row>"


def test_only_the_first_part_begins_the_document_and_only_the_last_one_ends_it() -> None:
    batch = pa.record_batch(PEOPLE)
    parts = [
        written(batch.slice(0, 1), place=Place(first=True, last=False)),
        written(batch.slice(0, 0), place=Place(first=False, last=False, row=1)),
        written(batch.slice(1), place=Place(first=False, last=True, row=1)),
    ]
    assert "".join(parts) == written(batch)
    assert parts[1] == ""


@pytest.mark.parametrize("options", [{}, {"attributes": True}, {"indent": 1}])
def test_a_table_without_rows_is_a_root_without_elements(options: dict[str, Any]) -> None:
    root = etree.fromstring(written(pa.record_batch(PEOPLE).slice(2), options).encode())
    assert (root.tag, len(root)) == ("people", 0)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("city", "city"), ("unit price", "unit_x0020_price"), ("2nd", "_x0032_nd"), ("address.city", "address.city"),
        ("xmlns", "_x0078_mlns"), ("XML", "_x0058_ML"), ("a:b", "a_x003A_b"), ("a_x0020_b", "a_x005F_x0020_b"),
        ("größe", "größe"), ("名前", "名前"), ("😀", "_x01F600_"), ("-", "_x002D_"), ("", "_x_"),
    ],
)  # fmt: skip
def test_a_name_that_xml_lacks_is_escaped_as_sql_does_it(text: str, name: str) -> None:
    assert name_of(text) == name
    assert written({text: ["v"]}).splitlines()[2] == f"<row><{name}>v</{name}></row>"


@given(text=st.text(st.characters(codec="utf-8"), max_size=12))
def test_any_name_is_one_that_parsers_take_and_can_be_read_back(text: str) -> None:
    name = name_of(text)
    assert is_name(name)
    for parse in (etree.fromstring, ElementTree.fromstring):
        assert parse(f"<{name}/>".encode()).tag == name
    back = re.sub("_x([0-9A-F]{4}|[0-9A-F]{6})_", lambda found: chr(int(found[1], 16)), name)
    assert back == (text or "_x_")


@pytest.mark.parametrize("attributes", [False, True])
@given(values=st.lists(st.none() | st.text(st.characters(codec="utf-8")), min_size=1, max_size=20), data=st.data())
def test_any_text_comes_back_but_for_what_xml_forbids(
    attributes: bool, values: list[str | None], data: st.DataObject
) -> None:
    kinds = [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())]
    batch = pa.record_batch({"x": pa.array(values, pa.string()).cast(data.draw(st.sampled_from(kinds)))})
    root = etree.fromstring(written(batch, {"attributes": attributes}).encode())
    found = [row.get("x") if attributes else row[0].text or "" if len(row) else None for row in root]
    assert found == [None if value is None else FORBIDDEN.sub("\ufffd", value) for value in values]


def test_noncharacters_are_replaced_wherever_they_stand() -> None:
    words = ["clean", "\uffff", "a\ufffeb", "\ufffd\uf000"]
    batch = pa.record_batch({"plain": words, "word": pa.array(words).dictionary_encode(), "all": [words] * 4})
    text = written(batch.slice(1))
    assert FORBIDDEN.search(text) is None
    assert text.count("\ufffd") == 3 + 3 + 3 * 3


@pytest.mark.parametrize("attributes", [False, True])
@pytest.mark.parametrize(
    ("data_type", "path"),
    [
        (pa.struct([("at", pa.month_day_nano_interval())]), "odd.at"),
        (pa.list_(pa.struct([("at", pa.struct([]))])), "odd[].at"),
        (pa.map_(pa.string(), pa.decimal256(50, 2)), "odd[]"),
    ],
)
def test_what_xml_cannot_hold_is_refused_by_the_name_it_has_inside(
    data_type: pa.DataType, path: str, attributes: bool
) -> None:
    xml = format_named({"type": "xml", "attributes": attributes})
    with pytest.raises(SeedbedError, match=re.escape(f"column {path!r}")):
        xml.encoder(TableShape("people", pa.schema([("id", pa.int64()), ("odd", data_type)])), Place())


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"root": "two words"}, "'two words' cannot be a name in XML; 'two_x0020_words' could"),
        ({"row": "a:b"}, "cannot be a name"),
        ({"prefix": "p"}, "a prefix needs a namespace"),
        ({"prefix": "xsi", "namespace": "urn:a"}, "has a meaning of its own"),
        ({"prefix": "xmlns", "namespace": "urn:a"}, "cannot be a name"),
        ({"namespace": ""}, "cannot be the namespace of data"),
        ({"namespace": "urn:a\0"}, "cannot be the namespace of data"),
        ({"namespace": "https://exämple.com/"}, "cannot be the namespace of data"),
        ({"namespace": "https://example.com/%zz"}, "cannot be the namespace of data"),
        ({"namespace": "people"}, "cannot be the namespace of data"),
        ({"namespace": "http://www.w3.org/2000/xmlns/"}, "cannot be the namespace of data"),
        ({"attributes": True, "nulls": "nil"}, "an attribute cannot be nil"),
        ({"indent": 9}, "must be 8 or less"),
    ],
)
def test_options_that_make_no_xml_are_refused(options: dict[str, Any], problem: str) -> None:
    with pytest.raises(SchemaError, match=re.escape(problem)):
        format_named({"type": "xml", **options})


@pytest.mark.parametrize("nullable", [True, False])
@pytest.mark.parametrize("example", format_named("xml").examples, ids=str)
def test_files_of_all_types_are_valid_by_their_own_schema(example: dict[str, Any], nullable: bool) -> None:
    batch = format_batches.batch(40, 21, 0.3 if nullable else 0.0, tuple(format_batches.ALL))
    if not nullable:
        batch = batch.cast(pa.schema([field.with_nullable(False) for field in batch.schema]))
    schema_of(batch, example).assertValid(etree.fromstring(written(batch, example).encode()))


def test_xmllint_finds_nothing_wrong_with_a_file_and_its_schema(tmp_path: Path) -> None:
    names = tuple(name for name in format_batches.ALL if not TOO_WIDE.search(name))
    batch = format_batches.batch(40, 22, names=names)
    for at, options in enumerate(format_named("xml").examples):
        xml = format_named({"type": "xml", **options})
        companion = xml.companions([Written(TableShape("people", batch.schema), ())])["people.xsd"]
        data, schema = tmp_path / f"{at}.xml", tmp_path / f"{at}.xsd"
        data.write_bytes(written(batch, options).encode())
        schema.write_bytes(companion)
        command = [program("xmllint", "libxml2-utils"), "--noout", "--nonet", "--schema", str(schema), str(data)]
        run = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        assert run.returncode == 0, run.stderr[:2_000]


def test_the_schema_refuses_what_is_of_another_type_or_missing() -> None:
    schema = schema_of(pa.record_batch([pa.array([1])], pa.schema([pa.field("id", pa.int64(), False)])), {})
    assert schema.validate(etree.fromstring("<people><row><id>1</id></row></people>"))
    assert not schema.validate(etree.fromstring("<people><row><id>one</id></row></people>"))
    assert not schema.validate(etree.fromstring("<people><row></row></people>"))
    assert not schema.validate(etree.fromstring("<people><row><other>1</other></row></people>"))


def test_the_schema_can_be_left_out() -> None:
    xml = format_named({"type": "xml", "xsd": False})
    assert xml.companions([Written(TableShape("people", pa.schema([("id", pa.int64())])), ())]) == {}
