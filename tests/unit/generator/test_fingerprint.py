"""Fingerprints are of canonical JSON (RFC 8785), whichever library writes it."""

from __future__ import annotations

from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from generator.fingerprint import canonical

TEXTS = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(
    ["1.5", ",1.5", ":2e7", "\ue000", "\U0001f331"]
)
SCALARS = st.none() | st.booleans() | TEXTS | st.integers(-(2**53) + 1, 2**53 - 1)
FLOATS = st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([0.0, -0.0, 1.0, 1e15, 2.0**53, 1e16, 1e21])
VALUES = st.recursive(SCALARS | FLOATS, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=20)


@given(st.dictionaries(TEXTS, VALUES))
def test_it_is_canonical(value: dict[str, Any]) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("large", [2**53, 2**53 + 1, -(2**60), 10**30])
def test_integers_that_json_does_not_hold_are_text(large: int) -> None:
    assert canonical({"a": [large]}) == b'{"a":["int:%d"]}' % large


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical({"a": float("nan")})
