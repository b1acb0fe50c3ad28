"""Connections that reach the public web only: every address is judged where it is dialled."""

import socket
import ssl
import threading
import time
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from queue import Empty, SimpleQueue
from typing import Any

import httpcore
from httpcore import SOCKET_OPTION

from agents.wcha.errors import AddressRefused

Address = IPv4Address | IPv6Address
_UNICAST = ip_network("2000::/3")
_NOT_PUBLIC = (ip_network("192.0.0.0/24"), ip_network("192.88.99.0/24"), ip_network("2001::/23"))
"""What Python's versions disagree about: https://www.iana.org/assignments/iana-ipv4-special-registry"""
_NAT64 = IPv6Address("64:ff9b::").packed[:12]


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public internet.

    IPv6 forms that carry an IPv4 address are judged by both.
    """
    if isinstance(address, IPv6Address):
        inner = _carried(address)
        if inner is not None:
            return is_public(inner)
    if any(address in network for network in _NOT_PUBLIC if network.version == address.version):
        return False
    unicast = address.version == 4 or address in _UNICAST
    return unicast and address.is_global and not (address.is_multicast or address.is_reserved)


def _carried(address: IPv6Address) -> IPv4Address | None:
    if address.packed[:12] == _NAT64:
        return IPv4Address(address.packed[12:])
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)


def resolve(host: str, port: int, timeout: float) -> list[Address]:
    """The addresses of a host name, within ``timeout`` seconds.

    Raises:
        httpcore.ConnectError: the name is unknown.
        httpcore.ConnectTimeout: nobody answered in time.
    """
    answers: SimpleQueue[list[Address] | OSError] = SimpleQueue()
    # A daemon thread: the resolver of the C library cannot be given a time limit.
    threading.Thread(target=_look_up, args=(host, port, answers), daemon=True).start()
    try:
        answer = answers.get(timeout=timeout)
    except Empty:
        raise httpcore.ConnectTimeout(f"The name {host} was not resolved in time.") from None
    if isinstance(answer, OSError):
        raise httpcore.ConnectError(f"The name {host} is unknown.") from answer
    return answer


def _look_up(host: str, port: int, answers: "SimpleQueue[list[Address] | OSError]") -> None:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        answers.put(error if isinstance(error, OSError) else OSError(str(error)))
        return
    answers.put([ip_address(str(entry[4][0]).partition("%")[0]) for entry in found])


class _PunctualStream(httpcore.NetworkStream):
    """A connection that ends at its deadline; time-outs of single reads alone would not."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def _left(self, timeout: float | None) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("The deadline has passed.")
        return min(left, timeout or left)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._left(timeout))

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
        return _PunctualStream(inner, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class GuardedBackend(httpcore.NetworkBackend):
    """Resolves a name once, judges every answer, and dials the very address it judged.

    So a name cannot point elsewhere between the check and the connection, and a redirect is
    judged like a first request. ``deadline`` is a reading of ``time.monotonic()`` after which
    nothing more is read, however slowly it drips.
    """

    def __init__(self, deadline: float, allow_loopback: bool = False) -> None:
        self._deadline = deadline
        self._allow_loopback = allow_loopback
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
        started, patience = time.monotonic(), timeout or 5.0
        addresses = resolve(host, port, patience)
        for address in addresses:
            if not (is_public(address) or (self._allow_loopback and address.is_loopback)):
                raise AddressRefused(f"{host} does not lie on the public web, so it is not read.")
        if not addresses:
            raise httpcore.ConnectError(f"The name {host} has no address.")
        # IPv4 first: machines without IPv6 still resolve its addresses.
        chosen = min(addresses, key=lambda address: address.version)
        left = max(0.05, patience - (time.monotonic() - started))
        stream = self._dialler.connect_tcp(str(chosen), port, left, local_address, socket_options)
        return _PunctualStream(stream, self._deadline)

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """No web page lies on a socket of this machine."""
        raise AddressRefused
