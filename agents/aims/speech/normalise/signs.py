# ruff: noqa: RUF001 - the signs are the subject here
"""Characters: one spelling for each quote, dash, space and digit; what is left over at the end."""

import re
import unicodedata

from text_unidecode import unidecode  # type: ignore[import-untyped]

from agents.aims.speech.normalise.rule import Rule, rule

_SAME = str.maketrans(
    {
        **dict.fromkeys("‘’‛ʼ′＇´", "'"),
        **dict.fromkeys("“”„‟«»″＂", '"'),
        **dict.fromkeys("‐‑‒⁃－", "-"),
        **dict.fromkeys("−﹣", "\N{MINUS SIGN}"),
        **dict.fromkeys("―⸺⸻", "—"),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff\ufe0f", None),
        **dict.fromkeys("™®©", None),
        "º": "°",
        "№": "No. ",
        **dict.fromkeys("·•‣▪●◦", " "),
        "⁄": "/",
        "∕": "/",
        "…": "...",
    }
)
_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_FRACTION = re.compile(r"(\d*)([¼½¾⅐-⅞])")
_GROUPED = re.compile(
    r"(?<![\d.,+])\d{1,3}(?:(?:[\u00a0\u2009\u202f]\d{3})+|(?: \d{3}){2,})(?!\s?[\d-])"
)
_LETTERS_KEPT = re.compile(r"[A-Za-zÀ-ɏ]")


def settle(text: str) -> str:
    """Bring text to the characters that the rules are written for."""
    text = _GROUPED.sub(lambda match: re.sub(r"\s", ",", match.group()), text)
    text = _FRACTION.sub(_spell_fraction, text)
    text = re.sub(r"(?<=[A-Za-z)])[²³](?!\w)", _power, text)
    text = re.sub(r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+", lambda m: "^" + m.group().translate(_SUPERSCRIPT), text)
    text = unicodedata.normalize("NFKC", text.translate(_SAME)).translate(_SAME)
    return re.sub(r"\s+", " ", "".join(map(_readable, text))).strip()


def _spell_fraction(match: re.Match[str]) -> str:
    top, bottom = unicodedata.normalize("NFKC", match.group(2)).split("\N{FRACTION SLASH}")
    return f"{match.group(1)} {top}/{bottom}".strip()


def _power(match: re.Match[str]) -> str:
    return "^2" if match.group() == "²" else "^3"


def _readable(sign: str) -> str:
    """A letter of another script becomes Latin; a picture becomes nothing."""
    if sign.isdecimal():
        return str(unicodedata.decimal(sign))
    if sign.isascii() or sign in _SPOKEN_SIGNS or _LETTERS_KEPT.match(sign):
        return sign
    if unicodedata.category(sign)[0] in "LN":
        return str(unidecode(sign))
    return "" if unicodedata.category(sign)[0] == "M" else " "


_SPOKEN_SIGNS = frozenset("–—£€¥₹₩¢°‰±×÷≤≥≠≈→§µμΩ\N{MINUS SIGN}")

WORDS: dict[str, str] = {
    "&": "and", "@": "at", "+": "plus", "=": "equals", "×": "times", "÷": "divided by",
    "±": "plus or minus", "<": "less than", ">": "greater than", "≤": "at most",
    "≥": "at least", "≠": "is not", "≈": "about", "~": "about", "→": "to", "§": "section",
    "%": "percent", "‰": "per mille", "°": "degrees", "£": "pounds", "€": "euros", "¥": "yen",
    "$": "dollars",
    "₹": "rupees", "₩": "won", "¢": "cents", "µ": "micro", "μ": "micro", "Ω": "ohm",
    "\N{MINUS SIGN}": "minus", "^": "to the", "#": "hash", "/": "slash", "\\": "backslash",
}  # fmt: skip
"""How a sign is said where no rule knew better."""

BRACKETS: list[Rule] = [
    rule(r"(?<=[\w.,;:!?\"'])\s?\[(?:\d{1,3}(?:[,–-]\s?\d{1,3})*|[a-z])\]", ""),  # footnote marks
    rule(r"\[\.\.\.\]|\(\.\.\.\)", "..."),
    rule(r"\s*[(\[{]\s*", ", "),
    rule(r"\s*[)\]}](?=\s*[.,;:!?])", ""),
    rule(r"\s*[)\]}]\s*", ", "),
]

LEFTOVERS: list[Rule] = [
    rule(r"\bC\+\+", "C plus plus"),
    rule(r"\b([A-G])#(?!\w)", r"\1 sharp"),
    rule(r"\s?(?:->|=>)\s?", " to "),
    rule(r"(?<=[A-Za-z]{2})\.(?=[a-z]{2,4}\b)|(?<!\S)\.(?=[A-Z]{3})", " dot "),
    rule(r"\b([A-Z]{2,3})&(?=[A-Z])", lambda match: f"{'.'.join(match.group(1))} and "),
    rule(r"(?<=\s)'n'(?=\s)", "and"),
    rule(r"\band/or\b", "and or"),
    rule(r"(?<=[a-z])/(?=[a-z])", " slash "),
    rule(r"(?<=\s)[*_|]+(?=\s)|[*_|\\`]", " "),
    rule("[" + re.escape("".join(WORDS)) + "]", lambda match: f" {WORDS[match.group()]} "),
]

PUNCTUATION: list[Rule] = [
    rule(r"[\"“”]", ""),
    rule(r"(?<!\w)'+(?!\w)|(?<=[^\w\s])'|'(?=[^\w\s])", ""),
    rule(r"(?<!\w)'(?=[A-Z])", ""),
    rule(r"(?<!\w)'([^']{2,80}?)'(?!\w)", r"\1"),
    rule(r"\s+'s\b", "'s"),
    rule(r"\.{2,}", "…"),
    rule(r"\s*(?:—|--+)\s*|\s+[–-]\s+", " — "),
    rule(r"(?<=\w)–(?=\w)", "-"),
    rule(r"[^\w\s'.,;:!?…—-]", " "),
    rule(r"_", " "),
    rule(r"(?<!\w)-+|-+(?!\w)", " "),
    rule(r"\s+([.,;:!?…])", r"\1"),
    rule(r"([,;:])(?:\s*[,;:])+", r"\1"),
    rule(r"[,;:]\s*(?=[.!?…])", ""),
    rule(r"([.!?…])\s*[,;:]", r"\1"),
    rule(r"([!?])[.!?…]*\1*", r"\1"),
    rule(r"…\.+", "…"),
    rule(r"(?:—\s*)+", "— "),
    rule(r"^[\s,;:.—…]+", ""),
    rule(r"(?<=[,;:])(?=[A-Za-z])", " "),
    rule(r"\s+", " "),
]
"""The last tidying: only letters and the punctuation that the engines know remain."""
