"""Identifiers, validated by python-stdnum and by the standard library."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import re
import uuid
from itertools import pairwise

import pyarrow as pa
import pytest
from stdnum import ean, imei, isbn, luhn

from generator import SchemaError
from tests.unit.generator.code_columns import ROWS, column, table

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def test_uuids_of_version_7_tell_their_time_and_grow_with_the_row() -> None:
    texts = column({"type": "uuid", "version": 7, "start": "2026-03-01T00:00:00Z", "step": "10ms"})
    assert texts == sorted(texts)
    first = int(dt.datetime(2026, 3, 1, tzinfo=dt.UTC).timestamp() * 1000)
    for row, text in enumerate(texts):
        found = uuid.UUID(text)
        assert (found.version, found.variant) == (7, uuid.RFC_4122)
        assert found.int >> 80 == first + 10 * row
    assert len({text[15:] for text in texts}) == ROWS


def test_uuids_of_version_4_stay_random() -> None:
    found = [uuid.UUID(text) for text in column({"type": "uuid"})]
    assert {each.version for each in found} == {4}
    assert found != sorted(found)
    with pytest.raises(SchemaError, match=r"\$.*start.*tells no time"):
        column({"type": "uuid", "start": "2026-03-01T00:00:00Z"})


def test_ulids_tell_their_time_and_grow_with_the_row() -> None:
    texts = column({"type": "ulid", "step": "1ms"})
    assert texts == sorted(texts)
    start = int(dt.datetime(2026, 1, 1, tzinfo=dt.UTC).timestamp() * 1000)
    for row, text in enumerate(texts):
        number = 0
        for sign in text:
            number = number * 32 + CROCKFORD.index(sign)
        assert len(text) == 26
        assert number >> 80 == start + row


def test_object_ids_tell_their_second_and_never_repeat() -> None:
    texts = column({"type": "object_id", "start": "2026-01-01T00:00:00Z", "step": "100ms"})
    assert len(set(texts)) == ROWS
    start = int(dt.datetime(2026, 1, 1, tzinfo=dt.UTC).timestamp())
    assert [int(text[:8], 16) for text in texts] == [start + row // 10 for row in range(ROWS)]
    assert len({text[8:18] for text in texts}) == 1
    counters = [int(text[18:], 16) for text in texts]
    assert {(after - before) % 2**24 for before, after in pairwise(counters)} == {1}


@pytest.mark.parametrize("kind", ["uuid", "ulid", "object_id"])
def test_a_time_needs_a_start_and_a_step_of_a_millisecond(kind: str) -> None:
    options = {"type": kind, "version": 7} if kind == "uuid" else {"type": kind}
    with pytest.raises(SchemaError, match="reference_date"):
        column(options, reference_date=None)
    with pytest.raises(SchemaError, match="1ms"):
        column({**options, "step": "20us"})
    with pytest.raises(SchemaError, match="do not fit"):
        column({**options, "start": "9999-01-01T00:00:00Z", "step": "600d"})


def test_a_hash_is_the_digest_of_its_field() -> None:
    fields = {
        "id": {"type": "sequence", "start": 1},
        "name": {"type": "first_name", "nulls": 0.2},
        "of_id": {"type": "hash", "of": "id", "algorithm": "md5"},
        "of_name": {"type": "hash", "of": "name"},
    }
    cells = table(fields)
    assert pa.types.is_dictionary(cells["of_name"].type)
    for row in cells.to_pylist():
        assert row["of_id"] == hashlib.md5(str(row["id"]).encode()).hexdigest()
        name = row["name"]
        assert row["of_name"] == (None if name is None else hashlib.sha256(name.encode()).hexdigest())
    with pytest.raises(SchemaError, match="'x' is double"):
        table({"x": {"type": "float", "max": 1}, "code": {"type": "hash", "of": "x"}})


@pytest.mark.parametrize(("algorithm", "digits"), [("md5", 32), ("sha1", 40), ("sha256", 64), ("sha512", 128)])
def test_a_hash_of_nothing_is_random_digits_of_its_length(algorithm: str, digits: int) -> None:
    texts = column({"type": "hash", "algorithm": algorithm, "unique": True})
    assert all(re.fullmatch(f"[0-9a-f]{{{digits}}}", text) for text in texts)
    assert len(set(texts)) == ROWS
    assert {text[0] for text in texts} == {text[-1] for text in texts} == set("0123456789abcdef")


@pytest.mark.parametrize("length", [1, 2, 3, 16, 24, 50])
def test_base64_reads_as_that_many_bytes(length: int) -> None:
    for text in column({"type": "base64", "length": length}):
        assert base64.b64encode(base64.b64decode(text, validate=True)).decode() == text
        assert len(base64.b64decode(text)) == length
    for text in column({"type": "base64", "length": length, "url": True}):
        assert len(base64.urlsafe_b64decode(text)) == length


def test_every_value_of_a_small_domain_is_used_once() -> None:
    assert sorted(column({"type": "hex", "length": 2, "unique": True}, 256)) == [f"{n:02x}" for n in range(256)]
    bytes_of_one = {base64.b64decode(text) for text in column({"type": "base64", "length": 1, "unique": True}, 256)}
    assert len(bytes_of_one) == 256
    with pytest.raises(SchemaError, match="only 256"):
        column({"type": "hex", "length": 2, "unique": True}, 257)


def test_random_characters_have_their_length_and_alphabet() -> None:
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{21}", text) for text in column({"type": "nanoid"}))
    assert all(
        re.fullmatch(r"sk_live_[A-Za-z0-9]{24}", text)
        for text in column({"type": "api_key", "prefix": "sk_live_", "length": 24})
    )
    assert all(re.fullmatch(r"[A-Z]{3}-\d{4}-[A-Z]{2}", text) for text in column({"type": "sku"}))


def test_rows_are_numbered_from_one() -> None:
    assert column({"type": "row_number"}, 5) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(("kind", "length"), [("ean13", 13), ("ean8", 8), ("upc", 12)])
def test_article_numbers_are_valid(kind: str, length: int) -> None:
    codes = column({"type": kind, "unique": True})
    assert len(set(codes)) == len(codes)
    for code in codes:
        ean.validate(code)
        assert len(code) == length


def test_isbns_are_valid_and_hyphens_stand_where_the_agency_puts_them() -> None:
    for kind in ("isbn13", "isbn10"):
        for code in column({"type": kind}):
            isbn.validate(code)
            assert isbn.format(code) == code
        plain = column({"type": kind, "hyphens": False, "unique": True})
        assert {len(code) for code in plain} == {int(kind[4:])}
        assert len(set(plain)) == ROWS
    assert any(code.endswith("X") for code in column({"type": "isbn10"}))


def test_device_numbers_are_valid() -> None:
    for code in column({"type": "imei", "unique": True}):
        assert imei.imei_type(imei.validate(code)) == "IMEI"
    for code in column({"type": "iccid", "unique": True}):
        luhn.validate(code)
        assert re.fullmatch(r"89\d{17}", code)
