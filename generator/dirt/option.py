"""The option ``dirty`` of a field or a table, as written."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic import Field as Option
from pydantic_core import PydanticCustomError

from generator.errors import nearest

Kind = Literal["typo", "case", "whitespace", "truncate", "swap", "outlier", "wrong_type", "null_text", "duplicate_row"]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""All kinds; a cell that one of them cannot change gets the next one of its field in this order."""
Weight = Annotated[float, Option(gt=0, strict=True, allow_inf_nan=False)]


def _weighted(kinds: Any) -> Any:
    """A list of kinds as weights of 1."""
    if not isinstance(kinds, list | tuple | dict):
        return kinds
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown:
        message = f"unknown kind {unknown[0]!r}; {nearest(str(unknown[0]), KINDS)}"
        raise PydanticCustomError("kinds", "{message}", {"message": message})
    if isinstance(kinds, dict):
        return kinds
    if len(set(kinds)) < len(kinds):
        raise PydanticCustomError("kinds", "a kind is named twice; give it a weight: {typo: 2, case: 1}")
    return dict.fromkeys(kinds, 1)


def _whole(dirt: Any) -> Any:
    """A share alone with all else left out."""
    if isinstance(dirt, bool):
        raise PydanticCustomError("dirty", "a share from 0 to 1 is needed, or {share, kinds}, not true or false")
    return {"share": dirt} if isinstance(dirt, int | float) else dirt


class Dirt(BaseModel):
    """How much dirt there is and of which kinds; ``kinds`` left out are those that keep a field's type."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    share: float = Option(strict=True, ge=0, le=1, description="Share of the cells that are made dirty.")
    kinds: Annotated[
        dict[Kind, Weight] | None, BeforeValidator(_weighted, json_schema_input_type=list[Kind] | dict[Kind, Weight])
    ] = Option(default=None, min_length=1, description="Kinds of dirt, or weights of them: {typo: 3, case: 1}.")
    clean: str | None = Option(
        default=None, description="Writes the clean value too, in a column of this name behind the dirty one."
    )


Dirty = Annotated[
    Dirt | None,
    BeforeValidator(_whole, json_schema_input_type=Annotated[float, Option(ge=0, le=1)] | Dirt | None),
]
"""``0.02``, or ``{share: 0.02, kinds: [typo, case], clean: name_as_it_was}``."""
