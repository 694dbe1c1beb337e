"""Virtual data sets: an order that is registered and not carried out, whose rows are made when they are asked for."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class VirtualOrder:
    """What is kept of one: ``order`` is an Order as JSON, ``rows`` those of all tables."""

    order: str
    fingerprint: str
    rows: int

    def dump(self) -> str:
        """As it is kept."""
        return json.dumps(asdict(self))

    @classmethod
    def parse(cls, text: str) -> VirtualOrder:
        """What was kept."""
        return cls(**json.loads(text))
