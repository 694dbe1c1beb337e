"""The store of an S3 bucket: AWS, or anything that speaks its API.

An object appears when its one PUT or its multipart upload completes, never before; ``create`` is a conditional PUT.
Where an answer is lost, the object says whether the call was carried out. Nothing is renamed, because S3 cannot.
Large objects are written in storage_s3_writer, put together in storage_s3_assembly, within limits of storage_s3_plan.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote

from cluster.errors import ExistsError, GoneError, StoreError
from cluster.storage import Assembly, Entry, Store, Unfinished, UploadRule, Writer
from cluster.storage_s3_client import S3Client
from cluster.storage_s3_plan import Limits
from cluster.storage_s3_retry import Tries
from cluster.storage_s3_writer import Budget, S3Writer
from formats import Chunk

MEMORY = 256 << 20
"""Bytes that all writers of one store hold between them before they send what they have."""
_LONGEST_SECONDS = 7 * 24 * 3600
_ROUNDS = 3
_CALL = "seedbed-call"
"""Metadata of an object that says which call created it."""


class S3Store(Store):
    """The objects of a bucket whose keys begin with a prefix. ``budget``: what its writers hold in this process."""

    cheap_reads = False

    def __init__(self, bucket: str, prefix: str, limits: Limits | None = None, memory: int = MEMORY) -> None:
        self.client = S3Client(bucket)
        self.limits, self.budget = limits or Limits(), Budget(memory)
        self.prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self.url = f"s3://{bucket}/{self.prefix}".rstrip("/")
        self._tags: dict[str, str] = {}

    def key(self, name: str) -> str:
        """The key of an object."""
        return self.prefix + name

    def check(self) -> None:
        self.client.tried(Tries(hasty=True), "list_objects_v2", f"use {self.url}", Prefix=self.prefix, MaxKeys=1)

    def writer(self, name: str) -> Writer:
        return S3Writer(self, name)

    def put(self, name: str, data: Chunk) -> None:
        self.client.call("put_object", f"write {self.url}/{name}", Key=self.key(name), Body=data)

    def create(self, name: str, data: bytes) -> bool:
        what, call = f"create {self.url}/{name}", uuid.uuid4().hex
        arguments = {"Key": self.key(name), "Body": data, "Metadata": {_CALL: call}}
        try:
            self.client.call("put_object", what, IfNoneMatch="*", **arguments)
        except ExistsError:
            # It may be of this very call: its answer got lost, and some layer below, or ours, has tried it again.
            return self._is_of_call(name, call)
        return True

    def _is_of_call(self, name: str, call: str) -> bool:
        try:
            found = self.client.call("head_object", f"look at {self.url}/{name}", Key=self.key(name))
        except GoneError:
            return False
        return bool(found.get("Metadata", {}).get(_CALL) == call)

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

    def tag(self, name: str) -> str:
        """The ETag that an object had when it was first asked for; GoneError if it is not there."""
        if name not in self._tags:
            found = self.client.call("head_object", f"look at {self.url}/{name}", Key=self.key(name))
            self._tags[name] = str(found["ETag"])
        return self._tags[name]

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
        start = f"{folder.strip('/')}/" if folder.strip("/") else ""
        for _ in range(_ROUNDS):  # what a maker still writes may end between two looks
            found = list(self.uploads(start))
            for key, upload in found:
                self.abort_upload(key, upload)
            entries = self.entries(folder)
            self.delete(entry.name for entry in entries)
            if not found and not entries:
                return

    def unfinished(self) -> Sequence[Unfinished]:
        return [Unfinished(key.removeprefix(self.prefix), upload) for key, upload in self.uploads("")]

    def abort(self, writes: Iterable[Unfinished]) -> None:
        for write in writes:
            self.abort_upload(self.key(write.name), write.token)

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

    def copy_part(self, name: str, upload: str, number: int, source: str, start: int, stop: int) -> str:
        """Has the server make the bytes [start, stop) of object ``source`` part ``number``; returns its ETag."""
        arguments = {"Key": self.key(name), "UploadId": upload, "PartNumber": number}
        copied = {"Bucket": self.client.bucket, "Key": self.key(source)}
        limits = {"CopySource": copied, "CopySourceRange": f"bytes={start}-{stop - 1}"}
        answer = self.client.call("upload_part_copy", f"join {self.url}/{name}", **arguments, **limits)
        return str(answer["CopyPartResult"]["ETag"])

    def complete_upload(self, name: str, upload: str, etags: list[tuple[int, str]], size: int, exclusive: bool) -> None:
        """Makes the object, of ``size`` bytes, appear; ExistsError if it must not be there and is."""
        parts = [{"PartNumber": number, "ETag": etag} for number, etag in etags]
        condition = {"IfNoneMatch": "*"} if exclusive else {}
        arguments = {"Key": self.key(name), "UploadId": upload, "MultipartUpload": {"Parts": parts}, **condition}
        tries = Tries()
        try:
            self.client.tried(tries, "complete_multipart_upload", f"write {self.url}/{name}", **arguments)
        except (ExistsError, GoneError):
            # An earlier try of ours may have completed it, and its answer got lost.
            if not (tries.unanswered and self._is_of(name, len(parts), size)):
                raise

    def _is_of(self, name: str, parts: int, size: int) -> bool:
        """Whether there is an object of so many bytes, made of so many parts as far as its ETag tells."""
        try:
            found = self.client.call("head_object", f"look at {self.url}/{name}", Key=self.key(name))
        except GoneError:
            return False
        _, dash, count = str(found["ETag"]).strip('"').rpartition("-")
        return int(found["ContentLength"]) == size and (not dash or count == str(parts))

    def abort_upload(self, key: str, upload: str) -> None:
        """Drops an upload; no error if it is gone."""
        with contextlib.suppress(GoneError):
            self.client.call("abort_multipart_upload", f"clean up {self.url}", Key=key, UploadId=upload)

    def assembly(self) -> Assembly:
        from cluster.storage_s3_assembly import S3Assembly

        return S3Assembly(self)

    def signed_url(self, name: str, seconds: int, download_as: str | None = None) -> str | None:
        if not 0 < seconds <= _LONGEST_SECONDS:
            raise StoreError(f"a signed URL is good for 1 to {_LONGEST_SECONDS:,} seconds, not for {seconds:,}")
        arguments = {"Key": self.key(name)}
        if download_as is not None:
            arguments["ResponseContentDisposition"] = _disposition(download_as)
        return self.client.sign(f"sign a URL of {self.url}/{name}", "get_object", seconds, **arguments)

    def upload_rules(self) -> Sequence[UploadRule]:
        from cluster.storage_s3_rules import upload_rules

        return upload_rules(self)

    def expire_uploads(self, days: int) -> UploadRule:
        from cluster.storage_s3_rules import expire_uploads

        return expire_uploads(self, days)


def _disposition(name: str) -> str:
    """The header that has a browser save a file under a name: plain where it is, and encoded (RFC 6266) as well."""
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%' else "_" for c in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
