"""Which locale a cell is in: one, or a weighted mix of several."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Discriminator, Tag
from pydantic import Field as Option
from pydantic_core import PydanticCustomError

MAX_MIX = 50

Share = Annotated[float, Option(ge=0, allow_inf_nan=False)]


def _some_weight(mix: dict[str, float]) -> dict[str, float]:
    if not sum(mix.values()) > 0:
        raise PydanticCustomError("locale", "all weights are 0; give a locale a weight above 0")
    return mix


_Mix = Annotated[dict[str, Share], Option(min_length=1, max_length=MAX_MIX), AfterValidator(_some_weight)]

Locales = Annotated[
    Annotated[str, Tag("one")] | Annotated[_Mix, Tag("mix")],
    Discriminator(lambda value: "mix" if isinstance(value, Mapping) else "one"),
]
"""``de_DE``, or a weighted mix such as ``{en_US: 7, de_DE: 3}``."""


def weights(locales: str | Mapping[str, float]) -> dict[str, float]:
    """Locale → weight; those of no weight are left out."""
    if isinstance(locales, str):
        return {locales: 1.0}
    return {name: weight for name, weight in locales.items() if weight}
