"""Ray calls under way, and what is to be done with each answer: one place to wait for all of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import ray
from ray.exceptions import GetTimeoutError, RayError

_ANSWER_SECONDS = 10.0


class Calls:
    """Answers are taken up in ``wait``, in the thread that calls it."""

    def __init__(self) -> None:
        self._under_way: dict[Any, tuple[Callable[[Any], None], Callable[[Exception], None]]] = {}

    def on(self, reference: Any, answered: Callable[[Any], None], failed: Callable[[Exception], None]) -> None:
        """Says what is to be done when a call has an answer, or fails: by its own error, or since its actor died."""
        self._under_way[reference] = answered, failed

    def forget(self, reference: Any) -> None:
        """An answer is of no interest any more."""
        self._under_way.pop(reference, None)

    def wait(self, seconds: float) -> None:
        """Takes up what has come, after waiting up to ``seconds`` for the first."""
        if not self._under_way:
            time.sleep(seconds)
            return
        waiting = list(self._under_way)
        done, _ = ray.wait(waiting, num_returns=1, timeout=seconds)
        if done:
            done, _ = ray.wait(waiting, num_returns=len(waiting), timeout=0)
        for reference in done:
            self._take(reference)

    def _take(self, reference: Any) -> None:
        found = self._under_way.pop(reference, None)
        if found is None:
            return  # forgotten meanwhile
        answered, failed = found
        try:
            answer = ray.get(reference, timeout=_ANSWER_SECONDS)
        except (RayError, GetTimeoutError) as error:
            failed(error)
        except Exception as error:  # raised in the actor: Ray raises it as its own class
            failed(error)
        else:
            answered(answer)
