"""Bounds of a count: ``n`` or ``[min, max]``."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator

from generator.column import Column


def _pair(value: object) -> object:
    return [value, value] if isinstance(value, int) and not isinstance(value, bool) else value


Bounds = Annotated[tuple[int, int], BeforeValidator(_pair)]
"""``n`` or ``[min, max]``."""


def check_bounds(column: Column, option: str, bounds: tuple[int, int], least: int, most: int) -> None:
    """SchemaError where ``[min, max]`` is not least <= min <= max <= most."""
    low, high = bounds
    if not least <= low <= high <= most:
        raise column.wrong(option, f"[{low}, {high}] is no range within {least} and {most:,}", "give n or [min, max]")
