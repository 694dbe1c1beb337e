"""Spaces where none belong, two for one, and such as only look like spaces."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from generator.dirt.letters import Cuts
from generator.dirt.spots import Spots

_SPACE, _TAB, _UNBROKEN = 0x20, 0x09, 0xA0
_BEFORE, _BEHIND, _TWICE, _INSTEAD = range(4)
_FORMS = (
    (_BEFORE, _SPACE),
    (_BEHIND, _SPACE),
    (_TWICE, _SPACE),
    (_INSTEAD, _UNBROKEN),
    (_INSTEAD, _TAB),
    (_BEHIND, _TAB),
)
"""Where, and which space. A text without a space inside has the last three and the third at one of its ends."""
_WHERE = np.array([where for where, _ in _FORMS])
_WHICH = np.array([code for _, code in _FORMS], dtype=np.uint32)


def whitespace(spots: Spots) -> pa.Array:
    """A space before or behind the text, twice within it, or a tab or a no-break space for one."""
    letters = spots.letters
    form = spots.form(len(_FORMS))
    gap, there = letters.pick(letters.heads == _SPACE, spots.rows, spots.draw("place"))
    cuts = Cuts(letters, _WHICH)
    where, own = _WHERE[form], cuts.extra + form
    where = np.where(there | (where < _TWICE), where, np.where(form % 2, _BEFORE, _BEHIND))
    begins, ends = letters.begins, letters.ends
    start, stop = letters.starts[gap], letters.starts[gap + there]
    space = (own, own + 1)
    cuts.put(where == _BEFORE, space, (begins, ends))
    cuts.put(where == _BEHIND, (begins, ends), space)
    cuts.put(where == _TWICE, (begins, stop), space, (stop, ends))
    cuts.put(where == _INSTEAD, (begins, start), space, (stop, ends))
    return cuts.texts()
