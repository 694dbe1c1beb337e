"""Bytes of one S3 object that become bytes of another one, copied by the server.

Between buckets too, as all of a process are on one endpoint. What is copied in several calls is of one object: once it
has been replaced, the calls fail.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cluster.errors import ExistsError, GoneError
from cluster.storage import Store
from cluster.storage_s3_plan import Limits

if TYPE_CHECKING:
    from cluster.storage_s3 import S3Store


@dataclass(frozen=True, slots=True)
class Stretch:
    """The bytes [start, stop) of an object of a store."""

    store: S3Store
    name: str
    start: int
    stop: int

    @classmethod
    def of(cls, store: Store, name: str, start: int, stop: int) -> Stretch | None:
        """The stretch, if it can be copied by the server."""
        from cluster.storage_s3 import S3Store

        return cls(store, name, start, stop) if isinstance(store, S3Store) else None

    @property
    def size(self) -> int:
        return self.stop - self.start

    def cut(self, limits: Limits) -> Iterator[Stretch]:
        """The stretch in pieces that are copied in one call each; none is too small for a part unless all are."""
        start = self.start
        while start < self.stop:
            end = self.stop if self.stop - start < limits.copied + limits.least else start + limits.copied
            yield Stretch(self.store, self.name, start, end)
            start = end

    def copy(self, target: S3Store, name: str, upload: str, number: int) -> str:
        """Makes it part ``number`` (from 1) of an upload and returns its ETag. GoneError if either is no more."""
        what = f"copy {self.store.url}/{self.name}"
        arguments = {
            "Key": target.key(name),
            "UploadId": upload,
            "PartNumber": number,
            "CopySource": {"Bucket": self.store.client.bucket, "Key": self.store.key(self.name)},
            "CopySourceRange": f"bytes={self.start}-{self.stop - 1}",
            "CopySourceIfMatch": self.store.tag(self.name),
        }
        try:
            answer = target.client.call("upload_part_copy", what, **arguments)
        except ExistsError:  # what a condition that fails is taken for elsewhere
            raise GoneError(f"cannot {what}: it has been replaced") from None
        etag = str(answer["CopyPartResult"]["ETag"]).strip('"')
        return f'"{etag}"'  # as parts are listed; some stores answer without quotes
