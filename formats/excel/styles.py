"""How cells look: a fixed table of styles (ECMA-376 part 1, 18.8), the same in every workbook."""

from __future__ import annotations

MOST_DIGITS = 15
"""Digits of a number that Excel shows and keeps when it is edited."""
FIRST_FORMAT = 164
"""Numbers below are Excel's own formats, some of which look different in every country."""

GENERAL, HEADER, DATE, SECONDS, MILLISECONDS, TIME, TIME_MILLISECONDS, DECIMALS = range(8)
"""Indices of styles; that of numbers with n decimals, at most 15, is ``DECIMALS + n``."""

FORMATS = (
    "yyyy\\-mm\\-dd",
    "yyyy\\-mm\\-dd\\ hh:mm:ss",
    "yyyy\\-mm\\-dd\\ hh:mm:ss.000",
    "hh:mm:ss",
    "hh:mm:ss.000",
    *("0." + "0" * decimals if decimals else "0" for decimals in range(MOST_DIGITS + 1)),
)
"""The number formats of the styles from ``DATE`` on."""


def styles(namespace: str) -> str:
    """The document of all styles, without its declaration."""
    formats = [f'<numFmt numFmtId="{FIRST_FORMAT + at}" formatCode="{code}"/>' for at, code in enumerate(FORMATS)]
    looks = ['<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>']
    looks += ['<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>']
    looks += [
        f'<xf numFmtId="{FIRST_FORMAT + at}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        for at in range(len(FORMATS))
    ]
    fonts = [f'<font>{bold}<sz val="11"/><name val="Calibri"/><family val="2"/></font>' for bold in ("", "<b/>")]
    fills = [f'<fill><patternFill patternType="{kind}"/></fill>' for kind in ("none", "gray125")]
    parts = {
        "numFmts": formats,
        "fonts": fonts,
        "fills": fills,
        "borders": ["<border><left/><right/><top/><bottom/><diagonal/></border>"],
        "cellStyleXfs": ['<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'],
        "cellXfs": looks,
        "cellStyles": ['<cellStyle name="Normal" xfId="0" builtinId="0"/>'],
    }
    made = (f'<{name} count="{len(items)}">{"".join(items)}</{name}>' for name, items in parts.items())
    return f'<styleSheet xmlns="{namespace}">{"".join(made)}</styleSheet>'
