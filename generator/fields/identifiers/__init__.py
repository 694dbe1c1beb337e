"""Identifiers: those without meaning, those that tell a time, and the numbers of articles, books and devices."""

from __future__ import annotations

from generator.fields.identifiers.articles import Ean8, Ean13, Sku, Upc
from generator.fields.identifiers.books import Isbn10, Isbn13
from generator.fields.identifiers.devices import Iccid, Imei
from generator.fields.identifiers.digests import Hash
from generator.fields.identifiers.opaque import ApiKey, Base64, Hex, NanoId, RowNumber
from generator.fields.identifiers.timed import ObjectId, Ulid
from generator.fields.identifiers.uuids import Uuid

__all__ = [
    "ApiKey",
    "Base64",
    "Ean8",
    "Ean13",
    "Hash",
    "Hex",
    "Iccid",
    "Imei",
    "Isbn10",
    "Isbn13",
    "NanoId",
    "ObjectId",
    "RowNumber",
    "Sku",
    "Ulid",
    "Upc",
    "Uuid",
]
