# ruff: noqa: RUF001 - the signs are the subject here
"""Plain figures: ordinals, ranges, fractions, versions, codes, and at last every other number."""

import re

from agents.aims.speech.normalise.numerals import (
    NUMBER,
    cardinal,
    digit_by_digit,
    number,
    ordinal,
    pairs,
    plural,
)
from agents.aims.speech.normalise.rule import Rule, rule

MINUS = "\N{MINUS SIGN}"
_PARTS = {
    2: ("half", "halves"), 3: ("third", "thirds"), 4: ("quarter", "quarters"),
    5: ("fifth", "fifths"), 6: ("sixth", "sixths"), 7: ("seventh", "sevenths"),
    8: ("eighth", "eighths"), 9: ("ninth", "ninths"), 10: ("tenth", "tenths"),
}  # fmt: skip
_NO_DIGIT_BEFORE = r"(?<![\w.,])"


def _fraction(match: re.Match[str]) -> str:
    whole, top, bottom = match.groups()
    above, below = int(top), int(bottom)
    if below not in _PARTS or above >= below or (below == 10 and above > 1):
        return f"{cardinal(top)} {'out of ' if above < below else ''}{cardinal(bottom)}"
    one, many = _PARTS[below]
    part = f"{cardinal(top)} {one if above == 1 else many}"
    return f"{cardinal(whole)} and {'a half' if part == 'one half' else part}" if whole else part


def _version(match: re.Match[str]) -> str:
    return " point ".join(cardinal(part) for part in match.group().split("."))


def _named_version(match: re.Match[str]) -> str:
    spoken = " point ".join(cardinal(part) for part in match.group(2).split("."))
    word = "version" if match.group(1).lower() in ("v", "v.") else match.group(1)
    return f"{word} {spoken}"


def _telephone(match: re.Match[str]) -> str:
    groups = re.findall(r"\d+", match.group())
    return ", ".join(digit_by_digit(group) for group in groups)


def _at_least(match: re.Match[str]) -> str:
    return f"more than {number(match.group(1))}"


def _scaled(match: re.Match[str]) -> str:
    scale = {"k": "thousand", "M": "million", "bn": "billion", "B": "billion"}
    return f"{number(match.group(1))} {scale[match.group(2)]}"


def _code(match: re.Match[str]) -> str:
    """B52 → B fifty-two, CO2 → C.O two: letters one by one, then the figure."""
    letters, digits = match.groups()
    return f"{_letters(letters)} {pairs(digits)} "


def _letters(letters: str) -> str:
    return ".".join(letters) if letters.isupper() and 1 < len(letters) <= 4 else letters


def _figure_then_letters(match: re.Match[str]) -> str:
    digits, letters = match.groups()
    return f"{number(digits)} {letters}"


def _formula(match: re.Match[str]) -> str:
    pieces = re.findall(r"[A-Z][a-z]?|\d+", match.group())
    return " ".join(cardinal(p) if p.isdigit() else " ".join(p).upper() for p in pieces)


TELEPHONES: list[Rule] = [
    rule(
        r"(?:\+\d{1,2}\s?)?(?:\(\d{3}\)|\b\d{3})[\s.-]\d{3}[\s.-]\d{4}\b|\b\d{3}-\d{4}\b",
        _telephone,
    ),
]
"""Said before brackets go: (555) 123-4567."""

RULES: list[Rule] = [
    rule(r"\b24/7\b", "twenty-four seven"),
    rule(r"\b9/11\b", "nine eleven"),
    rule(r"(?i)\b(version|v\.?)\s?(\d+(?:\.\d+)+)", _named_version),
    rule(r"\bv(\d+)\b", lambda match: f"version {cardinal(match.group(1))}"),
    rule(r"(?<![\w.])\d+(?:\.\d+){2,}(?!\w)", _version),
    rule(
        r"\b([Nn]os?)\.\s?(?=\d)",
        lambda match: "numbers " if match.group(1).endswith("s") else "number ",
    ),
    rule(r"(?<![\w&])#\s?(?=\d)", "number "),
    rule(r"\bpp\.\s?(?=\d)", "pages "),
    rule(r"\bp\.\s?(?=\d)", "page "),
    rule(
        r"(?<![\w.,])(\d{1,3}(?:,\d{3})*|\d+)(?:st|nd|rd|th)\b",
        lambda match: ordinal(match.group(1)),
    ),
    rule(r"(?<![\w./])(?:(\d+)[\s-])?(\d{1,3})/(\d{1,3})(?![\w/])", _fraction),
    rule(rf"({NUMBER}) - (?={NUMBER} =)", r"\1 minus "),
    rule(rf"{_NO_DIGIT_BEFORE}({NUMBER})\s?[–-]\s?(?={NUMBER}|present\b|today\b)", r"\1 to "),
    rule(rf"{_NO_DIGIT_BEFORE}({NUMBER})\+(?!\w)", _at_least),
    rule(rf"{_NO_DIGIT_BEFORE}({NUMBER})\s?[x×]\s?(?={NUMBER})", r"\1 by "),
    rule(r"(?<![\w.,])(\d+)s\b", lambda match: plural(pairs(match.group(1)))),
    rule(r"\^2\b", " squared"),
    rule(r"\^3\b", " cubed"),
    rule(rf"{_NO_DIGIT_BEFORE}({NUMBER})(?:x|\s?×)(?![\w^])", r"\1 times"),
    rule(r"(?<![\w.:])(\d+):(?=\d)", r"\1 to "),
    rule(rf"{_NO_DIGIT_BEFORE}({NUMBER})(k|M|bn|B)(?!\w)", _scaled),
    rule(
        r"\b(?:CO|NO|SO|H|N|O|CH|NH|HNO|SiO|Fe|Al|Ca|Na|Mg|Cl|Ti|Zn|Cu)(?:\d+[A-Z]?[a-z]?)+\b"
        r"(?<=[A-Za-z0-9])",
        _formula,
    ),
    rule(r"\b([A-Za-z]+)-?(\d+)(?![\d.,]*\d)", _code),
    rule(rf"(?<![\w.])({NUMBER})-?([A-Za-z]+)", _figure_then_letters),
    rule(rf"(?<![\w)])[{MINUS}–-](?={NUMBER})", "minus "),
    rule(r"(?<!\d)\.(\d+)", lambda match: f"point {digit_by_digit(match.group(1))}"),
    rule(NUMBER, lambda match: f" {number(match.group())} "),
    rule(r"\d+", lambda match: f" {digit_by_digit(match.group())} "),
]
