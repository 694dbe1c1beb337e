"""Moments of the children of one parent in their own order, without a look at the brothers and sisters.

The span is cut into as many parts as the parent has children, equal to a unit; child k takes its moment from part k.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from generator import kernels
from generator.cells import Cells
from generator.column import Column
from generator.fields.references import Reference


def in_order(column: Column, reference: str, count: int) -> Callable[[Cells], npt.NDArray[np.int64]]:
    """A sampler of offsets in [0, count) that rise strictly with the child's number under one parent.

    SchemaError where ``reference`` has no ``per_parent``, or bounds children by more than ``count``.
    """
    origin = column.source(reference)
    field = origin.field
    if not isinstance(field, Reference) or field.per_parent is None:
        raise column.wrong("in_order", f"{reference!r} is no reference with per_parent", "bound its children by it")
    most = field.per_parent[1]
    if most > count:
        problem = f"a parent may have {most:,} children, but there are only {count:,} different moments for them"
        raise column.wrong("in_order", problem, "widen the span, or use a finer unit")

    def sample(cells: Cells) -> npt.NDArray[np.int64]:
        link = cells.link(reference)
        assert link.child_numbers is not None
        before = link.child_numbers - np.int64(1)
        children = field.children_of(origin, link.parent_rows)[1]
        width, longer = np.divmod(np.int64(count), children)
        draw = cells.draw()
        own = width + (before < longer)
        drawn = kernels.below_each(cells.rows, draw.gamma, draw.kappa, own.view(np.uint64)).view(np.int64)
        offsets: npt.NDArray[np.int64] = before * width + np.minimum(before, longer) + drawn
        return offsets

    return sample
