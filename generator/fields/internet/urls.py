"""Addresses of pages, and paths on a site."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa
from pydantic import Field as Option

from generator import kernels
from generator.cells import Cells, Rows
from generator.choosing import AliasTable
from generator.codes import HEX, digits, text
from generator.column import Column
from generator.field import TextField, field_type
from generator.fields.bounds import Bounds, check_bounds
from generator.fields.internet.hosts import OnSites, Sites
from generator.fields.internet.local_parts import numbers_of
from generator.fields.lexicon import Pool
from generator.fields.prose import words_of
from generator.fields.slugs import ascii_words
from generator.fields.words import chosen
from generator.kernels.strings import string_array, text_of

_BEGINNINGS: Final = pa.array(["https://", "https://www."], pa.string())
_ENDS: Final = {"": 70, ".html": 15, "/": 10, ".php": 5}
_ENDS_LIST: Final = pa.array(list(_ENDS), pa.string())
_ENDS_TABLE: Final = AliasTable.of(tuple(_ENDS.values()))


def paths(cells: Cells, pool: Pool, low: int, high: int) -> pa.StringArray:
    """Words with slashes between them, low to high of them."""
    draw = cells.draw("path")
    some = kernels.words(cells.rows, draw.gamma, draw.kappa, low, high, pool.array, *pool.narrow, None, None)
    offsets, data = text_of("text", some)
    return string_array(offsets, np.where(data == ord(" "), np.uint8(ord("/")), data))


@field_type("uri_path", "url_path")
class UriPath(TextField):
    """The path of a page on its site, such as ``/garden/winter.html``; ``depth`` is how many words.

    Unique ones end with the row's own number.
    """

    depth: Bounds = Option(default=(1, 3), description="Words between slashes: n or [min, max]")

    localized = True
    unique_by_number = True
    examples = ({}, {"depth": 2, "locale": "fr_FR"}, {"unique": True})

    def prepare(self, column: Column) -> Pool:
        check_bounds(column, "depth", self.depth, 1, 20)
        if self.max_length is not None:
            raise column.wrong("max_length", "a path that is cut leads elsewhere", "lower depth instead")
        return ascii_words(words_of(column, "words", None))

    def generate(self, cells: Cells) -> pa.Array:
        end = chosen(cells.pick(_ENDS_TABLE, "end"), _ENDS_LIST)
        return kernels.concat([b"/", paths(cells, cells.prepared, *self.depth), end], len(cells))

    def cardinality(self, column: Column) -> int:
        return 10**18

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        number = numbers_of(cells, ranks)
        return kernels.concat([b"/", paths(cells, cells.prepared, *self.depth), b"/", number], len(cells))

    def text_width(self, column: Column) -> int:
        return 3 + 7 * sum(self.depth) // 2


@field_type("url", "uri", "website", "homepage", "web_site", "link")
class Url(OnSites):
    """The address of a page: https, a domain under ``.example`` (RFC 2606) unless ``tld`` says otherwise, and a path.

    Unique ones end with the row's own number.
    """

    depth: Bounds = Option(default=(0, 2), description="Words of the path: n or [min, max]")

    unique_by_number = True
    examples = ({}, {"tld": ["com", "de"], "depth": 0, "locale": "de_DE"}, {"unique": True})

    def prepare(self, column: Column) -> Sites:
        check_bounds(column, "depth", self.depth, 0, 20)
        return self.sites(column)

    def generate(self, cells: Cells) -> pa.Array:
        return kernels.concat([*self._site(cells), paths(cells, cells.prepared.words, *self.depth)], len(cells))

    def _site(self, cells: Cells) -> list[Any]:
        beginning = chosen(cells.below(2, draw="www").astype(np.int32), _BEGINNINGS)
        return [beginning, *self.site(cells, cells.prepared), b"/"]

    def cardinality(self, column: Column) -> int:
        return 10**18

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        low, high = self.depth
        path = [paths(cells, cells.prepared.words, max(low, 1), high), b"/"] if high else []
        return kernels.concat([*self._site(cells), *path, numbers_of(cells, ranks)], len(cells))

    def text_width(self, column: Column) -> int:
        return 31 + 7 * sum(self.depth) // 2


@field_type("avatar_url", "avatar", "image_url")
class AvatarUrl(TextField):
    """The address of a picture under a reserved domain (RFC 2606). No two rows of a table have the same."""

    size: int = Option(default=128, ge=16, le=4096, description="Width and height, in pixels.")

    always_unique = True
    examples = ({}, {"size": 64})

    def prepare(self, column: Column) -> None:
        if self.max_length is not None:
            raise column.wrong("max_length", "an address that is cut leads elsewhere", "drop max_length")

    def generate(self, cells: Cells) -> pa.Array:
        name = text(digits(cells.bits(), 16, 16), HEX)  # the bits of a draw are a bijection of the row
        end = f".png?size={self.size}".encode()
        return kernels.concat([b"https://avatars.example/", name, end], len(cells))

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        return self.generate(cells)

    def text_width(self, column: Column) -> int:
        return 53
