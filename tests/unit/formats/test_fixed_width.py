"""Lines of fixed width, character by character."""

from __future__ import annotations

import json
from decimal import Decimal

import pyarrow as pa
import pytest

from formats import FormatError, Place, TableShape, Written, format_named
from generator import SchemaError


def written(table: dict[str, object], place: Place | None = None, **options: object) -> str:
    batch = pa.record_batch(table)
    chosen = format_named({"type": "fixed_width", **options})
    chosen.check(TableShape("t", batch.schema), batch.num_rows)
    encoder = chosen.encoder(TableShape("t", batch.schema), place or Place())
    return b"".join([*encoder.begin(), *encoder.encode(batch), *encoder.end()]).decode()


def test_numbers_stand_to_the_right_and_text_to_the_left() -> None:
    table = {"n": pa.array([7, None], pa.int8()), "name": ["Zoë", ""], "ok": [True, False]}
    assert written(table, text_width=6) == "   7Zoë   true \n          false\n"


def test_a_width_fits_the_longest_value_of_its_type() -> None:
    day = pa.array([2_932_896], pa.int32()).cast(pa.date32())
    table = {
        "i": pa.array([-(2**63)], pa.int64()),
        "u": pa.array([2**64 - 1], pa.uint64()),
        "f": [-1.7976931348623157e308],
        "d": pa.array([Decimal("-" + "9" * 28 + "." + "9" * 10)], pa.decimal128(38, 10)),
        "tiny": pa.array([Decimal("-0." + "9" * 38)], pa.decimal128(38, 38)),
        "day": day,
        "at": day.cast(pa.timestamp("us")).cast(pa.timestamp("us", "UTC")),
        "key": pa.array([b"\xff" * 16], pa.binary(16)),
    }
    line = written(table, separator="|").removesuffix("\n")
    assert [len(cell) - len(cell.strip()) for cell in line.split("|")] == [0] * len(table)


def test_rounded_decimals_need_less_room_but_one_more_place_before_the_point() -> None:
    values = pa.array([Decimal("-99.999")], pa.decimal128(5, 3))
    assert written({"d": values}, decimal_places=1) == "-100.0\n"
    assert written({"d": values}, decimal_places=0) == "-100\n"


def test_text_that_is_too_long_is_an_error_that_says_what_to_set() -> None:
    table = {"name": ["short", "much too long"]}
    message = r"column 'name' has 8 characters, too few for 'much too long' of 13: set widths: \{t.name: 13\} or more"
    with pytest.raises(FormatError, match=message):
        written(table, text_width=8)
    assert written(table, text_width=8, overflow="cut") == "short   \nmuch too\n"
    assert written(table, text_width=8, widths={"name": 13}) == "short        \nmuch too long\n"
    assert written(table, text_width=8, widths={"t.name": 14}) == "short         \nmuch too long \n"


def test_a_number_is_never_cut() -> None:
    with pytest.raises(FormatError, match=r"column 'n' has 2 characters, too few for '123' of 3"):
        written({"n": [123]}, widths={"n": 2}, overflow="cut")


def test_line_breaks_in_text_are_an_error_or_blanks() -> None:
    table = {"note": ["one\r\ntwo", None, "three"]}
    with pytest.raises(FormatError, match=r"column 'note' has text with line breaks, 'one\\r\\ntwo'"):
        written(table)
    assert written(table, text_width=8, line_breaks="blank") == "one  two\n        \nthree   \n"


def test_a_line_break_below_a_missing_value_is_nobodys() -> None:
    values = pa.array(["a\nb", "c"])
    hidden = pa.Array.from_buffers(pa.string(), 2, [pa.py_buffer(b"\x02"), *values.buffers()[1:]])
    assert written({"a": hidden}, text_width=2) == "  \nc \n"


def test_the_header_is_cut_to_the_widths_and_stands_in_the_first_part_only() -> None:
    table = {"a long name": pa.array([1], pa.int8()), "s": ["x"]}
    assert written(table, header=True, text_width=3, separator=" ") == "a lo s  \n   1 x  \n"
    assert written(table, Place(first=False), header=True, text_width=3, separator=" ") == "   1 x  \n"


def test_dictionaries_are_padded_as_their_words_are() -> None:
    words = pa.array(["a", None, "bc", "a"]).dictionary_encode()
    numbers = pa.array([1, 22, 1, None]).dictionary_encode()
    assert written({"w": words, "n": numbers}, widths={"w": 3, "n": 3}) == "a    1\n    22\nbc   1\na     \n"


def test_the_layout_beside_the_data_says_where_columns_are() -> None:
    address = pa.struct([pa.field("city", pa.string()), pa.field("zip", pa.int32())])
    schema = pa.schema([pa.field("name", pa.dictionary(pa.int8(), pa.string())), pa.field("address", address)])
    chosen = format_named({"type": "fixed_width", "separator": " ", "widths": {"address.city": 10}})
    files = chosen.companions([Written(TableShape("people", schema), (("people.txt", 3, 100),))])
    found = json.loads(files["people.layout.json"])
    assert found["columns"] == [
        {"name": "name", "type": "string", "start": 0, "end": 64, "width": 64, "align": "left"},
        {"name": "address.city", "type": "string", "start": 65, "end": 75, "width": 10, "align": "left"},
        {"name": "address.zip", "type": "int32", "start": 76, "end": 87, "width": 11, "align": "right"},
    ]
    assert (found["table"], found["unit"], found["line_width"]) == ("people", "character", 87)


def test_a_width_of_no_column_is_an_error_and_one_of_another_table_is_not() -> None:
    with pytest.raises(FormatError, match=r"table 't' has no column 'nmae' \(did you mean 'name'\?\)"):
        written({"name": ["x"]}, widths={"nmae": 3})
    with pytest.raises(FormatError, match=r"table 't' has no column 't.nmae'"):
        written({"name": ["x"]}, widths={"t.nmae": 3})
    assert written({"name": ["x"]}, widths={"other.nmae": 3}, text_width=2) == "x \n"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"widths": {"a": 0}}, "the width of 'a' must be a number of characters from 1 to 1,000,000"),
        ({"text_width": 0}, r"\$\.format\.text_width: "),
        ({"separator": "\n"}, "the separator cannot hold a line break"),
        ({"overflow": "wrap"}, r"\$\.format\.overflow: "),
    ],
)
def test_options_that_would_break_lines_are_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        format_named({"type": "fixed_width", **options})
