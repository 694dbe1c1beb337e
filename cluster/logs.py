"""Logs of processes that run for long: a line an event, for eyes, or as JSON in the form of ECS.

ECS is the Elastic Common Schema (https://www.elastic.co/docs/reference/ecs), which collectors of logs understand. What
belongs to a request carries its id all the way: from the service through dispatcher and coordinator to the actor that
made a part. Bodies, passwords, tokens and keys are never written.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Mapping
from typing import Any, Literal

Style = Literal["auto", "json", "text"]
ROOT = "seedbed"
"""The logger that all of ours are below."""


def log_to_standard_error(style: Style = "auto", *others: str) -> None:
    """Has this process log to standard error; ``auto``: text where that is a terminal, else JSON.

    ``others``: loggers of libraries, whose warnings are wanted too.
    """
    if style == "auto":
        style = "text" if sys.stderr.isatty() else "json"
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_json() if style == "json" else _text())
    root = logging.getLogger(ROOT)
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    root.propagate = False
    for name in others:
        logger = logging.getLogger(name)
        logger.handlers[:] = [handler]
        logger.setLevel(logging.WARNING)
        logger.propagate = False


def log_in_worker() -> None:
    """Has a process that Ray has started for work log as JSON, once; Ray keeps what it writes among its own logs."""
    import ray

    if ray._private.worker.global_worker.mode == ray.WORKER_MODE and not logging.getLogger(ROOT).handlers:
        log_to_standard_error("json")


def event(
    action: str, seconds: float | None = None, *, request: str = "", job: str = "", **more: Any
) -> dict[str, Any]:
    """What a log call takes as ``extra``. ``more``: fields below ``seedbed``, such as ``run`` and ``part``."""
    found: dict[str, Any] = {"event.action": action}
    if seconds is not None:
        found["event.duration"] = int(seconds * 1e9)
    if request:
        found["http.request.id"] = request
    ours = {name: value for name, value in {"job": job, **more}.items() if value not in ("", None)}
    return found | {f"seedbed.{name}": value for name, value in ours.items()}


def traced(action: str, trace: Mapping[str, str], seconds: float | None = None, **more: Any) -> dict[str, Any]:
    """The same of something that belongs to a run; ``trace``: its request, job and run."""
    return event(action, seconds, **{"request": "", "job": "", **trace}, **more)


def _json() -> logging.Formatter:
    from ecs_logging import StdlibFormatter

    return StdlibFormatter(exclude_fields=["log.original", "process", "log.origin"], stack_trace_limit=20)


def _text() -> logging.Formatter:
    form = "%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s: %(message)s"
    formatter = logging.Formatter(form, "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    return formatter
