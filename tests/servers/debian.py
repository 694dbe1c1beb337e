"""Programs that tests use and Python's packages do not carry: found on the machine, or installed where it is Debian."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

PLACES = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/local/sbin", "/usr/sbin", "/sbin"))
"""Where programs are looked for: servers stand where only root's PATH leads."""


def program(name: str, package: str) -> str:
    """The path of a program; it is installed with Debian's ``package`` if it is not there and if that is allowed.

    AssertionError, which fails the test that asks, with the command that would help.
    """
    return shutil.which(name, path=PLACES) or _installed(name, package)


def _installed(name: str, package: str) -> str:
    install = ["apt-get", "-o", "DPkg::Lock::Timeout=120", "install", "-y", "--no-install-recommends", package]
    advice = f"the tests need the program {name}: install it, on Debian with `{' '.join(install)}`"
    may = _with_rights()
    assert may is not None, advice
    assert shutil.which("apt-get"), advice
    print(f"{name} is not there: running {' '.join([*may, *install])}", file=sys.stderr)
    _run([*may, *install]) or (_run([*may, "apt-get", "update"]) and _run([*may, *install]))
    found = shutil.which(name, path=PLACES)
    assert found, advice
    return found


def _with_rights() -> list[str] | None:
    """What stands before a command that installs packages; None where this user must not."""
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1"]  # at runlevel 1 packages start no service
    if os.geteuid() == 0:
        return quiet
    sudo = shutil.which("sudo")
    return [sudo, "-n", *quiet] if sudo and _run([sudo, "-n", "true"]) else None


def _run(command: list[str]) -> bool:
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=sys.stderr, stderr=sys.stderr).returncode == 0
