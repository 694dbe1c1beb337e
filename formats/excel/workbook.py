"""The documents of a workbook around its sheets: what is in it, its sheets' names, its styles. All but names is fixed.

The order of elements is the schema's (ECMA-376 part 1, annex A), which Excel insists on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from formats.excel.styles import styles
from formats.format import Member
from formats.xml_text import escaped

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
CONTENT = "application/vnd.openxmlformats"
SHEET_NAME_LENGTH = 31
"""UTF-16 code units."""
NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f\ufffe\uffff]")
RESERVED = "history"
"""The one name that Excel keeps for itself."""


def workbook(tables: Sequence[str]) -> list[Member]:
    """The files of a workbook of these tables, in order; the sheets are the rows of each."""
    documents = {
        "[Content_Types].xml": _content_types(len(tables)),
        "_rels/.rels": _relationships(
            (f"{OFFICE}/relationships/officeDocument", "xl/workbook.xml"),
            (f"{PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
            (f"{OFFICE}/relationships/extended-properties", "docProps/app.xml"),
        ),
        "docProps/app.xml": f'<Properties xmlns="{OFFICE}/extended-properties">'
        "<Application>Seedbed</Application></Properties>",
        "docProps/core.xml": f'<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>Seedbed</dc:creator></cp:coreProperties>',
        "xl/workbook.xml": _workbook(sheet_names(tables)),
        "xl/_rels/workbook.xml.rels": _relationships(
            *((f"{OFFICE}/relationships/worksheet", f"worksheets/sheet{at}.xml") for at in _numbers(tables)),
            (f"{OFFICE}/relationships/styles", "styles.xml"),
        ),
        "xl/styles.xml": styles(SHEETS),
    }
    around = [Member(name, data=(HEAD + document).encode()) for name, document in documents.items()]
    return around + [
        Member(f"xl/worksheets/sheet{at}.xml", table=table) for at, table in zip(_numbers(tables), tables, strict=True)
    ]


def sheet_names(tables: Sequence[str]) -> list[str]:
    """A name that Excel takes for each table's sheet: its own if it can be, and no two alike, however they are cased.

    Characters that Excel forbids become underscores, long names are cut to 31 characters; those that clash with one
    before are numbered, ``people (2)``.
    """
    taken, names = {RESERVED}, list[str]()
    for table in tables:
        name = NOT_IN_SHEET_NAMES.sub("_", table)
        name = re.sub(r"\A'|'\Z", "_", _cut(name, SHEET_NAME_LENGTH)) or "_"
        made, number = name, 1
        while made.casefold() in taken:
            number += 1
            ending = f" ({number})"
            made = _cut(name, SHEET_NAME_LENGTH - len(ending)) + ending
        taken.add(made.casefold())
        names.append(made)
    return names


def _cut(name: str, units: int) -> str:
    """What of ``name`` has at most so many UTF-16 code units, no character cut in two."""
    return name.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore")


def _numbers(tables: Sequence[str]) -> range:
    return range(1, len(tables) + 1)


def _content_types(sheets: int) -> str:
    kinds = {
        "/xl/workbook.xml": f"{CONTENT}-officedocument.spreadsheetml.sheet.main+xml",
        **{
            f"/xl/worksheets/sheet{at + 1}.xml": f"{CONTENT}-officedocument.spreadsheetml.worksheet+xml"
            for at in range(sheets)
        },
        "/xl/styles.xml": f"{CONTENT}-officedocument.spreadsheetml.styles+xml",
        "/docProps/core.xml": f"{CONTENT}-package.core-properties+xml",
        "/docProps/app.xml": f"{CONTENT}-officedocument.extended-properties+xml",
    }
    overrides = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in kinds.items())
    return (
        f'<Types xmlns="{PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="{CONTENT}-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def _relationships(*targets: tuple[str, str]) -> str:
    made = "".join(
        f'<Relationship Id="rId{at + 1}" Type="{kind}" Target="{target}"/>' for at, (kind, target) in enumerate(targets)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{made}</Relationships>'


def _workbook(names: Sequence[str]) -> str:
    sheets = "".join(
        f'<sheet name="{escaped(name)}" sheetId="{at + 1}" r:id="rId{at + 1}"/>' for at, name in enumerate(names)
    )
    return (
        f'<workbook xmlns="{SHEETS}" xmlns:r="{OFFICE}/relationships">'
        f"<bookViews><workbookView/></bookViews><sheets>{sheets}</sheets></workbook>"
    )
