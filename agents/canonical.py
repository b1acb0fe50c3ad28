"""JSON in one spelling, and hashes over it."""

import hashlib
import json
from typing import Any, TypeAlias

JSON: TypeAlias = Any
"""A value that JSON can carry: null, booleans, numbers, strings, lists, objects."""


def canonical(value: JSON) -> bytes:
    """Spell a JSON value in the one way that equal values share.

    Raises:
        TypeError, ValueError: the value cannot be carried by JSON (NaN included).
    """
    text = json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode()


def digest(value: JSON) -> str:
    """SHA-256 over the canonical spelling, in hexadecimal digits."""
    return hashlib.sha256(canonical(value)).hexdigest()
