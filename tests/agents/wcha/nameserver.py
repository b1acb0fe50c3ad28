"""A name server on loopback that says whatever a test likes, and changes its mind."""

import socket
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any

import dns.resolver
from dnslib import AAAA, CNAME, QTYPE, RCODE, RR, A, DNSRecord  # type: ignore[import-untyped]
from dnslib.server import BaseResolver, DNSLogger, DNSServer  # type: ignore[import-untyped]

_system = socket.getaddrinfo


@dataclass
class Zone:
    """What the server answers. A name with several turns gives them one after another, then
    begins again; a turn is a list of addresses, or of one ``name.`` (an alias).
    """

    turns: dict[str, list[list[str]]] = field(default_factory=dict)
    failing: set[str] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)
    asked: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))

    def put(self, name: str, *turns: list[str]) -> str:
        """Lay a name down; returns it."""
        self.turns[name] = list(turns)
        return name


class _Answers(BaseResolver):  # type: ignore[misc]
    def __init__(self, zone: Zone) -> None:
        self._zone = zone

    def resolve(self, request: DNSRecord, _: Any) -> DNSRecord:
        name, kind = str(request.q.qname).rstrip("."), QTYPE[request.q.qtype]
        reply = request.reply()
        if name in self._zone.silent:
            time.sleep(1.5)
        if name in self._zone.failing:
            reply.header.rcode = RCODE.SERVFAIL
        elif name not in self._zone.turns:
            reply.header.rcode = RCODE.NXDOMAIN
        else:
            self._answer(reply, name, kind)
        return reply

    def _answer(self, reply: DNSRecord, name: str, kind: str) -> None:
        for _ in range(12):
            turns = self._zone.turns.get(name, [[]])
            turn = turns[self._zone.asked[name] % len(turns)]
            if not (turn and turn[0].endswith(".")):
                break
            reply.add_answer(RR(name, QTYPE.CNAME, rdata=CNAME(turn[0]), ttl=0))
            name = turn[0].rstrip(".")
        for address in (ip_address(one) for one in turn if not one.endswith(".")):
            if kind == "A" and address.version == 4:
                reply.add_answer(RR(name, QTYPE.A, rdata=A(str(address)), ttl=0))
            if kind == "AAAA" and address.version == 6:
                reply.add_answer(RR(name, QTYPE.AAAA, rdata=AAAA(str(address)), ttl=0))
        # Resolvers ask for IPv6 first and IPv4 then: a turn is over with the second.
        self._zone.asked[name] += kind == "A"


@contextmanager
def open_zone() -> Iterator[Zone]:
    """This process has no name server but the one that serves the zone.

    Only where ``socket.getaddrinfo`` looks is changed, nothing of ours. Addresses in any spelling
    are read by the C library, as everywhere; names go to the server, over the network.
    """
    zone = Zone()
    server = DNSServer(
        _Answers(zone), port=0, address="127.0.0.1", logger=DNSLogger(logf=lambda _: None)
    )
    server.server.handle_error = lambda *_: None
    port = server.server.server_address[1]
    threading.Thread(target=server.server.serve_forever, args=(0.02,), daemon=True).start()
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port, resolver.lifetime = ["127.0.0.1"], port, 2.0
    dns.resolver.override_system_resolver(resolver)
    by_name = socket.getaddrinfo

    def look_up(host: str, service: Any, family: int = 0, type: int = 0) -> Any:  # noqa: A002
        try:
            return _system(host, service, family, type, flags=socket.AI_NUMERICHOST)
        except socket.gaierror:
            return by_name(host, service, family, type)

    socket.getaddrinfo = look_up  # type: ignore[assignment]
    try:
        yield zone
    finally:
        dns.resolver.restore_system_resolver()
        server.server.shutdown()
        server.server.server_close()
