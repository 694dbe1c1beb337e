"""Bodies and queries of requests: JSON of bounded size and depth into models, every mistake with its place.

Strict where JSON is: ``true`` is no number, ``"7"`` neither, a key twice is a mistake, and so is NaN.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from api.problems import ProblemError
from generator import Mistake, json_path, nearest

MOST_DEPTH = 100
JSON = "application/json"
T = TypeVar("T", bound=BaseModel)


class Body(BaseModel):
    """What is sent: nothing but what is known, each of its own type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    @property
    def streams(self) -> bool:
        """Whether the answer is a stream, which is not kept to be given again."""
        return False


class Query(BaseModel):
    """What stands behind the question mark: text, turned into what is wanted."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def read_body(model: type[T], data: bytes, content_type: str) -> T:
    """The body as a model. ProblemError: 415, 400 for what is no JSON, 422 with every mistake."""
    kind = content_type.partition(";")[0].strip().casefold()
    if kind != JSON:
        raise ProblemError("unsupported-media-type", f"the body is to be {JSON}, not {kind or 'without a type'}")
    return _read(model, parse(data), json_path)


def read_query(model: type[T], pairs: Iterable[tuple[str, str]]) -> T:
    """The query as a model; a name that comes twice is a mistake. ProblemError."""
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in found:
            raise ProblemError("invalid-request", "a name comes twice", (Mistake(f"query.{name}", "it comes twice"),))
        found[name] = value
    return _read(model, found, lambda place: "query." + ".".join(str(each) for each in place))


def parse(data: bytes) -> Any:
    """JSON (RFC 8259) of bounded depth. ProblemError."""
    try:
        found = json.loads(data.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
    except RecursionError:
        raise ProblemError("malformed", "the body is nested too deeply") from None
    except UnicodeDecodeError:
        raise ProblemError("malformed", "the body is not UTF-8") from None
    except ValueError as error:
        raise ProblemError("malformed", f"the body is no JSON: {error}"[:300]) from None
    if _depth(found) > MOST_DEPTH:
        raise ProblemError("malformed", f"the body is nested deeper than {MOST_DEPTH} levels")
    return found


def _read(model: type[T], value: Any, path: Any) -> T:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        mistakes = tuple(_mistake(model, each, path) for each in error.errors(include_url=False, include_input=False))
        text = f"{len(mistakes)} mistake{'s' if len(mistakes) > 1 else ''}"
        raise ProblemError("invalid-request", text, mistakes) from None


def _mistake(model: type[BaseModel], found: Any, path: Any) -> Mistake:
    place = tuple(found["loc"])
    if found["type"] == "extra_forbidden" and len(place) == 1:
        known = sorted(field.alias or name for name, field in model.model_fields.items())
        return Mistake(path(place), "there is no such field", nearest(str(place[0]), known))
    problem = str(found["msg"]).removeprefix("Value error, ")
    return Mistake(path(place), problem[:1].lower() + problem[1:])


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice[:80]!r} comes twice in one object")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _depth(value: Any) -> int:
    """Levels of objects and arrays, without recursion."""
    depth, level = 0, [value]
    while level:
        level = [
            each
            for found in level
            if isinstance(found, dict | list)
            for each in (found.values() if isinstance(found, Mapping) else found)
        ]
        depth += 1
    return depth
