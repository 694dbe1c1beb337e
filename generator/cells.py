"""The only source of randomness: keys, their draws, and the cells of one field at some rows.

The bits of a draw at row r are ``mix(r * gamma + kappa)``; gamma (odd) and kappa come from a keyed BLAKE2b over seed,
table, field path and the draw's name. So a cell depends on nothing but those and its row: not on the rows beside it,
not on the fields beside it, not on the order of evaluation. No clock, no global state, no stream may come in here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from generator import kernels

if TYPE_CHECKING:
    from generator.choosing import AliasTable
    from generator.column import Column
    from generator.evaluation import Evaluation, Link

Rows = npt.NDArray[np.uint64]
Mask = npt.NDArray[np.bool_]

_PERSON = b"seedbed cells 1"


@dataclass(frozen=True, slots=True)
class Draw:
    """One named stream of bits of a field: ``gamma`` is odd, both are below 2**64."""

    gamma: int
    kappa: int

    def bits(self, rows: Rows) -> Rows:
        """64 uniform bits a row."""
        return kernels.bits(rows, self.gamma, self.kappa)


@dataclass(frozen=True)
class Key:
    """The key of a field: seed, table and path in it. Draws are named, so adding one never shifts another."""

    seed: str
    table: str
    path: str
    _draws: dict[str, Draw] = field(default_factory=dict, compare=False, repr=False)

    def draw(self, name: str = "value") -> Draw:
        """The draw called ``name``."""
        found = self._draws.get(name)
        if found is None:
            found = self._draws[name] = _derive((self.table, self.path, name), self.seed)
        return found

    def child(self, name: str) -> Key:
        """The key of a field nested in this one."""
        return Key(self.seed, self.table, f"{self.path}.{name}")


def _derive(parts: Iterable[str], seed: str) -> Draw:
    secret = hashlib.blake2b(seed.encode(), digest_size=32, person=_PERSON).digest()
    state = hashlib.blake2b(digest_size=16, key=secret, person=_PERSON)
    for part in parts:
        data = part.encode()
        state.update(len(data).to_bytes(8, "little") + data)
    digest = state.digest()
    return Draw(int.from_bytes(digest[:8], "little") | 1, int.from_bytes(digest[8:], "little"))


class Cells:
    """The cells of one column at ``rows``, which is any uint64 index array: a range, a permutation, parents' rows."""

    def __init__(self, column: Column, rows: Rows, evaluation: Evaluation, present: Mask | None) -> None:
        self.column = column
        self.rows = rows
        self.evaluation = evaluation
        self.present = present
        """Rows whose value will be kept; None is all. A hint: what is generated elsewhere is thrown away."""

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def prepared(self) -> Any:
        """What the field's ``prepare`` returned."""
        return self.column.prepared

    def draw(self, name: str | Draw = "value") -> Draw:
        """The named draw of this column."""
        return self.column.key.draw(name) if isinstance(name, str) else name

    def shared(self, name: str) -> Draw:
        """The named draw of the column's group, the same for all fields of it; its own where it is in none."""
        return self.column.subject.draw(name)

    def bits(self, draw: str | Draw = "value") -> Rows:
        """64 uniform bits a cell."""
        return self.draw(draw).bits(self.rows)

    def unit(self, draw: str | Draw = "value") -> npt.NDArray[np.float64]:
        """A float in [0, 1) a cell, a multiple of 2**-53."""
        key = self.draw(draw)
        return kernels.unit(self.rows, key.gamma, key.kappa)

    def below(self, n: int, start: int = 0, step: int = 1, draw: str | Draw = "value") -> npt.NDArray[np.int64]:
        """``start + step * k`` with k uniform in [0, n), 1 <= n <= 2**63."""
        key = self.draw(draw)
        return kernels.below(self.rows, key.gamma, key.kappa, n, start, step)

    def pick(self, table: AliasTable, draw: str | Draw = "value") -> npt.NDArray[np.int32]:
        """An index into a weighted list a cell."""
        key = self.draw(draw)
        return kernels.alias_pick(self.rows, key.gamma, key.kappa, table.thresholds, table.aliases)

    def source(self, name: str) -> pa.Array:
        """The final cells of another field at the same rows; ``reference.field`` reaches the parent row."""
        return self.evaluation.column(self.column.absolute(name))

    def link(self, reference: str) -> Link:
        """The parent rows of a reference of the same table, at the same rows."""
        return self.evaluation.link(self.column.absolute(reference))

    @cached_property
    def skip(self) -> Mask | None:
        """The complement of ``present``."""
        return None if self.present is None else ~self.present
