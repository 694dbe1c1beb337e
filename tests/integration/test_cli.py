"""The command line as users meet it: results on standard output, clear messages, exit codes, nothing half-written."""

from __future__ import annotations

import csv
import gzip
import json
import os
import pty
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.servers.command_line import prepared

SHOP = Path(__file__).parents[2] / "examples" / "shop.yaml"
SMALL = """
seed: 5
tables:
  a: {rows: 120, fields: {id: sequence, name: first_name, note: {type: words, nulls: 0.4}}}
  b: {rows: 300, fields: {id: sequence, a: {type: reference, to: a.id}}}
"""


def seedbed(*arguments: object, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs a command in a process that was forked from one that has imported what it needs."""
    return prepared().run([*map(str, arguments)], stdin, {**os.environ, **environment})


def started(*arguments: object, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs a command in a process of its own from the start."""
    command = [sys.executable, "-m", "cluster", *map(str, arguments)]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, env={**os.environ, **environment})


@pytest.fixture
def schema(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL)
    return path


def test_generate_writes_one_file_a_table_and_a_manifest_that_verifies(schema: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    made = started("generate", schema, "--out", out)
    assert made.returncode == 0, made.stderr
    assert sorted(path.name for path in out.iterdir()) == ["a.csv", "b.csv", "manifest.json"]
    rows = list(csv.reader((out / "b.csv").open()))
    assert rows[0] == ["id", "a"]
    assert len(rows) == 301
    digest = json.loads((out / "manifest.json").read_text())["digest"]
    assert digest in made.stdout
    for target, command in ((out / "manifest.json", started), (out, seedbed)):
        verified = command("verify", target)
        assert verified.returncode == 0, verified.stderr
        assert "no difference" in verified.stdout


def test_verify_finds_a_changed_byte_and_exits_with_3(schema: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert seedbed("generate", schema, "--out", out).returncode == 0
    data = bytearray((out / "a.csv").read_bytes())
    data[100] ^= 1
    (out / "a.csv").write_bytes(data)
    verified = seedbed("verify", out)
    assert verified.returncode == 3
    assert "a.csv" in verified.stdout


def test_the_same_command_again_changes_nothing_and_another_order_is_refused(schema: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert seedbed("generate", schema, "--out", out).returncode == 0
    before = (out / "a.csv").stat().st_mtime_ns
    assert seedbed("generate", schema, "--out", out).returncode == 0
    assert (out / "a.csv").stat().st_mtime_ns == before
    refused = seedbed("generate", schema, "--out", out, "--seed", "6")
    assert refused.returncode in {1, 2}
    assert "overwrite" in refused.stderr
    assert (out / "a.csv").stat().st_mtime_ns == before
    assert seedbed("generate", schema, "--out", out, "--seed", "6", "--overwrite").returncode == 0
    assert (out / "a.csv").stat().st_mtime_ns != before


def test_rows_seed_format_and_compression_are_options(schema: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    options = ("--rows", "a=1k", "--rows", "b=2_000", "--seed", "x", "--format", "ndjson", "--compression", "zstd")
    made = seedbed("generate", schema, "--out", out, *options, "--json")
    assert made.returncode == 0, made.stderr
    found = json.loads(made.stdout)
    assert {item["name"]: item["rows"] for item in found["objects"]} == {"a.ndjson.zst": 1000, "b.ndjson.zst": 2000}
    assert (out / "a.ndjson.zst").stat().st_size == found["objects"][0]["bytes"]


def test_several_formats_with_options_are_made_in_one_go(schema: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    options = (
        "--format",
        "csv,parquet,excel",
        "-O",
        "delimiter=;",
        "-O",
        "header=false",
        "-O",
        "null=null",
        "-c",
        "gzip",
    )
    made = seedbed("generate", schema, "--out", out, *options, "--json")
    assert made.returncode == 0, made.stderr
    found = {item["name"]: item["format"] for item in json.loads(made.stdout)["objects"]}
    assert found == {
        "a.csv.gz": "csv", "b.csv.gz": "csv", "a.parquet": "parquet", "b.parquet": "parquet", "data.xlsx": "excel",
    }  # fmt: skip
    lines = gzip.decompress((out / "a.csv.gz").read_bytes()).decode().splitlines()
    assert lines[0].startswith("1;")
    assert any(line.endswith(";null") for line in lines)
    assert seedbed("verify", out).returncode == 0


def test_a_zip_holds_the_files_of_all_tables_and_verifies(schema: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    made = seedbed("generate", schema, "--out", out, "--zip", "--format", '["csv", {"type": "ndjson"}]')
    assert made.returncode == 0, made.stderr
    assert "data.zip" in made.stdout
    assert sorted(path.name for path in out.iterdir()) == ["data.zip", "manifest.json"]
    with zipfile.ZipFile(out / "data.zip") as found:
        assert found.testzip() is None
        assert found.namelist() == ["a.csv", "a.ndjson", "b.csv", "b.ndjson"]
        assert found.read("b.csv").count(b"\n") == 301
    assert seedbed("verify", out / "manifest.json").returncode == 0
    data = bytearray((out / "data.zip").read_bytes())
    data[-5] ^= 1
    (out / "data.zip").write_bytes(data)
    assert seedbed("verify", out).returncode == 3


def test_a_schema_comes_from_standard_input_and_preview_is_exactly_the_data(tmp_path: Path) -> None:
    assert seedbed("generate", "-", "--out", tmp_path / "out", stdin=SMALL).returncode == 0
    shown = seedbed("preview", "-", "--table", "a", "--format", "csv", "--limit", 1000, stdin=SMALL)
    assert shown.stdout == (tmp_path / "out" / "a.csv").read_text()
    assert shown.stdout.count("\n") == 121


@pytest.mark.parametrize("name", ["json", "ndjson", "xml", "sql", "yaml"])
def test_preview_in_a_text_format_is_exactly_the_data(name: str, schema: Path, tmp_path: Path) -> None:
    assert seedbed("generate", schema, "--out", tmp_path / "out", "--format", name).returncode == 0
    shown = seedbed("preview", schema, "--table", "b", "--format", name, "--limit", 1000)
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout == (tmp_path / "out" / f"b.{name}").read_text()


def test_preview_takes_options_of_its_format(schema: Path) -> None:
    shown = seedbed(
        "preview", schema, "--table", "a", "--format", "csv", "-O", "delimiter=|", "-O", "header=false", "-l", 2
    )
    assert [line.count("|") for line in shown.stdout.splitlines()] == [2, 2]


def test_preview_reaches_any_row(schema: Path) -> None:
    last = seedbed("preview", schema, "--rows", "b=1T", "--table", "b", "--offset", 10**12 - 2, "--json")
    assert [row["id"] for row in json.loads(last.stdout)["tables"]["b"]] == [10**12 - 1, 10**12]
    beyond = seedbed("preview", schema, "--table", "b", "--offset", 300)
    assert beyond.returncode == 2
    assert "there is no row 300" in beyond.stderr


def test_preview_shows_a_table_for_eyes(schema: Path) -> None:
    shown = seedbed("preview", schema, "--limit", 3, COLUMNS="120").stdout
    assert "a: rows 0 to 2 of 120" in shown
    assert "first_name" not in shown
    assert "∅" in seedbed("preview", schema, "--limit", 50, COLUMNS="120").stdout


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rows: 5\nfields: {a: {type: integr}, b: {type: integer, min: 2, max: 1}}", "did you mean 'integer'"),
        ("{{{", "neither YAML nor JSON"),
        ("rows: 300\nfields: {a: {type: country, unique: true}}", "there are only 249"),
        ("rows: 3\nfields: {a: {type: expression, value: 'b +'}}", "$.fields.a.value: column"),
    ],
)
@pytest.mark.parametrize("command", ["generate", "preview", "validate"])
def test_a_wrong_schema_exits_with_2_and_every_mistake(command: str, text: str, expected: str, tmp_path: Path) -> None:
    extra = ["--out", tmp_path / "out"] if command == "generate" else []
    failed = seedbed(command, "-", *extra, stdin=text)
    assert failed.returncode == 2
    assert expected in failed.stderr
    assert "Traceback" not in failed.stderr
    assert failed.stdout == ""
    assert not (tmp_path / "out").exists()
    as_json = json.loads(seedbed(command, "-", *extra, "--json", stdin=text).stderr)
    assert expected.rpartition(": ")[2] in json.dumps(as_json["error"]["mistakes"], ensure_ascii=False)


@pytest.mark.parametrize(
    ("arguments", "code", "expected"),
    [
        (["generate", "no-such.yaml"], 2, "cannot read the schema no-such.yaml"),
        (["generate", SHOP, "--rows", "10"], 2, "give rows by table"),
        (["generate", SHOP, "--rows", "ordrs=10"], 2, "did you mean 'orders'"),
        (["generate", SHOP, "--rows", "orders=ten"], 2, "no number of rows"),
        (["generate", SHOP, "--format", "cvs"], 2, "did you mean 'csv'"),
        (["generate", SHOP, "--format", "{"], 2, "no JSON object"),
        (["generate", SHOP, "--format", '{"type": "csv", "delimeter": ";"}'], 2, "did you mean 'delimiter'"),
        (["generate", SHOP, "--compression", "zip"], 2, "zip"),
        (["generate", SHOP, "--format", "parquet", "--compression", "gzip"], 2, "compresses inside"),
        (["generate", SHOP, "--format", "csv,cvs"], 2, "did you mean 'csv'"),
        (["generate", SHOP, "--format", "["], 2, "no JSON list"),
        (["generate", SHOP, "--option", "delimeter=;"], 2, "did you mean 'delimiter'"),
        (["generate", SHOP, "--option", "delimiter"], 2, "KEY=VALUE"),
        (["generate", SHOP, "--option", "delimiter=ab"], 2, "$.format.delimiter"),
        (["generate", SHOP, "--option", "header=maybe"], 2, "the order has 1 mistake: $.format.header: must be"),
        (["generate", SHOP, "--format", "parquet", "-O", 'bloom_filters=["emial"]'], 2, "did you mean 'email'"),
        (["generate", SHOP, "--format", "sql", "-O", 'types={"prize": "MONEY"}'], 2, "did you mean 'price'"),
        (["generate", SHOP, "--zip", "--parts-only"], 2, "drop --parts-only"),
        (["generate", SHOP, "--zip", "--keep-parts"], 2, "drop --keep-parts"),
        (["generate", SHOP, "--zip", "--format", "excel"], 2, "does not go into another"),
        (["generate", SHOP, "--keep-parts", "--format", "excel"], 2, "all tables into one file"),
        (["generate", SHOP, "--hash", "md5"], 2, "md5"),
        (["generate", SHOP, "--parts-only", "--keep-parts"], 2, "exclude each other"),
        (["generate", SHOP, "--out", "/proc/nowhere"], 1, "/proc/nowhere"),
        (["generate", SHOP, "--out", "ftp://x/y"], 1, "ftp"),
        (["preview", SHOP, "--table", "order"], 2, "did you mean 'orders'"),
        (["verify", "no-such-folder"], 1, "no-such-folder"),
        (["preview", SHOP, "--format", "parquet"], 2, "nothing to look at"),
        (["preview", SHOP, "--format", "msgpack"], 2, "nothing to look at"),
        (["preview", SHOP, "--format", "csv,json"], 2, "one format at a time"),
        (["preview", SHOP, "--format", "cvs"], 2, "did you mean 'csv'"),
        (["formats", "prquet"], 2, "did you mean 'parquet'"),
        (["formats", "csv", "--markdown"], 2, "exclude each other"),
        (["types", "emial"], 2, "did you mean 'email'"),
        (["nonsense"], 2, "No such command"),
    ],
)  # fmt: skip
def test_wrong_input_is_told_in_one_message(arguments: list[object], code: int, expected: str, tmp_path: Path) -> None:
    failed = prepared().run([*map(str, arguments)], folder=tmp_path)
    message = " ".join(re.sub(r"[│╭╮╰╯─]", " ", failed.stderr).split())
    assert expected in message
    assert failed.returncode == code, message
    assert "Traceback" not in message
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments", [["preview", SHOP, "--table", "order"], ["nonsense"], ["formats", "csv"], ["--help"]]
)
def test_a_process_that_was_forked_says_what_one_of_its_own_says(arguments: list[object]) -> None:
    forked, own = seedbed(*arguments), started(*arguments)
    assert (forked.returncode, forked.stdout, forked.stderr) == (own.returncode, own.stdout, own.stderr)


def test_a_failure_that_is_nobody_s_fault_still_ends_without_a_traceback(schema: Path, tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("mine")
    failed = started("generate", schema, "--out", blocker)
    assert failed.returncode == 1
    assert "Traceback" not in failed.stderr
    assert blocker.read_text() == "mine"


def test_progress_is_plain_lines_where_there_is_no_terminal(schema: Path, tmp_path: Path) -> None:
    made = seedbed("generate", schema, "--out", tmp_path / "out")
    assert "seedbed: done: 420 rows" in made.stderr
    assert "\x1b" not in made.stderr + made.stdout


def test_progress_is_a_bar_on_a_terminal(schema: Path, tmp_path: Path) -> None:
    parent, child = pty.openpty()
    made = subprocess.run(
        [sys.executable, "-m", "cluster", "generate", str(schema), "--out", str(tmp_path / "out")],
        stderr=child, stdout=subprocess.PIPE, env={**os.environ, "TERM": "xterm"},
    )  # fmt: skip
    os.close(child)
    shown = b""
    try:
        while chunk := os.read(parent, 65536):
            shown += chunk
    except OSError:
        pass  # how Linux says that the other end is closed
    os.close(parent)
    assert made.returncode == 0
    assert b"\x1b[" in shown
    assert b"rows" in shown


def test_the_catalogue_lists_every_type_with_examples_that_run() -> None:
    listed = json.loads(seedbed("types", "--json").stdout)["types"]
    assert {"email", "uuid", "reference"} <= {item["type"] for item in listed}
    one = json.loads(seedbed("types", "int", "--json").stdout)
    assert one["type"] == "integer"
    assert "int" in one["aliases"]
    assert all(example["values"] for example in one["examples"])
    assert "csv" in seedbed("formats").stdout


def test_the_catalogue_tells_every_format_s_options_and_rules() -> None:
    listed = {item["format"]: item for item in json.loads(seedbed("formats", "--json").stdout)["formats"]}
    assert {"csv", "ndjson", "parquet", "excel", "sql", "xml"} <= {*listed}
    assert listed["csv"]["options"]["delimiter"]["default"] == ","
    assert "xlsx" in listed["excel"]["aliases"]
    for item in listed.values():
        assert all(about["description"] for about in item["options"].values()), item["format"]
        assert item["becomes"], item["format"]
    one = seedbed("formats", "xlsx").stdout
    assert one.startswith("excel (.xlsx")
    assert all(option in one for option in listed["excel"]["options"])
    page = seedbed("formats", "--markdown").stdout
    assert all(f"\n## {name}\n" in page for name in listed)
    assert page == started("formats", "--markdown", PYTHONHASHSEED="7").stdout


def test_the_reader_of_a_pipe_may_go_away(schema: Path) -> None:
    command = (
        f"{sys.executable} -m cluster preview {schema} --rows a=90k --table a --limit 90000 --format csv | head -n 1"
    )
    run = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True)
    assert run.stdout == "id,name,note\n"
    assert "Traceback" not in run.stderr
    assert "Exception" not in run.stderr
