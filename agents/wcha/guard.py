"""Connections that reach the public web only: every address is judged where it is dialled."""

import socket
import ssl
import threading
from collections.abc import Iterable
from ipaddress import ip_address
from queue import Empty, SimpleQueue
from typing import Any

import httpcore
from httpcore import SOCKET_OPTION

from agents.wcha.addresses import Address, Reach
from agents.wcha.deadline import Deadline
from agents.wcha.errors import AddressRefused, FetchFailed, TooLarge

_SLICE = 0.5
"""Seconds after which a silent connection looks whether its fetch was stopped."""


def resolve(host: str, port: int, timeout: float) -> list[Address]:
    """The addresses of a host name, within ``timeout`` seconds.

    Raises:
        FetchFailed: the name is unknown, or nobody answered in time.
    """
    answers: SimpleQueue[list[Address] | OSError] = SimpleQueue()
    # A daemon thread: the resolver of the C library cannot be given a time limit.
    threading.Thread(target=_look_up, args=(host, port, answers), daemon=True).start()
    try:
        answer = answers.get(timeout=timeout)
    except Empty:
        raise FetchFailed(f"The name {host} was not found in time.") from None
    if isinstance(answer, OSError) or not answer:
        raise FetchFailed(f"No web site is called {host}.")
    return answer


def _look_up(host: str, port: int, answers: "SimpleQueue[list[Address] | OSError]") -> None:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        answers.put([ip_address(str(entry[4][0]).partition("%")[0]) for entry in found])
    except (OSError, ValueError) as error:
        answers.put(error if isinstance(error, OSError) else OSError(str(error)))


class _PunctualStream(httpcore.NetworkStream):
    """A connection that ends at its deadline, however slowly it drips, and at its last byte.

    Counting bytes here covers what never reaches a body: endless headers and interim answers.
    """

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline, most_bytes: int) -> None:
        self._stream = stream
        self._deadline = deadline
        self._bytes_left = most_bytes

    def _left(self, timeout: float | None) -> float:
        left = self._deadline.left
        if left <= 0:
            raise httpcore.ReadTimeout("The deadline has passed.")
        return min(left, timeout or left)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._read_patiently(max_bytes, self._deadline.within(self._left(timeout)))
        self._bytes_left -= len(data)
        if self._bytes_left < 0:
            raise TooLarge("This web address answers with more than is read.")
        return data

    def _read_patiently(self, max_bytes: int, patience: Deadline) -> bytes:
        while True:
            try:
                return self._stream.read(max_bytes, max(0.001, min(_SLICE, patience.left)))
            except httpcore.ReadTimeout:
                if patience.left <= 0:
                    raise

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        inner = self._stream.start_tls(ssl_context, server_hostname, self._left(timeout))
        return _PunctualStream(inner, self._deadline, self._bytes_left)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class GuardedBackend(httpcore.NetworkBackend):
    """Resolves a name once, judges every answer, and dials the very address it judged.

    So a name cannot point elsewhere between the check and the connection, and a redirect is
    judged like a first request. Nothing is read after ``deadline``, nor more than ``most_bytes``
    over one connection.
    """

    def __init__(
        self, deadline: Deadline, reach: Reach | None = None, most_bytes: int = 1 << 20
    ) -> None:
        self._deadline = deadline
        self._reach = reach or Reach()
        self._most_bytes = most_bytes
        self._dialler = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to a public host. Raises AddressRefused where any of its addresses is not."""
        patience = self._deadline.within(timeout or 5.0)
        addresses = resolve(host, port, patience.left)
        for address in addresses:
            if not self._reach.includes(address, port):
                raise AddressRefused(f"{host} does not lie on the public web, so it is not read.")
        # IPv4 first: machines without IPv6 still resolve its addresses.
        chosen = min(addresses, key=lambda address: address.version)
        left = max(0.05, patience.left)
        stream = self._dialler.connect_tcp(str(chosen), port, left, local_address, socket_options)
        return _PunctualStream(stream, self._deadline, self._most_bytes)

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """No web page lies on a socket of this machine."""
        raise AddressRefused
