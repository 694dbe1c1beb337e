"""Networks of payment cards: the numbers they issue (ISO/IEC 7812), how they are written, and their security codes.

Prefixes and lengths as the networks publish them; shares are of cards in circulation, rounded, and only plausible.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Network:
    """``ranges`` are first and last prefix; ``layout`` has a # for each digit."""

    label: str
    ranges: tuple[tuple[int, int], ...]
    weight: int
    layout: str = "#### #### #### ####"
    code: int = 3

    @property
    def length(self) -> int:
        """Digits of a number, the check digit included."""
        return self.layout.count("#")

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """The numbers without check digit: first one and how many, for each range."""
        body = self.length - 1
        return tuple(
            (low * 10 ** (body - len(str(low))), (high - low + 1) * 10 ** (body - len(str(low))))
            for low, high in self.ranges
        )


NETWORKS = {
    "visa": Network("Visa", ((4, 4),), 46),
    "mastercard": Network("Mastercard", ((51, 55), (2221, 2720)), 28),
    "amex": Network("American Express", ((34, 34), (37, 37)), 9, "#### ###### #####", 4),
    "unionpay": Network("UnionPay", ((62, 62),), 6),
    "discover": Network("Discover", ((6011, 6011), (644, 649), (65, 65)), 5),
    "jcb": Network("JCB", ((3528, 3589),), 3),
    "diners": Network("Diners Club", ((300, 305), (36, 36), (38, 39)), 2, "#### ###### ####"),
    "maestro": Network("Maestro", ((5018, 5018), (5020, 5020), (5038, 5038), (6759, 6759), (6761, 6763)), 1),
}
