"""What an S3 store does beyond the laws of all stores: its limits, memory, signed URLs, rules, and removing."""

from __future__ import annotations

import json
import random
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pyarrow.dataset
import pyarrow.fs
import pytest
from typer.testing import CliRunner

from cluster.cli import app
from cluster.errors import StoreError
from cluster.order import Order
from cluster.removal import remove_target
from cluster.run import run_here
from cluster.s3_server import S3Server
from cluster.state import State
from cluster.storage import Piece, Site, Unfinished
from cluster.storage_s3 import S3Store
from cluster.storage_s3_plan import Limits
from cluster.stores import open_store
from tests.servers.faulty import Fault, FaultyProxy, once

Document = Callable[..., dict[str, Any]]
MIB = 1 << 20
SITE = Site("x.csv", ".seedbed/f/pieces/x.csv", 0)


def store_at(url: str, **options: Any) -> S3Store:
    bucket, _, prefix = url.removeprefix("s3://").partition("/")
    return S3Store(bucket, prefix, **options)


def written(store: S3Store, site: Site, sizes: list[int], token: str = "") -> tuple[list[Piece], bytes]:
    """Pieces written by all writers at once, a chunk each in turn, and the bytes of all."""
    chance = random.Random(sum(sizes))
    every = [chance.randbytes(size) for size in sizes]
    with ExitStack() as stack:
        assembly = store.assembly()
        writers = [stack.enter_context(assembly.writer(site, token, number)) for number in range(len(sizes))]
        for start in range(0, max(sizes), MIB):
            for writer, data in zip(writers, every, strict=True):
                writer.write(data[start : start + MIB])
    pieces = [Piece(number, sizes[number], writer.held) for number, writer in enumerate(writers)]
    return pieces, b"".join(every)


@pytest.mark.parametrize("ending", [b"", b"the end"], ids=["", "ending"])
@pytest.mark.parametrize("count", [4, 5, 11])
def test_more_pieces_than_an_upload_has_parts_become_one_object(s3_url: str, count: int, ending: bytes) -> None:
    limits = Limits(most=12 * MIB, parts=4, copied=6 * MIB)
    store = store_at(s3_url, limits=limits)
    pieces, whole = written(store, SITE, [MIB + number for number in range(count - 1)] + [13 * MIB])
    store.assembly().complete(SITE, "", pieces, ending)
    assert store.read("x.csv") == whole + ending
    assert [entry.name for entry in store.entries("") if not entry.name.startswith(SITE.scratch)] == ["x.csv"]
    assert list(store.unfinished()) == []
    store.remove()


def test_a_piece_larger_than_a_part_may_be_is_copied_in_ranges_and_an_object_beyond_all_limits_refused(
    s3_url: str,
) -> None:
    store = store_at(s3_url, limits=Limits(most=12 * MIB, parts=4, copied=6 * MIB), memory=0)
    assembly, token = store.assembly(), store.begin_upload("x.csv")
    (piece,), whole = written(store, SITE, [20 * MIB], token)
    assert not assembly.fits(SITE, token, piece)
    assembly.abandon(SITE, token)
    assembly.complete(SITE, "", [piece], b"")
    assert store.read("x.csv") == whole
    with pytest.raises(StoreError, match="and S3 takes 50,331,648; have it made in smaller objects"):
        assembly.complete(SITE, "", [Piece(0, 49 * MIB, piece.held)], b"")
    with pytest.raises(StoreError, match="it has the 4 parts that S3 takes"), store.writer("y.csv") as writer:
        writer.write(bytes(60 * MIB))
    assert store.size("y.csv") is None
    assert list(store.unfinished()) == []


def test_writers_of_many_formats_share_one_budget_of_memory(s3_url: str) -> None:
    store = store_at(s3_url, memory=32 * MIB)
    site = Site("x.csv", SITE.scratch, 5)
    token = store.begin_upload("x.csv")
    pieces, whole = written(store, site, [36 * MIB] * 4 + [5], token)
    # All of them held would be 144 MiB. Beyond the budget each may hold less than a part.
    assert store.budget.peak < (32 + 4 * 17) * MIB
    assert store.budget.held == 0
    store.assembly().complete(site, token, pieces, b"")
    assert store.read("x.csv") == whole


def fetch(url: str, **headers: str) -> tuple[int, bytes, str]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
            return answer.status, answer.read(), answer.headers.get("Content-Disposition", "")
    except urllib.error.HTTPError as error:
        return error.code, b"", ""


def test_a_signed_url_gives_the_object_to_anybody_until_it_expires(s3_url: str, wait_for: Callable[..., Any]) -> None:
    store = open_store(s3_url)
    store.put("größe/x y.csv", b"0123456789")
    url = store.signed_url("größe/x y.csv", 60, 'Größe "1".csv')
    assert url is not None
    status, data, disposition = fetch(url)
    assert (status, data) == (200, b"0123456789")
    assert disposition == "attachment; filename=\"Gr__e _1_.csv\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%221%22.csv"
    assert fetch(url, Range="bytes=3-5")[:2] == (206, b"345")
    assert fetch(url.replace("x%20y", "z"))[0] == 403
    assert fetch(url.replace("Expires=60", "Expires=600"))[0] == 403
    short = store.signed_url("größe/x y.csv", 1)
    wait_for(lambda: fetch(str(short))[0] == 403, 10, "the end of a signed URL")


@pytest.mark.parametrize("seconds", [0, 604_801])
@pytest.mark.usefixtures("s3_server")
def test_a_signed_url_is_good_for_a_week_at_most(seconds: int) -> None:
    with pytest.raises(StoreError, match="1 to 604,800 seconds"):
        open_store("s3://datasets/x").signed_url("x", seconds)


def test_a_rule_against_forgotten_uploads_replaces_only_itself(s3_server: S3Server, s3_url: str) -> None:
    store = store_at(s3_url)
    foreign = {"ID": "theirs", "Status": "Enabled", "Filter": {"Prefix": "logs/"}, "Expiration": {"Days": 30}}
    rules = {"LifecycleConfiguration": {"Rules": [foreign]}}
    store.client.call("put_bucket_lifecycle_configuration", "set up the test", **rules)
    other = open_store(f"{s3_url}-other").expire_uploads(1)
    for days in (7, 3, 3):
        rule = store.expire_uploads(days)
        assert (rule.prefix, rule.days, rule.enabled, rule.ours) == (store.prefix, days, True, True)
    runner = CliRunner()
    done = runner.invoke(app, ["lifecycle", s3_url, "--days", "5", "--json"])
    assert {(each["name"], each["days"]) for each in json.loads(done.stdout)["rules"]} == {
        (other.name, 1),
        (rule.name, 5),
    }
    shown = runner.invoke(app, ["lifecycle", s3_url]).stdout
    assert f"{rule.name}: uploads below {store.prefix}, after 5 days (made for {s3_url})" in shown.replace("\n", " ")
    found = store.client.call("get_bucket_lifecycle_configuration", "look")["Rules"]
    assert [each["Expiration"]["Days"] for each in found if each["ID"] == "theirs"] == [30]
    assert len(found) == 3


@pytest.mark.parametrize(
    ("operation", "fault", "message"),
    [
        ("PutBucketLifecycle", Fault.UNKNOWN, "the store does not offer this"),
        ("GetBucketLifecycle", Fault.UNKNOWN, "the store does not offer this"),
        ("PutBucketLifecycle", Fault.IGNORED, "has taken the rule for .* and dropped it"),
    ],
)
def test_a_store_without_such_rules_says_so(
    s3_server: S3Server, s3_url: str, monkeypatch: pytest.MonkeyPatch, operation: str, fault: Fault, message: str
) -> None:
    with FaultyProxy(s3_server.endpoint, once(operation, fault, times=1000)) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
        with pytest.raises(StoreError, match=message) as caught:
            open_store(s3_url).expire_uploads(7)
        assert not caught.value.passing
        assert proxy.suffered[operation, fault] == 1


def test_a_removed_target_leaves_neither_objects_nor_uploads_and_its_neighbours_alone(
    document: Document, s3_url: str
) -> None:
    order = Order.of(document(1, small=1), s3_url)
    run_here(order)
    store, neighbour = store_at(s3_url), store_at(f"{s3_url}-neighbour")
    State(store, order.compile().state).claim()
    for name in ("orders.csv", ".seedbed/f/pieces/x/00000.piece"):
        store.begin_upload(name)
    neighbour.put("x", b"1")
    kept = neighbour.begin_upload("y")
    for _ in range(2):
        remove_target(s3_url)
        assert list(store.entries("")) == []
        assert list(store.unfinished()) == []
    assert neighbour.read("x") == b"1"
    assert list(neighbour.unfinished()) == [Unfinished("y", kept)]
    with pytest.raises(StoreError, match="whole bucket; it is not removed"):
        remove_target("s3://datasets")


@pytest.mark.parametrize("layout", ["parts", "both"])
def test_the_parts_of_a_table_are_read_from_s3_as_one_data_set(
    document: Document, s3_server: S3Server, s3_url: str, layout: str
) -> None:
    wanted = document(3, small=0)
    run_here(Order.of(wanted, s3_url, format="parquet", layout=layout), threads=2)  # type: ignore[arg-type]
    files = pyarrow.fs.S3FileSystem(
        access_key=s3_server.access_key,
        secret_key=s3_server.secret_key,
        endpoint_override=s3_server.endpoint,
        region="us-east-1",
    )
    folder = f"{s3_url.removeprefix('s3://')}/orders"
    found = pyarrow.dataset.dataset(folder, filesystem=files, format="parquet")
    assert len(found.files) == 3
    ids = found.to_table(columns=["id"]).column("id").to_pylist()
    assert sorted(ids) == list(range(1, wanted["tables"]["orders"]["rows"] + 1))
