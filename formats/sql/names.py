"""Names of tables and columns as a dialect writes them: in quotes, or bare where they are the same without."""

from __future__ import annotations

from collections.abc import Iterable

from formats.format import FormatError, TableShape
from formats.sql.dialect import Dialect
from formats.sql.reserved import RESERVED


class Names:
    """How one dialect writes names. ``always``: in quotes even where a name could do without."""

    def __init__(self, dialect: Dialect, always: bool = False, schema: str = "") -> None:
        self.dialect, self._always = dialect, always
        self._qualifier = f"{self.of(schema)}." if schema else ""

    def of(self, name: str) -> str:
        """A column's name as it stands in a statement."""
        bare = self.dialect.bare.fullmatch(name) and name.lower() not in RESERVED[self.dialect.name]
        if bare and not self._always:
            return name
        opening, closing = self.dialect.quotes
        return opening + name.replace(closing, self.dialect.quote_in_names) + closing

    def table(self, name: str) -> str:
        """A table's name, with the schema that it is in."""
        return self._qualifier + self.of(name)

    def listed(self, names: Iterable[str]) -> str:
        """Names side by side."""
        return self.side_by_side(map(self.of, names))

    def side_by_side(self, texts: Iterable[str]) -> str:
        """What a statement has for each column, in lines that are no longer than the dialect's tools read."""
        items, most = list(texts), self.dialect.most_names
        return ",\n".join(", ".join(items[at : at + most]) for at in range(0, len(items), most))

    def check(self, table: TableShape) -> None:
        """FormatError for a name that the dialect cannot write, or takes for another one, and for too many names."""
        self._check("table", table.name)
        most = self.dialect.most_columns
        if not len(table.schema):
            raise FormatError(f"table {table.name!r}: a table has at least one column, this one has none")
        if len(table.schema) > most:
            problem = f"in {self.dialect.name} a table has {most:,} columns at most, this one {len(table.schema):,}"
            raise FormatError(f"table {table.name!r}: {problem}; hide some of them")
        for name in table.schema.names:
            self._check("column", name)
        same = self._same(table.schema.names)
        if same:
            raise FormatError(
                f"table {table.name!r}: to {self.dialect.name} the columns {same[0]!r} and {same[1]!r} have one name; "
                "call one of them something else"
            )

    def _check(self, what: str, name: str) -> None:
        dialect = self.dialect
        problem = ""
        length = len(name.encode()) if dialect.counted_in_bytes else len(name)
        if not name or "\0" in name:
            problem = "an empty name, or one with NUL, is none"
        elif length > dialect.longest_name:
            unit = "bytes" if dialect.counted_in_bytes else "characters"
            problem = f"a name has {dialect.longest_name} {unit} at most, this one {length}"
        elif dialect.refused and dialect.refused[0].fullmatch(f"{what} {name}"):
            problem = dialect.refused[1]
        if problem:
            raise FormatError(f"{what} {name!r}: in {dialect.name} {problem}; call it something else")

    def _same(self, names: Iterable[str]) -> tuple[str, str] | None:
        """Two names that the dialect does not tell apart; None where there are none."""
        found: dict[str, str] = {}
        for name in names:
            written = self._known_as(name)
            if written in found:
                return found[written], name
            found[written] = name
        return None

    def _known_as(self, name: str) -> str:
        """The name that the dialect tells names apart by."""
        if self.dialect.one_case:
            return name.lower()
        written = self.of(name)
        bare = not written.startswith(self.dialect.quotes[0])
        return (
            self.dialect.quotes[0] + written.upper() + self.dialect.quotes[1]
            if bare and self.dialect.capitals
            else written
        )
