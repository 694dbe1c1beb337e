"""people-16 by Faker, a row at a time, written by the csv module; names as frequent as they occur, Faker's default.

``usual``: every value from the method that Faker's manual has for it. ``tuned``: the quickest we know how to make it:
the generator without the proxy before it, all names alike (``use_weighting=False``), and dates, numbers and choices
from the standard library, so that of Faker are left the UUID, names, places, the phone number and the words.
"""

from __future__ import annotations

import csv
import io
import random
from collections import OrderedDict
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

from bench.rivals import COLUMNS, Write
from bench.rivals.words import COUNTRIES, DOMAINS

Rows = Callable[[int], Iterator[tuple[object, ...]]]


def prepare(tuned: bool = False) -> Write:
    """A writer whose rows follow one another as Faker's own stream does."""
    rows_of = _tuned() if tuned else _usual()

    def write(rows: int) -> int:
        sink = io.StringIO()
        writer = csv.writer(sink, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows_of(rows))
        return len(sink.getvalue().encode())

    return write


def _usual() -> Rows:
    from faker import Faker

    Faker.seed(42)
    fake = Faker("en_US")
    shares = OrderedDict((code, percent / 100) for code, percent in COUNTRIES.items())
    days = date(1940, 1, 1), date(2007, 12, 31)
    moments = datetime(2015, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)

    def rows_of(rows: int) -> Iterator[tuple[object, ...]]:
        for number in range(1, rows + 1):
            first, last = fake.first_name(), fake.last_name()
            yield (
                number,
                fake.uuid4(),
                first,
                last,
                f"{first} {last}",
                f"{first}.{last}{fake.random_int(0, 99)}@{fake.random_element(DOMAINS)}".lower(),
                fake.numerify("+1-###-###-####"),
                fake.city(),
                fake.random_element(shares),
                fake.street_address(),
                fake.date_between(*days),
                fake.date_time_between(*moments, tzinfo=UTC).isoformat(timespec="milliseconds"),
                f"{max(0.0, fake.random.gauss(60000, 15000)):.2f}",
                fake.pyfloat(min_value=0, max_value=1, right_digits=6),
                fake.boolean(90),
                "" if fake.boolean(30) else " ".join(fake.words(fake.random_int(5, 12))),
            )

    return rows_of


def _tuned() -> Rows:
    from faker.factory import Factory

    fake: Any = Factory.create("en_US", use_weighting=False)
    fake.seed(42)
    draw = random.Random(42)
    codes, shares = list(COUNTRIES), list(COUNTRIES.values())
    first_day, last_day = date(1940, 1, 1).toordinal(), date(2007, 12, 31).toordinal()
    begin, end = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp() * 1000) for year in (2015, 2026))

    def rows_of(rows: int) -> Iterator[tuple[object, ...]]:
        for number in range(1, rows + 1):
            first, last = fake.first_name(), fake.last_name()
            yield (
                number,
                fake.uuid4(),
                first,
                last,
                f"{first} {last}",
                f"{first}.{last}{draw.randrange(100)}@{draw.choice(DOMAINS)}".lower(),
                fake.numerify("+1-###-###-####"),
                fake.city(),
                draw.choices(codes, shares)[0],
                fake.street_address(),
                date.fromordinal(draw.randint(first_day, last_day)),
                datetime.fromtimestamp(draw.randrange(begin, end) / 1000, UTC).isoformat(timespec="milliseconds"),
                f"{max(0.0, draw.gauss(60000, 15000)):.2f}",
                round(draw.random(), 6),
                draw.random() < 0.9,
                "" if draw.random() < 0.3 else " ".join(fake.words(draw.randint(5, 12))),
            )

    return rows_of
