"""A column type: its options and its behaviour in one class.

A subclass declares its options as pydantic fields, registers itself with ``@field_type(name)`` and implements
``arrow_type`` and ``generate``; what it computes once (tables, dictionaries, parsed texts) it returns from
``prepare`` and finds again in ``cells.prepared``. Options that every field has (``nulls``, ``when``, ``unique`` ...)
are applied by the plan around it, so no type implements them. A type never keeps state of its own.
"""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator
from pydantic import Field as Option
from pydantic_core import PydanticCustomError

from generator import kernels
from generator.cells import Cells, Rows
from generator.dirt.option import Dirty
from generator.families import FAMILIES
from generator.locales import Locales
from generator.registry import Registry
from generator.shares import ExactShare as ExactShare
from generator.shares import Nulls, kinds_of
from generator.shares import Share as Share

if TYPE_CHECKING:
    from generator.column import Column

TEXT = pa.string()
WORDS = pa.dictionary(pa.int32(), pa.string())


class Field(BaseModel, ABC):
    """The options that every field has, and what a type must and may implement."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)

    type: str
    nulls: Nulls = Option(default=0.0, description="Share of null cells; {exactly: share} meets it exactly.")
    unique: bool = Option(default=False, description="No value twice in the table.")
    when: str | None = Option(default=None, description="An expression; where it is not true the cell is null.")
    locale: Locales | None = Option(
        default=None, description="Locale, or a weighted mix of several; default: the document's."
    )
    group: str | None = Option(
        default=None,
        min_length=1,
        max_length=128,
        description="Fields of one group describe the same person, place, company, vehicle or card.",
    )
    hidden: bool = Option(default=False, description="Computed for other fields, not written.")
    dirty: Dirty = Option(default=None, description="Share of cells that are written wrong, or {share, kinds, clean}.")
    description: str | None = Option(default=None, exclude=True, description="For its readers; changes nothing.")

    examples: ClassVar[tuple[dict[str, Any], ...]] = ({},)
    """Options that make good examples; they feed the law tests and the catalogue."""
    always_unique: ClassVar[bool] = False
    """Values never repeat as they are; ``unique`` asks for nothing more."""
    localized: ClassVar[bool] = False
    """Whether it asks for the column's locale; in a mix it is then prepared once for each."""
    groups: ClassVar[bool] = False
    """Whether it takes what its group shares from ``cells.shared``, and so agrees with the others of its group."""
    unique_by_number: ClassVar[bool] = False
    """Whether ``unrank`` tells values apart by a number in them, whatever a mix or a group puts beside it."""

    @field_validator("*", mode="before")
    @classmethod
    def _no_other_kind(cls, value: Any, info: ValidationInfo) -> Any:
        """Refuses what pydantic would convert in silence: true to 1, and 2020 to a second of the year 1970."""
        if type(value) in (bool, int, float) and info.field_name is not None:
            kinds = kinds_of(cls.model_fields[info.field_name].annotation)
            if isinstance(value, bool) and kinds & {int, float, Decimal} and bool not in kinds:
                raise PydanticCustomError("number", "a number is needed, not true or false")
            if kinds & {dt.date, dt.datetime}:
                raise PydanticCustomError("moment", "a date or time is a text such as 2026-01-31")
        return value

    @property
    def depends_on_rows(self) -> bool:
        """Whether a cell depends on the row count of its own table."""
        return False

    @property
    def seeded(self) -> bool:
        """Whether cells depend on the seed: not so for constants and counters."""
        return True

    @property
    def uneven(self) -> str | None:
        """The option that makes some values more frequent than others, which values that never repeat cannot be."""
        return None

    @property
    def unique_within(self) -> str | None:
        """The reference among whose children of one parent values never repeat as they are."""
        return None

    def sources(self) -> tuple[str, ...]:
        """The fields of the same row that it reads; ``reference.field`` reads the parent row."""
        return ()

    def parents(self) -> tuple[str, ...]:
        """The tables, or ``table.field`` columns, that it reads at rows of its own choosing."""
        return ()

    def nested(self) -> tuple[Nested, ...]:
        """The fields inside it, each a column of its own; prepared before it."""
        return ()

    def prepare(self, column: Column) -> Any:
        """Checks the options where the field stands, and computes what ``generate`` needs once.

        Raises SchemaError, best by ``column.wrong(option, problem, remedy)``. Sources are prepared before.
        """

    @abstractmethod
    def arrow_type(self, column: Column) -> pa.DataType:
        """The Arrow type of its cells; called after ``prepare``."""

    @abstractmethod
    def generate(self, cells: Cells) -> pa.Array:
        """The cells, a pure function of key and row each; exactly ``arrow_type``, no offset."""

    def cardinality(self, column: Column) -> int | None:
        """How many different values there are, where they can be counted and ``unrank`` is implemented."""
        return None

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        """The values of these ranks in [0, domain): different ranks give different values."""
        raise NotImplementedError(f"{self.type} has no countable domain")

    def may_be_null(self, column: Column) -> bool:
        """Whether ``generate`` can give nulls; by default where a source can be null."""
        return any(column.reads_null(name) for name in self.sources())

    def dictionary(self, column: Column) -> pa.Array | None:
        """The values its dictionary-encoded cells choose from, the same for every batch; None for other types."""
        return None

    def text_width(self, column: Column) -> int:
        """About how many characters a cell takes as text. Fixes the grid: changing it is a new grid version."""
        return _WIDTHS.get(column.type.id, 16)


@dataclass(frozen=True)
class Nested:
    """A field inside another one: its name after the outer one's dot, and the option that holds it.

    A ``named`` one can be read: by its siblings as it is called, from outside as ``outer.name``. A ``repeated`` one has
    many cells a row, at rows of its own; what it reads from outside is its outer row's.
    """

    name: str
    field: Field
    option: tuple[str | int, ...]
    named: bool = False
    repeated: bool = False


_WIDTHS = {
    pa.bool_().id: 5,
    pa.int64().id: 7,
    pa.float64().id: 9,
    pa.decimal128(10, 2).id: 9,
    pa.date32().id: 10,
    pa.timestamp("ms").id: 24,
}


class TextField(Field, ABC):
    """A field whose cells are text; these options are applied to whatever ``generate`` gives."""

    max_length: int | None = Option(default=None, ge=1, le=4096, description="Longest text, in characters.")
    case: Literal["lower", "upper", "title"] | None = None
    prefix: str = Option(default="", max_length=256)
    suffix: str = Option(default="", max_length=256)

    breaks_at_words: ClassVar[bool] = False
    """Whether its text is of words: a text that is too long then ends at a word's end."""

    @property
    def room(self) -> int | None:
        """How many characters ``max_length`` leaves between prefix and suffix."""
        return None if self.max_length is None else self.max_length - len(self.prefix) - len(self.suffix)

    def arrow_type(self, column: Column) -> pa.DataType:
        return TEXT

    def check_room(self, column: Column) -> None:
        """SchemaError where prefix and suffix leave no character of ``max_length``."""
        if self.room is not None and self.room < 1:
            problem = f"prefix and suffix leave no room in {self.max_length} characters"
            raise column.wrong("max_length", problem, "raise it")

    @property
    def dressed(self) -> bool:
        """Whether any of the text options is in use."""
        return bool(self.max_length or self.case or self.prefix or self.suffix)

    def dress(self, text: pa.Array) -> pa.Array:
        """Plain strings with the text options applied, nulls kept."""
        if self.room is not None:
            text = kernels.shorten(text, self.room, self.breaks_at_words)
        if self.case is not None:
            text = {"lower": pc.utf8_lower, "upper": pc.utf8_upper, "title": pc.utf8_title}[self.case](text)
        if self.prefix or self.suffix:
            text = pc.binary_join_element_wise(pa.scalar(self.prefix), text, pa.scalar(self.suffix), "")
        return text


class Broken(Field):
    """Stands for a field of a document that could not be read, while the rest is checked. Never compiled."""

    model_config = ConfigDict(extra="ignore")

    def arrow_type(self, column: Column) -> pa.DataType:
        raise TypeError("a broken field has no type")

    def generate(self, cells: Cells) -> pa.Array:
        raise TypeError("a broken field has no cells")


field_types: Registry[Field] = Registry(
    "field type",
    "seedbed.field_types",
    lambda: Field,
    tuple(f"generator.fields.{family}" for family in FAMILIES),
)
field_type = field_types.register
