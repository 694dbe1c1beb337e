"""The catalogue tells what a preset stands for, wherever it tells about its type."""

from __future__ import annotations

import json

from typer.testing import CliRunner

from cluster import catalogue
from cluster.catalogue.options import written
from cluster.cli import app


def said(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["types", *arguments])
    assert done.exit_code == 0, done.output
    return done.output


def test_a_preset_is_shown_as_its_type_with_its_options() -> None:
    assert "MD5 is {type: hash, algorithm: md5}" in said("MD5")
    told = json.loads(said("md5", "--json"))
    assert (told["type"], told["asked_as"]) == ("hash", {"algorithm": "md5"})
    assert [example["options"] for example in told["examples"]] == [{"type": "hash", "algorithm": "md5"}]
    assert all(len(value) == 32 for value in told["examples"][0]["values"])


def test_a_type_tells_its_presets_apart_from_its_aliases() -> None:
    text = said("hash")
    assert "Also known as: digest\n" in text
    assert "md5 {algorithm: md5}" in text
    assert " is {type" not in text
    told = json.loads(said("hash", "--json"))
    assert told["presets"]["sha1"] == {"algorithm": "sha1"}
    assert "sha1" not in told["aliases"]


def test_the_page_lists_presets_with_their_options() -> None:
    piece = catalogue.markdown().split("\n### hash\n")[1].split("\n### ")[0]
    assert "`md5` (`{algorithm: md5}`)" in piece


def test_options_are_written_as_yaml_reads_them() -> None:
    assert written({"a": "plain", "b": "no", "c": True, "d": ["x"], "e": None}) == (
        '{a: plain, b: "no", c: true, d: ["x"], e: null}'
    )
