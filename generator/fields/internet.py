"""Internet: e-mail addresses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field as Option

from generator import kernels
from generator.cells import Cells, Rows
from generator.choosing import AliasTable
from generator.column import Column
from generator.field import TextField, field_type
from generator.fields.words import chosen, listed
from generator.uniqueness import OwnRanks, permuted

_SAFE_DOMAINS = ("example.com", "example.org", "example.net")
"""Reserved for documentation (RFC 2606): mail to them reaches nobody."""

Named = Callable[[Cells], pa.Array]


def slug(text: pa.Array) -> pa.Array:
    """Lower-case ASCII letters and digits of a text, accents taken off; no digits at its end: a number follows.

    A text without any, such as one in another script, becomes ``user``.
    """
    plain = pc.utf8_lower(pc.utf8_normalize(text, "NFKD"))
    kept = pc.replace_substring_regex(pc.replace_substring_regex(plain, "[^a-z0-9]+", ""), "[0-9]+$", "")
    return pc.if_else(pc.equal(kept, ""), "user", kept)


@dataclass(frozen=True)
class _Parts:
    names: tuple[Named, ...]
    domains: pa.Array
    table: AliasTable


@field_type("email", "email_address")
class Email(TextField):
    """An e-mail address made from names, a number and a domain; ``name_from`` takes the names from other fields.

    Unique ones end their local part with the row's own number, permuted within 10**4, then 10**6, 10**9 ... rows.
    """

    name_from: tuple[str, ...] = Option(default=(), max_length=4)
    domain: str | tuple[str, ...] = _SAFE_DOMAINS

    examples = ({}, {"domain": "example.org"}, {"unique": True})

    def sources(self) -> tuple[str, ...]:
        return self.name_from

    def prepare(self, column: Column) -> _Parts:
        domains = (self.domain,) if isinstance(self.domain, str) else self.domain
        bad = [name for name in domains if not name or any(c in "@ \t\r\n" for c in name)]
        if bad or not domains:
            raise column.wrong("domain", f"{bad[:1]} is no domain name", "give a name such as example.org")
        if self.max_length is not None:
            raise column.wrong("max_length", "an address that is cut is none", "drop max_length")
        named = tuple(_from_field(column, name) for name in self.name_from) or (
            _from_list(column, "first_names"),
            _from_list(column, "last_names"),
        )
        return _Parts(named, pa.array(domains, pa.string()), AliasTable.of((1,) * len(domains)))

    def generate(self, cells: Cells) -> pa.Array:
        return self._join(cells, (cells.below(100, draw="number"), 0, False))

    def _join(self, cells: Cells, *number: Any) -> pa.Array:
        parts: _Parts = cells.prepared
        local: list[Any] = []
        for named in parts.names:
            local += [named(cells), b"."]
        domain = chosen(cells.pick(parts.table, "domain"), parts.domains)
        return kernels.concat([*local[:-1], *number, b"@", domain], len(cells))

    def cardinality(self, column: Column) -> int | None:
        return 10**18

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        number = _tiers(cells) if isinstance(cells.column.rank_source, OwnRanks) else (ranks.view(np.int64), 18, True)
        return self._join(cells, number)

    def text_width(self, column: Column) -> int:
        return 28


_TIERS = (10**4, 10**6, 10**9, 10**12, 10**15, 10**18)


def _tiers(cells: Cells) -> Any:
    """A number of each row's own: short for the first rows, longer further on, so that it never depends on the last.

    Rows below 10**4 get four digits, those below 10**6 six ...: permuted within their tier, hence never twice.
    """
    draw = cells.draw("unique")
    text = None
    start = 0
    for end in _TIERS:
        if not len(cells) or start > int(cells.rows.max()):
            break
        inside = (cells.rows >= np.uint64(start)) & (cells.rows < np.uint64(end))
        if inside.any():
            safe = np.where(inside, cells.rows, np.uint64(start))
            number = permuted(safe, end, draw).astype(np.int64)
            digits = kernels.concat([(number, len(str(end)) - 1, True)], len(cells))
            text = digits if text is None else pc.if_else(pa.array(inside), digits, text)
        start = end
    return text if text is not None else pa.array([], pa.string())


def _from_list(column: Column, name: str) -> Named:
    words = listed(column, name)
    slugs = slug(words.array)
    return lambda cells: chosen(cells.pick(words.table, name), slugs)


def _from_field(column: Column, name: str) -> Named:
    source = column.source(name)
    if not (pa.types.is_string(source.type) or pa.types.is_dictionary(source.type)):
        raise column.wrong("name_from", f"{name!r} is {source.type}, not text", "name text fields")
    if source.dictionary is None:
        return lambda cells: slug(pc.cast(cells.source(name), pa.string()))
    slugs = slug(source.dictionary)
    return lambda cells: pa.DictionaryArray.from_arrays(cells.source(name).indices, slugs, safe=False)
