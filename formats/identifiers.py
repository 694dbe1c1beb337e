"""Names of tables and columns as identifiers, for formats that take letters of ASCII, digits and underscores only."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

VALID = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
DOTTED = re.compile(rf"({VALID.pattern}(\.{VALID.pattern})*)?")
OTHERS = re.compile(r"[^A-Za-z0-9_]")


def identifier(name: str) -> str:
    """``name`` with an underscore for each character that none may have, and before a digit at its beginning.

    >>> identifier("2nd line")
    '_2nd_line'
    """
    made = OTHERS.sub("_", name)
    return made if VALID.fullmatch(made) else f"_{made}"


def check_dotted(option: str, value: str) -> None:
    """ValueError, which names the option, unless ``value`` is empty or identifiers with dots between."""
    if not DOTTED.fullmatch(value):
        raise ValueError(
            f"a {option} is names with dots between, each of letters of ASCII, digits and underscores, such as "
            "com.example"
        )


def identifiers(names: Sequence[str], key: Callable[[str], str] = str) -> list[str]:
    """An identifier for each name, no two with the same ``key``. Names that are identifiers already keep theirs.

    >>> identifiers(["first name", "first_name", "first-name"])
    ['first_name_2', 'first_name', 'first_name_3']
    """
    found: dict[int, str] = {}
    taken: set[str] = set()
    order = sorted(range(len(names)), key=lambda at: (VALID.fullmatch(names[at]) is None, at))
    for at in order:
        found[at] = free(identifier(names[at]), taken, key)
    return [found[at] for at in range(len(names))]


def free(name: str, taken: set[str], key: Callable[[str], str] = str) -> str:
    """``name``, or the first of ``name_2``, ``name_3`` … that is not ``taken``; its key is taken then."""
    made, number = name, 1
    while key(made) in taken:
        number += 1
        made = f"{name}_{number}"
    taken.add(key(made))
    return made


def capitalised(name: str) -> str:
    """``name`` in the manner of type names.

    >>> capitalised("order_items")
    'OrderItems'
    """
    words = [word for word in name.split("_") if word]
    made = "".join(word[0].upper() + word[1:] for word in words)
    return made if made and not made[0].isdigit() else f"_{made}"
