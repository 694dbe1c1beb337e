"""The kernels of text: native == reference, buffer for buffer, for any input; and both do what they say."""

from __future__ import annotations

import re
import uuid

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.kernels import KernelError
from tests.laws.kernel_twins import EDGES, GAMMA, KAPPA, TOP, agreed, arrays, keys, spread, u64

ROWS = spread(3_000)
DIGITS = b"0123456789"
ascii_bytes = st.text(st.characters(max_codepoint=127), min_size=1, max_size=40).map(str.encode)
texts = st.text(st.sampled_from("ab é→𝒳"), max_size=40)
INTEGERS = st.one_of(st.sampled_from([0, 9, 10, -1, -(2**63), 2**63 - 1]), st.integers(-(2**63), 2**63 - 1))


def test_uuids_are_version_4_and_keep_their_other_bits() -> None:
    lines = agreed("uuid4", ROWS, ROWS[::-1].copy()).to_pylist()
    for line, high, low in zip(lines, ROWS.tolist(), ROWS[::-1].tolist(), strict=True):
        value = uuid.UUID(line)
        assert str(value) == line
        assert (value.version, value.variant) == (4, uuid.RFC_4122)
        fixed = 0xF000 << 64 | 0xC << 60
        assert value.int & ~fixed == (high << 64 | low) & ~fixed & (2**128 - 1)
    assert agreed("uuid4", ROWS[:0], ROWS[:0]).to_pylist() == []


@given(st.data(), ascii_bytes, arrays)
def test_a_pattern_spells_the_mixed_radix_digits_of_its_fraction(data, template, fractions) -> None:
    places = st.lists(st.integers(0, len(template) - 1), max_size=len(template), unique=True)
    positions = data.draw(places)
    alphabets = [data.draw(st.one_of(st.just(DIGITS), ascii_bytes)) for _ in positions]
    lines = agreed("pattern", template, [(fractions, positions, alphabets)]).to_pylist()
    for line, fraction in zip(lines, fractions.tolist(), strict=True):
        expected = list(template.decode())
        for position, alphabet in zip(positions, alphabets, strict=True):
            digit, fraction = fraction * len(alphabet) >> 64, fraction * len(alphabet) & TOP
            expected[position] = chr(alphabet[digit])
        assert line == "".join(expected)


def test_neighbouring_digits_and_several_groups_agree() -> None:
    groups = [(ROWS, [3, 4, 5], [DIGITS] * 3), (ROWS[::-1].copy(), [0, 1, 2], [b"AB", b"xyz", bytes(range(128)) * 40])]
    lines = agreed("pattern", b"???000-a pattern of more than thirty-two bytes", groups)
    assert all(re.fullmatch(r"[AB][xyz](.|\n)\d{3}-a pattern.*", line) for line in lines.to_pylist())


def test_ranks_become_distinct_texts_in_order_through_fractions() -> None:
    ranks = np.arange(26 * 100, dtype=np.uint64)
    fractions = agreed("fractions", ranks, ranks.size)
    lines = agreed("pattern", b"?##", [(fractions, [0, 1, 2], [b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", DIGITS, DIGITS])])
    assert lines.to_pylist() == [f"{chr(65 + rank // 100)}{rank % 100:02}" for rank in ranks.tolist()]


@st.composite
def parts(draw, length):
    nullable = st.one_of(st.none(), texts)
    kind = draw(st.sampled_from(["literal", "strings", "dictionary", "integers", "nullable integers"]))
    if kind == "literal":
        return draw(texts).encode()
    before, after = draw(st.integers(0, 3)), draw(st.integers(0, 3))
    rows = before + length + after
    if kind == "strings":
        array = pa.array(draw(st.lists(nullable, min_size=rows, max_size=rows)), pa.string())
    elif kind == "dictionary":
        entries = draw(st.lists(nullable, min_size=1, max_size=5))
        index = st.one_of(st.none(), st.integers(0, len(entries) - 1))
        indices = pa.array(draw(st.lists(index, min_size=rows, max_size=rows)), pa.int32())
        array = pa.DictionaryArray.from_arrays(indices, pa.array(["x", *entries], pa.string())[1:])
    else:
        value = st.one_of(st.none(), INTEGERS) if kind == "nullable integers" else INTEGERS
        array = pa.array(draw(st.lists(value, min_size=rows, max_size=rows)), pa.int64())
        whole = array[before : before + length]
        return (
            whole if kind == "nullable integers" else whole.to_numpy(),
            draw(st.integers(0, 30)),
            draw(st.booleans()),
        )
    return array[before : before + length]


def spelled(part, row):
    """What a part contributes to a row, in plain Python."""
    if isinstance(part, bytes):
        return part.decode()
    if not isinstance(part, tuple):
        return part[row].as_py()
    value, width, zeros = part[0][row], part[1], part[2]
    value = value.as_py() if isinstance(value, pa.Scalar) else int(value)
    return None if value is None else str(value).zfill(width) if zeros else str(value).rjust(width)


@given(st.data(), st.integers(0, 12))
def test_concat_joins_each_row_and_a_null_makes_it_null(data, length) -> None:
    given_parts = data.draw(st.lists(parts(length), max_size=5))
    joined = agreed("concat", given_parts, length).to_pylist()
    for row, text in enumerate(joined):
        cells = [spelled(part, row) for part in given_parts]
        assert text == (None if None in cells else "".join(cells))


def broken_strings(offsets, data=b"abc") -> pa.StringArray:
    """A string array whose offsets were overwritten behind Arrow's back: it refuses to make one itself."""
    memory = np.zeros(len(offsets), dtype=np.int32)
    array = pa.Array.from_buffers(pa.string(), len(offsets) - 1, [None, pa.py_buffer(memory), pa.py_buffer(data)])
    memory[:] = offsets
    return array


def dictionary(indices, entries=("a", "b"), mask=None) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(
        pa.array(np.array(indices, dtype=np.int32), mask=mask), pa.array(entries, pa.string()), safe=False
    )


@pytest.mark.parametrize(
    "part",
    [
        dictionary([0, 2]),
        dictionary([0, -1]),
        dictionary([0, 2**31 - 1], [None, None]),
        dictionary([0, 0], []),
        broken_strings([0, 2, 1]),
        broken_strings([0, 2, 4]),
        broken_strings([-1, 0, 1]),
        pa.array(["a"]),
        pa.array(["a", "b"], pa.large_string()),
        pa.array([1, 2]),
        pa.array(["a", "b"]).dictionary_encode().cast(pa.dictionary(pa.int8(), pa.string())),
        "text",
        b"\xff",
        (np.array([1, 2]), 256, True),
        (np.array([1, 2]), -1, True),
        (np.array([1.0, 2.0]), 1, True),
        (np.array([1, 2, 3]), 1, True),
    ],
)
def test_parts_that_do_not_fit_or_are_broken_are_refused(part) -> None:
    with pytest.raises(KernelError):
        agreed("concat", [b"x", part], 2)


def test_an_index_under_a_null_may_be_anything() -> None:
    masked = dictionary([7, 1], mask=np.array([True, False]))
    assert agreed("concat", [masked], 2).to_pylist() == [None, "b"]
    elsewhere = agreed("concat", [dictionary([7, 1]), pa.array([None, "c"])], 2)
    assert elsewhere.to_pylist() == [None, "bc"]


def test_long_texts_and_pools_beyond_the_copied_size_agree() -> None:
    entries = ["é" * (17 * n % 301) for n in range(900)]
    many = dictionary([n * 31 % 900 for n in range(4_000)], entries)
    joined = agreed("concat", [many, b"-" * 40, many.dictionary.take(many.indices), b"-"], 4_000)
    assert joined[77].as_py() == entries[77 * 31 % 900] + "-" * 40 + entries[77 * 31 % 900] + "-"
    wide = agreed("concat", [b"y" * 50_000, pa.array(["a", None] * 1_000)], 2_000)
    assert wide.null_count == 1_000
    assert wide[0].as_py() == "y" * 50_000 + "a"


def test_text_beyond_one_array_is_refused_before_it_is_made() -> None:
    with pytest.raises(KernelError, match="fewer rows"):
        agreed("concat", [b"x" * 2**16, dictionary([0] * 2**15)], 2**15)
    with pytest.raises(KernelError, match="fewer rows"):
        agreed("pattern", b"x" * 2**20, [(np.zeros(2**11, dtype=np.uint64), [0], [DIGITS])])
    pool = pa.array(["w" * 2**20])
    with pytest.raises(KernelError, match="fewer rows"):
        agreed("words", np.arange(300, dtype=np.uint64), 1, 0, 8, 8, pool, *agreed("alias_table32", [1]), None, None)


@given(st.data(), arrays, keys, st.lists(texts, min_size=1, max_size=9), st.integers(0, 7), st.integers(0, 7))
def test_words_agree_and_keep_their_limits(data, rows, key, pool, minimum, more) -> None:
    limit = data.draw(st.one_of(st.none(), st.integers(0, 60)))
    skip = data.draw(st.one_of(st.none(), st.lists(st.booleans(), min_size=rows.size, max_size=rows.size)))
    table = agreed("alias_table32", data.draw(st.lists(st.integers(1, 9), min_size=len(pool), max_size=len(pool))))
    flags = None if skip is None else np.array(skip, dtype=np.bool_)
    array = pa.array(["before", *pool], pa.string())[1:]
    lines = agreed("words", rows, *key, minimum, minimum + more, array, *table, limit, flags).to_pylist()
    for row, line in enumerate(lines):
        assert (line is None) == bool(skip and skip[row])
        assert line is None or limit is None or len(line) <= limit


@given(rows=arrays, key=keys, limit=st.one_of(st.none(), st.integers(0, 30)))
def test_words_are_drawn_as_their_definition_says(rows, key, limit) -> None:
    pool, weights = ["a", "éé", "ccc", "→ddd"], [4, 3, 2, 1]
    thresholds, aliases = agreed("alias_table32", weights)
    lines = agreed("words", rows, *key, 0, 6, pa.array(pool), thresholds, aliases, limit, None).to_pylist()
    for line, x in zip(lines, agreed("bits", rows, *key).tolist(), strict=True):
        drawn: list[str] = []
        for number in range(x * 7 >> 64):
            state = np.array([(x + (number // 2 + 1) * 0x9E3779B97F4A7C15) & TOP], dtype=np.uint64)
            half = int(agreed("mix", state)[0]) >> 32 * (number % 2) & 0xFFFFFFFF
            entry, fraction = divmod(half * 4, 2**32)
            drawn.append(pool[entry if fraction < thresholds[entry] else aliases[entry]])
            if limit is not None and len(" ".join(drawn)) > limit:
                drawn = [drawn[0][:limit]] if len(drawn) == 1 else drawn[:-1]
                break
        assert line == " ".join(drawn)


def test_rows_of_very_many_words_are_measured_before_they_are_made() -> None:
    table, pool = agreed("alias_table32", [1, 2]), pa.array(["é", "b" * 200])
    lines = agreed("words", ROWS[8:10].copy(), GAMMA, KAPPA, 0, 200_000, pool, *table, None, None).to_pylist()
    assert max(len(line) for line in lines) > 2**20
    limited = agreed("words", ROWS[8:10].copy(), GAMMA, KAPPA, 0, 200_000, pool, *table, 999, None).to_pylist()
    assert 700 < max(len(line) for line in limited) <= 999


@pytest.mark.parametrize(
    ("minimum", "maximum", "pool", "limit", "skip"),
    [
        (3, 2, pa.array(["a", "b"]), None, None),
        (-1, 2, pa.array(["a", "b"]), None, None),
        (0, 2**20, pa.array(["a", "b"]), None, None),
        (0, 2, pa.array(["a"]), None, None),
        (0, 2, pa.array(["a", None]), None, None),
        (0, 2, ["a", "b"], None, None),
        (0, 2, broken_strings([0, 2, 1]), None, None),
        (0, 2, pa.array(["a", "b"]), -1, None),
        (0, 2, pa.array(["a", "b"]), None, np.zeros(1, dtype=np.bool_)),
    ],
)
def test_words_refuse_what_does_not_fit(minimum, maximum, pool, limit, skip) -> None:
    table = agreed("alias_table32", [1, 2])
    with pytest.raises(KernelError):
        agreed("words", ROWS, GAMMA, KAPPA, minimum, maximum, pool, *table, limit, skip)


def test_aliases_outside_the_pool_are_refused() -> None:
    thresholds = np.zeros(2, dtype=np.uint32)
    for aliases in ([0, 2], [-1, 0]):
        with pytest.raises(KernelError, match="aliases"):
            agreed(
                "words", ROWS, 1, 1, 1, 1, pa.array(["a", "b"]), thresholds, np.array(aliases, dtype=np.int32), 5, None
            )


@pytest.mark.parametrize(
    ("template", "groups"),
    [
        (b"a", []),
        (b"a", [(ROWS, [1], [b"x"])]),
        (b"a", [(ROWS, [-1], [b"x"])]),
        (b"a", [(ROWS, [0], [b""])]),
        (b"a", [(ROWS, [0], [])]),
        (b"a", [(ROWS, [0], [b"\xc3"])]),
        ("é".encode(), [(ROWS, [0], [b"x"])]),
        (b"a", [(ROWS, [0], [b"x"]), (ROWS[1:], [0], [b"x"])]),
    ],
)
def test_patterns_refuse_what_does_not_fit(template, groups) -> None:
    with pytest.raises(KernelError):
        agreed("pattern", template, groups)


@given(u64, st.sampled_from(EDGES))
def test_uuids_of_any_bits_are_read_back(high, low) -> None:
    line = agreed("uuid4", np.array([high], dtype=np.uint64), np.array([low], dtype=np.uint64))[0].as_py()
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", line)
