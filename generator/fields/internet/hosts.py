"""Names of domains and of hosts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import Field as Option

from generator import kernels
from generator.cells import Cells, Rows
from generator.choosing import AliasTable
from generator.column import Column
from generator.field import TextField, field_type
from generator.fields.lexicon import Pool
from generator.fields.prose import words_of
from generator.fields.slugs import ascii_words, picked
from generator.fields.words import chosen
from generator.subjects.company import company_slugs

_Indices = npt.NDArray[np.int32]

_LABEL: Final = set("abcdefghijklmnopqrstuvwxyz0123456789-.")
_SHORTEST, _LONGEST = 3, 14
"""Letters of a word in a domain."""

_SERVERS: Final = {"web": 20, "app": 18, "db": 14, "api": 12, "node": 10, "worker": 8, "cache": 5, "mail": 4} | {
    "proxy": 4,
    "files": 2,
    "build": 2,
    "ns": 1,
}
_KINDS: Final = pa.array(list(_SERVERS), pa.string())
_KINDS_TABLE: Final = AliasTable.of(tuple(_SERVERS.values()))
_MACHINES: Final = 100


@dataclass(frozen=True)
class Sites:
    """The words that name sites, and their top-level domains, each with its dot."""

    words: Pool
    ends: pa.StringArray


class OnSites(TextField):
    """A text with the domain of a site in it: two words of the locale's language in ASCII, and a top-level domain.

    In a group it is the site of the group's company, named after it.
    """

    tld: str | tuple[str, ...] = Option(
        default="example",
        description="Top-level domains; example is reserved (RFC 2606), so that no such domain is real.",
    )

    localized = True
    groups = True

    def sites(self, column: Column) -> Sites:
        """The words and endings in the column's locale; SchemaError where an ending is none."""
        if self.max_length is not None:
            raise column.wrong("max_length", "a name that is cut leads elsewhere", "drop max_length")
        given = (self.tld,) if isinstance(self.tld, str) else self.tld
        bad = [name for name in given if not name or not set(name.lower()) <= _LABEL or name.strip(".-") != name]
        if bad or not given:
            raise column.wrong("tld", f"{bad[:1]} is no domain", "give one such as com or co.uk")
        pool = ascii_words(words_of(column, "words", None))
        pairs = zip(pool.texts, pool.weights, strict=True)
        return Sites(
            Pool.of((t, w) for t, w in pairs if _SHORTEST <= len(t) <= _LONGEST),
            pa.array([f".{name}" for name in given]),
        )

    def site(self, cells: Cells, sites: Sites) -> list[Any]:
        """The parts of a domain for ``kernels.concat``; every ending is as likely."""
        if self.group is not None:
            return [company_slugs(cells), self.end(cells, sites)]
        words = [chosen(picked(cells.draw(f"site {n}"), cells.rows, sites.words), sites.words.array) for n in (0, 1)]
        return [*words, self.end(cells, sites)]

    def end(self, cells: Cells, sites: Sites) -> pa.Array:
        """The top-level domain with its dot."""
        return chosen(cells.below(len(sites.ends), draw=cells.shared("tld")).astype(np.int32), sites.ends)


@field_type("domain", "domain_name", "safe_domain_name")
class Domain(OnSites):
    """A domain name of two words, under ``.example`` (RFC 2606) unless ``tld`` says otherwise.

    In a group it is that of the company, without its legal form: ``Smith & Jones Ltd`` has ``smithjones.example``.
    Unique ones have a hyphen between the words.
    """

    examples = ({}, {"tld": ["com", "org"], "locale": "de_DE"}, {"unique": True}, {"group": "employer"})

    def prepare(self, column: Column) -> Sites:
        return self.sites(column)

    def generate(self, cells: Cells) -> pa.Array:
        return kernels.concat(self.site(cells, cells.prepared), len(cells))

    def cardinality(self, column: Column) -> int | None:
        sites: Sites = column.prepared
        return len(sites.words.texts) ** 2 if self.group is None else None

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        sites: Sites = cells.prepared
        first, second = np.divmod(ranks, np.uint64(len(sites.words.texts)))
        words = [chosen(index.astype(np.int32), sites.words.array) for index in (first, second)]
        return kernels.concat([words[0], b"-", words[1], self.end(cells, sites)], len(cells))

    def text_width(self, column: Column) -> int:
        return 19


@field_type("hostname", "host_name", "host")
class Hostname(OnSites):
    """The name of a machine: what it does, a number, and its domain, as in ``db-07.riverstone.example``."""

    examples = ({}, {"tld": "internal"}, {"unique": True})

    def prepare(self, column: Column) -> Sites:
        return self.sites(column)

    def generate(self, cells: Cells) -> pa.Array:
        kind = cells.pick(_KINDS_TABLE, "kind")
        number = cells.below(_MACHINES - 1, start=1, draw="machine")
        return self._joined(cells, kind, number, self.site(cells, cells.prepared))

    def _joined(self, cells: Cells, kind: _Indices, number: npt.NDArray[np.int64], site: list[Any]) -> pa.Array:
        return kernels.concat([chosen(kind, _KINDS), b"-", (number, 2, True), b".", *site], len(cells))

    def cardinality(self, column: Column) -> int | None:
        sites: Sites = column.prepared
        return len(sites.words.texts) ** 2 * len(_KINDS) * _MACHINES if self.group is None else None

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        sites: Sites = cells.prepared
        rest, number = np.divmod(ranks, np.uint64(_MACHINES))
        rest, kind = np.divmod(rest, np.uint64(len(_KINDS)))
        first, second = np.divmod(rest, np.uint64(len(sites.words.texts)))
        words = [chosen(index.astype(np.int32), sites.words.array) for index in (first, second)]
        site = [words[0], b"-", words[1], self.end(cells, sites)]
        return self._joined(cells, kind.astype(np.int32), number.astype(np.int64), site)

    def text_width(self, column: Column) -> int:
        return 25
