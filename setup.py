"""Builds the native kernels, one small C library without Python in it, and has a schema join the package; everything
else is in pyproject.toml.

A C compiler is all it needs. Where none is found the install succeeds all the same, says so, and Seedbed runs on the
reference kernels (numpy and pyarrow): the same bytes, slower.
"""

from __future__ import annotations

import sys
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext
from setuptools.command.build_py import build_py

NATIVE = Path("generator/kernels/native")


SHOP = Path("examples/shop.yaml")


class BuildPackages(build_py):
    """Puts the schema of ``seedbed demo`` into the package; a checkout has it in ``examples``."""

    def run(self) -> None:
        super().run()
        if not self.editable_mode:
            self.copy_file(str(SHOP), str(Path(self.build_lib, "api", SHOP.name)))

    def get_source_files(self) -> list[str]:
        return [*super().get_source_files(), str(SHOP)]


class BuildKernels(build_ext):
    """Compiles the kernels to ``generator/kernels/_native.so``: a plain shared library, the same for every Python."""

    def get_ext_filename(self, fullname: str) -> str:
        return str(Path(*fullname.split("."))) + ".so"

    def build_extension(self, ext: Extension) -> None:
        try:
            super().build_extension(ext)
        except Exception as error:
            print(
                f"seedbed: the native kernels were not built ({error}).\n"
                "seedbed: the reference kernels are used instead: the same bytes, several times slower. "
                "Install a C compiler (gcc or clang) and install again to get the native ones.",
                file=sys.stderr,
            )

    def copy_extensions_to_source(self) -> None:
        built = [ext for ext in self.extensions if Path(self.build_lib, self.get_ext_filename(ext.name)).exists()]
        for ext in built:  # a process that has the old library mapped keeps it; overwriting it would kill that process
            Path(self.get_ext_filename(ext.name)).unlink(missing_ok=True)
        self.extensions, every = built, self.extensions
        try:
            super().copy_extensions_to_source()
        finally:
            self.extensions = every


setup(
    ext_modules=[
        Extension(
            "generator.kernels._native",
            sources=sorted(str(path) for path in NATIVE.glob("*.c")),
            depends=sorted(str(path) for path in NATIVE.glob("*.h")),
            extra_compile_args=["-O3", "-std=c11", "-ffp-contract=off", "-fno-math-errno", "-fvisibility=hidden"],
            optional=True,
        )
    ],
    cmdclass={"build_ext": BuildKernels, "build_py": BuildPackages},
)
