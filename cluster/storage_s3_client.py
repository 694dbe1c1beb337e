"""Calls to one S3 bucket through s3fs: tried again while that may help, and one clear error when it does not.

Credentials, region and endpoint come from the usual AWS chain only: environment, profile, web identity, or the
machine's role; they are never shown. Every wait is bounded. Nothing here knows object layouts.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Coroutine
from typing import Any

from cluster.errors import ExistsError, GoneError, StoreError
from cluster.storage_s3_retry import Retry, Tries

CONNECT_SECONDS, READ_SECONDS = 3, 120
CHECK_SECONDS = 10
"""How long a first call waits for its answer, when it is made to see whether the store is there at all."""

_GONE = {"NoSuchKey", "NoSuchUpload", "404", "NotFound", "InvalidPart", "NoSuchLifecycleConfiguration"}
_TAKEN = {"PreconditionFailed", "412"}
_PASSING = {
    "SlowDown", "SlowDownRead", "SlowDownWrite", "InternalError", "ServiceUnavailable", "RequestTimeout", "500", "502",
    "503", "504", "409", "429", "OperationAborted", "ConditionalRequestConflict", "TooManyRequests", "Throttling",
    "ThrottlingException", "RequestLimitExceeded", "BandwidthLimitExceeded", "IncompleteBody", "BadDigest",
}  # fmt: skip
_DENIED = "access is denied; the key needs to list, read, write and delete objects of this bucket"
_EXPIRED = "the session token has expired; get new credentials"
_REGION = "the bucket is in another region; set AWS_DEFAULT_REGION to its region"
_MEANINGS = {
    "NoSuchBucket": "there is no such bucket; create it, or correct its name",
    "InvalidBucketName": "no bucket can have this name; correct it",
    "InvalidAccessKeyId": "the store does not know this access key; check AWS_ACCESS_KEY_ID",
    "SignatureDoesNotMatch": "the secret key is wrong; check AWS_SECRET_ACCESS_KEY",
    "ExpiredToken": _EXPIRED,
    "ExpiredTokenException": _EXPIRED,
    "TokenRefreshRequired": _EXPIRED,
    "InvalidToken": "the session token is not valid; check AWS_SESSION_TOKEN",
    "AccessDenied": _DENIED,
    "AllAccessDisabled": _DENIED,
    "AccountProblem": _DENIED,
    "401": "access is denied; check the key and what it may do in this bucket",
    "403": "access is denied; check the key and what it may do in this bucket",
    "400": "the store refuses the request; check the credentials and the region",
    "RequestTimeTooSkewed": "this machine's clock and the store's differ too much; set the clock",
    "PermanentRedirect": _REGION,
    "AuthorizationHeaderMalformed": _REGION,
    "IllegalLocationConstraintException": _REGION,
    "EntityTooLarge": "it is larger than the store takes",
    "QuotaExceeded": "the store's quota is used up",
    "NoCredentialsError": "no AWS credentials were found; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    "PartialCredentialsError": "the AWS credentials are incomplete; set both the access key and the secret key",
    "ProfileNotFound": "the AWS profile does not exist; check AWS_PROFILE",
    "UnauthorizedSSOTokenError": "the AWS login has expired; log in again",
    "MethodNotAllowed": "the store does not offer this",
    "NotImplemented": "the store does not offer this",
    "NotImplementedError": "the store does not offer this",
    "501": "the store does not offer this",
}
_UNREACHABLE = {"EndpointConnectionError", "ConnectTimeoutError", "ConnectionError", "ClientConnectorError"}
_BROKEN = {
    "ConnectionClosedError", "ReadTimeoutError", "HTTPClientError", "ClientPayloadError", "IncompleteRead",
    "FSTimeoutError", "TimeoutError", "ServerDisconnectedError", "ClientOSError", "ResponseParserError",
    "ResponseStreamingError", "ConnectionResetError", "BrokenPipeError", "ClientConnectionResetError",
}  # fmt: skip
_SECRETS = ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_ACCESS_KEY_ID")


class S3Client:
    """One bucket. ``call`` is any method of the S3 API with ``Bucket`` filled in."""

    def __init__(self, bucket: str, retry: Retry | None = None) -> None:
        self.bucket = bucket
        self._retry = retry or Retry()
        self._files: Any = None
        self._lock = threading.Lock()

    def call(self, method: str, what: str, /, **arguments: Any) -> Any:
        """The parsed response. ``what`` says in a message what was tried: ``write s3://...``."""
        return self.tried(Tries(), method, what, **arguments)

    def tried(self, tries: Tries, method: str, what: str, /, **arguments: Any) -> Any:
        """Like ``call``; ``tries`` is told what became of the tries that failed."""
        files = self._connected(what)

        async def one_call() -> Any:
            return await files._call_s3(method, Bucket=self.bucket, **arguments)

        return self._try(what, one_call, tries)

    def fetch(self, what: str, key: str, start: int, stop: int | None) -> bytes:
        """The bytes [start, stop) of an object, fewer if it ends before."""
        span = {} if start == 0 and stop is None else {"Range": f"bytes={start}-{'' if stop is None else stop - 1}"}
        files = self._connected(what)

        async def read() -> bytes:
            try:
                answer = await files._call_s3("get_object", Bucket=self.bucket, Key=key, **span)
            except Exception as error:
                if _code(error)[0] in {"InvalidRange", "416"}:
                    return b""
                raise
            async with answer["Body"] as body:
                return bytes(await body.read())

        return bytes(self._try(what, read, Tries()))

    def sign(self, what: str, method: str, seconds: int, **arguments: Any) -> str:
        """A URL that does one call; nothing is sent."""
        files = self._connected(what)

        async def signed() -> str:
            await files.set_session()
            parameters = {"Bucket": self.bucket, **arguments}
            return str(await files._s3.generate_presigned_url(method, Params=parameters, ExpiresIn=seconds))

        return str(self._try(what, signed, Tries()))

    def told(self, what: str, error: Exception) -> StoreError:
        """The one error that a failure of ``what`` becomes."""
        code, status, message = _code(error)
        if code in _TAKEN:
            return ExistsError(f"cannot {what}: it exists already")
        if code in _GONE or (isinstance(error, FileNotFoundError) and code != "NoSuchBucket"):
            return GoneError(f"cannot {what}: it is not there", passing=True)
        if code in _UNREACHABLE:
            return StoreError(f"cannot {what}: the store at {self.endpoint()} cannot be reached", passing=True)
        if code in _BROKEN:
            return StoreError(f"cannot {what}: the connection to {self.endpoint()} broke ({code})", passing=True)
        known = _MEANINGS.get(code)
        passing = code in _PASSING or (known is None and status >= 500)
        return StoreError(f"cannot {what}: {known or _shown(message) or code}", passing)

    def endpoint(self) -> str:
        """Where calls go, for messages: without whatever a user may have put before the host's name."""
        return re.sub(r"//[^/@]*@", "//", _endpoint()) or "AWS S3"

    def _try(self, what: str, step: Callable[[], Coroutine[Any, Any, Any]], tries: Tries) -> Any:
        """Does a step, again and again while it fails in ways that pass and there is time."""
        from fsspec.asyn import sync

        again = self._retry.begin(tries.hasty)
        while True:
            try:
                found = sync(self._files.loop, step, timeout=CHECK_SECONDS if tries.hasty else None)
            except Exception as error:
                told = self.told(what, error)
                tries.failures += 1
                tries.unanswered |= told.passing  # s3fs tells a connection that was refused and one that broke alike
                if isinstance(told, GoneError) or not told.passing or not again(tries.failures):
                    raise told from None
            else:
                self._retry.answered()
                return found

    def _connected(self, what: str) -> Any:
        with self._lock:
            if self._files is None:
                try:
                    self._files = _connect()
                except Exception as error:  # a profile that does not exist
                    raise self.told(what, error) from None
            return self._files


def _connect() -> Any:
    from s3fs import S3FileSystem

    config: dict[str, Any] = {
        "connect_timeout": CONNECT_SECONDS,
        "read_timeout": READ_SECONDS,
        "max_pool_connections": 32,
        # Calls are tried again here, where it is known what that means; three layers of it would take minutes.
        "retries": {"total_max_attempts": 1, "mode": "standard"},
        "signature_version": "s3v4",
        # Newer checksums are refused by many S3 stores; the manifest's digests cover every byte anyway.
        "request_checksum_calculation": "when_required",
        "response_checksum_validation": "when_required",
    }
    if _endpoint():
        config["s3"] = {"addressing_style": "path"}
    files: Any = S3FileSystem(skip_instance_cache=True, use_listings_cache=False, config_kwargs=config)
    files.retries = 1
    return files


def _endpoint() -> str:
    return os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or ""


def _shown(message: str) -> str:
    """A store's own message in one line, without any secret of ours that it may quote."""
    for name in _SECRETS:
        if value := os.environ.get(name):
            message = message.replace(value, "***")
    return " ".join(message.split())


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
