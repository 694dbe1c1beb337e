r"""Single characters of a regular expression: escapes, classes in brackets, and the reader that walks over the text.

``\d`` is 0-9, ``\w`` is 0-9 A-Z _ a-z, ``\s`` is the space; ``\D \W \S``, negated classes and ``.`` are over printable
ASCII (space to ``~``), since "anything else" would be a million characters nobody means. POSIX classes and properties
are in :mod:`generator.language.properties`.
"""

from __future__ import annotations

import string
from typing import Final, NoReturn

from generator.language.properties import POSIX, PRINTABLE, PROPERTIES, characters
from generator.language.syntax import MAX_ALPHABET, LanguageError

_SETS: Final = {"d": POSIX["digit"], "w": POSIX["word"], "s": " "}
_CONTROLS: Final = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v"}
_HEX: Final = {"x": 2, "u": 4, "U": 8}
_REFUSED: Final = {
    "b": "a word boundary",
    "B": "a word boundary",
    "A": "an anchor",
    "Z": "an anchor",
    "z": "an anchor",
    "G": "an anchor",
    "K": "a match reset",
    "Q": "quoting",
    "E": "quoting",
    "P": "a negated Unicode property",
    "X": "a grapheme",
    "R": "a line break of any kind",
    "k": "a named backreference",
    "g": "a backreference",
    "c": "a control character",
    "N": "a named character",
    "h": "a horizontal space",
}


class Reader:
    """A text and a place in it. ``column`` is the 1-based place of the next character."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._at = 0

    @property
    def column(self) -> int:
        return self._at + 1

    @property
    def done(self) -> bool:
        return self._at >= len(self.text)

    @property
    def peek(self) -> str:
        return self.text[self._at]

    def next(self) -> str:
        """The next character, passed over."""
        self._at += 1
        return self.text[self._at - 1]

    def take(self, expected: str) -> bool:
        """Passes over the next character where it is ``expected``."""
        found = self.text.startswith(expected, self._at)
        self._at += len(expected) if found else 0
        return found

    def at_end(self, last: str) -> bool:
        """Passes over ``last`` where it is the last character of the whole text."""
        return self._at == len(self.text) - 1 and self.take(last)

    def skip(self, count: int) -> None:
        self._at += count


def escape(reader: Reader, column: int) -> str:
    """The characters that the escape stands for; the reader is past its backslash, which is at ``column``."""
    if reader.done:
        raise LanguageError("a backslash at the end escapes nothing", column, r"write \\ for a backslash")
    code = reader.next()
    if code.lower() in _SETS:
        inside = _SETS[code.lower()]
        return inside if code in _SETS else _without(inside)
    if code in _CONTROLS:
        return _CONTROLS[code]
    if code in _HEX:
        return _code_point(reader, column, code)
    if code == "p":
        return _property(reader, column)
    if code in _REFUSED or code.isalnum():
        _refuse(code, column)
    return code


def _refuse(code: str, column: int) -> NoReturn:
    name = "a backreference or octal escape" if code.isdigit() else _REFUSED.get(code, "an unknown escape")
    known = r"known escapes: \d \w \s \D \W \S \p{...} \n \t \r \f \v \xHH \x{H} \uHHHH \UHHHHHHHH, \ before a mark"
    raise LanguageError(f"{name} '\\{code}' is not supported", column, known)


def _code_point(reader: Reader, column: int, code: str) -> str:
    if code == "x" and reader.take("{"):
        found = _braced(reader, column, r"\x")
        if not 1 <= len(found) <= 6 or not set(found) <= set(string.hexdigits):
            raise LanguageError(f"'\\x{{{found}}}' is no character", column, r"give 1 to 6 digits, such as \x{41}")
    else:
        digits = _HEX[code]
        found = reader.text[reader.column - 1 : reader.column - 1 + digits]
        if len(found) != digits or not set(found) <= set(string.hexdigits):
            remedy = rf"such as \{code}{'41':0>{digits}}"
            raise LanguageError(f"'\\{code}' needs {digits} hexadecimal digits, not {found!r}", column, remedy)
        reader.skip(digits)
    point = int(found, 16)
    if point == 0 or 0xD800 <= point <= 0xDFFF or point > 0x10FFFF:
        raise LanguageError(f"U+{point:04X} is not a character that text can hold", column, "choose another one")
    return chr(point)


def _braced(reader: Reader, column: int, opening: str) -> str:
    """What stands before the next brace, which is passed over."""
    end = reader.text.find("}", reader.column - 1)
    if end < 0:
        raise LanguageError(f"'{opening}{{' that is never closed", column, "add '}'")
    found = reader.text[reader.column - 1 : end]
    reader.skip(len(found) + 1)
    return found


def _property(reader: Reader, column: int) -> str:
    if reader.done:
        raise LanguageError(r"a Unicode property '\p' without a name", column, r"write \p{Lu}")
    name = _braced(reader, column, r"\p") if reader.take("{") else reader.next()
    if name not in PROPERTIES:
        problem = rf"a Unicode property '\p{{{name}}}' that is not known here"
        raise LanguageError(problem, column, f"known are {', '.join(PROPERTIES)}")
    return characters(name)


def read_class(reader: Reader, column: int) -> str:
    """The sorted alphabet of a class; the reader is past its ``[``, which is at ``column``."""
    negated = reader.take("^")
    members: set[str] = set()
    while not reader.take("]"):
        if reader.done:
            raise LanguageError("a class '[' that is never closed", column, r"add ']', or write \[ for the character")
        members.update(_member(reader, column))
        if len(members) > MAX_ALPHABET:
            raise LanguageError(f"a class of more than {MAX_ALPHABET:,} characters", column, "make its ranges smaller")
    if not members:
        raise LanguageError("a class '[]' without characters", column, r"write [\]] for the bracket itself")
    alphabet = _without("".join(members)) if negated else "".join(sorted(members))
    if not alphabet:
        raise LanguageError("a negated class that leaves no printable ASCII character", column, "exclude fewer")
    return alphabet


def _member(reader: Reader, opening: int) -> str | set[str]:
    column = reader.column
    if reader.text.startswith(("[.", "[="), column - 1):
        problem = f"a POSIX collating element {reader.text[column - 1 : column + 1]!r} is not supported"
        raise LanguageError(problem, column, "name its characters")
    first = _posix(reader, column) if reader.text.startswith("[:", column - 1) else _one(reader)
    following = reader.text[reader.column - 1 : reader.column + 1]
    if not (following.startswith("-") and len(following) == 2 and following[1] != "]"):
        return first
    reader.skip(1)
    last = _one(reader)
    if len(first) != 1 or len(last) != 1:
        raise LanguageError("a range whose end is itself a set of characters", column, r"write \- for the character")
    low, high = ord(first), ord(last)
    if low > high:
        raise LanguageError(f"a range from {first!r} down to {last!r}", column, "put the smaller end first")
    if high - low >= MAX_ALPHABET:
        raise LanguageError(f"a range of more than {MAX_ALPHABET:,} characters", column, "make it smaller")
    if low <= 0xDFFF and high >= 0xD800:
        raise LanguageError("a range over the surrogates U+D800 to U+DFFF", column, "end it before, or start after")
    return {chr(point) for point in range(low, high + 1)}


def _posix(reader: Reader, column: int) -> str:
    end = reader.text.find(":]", column + 1)
    name = reader.text[column + 1 : end] if end >= 0 else reader.text[column + 1 :]
    found = POSIX.get(name.removeprefix("^"))
    if end < 0 or found is None:
        raise LanguageError(f"a POSIX class '[:{name}:]' that is not known", column, f"known are {', '.join(POSIX)}")
    reader.skip(len(name) + 4)
    return _without(found) if name.startswith("^") else found


def _one(reader: Reader) -> str:
    column = reader.column
    character = reader.next()
    return escape(reader, column) if character == "\\" else character


def _without(excluded: str) -> str:
    return "".join(character for character in PRINTABLE if character not in excluded)
