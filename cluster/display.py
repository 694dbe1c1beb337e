"""What a person, or a program, sees of a run: progress, the finished data set, a verification.

On a terminal progress is a bar; elsewhere it is a plain line now and then, on standard error, so that results on
standard output stay clean.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from cluster.manifest import Manifest
from cluster.objects import MANIFEST
from cluster.progress import Progress

if TYPE_CHECKING:
    from cluster.verify import VerifyReport

Report = Callable[[Progress], None]
_LINE_EVERY = 2.0
"""Seconds between plain lines."""


@contextmanager
def reporter(*, quiet: bool) -> Iterator[Report]:
    """What ``run`` tells its progress to; the display ends with the block."""
    if quiet:
        yield lambda _: None
    elif sys.stderr.isatty():
        with _Bar() as bar:
            yield bar
    else:
        yield _Lines()


class Reused:
    """Passes progress on, and knows how many parts were taken from finished data sets."""

    def __init__(self, report: Report) -> None:
        self._report, self.parts = report, (0, 0)

    def __call__(self, progress: Progress) -> None:
        self.parts = progress.reused, progress.all_parts
        self._report(progress)


class _Rate:
    """Rows a second and seconds left, counted from the first progress, without what was there before."""

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._first_rows: int | None = None

    def of(self, progress: Progress) -> tuple[float, float | None]:
        if self._first_rows is None:
            self._first_rows = progress.rows
            self._start = time.monotonic()
        rate = (progress.rows - self._first_rows) / max(time.monotonic() - self._start, 1e-3)
        left = progress.all_rows - progress.rows
        return rate, left / rate if rate > 0 else None


class _Lines:
    """Plain lines: the first progress, one every few seconds, each new stage."""

    def __init__(self) -> None:
        self._rate = _Rate()
        self._last = 0.0
        self._stage = ""

    def __call__(self, progress: Progress) -> None:
        rate, left = self._rate.of(progress)
        now = time.monotonic()
        if progress.stage == self._stage and now - self._last < _LINE_EVERY:
            return
        self._last, self._stage = now, progress.stage
        print(f"seedbed: {_sentence(progress, rate, left)}", file=sys.stderr, flush=True)


def _sentence(progress: Progress, rate: float, left: float | None) -> str:
    share = f"{progress.rows:,} of {progress.all_rows:,} rows, part {progress.parts} of {progress.all_parts}"
    before = progress.resumed - progress.reused
    resumed = f", {_count(before, 'part')} from before" if before else ""
    resumed += f", {_count(progress.reused, 'part')} reused" if progress.reused else ""
    if progress.stage == "done":
        return f"done: {progress.rows:,} rows{resumed}"
    if progress.stage == "merging":
        return f"merging: {share}{resumed}"
    speed = f", {rate:,.0f} rows/s" if rate else ""
    remaining = f", {left:,.0f} s left" if left is not None else ""
    return f"making: {share}{resumed}, {size(progress.bytes)}{speed}{remaining}, {_count(progress.actors, 'actor')}"


class _Bar:
    """A bar on a terminal: rows, rows a second, bytes, time left."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn
        from rich.progress import Progress as Live

        columns = (
            TextColumn("{task.description:8}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f}%"),
            TextColumn("{task.fields[text]}"),
        )
        self._live = Live(*columns, console=Console(stderr=True), transient=True)
        self._task = self._live.add_task("starting", total=None, text="")
        self._rate = _Rate()

    def __enter__(self) -> _Bar:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def __call__(self, progress: Progress) -> None:
        rate, left = self._rate.of(progress)
        parts = [f"{progress.rows:,} rows", size(progress.bytes)]
        parts += [f"{rate:,.0f} rows/s"] if rate else []
        parts += [f"{left:,.0f} s left"] if left is not None and progress.stage == "making" else []
        parts += [_count(progress.actors, "actor")] if progress.actors else []
        total, done = max(progress.all_rows, 1), progress.rows
        self._live.update(self._task, description=progress.stage, total=total, completed=done, text=" · ".join(parts))


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def size(count: int) -> str:
    """Bytes as people read them: 12.3 MB."""
    value = float(count)
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if value < 1000 or unit == "TB":
            return f"{value:,.0f} {unit}" if unit == "B" else f"{value:,.1f} {unit}"
        value /= 1000
    raise AssertionError("unreachable")


def show_manifest(manifest: Manifest, target: str, *, as_json: bool, reused: tuple[int, int] | None = None) -> None:
    """The finished data set: its objects with rows, bytes and digests, and where its manifest is.

    ``reused``: how many parts were taken from other data sets, of how many, where any were asked for.
    """
    place = f"{target.removeprefix('file://').rstrip('/')}/{MANIFEST}"
    if as_json:
        kept = {"name", "format", "table", "bytes", "digest", "content_digest"}
        objects = [{**item.model_dump(include=kept), "rows": item.stop - item.start} for item in manifest.objects]
        about = {
            "manifest": place,
            "fingerprint": manifest.fingerprint,
            "digest": manifest.digest,
            "rows": manifest.rows,
        }
        if reused is not None:
            about |= {"reused": reused[0], "parts": reused[1]}
        print(json.dumps({**about, "bytes": manifest.bytes, "objects": objects}, ensure_ascii=False))
        return
    width = max([len(item.name) for item in manifest.objects], default=0)
    shown = manifest.objects[:20]
    for item in shown:
        rows = f"{item.stop - item.start:,} rows" if item.parts else ""  # a companion has none
        print(f"{item.name:{width}}  {rows:>19}  {size(item.bytes):>10}  {item.digest}")
    if len(manifest.objects) > len(shown):
        print(f"and {len(manifest.objects) - len(shown):,} more objects")
    print(f"{manifest.rows:,} rows, {size(manifest.bytes)}; digest {manifest.digest}")
    if reused is not None:
        print(f"{reused[0]:,} of {_count(reused[1], 'part')} reused")
    print(f"manifest: {place}")


def show_report(report: VerifyReport, *, as_json: bool) -> None:
    """A verification: what was checked, and each difference."""
    if as_json:
        print(json.dumps(_as_dict(report), ensure_ascii=False))
        return
    for difference in report.differences:
        print(difference)
    what = f"{_count(report.checked, 'part')} of {report.parts:,} regenerated and compared"
    print(f"{what}: {'no difference' if report.ok else _count(len(report.differences), 'difference')}")


def _as_dict(report: VerifyReport) -> dict[str, Any]:
    return {
        "ok": report.ok,
        "parts": report.parts,
        "checked": report.checked,
        "differences": [str(difference) for difference in report.differences],
    }
