"""What there is to know about a file format, on a terminal, as JSON, and as a page of Markdown: docs/formats.md."""

from __future__ import annotations

import json
from typing import Any

from cluster.catalogue.options import Described, default_text, options_of, written
from cluster.catalogue.page import code, table
from formats import Format, formats

_INTRODUCTION = """\
# File formats

Written by `make docs` from the formats themselves, which is where to change it. On a terminal: `seedbed formats`,
`seedbed formats FORMAT`.

```console
$ seedbed generate shop.yaml --format csv --option 'delimiter=;' --option header=false
$ seedbed generate shop.yaml --format csv,parquet            # both in one pass
$ seedbed generate shop.yaml --format '[{"type": "csv", "null": "NULL"}, "parquet"]' --compression gzip
$ seedbed generate shop.yaml --format csv,ndjson --zip       # one data.zip
```

`--option KEY=VALUE` goes to every format that has such an option. `--compression` is around the text formats. With
`--zip` the files of all tables, in all formats, are members of one archive; text is deflated in it.
"""


class AboutFormat(Described):
    """A format by any of its names; UnknownNameError for none."""

    def __init__(self, name: str) -> None:
        self.asked, self.name = name, formats.canonical(name)
        self.cls: type[Format] = formats.get(name)

    @property
    def options(self) -> dict[str, dict[str, Any]]:
        return options_of(self.cls)

    @property
    def aliases(self) -> tuple[str, ...]:
        return formats.aliases(self.name)

    @property
    def presets(self) -> dict[str, dict[str, Any]]:
        """The names for it with some options, and these options."""
        return {name: dict(options) for name, options in formats.presets(self.name).items()}

    @property
    def archive(self) -> bool:
        """Whether its files are archives, of all tables."""
        return self.cls.members is not Format.members

    @property
    def traits(self) -> list[str]:
        """How it takes tables and parts, a sentence each."""
        nested = "Objects, arrays and maps are kept."
        flat = "Nested columns become flat ones, such as `address.city`, and JSON text."
        joins = "Parts are made side by side and joined as bytes."
        alone = "A file is written by one worker: its parts do not join."
        found = [nested if self.cls.nested else flat]
        if self.archive:
            found.append("All tables are in one file, put together from parts.")
        elif self.cls.directory:
            found.append("A table is a folder; each part is a file in it.")
        else:
            found.append(joins if self.cls.joinable else alone)
        found.append("Goes with gzip and zstd." if self.cls.text else "Compresses inside, if at all.")
        return found

    def as_json(self) -> dict[str, Any]:
        """All of it, as plain JSON."""
        about: dict[str, Any] = {"format": self.name, "aliases": self.aliases, "presets": self.presets}
        about |= {"suffix": self.cls.suffix, "media_type": self.cls.media_type, "description": self.description}
        about |= {"nested": self.cls.nested, "joinable": self.cls.joinable, "text": self.cls.text}
        about |= {"directory": self.cls.directory, "archive": self.archive}
        about |= {"options": self.options, "becomes": dict(self.cls.becomes)}
        return {**about, "examples": [{"type": self.name, **example} for example in self.cls.examples]}


def formats_as_json() -> list[dict[str, Any]]:
    """All file formats as plain JSON."""
    return [format_as_json(name) for name in formats.names()]


def format_as_json(name: str) -> dict[str, Any]:
    """One format as plain JSON. UnknownNameError."""
    found: dict[str, Any] = json.loads(json.dumps(AboutFormat(name).as_json(), default=str))
    return found


def show_formats(*, as_json: bool) -> None:
    """All file formats: a line each, or everything as JSON."""
    if as_json:
        _print_json({"formats": formats_as_json()})
        return
    found = [AboutFormat(name) for name in formats.names()]
    width = max(len(item.name) for item in found)
    for item in found:
        also = f" (also: {', '.join((*item.aliases, *item.presets))})" if item.aliases or item.presets else ""
        print(f"{item.name:{width}}  .{item.cls.suffix}  {item.summary}{also}")
    print("\nOptions of one, and what becomes of values: seedbed formats FORMAT")


def show_format(name: str, *, as_json: bool) -> None:
    """One format: what it is, its options, what becomes of values that it has no form for, and examples."""
    item = AboutFormat(name)
    if as_json:
        _print_json(item.as_json())
        return
    print(f"{item.name} (.{item.cls.suffix}, {item.cls.media_type}): {item.description}\n")
    print("\n".join(f"{trait}" for trait in item.traits).replace("`", ""))
    if item.aliases:
        print(f"Also: {', '.join(item.aliases)}.")
    for preset, options in item.presets.items():
        print(f"{preset} is {written({'type': item.name, **options})}")
    if item.options:
        print("\nOptions:")
    for option, about in item.options.items():
        default = default_text(about)
        shown = default if default == "required" else f"default {default}"
        print(f"    {option}: {about['type']} ({shown}) {about['description']}".rstrip())
    if item.cls.becomes:
        print("\nWhat becomes of:")
    for value, form in item.cls.becomes.items():
        print(f"    {value}: {form}")
    print("\nExamples:")
    for example in item.cls.examples:
        print(f"    --format {_as_written(item.name, example)}")


def markdown_of_formats() -> str:
    """The whole page."""
    found = [AboutFormat(name) for name in formats.names()]
    rows = [(f"[{item.name}](#{item.name.replace(' ', '-')})", f"`.{item.cls.suffix}`", item.summary) for item in found]
    return "\n".join([_INTRODUCTION, table(("format", "file", ""), rows), *map(_section, found)])


def _section(item: AboutFormat) -> str:
    parts = [f"## {item.name}\n", item.description.replace("``", "`"), ""]
    parts.append(" ".join([*item.traits, f"Media type: `{item.cls.media_type}`."]))
    if item.aliases:
        parts.append(f"\nAlso: {', '.join(f'`{alias}`' for alias in item.aliases)}.")
    if item.presets:
        shown = (f"`{name}` ({code(written(options), longest=None)})" for name, options in item.presets.items())
        parts.append(f"\nWith options: {', '.join(shown)}.")
    options = item.options.items()
    rows = [(f"`{name}`", about["type"], default_text(about), about["description"]) for name, about in options]
    if rows:
        parts += ["", table(("option", "type", "default", ""), rows)]
    if item.cls.becomes:
        parts += [*([] if rows else [""]), table(("values", "become"), item.cls.becomes.items())]
    parts += [f"- {code('--format ' + _as_written(item.name, example), longest=None)}" for example in item.cls.examples]
    return "\n".join(parts) + "\n"


def _as_written(name: str, example: Any) -> str:
    """A format with options as it stands on a command line."""
    return f"'{json.dumps({'type': name, **example}, ensure_ascii=False)}'" if example else name


def _print_json(value: dict[str, Any]) -> None:
    print(json.dumps(value, ensure_ascii=False, default=str))
