"""Fields of the internet: forms that standards define, checked with the standard library, and safe by default."""

from __future__ import annotations

import base64
import ipaddress
import json
import re
import string
from collections import Counter
from typing import Any
from urllib.parse import urlsplit

import pytest

from generator import RowRange, SchemaError, compile_schema


def column(options: Any, count: int = 1_000, **more: Any) -> list[Any]:
    plan = compile_schema({"rows": count, "fields": {"x": options}, **more})
    found: list[Any] = plan.tables["data"].batch(RowRange(0, count)).column(0).to_pylist()
    return found


def test_addresses_reach_nobody_unless_that_is_asked_for() -> None:
    domains = {mail.partition("@")[2] for mail in column("email")}
    assert domains == {"example.com", "example.org", "example.net"}
    assert all(urlsplit(url).hostname.endswith(".example") for url in column("url"))  # type: ignore[union-attr]
    assert all(name.endswith(".example") for name in column("domain") + column("hostname"))
    assert Counter(mail.partition("@")[2] for mail in column({"type": "email", "domain": "free"}))["gmail.com"] > 400
    assert {mail.partition("@")[2] for mail in column({"type": "email", "domain": ["a.io", "b.io"]})} == {
        "a.io",
        "b.io",
    }


@pytest.mark.parametrize("locale", ["en_US", "de_DE", "ru_RU", "ja_JP", "ko_KR", "zh_TW", "ar_SA", "hi_IN", "th_TH"])
def test_local_parts_and_user_names_are_plain_ascii(locale: str) -> None:
    mails = column("email", locale=locale)
    assert all(re.fullmatch(r"[a-z0-9]+([._-]?[a-z0-9]+)*@example\.(com|org|net)", mail) for mail in mails)
    assert not any(mail.startswith("user") for mail in mails)
    assert all(re.fullmatch(r"[a-z0-9]+[._-]?[a-z]+[0-9]*", name) for name in column("username", locale=locale))


def test_names_are_taken_from_text_that_is_made_row_by_row() -> None:
    fields = {
        "name": {"type": "full_name", "nulls": 0.2},
        "mail": {"type": "email", "name_from": ["name"]},
        "code": {"type": "regex", "pattern": "[ÄÖÜ]{2}[0-9]{1,3}"},
        "login": {"type": "username", "name_from": ["code"], "unique": True},
    }
    plan = compile_schema({"rows": 500, "locale": "ru_RU", "fields": fields})
    for row in plan.tables["data"].batch(RowRange(0, 500)).to_pylist():
        assert (row["mail"] is None) == (row["name"] is None)
        if row["name"]:
            assert re.fullmatch("[a-z]{10,}[0-9]*@.+", row["mail"])
        assert re.fullmatch("[aou]{2}[0-9]{4}", row["login"])


def test_unique_addresses_and_names_are_unique_far_beyond_the_first_tier() -> None:
    for kind in ("email", "username", "url", "uri_path"):
        found = column({"type": kind, "unique": True}, 12_000)
        assert len(set(found)) == 12_000


def test_a_user_name_keeps_its_number_when_the_table_grows() -> None:
    options = {"type": "username", "unique": True}
    assert column(options, 12_000)[:500] == column(options, 500)


def test_passwords_have_every_class_they_are_asked_for() -> None:
    symbols = set("!#$%&*+-.:;=?@^_~")
    found = column("password", 3_000)
    assert set(map(len, found)) == {12, 13, 14, 15, 16}
    for password in found:
        letters = set(password)
        assert letters & set(string.ascii_lowercase)
        assert letters & set(string.ascii_uppercase)
        assert letters & set(string.digits)
        assert letters & symbols
    assert len(set(found)) == 3_000
    short = column({"type": "password", "length": 4, "classes": ["digit", "upper", "lower", "symbol"]}, 2_000)
    assert all(sum(each.isdigit() for each in password) == 1 for password in short)
    assert {next(i for i, each in enumerate(password) if each.isdigit()) for password in short} == {0, 1, 2, 3}


def test_addresses_of_hosts_are_in_their_networks() -> None:
    public = [ipaddress.IPv4Address(each) for each in column({"type": "ipv4", "public": True}, 5_000)]
    assert all(each.is_global for each in public)
    private = [ipaddress.IPv4Address(each) for each in column({"type": "ipv4", "public": False}, 5_000)]
    assert all(each.is_private for each in private)
    assert {str(each).split(".")[0] for each in private} == {"10", "172", "192"}
    network = ipaddress.IPv4Network("10.20.30.0/26")
    found = column({"type": "ipv4", "cidr": str(network), "unique": True}, 64)
    assert {ipaddress.IPv4Address(each) for each in found} == set(network)


@pytest.mark.parametrize(
    "cidr", ["2001:db8::/32", "fd00::/8", "::/120", "2001:db8:0:0:1::/124", "1:0:0:2::/112", "::/0"]
)
def test_addresses_of_version_6_are_canonical_and_in_their_networks(cidr: str) -> None:
    network = ipaddress.IPv6Network(cidr)
    for text in column({"type": "ipv6", "cidr": cidr}):
        address = ipaddress.IPv6Address(text)
        assert str(address) == text
        assert address in network


def test_unique_addresses_of_version_6_fill_a_small_network() -> None:
    network = ipaddress.IPv6Network("2001:db8::/120")
    found = column({"type": "ipv6", "cidr": str(network), "unique": True}, 256)
    assert {ipaddress.IPv6Address(each) for each in found} == set(network)


def test_hardware_addresses_are_local_unicast_or_of_the_maker() -> None:
    for address in column("mac_address"):
        octets = bytes(int(octet, 16) for octet in address.split(":"))
        assert len(octets) == 6
        assert octets[0] & 3 == 2
    assert all(each.startswith("00-1B-21-") for each in column({**_MAKER, "separator": "hyphen", "case": "upper"}))


_MAKER = {"type": "mac_address", "oui": "00:1B:21"}


def test_ports_are_of_the_range_that_is_asked_for() -> None:
    assert min(column({"type": "port", "kind": "dynamic"})) >= 49_152
    assert max(column({"type": "port", "kind": "system"})) <= 1_023


def test_what_http_says_is_mostly_what_servers_say() -> None:
    assert Counter(column("http_method")).most_common(1)[0][0] == "GET"
    assert Counter(column("http_status")).most_common(1)[0][0] == 200
    assert {status // 100 for status in column({"type": "http_status", "kind": "server_error"})} == {5}
    assert {kind.partition("/")[0] for kind in column({"type": "mime_type", "kind": "image"})} == {"image"}
    assert max(map(len, column({"type": "mime_type", "max_length": 12}))) <= 12


def test_browsers_name_themselves_by_device() -> None:
    mobile = column({"type": "user_agent", "device": "mobile"})
    assert all("Mobile" in agent for agent in mobile)
    desktop = Counter("Chrome/" in agent for agent in column({"type": "user_agent", "device": "desktop"}))
    assert desktop[True] > desktop[False]
    assert all("ot" in agent or "/" in agent for agent in column({"type": "user_agent", "device": "bot"}))


def test_tokens_can_be_read_as_json_web_tokens() -> None:
    for token in column("jwt_like"):
        header, claims, signature = (
            base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in token.split(".")
        )
        assert json.loads(header) == {"alg": "HS256", "typ": "JWT"}
        assert len(signature) == 32
        read = json.loads(claims)
        assert re.fullmatch("[0-9]{12}", read["sub"])
        assert 1_577_836_800 <= read["iat"] < 1_767_139_200


def test_pages_and_hosts_have_well_formed_addresses() -> None:
    label = "[a-z]+"
    assert all(re.fullmatch(rf"https://(www\.)?{label}\.example/({label}(/{label})?)?", url) for url in column("url"))
    assert all(re.fullmatch(rf"[a-z]+-[0-9]{{2}}\.{label}\.example", name) for name in column("hostname"))
    numbered = column({"type": "url", "unique": True, "depth": [0, 1]})
    assert all(re.fullmatch(rf"https://(www\.)?{label}\.example/{label}/[0-9]+", url) for url in numbered)
    assert all(re.fullmatch(r"(/[a-z]+){1,3}(/|\.html|\.php)?", path) for path in column("uri_path"))
    avatars = column({"type": "avatar_url", "size": 64})
    assert len(set(avatars)) == len(avatars)
    assert all(url.endswith(".png?size=64") for url in avatars)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"type": "email", "domain": "not a domain"}, r"\$\.fields\.x\.domain: .*no domain name"),
        ({"type": "email", "max_length": 20}, "cut is none"),
        ({"type": "username", "max_length": 20}, "lose its number"),
        ({"type": "ipv4", "cidr": "10.0.0.1/8"}, r"\$\.fields\.x\.cidr: .*no network"),
        ({"type": "ipv4", "cidr": "10.0.0.0/8", "public": True}, "does not go with 'cidr'"),
        ({"type": "ipv6", "cidr": "10.0.0.0/8"}, "no network"),
        ({"type": "mac_address", "oui": "1b:21"}, "three octets"),
        ({"type": "password", "length": 2}, r"\[2, 2\] is no range within 4"),
        ({"type": "password", "classes": ["digit", "digit"]}, "there twice"),
        ({"type": "password", "case": "lower"}, "take a class away"),
        ({"type": "domain", "tld": "co uk"}, "no domain"),
        ({"type": "url", "max_length": 10}, "leads elsewhere"),
    ],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        column(options, 1)
