"""Removes a target: files, state, and uploads that nobody will ever end.

For targets that belong to one artifact alone: everything below them is taken for its. Everything here may be done
twice, cut short and done again; what is not there is no error.
"""

from __future__ import annotations

from pathlib import Path

from cluster.errors import StoreError
from cluster.objects import MANIFEST
from cluster.stores import open_store, split_url


def remove_target(url: str) -> None:
    """Removes all that is below a target: objects, state, unfinished writes; of a folder also the folder itself.

    The manifest goes first: without it nobody takes what is left for a data set. A maker that was cut off and works
    on may end a file a moment later: then remove the target once more. StoreError if something cannot be removed, and
    always for a whole bucket, file system or home folder, which cannot be one artifact's.
    """
    _refuse_roots(url)
    store = open_store(url)
    store.delete([MANIFEST])
    store.remove()


def _refuse_roots(url: str) -> None:
    scheme, rest = split_url(url)
    if scheme == "file":
        path, home = Path(rest).resolve(), Path.home().resolve()
        if path == home or path in home.parents:
            raise StoreError(f"{url} is a home folder or has one in it; it is not removed")
    elif scheme == "s3" and "/" not in rest:
        raise StoreError(f"{url} is a whole bucket; it is not removed, only a prefix of it can be")
