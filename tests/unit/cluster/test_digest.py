import hashlib

import pytest
import xxhash

from cluster.digest import Digest, digest_of, name_of, tree
from cluster.errors import ManifestError


def test_digests_are_those_of_the_libraries_with_a_tag() -> None:
    assert digest_of("sha256", b"abc") == "sha256:" + hashlib.sha256(b"abc").hexdigest()
    assert digest_of("xxh3-128", b"abc") == "xxh3-128:" + xxhash.xxh3_128_hexdigest(b"abc")
    assert digest_of("xxh3-128", b"") == "xxh3-128:99aa06d3014798d86001c324468d497f"


def test_a_digest_does_not_depend_on_how_bytes_are_cut() -> None:
    digest = Digest("sha256")
    for chunk in (b"a", bytearray(b"b"), memoryview(b"cd")):
        digest.update(chunk)
    assert (str(digest), digest.bytes) == (digest_of("sha256", b"abcd"), 4)


def test_a_tree_differs_for_every_change_of_its_leaves() -> None:
    leaves = [("a", 1, "sha256:00"), ("b", 2, "sha256:01")]
    others = [
        leaves[::-1], leaves[:1], [], [("a", 2, "sha256:00"), leaves[1]], [("ab", 1, "sha256:00"), leaves[1]],
        [("a", 1, "sha256:02"), leaves[1]], [("a 1", 1, "sha256:00"), leaves[1]],
    ]  # fmt: skip
    assert len({tree("xxh3-128", some) for some in [leaves, *others]}) == len(others) + 1


def test_a_tree_is_what_its_docstring_says() -> None:
    text = b"seedbed tree 1\n4 part 10 sha256:ff\n"
    assert tree("sha256", [("part", 10, "sha256:ff")]) == digest_of("sha256", text)


def test_an_unknown_digest_is_named() -> None:
    assert name_of("sha256:00") == "sha256"
    with pytest.raises(ManifestError, match=r"'md5:00'.*known: xxh3-128, sha256"):
        name_of("md5:00")
