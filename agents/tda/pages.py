"""The pages behind chosen entries, read politely where nobody waits."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from concurrent.futures import TimeoutError as OutOfTime
from dataclasses import replace

import psycopg
import structlog

from agents.aims.text.grounded.words import split_words
from agents.tda.features import features_of, stems_of
from agents.tda.material import Material
from agents.tda.sentences import count_told
from agents.tda.settings import DiscoverySettings
from agents.wcha.errors import UnreadableSource
from agents.wcha.fetch import Fetched, Fetcher, Patience
from agents.wcha.manners import Manners
from agents.wcha.reading import Reader

log = structlog.get_logger(__name__)
_AT_ONCE = 4
_PARSE_SECONDS = 3.0
_LEAST_SHARED = 0.5
"""A page without half of its entry's words is another page: a wall of cookies, say."""


def fetch_pages(
    database_url: str, entries: list[Material], settings: DiscoverySettings, reader: Reader,
    checkpoint: Callable[[], None],
) -> dict[str, Material]:  # fmt: skip
    """The whole texts of entries, by identity, as far as they are there in time."""
    wanted = [one for one in entries if one.url][: settings.pages]
    if not wanted or settings.page_seconds <= 0:
        return {}
    # Its own connection: manners are kept by statements that commit by themselves.
    with psycopg.connect(database_url, autocommit=True) as connection:
        patience = Patience(settings.fetch_connect_seconds, settings.page_seconds)
        fetcher = Fetcher(settings, patience, Manners(connection, settings))
        return _fetch_all(wanted, fetcher, settings.page_seconds, reader, checkpoint)


def _fetch_all(
    wanted: list[Material], fetcher: Fetcher, seconds: float, reader: Reader,
    checkpoint: Callable[[], None],
) -> dict[str, Material]:  # fmt: skip
    threads = ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="page")
    asked = {threads.submit(fetcher.fetch, str(one.url)): one for one in wanted}
    found: dict[str, Material] = {}
    try:
        for future in as_completed(asked, timeout=seconds):
            checkpoint()
            page = _read(asked[future], future, reader)
            if page is not None:
                found[page.identity] = page
    except OutOfTime:
        log.info("pages_not_waited_for", pages=len(wanted) - len(found))
    finally:
        fetcher.stop()
        threads.shutdown(wait=True, cancel_futures=True)
    return found


def _read(entry: Material, fetched: "Future[Fetched]", reader: Reader) -> Material | None:
    try:
        data = fetched.result().data
        text = reader.read(data, _PARSE_SECONDS)
    except UnreadableSource as error:
        log.info("page_unusable", url=entry.url, reason=str(error))
        return None
    page = replace(
        entry, kind="page", text=text.body, outline=tuple(text.outline),
        author=entry.author or text.author, complete=not text.truncated,
        usable=count_told(text.body),
    )  # fmt: skip
    if page.usable < max(2, min(entry.usable, 6)) or not _is_of(page.text, entry):
        log.info("page_unusable", url=entry.url, reason="It is not what its feed says.")
        return None
    return page


def _is_of(text: str, entry: Material) -> bool:
    own = features_of(entry).own or features_of(entry).title_stems
    there = set(stems_of(split_words(text)))
    return len(own & there) >= _LEAST_SHARED * len(own)
