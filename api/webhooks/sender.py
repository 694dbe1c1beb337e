"""Sends one message to an address that a user has given: never to a place that only this network can reach.

The name is resolved here, every address that it has is looked at, and the connection is made to the one that was looked
at: a name that changes its address in between changes nothing. Redirects are not followed, answers are not read.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

import httpx

from generator import SeedbedError

SECRET = "whsec_"  # noqa: S105  (how secrets begin)
_SECONDS = 10.0
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_LONGEST = 2000
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class AddressError(SeedbedError, ValueError):
    """An address that is no place for a webhook."""


@dataclass(frozen=True, slots=True)
class Place:
    """An address that was looked at: ``numeric`` is what is connected to."""

    url: SplitResult
    numeric: str


def parsed(url: str, private: bool) -> SplitResult:
    """The parts of an address; ``private``: http, and any host, will do. AddressError."""
    try:
        found = urlsplit(url)
        port = found.port
    except ValueError:
        raise AddressError(f"{url[:200]!r} is no address") from None
    schemes = ("https", "http") if private else ("https",)
    if len(url) > _LONGEST or found.scheme not in schemes or not found.hostname or port == 0 or not url.isprintable():
        raise AddressError("the address of a webhook begins with https:// and a host, and has at most 2,000 characters")
    if found.username is not None or found.password is not None or found.fragment:
        raise AddressError("the address of a webhook has neither user nor password nor fragment; messages are signed")
    return found


def placed(url: str, private: bool) -> Place:
    """The address with what its name stands for. AddressError if it cannot be found, or is not for everybody."""
    parts = parsed(url, private)
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise AddressError(f"the host {parts.hostname} cannot be found") from None
    addresses = [ipaddress.ip_address(str(each[4][0]).partition("%")[0]) for each in found]
    if not addresses or not (private or all(map(is_public, addresses))):
        raise AddressError(f"the host {parts.hostname} is not a public one")
    return Place(parts, str(addresses[0]))


def is_public(address: Address) -> bool:
    """Whether anybody in the world reaches the same place by an address."""
    if isinstance(address, ipaddress.IPv6Address):
        if address in _NAT64:
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        inner: list[Address | None] = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if any(each is not None and not is_public(each) for each in inner):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def signature(secret: str, message: str, moment: int, body: str) -> str:
    """What Standard Webhooks has as ``webhook-signature``."""
    try:
        key = base64.b64decode(secret.removeprefix(SECRET), validate=True)
    except binascii.Error:
        raise AddressError("the secret of the webhook is damaged") from None
    digest = hmac.digest(key, f"{message}.{moment}.{body}".encode(), "sha256")
    return f"v1,{base64.b64encode(digest).decode()}"


def send(url: str, secret: str, message: str, moment: int, body: str, private: bool = False) -> None:
    """Sends a message. ``moment``: seconds since 1970. AddressError says why it was not taken (2xx)."""
    place = placed(url, private)
    host = f"[{place.numeric}]" if ":" in place.numeric else place.numeric
    numeric = place.url._replace(netloc=host if place.url.port is None else f"{host}:{place.url.port}")
    headers = {
        "Host": place.url.netloc,
        "Content-Type": "application/json",
        "User-Agent": "Seedbed-Webhooks",
        "webhook-id": message,
        "webhook-timestamp": str(moment),
        "webhook-signature": signature(secret, message, moment, body),
    }
    try:
        with httpx.Client(timeout=_SECONDS, trust_env=False, follow_redirects=False) as client:
            asked = client.stream(
                "POST",
                numeric.geturl(),
                content=body.encode(),
                headers=headers,
                extensions={"sni_hostname": place.url.hostname},
            )
            with asked as answer:
                status = answer.status_code
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
        raise AddressError(f"it could not be sent: {type(error).__name__}") from None
    if not 200 <= status < 300:
        raise AddressError(f"it was answered with {status}")
