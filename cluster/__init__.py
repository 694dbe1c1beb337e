"""Ray, stores, manifests and the command line: carries out orders for data sets. Knows nothing of HTTP or databases.

Names are loaded when they are first used, so importing this package costs nothing: neither Ray nor pyarrow nor fsspec.

>>> from cluster import Order, run_order
>>> manifest = run_order(Order.of("{rows: 1000, fields: {id: sequence}}", "data"))
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cluster.autoscale import Autoscaler
    from cluster.blueprint import Blueprint
    from cluster.catalogue import format_as_json, formats_as_json, type_as_json, types_as_json
    from cluster.dispatcher import Dispatcher, Pace
    from cluster.errors import ClusterError, ManifestError, OrderError, StoreError
    from cluster.estimate import Estimate, rate_name
    from cluster.estimate import estimate as estimate_order
    from cluster.inline import object_of, stream_of
    from cluster.intact import Look, matches
    from cluster.intact import look as look_at_data_set
    from cluster.logs import event as log_event
    from cluster.logs import log_to_standard_error
    from cluster.manifest import Manifest, ManifestObject, ManifestPart, find_manifest
    from cluster.order import Order
    from cluster.preview import page_of
    from cluster.progress import Progress
    from cluster.queue import (
        PART_SECONDS,
        Backlog,
        Beat,
        Claim,
        Cost,
        Demand,
        JobState,
        JobStore,
        JobStoreError,
        Lease,
        Made,
        Removal,
        Verdict,
    )
    from cluster.removal import remove_target
    from cluster.run import run as run_order
    from cluster.run import run_here
    from cluster.runner import ClusterLostError, Crew, Runner
    from cluster.runners import open_runner
    from cluster.sharing import Sharing
    from cluster.storage import Store
    from cluster.stores import canonical_url, open_store
    from cluster.supervisor import Supervisor, follow_parent, stop_on_signals
    from cluster.verify import VerifyReport
    from cluster.verify import verify as verify_data_set
    from cluster.verify_object import Difference

# The functions ``run`` and ``verify`` are exported under longer names: the rooms they live in are named like them.
_HOMES = {
    "Autoscaler": "autoscale",
    "Backlog": "queue",
    "Beat": "queue",
    "Blueprint": "blueprint",
    "Claim": "queue",
    "ClusterError": "errors",
    "ClusterLostError": "runner",
    "Cost": "queue",
    "Crew": "runner",
    "Demand": "queue",
    "Difference": "verify_object",
    "Dispatcher": "dispatcher",
    "Estimate": "estimate",
    "JobState": "queue",
    "JobStore": "queue",
    "JobStoreError": "queue",
    "Lease": "queue",
    "Look": "intact",
    "Made": "queue",
    "Manifest": "manifest",
    "ManifestError": "errors",
    "ManifestObject": "manifest",
    "ManifestPart": "manifest",
    "Order": "order",
    "PART_SECONDS": "queue",
    "OrderError": "errors",
    "Pace": "dispatcher",
    "Progress": "progress",
    "Removal": "queue",
    "Runner": "runner",
    "Sharing": "sharing",
    "Store": "storage",
    "StoreError": "errors",
    "Supervisor": "supervisor",
    "Verdict": "queue",
    "VerifyReport": "verify",
    "canonical_url": "stores",
    "estimate_order": "estimate:estimate",
    "find_manifest": "manifest",
    "follow_parent": "supervisor",
    "log_event": "logs:event",
    "log_to_standard_error": "logs",
    "look_at_data_set": "intact:look",
    "matches": "intact",
    "object_of": "inline",
    "open_runner": "runners",
    "open_store": "stores",
    "format_as_json": "catalogue",
    "formats_as_json": "catalogue",
    "page_of": "preview",
    "rate_name": "estimate",
    "remove_target": "removal",
    "run_here": "run",
    "run_order": "run:run",
    "stop_on_signals": "supervisor",
    "stream_of": "inline",
    "type_as_json": "catalogue",
    "types_as_json": "catalogue",
    "verify_data_set": "verify:verify",
}

__all__ = [
    "PART_SECONDS",
    "Autoscaler",
    "Backlog",
    "Beat",
    "Blueprint",
    "Claim",
    "ClusterError",
    "ClusterLostError",
    "Cost",
    "Crew",
    "Demand",
    "Difference",
    "Dispatcher",
    "Estimate",
    "JobState",
    "JobStore",
    "JobStoreError",
    "Lease",
    "Look",
    "Made",
    "Manifest",
    "ManifestError",
    "ManifestObject",
    "ManifestPart",
    "Order",
    "OrderError",
    "Pace",
    "Progress",
    "Removal",
    "Runner",
    "Sharing",
    "Store",
    "StoreError",
    "Supervisor",
    "Verdict",
    "VerifyReport",
    "canonical_url",
    "estimate_order",
    "find_manifest",
    "follow_parent",
    "format_as_json",
    "formats_as_json",
    "log_event",
    "log_to_standard_error",
    "look_at_data_set",
    "matches",
    "object_of",
    "open_runner",
    "open_store",
    "page_of",
    "rate_name",
    "remove_target",
    "run_here",
    "run_order",
    "stop_on_signals",
    "stream_of",
    "type_as_json",
    "types_as_json",
    "verify_data_set",
]


def __getattr__(name: str) -> Any:
    """Loads a public name from its room (PEP 562)."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    room, _, inner = home.partition(":")
    value = getattr(importlib.import_module(f"{__name__}.{room}"), inner or name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
