"""Arrow record batches to bytes, and how the bytes of parts join. Knows nothing of Ray, of stores or of HTTP.

A new format is one class in one file, decorated with :func:`file_format`; outside this project it is announced under
the entry-point group ``seedbed.formats``. The law tests pick it up unedited.
"""

from formats.archive import zipped
from formats.compression import Compression, Compressor
from formats.flatten import Flattening
from formats.format import (
    Chunk,
    Encoder,
    ForeignKey,
    Format,
    FormatError,
    Member,
    Place,
    TableShape,
    Tail,
    Written,
    file_format,
    file_name,
    formats,
)
from formats.json_text import JsonTexts
from formats.named import format_named
from formats.nesting import plain_type
from formats.text import TextEncoder
from generator.kernels.text import Quoting, Spelling, TextColumn, TextLayout

__all__ = [
    "Chunk",
    "Compression",
    "Compressor",
    "Encoder",
    "Flattening",
    "ForeignKey",
    "Format",
    "FormatError",
    "JsonTexts",
    "Member",
    "Place",
    "Quoting",
    "Spelling",
    "TableShape",
    "Tail",
    "TextColumn",
    "TextEncoder",
    "TextLayout",
    "Written",
    "file_format",
    "file_name",
    "format_named",
    "formats",
    "plain_type",
    "zipped",
]
