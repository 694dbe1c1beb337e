"""Results as Markdown: a piece a measurement, with the machine it ran on, between its own markers in README.md."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import types

README = Path(__file__).with_name("README.md")


def rewrite(results: dict[str, Any], readme: Path = README) -> None:
    """Puts the pieces of the measurements that were made into the page; the others stay. ValueError: no markers."""
    page = readme.read_text(encoding="utf-8")
    for name, result in results.items():
        marked = re.compile(rf"(<!-- {name}: begin -->\n).*?(<!-- {name}: end -->)", re.DOTALL)
        if not marked.search(page):
            raise ValueError(
                f"{readme.name} has no markers for {name}: <!-- {name}: begin --> and <!-- {name}: end -->"
            )
        text = markdown(name, result)
        page = marked.sub(lambda found, text=text: f"{found[1]}{text}{found[2]}", page)
    readme.write_text(page, encoding="utf-8")


def markdown(name: str, result: dict[str, Any]) -> str:
    """The piece of one measurement."""
    return f"{_PIECES[name](result)}\n{_machine(result['machine'])}\n"


def _table(head: list[str], rows: list[list[str]], left: int = 1) -> str:
    rule = [":---"] * left + ["---:"] * (len(head) - left)
    return "".join("| " + " | ".join(row) + " |\n" for row in [head, rule, *rows])


def _machine(machine: dict[str, Any]) -> str:
    libraries = ", ".join(f"{name} {version}" for name, version in machine["libraries"].items())
    return (
        f"<sub>{machine['date']}; {machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB, "
        f"{machine['system']}; Python {machine['python']}, {machine['kernels']} kernels, {libraries}; "
        f"load before the run {machine['load_before']:.2f}.</sub>\n"
    )


def _rivals(result: dict[str, Any]) -> str:
    ours = result["contenders"][0]["name"]
    rows = [
        [
            item["name"],
            _speed(item["rows_per_second"]),
            f"{_speed(item['slowest'])} to {_speed(item['fastest'])}",
            f"{item['bytes_per_row']:.0f}",
            "" if item["name"] == ours else f"{item['ratio']:,.1f} ×",
            _verdict(item["ratio"], item["goal"], f"{item['goal']:,} ×" if item["goal"] else ""),
            f"{item['undisturbed']:.0%}",
        ]
        for item in result["contenders"]
    ]
    head = ["people-16 → CSV", "rows/s", "range", "bytes a row", "Seedbed is", "goal", "of the core"]
    return _table(head, rows)


def _formats(result: dict[str, Any]) -> str:
    rows = [
        [
            item["schema"],
            item["format"],
            _speed(item["rows_per_second"]),
            f"{_speed(item['slowest'])} to {_speed(item['fastest'])}",
            f"{item['generate_ns']:.0f}",
            f"{item['encode_ns']:.0f}",
            f"{item['bytes_per_row']:.0f}",
            f"{item['bytes_per_row'] * item['rows_per_second'] / 1e6:,.0f}",
            _verdict(item["rows_per_second"], item["goal"], _speed(item["goal"]) if item["goal"] else ""),
            f"{item['undisturbed']:.0%}",
        ]
        for item in result["formats"]
    ]
    head = [
        "table",
        "format",
        "rows/s",
        "range",
        "generate, ns",
        "encode, ns",
        "bytes a row",
        "MB/s",
        "goal",
        "of the core",
    ]
    return _table(head, rows, left=2)


def _writers(result: dict[str, Any]) -> str:
    tools = list(result["writers"][0]["nanoseconds"])
    rows = [
        [
            item["schema"],
            item["format"],
            *(f"{item['nanoseconds'][tool]:,.0f}" if item["nanoseconds"][tool] else "" for tool in tools),
            f"{item['ratio']:.1f} × {item['against']}",
            _verdict(item["ratio"], item["goal"], f"{item['goal']} ×"),
        ]
        for item in result["writers"]
    ]
    gzip = result["gzip"]
    verdict = _verdict(gzip["share"], gzip["goal"], f"{gzip['goal']:.0%}")
    return (
        f"{_table(['table', 'format', *tools, 'Seedbed is', 'goal'], rows, left=2)}\n"
        f"Nanoseconds a row; runs of each: {result['repeats']}. gzip, level 1: {gzip['seedbed']:,.0f} MB/s of CSV, "
        f"{gzip['share']:.0%} of the {gzip['isal']:,.0f} MB/s of ISA-L alone (goal: {verdict}).\n"
    )


def _ray(result: dict[str, Any]) -> str:
    rows = [
        [
            str(item["actors"]),
            _speed(item["rows_per_second"]),
            f"{_speed(item['slowest'])} to {_speed(item['fastest'])}",
        ]
        for item in result["actors"]
    ]
    verdict = _verdict(result["ratio"], result["goal"], f"{result['goal']} ×")
    return (
        f"{_table(['actors', 'rows/s', 'range'], rows, left=0)}\n"
        f"Two actors are {result['ratio']:.2f} × as quick as one (goal: {verdict}); "
        f"people-16 → CSV, {result['rows']:,} rows, {result['repeats']} pairs of runs, {result['file_system']}.\n"
    )


def _memory(result: dict[str, Any]) -> str:
    rows = [
        [
            item["schema"],
            item["format"],
            f"{item['rows']:,}",
            f"{item['bytes'] / 1e6:,.0f}",
            str(item["actors"]),
            f"{item['megabytes']:.0f} MB",
            "reached" if item["megabytes"] < result["goal"] else "**missed**",
        ]
        for item in result["jobs"]
    ]
    head = ["table", "format", "rows", "MB written", "actors", "peak of an actor", f"goal: below {result['goal']} MB"]
    return _table(head, rows, left=2)


def _jobs(result: dict[str, Any]) -> str:
    rows = [
        ["loop in one process", f"{result['bare']:.1f} s", ""],
        ["job through the queue, one actor", f"{result['job']:.1f} s", _verdict_of_share(result)],
    ]
    pairs = f"{100 * result['overhead_of_pairs']:+.1f}%"
    small = f"{result['small']:.2f} s (slowest {result['small_slowest']:.2f} s; goal {result['small_goal']:.0f} s)"
    return (
        f"{_table(['numeric-8, CSV, ' + format(result['rows'], ',') + ' rows', 'seconds', 'overhead'], rows)}\n"
        f"The fastest of {result['repeats']} runs each, taking turns; median over neighbouring runs: {pairs}.\n\n"
        f"A job of {result['small_rows']:,} rows, from entering it to its end, on a warm cluster: {small}.\n"
    )


def _verdict_of_share(result: dict[str, Any]) -> str:
    reached = "reached" if result["overhead"] < result["goal"] else "missed"
    return f"{result['overhead']:+.1%} (goal under {result['goal']:.0%}: {reached})"


def _fairness(result: dict[str, Any]) -> str:
    rows = [
        [
            f"{kind['count']} of {kind['rows']:,} rows",
            beside,
            *(f"{kind[key][name]:.2f} s" for name in ("wait", "wait_longest", "done", "done_longest")),
        ]
        for kind in result["kinds"]
        for key, beside in (("alone", "alone"), ("beside", "beside the large job"))
    ]
    head = ["jobs", "", "begun after", "longest", "done after", "longest"]
    return (
        f"{_table(head, rows, left=2)}\n"
        f"The large job: {result['rows']:,} rows of numeric-8 → CSV, zstd 9; {result['actors']} generator actors, on "
        f"which it made {_speed(result['large_rows_per_second'])} rows/s meanwhile. The others entered over "
        f"{result['seconds']:.0f} seconds.\n"
    )


def _preview(result: dict[str, Any]) -> str:
    verdict = "reached" if result["median"] <= result["goal"] else "**missed**"
    return (
        f"First row of `seedbed preview` after {result['median']:.2f} s (median of {result['repeats']}; "
        f"best {result['best']:.2f} s, worst {result['worst']:.2f} s); goal: {result['goal']} s, {verdict}.\n"
    )


def _kernels(result: dict[str, Any]) -> str:
    pieces = []
    for schema, columns in result["kernels"].items():
        rows = [[name, f"{cost['native']:.1f}", f"{cost['reference']:.1f}"] for name, cost in columns.items()]
        pieces.append(_table([schema, "native, ns a row", "reference, ns a row"], rows))
    return "\n".join(pieces)


def _types(result: dict[str, Any]) -> str:
    slow = sum(item["slowest"] > result["goal"] for item in result["types"])
    head = ["type", "slowest example", "why", "fastest, ns a row", "slowest, ns a row"]
    return (
        f"{_table(head, list(types.lines(result)), left=3)}\n"
        f"{len(result['types'])} types, batches of {result['rows']:,} rows, the best of {result['repeats']} runs; "
        f"{slow} of them take more than {result['goal']} ns.\n"
    )


def _speed(rows: float) -> str:
    if rows >= 1e6:
        return f"{rows / 1e6:.2f} M"
    return f"{rows / 1e3:,.1f} k" if rows < 1e5 else f"{rows / 1e3:,.0f} k"


def _verdict(value: float, goal: float | None, shown: str) -> str:
    return "" if goal is None else f"{shown}, {'reached' if value >= goal else '**missed**'}"


def _queue(result: dict[str, Any]) -> str:
    found = result["databases"]
    waiting = [f"{int(count):,} wait" for count in next(iter(found.values()))["claim_ms"]]
    rows = [
        [
            name,
            *(f"{each['claim_ms'][count]:.1f} ms" for count in each["claim_ms"]),
            f"{max(each['backlog_ms'].values()):.0f} ms",
            f"{each['claims_and_ends_per_second']:,.0f}",
        ]
        for name, each in found.items()
    ]
    table = _table(["a claim while", *waiting, "the backlog then", "claims and ends/s"], rows)
    return f"{table}\nMedians of {result['repeats']}; the runs are those of {result['users']} users.\n"


_PIECES: dict[str, Callable[[dict[str, Any]], str]] = {
    "rivals": _rivals,
    "formats": _formats,
    "writers": _writers,
    "ray": _ray,
    "memory": _memory,
    "queue": _queue,
    "jobs": _jobs,
    "fairness": _fairness,
    "preview": _preview,
    "kernels": _kernels,
    "types": _types,
}
