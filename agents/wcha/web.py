"""Wikipedia and news feeds, asked at the same time and only briefly."""

import io
import json
import re
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from urllib.parse import quote, urlencode

import structlog

from agents.wcha.errors import AddressRefused, FetchFailed, UnreadableSource
from agents.wcha.fetch import Fetcher, Patience
from agents.wcha.manners import Manners
from agents.wcha.reading import Reader
from agents.wcha.search import Found
from agents.wcha.settings import HarvestSettings
from agents.wcha.text import Extracted, clean

_log = structlog.get_logger(__name__)
_TAG = re.compile(r"<[^>]+>")
_WORD = re.compile(r"[^\W_]{3,}")
_STOP = frozenset(
    {"the", "and", "for", "are", "was", "how", "why", "what", "when", "who", "where", "does", "did",
     "about", "with", "from", "into", "that", "this", "tell", "podcast", "history", "story"}
)  # fmt: skip
_MOST_FEED_ITEMS = 2
_FITS = 0.5


def search_web(
    topic: str, settings: HarvestSettings, reader: Reader, manners: Manners | None = None
) -> tuple[list[Found], bool]:
    """What Wikipedia has on a topic, else what the feeds have; and whether the network is there."""
    patience = Patience(settings.search_connect_seconds, settings.search_seconds)
    fetcher = Fetcher(settings, patience, manners)
    reader.start()
    with ThreadPoolExecutor(max_workers=8) as threads:
        first = threads.submit(_ask_wikipedia, topic, fetcher, reader, settings)
        others = [threads.submit(_ask_feed, topic, fetcher, reader, url) for url in settings.feeds]
        answers = [_answer(future) for future in (first, *others)]
    online = any(answer is not None for answer in answers)
    if answers[0]:
        return answers[0], online
    return [found for answer in answers[1:] for found in answer or []][:_MOST_FEED_ITEMS], online


def _answer(asked: "Future[list[Found]]") -> list[Found] | None:
    """What was found; None where the other side cannot be reached.

    A name that leads to a private address is what a network without a way out answers.
    """
    try:
        return asked.result()
    except (FetchFailed, AddressRefused) as error:
        _log.info("search_unreachable", reason=str(error))
        return None
    except (UnreadableSource, ValueError, KeyError, TypeError) as error:
        _log.info("search_unusable", reason=str(error))
        return []


def fits(topic: str, text: str) -> float:
    """The share of a topic's telling words that stand in a text, whatever their ending."""
    words = {word[:5] for word in _WORD.findall(topic.casefold()) if word not in _STOP}
    there = {word[:5] for word in _WORD.findall(text.casefold())}
    return len(words & there) / len(words) if words else 0.0


# Wikipedia: https://www.mediawiki.org/wiki/API:REST_API/Reference


def _ask_wikipedia(
    topic: str, fetcher: Fetcher, reader: Reader, settings: HarvestSettings
) -> list[Found]:
    query = urlencode({"q": topic, "limit": 3})
    base = settings.wikipedia_url.rstrip("/")
    # The API is made for programs; robots.txt speaks of pages, and closes its folder.
    answer = fetcher.fetch(f"{base}/search/page?{query}", "application/json", for_programs=True)
    for page in json.loads(answer.data)["pages"]:
        described = f"{page['title']} {page.get('description') or ''} {page.get('excerpt') or ''}"
        if fits(topic, _TAG.sub("", described)) >= _FITS:
            return [_read_page(str(page["key"]), str(page["title"]), fetcher, reader, settings)]
    return []


def _read_page(
    key: str, title: str, fetcher: Fetcher, reader: Reader, settings: HarvestSettings
) -> Found:
    name = quote(key, safe="")
    address = f"{settings.wikipedia_url.rstrip('/')}/page/{name}/html"
    read = reader.read(fetcher.fetch(address, for_programs=True).data)
    text = Extracted(
        read.body, read.outline, clean(title), "Wikipedia contributors", read.published_on
    )
    url = settings.wikipedia_page_url + name
    return Found("web", url, url, text)


# Feeds


def _ask_feed(topic: str, fetcher: Fetcher, reader: Reader, url: str) -> list[Found]:
    import feedparser

    accept = "application/rss+xml, application/xml, text/xml"
    # Bare bytes would first be tried as the name of a file of ours.
    feed = feedparser.parse(io.BytesIO(fetcher.fetch(url, accept, for_programs=True).data))
    links = [
        str(entry.link)
        for entry in feed.entries
        if entry.get("link")
        and fits(topic, f"{entry.get('title', '')} {_TAG.sub('', entry.get('summary', ''))}")
        >= _FITS
    ]
    return list(_read_links(links[:_MOST_FEED_ITEMS], fetcher, reader))


def _read_links(links: list[str], fetcher: Fetcher, reader: Reader) -> Iterator[Found]:
    for link in links:
        try:
            yield Found("web", link, link, reader.read(fetcher.fetch(link).data))
        except UnreadableSource as error:
            _log.info("feed_item_unusable", url=link, reason=str(error))
