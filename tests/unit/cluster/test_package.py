import subprocess
import sys
from pathlib import Path

import cluster

_CHECK = """
import sys
import cluster
assert not {"ray", "pyarrow", "fsspec", "numpy"} & set(sys.modules), sorted(sys.modules)
cluster.Order
assert not {"ray", "s3fs", "fsspec"} & set(sys.modules), sorted(sys.modules)
import cluster.run, cluster.verify
assert callable(cluster.run_order) and callable(cluster.verify_data_set)
assert "ray" not in sys.modules
"""


def test_importing_the_package_loads_nothing_heavy() -> None:
    subprocess.run([sys.executable, "-c", _CHECK], check=True, cwd=Path(__file__).parents[3], timeout=60)


def test_every_public_name_is_there_and_listed() -> None:
    assert set(cluster.__all__) <= set(dir(cluster))
    assert all(getattr(cluster, name) for name in cluster.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    assert not hasattr(cluster, "nonsense")
