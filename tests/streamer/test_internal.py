"""Only the house itself may knock at the internal door."""

import pytest

from streamer.errors import RefusedNotification
from streamer.internal import (
    SIGNATURE_HEADER,
    TIMESTAMP_HEADER,
    notification_headers,
    sign_notification,
    verify_notification,
)

SECRET, BODY, NOW = "a secret", b'{"stream_id":"x"}', 1_800_000_000
SIGNED = sign_notification(SECRET, BODY, NOW)


def test_a_signed_message_passes_inside_the_window() -> None:
    for late in (-60, 0, 60):
        verify_notification(SECRET, BODY, str(NOW), SIGNED, NOW + late)
    headers = notification_headers(SECRET, BODY)
    verify_notification(SECRET, BODY, headers[TIMESTAMP_HEADER], headers[SIGNATURE_HEADER])


@pytest.mark.parametrize(
    ("secret", "body", "timestamp", "signature", "now"),
    [
        (SECRET, BODY, str(NOW), SIGNED, NOW + 61),
        (SECRET, BODY, str(NOW), SIGNED, NOW - 61),
        (SECRET, BODY + b" ", str(NOW), SIGNED, NOW),
        (SECRET, BODY, str(NOW + 1), SIGNED, NOW),
        ("other", BODY, str(NOW), SIGNED, NOW),
        (SECRET, BODY, None, SIGNED, NOW),
        (SECRET, BODY, str(NOW), None, NOW),
        (SECRET, BODY, str(NOW), "", NOW),
        (SECRET, BODY, str(NOW), "ü" * 64, NOW),
        (SECRET, BODY, "²", SIGNED, NOW),
        (SECRET, BODY, "-5", SIGNED, NOW),
        (SECRET, BODY, "9" * 5000, SIGNED, NOW),
    ],
)
def test_anything_else_is_refused(
    secret: str, body: bytes, timestamp: str | None, signature: str | None, now: float
) -> None:
    with pytest.raises(RefusedNotification):
        verify_notification(secret, body, timestamp, signature, now)
