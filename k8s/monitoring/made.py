"""Writes what is made from the other files of this folder: python k8s/monitoring/made.py (``--check``: only compares).

``dashboard.json``, Grafana's, from dashboard.py; ``prometheus-rule.yaml``, for Prometheus's operator, from rules.yaml,
which a Prometheus without an operator reads as it is.
"""

from __future__ import annotations

import json
import sys
import textwrap
from pathlib import Path

from dashboard import dashboard

HERE = Path(__file__).parent
RULE = """\
# Made from rules.yaml by made.py.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: seedbed
spec:
"""


def made() -> dict[str, str]:
    """The text of each file that is made."""
    rules = (HERE / "rules.yaml").read_text()
    groups = rules[rules.index("groups:") :]
    return {
        "dashboard.json": json.dumps(dashboard(), indent=1) + "\n",
        "prometheus-rule.yaml": RULE + textwrap.indent(groups, "  ", bool),
    }


def main(check: bool) -> int:
    for name, text in made().items():
        path = HERE / name
        if not check:
            path.write_text(text)
        elif not path.exists() or path.read_text() != text:
            print(f"{path} is not what its sources say; write it again with: make docs")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
