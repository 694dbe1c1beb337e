"""What can go wrong while a data set is made, stored or verified: each error is one message that a user can act on.

Nothing here knows how an error is shown, and no error carries more than its message and whether trying again may help.
"""

from __future__ import annotations

from generator import SeedbedError


class OrderError(SeedbedError, ValueError):
    """An order that cannot be carried out as it stands."""


class StoreError(SeedbedError):
    """A target that cannot be read or written. ``passing``: the same call may well succeed a little later."""

    def __init__(self, message: str, passing: bool = False) -> None:
        super().__init__(message)
        self.passing = passing


class ExistsError(StoreError):
    """Something stands already under a name that was to be created."""


class GoneError(StoreError):
    """An object, or an upload under way, that was there and is there no more."""


class FullError(StoreError):
    """A target without room. Trying again at once is of no use; another attempt, later, may find some."""


class ManifestError(SeedbedError):
    """A manifest that is missing, damaged, of another engine, or of another data set than the one asked for."""


class ClusterError(SeedbedError):
    """Ray cannot be found or started, has no room for what was asked, or loses every worker it is given."""
