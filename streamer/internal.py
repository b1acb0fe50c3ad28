"""How the orchestrator and ASF's internal door know each other.

The signature covers the time and the body: ``HMAC-SHA-256(secret, purpose timestamp "." body)``,
in hexadecimal. A message older or newer than the window is refused; inside it, saying the same
thing twice changes nothing.
"""

import hmac
import time

from streamer.errors import RefusedNotification

TIMESTAMP_HEADER = "X-Aethercast-Timestamp"
SIGNATURE_HEADER = "X-Aethercast-Signature"
NOTIFY_PATH = "/asf/internal/notify_new_audio"
REPLAY_WINDOW_SECONDS = 60

_PURPOSE = b"aethercast notification\0"


def sign_notification(secret: str, body: bytes, timestamp: int) -> str:
    """The signature of ``body`` sent at ``timestamp`` (seconds since 1970)."""
    message = _PURPOSE + str(timestamp).encode() + b"." + body
    return hmac.digest(secret.encode(), message, "sha256").hex()


def notification_headers(secret: str, body: bytes) -> dict[str, str]:
    """The headers to send ``body`` with, now. ``body`` must go over the wire unchanged."""
    timestamp = int(time.time())
    return {
        "Content-Type": "application/json",
        TIMESTAMP_HEADER: str(timestamp),
        SIGNATURE_HEADER: sign_notification(secret, body, timestamp),
    }


def verify_notification(
    secret: str, body: bytes, timestamp: str | None, signature: str | None, now: float | None = None
) -> None:
    """Return if ``body`` was signed with ``secret`` less than the window ago.

    Raises:
        RefusedNotification: a header is missing, the time is off, or the signature is wrong.
    """
    if not timestamp or not signature or not (timestamp.isascii() and timestamp.isdigit()):
        raise RefusedNotification
    sent_at = int(timestamp[:20])
    current = time.time() if now is None else now
    if abs(current - sent_at) > REPLAY_WINDOW_SECONDS:
        raise RefusedNotification("The notification is outside the replay window.")
    expected = sign_notification(secret, body, sent_at)
    if not hmac.compare_digest(expected.encode(), signature.encode()):
        raise RefusedNotification
