"""The trace a request belongs to (W3C Trace Context): the caller's, or a new one."""

import re
import secrets

_GIVEN = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def take_up(given: str | None) -> str:
    """The caller's ``traceparent`` as it is, or where that is none, one that begins here.

    We record no spans of our own, so what follows hangs below the caller's. A trace begun here is
    not marked as sampled: whether anybody records it is for others to say.
    """
    if given is not None and _GIVEN.fullmatch(given):
        return given
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-00"


def trace_id_of(traceparent: str) -> str:
    """What all that belongs to one trace has in common: 32 hexadecimal digits."""
    return traceparent.split("-")[1]
