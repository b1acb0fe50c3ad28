"""Fetching web pages: guarded addresses, limits of size and time, redirects one by one."""

import time
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import httpcore
import httpx

from agents.wcha.errors import (
    AddressRefused,
    BinarySource,
    DamagedSource,
    FetchFailed,
    FetchRefused,
    TooLarge,
    UnreadableSource,
)
from agents.wcha.guard import GuardedBackend
from agents.wcha.settings import HarvestSettings

_PORTS = frozenset({80, 443, 8000, 8080, 8443})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TEMPORARY = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True)
class Fetched:
    """What an address answered: the address after redirects, the media type, the bytes."""

    url: str
    media_type: str
    data: bytes


@dataclass(frozen=True)
class Patience:
    """How long to wait for a connection, and for everything, in seconds."""

    connect: float
    total: float


class Fetcher:
    """Fetches public web pages. Safe to share between threads."""

    def __init__(self, settings: HarvestSettings, patience: Patience | None = None) -> None:
        self._settings = settings
        self._patience = patience or Patience(
            settings.fetch_connect_seconds, settings.fetch_seconds
        )
        self._context = httpx.create_ssl_context()

    def fetch(self, url: str, accept: str = "text/html,application/pdf,text/*;q=0.9") -> Fetched:
        """The page at an address.

        Raises:
            AddressRefused: it, or where it redirects to, is not on the public web.
            FetchFailed: no answer in time, or a server in trouble.
            FetchRefused: the server says no.
            TooLarge: more bytes than allowed.
        """
        deadline = time.monotonic() + self._patience.total
        backend = GuardedBackend(deadline, self._settings.fetch_allow_loopback)
        with httpcore.ConnectionPool(self._context, network_backend=backend) as pool:
            for _ in range(self._settings.fetch_max_redirects + 1):
                answer = self._ask(pool, self._checked(url), accept, deadline)
                if isinstance(answer, Fetched):
                    return answer
                url = answer
        raise FetchRefused("This web address redirects too often.")

    def _checked(self, url: str) -> httpx.URL:
        try:
            target = httpx.URL(url)
        except (httpx.InvalidURL, ValueError):
            raise AddressRefused("This is no web address.") from None
        if target.scheme not in {"http", "https"} or not target.host:
            raise AddressRefused("Only addresses that begin with http:// or https:// are read.")
        if target.userinfo:
            raise AddressRefused("A web address with a user name or password is not read.")
        port = target.port or 443
        if port not in _PORTS and not self._settings.fetch_allow_loopback:
            raise AddressRefused(f"Web pages are not read from port {port}.")
        return target

    def _ask(
        self, pool: httpcore.ConnectionPool, url: httpx.URL, accept: str, deadline: float
    ) -> Fetched | str:
        """One request: the answer, or where it sends us."""
        try:
            with pool.stream("GET", **self._request(url, accept)) as response:
                headers = {key.lower(): value for key, value in response.headers}
                if response.status in _REDIRECTS and b"location" in headers:
                    return str(url.join(headers[b"location"].decode("latin-1")))
                _refuse_status(response.status)
                data = self._read(response.iter_stream(), headers.get(b"content-encoding", b""))
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
            slow = time.monotonic() > deadline
            said = "answered too slowly" if slow else "did not answer"
            raise FetchFailed(f"The web address {url.host} {said}.") from error
        except zlib.error as error:
            raise DamagedSource(f"The page at {url.host} arrived damaged.") from error
        except httpx.InvalidURL as error:
            raise AddressRefused(
                f"{url.host} leads to something that is no web address."
            ) from error
        media_type = headers.get(b"content-type", b"").decode("latin-1")
        return Fetched(str(url), media_type.partition(";")[0].strip().lower(), data)

    def _request(self, url: httpx.URL, accept: str) -> dict[str, Any]:
        target = httpcore.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
        )
        headers = {
            "Host": url.netloc.decode("ascii"),
            "User-Agent": self._settings.fetch_user_agent,
            "Accept": accept,
            "Accept-Encoding": "identity",
        }
        limits = {"connect": self._patience.connect, "read": self._patience.total}
        return {"url": target, "headers": headers, "extensions": {"timeout": limits}}

    def _read(self, chunks: Iterable[bytes], encoding: bytes) -> bytes:
        limit = self._settings.source_max_bytes
        unpack = _unpacker(encoding.decode("latin-1").strip().lower())
        data = bytearray()
        for chunk in chunks:
            data += unpack.decompress(chunk, limit - len(data) + 1) if unpack else chunk
            if len(data) > limit:
                raise TooLarge(f"This page is larger than {limit // 1_000_000} MB.")
        return bytes(data)


def _refuse_status(status: int) -> None:
    if status in _TEMPORARY:
        raise FetchFailed(f"The web server is in trouble at the moment (it answered {status}).")
    if status != 200:
        problem: UnreadableSource = FetchRefused()
        if status in {404, 410}:
            problem = FetchRefused("There is no page at this web address.")
        elif status in {401, 402, 403, 451}:
            problem = FetchRefused("This page is not open to everyone.")
        raise problem


def _unpacker(encoding: str) -> "zlib._Decompress | None":
    if encoding in {"", "identity"}:
        return None
    if encoding in {"gzip", "x-gzip", "deflate"}:
        return zlib.decompressobj(wbits=47 if encoding != "deflate" else zlib.MAX_WBITS)
    raise BinarySource("This page is packed in a way that cannot be read.")
