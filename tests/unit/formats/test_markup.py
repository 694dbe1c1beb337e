"""Tables in HTML and Markdown, byte for byte, and as a browser would show them."""

from __future__ import annotations

import io
from decimal import Decimal

import pandas
import pyarrow as pa
import pytest
from lxml import html
from markdown_it import MarkdownIt

from formats import Place, TableShape, format_named
from generator import SchemaError


def written(
    name: str, table: dict[str, object], place: Place | None = None, called: str = "people", **options: object
) -> str:
    batch = pa.record_batch(table)
    encoder = format_named({"type": name, **options}).encoder(TableShape(called, batch.schema), place or Place())
    return b"".join([*encoder.begin(), *encoder.encode(batch), *encoder.end()]).decode()


TABLE = {"name": ["Ann", None, ""], "n": [1, None, -2]}


def test_a_fragment_is_the_table_and_nothing_else() -> None:
    assert written("html", TABLE, document=False) == (
        '<table>\n<caption>people</caption>\n<thead>\n<tr><th scope="col">name</th>'
        '<th scope="col" class="number">n</th></tr>\n</thead>\n<tbody>\n'
        '<tr><td>Ann</td><td class="number">1</td></tr>\n'
        '<tr><td class="null"></td><td class="null"></td></tr>\n'
        '<tr><td></td><td class="number">-2</td></tr>\n'
        "</tbody>\n</table>\n"
    )


def test_a_document_has_a_title_and_ends_in_the_last_part_only() -> None:
    first = written("html", TABLE, Place(last=False), called="a<b")
    last = written("html", TABLE, Place(first=False, row=3), called="a<b")
    page = html.document_fromstring((first + last).encode())
    assert page.findtext(".//title") == page.findtext(".//caption") == "a<b"
    assert len(page.findall(".//tbody/tr")) == 6
    assert first.startswith("<!DOCTYPE html>\n<html>")
    assert last.endswith("</tbody>\n</table>\n</body>\n</html>\n")


def test_pandas_reads_the_page() -> None:
    table = {"id": [1, 2], "price": [1.5, 2.25], "name": ["Ann & Bob", "<b>"]}
    (frame,) = pandas.read_html(io.StringIO(written("html", table)))
    assert {name: frame[name].tolist() for name in frame} == table


@pytest.mark.parametrize("name", ["html", "markdown"])
def test_what_html_forbids_is_the_replacement_character(name: str) -> None:
    text = "a\x00\x01\x0c\x7f\x80\x9f\ufdd0\ufffe\uffff\U0001ffff\U0010fffeb\xa0c"
    shown = "a" + 11 * "\ufffd" + "b\xa0c"
    for column in (pa.array([text]), pa.array([text]).dictionary_encode(), pa.array([text], pa.string_view())):
        assert shown in written(name, {"a": column})


def test_null_has_a_text_of_its_own_if_asked_for() -> None:
    assert '<td class="null">&lt;none&gt;</td>' in written("html", TABLE, null="<none>")
    assert "| &lt;none&gt; | &lt;none&gt; |\n" in written("markdown", TABLE, null="<none>")


@pytest.mark.parametrize(
    ("name", "cells"), [("html", '">1.50</td><td class="number">0.12</td>'), ("md", "| 1.50 | 0.12 |")]
)
def test_numbers_are_rounded_as_asked(name: str, cells: str) -> None:
    table = {"f": [1.5], "d": pa.array([Decimal("0.125")], pa.decimal128(5, 3))}
    assert cells in written(name, table, decimal_places=2)


def test_a_markdown_table_has_its_numbers_to_the_right() -> None:
    assert written("markdown", TABLE) == "| name | n |\n| --- | ---: |\n| Ann | 1 |\n|  |  |\n|  | -2 |\n"
    assert written("md", TABLE, Place(first=False)) == "| Ann | 1 |\n|  |  |\n|  | -2 |\n"
    assert written("md", TABLE, title=True).startswith("# people\n\n| name |")


def rendered(text: str) -> str:
    """The text of the only cell below the header, as the page shows it."""
    table = written("markdown", {"a": [text]})
    page = MarkdownIt("gfm-like", {"linkify": False}).render(table)
    cell = html.document_fromstring(page, parser=html.HTMLParser(encoding="utf-8")).find(".//td")
    for line_break in cell.findall("br"):
        line_break.tail = "\n" + (line_break.tail or "")
    return str(cell.text_content())


@pytest.mark.parametrize(
    "text",
    [
        "a|b", "a\\|b", "`code|`", "**bold** _it_ ~~no~~", "[a](b) ![c](d) <e@f.g>", "&amp; &#124; <br> <!-- -->",
        "$x$", "two\nlines\n\n", "\n", " padded ", "  ", " ", "\xa0\u2028x\u3000", "\ufeff", "tab\tin", "\ta\t",
        "# no heading", "1. no list", "| --- |", "- [ ] no box", "\\", "\\\\", "...",
        "(c) 'quoted' \"text\"", "漢字", "😀",
    ],
)  # fmt: skip
def test_a_cell_of_markdown_shows_exactly_its_text(text: str) -> None:
    assert rendered(text) == text


@pytest.mark.parametrize("name", ["html", "markdown"])
def test_other_options_are_refused(name: str) -> None:
    with pytest.raises(SchemaError, match="unknown option 'captoin'"):
        format_named({"type": name, "captoin": True})
    with pytest.raises(SchemaError, match=r"\$\.format\.decimal_places: "):
        format_named({"type": name, "decimal_places": -1})
