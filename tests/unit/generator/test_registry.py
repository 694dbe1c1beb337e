"""The registry: every name once, aliases, nearest names, and first use from many threads at once."""

from __future__ import annotations

import subprocess
import sys

import pytest

from generator import PluginError, Registry, UnknownNameError


class Thing:
    label = ""


def registry() -> Registry[Thing]:
    return Registry("thing", "seedbed.no_such_group", lambda: Thing, (), label="label")


def test_a_class_is_found_by_its_name_and_by_its_aliases() -> None:
    things = registry()
    cls = things.register("spade", "shovel")(type("Spade", (Thing,), {}))
    assert things.get("spade") is things.get("shovel") is cls
    assert cls.label == "spade"
    assert things.names() == ("spade",)
    assert things.aliases("spade") == ("shovel",)
    assert things.canonical("shovel") == "spade"


@pytest.mark.parametrize("name", ["spade", "shovel"])
def test_a_name_or_alias_that_is_taken_is_refused(name: str) -> None:
    things = registry()
    things.register("spade", "shovel")(type("Spade", (Thing,), {}))
    with pytest.raises(PluginError, match="registered twice"):
        things.register(name)(type("Other", (Thing,), {}))
    with pytest.raises(PluginError, match="registered twice"):
        things.register("rake", name)(type("Other", (Thing,), {}))


def test_a_class_of_another_kind_is_refused() -> None:
    with pytest.raises(PluginError, match="is not a Thing class"):
        registry().register("spade")(int)  # type: ignore[type-var]


def test_an_unknown_name_is_told_with_the_nearest_one() -> None:
    things = registry()
    things.register("spade")(type("Spade", (Thing,), {}))
    with pytest.raises(UnknownNameError, match="unknown thing 'spad'; did you mean 'spade'"):
        things.get("spad")


@pytest.mark.parametrize("name", ["Garden Spade", "garden-spade", "gardenSpade", "GARDEN SPADE", "Garden Spade #"])
def test_a_name_is_found_however_spelled(name: str) -> None:
    things = registry()
    things.register("garden_spade")(type("Spade", (Thing,), {}))
    assert things.canonical(name) == "garden_spade"


def test_a_name_as_it_is_registered_comes_before_other_spellings() -> None:
    things = registry()
    plain = things.register("ipv4")(type("Plain", (Thing,), {}))
    exact = things.register("IPv4")(type("Exact", (Thing,), {}))
    assert (things.get("IPv4"), things.get("IPV4")) == (exact, plain)


def test_an_unknown_name_is_told_with_the_nearest_one_in_its_usual_spelling() -> None:
    things = registry()
    things.register("garden_spade")(type("Spade", (Thing,), {}))
    with pytest.raises(UnknownNameError, match="unknown thing 'Garden Spad'; did you mean 'garden_spade'"):
        things.get("Garden Spad")


def test_the_first_use_from_many_threads_at_once_finds_everything() -> None:
    program = """
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from generator import compile_schema
together = Barrier(8)
def work(_):
    together.wait()
    return compile_schema('{rows: 3, fields: {id: sequence, name: first_name}}').fingerprint()
with ThreadPoolExecutor(8) as pool:
    print(len(set(pool.map(work, range(8)))))
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert run.stdout == "1\n", run.stderr


def test_a_preset_is_a_name_for_a_class_with_options() -> None:
    things = registry()
    cls = things.register("spade", "shovel", presets={"toy_spade": {"size": "small"}})(type("Spade", (Thing,), {}))
    assert things.get("Toy Spade") is cls
    assert things.canonical("toy-spade") == "spade"
    assert things.preset("Toy Spade") == {"size": "small"}
    assert things.preset("spade") == things.preset("shovel") == {}
    assert things.aliases("spade") == ("shovel",)
    assert things.presets("spade") == {"toy_spade": {"size": "small"}}
    assert things.all_names() == ("shovel", "spade", "toy_spade")
    with pytest.raises(PluginError, match="registered twice"):
        things.register("rake", presets={"toy_spade": {}})(type("Rake", (Thing,), {}))
    with pytest.raises(UnknownNameError, match="did you mean 'toy_spade'"):
        things.preset("toy_spada")


@pytest.mark.parametrize("name", ["SHA-256", "Sha 256", "sha_256", "SHA256"])
def test_a_number_at_the_end_of_a_word_may_stand_apart(name: str) -> None:
    things = registry()
    things.register("sha256")(type("Sha", (Thing,), {}))
    assert things.canonical(name) == "sha256"
