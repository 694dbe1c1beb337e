"""Calls to one S3 bucket through s3fs, and what its failures mean to a user.

Credentials, region and endpoint come from the usual AWS chain only: environment, profile, or the machine's role.
Every wait is bounded, so an unreachable or refusing store is known within seconds. Nothing here knows object layouts.
"""

from __future__ import annotations

import os
from typing import Any

from cluster.errors import ExistsError, GoneError, StoreError

CONNECT_SECONDS, READ_SECONDS, ATTEMPTS = 3, 120, 3

_GONE = {"NoSuchKey", "NoSuchUpload", "404", "NotFound", "InvalidPart"}
_TAKEN = {"PreconditionFailed", "412", "ConditionalRequestConflict"}
_PASSING = {"SlowDown", "InternalError", "ServiceUnavailable", "RequestTimeout", "500", "502", "503", "504", "409"}
_MEANINGS = {
    "NoSuchBucket": "there is no such bucket; create it, or correct its name",
    "InvalidAccessKeyId": "the store does not know this access key; check AWS_ACCESS_KEY_ID",
    "SignatureDoesNotMatch": "the secret key is wrong; check AWS_SECRET_ACCESS_KEY",
    "ExpiredToken": "the session token has expired; get new credentials",
    "AccessDenied": "access is denied; the key needs to list, read, write and delete objects of this bucket",
    "403": "access is denied; check the key and what it may do in this bucket",
    "QuotaExceeded": "the store's quota is used up",
    "NoCredentialsError": "no AWS credentials were found; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    "PartialCredentialsError": "the AWS credentials are incomplete; set both the access key and the secret key",
    "ProfileNotFound": "the AWS profile does not exist; check AWS_PROFILE",
}
_UNREACHABLE = {"EndpointConnectionError", "ConnectTimeoutError", "ConnectionError", "ClientConnectorError"}
_BROKEN = {
    "ConnectionClosedError", "ReadTimeoutError", "HTTPClientError", "ClientPayloadError", "IncompleteRead",
    "FSTimeoutError", "TimeoutError", "ServerDisconnectedError", "ClientOSError", "ResponseParserError",
}  # fmt: skip


class S3Client:
    """One bucket. ``call`` is any method of the S3 API with ``Bucket`` filled in."""

    def __init__(self, bucket: str) -> None:
        self.bucket = bucket
        self._files: Any = None

    def call(self, method: str, what: str, **arguments: Any) -> Any:
        """The parsed response. ``what`` says in a message what was tried: ``write s3://...``."""
        try:
            return self._connected().call_s3(method, Bucket=self.bucket, **arguments)
        except Exception as error:
            raise self.told(what, error) from None

    def fetch(self, what: str, key: str, start: int, stop: int | None) -> bytes:
        """The bytes [start, stop) of an object, fewer if it ends before; a lost connection is tried again."""
        span = {} if start == 0 and stop is None else {"Range": f"bytes={start}-{'' if stop is None else stop - 1}"}
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._read(Bucket=self.bucket, Key=key, **span)
            except Exception as error:
                code = _code(error)[0]
                if code in {"InvalidRange", "416"}:
                    return b""
                if code not in _BROKEN or attempt == ATTEMPTS:
                    raise self.told(what, error) from None
        raise AssertionError("the loop above returns or raises")

    def _read(self, **arguments: Any) -> bytes:
        from fsspec.asyn import sync

        files = self._connected()

        async def read() -> bytes:
            answer = await files._call_s3("get_object", **arguments)
            async with answer["Body"] as body:
                return bytes(await body.read())

        return bytes(sync(files.loop, read))

    def told(self, what: str, error: Exception) -> StoreError:
        """The one error that a failure of ``what`` becomes."""
        code, status, message = _code(error)
        text = f"cannot {what}: {_MEANINGS.get(code) or message or code}"
        if code in _TAKEN:
            return ExistsError(f"cannot {what}: it exists already")
        if code in _GONE or (isinstance(error, FileNotFoundError) and code != "NoSuchBucket"):
            return GoneError(f"cannot {what}: it is not there", passing=True)
        if code in _UNREACHABLE:
            return StoreError(f"cannot {what}: the store at {self.endpoint()} cannot be reached", passing=True)
        return StoreError(text, passing=code in _PASSING or code in _BROKEN or status >= 500)

    def endpoint(self) -> str:
        """Where calls go, for messages."""
        return os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or "AWS S3"

    def _connected(self) -> Any:
        if self._files is None:
            from s3fs import S3FileSystem

            config: dict[str, Any] = {
                "connect_timeout": CONNECT_SECONDS,
                "read_timeout": READ_SECONDS,
                "max_pool_connections": 32,
                "retries": {"total_max_attempts": ATTEMPTS, "mode": "standard"},
                "signature_version": "s3v4",
                # Newer checksums are refused by many S3 stores; the manifest's digests cover every byte anyway.
                "request_checksum_calculation": "when_required",
                "response_checksum_validation": "when_required",
            }
            if self.endpoint() != "AWS S3":
                config["s3"] = {"addressing_style": "path"}
            self._files = S3FileSystem(skip_instance_cache=True, use_listings_cache=False, config_kwargs=config)
            self._files.retries = 1  # botocore retries already; both together would take minutes to give up
        return self._files


def _code(error: BaseException) -> tuple[str, int, str]:
    """(S3 error code or class name, HTTP status or 0, message) of what s3fs raised."""
    cause: BaseException | None = error
    while cause is not None:
        response = getattr(cause, "response", None)
        if isinstance(response, dict) and "Error" in response:
            status = int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
            return str(response["Error"].get("Code", status)), status, str(response["Error"].get("Message", ""))
        cause = cause.__cause__
    return type(error).__name__, 0, str(error)
