"""The demonstration behind ``make demo``: a shop of over a million rows on local Ray, twice, with the same hash.

Every step is a command of the command line, printed before it runs, so that you can repeat it with your own schema.
The data sets stay in a temporary folder, which is named at the end and removed unless SEEDBED_KEEP_DEMO=1.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SCHEMA = Path(__file__).with_name("shop.yaml")
SEEDBED = Path(sys.executable).with_name("seedbed")


def seedbed(*arguments: str | Path) -> None:
    """Runs one command, shown as a user would type it."""
    print(f"\n$ seedbed {' '.join(map(_short, arguments))}", flush=True)
    start = time.monotonic()
    subprocess.run([SEEDBED, *arguments], check=True)
    print(f"({time.monotonic() - start:.1f} s)", flush=True)


def _short(argument: str | Path) -> str:
    text = str(argument)
    return os.path.relpath(text) if text == str(SCHEMA) else text


def main() -> int:
    """Runs the demonstration; 0 where both runs gave the same bytes."""
    folder = Path(tempfile.mkdtemp(prefix="seedbed-demo-"))
    try:
        seedbed("preview", SCHEMA, "--limit", "5")
        seedbed("generate", SCHEMA, "--out", folder / "two-actors", "--actors", "2", "--ray")
        seedbed("verify", folder / "two-actors" / "manifest.json", "--sample", "2")
        print("\nThe same order with another number of actors gives the same bytes:")
        seedbed("generate", SCHEMA, "--out", folder / "one-actor", "--actors", "1", "--ray")
        manifests = [json.loads((folder / name / "manifest.json").read_text()) for name in ("two-actors", "one-actor")]
        print("\nThe manifest says, for each object, how many rows and bytes it has, and its hash:")
        for item in manifests[0]["objects"]:
            rows, size = item["stop"] - item["start"], item["bytes"]
            print(f"  {item['name']:18} {rows:>10,} rows {size:>12,} bytes  {item['digest']}")
        first, second = (manifest["digest"] for manifest in manifests)
        print(f"\n  two actors  {first}\n  one actor   {second}")
        same = first == second and manifests[0] == manifests[1]
        print("  the same, to the byte" if same else "  DIFFERENT: this must not happen")
        if os.environ.get("SEEDBED_KEEP_DEMO") == "1":
            print(f"\nThe data sets are in {folder}")
        return 0 if same else 1
    finally:
        if os.environ.get("SEEDBED_KEEP_DEMO") != "1":
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
