#!/bin/sh
# What the image holds, built from a checkout: a virtual environment at PREFIX with Seedbed, its native kernels and all
# that production uses, at the versions of constraints.txt. The Dockerfile runs it; so does a test, in a clean directory.
#
#   build.sh CHECKOUT PREFIX        PYTHON: the interpreter that is used (python3)
#
# It fails where there is no C compiler: an image without native kernels would be slow and nobody would know why.
set -eu
checkout=$(cd "$1" && pwd) prefix=$2
python=${PYTHON:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM

"$python" -m venv "$prefix"
pip() { "$prefix/bin/python" -m pip --disable-pip-version-check --no-input --quiet "$@"; }
pip install --upgrade 'pip>=24'
pip install 'setuptools>=77' wheel

# A wheel, of the sources alone: no kernels that were compiled elsewhere. What pip installs it compiles to bytecode, with
# which Ray starts twice as fast.
mkdir "$work/source"
(cd "$checkout" && tar -cf - pyproject.toml setup.py README.md examples/shop.yaml generator formats cluster api) |
  tar -xf - -C "$work/source"
find "$work/source" \( -name '*.so' -o -name __pycache__ \) -prune -exec rm -rf {} +
pip wheel --no-deps --no-build-isolation --wheel-dir "$work" "$work/source"
wheel=$(ls "$work"/seedbed-*.whl)
pip install -c "$checkout/constraints.txt" "$wheel[jobs,postgresql,mysql,redis]"
pip uninstall --yes wheel

"$prefix/bin/python" -m pip check
"$prefix/bin/python" -c 'import sys; from generator import kernels; sys.exit(kernels.KIND != "native")' ||
  { echo "build.sh: the native kernels were not compiled; is there a C compiler?" >&2; exit 1; }
echo "build.sh: $("$prefix/bin/seedbed" --version) at $prefix"
