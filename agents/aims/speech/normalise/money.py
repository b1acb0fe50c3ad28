"""Sums of money."""

import re

from agents.aims.speech.normalise.numerals import NUMBER, cardinal, number
from agents.aims.speech.normalise.rule import Rule, any_of, rule

_UNITS = {
    "$": ("dollar", "dollars", "cent", "cents"),
    "£": ("pound", "pounds", "penny", "pence"),
    "€": ("euro", "euros", "cent", "cents"),
    "¥": ("yen", "yen", "sen", "sen"),
    "₹": ("rupee", "rupees", "paisa", "paise"),
    "₩": ("won", "won", "jeon", "jeon"),
}
_CODES = {
    "USD": "U.S dollars", "EUR": "euros", "GBP": "pounds", "JPY": "yen", "CHF": "Swiss francs",
    "CAD": "Canadian dollars", "AUD": "Australian dollars", "CNY": "yuan", "INR": "rupees",
}  # fmt: skip
_LANDS = {
    "US": "U.S", "C": "Canadian", "CA": "Canadian", "A": "Australian", "AU": "Australian",
    "NZ": "New Zealand", "HK": "Hong Kong", "S": "Singapore",
}  # fmt: skip
_SCALES = {
    "k": "thousand", "K": "thousand", "m": "million", "M": "million", "mn": "million",
    "mln": "million", "b": "billion", "B": "billion", "bn": "billion", "tn": "trillion",
    "T": "trillion",
}  # fmt: skip
_SCALE_WORDS = ("hundred", "thousand", "million", "billion", "trillion")
_SCALE = rf"(?:[\s-]?(?P<scale>{any_of(_SCALE_WORDS)})\b|\s?(?P<short>{any_of(_SCALES)})\b)"
_SIGN = f"[{''.join(_UNITS)}]"


def _sum(match: re.Match[str]) -> str:
    land, sign, low, high = match.group("land", "sign", "low", "high")
    short = match.group("short")
    scale = match.group("scale") or (_SCALES[short] if short else "")
    spoken = f"{amount(low, sign, scale)}"
    if high:
        bare = "" if scale else " " + _UNITS[sign][1]
        first = f"{number(low)}{bare}" if scale else number(low)
        spoken = f"{first} to {amount(high, sign, scale)}"
    if match.group("one") and re.match(r"[\s-][a-z]", match.string[match.end() :]):
        spoken = re.sub(r"s$", "", spoken)
    if land:
        spoken = re.sub(r"(dollars?)$", rf"{_LANDS[land]} \1", spoken)
    spoken = f"{spoken} or more" if match.group("plus") else spoken
    return f"{match.group('one') or ''}{spoken}"


def amount(digits: str, sign: str, scale: str = "") -> str:
    """1.5, $, billion → one point five billion dollars; 12.50, $ → twelve dollars fifty cents."""
    one, many, cent, cents = _UNITS[sign]
    if scale:
        return f"{number(digits)} {scale} {many}"
    whole, _, fraction = digits.partition(".")
    main = f"{cardinal(whole)} {one if whole == '1' else many}"
    if len(fraction) != 2:
        return f"{number(digits)} {many}" if fraction else main
    if int(fraction) == 0:
        return main
    small = f"{cardinal(str(int(fraction)))} {cent if int(fraction) == 1 else cents}"
    return small if int(whole.replace(",", "")) == 0 else f"{main} and {small}"


RULES: list[Rule] = [
    rule(
        rf"(?P<one>\b(?:[Aa]n?|[Aa]nother|[Ee]very) )?(?<![A-Za-z])(?P<land>{any_of(_LANDS)})?"
        rf"(?P<sign>{_SIGN})\s?(?P<low>{NUMBER})"
        rf"(?:\s?[–-]\s?{_SIGN}?(?P<high>{NUMBER}))?{_SCALE}?(?P<plus>\+)?",
        _sum,
    ),
    rule(
        rf"\b({any_of(_CODES)})\s?({NUMBER})(?:\s({any_of(_SCALE_WORDS)}))?\b",
        lambda match: " ".join(
            part
            for part in (number(match.group(2)), match.group(3), _CODES[match.group(1)])
            if part
        ),
    ),
    rule(
        rf"(?<![\w.])({NUMBER})\s?({any_of(_CODES)})\b",
        lambda match: f"{number(match.group(1))} {_CODES[match.group(2)]}",
    ),
    rule(
        rf"(?<![\w.])({NUMBER})(?:\s({any_of(_SCALE_WORDS)}))?\s?({_SIGN})(?!\d)",
        lambda match: amount(match.group(1), match.group(3), match.group(2) or ""),
    ),
    rule(r"(?<![\w.])(\d+)\s?¢", lambda match: f"{cardinal(match.group(1))} cents"),
]
