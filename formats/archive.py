"""Zip archives (PKWARE APPNOTE 6.3.10) whose members are made of parts: headers and directory, without the data."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

EPOCH = (1980, 1, 1, 0, 0, 0)


def zipped(members: Sequence[tuple[str, bytes]]) -> bytes:
    """A small archive of finished members, in order."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name, EPOCH), data, zipfile.ZIP_DEFLATED)
    return target.getvalue()
