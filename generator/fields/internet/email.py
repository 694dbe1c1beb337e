"""E-mail addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import pyarrow as pa
from pydantic import Field as Option

from generator import kernels
from generator.cells import Cells, Rows
from generator.choosing import AliasTable
from generator.column import Column
from generator.field import field_type
from generator.fields.internet.local_parts import FromNames, LocalPart, numbers_of
from generator.fields.words import chosen
from generator.subjects.company import company_slugs

SAFE: Final = {"example.com": 1, "example.org": 1, "example.net": 1}
"""Reserved for documentation (RFC 2606): mail to them reaches nobody."""
FREE: Final = {"gmail.com": 55, "outlook.com": 14, "yahoo.com": 12, "hotmail.com": 8, "icloud.com": 7, "proton.me": 4}


@dataclass(frozen=True)
class _Parts:
    local: LocalPart
    domains: pa.Array
    table: AliasTable


@field_type(
    "email",
    "email_address",
    "safe_email",
    "e_mail",
    "mail",
    "ascii_email",
    "ascii_safe_email",
    presets={
        "free_email": {"domain": "free"},
        "ascii_free_email": {"domain": "free"},
        "company_email": {"domain": "company"},
        "work_email": {"domain": "company"},
        "ascii_company_email": {"domain": "company"},
    },
)
class Email(FromNames):
    """An e-mail address made from names, a number and a domain: of the fields in ``name_from``, or the group's person.

    Domains are those reserved for documentation (RFC 2606) unless others are given; ``company`` is that of the group's
    company. Unique ones end their local part
    with the row's own number, permuted within 10**4, then 10**6, 10**9 ... rows.
    """

    domain: str | tuple[str, ...] = Option(
        default=tuple(SAFE),
        description="Domains to choose from; free: gmail.com and the like, which are real; company: the group's.",
    )

    joints: ClassVar[Mapping[str, int]] = {".": 70, "_": 12, "": 12, "-": 6}
    numbered: ClassVar[int] = 40
    examples = ({}, {"domain": "company", "group": "contact"}, {"unique": True})

    def prepare(self, column: Column) -> _Parts:
        given = (self.domain,) if isinstance(self.domain, str) else self.domain
        domains = FREE if given == ("free",) else dict.fromkeys(given, 1)
        bad = [name for name in domains if not name or any(c in "@ \t\r\n" for c in name)]
        if bad or not domains:
            raise column.wrong("domain", f"{bad[:1]} is no domain name", "give a name such as example.org")
        if self._of_company and self.group is None:
            raise column.wrong("domain", "the company is that of a group", "give the field a group, or a domain")
        if self.max_length is not None:
            raise column.wrong("max_length", "an address that is cut is none", "drop max_length")
        table = AliasTable.of(tuple(domains.values()))
        return _Parts(self.local_part(column), pa.array(list(domains), pa.string()), table)

    def generate(self, cells: Cells) -> pa.Array:
        parts: _Parts = cells.prepared
        return self._joined(cells, self.any_number(cells, parts.local))

    def _joined(self, cells: Cells, number: Any) -> pa.Array:
        parts: _Parts = cells.prepared
        return kernels.concat([*self.names_joined(cells, parts.local), number, b"@", *self._domain(cells)], len(cells))

    def _domain(self, cells: Cells) -> list[Any]:
        if self._of_company:
            return [company_slugs(cells), b".example"]
        parts: _Parts = cells.prepared
        return [chosen(cells.pick(parts.table, "domain"), parts.domains)]

    @property
    def _of_company(self) -> bool:
        return self.domain in ("company", ("company",))

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        return self._joined(cells, numbers_of(cells, ranks))

    def text_width(self, column: Column) -> int:
        return 28
