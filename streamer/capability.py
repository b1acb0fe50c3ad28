"""The right to hear one stream: unguessable, bound to a caller, expiring.

A capability is ``base64url(payload) "." base64url(HMAC-SHA-256)``; the payload is a version
byte, the stream's id, the user's id (zeros for nobody) and the second it expires, big-endian.
"""

import base64
import binascii
import hmac
import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from streamer.errors import ExpiredStream, UnknownStream

_VERSION = 1
_PAYLOAD = struct.Struct(">B16s16sQ")
_PURPOSE = b"aethercast stream capability\0"
_NOBODY = UUID(int=0)


@dataclass(frozen=True)
class StreamCapability:
    """What a valid capability grants."""

    stream_id: UUID
    user_id: UUID | None
    expires_at: datetime


def sign_stream(secret: str, stream_id: UUID, user_id: UUID | None, expires_at: datetime) -> str:
    """A capability for ``stream_id``: 99 URL-safe characters. ``expires_at`` has a time zone."""
    user = user_id or _NOBODY
    second = int(expires_at.timestamp())
    payload = _PAYLOAD.pack(_VERSION, stream_id.bytes, user.bytes, second)
    return f"{_encode(payload)}.{_encode(_seal(secret, payload))}"


def verify_stream(secret: str, capability: str, now: datetime | None = None) -> StreamCapability:
    """What ``capability`` grants.

    Raises:
        UnknownStream: not signed by us, or altered.
        ExpiredStream: signed by us, and over.
    """
    payload, seal = _split(capability)
    if not hmac.compare_digest(_seal(secret, payload), seal):
        raise UnknownStream
    try:
        version, stream, user, second = _PAYLOAD.unpack(payload)
    except struct.error:
        raise UnknownStream from None
    if version != _VERSION:
        raise UnknownStream
    expires_at = datetime.fromtimestamp(second, UTC)
    if expires_at <= (now or datetime.now(UTC)):
        raise ExpiredStream
    user_id = UUID(bytes=user)
    granted_to = None if user_id == _NOBODY else user_id
    return StreamCapability(UUID(bytes=stream), granted_to, expires_at)


def _seal(secret: str, payload: bytes) -> bytes:
    return hmac.digest(secret.encode(), _PURPOSE + payload, "sha256")


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _split(capability: str) -> tuple[bytes, bytes]:
    payload, dot, seal = capability.partition(".")
    if not dot or len(capability) > 200:
        raise UnknownStream
    try:
        return _decode(payload), _decode(seal)
    except (binascii.Error, ValueError):
        raise UnknownStream from None


def _decode(text: str) -> bytes:
    padded = text.encode("ascii") + b"=" * (-len(text) % 4)
    data = base64.b64decode(padded, altchars=b"-_", validate=True)
    if _encode(data) != text:
        raise ValueError("not the one way to write these bytes")
    return data
