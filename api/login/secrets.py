"""Secrets that whoever holds them may use: login codes and session tokens.

256 random bits cannot be guessed, so a plain hash of them is safe to keep: a copy of the tables
opens nothing.
"""

import hashlib
import secrets


def make_secret() -> str:
    """A new one, good in a URL and in a cookie."""
    return secrets.token_urlsafe(32)


def hash_of(secret: str) -> bytes:
    """What is kept of it."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
