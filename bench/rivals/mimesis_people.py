"""people-16 by Mimesis, a row at a time, written by the csv module; Mimesis draws all names alike.

``usual``: ``Schema`` and ``Field``, as its manual shows. ``tuned``: the providers called directly, and dates, numbers
and choices from the standard library.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

from bench.rivals import COLUMNS, Write
from bench.rivals.words import COUNTRIES, DOMAINS

Rows = Callable[[int], Iterator[tuple[object, ...]]]


def prepare(tuned: bool = False) -> Write:
    """A writer whose rows follow one another as Mimesis' own stream does."""
    write_rows = _tuned if tuned else _usual

    def write(rows: int) -> int:
        sink = io.StringIO()
        write_rows(sink, rows)
        return len(sink.getvalue().encode())

    return write


def _usual(sink: io.StringIO, rows: int) -> None:
    from mimesis import Field, Schema
    from mimesis.locales import Locale

    field = Field(Locale.EN, seed=42)
    draw = field.get_random_instance()

    def row() -> dict[str, Any]:
        first, last = field("person.first_name"), field("person.last_name")
        return {
            "id": field("increment"),
            "uuid": field("cryptographic.uuid"),
            "first_name": first,
            "last_name": last,
            "full_name": f"{first} {last}",
            "email": f"{first}.{last}{draw.randint(0, 99)}@{field('choice', items=DOMAINS)}".lower(),
            "phone": field("person.phone_number", mask="+1-###-###-####"),
            "city": field("address.city"),
            "country": draw.weighted_choice(COUNTRIES),
            "street": field("address.address"),
            "birth_date": field("datetime.date", start=1940, end=2007),
            "created_at": field("datetime.datetime", start=2015, end=2025).isoformat(timespec="milliseconds"),
            "salary": f"{max(0.0, draw.gauss(60000, 15000)):.2f}",
            "score": field("numeric.float_number", start=0.0, end=1.0, precision=6),
            "active": draw.weighted_choice({True: 0.9, False: 0.1}),
            "comment": "" if draw.random() < 0.3 else " ".join(field("text.words", quantity=draw.randint(5, 12))),
        }

    writer = csv.DictWriter(sink, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(Schema(schema=row, iterations=rows).create())


def _tuned(sink: io.StringIO, rows: int) -> None:
    from mimesis import Generic
    from mimesis.locales import Locale

    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_rows(Generic(Locale.EN, seed=42), random.Random(42), rows))


def _rows(generic: Any, draw: random.Random, rows: int) -> Iterator[tuple[object, ...]]:
    person, address, text, code = generic.person, generic.address, generic.text, generic.cryptographic
    codes, shares = list(COUNTRIES), list(COUNTRIES.values())
    first_day, last_day = date(1940, 1, 1).toordinal(), date(2007, 12, 31).toordinal()
    begin, end = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp() * 1000) for year in (2015, 2026))
    for number in range(1, rows + 1):
        first, last = person.first_name(), person.last_name()
        yield (
            number,
            code.uuid(),
            first,
            last,
            f"{first} {last}",
            f"{first}.{last}{draw.randrange(100)}@{draw.choice(DOMAINS)}".lower(),
            person.phone_number(mask="+1-###-###-####"),
            address.city(),
            draw.choices(codes, shares)[0],
            address.address(),
            date.fromordinal(draw.randint(first_day, last_day)),
            datetime.fromtimestamp(draw.randrange(begin, end) / 1000, UTC).isoformat(timespec="milliseconds"),
            f"{max(0.0, draw.gauss(60000, 15000)):.2f}",
            round(draw.random(), 6),
            draw.random() < 0.9,
            "" if draw.random() < 0.3 else " ".join(text.words(draw.randint(5, 12))),
        )
