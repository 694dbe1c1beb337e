"""The internet: e-mail and accounts, domains and addresses of pages, network addresses, and what HTTP says."""

from __future__ import annotations

from generator.fields.internet.email import Email
from generator.fields.internet.hosts import Domain, Hostname
from generator.fields.internet.http import HttpMethod, HttpStatus, MimeType
from generator.fields.internet.network import MacAddress, Port
from generator.fields.internet.network_addresses import IPv4, IPv6
from generator.fields.internet.passwords import Password
from generator.fields.internet.tokens import JwtLike
from generator.fields.internet.top_levels import TopLevelDomain
from generator.fields.internet.urls import AvatarUrl, UriPath, Url
from generator.fields.internet.user_agents import UserAgent
from generator.fields.internet.usernames import Username

__all__ = [
    "AvatarUrl",
    "Domain",
    "Email",
    "Hostname",
    "HttpMethod",
    "HttpStatus",
    "IPv4",
    "IPv6",
    "JwtLike",
    "MacAddress",
    "MimeType",
    "Password",
    "Port",
    "TopLevelDomain",
    "UriPath",
    "Url",
    "UserAgent",
    "Username",
]
