"""Number words. Everything here takes digits as text and gives words."""

import re

from num2words import num2words  # type: ignore[import-untyped]

NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
"""A number as it is printed: 7, 12,400, 0.25."""

LONGEST = 15
"""Digits up to which a number is said as one; a longer one is a code, said digit by digit."""

_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def _words(value: int, to: str) -> str:
    spoken = str(num2words(value, lang="en", to=to))
    return re.sub(r"\band ", "", spoken.replace(",", ""))


def cardinal(digits: str) -> str:
    """12,400 → twelve thousand four hundred."""
    plain = digits.replace(",", "")
    if len(plain) > LONGEST or (len(plain) > 1 and plain.startswith("0")):
        return digit_by_digit(plain)
    return _words(int(plain), "cardinal")


def ordinal(digits: str) -> str:
    """21 → twenty-first."""
    plain = digits.replace(",", "")
    return _words(int(plain), "ordinal") if len(plain) <= LONGEST else digit_by_digit(plain)


def number(text: str) -> str:
    """A whole or decimal number: 0.25 → zero point two five."""
    whole, point, fraction = text.partition(".")
    spoken = cardinal(whole) if whole else ""
    return f"{spoken} point {digit_by_digit(fraction)}".strip() if point and fraction else spoken


def digit_by_digit(digits: str) -> str:
    """007 → zero zero seven."""
    return " ".join(_DIGITS[int(digit)] for digit in digits if digit.isdigit())


def year(digits: str) -> str:
    """1987 → nineteen eighty-seven, 2005 → two thousand five, 1900 → nineteen hundred."""
    value = int(digits)
    century, rest = divmod(value, 100)
    if not 1000 < value < 2100 or (century in (10, 20) and rest < 10) or value == 2000:
        return cardinal(digits)
    if rest == 0:
        return f"{cardinal(str(century))} hundred"
    tail = f"oh {cardinal(str(rest))}" if rest < 10 else cardinal(str(rest))
    return f"{cardinal(str(century))} {tail}"


def pairs(digits: str) -> str:
    """A model number: 747 → seven forty-seven, 320 → three twenty, 1080 → ten eighty."""
    if len(digits) == 4 and not digits.startswith("0") and digits[1:3] != "00":
        return year(digits) if int(digits) < 2100 else _two_and_two(digits)
    if len(digits) == 3 and digits[0] != "0" and digits[1:] != "00":
        return f"{cardinal(digits[0])} {_pair(digits[1:])}"
    return cardinal(digits)


def _two_and_two(digits: str) -> str:
    return f"{cardinal(digits[:2])} {_pair(digits[2:])}"


def _pair(digits: str) -> str:
    if digits == "00":
        return "hundred"
    return f"oh {cardinal(digits[1])}" if digits[0] == "0" else cardinal(digits)


def plural(word: str) -> str:
    """The plural of a spoken number: sixties, nineteen hundreds, sevens, sixes."""
    if word.endswith("y"):
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith("x") else f"{word}s"


_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}


def from_roman(letters: str) -> int:
    """XIV → 14."""
    values = [_ROMAN[letter] for letter in letters]
    following = [*values[1:], 0]
    return sum(-a if a < b else a for a, b in zip(values, following, strict=True))
