"""Software: versions, commits, branches, images, schedules, errors."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field as Option

from generator.column import Column
from generator.field import field_type
from generator.fields.forms import Forms
from generator.fields.text import OfLanguage
from generator.fields.unlocalized import EnglishForms, OneOf, numbers
from generator.fields.words import WordListField, fitting
from generator.language import Language, parse_regex, strings
from generator.vocabulary import WordList, word_list


@field_type("semver", "version", "app_version", "software_version", "semantic_version")
class Semver(OfLanguage):
    """A version by Semantic Versioning 2.0.0: ``2.14.3``, or with ``prerelease`` now and then ``2.0.0-rc.1``."""

    prerelease: bool = Option(default=False, description="Half of them are alpha, beta or release candidates.")

    examples = ({}, {"prerelease": True, "prefix": "v"}, {"unique": True})

    def language(self, column: Column) -> Language:
        tail = "(-(alpha|beta|rc)\\.[1-9])?" if self.prerelease else ""
        return parse_regex(f"([0-9]|[1-9][0-9])\\.([0-9]|[1-9][0-9])\\.([0-9]|[1-9][0-9]){tail}")


@field_type("app_name", "application_name")
class AppName(WordListField):
    """The name of an application: ``QuickNote``."""

    localized = False
    examples = ({}, {"max_length": 8})

    def prepare(self, column: Column) -> WordList:
        first, last = (word_list(name, "en_US").words for name in ("app_first_words", "app_last_words"))
        joined = [head + tail for head in first for tail in last if head != tail]
        return fitting(column, WordList.of(joined, "en_US"), self.room)


@field_type("color_mode", "colour_mode")
class ColorMode(OneOf):
    """How a user's screen is coloured: light, dark, as the system is, or in high contrast."""

    words: ClassVar[dict[str, float]] = {"light": 46, "dark": 34, "system": 18, "high-contrast": 2}
    examples = ({},)


@field_type("database_type", "database_engine")
class DatabaseType(WordListField):
    """A database system, about as frequent as it is used."""

    list_name = "database_types"
    examples = ({}, {"max_length": 8})


@field_type("programming_language")
class ProgrammingLanguage(OneOf):
    """A programming language, about as frequent as developers use it (Stack Overflow's survey, 2024, rounded)."""

    words: ClassVar[dict[str, float]] = (
        {"JavaScript": 62.3, "SQL": 51, "Python": 51, "TypeScript": 38, "Bash": 34, "Java": 30, "C#": 27, "C++": 23}
        | {"C": 20.3, "PHP": 18, "PowerShell": 14, "Go": 13, "Rust": 13, "Kotlin": 9, "Lua": 6, "Dart": 6, "Ruby": 5}
        | {"Swift": 4.7, "R": 4, "Visual Basic": 4, "MATLAB": 4, "Scala": 3, "Perl": 3, "Haskell": 2, "Elixir": 2}
        | {"Clojure": 1.2, "Julia": 1, "Erlang": 1, "F#": 1, "Fortran": 1, "COBOL": 1}
    )
    examples = ({}, {"max_length": 6})


@field_type("operating_system", "os")
class OperatingSystem(OneOf):
    """An operating system of computers, telephones and servers, about as frequent as people meet it."""

    words: ClassVar[dict[str, float]] = (
        {"Android": 38, "Windows 11": 17, "Windows 10": 14, "iOS": 16, "macOS": 6, "Ubuntu": 3, "ChromeOS": 1.5}
        | {"Debian": 1.5, "Red Hat Enterprise Linux": 0.8, "Fedora": 0.7, "Windows Server": 1.2, "Arch Linux": 0.4}
        | {"Linux Mint": 0.4, "FreeBSD": 0.2, "iPadOS": 1.5}
    )
    examples = ({}, {"case": "lower"})


@field_type("commit_sha", "git_commit_sha", "commit_hash")
class CommitSha(OfLanguage):
    """The hash of a commit: 40 hexadecimal digits (SHA-1), or the first ones of them."""

    length: int = Option(default=40, ge=4, le=64, description="How many digits: 40, 64 for SHA-256, 7 when short.")

    examples = ({}, {"length": 7, "unique": True}, {"unique": True})

    def language(self, column: Column) -> Language:
        return strings("0123456789abcdef", self.length, self.length)


@field_type("docker_image", "container_image")
class DockerImage(EnglishForms):
    """An image of a container with its tag: ``postgres:16.2-alpine``, ``ghcr.io/acme/billing:2.3.1``."""

    examples = ({}, {"unique": True})

    def forms(self, column: Column) -> Forms:
        image, service = self.listed("docker_images", "services")
        registries = WordList.of({"docker.io": 5, "ghcr.io": 5, "quay.io": 3, "registry.example.com": 4}, "")
        owners = WordList.of(["acme", "backend", "data", "example", "infra", "ops", "platform", "shop", "web"], "")
        slots = {"image": image, "service": service, "registry": registries, "owner": owners}
        forms = {
            "{image}:latest": 4,
            "{image}:{major}.{minor}": 6,
            "{image}:{major}.{minor}-alpine": 3,
            "{image}:{major}-slim": 2,
            "{registry}/{owner}/{service}:{major}.{minor}.{patch}": 6,
            "{registry}/{owner}/{service}:latest": 1,
            "{owner}/{service}:{major}.{minor}.{patch}": 3,
        }
        versions = {"major": numbers(25, 1), "minor": numbers(30), "patch": numbers(40)}
        return Forms.of(forms, slots | versions)


@field_type("cron", "cron_expression", "cron_schedule")
class Cron(EnglishForms):
    """A schedule of five fields for cron: ``30 4 * * 1-5``."""

    examples = ({}, {"unique": True})

    def forms(self, column: Column) -> Forms:
        days = WordList.of({"1-5": 6, "1": 3, "5": 2, "0": 2, "6": 1, "3": 1, "1,4": 1, "MON": 1, "SUN": 1}, "")
        slots = {
            "minute": numbers(60),
            "hour": numbers(24),
            "step": WordList.of({"5": 5, "10": 4, "15": 5, "30": 3, "2": 1, "20": 1}, ""),
            "hours": WordList.of({"2": 3, "3": 1, "4": 3, "6": 4, "8": 1, "12": 3}, ""),
            "days": days,
            "day": numbers(29, 1),
            "month": numbers(13, 1),
        }
        forms = {
            "{minute} {hour} * * *": 10,
            "*/{step} * * * *": 6,
            "{minute} * * * *": 3,
            "{minute} */{hours} * * *": 4,
            "{minute} {hour} * * {days}": 6,
            "{minute} {hour} {day} * *": 4,
            "{minute} {hour} {day} {month} *": 1,
            "*/{step} 8-18 * * 1-5": 1,
        }
        return Forms.of(forms, slots)


@field_type("error_code", "error_number")
class ErrorCode(OfLanguage):
    """A code of an error: an area and a number, ``AUTH-1042``."""

    examples = ({}, {"unique": True})

    def language(self, column: Column) -> Language:
        areas = "API|APP|AUTH|BILL|CFG|DB|FILE|IO|JOB|LIC|MEM|NET|PAY|PERM|SEC|SRV|SYNC|TLS|USR|VAL"
        return parse_regex(f"({areas})-[1-9][0-9]{{3}}")


@field_type("git_branch", "branch_name", "branch")
class GitBranch(EnglishForms):
    """The name of a branch: ``feature/PAY-214-add-dark-mode``, ``fix/login-form``, ``release/2.4``, ``main``."""

    examples = ({}, {"unique": True})

    def forms(self, column: Column) -> Forms:
        verb, thing = self.listed("git_verbs", "git_things")
        slots = {
            "verb": verb,
            "thing": thing,
            "key": WordList.of(["API", "APP", "CORE", "DATA", "OPS", "PAY", "SHOP", "WEB"], ""),
            "n": numbers(3000, 1),
            "major": numbers(10, 1),
            "minor": numbers(30),
            "user": WordList.of(["alex", "bo", "chris", "dana", "eli", "finn", "jo", "kim", "lee", "max", "sam"], ""),
        }
        forms = {
            "feature/{verb}-{thing}": 10,
            "feature/{key}-{n}-{verb}-{thing}": 8,
            "fix/{thing}": 4,
            "fix/{key}-{n}-{thing}": 6,
            "bugfix/{key}-{n}": 3,
            "chore/{verb}-{thing}": 4,
            "hotfix/{major}.{minor}.{minor}": 1,
            "release/{major}.{minor}": 2,
            "{user}/{verb}-{thing}": 3,
            "main": 3,
            "develop": 1,
        }
        return Forms.of(forms, slots)
