"""Slips of the hand on text: a wrong key, a letter lost, doubled or out of turn, an end cut off, words out of turn."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from generator import kernels
from generator.dirt.letters import Cuts, Flags, Letters
from generator.dirt.spots import Spots

_KEYBOARD = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")


def _neighbours() -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint32]]:
    """For each ASCII character how many keys of its kind stand around its own, and which: (128,) and (128, 6).

    The keyboard is QWERTY; letters stand beside letters, digits beside digits, and capitals are beside capitals.
    """
    counts, keys = np.zeros(128, dtype=np.uint64), np.zeros((128, 6), dtype=np.uint32)
    for row, letters in enumerate(_KEYBOARD):
        for place, letter in enumerate(letters):
            around = [(row, place - 1), (row, place + 1)]
            around += [(row - 1, place), (row - 1, place + 1), (row + 1, place - 1), (row + 1, place)]
            found = [_KEYBOARD[r][p] for r, p in around if 0 <= r < 4 and 0 <= p < len(_KEYBOARD[r])]
            found = [each for each in found if each.isdigit() == letter.isdigit()]
            for spell in (str.lower, str.upper):
                code = ord(spell(letter))
                counts[code], keys[code, : len(found)] = len(found), [ord(spell(each)) for each in found]
    return counts, keys


_COUNTS, _KEYS = _neighbours()
_NEIGHBOUR, _LOST, _DOUBLED, _TURNED = range(4)


def typo(spots: Spots) -> pa.Array:
    """A letter as the key beside its own, lost, doubled, or in turn with the next; doubled where that cannot be."""
    letters, draw = spots.letters, spots.draw("place")
    form = spots.form(4)
    heads = letters.heads
    known = (heads < 128) & letters.single
    known[known] = _COUNTS[heads[known]] > 0
    key, has_key = letters.pick(known, spots.rows, draw)
    letter, is_seen = letters.pick(letters.seen, spots.rows, draw)
    form[(form == _NEIGHBOUR) & ~has_key] = _DOUBLED
    form[(form == _LOST) & (letters.counts < 2)] = _DOUBLED

    cuts = Cuts(letters, _beside(spots, key, has_key))
    begins, ends, starts = letters.begins, letters.ends, letters.starts
    extra = cuts.extra + np.arange(len(spots))
    turned = _turn(letters, spots, cuts, form == _TURNED)
    form[(form == _TURNED) & ~turned] = _DOUBLED
    cuts.put(form == _NEIGHBOUR, (begins, starts[key]), (extra, extra + 1), (starts[key + has_key], ends))
    start, stop = starts[letter], starts[letter + is_seen]
    cuts.put((form == _LOST) & is_seen, (begins, start), (stop, ends))
    cuts.put((form == _DOUBLED) & is_seen, (begins, stop), (start, ends))
    return cuts.texts()


def _beside(spots: Spots, letter: npt.NDArray[np.int64], there: Flags) -> npt.NDArray[np.uint32]:
    """A key beside each of these letters; 0 where there is none."""
    own = np.zeros(len(spots), dtype=np.uint32)
    own[there] = spots.letters.heads[letter[there]]
    draw = spots.draw("letter")
    which = kernels.below_each(spots.rows, draw.gamma, draw.kappa, _COUNTS[own])
    return np.where(there, _KEYS[own, which.view(np.int64)], 0).astype(np.uint32)


def _turn(letters: Letters, spots: Spots, cuts: Cuts, where: Flags) -> Flags:
    """Lets two letters that stand beside each other and differ change places; returns where there were such."""
    differ = letters.seen & letters.following
    plain = letters.single[1:] & letters.single[:-1]
    differ[1:] &= letters.seen[:-1] & ((letters.heads[1:] != letters.heads[:-1]) | ~plain)
    second, there = letters.pick(differ, spots.rows, spots.draw("place"))
    starts = letters.starts
    first, middle, last = starts[second - there], starts[second], starts[second + there]
    done = where & there
    cuts.put(done, (letters.begins, first), (middle, last), (first, middle), (last, letters.ends))
    return done


def truncate(spots: Spots) -> pa.Array:
    """The last part lost: at most half of the letters, at least one of them."""
    letters, draw = spots.letters, spots.draw("place")
    half = letters.counts // 2
    lost = kernels.below_each(spots.rows, draw.gamma, draw.kappa, np.maximum(half, 1).astype(np.uint64))
    cuts = Cuts(letters, np.empty(0, dtype=np.uint32))
    where = letters.counts > 1
    kept = letters.first[1:] - np.where(where, 1 + lost.view(np.int64), 0)
    cuts.put(where, (letters.begins, letters.starts[kept]))
    return cuts.texts()


def swap(spots: Spots) -> pa.Array:
    """Two words that stand beside each other in turn; two letters where there is one word, or the words are alike."""
    letters, draw = spots.letters, spots.draw("place")
    seen, following = letters.seen, letters.following
    gone_on = following.copy()
    gone_on[1:] &= seen[:-1]
    opens = np.flatnonzero(seen & ~gone_on)  # the first letters of words
    goes_on = np.append(gone_on[1:], False) & np.append(seen[1:], False)
    closes = np.flatnonzero(seen & ~goes_on) + 1
    before = np.searchsorted(opens, letters.first)
    pairs = np.maximum(np.diff(before) - 1, 0)
    there = pairs > 0
    word = before[:-1] + kernels.below_each(spots.rows, draw.gamma, draw.kappa, pairs.astype(np.uint64)).view(np.int64)
    cuts = Cuts(letters, np.empty(0, dtype=np.uint32))
    one, other = np.where(there, word, 0), np.where(there, word + 1, 0)
    if there.any():
        a, b, c, d = (letters.starts[place] for place in (opens[one], closes[one], opens[other], closes[other]))
        cuts.put(there, (letters.begins, a), (c, d), (b, c), (a, b), (d, letters.ends))
    alike = np.asarray(pc.equal(cuts.texts(), spots.texts))
    if alike.any():
        _turn(letters, spots, cuts, alike)
    return cuts.texts()
