"""What a web site lets programs read: its robots.txt, by RFC 9309."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import httpx

from agents.wcha.answers import Answer
from agents.wcha.errors import FetchRefused

if TYPE_CHECKING:
    from protego import Protego

    from agents.wcha.deadline import Deadline
    from agents.wcha.fetch import Fetcher

TOKEN = "Aethercast"  # noqa: S105
"""The name robots.txt knows us by."""
MOST_BYTES = 500 * 1024
"""RFC 9309, 2.5: at least so much of the file is read; what follows is not."""
_AGENT = re.compile(r"^[^\S\n]*user[- ]?agent[^\S\n]*:?[^\S\n]*(.*)$", re.IGNORECASE | re.MULTILINE)
_PRODUCT = re.compile(r"[a-z_-]+")
"""The part of a program's name that counts (RFC 9309, 2.2.1)."""


@dataclass(frozen=True)
class Rules:
    """What holds for one site. Without a text it is open or closed as a whole."""

    text: str | None = None
    is_open: bool = True

    @cached_property
    def _parsed(self) -> "Protego":
        from protego import Protego

        return Protego.parse(_for_us(self.text or ""))

    def allow(self, url: httpx.URL) -> bool:
        """Whether this page may be read."""
        return self._parsed.can_fetch(str(url), TOKEN) if self.text else self.is_open

    @property
    def crawl_delay(self) -> float:
        """Seconds the site wants between two visits; 0 where it does not say."""
        return (self._parsed.crawl_delay(TOKEN) or 0.0) if self.text else 0.0


def _for_us(text: str) -> str:
    """Name all other programs alike: a file with thousands of them would cost the square."""

    def rename(line: re.Match[str]) -> str:
        name = line[1].partition("#")[0].strip().lower()
        token = _PRODUCT.match(name)
        if name == "*":
            return "User-agent: *"
        return f"User-agent: {TOKEN if token and token[0] == TOKEN.lower() else 'another'}"

    return _AGENT.sub(rename, "\n".join(text.splitlines()))


def ask_robots(fetcher: "Fetcher", origin: str, deadline: "Deadline") -> Rules:
    """Fetch a site's rules, through the same guard as its pages.

    No such file (4xx, or redirects without end) leaves everything open, a server in trouble
    leaves everything closed for now (RFC 9309, 2.3.1).

    Raises:
        UnreadableSource: the site cannot be reached, or lies where nothing is read.
    """
    from agents.wcha.fetch import Errand

    errand = Errand("text/plain,*/*;q=0.1", deadline, MOST_BYTES, cut=True)
    try:
        answer = fetcher.follow(f"{origin}/robots.txt", errand)
    except FetchRefused:
        return Rules()
    return _rules_of(answer)


def _rules_of(answer: Answer) -> Rules:
    if answer.status == 200:
        text = answer.data.decode("utf-8-sig", errors="replace").replace("\x00", "")
        return Rules(text or None)
    return Rules(is_open=answer.status < 500 and answer.status != 429)
