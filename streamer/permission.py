"""Links that carry their own permission: a payload, an expiry and a signature.

A permission is `<payload>.<signature>`: base64url of compact JSON `[expiry, …]`, and base64url
of its HMAC-SHA256 (RFC 2104) under a key derived for the one purpose, so that a link for one
thing never opens another. The signature covers the encoded text, so there is one spelling of it.
"""

import base64
import binascii
import hashlib
import hmac
import json
import time

from streamer.errors import StreamerError


class PermissionForged(StreamerError):
    """The link's signature does not fit."""


class PermissionOver(StreamerError):
    """The link was good for a limited time, which is over."""


def sign(secret: bytes, purpose: str, expires_at: int, *content: str) -> str:
    """Issue a permission.

    Args:
        secret: the service's secret key.
        purpose: what it opens, as `media` or `episode`.
        expires_at: the first second (Unix time) at which it no longer holds.
        content: what it says.
    """
    payload = json.dumps([expires_at, *content], separators=(",", ":")).encode()
    encoded = _encode(payload)
    return f"{encoded}.{_signature(secret, purpose, encoded)}"


def verify(secret: bytes, purpose: str, permission: str, now: float | None = None) -> list[str]:
    """Return the content of a permission.

    Raises:
        PermissionForged: not issued with this secret for this purpose, or changed since.
        PermissionOver: genuine, but its time is over.
    """
    encoded, _, given = permission.partition(".")
    expected = _signature(secret, purpose, encoded)
    if not hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace")):
        raise PermissionForged
    content: list[str]
    expires_at, *content = json.loads(_decode(encoded))
    if expires_at <= (time.time() if now is None else now):
        raise PermissionOver
    return content


def _signature(secret: bytes, purpose: str, encoded: str) -> str:
    key = hmac.digest(secret, f"aethercast {purpose}".encode(), hashlib.sha256)
    return _encode(hmac.digest(key, encoded.encode("utf-8", "replace"), hashlib.sha256))


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise PermissionForged from None
