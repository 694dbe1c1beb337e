"""Pages of lists, and answers that the client knows already."""

from __future__ import annotations

import hashlib
import re
from typing import Any
from urllib.parse import quote, urlencode

from litestar import Response
from pydantic import BaseModel

from api.rest.bodies import JSON
from api.rest.operation import Call


def next_page(call: Call, after: str | None, **more: Any) -> dict[str, str]:
    """The header that says where the next page is (RFC 8288); none at the end."""
    if after is None:
        return {}
    given = {name: value for name, value in call.query.model_dump(exclude_none=True).items() if name != "after"}
    return {"Link": f'<{call.request.url.path}?{urlencode({**given, "after": after, **more})}>; rel="next"'}


def etag_of(data: bytes) -> str:
    """A strong entity tag (RFC 9110) of what is answered."""
    return f'"{hashlib.blake2b(data, digest_size=16).hexdigest()}"'


def is_known(call: Call, etag: str) -> bool:
    """Whether If-None-Match names what would be answered."""
    given = call.header("if-none-match")
    if given is None:
        return False
    names = [each.strip().removeprefix("W/") for each in given.split(",")]
    return "*" in names or etag in names


def unless_known(call: Call, content: BaseModel | bytes, media: str = JSON, **headers: str) -> Response[Any]:
    """The answer with its ETag, or 304 if the client has it."""
    data = content if isinstance(content, bytes) else content.model_dump_json(by_alias=True).encode()
    etag = etag_of(data)
    if is_known(call, etag):
        return Response(b"", status_code=304, headers={"ETag": etag, **headers})
    return Response(data, status_code=200, media_type=media, headers={"ETag": etag, **headers})


def disposition(name: str) -> str:
    """Content-Disposition of a download: the name in ASCII, and as it is (RFC 6266)."""
    short = name.rpartition("/")[2]
    plain = re.sub(r"[^\w.-]", "_", short, flags=re.ASCII)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(short, safe='')}"
