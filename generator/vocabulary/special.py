"""Lists that are no plain attribute of a package's tables."""

from __future__ import annotations

from generator.vocabulary.sources import faker, mimesis
from generator.vocabulary.word_list import Found


def words(locale: str) -> Found:
    """The words of a language: Faker's, else Mimesis's; not its Hungarian ones, which are Danish, nor a single one."""
    found = faker("lorem", "word_list")(locale)
    if not found and locale.partition("_")[0] not in {"hu", "sk", "fa"}:
        found = mimesis("text", "words")(locale)
    return [word for word in found if word.lower() not in _UNFIT] if found else None


_UNFIT = frozenset(
    """
    jävla helvetes hore knulle andskotans andskotanum andskoti andskotinn helvíti helvítis helvítið hóra tík
    tíkarsonur tíkin cabra cabrão merdas bøsse fandeme fanden fandens helvede røven gelul geneukt
    hoeren klootzakken neger negeren neuk neukt verdomd verdomde verdomme debile doprdele prdel prdele prdeli sakra
    sráči zkurvenej negro negros lanet kahretsin 새끼
    """.split()  # noqa: SIM905
)
"""What the lists have from film subtitles and nobody would show to a customer."""


def latin(locale: str) -> Found:
    """The Latin of placeholder text, which is the same in every locale."""
    return faker("lorem", "word_list")("la")
