"""The media types of data: of every format there is, and of what is packed."""

from __future__ import annotations

from formats import formats

_PACKED = ("application/gzip", "application/zstd", "application/zip", "application/octet-stream", "application/json")


def file_types() -> tuple[str, ...]:
    """What a file of a data set may be."""
    found = {formats.get(name).media_type.partition(";")[0] for name in formats.names()}
    return tuple(sorted(found | set(_PACKED)))


def text_types() -> tuple[str, ...]:
    """What rows on the spot may be."""
    known = [formats.get(name) for name in formats.names()]
    return tuple(sorted({each.media_type.partition(";")[0] for each in known if each.text}))
