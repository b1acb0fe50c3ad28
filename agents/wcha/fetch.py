"""Fetching web pages: guarded addresses, limits of size and time, redirects one by one."""

import ssl
import threading
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import httpcore
import httpx

from agents.wcha.addresses import LOOPBACK, PORTS, Reach
from agents.wcha.answers import Answer, Known, name_of, read_body, refuse_status
from agents.wcha.deadline import Deadline
from agents.wcha.errors import AddressRefused, FetchFailed, FetchRefused, TryLater
from agents.wcha.guard import GuardedBackend
from agents.wcha.settings import HarvestSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agents.wcha.manners import Manners

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HEADROOM = 1 << 18
"""Bytes a connection may carry beside the page: headers, and the frames of a chunked body."""
PAGE = "text/html,application/pdf,text/*;q=0.9"
"""What is asked for unless the caller knows better."""


@cache
def tls_context() -> ssl.SSLContext:
    """How certificates are checked. Reading them all takes 20 ms, so it is done once."""
    return httpx.create_ssl_context()


@dataclass(frozen=True)
class Fetched:
    """What an address answered: the address after redirects, the media type, the bytes."""

    url: str
    media_type: str
    data: bytes


@dataclass(frozen=True)
class Changed:
    """What an address answered anew, and for how many seconds the server calls that fresh."""

    data: bytes
    known: Known
    max_age: float | None


@dataclass(frozen=True)
class Unchanged:
    """An address answered that nothing has changed since (304)."""

    max_age: float | None


@dataclass(frozen=True)
class Patience:
    """How long to wait for a connection, and for everything, in seconds."""

    connect: float
    total: float


@dataclass(frozen=True)
class Errand:
    """One fetch: what is asked for, how much of it, until when, and what goes before each hop."""

    accept: str
    deadline: Deadline
    most_bytes: int
    before: Callable[[httpx.URL], None] = lambda _: None
    cut: bool = False
    """Whether what is longer is cut off instead of refused."""
    known: Known = field(default_factory=Known)


class Fetcher:
    """Fetches public web pages. Safe to share between threads.

    With ``manners`` each site is asked first what programs may read, and not too often.
    """

    def __init__(
        self,
        settings: HarvestSettings,
        patience: Patience | None = None,
        manners: "Manners | None" = None,
        reach: Reach | None = None,
    ) -> None:
        self._settings = settings
        self._patience = patience or Patience(
            settings.fetch_connect_seconds, settings.fetch_seconds
        )
        self._manners = manners
        self._reach = reach or Reach(LOOPBACK if settings.fetch_allow_loopback else ())
        self._stopped = threading.Event()

    def stop(self) -> None:
        """End every fetch under way, and let none begin."""
        self._stopped.set()

    def fetch(self, url: str, accept: str = PAGE, *, for_programs: bool = False) -> Fetched:
        """The page at an address. What is made ``for_programs`` has no robots.txt to ask.

        Raises:
            AddressRefused: it, or where it redirects to, is not on the public web.
            FetchFailed: no answer in time, or a server in trouble.
            FetchRefused: the server says no, or its robots.txt does.
            TooLarge: more bytes than allowed.
        """
        deadline = Deadline(self._patience.total, self._stopped)
        with ExitStack() as visits:
            errand = Errand(accept, deadline, self._settings.source_max_bytes)
            if self._manners and not for_programs:
                call_on = self._manners.guest(self, visits, deadline)
                errand = Errand(accept, deadline, self._settings.source_max_bytes, call_on)
            answer = self._patiently(url, errand)
        return Fetched(str(answer.url), answer.media_type, answer.data)

    def fetch_changed(
        self, url: str, accept: str, known: Known, most_bytes: int
    ) -> Changed | Unchanged:
        """What is made for programs at an address, unless it is what is ``known`` already.

        Asked once, whatever the server says of later. Raises as :meth:`fetch`.
        """
        deadline = Deadline(self._patience.total, self._stopped)
        answer = self.follow(url, Errand(accept, deadline, most_bytes, known=known))
        if answer.status == 304 and known.headers:
            return Unchanged(answer.max_age)
        refuse_status(answer)
        return Changed(answer.data, answer.known, answer.max_age)

    def _patiently(self, url: str, errand: Errand) -> Answer:
        """Once more where the server says when, if there is time."""
        try:
            return self._page(url, errand)
        except TryLater as later:
            if later.seconds is None or not errand.deadline.wait(later.seconds):
                raise
        return self._page(url, errand)

    def _page(self, url: str, errand: Errand) -> Answer:
        answer = self.follow(url, errand)
        try:
            refuse_status(answer)
        except TryLater as later:
            if self._manners and later.seconds is not None:
                self._manners.hold_back(answer.url, later.seconds)
            raise
        return answer

    def follow(self, url: str, errand: Errand) -> Answer:
        """What the last of a chain of redirects answers, whatever its status."""
        reach, most = self._reach, errand.most_bytes + _HEADROOM
        backend = GuardedBackend(errand.deadline, reach, most)
        with httpcore.ConnectionPool(tls_context(), network_backend=backend) as pool:
            for _ in range(self._settings.fetch_max_redirects + 1):
                target = self._checked(url)
                errand.before(target)
                answer = self._ask(pool, target, errand)
                if answer.status not in _REDIRECTS or b"location" not in answer.headers:
                    return answer
                url = self._next(target, answer.headers[b"location"])
        raise FetchRefused("This web address redirects too often.")

    def _checked(self, url: str) -> httpx.URL:
        try:
            target = httpx.URL(url)
        except (httpx.InvalidURL, ValueError, TypeError):
            raise AddressRefused("This is no web address.") from None
        if target.scheme not in {"http", "https"} or not target.raw_host:
            raise AddressRefused("Only addresses that begin with http:// or https:// are read.")
        if target.userinfo:
            raise AddressRefused("A web address with a user name or password is not read.")
        port = 443 if target.port is None else target.port
        if port not in PORTS and not self._reach.exempt:
            raise AddressRefused(f"Web pages are not read from port {port}.")
        return target

    def _next(self, url: httpx.URL, location: bytes) -> str:
        try:
            try:
                return str(url.join(location.decode("utf-8")))
            except UnicodeDecodeError:
                return str(url.join(location.decode("latin-1")))
        except (httpx.InvalidURL, ValueError) as error:
            raise AddressRefused(
                f"{name_of(url)} leads to something that is no web address."
            ) from error

    def _ask(self, pool: httpcore.ConnectionPool, url: httpx.URL, errand: Errand) -> Answer:
        """One request. Only a page that is there is read."""
        with (
            _told(url, errand.deadline),
            pool.stream("GET", **self._request(url, errand)) as response,
        ):
            headers = {key.lower(): value for key, value in response.headers}
            answer = Answer(url, response.status, headers)
            if response.status == 200:
                chunks = response.iter_stream()
                answer.data = read_body(answer, chunks, errand.most_bytes, cut=errand.cut)
        return answer

    def _request(self, url: httpx.URL, errand: Errand) -> dict[str, Any]:
        target = httpcore.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
        )
        headers = {
            "Host": url.netloc.decode("ascii"),
            "User-Agent": self._settings.user_agent,
            "Accept": errand.accept,
            "Accept-Encoding": "identity",
            **errand.known.headers,
        }
        limits = {"connect": self._patience.connect, "read": self._patience.total}
        return {"url": target, "headers": headers, "extensions": {"timeout": limits}}


@contextmanager
def _told(url: httpx.URL, deadline: Deadline) -> "Iterator[None]":
    """Failures of a connection, in words for a listener."""
    try:
        yield
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
        if isinstance(error.__cause__ or error.__context__, ssl.SSLCertVerificationError):
            raise FetchRefused(
                f"{name_of(url)} cannot prove that it is {name_of(url)}, so it is not read."
            ) from error
        if isinstance(error, httpcore.ProtocolError):
            raise FetchFailed(f"{name_of(url)} gave an answer no browser reads.") from error
        said = "did not answer" if deadline.left > 0 else "answered too slowly"
        raise FetchFailed(f"The web address {name_of(url)} {said}.") from error
