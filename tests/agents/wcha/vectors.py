"""Addresses that lead where nothing is fetched, in all the ways an attacker writes them."""

# ruff: noqa: E501, RUF001

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_network

FORBIDDEN = ("127.0.0.1", "169.254.169.254", "10.0.0.1", "192.168.0.1", "0.0.0.0")

SCHEMES = (
    "file:///etc/passwd", "FILE:///etc/passwd", "file://localhost/etc/passwd", "file:/etc/passwd",
    "gopher://127.0.0.1:6379/_FLUSHALL", "ftp://127.0.0.1/", "sftp://127.0.0.1/", "tftp://127.0.0.1/",
    "dict://127.0.0.1:11211/stats", "ldap://127.0.0.1/", "data:text/html,<p>here</p>",
    "data:text/plain;base64,aGVyZQ==", "jar:http://127.0.0.1!/a", "javascript:alert(1)",
    "ws://127.0.0.1/", "wss://127.0.0.1/", "view-source:http://127.0.0.1/", "blob:http://127.0.0.1/x",
    "phar://127.0.0.1/", "netdoc:///etc/passwd", "unix:///var/run/docker.sock", "mailto:a@127.0.0.1",
    "http+unix://%2Fvar%2Frun%2Fdocker.sock/info", "about:blank", "HTTP://127.0.0.1/",
    "hTTpS://127.0.0.1/", " http://127.0.0.1/", "\thttp://127.0.0.1/", "http:\n//127.0.0.1/",
    "ht\ttp://127.0.0.1/", "http://127.0.0.1/ ", "//127.0.0.1/", "/etc/passwd", "127.0.0.1",
    "127.0.0.1:80/", "http:127.0.0.1/", "http:/127.0.0.1/", "http:///127.0.0.1/", "http://", "http:",
    "://127.0.0.1/", "", " ", "\x00", "http", "httpx://127.0.0.1/", "http\x00://127.0.0.1/",
)  # fmt: skip


def spellings(address: str) -> Iterator[str]:
    """An IPv4 address as one may write it, in one part or four, in any base."""
    value = int(IPv4Address(address))
    a, b, c, d = IPv4Address(address).packed
    yield from (
        address, f"{value}", f"0x{value:x}", f"0X{value:08X}", f"0{value:o}", f"000{value:o}",
        f"{a}.{value & 0xFFFFFF}", f"{a}.{b}.{value & 0xFFFF}",
        f"0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}", f"0{a:o}.0{b:o}.0{c:o}.0{d:o}",
        f"0x{a:x}.{b}.0{c:o}.{d}", f"0x{a:02x}.{value & 0xFFFFFF}", f"00000{a:o}.{b}.{c}.{d}",
        f"{value + 2**32}", f"{a + 256}.{b}.{c}.{d}", f"{address}.", f"{address}..",
        address.replace(".", "%2e"), address.replace(".", "%E3%80%82"),
        "".join(f"%{ord(sign):02x}" for sign in address),
        address.replace(".", "\u3002"), address.replace(".", "\uff0e"), address.replace(".", "\uff61"),
        address.translate({ord("0") + n: 0xFF10 + n for n in range(10)}),
        address.translate({ord("0") + n: 0x1D7CE + n for n in range(10)}),
        address.translate({48: 0x24EA} | {48 + n: 0x245F + n for n in range(1, 10)}),
        address.translate({ord("0") + n: 0x0660 + n for n in range(10)}),
        f"{address}\u200b", f"{address}\u00ad", f"{address}%00.example.org", f"{address}\x00",
    )  # fmt: skip


def carriers(address: str) -> Iterator[str]:
    """IPv6 addresses that lead to an IPv4 one."""
    value = int(IPv4Address(address))
    high, low = f"{value >> 16:x}", f"{value & 0xFFFF:x}"
    teredo = f"2001:0:4136:e378:8000:63bf:{high_low(~value)}"
    yield from (
        f"::ffff:{address}", f"::ffff:{high}:{low}", f"::FFFF:{high}:{low}",
        f"0:0:0:0:0:ffff:{address}", f"0000:0000:0000:0000:0000:ffff:{high:0>4}:{low:0>4}",
        f"::{address}", f"::{high}:{low}", f"::ffff:0:{address}", f"2002:{high}:{low}::1", teredo,
        f"64:ff9b::{address}", f"64:ff9b::{high}:{low}", f"64:ff9b:1::{address}",
        f"64:ff9b:1:7f00:0:100::{low}", f"2606:4700::5efe:{address}",
        f"2606:4700::200:5efe:{high}:{low}", f"fe80::5efe:{address}",
    )  # fmt: skip


def high_low(value: int) -> str:
    """The lower 32 bits as two groups of an IPv6 address."""
    return f"{value >> 16 & 0xFFFF:x}:{value & 0xFFFF:x}"


IPV6 = (
    "::", "0::", "0:0:0:0:0:0:0:0", "::0.0.0.0", "::1", "0::1", "::0:1", "0:0:0:0:0:0:0:1", "::0.0.0.1",
    "0000:0000:0000:0000:0000:0000:0000:0001", "::%31", "::1%25lo", "::1%lo", "fe80::1%25eth0",
    "fe80::1%eth0", "fe80::1", "febf::1", "fec0::1", "feff::1", "fc00::1", "fd00::1", "fdff::1",
    "fd00:ec2::254", "fd20:ce::254", "ff01::1", "ff02::1", "ff05::2", "ff0e::1", "[::1]", "::1]", "1::2::3",
    "v1.fe80", "::ffff:256.0.0.1", "4000::1", "e000::1",
)  # fmt: skip

# https://www.iana.org/assignments/iana-ipv4-special-registry and …/iana-ipv6-special-registry, with
# multicast; blocks that are reachable for everyone (AS112, AMT) are not in it.
BLOCKS = (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
    "192.0.0.0/24", "192.0.0.0/29", "192.0.0.8/32", "192.0.0.170/31", "192.0.2.0/24",
    "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
    "224.0.0.0/4", "240.0.0.0/4", "255.255.255.255/32",
    "::1/128", "::/128", "::ffff:0:0/104", "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64", "2001::/32",
    "2001:2::/48", "2001:10::/28", "2001:20::/28", "2001:30::/28", "2001:db8::/32", "2002::/16",
    "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
)  # fmt: skip


def block_addresses() -> Iterator[str]:
    """The first and last address of each block, and one between."""
    for block in map(ip_network, BLOCKS):
        yield from {
            str(block[0]), str(block[-1]), str(block[block.num_addresses // 2])
        }  # fmt: skip


METADATA = (
    "169.254.169.254", "169.254.170.2", "169.254.170.23", "169.254.169.123", "169.254.0.1",
    "fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254", "100.100.100.200", "168.63.129.16",
    "192.0.0.192", "::ffff:168.63.129.16", "64:ff9b::a83f:8110",
)  # fmt: skip

TRICKS = (
    "http://good.test@127.0.0.1/", "http://good.test:80@127.0.0.1/", "http://a:b@127.0.0.1/",
    "http://@127.0.0.1/", "http://:@127.0.0.1/", "http://a@b@127.0.0.1/", "http://127.0.0.1#@good.test/",
    "http://127.0.0.1?@good.test/", "http://127.0.0.1/@good.test", "http://127.0.0.1;@good.test/",
    "http://good.test\\@127.0.0.1/", "http://127.0.0.1\\@good.test/", "http://127.0.0.1\\.good.test/",
    "http:\\\\127.0.0.1\\", "http:/\\127.0.0.1/", "http://good.test%40127.0.0.1/",
    "http://good.test%2F@127.0.0.1/", "http://127.0.0.1%2Fgood.test/", "http://127.0.0.1%23.good.test/",
    "http://[::1]good.test/", "http://[::1", "http://::1/", "http://[127.0.0.1]/", "http://[::1]@good.test/",
    "http://good.test&@127.0.0.1/", "http://good.test#@127.0.0.1:1/@x/../..", "http://127.0.0.1:80:80/",
    "http://127.0.0.1,good.test/", "http://127.0.0.1 good.test/", "http://(127.0.0.1)/",
    "http://127.0.0.1%09/", "http://127.0.0.1%20/", "http://127.0.0.1\t/", "http://%31%32%37.0.0.1/",
    "http://localhost/", "http://LOCALHOST/", "http://localhost./", "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/",
    "http://ｌｏｃａｌｈｏｓｔ/", "http://loc%61lhost/", "http://ʟocalhost/", "http://localhost\u00ad/",
    "http://xn--localhost/", "http://" + "a" * 64 + ".test/", "http://" + "a." * 200 + "test/",
)  # fmt: skip

PORTS = tuple(
    f"http://public.test:{port}/"
    for port in ("0", "1", "22", "25", "53", "110", "445", "2375", "3306", "5432", "6379", "9200",
                 "10250", "11211", "27017", "65535", "65536", "-1", "80a", "8e1", "٢٢")
)  # fmt: skip

INJECTIONS = (
    "http://127.0.0.1/\r\nHost: good.test", "http://127.0.0.1\r\nX: y/", "http://public.test/\r\n\r\nGET /",
    "http://public.test\r\n.127.0.0.1/", "http://127.0.0.1/%0d%0aX:%20y", "http://public.test/a\nb",
    "http://public.test\x00.127.0.0.1/", "http://127.0.0.1:80%0d%0aX:y/", "http://public.test\u2028/",
    "http://public.test\x7f/", "http://127.0.0.1/?\x1b[0m", "http://public.test\ud800/",
)  # fmt: skip

REDIRECTS = (
    "http://127.0.0.1/", "//127.0.0.1/", "http://localhost/", "http://169.254.169.254/latest/meta-data/",
    "http://[::1]/", "http://[::ffff:7f00:1]/", "http://2130706433/", "http://10.0.0.1/",
    "file:///etc/passwd", "gopher://127.0.0.1:6379/_X", "http://user@10.0.0.1/", "data:text/html,x",
    "javascript:alert(1)", "http://0x7f.1/", "ftp://10.0.0.1/", "\\\\127.0.0.1\\", "http:///x",
)  # fmt: skip

NAMES: dict[str, list[str]] = {
    "localhost": ["127.0.0.1", "::1"], "loopback.test": ["127.0.0.1"], "private.test": ["10.1.2.3"], "zero.test": ["0.0.0.0"],
    "metadata.google.internal": ["169.254.169.254"], "link.test": ["169.254.1.1"],
    "shared.test": ["100.64.0.1"], "azure.test": ["168.63.129.16"], "six.test": ["::1"],
    "unique.test": ["fd00:ec2::254"], "mapped.test": ["::ffff:127.0.0.1"], "site.test": ["fe80::1"],
    "nat64.test": ["64:ff9b::7f00:1"], "both.test": ["8.8.8.8", "127.0.0.1"],
    "last.test": ["8.8.8.8", "1.1.1.1", "9.9.9.9", "192.168.0.1"], "mixed.test": ["8.8.8.8", "::1"],
    "sixfirst.test": ["2606:4700::1", "10.0.0.1"], "alias.test": ["loopback.test."],
    "chain.test": ["alias.test."], "longchain.test": ["chain.test."], "empty.test": [],
    "tolocalhost.test": ["127.0.0.1"], "nip.127.0.0.1.test": ["127.0.0.1"], "multicast.test": ["224.0.0.1"],
    "broadcast.test": ["255.255.255.255"], "bench.test": ["198.18.0.1"], "doc.test": ["3fff::1"],
}  # fmt: skip


def literals() -> dict[str, list[str]]:
    """URLs by group, none of which needs a server to be refused."""
    return {
        "schemes": list(SCHEMES),
        "IPv4 spellings": [f"http://{s}/" for address in FORBIDDEN for s in spellings(address)],
        "IPv4 in IPv6": [f"http://[{s}]/" for address in FORBIDDEN for s in carriers(address)],
        "IPv6": [f"http://[{address}]/" for address in IPV6],
        "special blocks": [f"http://{bracketed(address)}/" for address in block_addresses()],
        "cloud metadata": [f"http://{bracketed(a)}/latest/" for a in METADATA],
        "userinfo, backslashes, hosts": list(TRICKS),
        "ports": list(PORTS),
        "injection": list(INJECTIONS),
        "names": [f"http://{name}/" for name in NAMES],
        "names over TLS": [f"https://{name}/" for name in NAMES],
    }


def bracketed(address: str) -> str:
    """An address as the host of a URL."""
    return f"[{IPv6Address(address)}]" if ":" in address else address
