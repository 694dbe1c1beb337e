"""Links between tables: references to parents, and what is read through them."""

from __future__ import annotations

from generator.fields.lookups import ChildCount, ChildNumber, Lookup
from generator.fields.references import Reference

__all__ = ["ChildCount", "ChildNumber", "Lookup", "Reference"]
