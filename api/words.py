"""Text that callers send: what may stand in a line, and what in a longer text."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, Field

LONGEST_LINE = 300


def one_line(text: str) -> str:
    """Trimmed text of one line.

    Raises:
        ValueError: empty, longer than 300 characters, or with control characters.
    """
    trimmed = text.strip()
    if any(unicodedata.category(each) in ("Cc", "Cs", "Zl", "Zp") for each in trimmed):
        raise ValueError("must not contain control characters")
    if not any(each.isalnum() for each in trimmed):
        raise ValueError("must contain at least one letter or digit")
    if len(trimmed) > LONGEST_LINE:
        raise ValueError(f"must have at most {LONGEST_LINE} characters")
    return trimmed


def prose(text: str) -> str:
    """Text of any length and many lines.

    Raises:
        ValueError: nothing to read in it, or a NUL character.
    """
    if "\0" in text:
        raise ValueError("must not contain NUL characters")
    if not any(each.isalnum() for each in text):
        raise ValueError("must contain at least one letter or digit")
    return text


Line = Annotated[str, Field(min_length=1, max_length=4 * LONGEST_LINE), AfterValidator(one_line)]
Prose = Annotated[str, AfterValidator(prose)]
