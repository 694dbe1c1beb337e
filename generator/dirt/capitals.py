"""Capitals where small letters belong, and the other way round."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from generator.dirt.spots import Spots


def case(spots: Spots) -> pa.Array:
    """All capitals, all small, or each the other way round: the first from the drawn one on that makes a difference."""
    forms = [pc.utf8_upper(spots.texts), pc.utf8_lower(spots.texts), pc.utf8_swapcase(spots.texts)]
    differs = np.array([np.asarray(pc.not_equal(form, spots.texts)) for form in forms])
    form, every = spots.form(len(forms)), np.arange(len(spots))
    for _ in forms[1:]:
        form = np.where(differs[form, every], form, (form + 1) % len(forms))
    return pc.choose(pa.array(form), *forms)
