"""The rules of a bucket's life cycle against forgotten uploads, which a process that dies may leave, known to nobody.

A bucket has one document of rules, which is replaced as a whole: all rules but our own are put back as they were found.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cluster.errors import GoneError, StoreError
from cluster.storage import UploadRule

if TYPE_CHECKING:
    from cluster.storage_s3 import S3Store

_LONGEST_DAYS = 3650
_NAME = "seedbed-uploads"
_LEAST = "TransitionDefaultMinimumObjectSize"
"""A setting beside the rules that a replacement without it would reset."""


def rule_name(prefix: str) -> str:
    """The id of our rule for a prefix, the same every time: S3 takes up to 255 characters."""
    if not prefix:
        return _NAME
    return f"{_NAME}-{hashlib.blake2b(prefix.encode(), digest_size=8).hexdigest()}"


def upload_rules(store: S3Store) -> Sequence[UploadRule]:
    """The rules of the bucket that abort unfinished uploads."""
    return [_rule(store, rule) for rule in _found(store).get("Rules") or () if _days(rule) is not None]


def expire_uploads(store: S3Store, days: int) -> UploadRule:
    """Puts our rule for the store's prefix into the bucket; StoreError if it does not stay there."""
    if not 1 <= days <= _LONGEST_DAYS:
        raise StoreError(f"uploads can be aborted after 1 to {_LONGEST_DAYS:,} days, not after {days:,}")
    name = rule_name(store.prefix)
    ours = {
        "ID": name,
        "Status": "Enabled",
        "Filter": {"Prefix": store.prefix},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": days},
    }
    found = _found(store)
    before = list(found.get("Rules") or ())
    if ours not in before:
        rules = [*(rule for rule in before if rule.get("ID") != name), ours]
        kept = {_LEAST: found[_LEAST]} if _LEAST in found else {}
        _call(store, "put_bucket_lifecycle_configuration", LifecycleConfiguration={"Rules": rules}, **kept)
    for rule in upload_rules(store):
        if rule.ours and rule.days == days and rule.enabled:
            return rule
    raise StoreError(
        f"{store.client.endpoint()} has taken the rule for {store.url} and dropped it: it has no rules against "
        "unfinished uploads; have them cleaned up by the store's own means"
    )


def _found(store: S3Store) -> dict[str, Any]:
    """The bucket's document of rules, empty if it has none."""
    try:
        return _call(store, "get_bucket_lifecycle_configuration")
    except GoneError:
        return {}


def _call(store: S3Store, method: str, **arguments: Any) -> dict[str, Any]:
    what = f"manage the rules of s3://{store.client.bucket}"
    found: dict[str, Any] = store.client.call(method, what, **arguments)
    return found


def _rule(store: S3Store, rule: dict[str, Any]) -> UploadRule:
    where = rule.get("Filter") or {}
    prefix = where.get("Prefix") or (where.get("And") or {}).get("Prefix") or rule.get("Prefix") or ""
    name = str(rule.get("ID", ""))
    return UploadRule(name, prefix, _days(rule) or 0, rule.get("Status") == "Enabled", name == rule_name(store.prefix))


def _days(rule: dict[str, Any]) -> int | None:
    return (rule.get("AbortIncompleteMultipartUpload") or {}).get("DaysAfterInitiation")
