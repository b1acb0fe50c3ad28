"""Rates such as ``300/minute``, as operators write them."""

from functools import lru_cache

import limits
from limits import RateLimitItem as Rate

__all__ = ["Rate", "read_rate"]


@lru_cache
def read_rate(text: str) -> Rate | None:
    """The rate; None for an empty text, which stands for no limit.

    Raises:
        ValueError: it is no rate.
    """
    if not text.strip():
        return None
    try:
        return limits.parse(text)
    except ValueError:
        raise ValueError(f"is no rate such as 300/minute: {text!r}") from None
