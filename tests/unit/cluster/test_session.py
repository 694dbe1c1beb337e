import pytest

from cluster.errors import ClusterError
from cluster.session import Capacity


def test_an_order_gets_as_many_actors_as_there_are_parts_and_processors() -> None:
    room = Capacity(4, grows=False)
    assert [room.actors(None, parts) for parts in (1, 3, 100)] == [1, 3, 4]
    assert [room.actors(asked, 100) for asked in (1, 4)] == [1, 4]
    assert room.actors(4, 2) == 2


@pytest.mark.parametrize(
    ("processors", "asked", "message"),
    [
        (4, 5, "5 actors need a processor each, but this cluster has 4 and cannot get more; ask for at most 4 actors"),
        (0, None, "a generator actor needs a processor, but this cluster has 0 .* add nodes with processors"),
    ],
)
def test_demand_that_can_never_be_met_is_refused(processors: int, asked: int | None, message: str) -> None:
    with pytest.raises(ClusterError, match=message):
        Capacity(processors, grows=True).actors(asked, 100)


def test_a_cluster_that_has_to_grow_is_given_more_time_to_start_workers() -> None:
    assert Capacity(4, grows=True).limits.start_seconds > 4 * Capacity(4, grows=False).limits.start_seconds
