"""Text that callers send: what may stand in a line, and what in a longer text."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, WithJsonSchema

LONGEST_LINE = 300
_BREAKS = r"\x00-\x1f\x7f-\x9f\u2028\u2029"
LINE_SCHEMA = {
    "type": "string", "minLength": 1, "maxLength": LONGEST_LINE,
    "pattern": rf"^[^{_BREAKS}]*[\p{{L}}\p{{N}}][^{_BREAKS}]*$",
}  # fmt: skip
PROSE_SCHEMA = {"type": "string", "minLength": 1, "pattern": r"^[^\x00]*[\p{L}\p{N}][^\x00]*$"}


def one_line(text: str) -> str:
    """Trimmed text of one line.

    Raises:
        ValueError: empty, longer than 300 characters, or with control characters.
    """
    if len(text) > LONGEST_LINE:
        raise ValueError(f"must have at most {LONGEST_LINE} characters")
    if any(unicodedata.category(each) in ("Cc", "Cs", "Zl", "Zp") for each in text):
        raise ValueError("must not contain control characters or line breaks")
    _check_words(text)
    return text.strip()


def prose(text: str) -> str:
    """Text of any length and many lines.

    Raises:
        ValueError: nothing to read in it, or a NUL character.
    """
    if "\0" in text:
        raise ValueError("must not contain NUL characters")
    _check_words(text)
    return text


def _check_words(text: str) -> None:
    """Signs, spaces and what cannot be seen make no text."""
    if not text:
        raise ValueError("must not be empty")
    if not any(unicodedata.category(each)[0] in "LN" for each in text):
        raise ValueError("must contain at least one letter or digit")


Line = Annotated[str, AfterValidator(one_line), WithJsonSchema(LINE_SCHEMA)]
Prose = Annotated[str, AfterValidator(prose), WithJsonSchema(PROSE_SCHEMA)]
