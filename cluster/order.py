"""An order: which data set is wanted, in which formats, and where. Plain JSON, so it travels and is kept as it is.

Nothing here reads or writes a store, and nothing knows how many workers there will be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from cluster.blueprint import Blueprint
from cluster.checks import check_order
from cluster.digest import DigestName
from cluster.outputs import FormatSpec, formats_named
from cluster.stores import canonical_url
from formats import Compression
from generator import Plan, Schema, compile_schema

Layout = Literal["merged", "parts", "both"]
"""``merged``: one object a table (numbered ones beyond 10,000 parts); ``parts``: one a part; ``both``: both."""
Archive = Literal["none", "zip"]
"""``zip``: all files of the data set are members of one object."""


class Order(BaseModel):
    """What is to be made. Use ``Order.of``: it checks everything and fills in every default."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    document: dict[str, Any]
    formats: tuple[dict[str, Any], ...]
    compression: dict[str, Any]
    target: str
    layout: Layout = "merged"
    archive: Archive = "none"
    hash: DigestName = "xxh3-128"

    @classmethod
    def of(
        cls,
        document: str | bytes | Mapping[str, Any] | Schema,
        target: str,
        *,
        format: FormatSpec | Sequence[FormatSpec] = "csv",  # noqa: A002  (the order's own word)
        compression: str | Mapping[str, Any] | None = None,
        rows: int | Mapping[str, int] | None = None,
        layout: Layout = "merged",
        archive: Archive = "none",
        hash: DigestName = "xxh3-128",  # noqa: A002
    ) -> Order:
        """An order from what a user writes; SchemaError, OrderError or StoreError says what is wrong with it.

        ``format``: one, several in a list, or names with commas between (``csv,parquet``): rows are made once for all.
        ``compression`` is around the text formats among them.
        """
        return cls.of_plan(
            compile_schema(document, rows),
            target,
            format=format,
            compression=compression,
            layout=layout,
            archive=archive,
            hash=hash,
        ).order

    @classmethod
    def of_plan(
        cls,
        plan: Plan,
        target: str,
        *,
        format: FormatSpec | Sequence[FormatSpec] = "csv",  # noqa: A002
        compression: str | Mapping[str, Any] | None = None,
        layout: Layout = "merged",
        archive: Archive = "none",
        hash: DigestName = "xxh3-128",  # noqa: A002
    ) -> Blueprint:
        """The blueprint of an order for a document that is compiled already; see ``of``."""
        order = cls(
            document=plan.document,
            formats=tuple(each.spec() for each in formats_named(format)),
            compression=Compression.parse(compression).spec(),
            target=canonical_url(target),
            layout=layout,
            archive=archive,
            hash=hash,
        )
        blueprint = Blueprint(order, plan)
        check_order(blueprint)
        return blueprint

    def compile(self) -> Blueprint:
        """The order's blueprint; takes tens of milliseconds."""
        return Blueprint(self, compile_schema(self.document))
