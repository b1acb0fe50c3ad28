"""What a web server answered: its status in words, its body within limits."""

import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from agents.wcha.errors import (
    BinarySource,
    DamagedSource,
    FetchRefused,
    PageGone,
    TooLarge,
    TryLater,
)

_TEMPORARY = frozenset({408, 425, 429, 500, 502, 503, 504})
_LONGEST_WAIT = 3600.0
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d+)", re.IGNORECASE)


def name_of(url: httpx.URL) -> str:
    """A site's name as it is asked for; the letters it stands for may imitate another's."""
    return url.raw_host.decode("ascii")[:100]


@dataclass(frozen=True)
class Known:
    """What an earlier answer said of itself, to be told only what changed (RFC 9110, 8.8)."""

    etag: str | None = None
    last_modified: str | None = None

    @property
    def headers(self) -> dict[str, str]:
        """Both conditions where both are known (RFC 9110, 13.1); none that would break a line."""
        said = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in said.items() if value and _is_field(value)}


def _is_field(value: str) -> bool:
    return value.isascii() and value.isprintable()


@dataclass
class Answer:
    """The last answer of a chain of redirects; ``data`` only where its status is 200."""

    url: httpx.URL
    status: int
    headers: dict[bytes, bytes]
    data: bytes = b""

    @property
    def media_type(self) -> str:
        """The media type it claims, bare."""
        said = self.headers.get(b"content-type", b"").decode("latin-1")
        return said.partition(";")[0].strip().lower()

    @property
    def known(self) -> Known:
        """Its validators."""
        return Known(self._field(b"etag"), self._field(b"last-modified"))

    @property
    def max_age(self) -> float | None:
        """Seconds for which the server calls it fresh (RFC 9111, 5.2.2.1), at most a day."""
        found = _MAX_AGE.search(self._field(b"cache-control") or "")
        return min(float(found[1][:9]), 24 * _LONGEST_WAIT) if found else None

    def _field(self, name: bytes) -> str | None:
        return self.headers.get(name, b"").decode("latin-1").strip()[:1000] or None

    @property
    def retry_after(self) -> float | None:
        """Seconds after which the server asks to be asked again, at most an hour."""
        said = self.headers.get(b"retry-after", b"").decode("latin-1").strip()
        if said.isascii() and said.isdigit():
            return min(float(said[:9]), _LONGEST_WAIT)
        try:
            when = parsedate_to_datetime(said)
        except (ValueError, TypeError, OverflowError):
            return None
        wait = (when.replace(tzinfo=when.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
        return min(max(wait, 0.0), _LONGEST_WAIT)


def refuse_status(answer: Answer) -> None:
    """Raise where the answer is no page.

    Raises:
        TryLater: the server is in trouble, or too busy.
        PageGone: there was such a page, and there will be none again.
        FetchRefused: there is no such page, or not for everyone.
    """
    status = answer.status
    if status in _TEMPORARY:
        raise TryLater(
            f"The web server is in trouble at the moment (it answered {status}).",
            answer.retry_after,
        )
    if status == 410:
        raise PageGone
    if status == 404:
        raise FetchRefused("There is no page at this web address.")
    if status in {401, 402, 403, 451}:
        raise FetchRefused("This page is not open to everyone.")
    if status != 200:
        raise FetchRefused


def read_body(
    answer: Answer, chunks: Iterable[bytes], most_bytes: int, *, cut: bool = False
) -> bytes:
    """The body, unpacked, of at most ``most_bytes``.

    Raises:
        TooLarge: it is longer and is not to be cut.
        BinarySource, DamagedSource: it is packed in an unknown way, or badly.
    """
    unpack = _unpacker(answer.headers.get(b"content-encoding", b""))
    data = bytearray()
    try:
        for chunk in chunks:
            room = most_bytes - len(data) + 1
            data += unpack.decompress(chunk, room) if unpack else chunk
            if len(data) > most_bytes or (unpack and unpack.eof):
                break
    except zlib.error as error:
        raise DamagedSource(f"The page at {name_of(answer.url)} arrived damaged.") from error
    if len(data) > most_bytes:
        if cut:
            return bytes(data[:most_bytes])
        raise TooLarge(f"This page is larger than {most_bytes // 1_000_000} MB.")
    if unpack and data and not unpack.eof:
        raise DamagedSource(f"The page at {name_of(answer.url)} broke off half-way.")
    return bytes(data)


def _unpacker(encoding: bytes) -> "zlib._Decompress | None":
    name = encoding.decode("latin-1").strip().lower()
    if name in {"", "identity"}:
        return None
    if name in {"gzip", "x-gzip", "deflate"}:
        return zlib.decompressobj(wbits=47 if name != "deflate" else zlib.MAX_WBITS)
    raise BinarySource("This page is packed in a way that cannot be read.")
