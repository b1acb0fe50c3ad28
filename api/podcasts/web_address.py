"""Web addresses as sources: what can be told of one without asking anybody.

The harvest looks again, at every redirect and where it connects (`agents.wcha`); here a caller
hears at once what could never be read.
"""

import re
import socket
import unicodedata
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import SplitResult, urlsplit

LONGEST = 2048
_NUMBERS = re.compile(r"[0-9a-fx.]+", re.IGNORECASE)
_INSIDE = ("localhost", "local", "internal", "home.arpa", "lan", "intranet", "corp")
"""Names that lead nowhere on the public web (RFC 6761, RFC 6762, RFC 8375, and usage)."""


def check_address(text: str) -> str:
    """The address, where it may lie on the public web.

    Raises:
        ValueError: it is too long, no whole http address, carries a password, or names a host
            of this machine or of a private network.
    """
    if len(text) > LONGEST:
        raise ValueError(f"must have at most {LONGEST} characters")
    if any(unicodedata.category(each)[0] in "CZ" for each in text):
        raise ValueError("must not contain spaces or control characters")
    parts = _split(text)
    if parts.username is not None or parts.password is not None:
        raise ValueError("must not contain a user name or password")
    _check_host(parts.hostname or "")
    return text


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        whole = parts.scheme.lower() in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:  # a bracket that is not closed, a port that is no number
        whole = False
    if not whole:
        raise ValueError("must be a whole http:// or https:// address")
    return parts


def _check_host(host: str) -> None:
    number = _number(host)
    if number is None:
        last = host.rstrip(".").lower()
        private = any(last == name or last.endswith(f".{name}") for name in _INSIDE)
    else:
        private = not _is_public(number)
    if private or not host.strip("."):
        raise ValueError("must lie on the public web")


def _is_public(number: IPv4Address | IPv6Address) -> bool:
    inner = number.ipv4_mapped if isinstance(number, IPv6Address) else None
    judged = inner or number
    return judged.is_global and not (judged.is_multicast or judged.is_reserved)


def _number(host: str) -> IPv4Address | IPv6Address | None:
    """The address that a host is written as, in any spelling that resolvers take."""
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        pass
    try:  # 127.1, 0x7f000001, 0177.0.0.1, 2130706433
        return IPv4Address(socket.inet_aton(host)) if _NUMBERS.fullmatch(host) else None
    except OSError:
        return None
