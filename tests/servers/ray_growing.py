"""Ray's own autoscaler (v2) on this machine: it starts and ends nodes that are processes, as it would pods.

Ray ships a provider of such nodes for its own tests. Only that provider differs from a real cluster: what asks for
nodes, what decides, and what gives them up again is what runs under KubeRay.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_HEAD_ID = "fffffffffffffffffffffffffffffffffffffffffffffffffff00000"
_HEAD_TYPE = "ray.head.default"
_OBJECT_STORE = 100_000_000


@dataclass(frozen=True)
class Growing:
    """Worker nodes that start when actors wait for one, and end when they have held none for ``idle_seconds``."""

    cpus: int = 1
    most: int = 3
    idle_seconds: float = 4.0

    @property
    def environment(self) -> dict[str, str]:
        """What the head needs, and no driver."""
        return {
            "RAY_FAKE_CLUSTER": "1",
            "AUTOSCALER_UPDATE_INTERVAL_S": "1",
            "RAY_enable_autoscaler_v2": "1",
            "RAY_CLOUD_INSTANCE_ID": _HEAD_ID,
            "RAY_OVERRIDE_NODE_ID_FOR_TESTING": _HEAD_ID,
        }

    def configuration(self, address: str, head_cpus: int) -> dict[str, Any]:
        """The autoscaler's configuration, for the head at ``address``; it asks for every key, empty or not."""
        node = {"CPU": self.cpus, "object_store_memory": _OBJECT_STORE}
        commands = ("initialization", "setup", "head_setup", "worker_setup", "head_start_ray", "worker_start_ray")
        return {
            "cluster_name": "seedbed-test",
            "max_workers": self.most,
            "idle_timeout_minutes": self.idle_seconds / 60,
            "provider": {
                "type": "external",
                "module": "ray.autoscaler._private.fake_multi_node.node_provider.FakeMultiNodeProvider",
                "gcs_address": address,
                "head_node_id": _HEAD_ID,
                "launch_multiple": True,
                "use_node_id_as_ip": True,
                "disable_node_updaters": True,
                "disable_launch_config_check": True,
            },
            "head_node_type": _HEAD_TYPE,
            "available_node_types": {
                _HEAD_TYPE: {"resources": {"CPU": head_cpus}, "node_config": {}, "max_workers": 0},
                "generators": {"resources": node, "node_config": {}, "min_workers": 0, "max_workers": self.most},
            },
            "auth": {},
            "docker": {},
            "file_mounts": {},
            "cluster_synced_files": [],
            **{f"{name}_commands": [] for name in commands},
        }
