"""Which ports the stack uses, and whether they are free.

Each ``${<NAME>_PORT:-n}`` of the compose file is port n plus AETHERCAST_PORT_OFFSET here, and
each ``${<NAME>_HOST:-service}`` is the loopback address. Nothing else says a port.
"""

import contextlib
import socket
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import psutil

from scripts.local.compose import Service
from scripts.local.interpolation import defaults

LOOPBACK = "127.0.0.1"
OFFSET = "AETHERCAST_PORT_OFFSET"
CLOSING = 65.0  # seconds; Linux holds the port of a closed connection for 60


class PortTaken(RuntimeError):
    """A port the stack needs is in use."""


class BadOffset(ValueError):
    """AETHERCAST_PORT_OFFSET is not a number that leaves every port below 65,536."""


def places(compose: Path, offset: int) -> dict[str, str]:
    """The values of every ``_PORT`` and ``_HOST`` variable in a compose file.

    Raises:
        BadOffset: a port would leave the range there is.
    """
    found: dict[str, str] = {}
    for name, default in defaults(compose.read_text(encoding="utf-8")):
        if name.endswith("_HOST"):
            found[name] = LOOPBACK
        elif name.endswith("_PORT"):
            port = int(default) + offset
            if not 1024 <= port <= 65535:
                raise BadOffset(f"{OFFSET}={offset} would put {name} at {port}.")
            found[name] = str(port)
    return found


def parse_offset(text: str) -> int:
    """The offset in a setting; an empty one is 0.

    Raises:
        BadOffset: it is no whole number.
    """
    try:
        return int(text or 0)
    except ValueError:
        raise BadOffset(f"{OFFSET} must be a whole number, not {text!r}.") from None


def check_free(services: Iterable[Service], offset: int, say: Callable[[str], None]) -> None:
    """Make sure that nobody else has the ports of these services.

    A port without a listener is waited for: Linux gives outgoing connections ports from 32768
    on, and keeps one for a minute after its connection was closed.

    Raises:
        PortTaken: names each such port, the service that needs it, who has it and the way out.
    """
    needed = {port: service.name for service in services for port in service.ports}
    waits_until = time.monotonic() + CLOSING
    while passing := [port for port in needed if in_use(port) and not has_listener(port)]:
        if time.monotonic() > waits_until:
            break
        say(f"Waiting for port {passing[0]}, which a closing connection still holds.")
        time.sleep(5)
    taken = [
        f"  port {port}, which {name} needs, is taken{holder(port)}"
        for port, name in needed.items()
        if in_use(port)
    ]
    if taken:
        raise PortTaken(
            "\n".join(taken)
            + f"\nStop what holds it, or move every port of this stack: {OFFSET}={offset + 100}"
            " make up"
        )


def in_use(port: int) -> bool:
    """Whether something listens on a loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return True
    return False


def has_listener(port: int) -> bool:
    """Whether somebody accepts connections on a loopback port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0


def holder(port: int) -> str:
    """Who listens on a port, as far as this account may see; else empty."""
    with contextlib.suppress(psutil.Error, OSError):
        for connection in psutil.net_connections("tcp"):
            local = connection.laddr
            if local and local.port == port and connection.status == psutil.CONN_LISTEN:
                if connection.pid is None:
                    return ""
                process = psutil.Process(connection.pid)
                return f" by process {process.pid} ({' '.join(process.cmdline()[:3])})"
    return ""
