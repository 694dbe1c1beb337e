"""The kernels of numbers: native == reference for any input, and both do what they say."""

from __future__ import annotations

import ctypes
import shutil
import warnings
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.kernels import KernelError, library, quantile_at
from tests.laws.kernel_twins import EDGES, GAMMA, KAPPA, TOP, agreed, arrays, keys, spread, u64

ROWS = spread(5_000)
NONE = np.empty(0, dtype=np.uint64)
ONE = np.array([TOP], dtype=np.uint64)
SIGNED = st.one_of(st.sampled_from((0, 1, -1, -(2**63), 2**63 - 1)), st.integers(-(2**63), 2**63 - 1))
STEPS = st.one_of(st.sampled_from([edge for edge in EDGES if edge < 2**53]), st.integers(0, 2**53 - 1))


def table(segments: int, seed: int = 7) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.random.default_rng(seed).normal(size=(segments, 6))


@pytest.mark.filterwarnings("default:no C compiler")
def test_the_native_kernels_are_there_wherever_a_c_compiler_is() -> None:
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        warnings.warn("no C compiler: only the reference kernels were tested", stacklevel=1)
    else:
        assert library.LIBRARY.exists(), f"{compiler} is there: run `python setup.py build_ext --inplace`"
        ctypes.CDLL(str(library.LIBRARY))


@pytest.mark.parametrize(
    "rows", [NONE, ONE, ROWS, np.arange(777, dtype=np.uint64)], ids=["none", "one", "spread", "range"]
)
def test_simple_draws_agree_on_arrays_of_any_length(rows: np.ndarray[tuple[int], np.dtype[np.uint64]]) -> None:
    agreed("mix", rows)
    for name in ("bits", "unit"):
        agreed(name, rows, GAMMA, KAPPA)
    agreed("below_each", rows, GAMMA, KAPPA, rows)
    agreed("below", rows, GAMMA, KAPPA, 2**63)


def test_the_bits_of_row_zero_are_splitmix64s_first_outputs() -> None:
    # Seeded with 1234567, as published with the generator by Vigna (prng.di.unimi.it/splitmix64.c).
    golden = 0x9E3779B97F4A7C15
    drawn = agreed("bits", np.arange(5, dtype=np.uint64), golden, (1234567 + golden) % 2**64)
    published = [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]
    assert drawn.tolist() == published


@given(arrays, keys, st.integers(1, 2**63), SIGNED, SIGNED)
def test_below_agrees_and_stays_within_its_progression(rows, key, n, start, step) -> None:
    try:
        drawn = agreed("below", rows, *key, n, start, step)
    except KernelError:
        assert not -(2**63) <= start + step * (n - 1) < 2**63
        return
    last = start + step * (n - 1)
    assert all(min(start, last) <= value <= max(start, last) for value in drawn.tolist())
    assert all((value - start) % step == 0 for value in drawn.tolist() if step)


@given(arrays, keys)
def test_below_each_is_the_exact_share_of_its_limit(rows, key) -> None:
    drawn, bits = agreed("below_each", rows, *key, rows), agreed("bits", rows, *key)
    assert drawn.tolist() == [b * limit >> 64 for b, limit in zip(bits.tolist(), rows.tolist(), strict=True)]


@given(st.lists(st.one_of(st.integers(0, 9), st.integers(0, 2**57)), min_size=1, max_size=40))
def test_an_alias_table_holds_each_weight_exactly(weights) -> None:
    if sum(weights) == 0:
        with pytest.raises(KernelError):
            agreed("alias_table", weights)
        return
    thresholds, aliases = agreed("alias_table", weights)
    shares = [Fraction(0)] * len(weights)
    for entry, (threshold, alias) in enumerate(zip(thresholds.tolist(), aliases.tolist(), strict=True)):
        shares[entry] += Fraction(threshold, 2**64)
        shares[alias] += 1 - Fraction(threshold, 2**64)
    for weight, share in zip(weights, shares, strict=True):
        assert abs(share / len(weights) - Fraction(weight, sum(weights))) <= Fraction(1, 2**64)
        assert weight or not share


@pytest.mark.parametrize("weights", [[5], [2**61] * 4, [0, 0, 2**61, 0], [1] * 1000, list(range(65_536))])
def test_alias_tables_and_picks_agree_at_their_limits(weights) -> None:
    tables = agreed("alias_table", weights)
    agreed("alias_table32", weights)
    picks = agreed("alias_pick", ROWS, GAMMA, KAPPA, *tables)
    assert all(weights[pick] > 0 for pick in set(picks.tolist()))


@pytest.mark.parametrize(
    "weights", [[], [0], [-1, 2], [1.5], [True], [2**62], [2**61] * 5, [[1]], ["1"], [2**64]], ids=str
)
def test_weights_that_no_table_can_hold_are_refused(weights) -> None:
    with pytest.raises(KernelError, match="weights"):
        agreed("alias_table", weights)


@given(arrays, keys, st.data())
def test_quantiles_agree_on_any_part_of_the_distribution(rows, key, data) -> None:
    low = data.draw(STEPS)
    span = data.draw(st.one_of(st.just(1), st.just(2**53 - low), st.integers(1, 2**53 - low)))
    scale, offset = data.draw(st.tuples(*[st.floats(allow_nan=False)] * 2))
    with np.errstate(all="ignore"):
        agreed("quantile", rows, *key, table(848), low, span, scale, offset)
        agreed("tail_quantile", rows, *key, table(864), low, span, scale, offset)


def test_each_step_of_probability_is_read_from_its_own_segment() -> None:
    marks = np.zeros((864, 6))
    marks[:, 0] = np.arange(864)
    m = np.array([0, 1, 2**51, 2**52 - 1, 2**52, 2**53 - 1], dtype=np.uint64)
    assert quantile_at(m, marks).tolist() == [-0.0, -24.0, -832.0, -847.0, 847.0, 0.0]
    for step, segment in [(0, 0), (1, 24), (2**51, 832), (2**52 - 1, 847), (2**52, 848), (2**53 - 1, 863)]:
        assert agreed("tail_quantile", ROWS, GAMMA, KAPPA, marks, step, 1, 1.0, 0.0).tolist() == [segment] * ROWS.size
        drawn = agreed("quantile", ROWS, GAMMA, KAPPA, marks, step, 1, 1.0, 0.0)
        assert set(drawn.tolist()) == set(quantile_at(np.array([step], dtype=np.uint64), marks).tolist())


@pytest.mark.parametrize("n", range(1, 301))
def test_a_permutation_reaches_each_place_once(n) -> None:
    values = np.arange(n, dtype=np.uint64)
    places = agreed("permute", values, n, GAMMA, KAPPA)
    assert sorted(places.tolist()) == values.tolist()
    assert agreed("unpermute", places, n, GAMMA, KAPPA).tolist() == values.tolist()
    tweaked = agreed("permute_each", values, n, GAMMA, KAPPA, np.full(n, 9, dtype=np.uint64))
    assert sorted(tweaked.tolist()) == values.tolist()


@given(st.integers(1, 2**63), arrays, keys, u64)
def test_unpermute_takes_every_value_back(n, values, key, tweak) -> None:
    values = values % np.uint64(n)
    places = agreed("permute", values, n, *key)
    assert (places < np.uint64(n)).all()
    assert agreed("unpermute", places, n, *key).tolist() == values.tolist()
    tweaks = np.full(values.size, tweak, dtype=np.uint64)
    own = key[1] ^ int(agreed("bits", tweaks[:1], *key)[0]) if values.size else 0
    assert (
        agreed("permute_each", values, n, *key, tweaks).tolist() == agreed("permute", values, n, key[0], own).tolist()
    )


@given(arrays, *[st.one_of(st.sampled_from([0, 1, 2**63 - 1]), st.integers(0, 2**63 - 1))] * 3)
def test_muldiv_is_exact_or_refuses(values, num, add, den) -> None:
    if den == 0 or any((value * num + add) // den > TOP for value in values.tolist()):
        with pytest.raises(KernelError):
            agreed("muldiv", values, num, add, den)
    else:
        quotients = agreed("muldiv", values, num, add, den).tolist()
        assert quotients == [(value * num + add) // den for value in values.tolist()]


@settings(max_examples=300)
@given(st.one_of(st.sampled_from((1, 2, 3, 10**18, 2**63 - 1, 2**63)), st.integers(1, 2**63)), arrays)
def test_a_fraction_is_the_smallest_that_gives_its_rank(domain, ranks) -> None:
    ranks = ranks % np.uint64(domain)
    for fraction, rank in zip(agreed("fractions", ranks, domain).tolist(), ranks.tolist(), strict=True):
        assert fraction * domain >> 64 == rank
        assert fraction == 0 or (fraction - 1) * domain >> 64 == rank - 1


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("bits", (ROWS, 2, 1)),
        ("bits", (ROWS, 1, 2**64)),
        ("bits", (ROWS, 1, -1)),
        ("bits", (ROWS, 1.0, 1)),
        ("bits", (ROWS.astype(np.int64), 1, 1)),
        ("bits", (ROWS[::2], 1, 1)),
        ("bits", (ROWS.reshape(2, -1), 1, 1)),
        ("bits", ([1, 2], 1, 1)),
        ("below", (ROWS, 1, 1, 0)),
        ("below", (ROWS, 1, 1, 2**63 + 1)),
        ("below", (ROWS, 1, 1, 2**63, 1)),
        ("below_each", (ROWS, 1, 1, ROWS[1:])),
        ("alias_pick", (ROWS, 1, 1, ROWS, np.zeros(3, dtype=np.int32))),
        ("alias_pick", (ROWS, 1, 1, NONE, np.zeros(0, dtype=np.int32))),
        ("quantile", (ROWS, 1, 1, table(847), 0, 2**53, 1.0, 0.0)),
        ("quantile", (ROWS, 1, 1, table(848), 1, 2**53, 1.0, 0.0)),
        ("quantile", (ROWS, 1, 1, table(848), 0, 0, 1.0, 0.0)),
        ("quantile", (ROWS, 1, 1, table(1696)[::2], 0, 1, 1.0, 0.0)),
        ("tail_quantile", (ROWS, 1, 1, table(863), 0, 2**53, 1.0, 0.0)),
        ("permute", (ROWS, 10, 1, 1)),
        ("permute", (ROWS, 0, 1, 1)),
        ("permute_each", (NONE, 10, 1, 1, ROWS)),
        ("unpermute", (ROWS, 2**63 + 1, 1, 1)),
        ("muldiv", (ROWS, 2**63, 0, 1)),
        ("fractions", (ROWS, 10)),
    ],
)
def test_arguments_that_do_not_fit_are_refused_before_any_work(name, arguments) -> None:
    with pytest.raises(KernelError):
        agreed(name, *arguments)
