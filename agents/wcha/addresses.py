"""Which internet addresses belong to the public web."""

from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
PORTS = frozenset({80, 443, 8000, 8080, 8443})
"""Where web pages are served; other ports belong to mail, databases and the like."""

LOOPBACK: tuple[Network, ...] = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
_UNICAST = ip_network("2000::/3")
_REFUSED: tuple[Network, ...] = (
    # What Python's versions disagree about:
    # https://www.iana.org/assignments/iana-ipv4-special-registry and …/iana-ipv6-special-registry
    ip_network("192.0.0.0/24"), ip_network("192.88.99.0/24"), ip_network("2001::/23"),
    ip_network("3fff::/20"),
    # 6to4 carries IPv4 traffic through relays; nobody keeps a web site there (RFC 7526).
    ip_network("2002::/16"),
    # Looks public, but is the host of a machine in Azure:
    # https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
    ip_network("168.63.129.16/32"),
)  # fmt: skip
_NAT64 = ip_network("64:ff9b::/96")
_ISATAP = (b"\x00\x00\x5e\xfe", b"\x02\x00\x5e\xfe")
"""Bytes 8 to 11 of an IPv6 address that tunnels to the IPv4 address behind them (RFC 5214)."""


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public internet.

    An IPv6 address that leads to an IPv4 one is judged by that one as well.
    """
    if isinstance(address, IPv6Address):
        inner = _carried(address)
        if inner is not None and not is_public(inner):
            return False
        if address in _NAT64 or address.ipv4_mapped:
            return True
    if any(address in network for network in _REFUSED if network.version == address.version):
        return False
    unicast = address.version == 4 or address in _UNICAST
    return unicast and address.is_global and not (address.is_multicast or address.is_reserved)


def _carried(address: IPv6Address) -> IPv4Address | None:
    if address in _NAT64 or address.packed[8:12] in _ISATAP:
        return IPv4Address(address.packed[12:])
    return address.ipv4_mapped


@dataclass(frozen=True)
class Reach:
    """What may be dialled: the public web on its usual ports, and networks that are exempt."""

    exempt: tuple[Network, ...] = ()

    def includes(self, address: Address, port: int) -> bool:
        """Whether a connection to this address and port is allowed."""
        return self.exempts(address) or (port in PORTS and is_public(address))

    def exempts(self, address: Address) -> bool:
        """Whether the address lies in a network that is not judged."""
        return any(address in net for net in self.exempt if net.version == address.version)
