"""What is wrong with an order before anything is made: options that contradict each other, tables that a format cannot
hold, two things of one name. Each is an OrderError that says what would be right.
"""

from __future__ import annotations

from collections.abc import Iterator

from cluster.blueprint import Blueprint
from cluster.errors import OrderError
from cluster.objects import MANIFEST, ObjectPlan
from cluster.outputs import Output
from cluster.storage_s3_plan import FIRST_PART, Limits, most_streamed
from formats import FormatError, Place, file_name
from formats.flatten import Flattening
from generator import nearest

TIB = 1 << 40
MOST_PIECES = 10_000
"""S3 puts no more pieces into one object."""


def check_order(blueprint: Blueprint) -> None:
    """OrderError if the order contradicts itself or asks for what cannot be."""
    _check_compression(blueprint)
    _check_layout(blueprint)
    for item in blueprint.outputs:
        _check_columns(blueprint, item)
        _check_tables(blueprint, item)
    _check_names(blueprint)
    _check_sizes(blueprint)


def _check_compression(blueprint: Blueprint) -> None:
    kind = blueprint.compression.codec
    if kind != "none" and not any(each.text for each in blueprint.formats):
        names = " and ".join(dict.fromkeys(each.name for each in blueprint.formats))
        verb, option = ("compress", "formats'") if len(blueprint.formats) > 1 else ("compresses", "format's")
        raise OrderError(f"{names} {verb} inside; drop {kind}, or set the {option} own option")


def _check_layout(blueprint: Blueprint) -> None:
    layout, zipped = blueprint.order.layout, blueprint.order.archive == "zip"
    if zipped and layout != "merged":
        raise OrderError(f"a zip holds one file a table; layout {layout} (parts as objects) does not go with it")
    for item in blueprint.outputs:
        name = item.format.name
        if blueprint.is_archive(item) and zipped:
            raise OrderError(f"{name} is an archive itself and does not go into another; drop zip, or {name}")
        if blueprint.is_archive(item) and layout != "merged":
            raise OrderError(f"{name} puts all tables into one file; layout {layout} (parts as objects) is not for it")
        parts = max(grid.parts for grid in blueprint.grids.values())
        if layout == "both" and not item.format.joinable and not item.format.directory and parts > 1:
            raise OrderError(f"parts of {name} do not join into one file; choose layout parts or merged")
    for each in blueprint.archives:
        if each.pieces > MOST_PIECES:
            raise OrderError(
                f"{each.name} would be put together from {each.pieces:,} pieces, and {MOST_PIECES:,} are the most; "
                "leave the files beside each other, or order fewer rows"
            )


def _check_columns(blueprint: Blueprint, item: Output) -> None:
    """Each column that an option names must be in some table: with its members, or as a member such as a.b."""
    flat = [name for shape in blueprint.shapes.values() for name in Flattening(shape.schema).schema.names]
    known = {*flat, *(name for shape in blueprint.shapes.values() for name in shape.schema.names)}
    for option, names in item.format.columns_named().items():
        for name in names:
            inside = any(name.startswith(f"{each}.") or each.startswith(f"{name}.") for each in flat)
            if name not in known and not inside:
                problem = f"{item.format.name}: {option} names column {name!r}, which no table has"
                raise OrderError(f"{problem} ({nearest(name, known)})")


def _check_tables(blueprint: Blueprint, item: Output) -> None:
    """Asks a format whether it can hold each table, with its columns and so many rows."""
    for table, shape in blueprint.shapes.items():
        try:
            item.format.check(shape, blueprint.grids[table].rows)
            item.format.encoder(shape, Place())
        except FormatError as error:
            raise OrderError(f"{item.format.name} cannot hold table {table!r}: {error}") from None


def _check_sizes(blueprint: Blueprint) -> None:
    """On S3 no object may be larger than S3 takes, nor one that a single worker writes than can be streamed there.

    What is known before anything is made is the text; an order that passes for its compression is refused too, because
    whoever finds out in the end has lost days.
    """
    if not blueprint.order.target.startswith("s3://"):
        return
    limits, tables = Limits(), blueprint.plan.tables
    streamed = most_streamed(FIRST_PART, limits)
    for item in _large(blueprint):
        text = sum((file.stop - file.start) * tables[file.table].row_width for file in item.files)
        most = streamed if item.whole else limits.object
        if text > most:
            raise OrderError(
                f"{item.name} would have some {text / TIB:,.1f} TiB of text, and an object on S3 takes "
                f"{most / TIB:,.1f} TiB{' from one worker' if item.whole else ''}; "
                "have it made in parts (layout parts), leave files beside each other, or order fewer rows"
            )


def _large(blueprint: Blueprint) -> Iterator[ObjectPlan]:
    """The objects that are not parts, which are small by themselves, and as many as a data set is large."""
    for table in blueprint.grids:
        for output in blueprint.outputs:
            for file in blueprint.merged(table, output):
                yield ObjectPlan(file.name, output.format.name, (file,))
    yield from blueprint.archives


def _check_names(blueprint: Blueprint) -> None:
    """No two things may have one name, nor names that differ in capitals alone, which some file systems do not tell."""
    names: dict[str, tuple[str, str]] = {}
    for name, owner, what in _names(blueprint):
        other = names.setdefault(name.casefold(), (owner, what))
        if other == (owner, what):
            continue
        if other[0] == owner:
            raise OrderError(
                f"{owner} would be written to {name} both as {other[1]} and as {what}; "
                "give one of them another file suffix, or make it in an order of its own"
            )
        raise OrderError(f"{owner} would be written to {name}, as is {other[0]}; rename the table")


def _names(blueprint: Blueprint) -> Iterator[tuple[str, str, str]]:
    """(name, whose it is, which of its files) of everything that has a name beside others; parts of a file as one."""
    if blueprint.order.archive == "none":  # else they stand inside the archive, and the manifest beside it
        yield MANIFEST, "the manifest", ""
    kinds = [each.name for each in blueprint.formats]
    labels = [name if kinds.count(name) == 1 else f"format {at} ({name})" for at, name in enumerate(kinds, 1)]
    for table in blueprint.grids:
        for item, label in zip(blueprint.outputs, labels, strict=True):
            yield from ((name, f"table {table!r}", which) for name, which in _of_table(blueprint, table, item, label))
    if blueprint.order.archive == "none":
        mine = [label for item, label in zip(blueprint.outputs, labels, strict=True) if blueprint.is_archive(item)]
        yield from (
            (archive.name, "the data set", label) for archive, label in zip(blueprint.archives, mine, strict=True)
        )
    for companion, label in zip(blueprint.companions(lambda _: 0), labels, strict=True):
        yield from ((name, f"a companion of {label}", "") for name in companion)


def _of_table(blueprint: Blueprint, table: str, item: Output, label: str) -> Iterator[tuple[str, str]]:
    if blueprint.is_archive(item):
        return
    for file in blueprint.merged(table, item):
        yield file.name, label
    if blueprint.in_parts(item) or blueprint.order.layout == "both":
        yield file_name(table), "a folder"
        yield f"{file_name(table)}/part-*.{item.suffix}", label
