"""Names and paths of files, and the endings that say what is in them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field as Option

from generator.column import Column
from generator.field import field_type
from generator.fields.forms import Forms, FormsField
from generator.fields.words import WordListField, fitting
from generator.vocabulary import WordList, word_list

Category = Literal["any", "document", "image", "audio", "video", "code", "archive", "data"]

_EXTENSIONS: dict[str, dict[str, float]] = {
    "document": {
        "pdf": 10,
        "docx": 7,
        "xlsx": 7,
        "txt": 5,
        "pptx": 4,
        "odt": 1,
        "md": 2,
        "rtf": 1,
        "ods": 1,
        "epub": 1,
    },
    "image": {"jpg": 10, "png": 9, "svg": 3, "gif": 3, "webp": 3, "heic": 2, "tiff": 1, "bmp": 1},
    "audio": {"mp3": 9, "wav": 4, "m4a": 3, "flac": 2, "ogg": 2, "aac": 1},
    "video": {"mp4": 10, "mov": 4, "mkv": 3, "avi": 2, "webm": 3},
    "code": {"py": 8, "js": 8, "ts": 6, "html": 6, "css": 5, "java": 4, "go": 3, "sql": 3, "sh": 3, "rs": 2, "c": 2},
    "archive": {"zip": 10, "gz": 4, "tar": 3, "7z": 2, "rar": 2, "zst": 1},
    "data": {"csv": 9, "json": 9, "xml": 5, "yaml": 4, "parquet": 3, "log": 4, "db": 1, "avro": 1},
}
_SHARES = {"document": 38, "image": 24, "audio": 5, "video": 7, "code": 12, "archive": 5, "data": 9}


def extensions(category: Category) -> WordList:
    """The endings of a category of files, by weight; of all categories each by its share."""
    if category != "any":
        return WordList.of(_EXTENSIONS[category], "")
    weights: dict[str, float] = {}
    for name, share in _SHARES.items():
        total = sum(_EXTENSIONS[name].values())
        weights |= {ending: share * weight / total for ending, weight in _EXTENSIONS[name].items()}
    return WordList.of(weights, "")


class _Categorised(FormsField):
    """A name with an ending of a category."""

    category: Category = Option(default="any", description="What is in the file.")

    def slots(self) -> dict[str, WordList]:
        """The lists of a file's name."""
        return {
            "stem": word_list("file_stems", "en_US"),
            "ext": extensions(self.category),
            "n": WordList.of([f"{number:02d}" for number in range(1, 100)], ""),
            "year": WordList.of([str(year) for year in range(2010, 2030)], ""),
        }


_NAMES = {
    "{stem}.{ext}": 6,
    "{stem}_{stem}.{ext}": 8,
    "{stem}-{stem}.{ext}": 4,
    "{stem}_{year}.{ext}": 4,
    "{stem}_{n}.{ext}": 4,
    "{stem}_{stem}_v{n}.{ext}": 2,
    "{stem}_{stem}_{year}.{ext}": 3,
    "{stem}_final.{ext}": 1,
    "{stem} ({n}).{ext}": 1,
}


@field_type("file_extension", "extension", "ext")
class FileExtension(WordListField):
    """The ending of a file's name without its dot, about as frequent as such files are."""

    category: Category = Option(default="any", description="What is in the file.")

    localized = False
    examples = ({}, {"category": "image", "prefix": "."})

    def prepare(self, column: Column) -> WordList:
        return fitting(column, extensions(self.category), self.room)

    def text_width(self, column: Column) -> int:
        return 4


@field_type("file_name", "filename")
class FileName(_Categorised):
    """The name of a file with its ending: ``quarterly_report_2021.pdf``."""

    examples = ({}, {"category": "image"}, {"unique": True})

    def forms(self, column: Column) -> Forms:
        return Forms.of(_NAMES, self.slots())


@field_type("file_path", "path", presets={"windows_path": {"os": "windows"}, "unix_path": {"os": "linux"}})
class FilePath(_Categorised):
    """The full path of a file, as Linux, macOS or Windows write it."""

    os: Literal["linux", "macos", "windows"] = Option(default="linux", description="Whose paths they are.")

    examples = ({}, {"os": "windows", "category": "document"}, {"os": "macos", "unique": True})

    def forms(self, column: Column) -> Forms:
        users = WordList.of(["admin", "alex", "chris", "dana", "guest", "jamie", "kim", "lee", "nina", "sam"], "")
        roots = {
            "linux": {"/home/{user}": 6, "/srv/{folder}": 2, "/var/lib/{folder}": 2, "/opt/{folder}": 1, "/tmp": 1},  # noqa: S108 - a text
            "macos": {"/Users/{user}": 6, "/Users/{user}/Documents": 4, "/Users/{user}/Downloads": 3, "/Volumes": 1},
            "windows": {"C:\\Users\\{user}\\Documents": 5, "C:\\Users\\{user}\\Downloads": 3, "D:": 3, "C:\\Data": 2},
        }[self.os]
        forms: dict[str, float] = {}
        for root, share in roots.items():
            for name, weight in (("{stem}.{ext}", 2), ("{stem}_{stem}.{ext}", 3), ("{stem}_{n}.{ext}", 2)):
                for way, part in (("{folder}/{folder}", 3), ("{folder}", 2)):
                    forms[f"{root}/{way}/{name}"] = share * weight * part
        if self.os == "windows":
            forms = {form.replace("/", "\\"): weight for form, weight in forms.items()}
        return Forms.of(forms, self.slots() | {"user": users, "folder": word_list("folders", "en_US")})
