"""Name → class, for everything a plug-in may add.

A registry is filled by decorators of this project and by the entry points of installed distributions. A name that is
taken, or a plug-in that does not import, raises: nothing is replaced or skipped in silence.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from importlib.metadata import entry_points
from threading import RLock
from typing import Generic, Literal, TypeVar

from generator.errors import SeedbedError, nearest

T = TypeVar("T")


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
        self._state: Literal["empty", "filling", "full"] = "empty"
        self._filling = RLock()

    def register(self, name: str, *aliases: str) -> Callable[[type[T]], type[T]]:
        """Class decorator: ``@field_type("city")``. Aliases are other names that people use for the same thing."""

        def enter(cls: type[T]) -> type[T]:
            self._enter(name, cls)
            for alias in aliases:
                self._check_free(alias)
                self._aliases[alias] = name
            return cls

        return enter

    def get(self, name: str) -> type[T]:
        """The class registered as ``name`` or under an alias of it; UnknownNameError otherwise."""
        self._fill()
        found = self._classes.get(self._aliases.get(name, name))
        if found is None:
            raise UnknownNameError(f"unknown {self.kind} {name!r}; {nearest(name, self.all_names())}")
        return found

    def names(self) -> tuple[str, ...]:
        """The canonical names, sorted."""
        self._fill()
        return tuple(sorted(self._classes))

    def all_names(self) -> tuple[str, ...]:
        """Canonical names and aliases, sorted."""
        return tuple(sorted({*self.names(), *self._aliases}))

    def aliases(self, name: str) -> tuple[str, ...]:
        """The other names of ``name``, sorted."""
        self._fill()
        return tuple(sorted(alias for alias, target in self._aliases.items() if target == name))

    def canonical(self, name: str) -> str:
        """The canonical name of ``name``."""
        self.get(name)
        return self._aliases.get(name, name)

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
