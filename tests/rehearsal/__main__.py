"""``make rehearse``: production on one machine, with nodes and processes that die. See the package's other modules.

Exit code 0 if every data set that was asked for is there and verified, and nothing else is left.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cluster import verify_data_set
from tests.rehearsal.load import Asked, Load
from tests.rehearsal.stage import IDLE_SECONDS, NODES, Stage, stage, wait_for

_BEGAN = time.monotonic()


def say(text: str) -> None:
    print(f"rehearsal {time.monotonic() - _BEGAN:6.1f} s  {text}", flush=True)


class Watch:
    """Says what there is to do and how many nodes there are, whenever that changes."""

    def __init__(self, scene: Stage, load: Load) -> None:
        self._scene, self._load = scene, load
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.most = 0
        self.over = False
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join(30)

    def _run(self) -> None:
        before = None
        while not self._stop.wait(0.5):
            over, nodes = self._load.look(), self._scene.nodes()
            self.most = max(self.most, nodes)
            states = [asked.state for asked in self._load.asked]
            counts = {state: states.count(state) for state in sorted(set(states)) if state}
            if (now := (nodes, counts)) != before:
                say(f"{nodes} nodes; jobs: {', '.join(f'{count} {state}' for state, count in counts.items())}")
                before = now
            self.over = over and bool(states)


def rehearse(scene: Stage) -> int:
    """Carries the rehearsal out; how many things went wrong."""
    load = Load(scene.urls)
    askers = ThreadPoolExecutor(3)
    asking = [askers.submit(each) for each in (load.large, load.small, load.mixed)]
    watch = Watch(scene, load)
    try:
        wait_for(lambda: scene.nodes() >= 2, "that nodes come for what waits")
        wait_for(load.under_way, "that actors are at work")
        say(f"SIGKILL for the replica at {scene.kill_replica()}")
        say(f"SIGKILL for a generator node, process {scene.kill_node()}")
        for each in asking:
            each.result(120)
        wait_for(scene.has_noticed, "that Ray notices the death of the node")
        scene.kill_dispatcher()
        say("SIGKILL for the dispatcher; another one is started")
        scene.start_dispatcher("second")
        say(f"another replica, at {scene.start_replica()}")
        wait_for(lambda: watch.over, "the end of all jobs", 600)
        say(f"all jobs have ended; nodes are given up when they were idle for {IDLE_SECONDS:.0f} s")
        wait_for(lambda: scene.nodes() == 0, "that all nodes go")
    except AssertionError:
        print(scene.said())
        raise
    finally:
        watch.close()
        askers.shutdown(cancel_futures=True)
    return report(scene, load, watch.most)


def report(scene: Stage, load: Load, most: int) -> int:
    """Verifies all, prints what was found, and counts what is wrong."""
    lines: dict[tuple[str, str, str], list[float]] = {}
    for asked in load.asked:
        losses, verdict = judged(scene, load, asked)
        found = [1, asked.found["progress"]["rows"], asked.found["cost"]["bytes"] / 1e6, losses]
        found += [asked.found["cost"]["retries"], asked.found["cost"]["actor_seconds"]]
        before = lines.setdefault((asked.user, asked.what, verdict), [0.0] * len(found))
        before[:] = map(sum, zip(before, found, strict=True))
    heads = ("jobs", "rows", "MB", "leases lost", "retries", "actor-s")
    print(f"\n{'user':6} {'what':32}" + "".join(f"{each:>12}" for each in heads))
    for (user, what, verdict), figures in lines.items():
        print(f"{user:6} {what:32}" + "".join(f"{each:12,.0f}" for each in figures) + f"  {verdict}")
    wrong = sum(int(each[0]) for (*_, verdict), each in lines.items() if verdict not in {"verified", "gone"})
    for what, answer in load.answers:
        print(f"{what}: {answer.status_code}, {len(answer.content):,} bytes")
        wrong += not answer.is_success
    wait_for(lambda: not scene.leftovers(), "that nothing is left of runs that are over", 60)
    again = sum(client.again for client in load.users.values())
    wrong += most < NODES
    print(f"\n{len(load.asked)} jobs; up to {most} of {NODES} nodes, none in the end")
    print(f"a node, a replica and a dispatcher were killed; {again} requests had to be sent to another replica")
    print(f"nothing is left in the bucket but data sets; {wrong} things are wrong")
    return wrong


def judged(scene: Stage, load: Load, asked: Asked) -> tuple[int, str]:
    """(leases that the run has lost; ``verified``, ``gone`` as a cancelled job is to be, or what is wrong)."""
    user = load.users[asked.user]("GET", "/user-stats").json()["user_id"]
    job = scene.place.requests.job(user, asked.job)
    if asked.state != asked.fate:
        return job.lease_losses, f"WRONG: {asked.state}, {asked.found['error']}"
    if asked.fate != "succeeded":
        left = scene.files(job.target)
        return job.lease_losses, f"WRONG: {left} are left" if left else "gone"
    return job.lease_losses, "verified" if verify_data_set(job.target).ok else "WRONG: not what its manifest says"


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as folder, stage(Path(folder), say) as scene:
        wrong = rehearse(scene)
    say("all is stopped" + ("" if not wrong else f"; {wrong} things went wrong"))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
