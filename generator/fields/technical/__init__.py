"""Software and what it leaves behind: versions, files, logs, schedules."""

from __future__ import annotations

from generator.fields.technical.files import FileExtension, FileName, FilePath
from generator.fields.technical.logs import LogLevel, LogLine
from generator.fields.technical.software import (
    AppName,
    ColorMode,
    CommitSha,
    Cron,
    DatabaseType,
    DockerImage,
    ErrorCode,
    GitBranch,
    OperatingSystem,
    ProgrammingLanguage,
    Semver,
)

__all__ = [
    "AppName",
    "ColorMode",
    "CommitSha",
    "Cron",
    "DatabaseType",
    "DockerImage",
    "ErrorCode",
    "FileExtension",
    "FileName",
    "FilePath",
    "GitBranch",
    "LogLevel",
    "LogLine",
    "OperatingSystem",
    "ProgrammingLanguage",
    "Semver",
]
