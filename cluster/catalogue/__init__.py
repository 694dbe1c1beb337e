"""Shows what there is to use: field types, locales, file formats, and what a schema would make.

``about`` finds out about a type, ``families`` orders them, ``locales`` tells which locale has words of its own; the
others write it down: ``listing`` for a terminal, ``page`` as the Markdown of docs/field-types.md. ``formats`` does both
for the file formats: docs/formats.md.
"""

from cluster.catalogue.formats import (
    format_as_json,
    formats_as_json,
    markdown_of_formats,
    show_format,
    show_formats,
)
from cluster.catalogue.listing import show_locales, show_plan, show_type, show_types, type_as_json, types_as_json
from cluster.catalogue.page import markdown

__all__ = [
    "format_as_json",
    "formats_as_json",
    "markdown",
    "markdown_of_formats",
    "show_format",
    "show_formats",
    "show_locales",
    "show_plan",
    "show_type",
    "show_types",
    "type_as_json",
    "types_as_json",
]
