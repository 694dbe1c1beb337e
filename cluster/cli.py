"""The ``seedbed`` command line, and the entry point of ``ray job submit -- python -m cluster ...``.

Commands are thin: they read options, call one function of the layers below and show what it returns. Everything heavy
is imported inside the command that needs it, so ``--help`` answers at once. Other packages add commands through the
entry-point group ``seedbed.commands``; nothing of theirs is imported here.

Exit codes: 0 done, 1 failed while working, 2 wrong input, 3 verification found differences, 130 interrupted.
"""

from __future__ import annotations

import sys
from importlib.metadata import entry_points
from typing import Annotated

import typer

from cluster.cli_estimate import estimate
from cluster.cli_storage import lifecycle
from cluster.cli_values import document_of, formats_of, rows_of
from cluster.failures import Exit, guarded

app = typer.Typer(
    name="seedbed",
    help="Realistic fake data from a schema, in any amount and format, reproducible to the byte from a seed.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done, 1 failed while working, 2 wrong input, 3 differences found, 130 interrupted.",
)

SchemaPath = Annotated[str, typer.Argument(metavar="SCHEMA", help="A YAML or JSON file; - reads standard input.")]
Rows = Annotated[
    list[str] | None,
    typer.Option("--rows", "-n", metavar="N|TABLE=N", help="Row counts instead of the schema's: 1000, 10M, orders=1M."),
]
Seed = Annotated[str | None, typer.Option("--seed", help="Another seed than the schema's.")]
Options = Annotated[
    list[str] | None,
    typer.Option(
        "--option",
        "-O",
        metavar="KEY=VALUE",
        help="An option of every format that has it: delimiter=';', header=false.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output instead of text.")]


@app.callback(invoke_without_command=True)
def root(
    version: Annotated[bool, typer.Option("--version", help="Show the version and the kernels in use.")] = False,
) -> None:
    """Show the version, or go on to a command."""
    if version:
        from importlib.metadata import version as installed

        from generator import KERNELS

        typer.echo(f"seedbed {installed('seedbed')} ({KERNELS} kernels)")
        raise typer.Exit


@app.command()
@guarded
def generate(
    schema: SchemaPath,
    out: Annotated[str, typer.Option("--out", "-o", help="Target: a folder, or s3://bucket/prefix.")] = "data",
    rows: Rows = None,
    format: Annotated[  # noqa: A002
        str,
        typer.Option("--format", "-f", help="One or several: csv, csv,parquet, or JSON. List them: seedbed formats."),
    ] = "csv",
    option: Options = None,
    seed: Seed = None,
    compression: Annotated[
        str, typer.Option("--compression", "-c", help="Around text formats: none, gzip or zstd.")
    ] = "none",
    zip: Annotated[bool, typer.Option("--zip", help="One zip archive of all tables and formats.")] = False,  # noqa: A002
    actors: Annotated[int | None, typer.Option("--actors", "-a", min=1, help="How many; default: one a CPU.")] = None,
    parts_only: Annotated[bool, typer.Option("--parts-only", help="One object a part; nothing is merged.")] = False,
    keep_parts: Annotated[bool, typer.Option("--keep-parts", help="Keep the parts beside the merged object.")] = False,
    hash: Annotated[str, typer.Option("--hash", help="xxh3-128, or sha256 for a cryptographic one.")] = "xxh3-128",  # noqa: A002
    ray: Annotated[bool, typer.Option("--ray", help="Use Ray even for an order of a single part.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace another data set at the target.")] = False,
    reuse: Annotated[
        list[str] | None,
        typer.Option(
            "--reuse", metavar="TARGET", help="A finished data set with other row counts: copy what is alike."
        ),
    ] = None,
    json: AsJson = False,
) -> None:
    """Generate a data set: one object a table under --out, and manifest.json, which proves it.

    An order that was interrupted goes on where it stopped when it is given again.
    """
    from cluster.display import Reused, reporter, show_manifest
    from cluster.growing import check_sources
    from cluster.order import Order
    from cluster.run import run

    if parts_only and keep_parts:
        raise typer.BadParameter("--parts-only and --keep-parts exclude each other")
    if zip and (parts_only or keep_parts):
        raise typer.BadParameter(f"--zip holds one file a table; drop --{'parts-only' if parts_only else 'keep-parts'}")
    if hash not in {"xxh3-128", "sha256"}:
        raise typer.BadParameter(f"{hash!r} is neither xxh3-128 nor sha256", param_hint="--hash")
    layout = "parts" if parts_only else "both" if keep_parts else "merged"
    order = Order.of(
        document_of(schema, seed),
        out,
        format=formats_of(format, option),
        compression=compression,
        rows=rows_of(rows),
        layout=layout,  # type: ignore[arg-type]
        archive="zip" if zip else "none",
        hash=hash,  # type: ignore[arg-type]
    )
    if reuse:
        check_sources(order.compile(), reuse)
    with reporter(quiet=json) as report:
        told = Reused(report)
        manifest = run(order, actors=actors, ray=ray, overwrite=overwrite, reuse=reuse or (), progress=told)
    show_manifest(manifest, order.target, as_json=json, reused=told.parts if reuse else None)


app.command()(estimate)


@app.command()
@guarded
def preview(
    schema: SchemaPath,
    table: Annotated[str | None, typer.Option("--table", "-t", help="Only this table.")] = None,
    offset: Annotated[int, typer.Option("--offset", min=0, help="First row to show.")] = 0,
    limit: Annotated[int, typer.Option("--limit", "-l", min=0, max=100_000, help="How many rows of each table.")] = 10,
    rows: Rows = None,
    format: Annotated[str, typer.Option("--format", "-f", help="table, or a text format: csv, sql ...")] = "table",  # noqa: A002
    option: Options = None,
    seed: Seed = None,
    json: AsJson = False,
) -> None:
    """Show any rows of a schema's tables, generated on the spot: --offset 999999999990 is as fast as 0."""
    from cluster.preview import show_preview
    from generator import compile_schema

    plan = compile_schema(document_of(schema, seed), rows_of(rows))
    shown = formats_of(format, option) if format != "table" else None
    show_preview(plan, table, offset, limit, shown, as_json=json)


@app.command()
@guarded
def verify(
    manifest: Annotated[str, typer.Argument(metavar="MANIFEST", help="A manifest.json, or the folder it is in.")],
    sample: Annotated[
        int | None, typer.Option("--sample", min=1, help="Check only so many parts, chosen at random.")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Chooses the sample.")] = 0,
    json: AsJson = False,
) -> None:
    """Regenerate a data set, or a sample of it, and compare it with its manifest and its files."""
    from cluster.display import show_report
    from cluster.verify import verify as check

    report = check(manifest, sample, seed)
    show_report(report, as_json=json)
    if not report.ok:
        raise typer.Exit(Exit.DIFFERENT)


@app.command()
@guarded
def validate(schema: SchemaPath, rows: Rows = None, json: AsJson = False) -> None:
    """Check a schema, naming every mistake with its JSON path, and show what it would make."""
    from cluster.catalogue import show_plan
    from generator import compile_schema

    show_plan(compile_schema(document_of(schema, None), rows_of(rows)), as_json=json)


@app.command()
@guarded
def types(
    name: Annotated[str | None, typer.Argument(metavar="[TYPE]", help="Show one type's options and examples.")] = None,
    group: Annotated[str | None, typer.Option("--group", "-g", help="Only one group of types, such as people.")] = None,
    locale: Annotated[str | None, typer.Option("--locale", help="Show the examples of TYPE in this locale.")] = None,
    locales: Annotated[bool, typer.Option("--locales", help="Show where the words of each locale come from.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="The whole catalogue as a page of Markdown.")] = False,
    json: AsJson = False,
) -> None:
    """List the field types by group, or the options and example values of one."""
    from cluster import catalogue

    asked = [("TYPE", name), ("--group", group), ("--locales", locales), ("--markdown", markdown)]
    chosen = [option for option, value in asked if value]
    if len(chosen) > 1:
        raise typer.BadParameter(f"{' and '.join(chosen)} exclude each other")
    if locale is not None and chosen not in (["TYPE"], ["--locales"]):
        raise typer.BadParameter("--locale goes with TYPE or with --locales")
    if name is not None:
        catalogue.show_type(name, locale, as_json=json)
    elif locales:
        catalogue.show_locales(locale, as_json=json)
    elif markdown:
        sys.stdout.write(catalogue.markdown())
    else:
        catalogue.show_types(group, as_json=json)


@app.command()
@guarded
def formats(
    name: Annotated[
        str | None, typer.Argument(metavar="[FORMAT]", help="Show one format, its options and rules.")
    ] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="All formats as a page of Markdown.")] = False,
    json: AsJson = False,
) -> None:
    """List the file formats, or the options of one and what becomes of values that it has no form for."""
    from cluster import catalogue

    if name is not None and markdown:
        raise typer.BadParameter("FORMAT and --markdown exclude each other")
    if markdown:
        sys.stdout.write(catalogue.markdown_of_formats())
    elif name is not None:
        catalogue.show_format(name, as_json=json)
    else:
        catalogue.show_formats(as_json=json)


app.command()(lifecycle)


def main() -> None:
    """Run the command line; other packages' commands, and groups of commands, join it first."""
    for point in entry_points(group="seedbed.commands"):
        if len(sys.argv) < 2 or sys.argv[1] in {point.name, "-h", "--help"}:
            command = point.load()
            if isinstance(command, typer.Typer):
                app.add_typer(command, name=point.name)
            else:
                app.command(point.name)(command)
    app()
