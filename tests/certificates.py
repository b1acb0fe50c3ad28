"""One store of certificates for all of a test process's HTTP clients.

httpx reads the store anew for each client, plain HTTP or not: 25 ms of the processor, for thousands
of clients, some of which only ask once whether a server is there yet.
"""

import ssl
from functools import cache
from typing import Any

from httpx import create_ssl_context
from httpx._transports import default


@cache
def _store(trust_env: bool) -> ssl.SSLContext:
    return create_ssl_context(trust_env=trust_env)


def _context(verify: Any = True, cert: Any = None, trust_env: bool = True) -> ssl.SSLContext:
    if verify is True and cert is None:
        return _store(trust_env)
    return create_ssl_context(verify=verify, cert=cert, trust_env=trust_env)


def share() -> None:
    """From here on, a client with nothing of its own to say takes the store that was read first."""
    default.create_ssl_context = _context  # type: ignore[attr-defined]
