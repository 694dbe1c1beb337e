from hypothesis import given
from hypothesis import strategies as st

from cluster.storage_s3_plan import Source, segments

LEAST, MOST = 5, 40
sizes_of = st.lists(st.one_of(st.integers(0, 6), st.integers(0, 200)), max_size=60)


def sources(sizes: list[int]) -> list[Source]:
    return [Source(str(number), size) for number, size in enumerate(sizes)]


@given(sizes_of)
def test_segments_are_the_pieces_end_to_end(sizes: list[int]) -> None:
    spans = [span for run in segments(sources(sizes), LEAST, MOST) for span in run]
    assert [(span.name, at) for span in spans for at in range(span.start, span.stop)] == [
        (str(number), at) for number, size in enumerate(sizes) for at in range(size)
    ]


@given(sizes_of)
def test_every_segment_but_the_last_is_large_enough_and_none_that_is_read_is_large(sizes: list[int]) -> None:
    runs = list(segments(sources(sizes), LEAST, MOST))
    lengths = [sum(span.stop - span.start for span in run) for run in runs]
    assert all(length >= LEAST for length in lengths[:-1])
    assert all(length < 2 * LEAST for length, run in zip(lengths, runs, strict=True) if len(run) > 1)
    assert all(length < MOST + LEAST for length in lengths)


@given(sizes_of)
def test_there_are_hardly_more_segments_than_pieces(sizes: list[int]) -> None:
    assert len(list(segments(sources(sizes), LEAST, 1000))) <= len(sizes)
