"""Entries of feeds as material: one address for one page, and dates that can be."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from agents.canonical import JSON
from agents.tda.material import Material
from agents.tda.sentences import count_told
from agents.wcha.formats.feed import Entry

AHEAD = timedelta(hours=1)
"""A date further ahead than this is no date."""
EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
"""There were no feeds before; such a date is a counter that began at nothing."""
_TRACKING = frozenset({"fbclid", "gclid", "dclid", "msclkid", "igshid", "ref", "cmpid", "smid",
                       "ncid", "ocid", "xtor"})  # fmt: skip
_TRACKING_BEGINS = ("utm_", "mc_", "pk_", "at_")
_USUAL = {"http": 80, "https": 443}
_LONGEST = 2_000


@dataclass(frozen=True)
class ItemRow:
    """A row of ``feed_items``, with its feed's title."""

    feed_url: str
    item_key: str
    url: str | None
    title: str
    body: str
    outline: Any
    author: str | None
    tags: list[str]
    published_at: datetime | None
    seen_at: datetime
    complete: bool
    feed_title: str | None


def canonical_url(link: str | None) -> str | None:
    """The one spelling of a web address: without what counts readers, fragment and last slash.

    None for what is no address of a web page. Spelling it again changes nothing.
    """
    try:
        url = _spell((link or "").strip())
    except ValueError:  # a UnicodeError is one
        return None
    return url if url and len(url) <= _LONGEST else None


def _spell(link: str) -> str | None:
    parts = urlsplit(link)
    host, port, scheme = _ascii_host(parts.hostname or ""), parts.port, parts.scheme.lower()
    if scheme not in _USUAL or not host or parts.username or not _is_host(host):
        return None
    bracketed = f"[{host}]" if ":" in host else host
    place = bracketed if port in (None, _USUAL[scheme]) else f"{bracketed}:{port}"
    path = quote(parts.path, safe="/%:@!$&'()*+,;=~-._").rstrip("/")
    asked = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _is_tracking(name)
    ]
    return urlunsplit((scheme, place, path, urlencode(asked), ""))


def _ascii_host(host: str) -> str:
    return host.lower() if host.isascii() else host.encode("idna").decode("ascii").lower()


def _is_host(host: str) -> bool:
    return all((sign.isascii() and sign.isalnum()) or sign in ".-_:" for sign in host)


def _is_tracking(name: str) -> bool:
    low = name.lower()
    return low in _TRACKING or low.startswith(_TRACKING_BEGINS)


def item_of(entry: Entry, now: datetime) -> dict[str, JSON]:
    """An entry as ``feeds/keep_items`` takes it."""
    url = canonical_url(entry.link)
    own = entry.key or url or f"{entry.title}\n{entry.text}"
    published = believable(entry.published_at, now)
    return {
        "item_key": hashlib.sha256(own.encode("utf-8", "surrogatepass")).hexdigest(),
        "url": url,
        "title": entry.title,
        "body": entry.text,
        "outline": entry.outline,
        "author": entry.author,
        "tags": entry.tags,
        "published_at": published.isoformat() if published else None,
        "sha256": hashlib.sha256(f"{entry.title}\n\n{entry.text}".encode()).hexdigest(),
        "complete": entry.complete,
    }


def believable(moment: datetime | None, now: datetime) -> datetime | None:
    """A date that can be one of a feed's entry, else none."""
    if moment is None:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware if EARLIEST <= aware <= now + AHEAD else None


def material_of(row: ItemRow) -> Material:
    """A kept entry as material for a topic."""
    return Material(
        identity=row.url or f"{row.feed_url}#{row.item_key}", kind="feed", title=row.title,
        text=row.body, publisher=row.feed_title or host_of(row.url or row.feed_url), url=row.url,
        author=row.author, published_at=row.published_at, seen_at=row.seen_at,
        tags=tuple(row.tags), outline=tuple(row.outline), complete=row.complete,
        usable=count_told(row.body),
    )  # fmt: skip


def host_of(url: str) -> str:
    """A site's name."""
    return (urlsplit(url).hostname or url).removeprefix("www.")
