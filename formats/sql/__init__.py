"""SQL scripts in six dialects: tables with their keys, rows as INSERT, upsert or COPY, and a script that loads all.

A dialect is a table of rules (``dialects.py``); the rows are written by the row kernel, a statement's frame around
every so many of them.
"""

from formats.sql.script import Sql

__all__ = ["Sql"]
