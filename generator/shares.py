"""Shares of rows as options, and what pydantic may not take for a number."""

from __future__ import annotations

from typing import Annotated, Any, get_args

from pydantic import BaseModel, ConfigDict, Discriminator, Tag
from pydantic import Field as Option

Share = Annotated[float, Option(ge=0, le=1)]


class ExactShare(BaseModel):
    """A share that is met exactly, rounded half up: 0.05 of 1,000,000 rows is 50,000 rows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    exactly: Share


def _kind_of_nulls(value: object) -> str:
    return "exact" if isinstance(value, dict | ExactShare) else "share"


Nulls = Annotated[Annotated[Share, Tag("share")] | Annotated[ExactShare, Tag("exact")], Discriminator(_kind_of_nulls)]


def kinds_of(annotation: Any) -> set[Any]:
    """The classes in an annotation, however deep in unions and containers."""
    inside = get_args(annotation)
    return set().union(*map(kinds_of, inside)) if inside else {annotation} if isinstance(annotation, type) else set()
