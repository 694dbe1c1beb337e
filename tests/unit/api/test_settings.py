"""Settings from the environment: what is wrong is told by the variable's name, before anything begins."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.settings import SettingsError, misspelt, read_settings


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"RUNS": "two"}, ["SEEDBED_RUNS is 'two': input should be a valid integer"]),
        (
            {"RUNS": "0", "RUNNER": "rays"},
            ["SEEDBED_RUNS is '0'", "SEEDBED_RUNNER is 'rays': input should be 'ray' or"],
        ),
        ({"LEASE_SECONDS": "2"}, ["SEEDBED_LEASE_SECONDS (2) is to be at least 3 times SEEDBED_BEAT_SECONDS (1)"]),
        ({"STORAGE_URL": "s3:/bucket/x"}, ["SEEDBED_STORAGE_URL", "one slash", "write s3://bucket/prefix"]),
        ({"STORAGE_URL": "ftp://host/x"}, ["SEEDBED_STORAGE_URL", "no store for ftp://"]),
        ({"STORAGE_URL": "memory://x"}, ["SEEDBED_STORAGE_URL", "shared by processes"]),
    ],
)
def test_a_wrong_setting_is_named_with_what_would_be_right(
    variables: dict[str, str], said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(f"SEEDBED_{name}", value)
    with pytest.raises(SettingsError) as caught:
        read_settings()
    assert all(words in str(caught.value) for words in said)
    assert "\n" not in str(caught.value)


def test_a_storage_folder_is_absolute_wherever_a_process_was_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SEEDBED_STORAGE_URL", "data/sets/")
    assert read_settings().storage == str(tmp_path / "data" / "sets")
    monkeypatch.setenv("SEEDBED_STORAGE_URL", "s3://bucket/data/")
    assert read_settings().storage == "s3://bucket/data"


def test_none_is_no_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEEDBED_JOB_ROWS", "none")
    monkeypatch.setenv("SEEDBED_RETENTION_DAYS", "none")
    settings = read_settings()
    assert (settings.job_rows, settings.retention_days) == (None, None)


def test_a_variable_that_is_nearly_a_setting_is_told_and_others_are_not() -> None:
    names = ["SEEDBED_STORAGE", "SEEDBED_RUNS", "SEEDBED_KERNELS", "SEEDBED_SERVICE_HOST", "SEEDBED_PORT", "HOME"]
    assert misspelt(names) == [
        "SEEDBED_STORAGE is no setting and does nothing; did you mean SEEDBED_STORAGE_URL?",
    ]
