"""Excel workbooks around their cells: sheets, names, limits, and what stands in their documents."""

from __future__ import annotations

import io
import zipfile

import pandas as pd
import pyarrow as pa
import pytest
from lxml import etree

from formats import FormatError, TableShape, format_named
from formats.excel.workbook import sheet_names
from tests.unit.formats.workbooks import workbook

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
CHILDREN = ["sheetViews", "sheetFormatPr", "cols", "sheetData", "autoFilter"]
"""Of a worksheet, in the order of the standard's schema."""


def test_each_table_is_a_sheet_that_pandas_reads() -> None:
    tables = {"people": pa.record_batch({"id": [1, 2], "name": ["Ann", None]}), "a/b": pa.record_batch({"x": [0.5]})}
    data = workbook(tables)
    found = pd.read_excel(io.BytesIO(data), sheet_name=None, engine="openpyxl")
    assert list(found) == ["people", "a_b"]
    assert found["people"].to_dict("list") == {"id": [1, 2], "name": ["Ann", pytest.approx(float("nan"), nan_ok=True)]}
    assert found["a_b"].to_dict("list") == {"x": [0.5]}
    assert workbook(tables) == data


def test_sheets_get_names_that_excel_takes() -> None:
    long = "a" * 40
    tables = ["People", "people", "x[1]:*?/\\", "'quoted'", "History", long, long + "b", "😀" * 20, "people (2)"]
    names = sheet_names(tables)
    assert names == [
        "People", "people (2)", "x_1______", "_quoted_", "History (2)", "a" * 31, "a" * 27 + " (2)", "😀" * 15,
        "people (2) (2)",
    ]  # fmt: skip
    assert all(len(name.encode("utf-16-le")) <= 62 for name in names)


def test_a_table_that_fits_no_sheet_is_refused_before_it_is_made() -> None:
    table = TableShape("t", pa.schema([("x", pa.int64())]))
    format_named("excel").check(table, 1_048_575)
    format_named({"type": "excel", "header": False}).check(table, 1_048_576)
    with pytest.raises(FormatError, match="holds 1,048,575 rows of data, not 1,048,576: cut the table"):
        format_named("excel").check(table, 1_048_576)
    wide = pa.struct([(f"c{at}", pa.int8()) for at in range(16_385)])
    with pytest.raises(FormatError, match="holds 16,384 columns, not 16,385"):
        format_named("excel").check(TableShape("t", pa.schema([("all", wide)])), 1)


def test_documents_are_well_formed_listed_and_in_the_order_of_the_standard() -> None:
    batch = pa.record_batch({"x": [1, None], "s": ["a", "b"]})
    with zipfile.ZipFile(io.BytesIO(workbook({"one": batch, "two": batch}, {"autofilter": True}))) as archive:
        assert archive.testzip() is None
        documents = {name: etree.fromstring(archive.read(name)) for name in archive.namelist()}
    assert next(iter(documents)) == "[Content_Types].xml"
    types = documents.pop("[Content_Types].xml")
    overrides = {node.get("PartName") for node in types if node.tag.endswith("Override")}
    assert overrides == {f"/{name}" for name in documents if not name.endswith(".rels")}
    for at in (1, 2):
        sheet = documents[f"xl/worksheets/sheet{at}.xml"]
        assert [child.tag for child in sheet] == [MAIN + name for name in CHILDREN]
        assert sheet.find(f"{MAIN}autoFilter").get("ref") == "A1:B3"
        assert [len(row) for row in sheet.find(f"{MAIN}sheetData")] == [2, 2, 2]
    styles = documents["xl/styles.xml"]
    assert [child.tag.removeprefix(MAIN) for child in styles] == [
        "numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles",
    ]  # fmt: skip
    assert all(int(child.get("count")) == len(child) for child in styles)
    formats = {node.get("numFmtId") for node in styles[0]} | {"0"}
    assert {look.get("numFmtId") for look in styles.find(f"{MAIN}cellXfs")} == formats
    targets = [node.get("Target") for node in documents["xl/_rels/workbook.xml.rels"]]
    assert {f"xl/{target}" for target in targets} <= {*documents}
