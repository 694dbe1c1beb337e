"""Name → class, for everything a plug-in may add.

A registry is filled by decorators of this project and by the entry points of installed distributions. A name that is
taken, or a plug-in that does not import, raises: nothing is replaced or skipped in silence.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import entry_points
from threading import RLock
from types import MappingProxyType
from typing import Any, Generic, Literal, TypeVar

from generator.errors import SeedbedError, nearest

T = TypeVar("T")
Options = Mapping[str, Any]

_NO_OPTIONS: Options = MappingProxyType({})

_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
"""Where a word begins inside ``fullName`` and ``URIPath``."""
_NUMBERED = re.compile(r"(?<=[a-z])_(?=\d)")
"""What parts a word from a number behind it, as in ``sha_256``."""


def spellings(name: str) -> tuple[str, ...]:
    """The registered names that people may mean: as written, then in snake_case, capitals parting words last.

    ``Full Name``, ``full-name`` and ``fullName`` are ``full_name``; ``IPv4`` is ``ipv4``; ``SHA-256`` is ``sha256``;
    ``Credit Card #`` is ``credit_card``; ``State (abbrev)`` is ``state_abbrev``.
    """
    flat, humped = (re.sub(r"[\W_]+", "_", text.lower()).strip("_") for text in (name, _HUMPS.sub("_", name)))
    return tuple(dict.fromkeys((name, flat, _NUMBERED.sub("", flat), humped)))


class PluginError(SeedbedError):
    """A plug-in that cannot be used: a name that is taken, a module that does not import, a class of the wrong kind."""


class UnknownNameError(SeedbedError, KeyError):
    """A name that nobody registered; the message names the nearest known one."""

    def __str__(self) -> str:
        return str(self.args[0])


class Registry(Generic[T]):
    """The classes of one kind by name.

    ``group`` is the entry-point group, ``home`` the modules that fill it; ``label`` is the class attribute that is set
    to the name, where classes are to know theirs.
    """

    def __init__(
        self, kind: str, group: str, base: Callable[[], type[T]], home: tuple[str, ...], label: str | None = None
    ) -> None:
        self.kind, self.group, self.label = kind, group, label
        self._base, self._home = base, home
        self._classes: dict[str, type[T]] = {}
        self._aliases: dict[str, str] = {}
        self._presets: dict[str, Options] = {}
        self._state: Literal["empty", "filling", "full"] = "empty"
        self._filling = RLock()

    def register(
        self, name: str, *aliases: str, presets: Mapping[str, Options] = _NO_OPTIONS
    ) -> Callable[[type[T]], type[T]]:
        """Class decorator: ``@field_type("city")``. Aliases are other names that people use for the same thing.

        Presets are names for the class with some options: ``@field_type("hash", presets={"md5": {"algorithm":
        "md5"}})``.
        """

        def enter(cls: type[T]) -> type[T]:
            self._enter(name, cls)
            for other in (*aliases, *presets):
                self._check_free(other)
                self._aliases[other] = name
            self._presets.update({preset: MappingProxyType(dict(options)) for preset, options in presets.items()})
            return cls

        return enter

    def get(self, name: str) -> type[T]:
        """The class of a name, an alias or a preset, however spelled; UnknownNameError otherwise."""
        return self._classes[self.canonical(name)]

    def names(self) -> tuple[str, ...]:
        """The canonical names, sorted."""
        self._fill()
        return tuple(sorted(self._classes))

    def all_names(self) -> tuple[str, ...]:
        """Canonical names, aliases and presets, sorted."""
        return tuple(sorted({*self.names(), *self._aliases}))

    def aliases(self, name: str) -> tuple[str, ...]:
        """The other names of ``name`` that mean just the same, sorted."""
        return tuple(alias for alias in self._others(name) if alias not in self._presets)

    def presets(self, name: str) -> dict[str, Options]:
        """The names of ``name`` with some options, sorted, and these options."""
        return {preset: self._presets[preset] for preset in self._others(name) if preset in self._presets}

    def _others(self, name: str) -> list[str]:
        self._fill()
        return sorted(other for other, target in self._aliases.items() if target == name)

    def canonical(self, name: str) -> str:
        """The canonical name of a name, an alias, a preset or another spelling; UnknownNameError otherwise."""
        known = self._known(name)
        return self._aliases.get(known, known)

    def preset(self, name: str) -> Options:
        """The options that a name stands for: none but for presets; UnknownNameError where it is unknown."""
        return self._presets.get(self._known(name), _NO_OPTIONS)

    def _known(self, name: str) -> str:
        """The name as it is registered, of whatever kind."""
        self._fill()
        tried = spellings(name)
        for spelling in tried:
            if spelling in self._classes or spelling in self._aliases:
                return spelling
        raise UnknownNameError(f"unknown {self.kind} {name!r}; {nearest(tried[-1], self.all_names())}")

    def __iter__(self) -> Iterator[tuple[str, type[T]]]:
        for name in self.names():
            yield name, self._classes[name]

    def _check_free(self, name: str) -> None:
        if name in self._classes or name in self._aliases:
            raise PluginError(f"{self.kind} {name!r} is registered twice")

    def _enter(self, name: str, cls: type[T]) -> None:
        if not (isinstance(cls, type) and issubclass(cls, self._base())):
            raise PluginError(f"{self.kind} {name!r} is not a {self._base().__name__} class")
        self._check_free(name)
        self._classes[name] = cls
        if self.label is not None:
            setattr(cls, self.label, name)

    def _fill(self) -> None:
        """Imports what registers itself and what plug-ins announce, once; other threads wait until that is done."""
        if self._state == "full":
            return
        with self._filling:
            if self._state != "empty":
                return  # another thread was first, or a module asks while it is being imported
            self._state = "filling"
            try:
                for module in self._home:
                    importlib.import_module(module)
                for point in entry_points(group=self.group):
                    self._load(point.name, point.load, str(point.value))
            except BaseException:
                self._state = "empty"
                raise
            self._state = "full"

    def _load(self, name: str, load: Callable[[], object], value: str) -> None:
        known = set(self._classes)
        try:
            cls = load()
        except Exception as error:
            raise PluginError(f"the plug-in for {self.kind} {name!r} ({value}) does not load: {error}") from error
        if self._classes.get(name) is cls and name not in known:
            return  # its module used the decorator itself
        if self._classes.get(name) is not cls:
            self._enter(name, cls)  # type: ignore[arg-type]
