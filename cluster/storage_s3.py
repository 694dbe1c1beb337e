"""The store of an S3 bucket: AWS, or anything that speaks its API.

An object appears when its one PUT or its multipart upload completes, never before; ``create`` is a conditional PUT.
Nothing is renamed, because S3 cannot. Parts of objects are put together in storage_s3_assembly.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence

from cluster.errors import ExistsError, GoneError, StoreError
from cluster.storage import Assembly, Entry, Store, Writer
from cluster.storage_s3_client import S3Client
from formats import Chunk

MIN_PART = 5 << 20
"""S3 takes no part of a multipart upload below this, but the last."""
MAX_PART_NUMBER = 10_000
_SINGLE_PUT = 64 << 20
_UPLOAD_PART = 16 << 20


class S3Store(Store):
    """The objects of a bucket whose keys begin with a prefix."""

    cheap_reads = False

    def __init__(self, bucket: str, prefix: str) -> None:
        self.client = S3Client(bucket)
        self.prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self.url = f"s3://{bucket}/{self.prefix}".rstrip("/")

    def key(self, name: str) -> str:
        """The key of an object."""
        return self.prefix + name

    def check(self) -> None:
        self.client.call("list_objects_v2", f"use {self.url}", Prefix=self.prefix, MaxKeys=1)

    def writer(self, name: str) -> Writer:
        return S3Writer(self, name)

    def put(self, name: str, data: bytes) -> None:
        self.client.call("put_object", f"write {self.url}/{name}", Key=self.key(name), Body=data)

    def create(self, name: str, data: bytes) -> bool:
        what = f"create {self.url}/{name}"
        try:
            self.client.call("put_object", what, Key=self.key(name), Body=data, IfNoneMatch="*")
        except ExistsError:
            return False
        return True

    def read(self, name: str, start: int = 0, stop: int | None = None) -> bytes:
        if stop is not None and stop <= start:
            return b""
        return self.client.fetch(f"read {self.url}/{name}", self.key(name), start, stop)

    def size(self, name: str) -> int | None:
        try:
            found = self.client.call("head_object", f"look at {self.url}/{name}", Key=self.key(name))
        except GoneError:
            return None
        return int(found["ContentLength"])

    def entries(self, folder: str) -> Sequence[Entry]:
        prefix = self.key(f"{folder.strip('/')}/" if folder.strip("/") else "")
        found: list[Entry] = []
        more: dict[str, str] = {}
        while True:
            page = self.client.call("list_objects_v2", f"list {self.url}/{folder}", Prefix=prefix, **more)
            for item in page.get("Contents", ()):
                found.append(Entry(item["Key"][len(self.prefix) :], int(item["Size"])))
            if not page.get("IsTruncated"):
                return sorted(found, key=lambda entry: entry.name)
            more = {"ContinuationToken": page["NextContinuationToken"]}

    def delete(self, names: Iterable[str]) -> None:
        every = list(names)
        for at in range(0, len(every), 1000):
            some = every[at : at + 1000]
            keys = [{"Key": self.key(name)} for name in some]
            what = f"delete {self.url}/{some[0]}"
            answer = self.client.call("delete_objects", what, Delete={"Objects": keys, "Quiet": True})
            for failure in answer.get("Errors", ()):
                if failure.get("Code") not in {"NoSuchKey", "404"}:
                    raise StoreError(
                        f"cannot delete s3://{self.client.bucket}/{failure['Key']}: {failure.get('Message')}"
                    )

    def clear(self, folder: str) -> None:
        self.delete(entry.name for entry in self.entries(folder))
        for key, upload in list(self.uploads(f"{folder.strip('/')}/")):
            self.abort_upload(key, upload)

    def uploads(self, start: str) -> Iterator[tuple[str, str]]:
        """(key, upload id) of the unfinished uploads whose names begin with ``start``."""
        more: dict[str, str] = {}
        while True:
            what = f"list the uploads of {self.url}"
            page = self.client.call("list_multipart_uploads", what, Prefix=self.key(start), **more)
            for item in page.get("Uploads") or ():
                if item["Key"].startswith(self.key(start)):
                    yield item["Key"], item["UploadId"]
            if not page.get("IsTruncated"):
                return
            more = {"KeyMarker": page["NextKeyMarker"], "UploadIdMarker": page["NextUploadIdMarker"]}

    def begin_upload(self, name: str) -> str:
        """Opens a multipart upload and returns its id."""
        what = f"write {self.url}/{name}"
        return str(self.client.call("create_multipart_upload", what, Key=self.key(name))["UploadId"])

    def upload_part(self, name: str, upload: str, number: int, data: Chunk) -> str:
        """Uploads part ``number`` (from 1) and returns its ETag; GoneError if the upload is no more."""
        arguments = {"Key": self.key(name), "UploadId": upload, "PartNumber": number, "Body": data}
        return str(self.client.call("upload_part", f"write {self.url}/{name}", **arguments)["ETag"])

    def complete_upload(self, name: str, upload: str, etags: list[tuple[int, str]], exclusive: bool) -> None:
        """Makes the object appear; ExistsError if it must not be there and is."""
        parts = [{"PartNumber": number, "ETag": etag} for number, etag in etags]
        condition = {"IfNoneMatch": "*"} if exclusive else {}
        arguments = {"Key": self.key(name), "UploadId": upload, "MultipartUpload": {"Parts": parts}, **condition}
        self.client.call("complete_multipart_upload", f"write {self.url}/{name}", **arguments)

    def abort_upload(self, key: str, upload: str) -> None:
        """Drops an upload; no error if it is gone."""
        with contextlib.suppress(GoneError):
            self.client.call("abort_multipart_upload", f"clean up {self.url}", Key=key, UploadId=upload)

    def assembly(self) -> Assembly:
        from cluster.storage_s3_assembly import S3Assembly

        return S3Assembly(self)


class S3Writer(Writer):
    """Gathers an object in memory for one PUT; a large one goes up as a multipart upload on the way."""

    def __init__(self, store: S3Store, name: str) -> None:
        self._store, self._name = store, name
        self._rest = bytearray()
        self._upload = ""
        self._etags: list[tuple[int, str]] = []

    def write(self, chunk: Chunk) -> None:
        self._rest += chunk
        if not self._upload and len(self._rest) <= _SINGLE_PUT:
            return
        if not self._upload:
            self._upload = self._store.begin_upload(self._name)
        # Parts grow with the object, so that 10,000 of them reach S3's limit of 5 TiB.
        while len(self._rest) >= (size := _UPLOAD_PART << (len(self._etags) // 1000)):
            self._send(self._rest[:size])
            del self._rest[:size]

    def commit(self) -> None:
        if not self._upload:
            self._store.put(self._name, bytes(self._rest))
            return
        if self._rest:
            self._send(self._rest)
        self._store.complete_upload(self._name, self._upload, self._etags, exclusive=False)

    def abort(self) -> None:
        self._rest.clear()
        if self._upload:
            with contextlib.suppress(StoreError):
                self._store.abort_upload(self._store.key(self._name), self._upload)

    def _send(self, data: bytearray) -> None:
        number = len(self._etags) + 1
        self._etags.append((number, self._store.upload_part(self._name, self._upload, number, bytes(data))))
