"""The one reader of feeds and pages that all tasks of a worker share."""

import threading
from functools import cache

from agents.tda.settings import DiscoverySettings
from agents.wcha.errors import UnreadableSource
from agents.wcha.reading import Reader, spawn

_lock = threading.Lock()


def shared_reader() -> Reader:
    """The process's reader, a process of its own that any thread may start, and start again."""
    with _lock:
        return _make()


@cache
def _make() -> Reader:
    return Reader(DiscoverySettings(), launch=spawn)


def start_reading() -> None:
    """Start the reader and wait until it reads: it loads its parsers for about a second."""
    try:
        shared_reader().read_feed(b"<rss", 1, 10.0)
    except UnreadableSource:
        return
