"""Ray, stores, manifests and the command line: carries out orders for data sets. Knows nothing of HTTP or databases.

Names are loaded when they are first used, so importing this package costs nothing: neither Ray nor pyarrow nor fsspec.

>>> from cluster import Order, run_order
>>> manifest = run_order(Order.of("{rows: 1000, fields: {id: sequence}}", "data"))
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cluster.errors import ClusterError, ManifestError, OrderError, StoreError
    from cluster.manifest import Manifest, ManifestObject, ManifestPart
    from cluster.order import Order
    from cluster.progress import Progress
    from cluster.run import run as run_order
    from cluster.run import run_here
    from cluster.storage import Store
    from cluster.stores import open_store
    from cluster.verify import VerifyReport
    from cluster.verify import verify as verify_data_set
    from cluster.verify_object import Difference

# The functions ``run`` and ``verify`` are exported under longer names: the rooms they live in are named like them.
_HOMES = {
    "ClusterError": "errors",
    "Difference": "verify_object",
    "Manifest": "manifest",
    "ManifestError": "errors",
    "ManifestObject": "manifest",
    "ManifestPart": "manifest",
    "Order": "order",
    "OrderError": "errors",
    "Progress": "progress",
    "Store": "storage",
    "StoreError": "errors",
    "VerifyReport": "verify",
    "open_store": "stores",
    "run_here": "run",
    "run_order": "run:run",
    "verify_data_set": "verify:verify",
}

__all__ = [
    "ClusterError",
    "Difference",
    "Manifest",
    "ManifestError",
    "ManifestObject",
    "ManifestPart",
    "Order",
    "OrderError",
    "Progress",
    "Store",
    "StoreError",
    "VerifyReport",
    "open_store",
    "run_here",
    "run_order",
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
