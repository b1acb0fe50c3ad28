"""Servers that answer without end, too slowly, with lies, or in another's name."""

# ruff: noqa: E501

import gzip
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from agents.wcha.errors import (
    BinarySource,
    DamagedSource,
    FetchFailed,
    FetchRefused,
    TooLarge,
    TryLater,
    UnreadableSource,
)
from agents.wcha.fetch import Fetcher, Patience, tls_context
from agents.wcha.settings import HarvestSettings
from tests.agents.site import Site, Write

OK = b"HTTP/1.1 200 OK\r\n"


def often(
    piece: bytes, times: int = 4000, start: bytes = OK, pause: float = 0
) -> Callable[[Write], None]:
    """A server that writes one piece over and over."""

    def pour(write: Write) -> None:
        write(start)
        for _ in range(times):
            write(piece)
            time.sleep(pause)

    return pour


def once(answer: bytes) -> Callable[[Write], None]:
    """A server that writes these very bytes."""

    def write_it(write: Write) -> None:
        write(answer)

    return write_it


CASES: dict[str, tuple[Callable[[Write], None], type[UnreadableSource], str]] = {
    "endless body": (often(b"x" * 65_536, start=OK + b"\r\n"), TooLarge, "larger"),
    "endless chunks": (
        often(b"10000\r\n" + b"x" * 65_536 + b"\r\n", start=OK + b"Transfer-Encoding: chunked\r\n\r\n"),
        TooLarge, "larger",
    ),
    "endless tiny chunks": (
        often(b"1\r\nx\r\n" * 9000, start=OK + b"Transfer-Encoding: chunked\r\n\r\n"),
        FetchFailed, "slowly",
    ),
    "chunk extensions": (
        often(b"1;" + b"e" * 60_000 + b"\r\nx\r\n", start=OK + b"Transfer-Encoding: chunked\r\n\r\n"),
        TooLarge, "more than",
    ),
    "endless headers": (often(b"X-More: " + b"h" * 900 + b"\r\n"), FetchFailed, "no browser reads"),
    "one endless header": (often(b"h" * 9000, start=OK + b"X: "), FetchFailed, "no browser reads"),
    "continue without end": (often(b"HTTP/1.1 100 Continue\r\n\r\n" * 900, start=b""), TooLarge, "more than"),
    "hints without end": (
        often(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 900, start=b""), TooLarge, "more than",
    ),
    "switching protocols": (once(b"HTTP/1.1 101 Go\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"), FetchFailed, "no browser reads"),
    "dripping body": (often(b"x", 99, OK + b"\r\n", 0.05), FetchFailed, "slowly"),
    "dripping headers": (often(b"X-More: y\r\n", 99, OK, 0.05), FetchFailed, "slowly"),
    "dripping status": (often(b"H", 99, b"", 0.05), FetchFailed, "slowly|no browser reads"),
    "dripping hints": (often(b"HTTP/1.1 103 Hint\r\n\r\n", 99, b"", 0.05), FetchFailed, "slowly"),
    "silence": (often(b"", 30, b"", 0.05), FetchFailed, "slowly"),
    "silence after headers": (often(b"", 30, OK + b"Content-Length: 9\r\n\r\n", 0.05), FetchFailed, "slowly"),
    "nothing": (once(b""), FetchFailed, "no browser reads"),
    "no HTTP": (once(b"220 mail.test ESMTP\r\n"), FetchFailed, "no browser reads"),
    "TLS": (once(b"\x16\x03\x01\x02\x00\x01\x00"), FetchFailed, "no browser reads"),
    "HTTP/0.9": (once(b"<p>here</p>"), FetchFailed, "no browser reads"),
    "less than promised": (once(OK + b"Content-Length: 900\r\n\r\nshort"), FetchFailed, "no browser reads"),
    "a huge promise": (once(OK + b"Content-Length: 99999999999\r\n\r\nshort"), FetchFailed, "no browser reads"),
    "a length below zero": (once(OK + b"Content-Length: -1\r\n\r\n"), FetchFailed, "no browser reads"),
    "two lengths": (once(OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx"), FetchFailed, "no browser reads"),
    "a chunk of nonsense": (
        once(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n"), FetchFailed, "no browser reads",
    ),
    "a chunk of 2^64": (
        once(OK + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffffffff\r\nx"), FetchFailed, "no browser reads",
    ),
    "an unknown coding": (once(OK + b"Transfer-Encoding: gzip\r\n\r\nx"), FetchFailed, "no browser reads"),
    "a header of control characters": (once(OK + b"X\x00Y: z\r\n\r\n"), FetchFailed, "no browser reads"),
    "brotli": (once(OK + b"Content-Encoding: br\r\nContent-Length: 1\r\n\r\nx"), BinarySource, "packed"),
    "packed twice": (once(OK + b"Content-Encoding: gzip, gzip\r\nContent-Length: 1\r\n\r\nx"), BinarySource, "packed"),
    "no gzip": (once(OK + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope"), DamagedSource, "damaged"),
    "half a gzip": (
        once(OK + b"Content-Encoding: gzip\r\nConnection: close\r\n\r\n" + gzip.compress(b"words " * 900)[:-12]),
        DamagedSource, "half-way",
    ),
    "a gzip bomb": (
        once(OK + b"Content-Encoding: gzip\r\nConnection: close\r\n\r\n" + gzip.compress(bytes(30_000_000))),
        TooLarge, "larger",
    ),
    "a redirect that never ends": (often(b"x" * 900, start=b"HTTP/1.1 302 Found\r\nLocation: "), FetchFailed, "no browser reads"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_each_costs_a_sentence(site: Site, limits: HarvestSettings, case: str) -> None:
    answer, error, said = CASES[case]
    site.streams["/x"] = answer
    small = limits.model_copy(update={"source_max_bytes": 300_000})
    with pytest.raises(error, match=said) as caught:
        Fetcher(small, Patience(0.5, 0.5 if "slowly" in said else 20)).fetch(f"{site.url}/x")
    assert str(caught.value).endswith(".")


def test_a_fetch_can_be_stopped_while_a_server_is_silent(
    site: Site, limits: HarvestSettings
) -> None:
    site.streams["/x"] = often(b"", 100, b"", 0.05)
    fetcher = Fetcher(limits, Patience(5, 60))
    threading.Timer(0.2, fetcher.stop).start()
    with pytest.raises(FetchFailed):
        fetcher.fetch(f"{site.url}/x")


# Asked to come back


def test_who_is_asked_to_come_back_soon_does(site: Site, limits: HarvestSettings) -> None:
    def mend() -> None:
        while not site.asked:
            time.sleep(0.005)
        site.put("/x", "here")

    threading.Thread(target=mend).start()
    site.pages["/x"] = (503, {"Retry-After": "1"}, b"")
    assert Fetcher(limits, Patience(1, 5)).fetch(f"{site.url}/x").data == b"here"
    assert len(site.asked) == 2


@pytest.mark.parametrize(
    ("said", "tries"),
    [("3600", 1), ("99999999999999", 1), ("Fri, 31 Dec 2199 23:59:59 GMT", 1), ("-5", 1),
     ("soon", 1), ("", 1), ("0", 2), ("Wed, 21 Oct 2015 07:28:00 GMT", 2), ("٣", 1)],
)  # fmt: skip
def test_who_is_asked_to_come_back_late_says_so(
    site: Site, limits: HarvestSettings, said: str, tries: int
) -> None:
    head = f"HTTP/1.1 429 Slow\r\nRetry-After: {said}\r\nContent-Length: 0\r\n\r\n"
    site.streams["/x"] = once(head.encode())
    with pytest.raises(TryLater, match="trouble"):
        Fetcher(limits, Patience(1, 2)).fetch(f"{site.url}/x")
    assert len(site.asked) == tries


# Certificates


class Authority:
    """Signs certificates; its own lies in a file."""

    def __init__(self, folder: Path) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.folder = folder
        self.own = self._sign("Test Authority", self.key.public_key(), None, 30)
        (folder / "authority.pem").write_bytes(self.own.public_bytes(serialization.Encoding.PEM))

    def _sign(
        self, name: str, key: ec.EllipticCurvePublicKey, host: str | None, days: int
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test Authority")])
        built = (
            x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=60)).not_valid_after(now + timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=host is None, path_length=None), critical=True)
        )  # fmt: skip
        if host:
            names = x509.SubjectAlternativeName([x509.DNSName(host)])
            built = built.add_extension(names, critical=False)
        return built.sign(self.key, hashes.SHA256())

    def context(self, host: str, days: int = 30) -> ssl.SSLContext:
        """A server's side, for a host."""
        key = ec.generate_private_key(ec.SECP256R1())
        path = self.folder / f"{host}-{days}.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + self._sign(host, key.public_key(), host, days).public_bytes(serialization.Encoding.PEM)
        )  # fmt: skip
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Authority]:
    """An authority that this process trusts."""
    made = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    tls_context.cache_clear()
    yield made
    monkeypatch.undo()
    tls_context.cache_clear()


@contextmanager
def secure_server(context: ssl.SSLContext) -> Iterator[int]:
    """Answers each connection with one page; yields its port."""

    def serve(listening: socket.socket) -> None:
        while True:
            try:
                accepted, _ = listening.accept()
                with context.wrap_socket(accepted, server_side=True) as secured:
                    secured.recv(9999)
                    secured.sendall(OK + b"Content-Length: 4\r\n\r\nhere")
            except ssl.SSLError:
                continue
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=serve, args=(listening,), daemon=True).start()
        yield listening.getsockname()[1]


def test_who_proves_to_be_who_it_is_is_read(authority: Authority, limits: HarvestSettings) -> None:
    with secure_server(authority.context("localhost")) as port:
        assert Fetcher(limits).fetch(f"https://localhost:{port}/").data == b"here"


@pytest.mark.parametrize(("host", "days"), [("other.test", 30), ("localhost", -30)])
def test_who_cannot_prove_it_is_not(
    authority: Authority, limits: HarvestSettings, host: str, days: int
) -> None:
    """Another's certificate, and one that has expired."""
    with (
        secure_server(authority.context(host, days)) as port,
        pytest.raises(FetchRefused, match="cannot prove that it is localhost"),
    ):
        Fetcher(limits).fetch(f"https://localhost:{port}/")


def test_a_certificate_nobody_knows_is_no_proof(tmp_path: Path, limits: HarvestSettings) -> None:
    with (
        secure_server(Authority(tmp_path).context("localhost")) as port,
        pytest.raises(FetchRefused, match="cannot prove"),
    ):
        Fetcher(limits).fetch(f"https://localhost:{port}/")


def test_a_server_without_tls_is_no_secure_one(site: Site, limits: HarvestSettings) -> None:
    with pytest.raises(FetchFailed, match="did not answer"):
        Fetcher(limits, Patience(1, 2)).fetch(site.url.replace("http:", "https:"))
