"""Versions, files, logs, schedules and branches: in the forms that programs read."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from generator import SchemaError, compile_schema

ROWS = 4000
SEMVER = r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-(alpha|beta|rc)\.[1-9])?"


def rows_of(fields: dict[str, Any], rows: int = ROWS) -> list[dict[str, Any]]:
    table = compile_schema({"tables": {"t": {"rows": rows, "fields": fields}}}).tables["t"]
    found: list[dict[str, Any]] = table.take(np.arange(rows, dtype=np.uint64), tuple(fields)).to_pylist()
    return found


def values(rows: int = ROWS, **options: Any) -> list[Any]:
    return [row["f"] for row in rows_of({"f": options}, rows)]


def test_versions_are_semantic_versions() -> None:
    assert all(re.fullmatch(SEMVER, version) for version in values(type="semver"))
    early = values(type="semver", prerelease=True, prefix="v")
    assert all(re.fullmatch("v" + SEMVER, version) for version in early)
    assert 0.4 < sum("-" in version for version in early) / ROWS < 0.6


def test_commits_are_hexadecimal_of_the_length_that_is_asked_for() -> None:
    assert all(re.fullmatch("[0-9a-f]{40}", commit) for commit in values(type="commit_sha"))
    assert all(re.fullmatch("[0-9a-f]{7}", commit) for commit in values(type="commit_sha", length=7))
    assert len(set(values(type="commit_sha", unique=True))) == ROWS


CRON = {"minute": (0, 59), "hour": (0, 23), "day": (1, 31), "month": (1, 12), "weekday": (0, 7)}


def within(part: str, low: int, high: int) -> bool:
    names = {"MON", "SUN"}
    for piece in part.split(","):
        base, _, step = piece.partition("/")
        first, _, last = base.partition("-")
        if base not in ("*", *names) and not (low <= int(first) <= int(last or first) <= high):
            return False
        if step and not 1 <= int(step) <= high:
            return False
    return True


def test_schedules_are_five_fields_within_their_ranges() -> None:
    for schedule in values(type="cron"):
        parts = schedule.split(" ")
        assert len(parts) == 5
        assert all(within(part, *bounds) for part, bounds in zip(parts, CRON.values(), strict=True)), schedule


@pytest.mark.parametrize("os", ["linux", "macos", "windows"])
def test_paths_are_of_their_system(os: str) -> None:
    for path in values(type="file_path", os=os):
        assert re.fullmatch(r"[A-Z]:(\\[\w.-]+)+" if os == "windows" else r"(/[\w.-]+)+", path), path


@pytest.mark.parametrize(("category", "ending"), [("image", "png"), ("code", "py"), ("document", "pdf")])
def test_names_of_files_have_endings_of_their_category(category: str, ending: str) -> None:
    endings = set(values(type="file_extension", category=category))
    assert ending in endings
    assert {name.rpartition(".")[2] for name in values(type="file_name", category=category)} <= endings


@pytest.mark.parametrize("kind", ["file_name", "file_path", "docker_image", "cron", "git_branch", "error_code"])
def test_unique_texts_do_not_repeat_over_tens_of_thousands_of_rows(kind: str) -> None:
    assert len(set(values(50_000, type=kind, unique=True))) == 50_000


def test_images_have_a_name_and_a_tag() -> None:
    assert all(re.fullmatch(r"([a-z.]+/)?([a-z]+/)?[a-z0-9-]+:[\w.-]+", image) for image in values(type="docker_image"))


def test_branches_are_names_that_git_takes() -> None:
    for branch in values(type="git_branch"):
        assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9./-]*[a-z0-9]", branch)
        assert ".." not in branch
        assert "//" not in branch


def test_most_lines_of_a_log_are_of_no_concern() -> None:
    levels = values(type="log_level")
    assert levels.count("INFO") > ROWS * 0.6
    assert 0 < levels.count("ERROR") < ROWS * 0.08
    lines = values(type="log_line")
    assert all(re.match(r"(DEBUG|INFO|WARN|ERROR|FATAL) \[[a-z]+\] \S", line) for line in lines)
    assert not any("{" in line for line in lines)


def test_a_line_can_begin_with_a_moment_of_its_row() -> None:
    at = {"type": "timestamp", "min": "2024-01-01", "max": "2024-12-31", "unit": "s"}
    for row in rows_of({"at": at, "line": {"type": "log_line", "of": "at"}}, 500):
        assert row["line"].startswith(row["at"].strftime("%Y-%m-%dT%H:%M:%SZ "))
    with pytest.raises(SchemaError, match="no date or time"):
        rows_of({"n": {"type": "integer"}, "line": {"type": "log_line", "of": "n"}}, 5)


def test_texts_that_programs_read_are_refused_rather_than_cut() -> None:
    for kind in ("cron", "docker_image", "git_branch", "file_name", "file_path", "semver", "commit_sha", "error_code"):
        with pytest.raises(SchemaError, match="max_length"):
            values(5, type=kind, max_length=4)


def test_names_of_applications_fit_where_they_must() -> None:
    assert all(len(name) <= 8 for name in values(type="app_name", max_length=8))
    assert len(set(values(type="app_name"))) > 1500
