"""What all tasks of one worker process share."""

import threading
from dataclasses import dataclass
from functools import cache

from psycopg_pool import ConnectionPool

from agents.settings import AgentSettings
from sql.pool import open_pool
from streamer.media import MediaStore, open_store


@dataclass(frozen=True)
class Process:
    """Settings, connections and the media store of a process."""

    settings: AgentSettings
    pool: ConnectionPool
    media: MediaStore


_lock = threading.Lock()


def this_process() -> Process:
    """The process's own parts, opened when the first task needs them: after any fork."""
    with _lock:
        return _open()


@cache
def _open() -> Process:
    settings = AgentSettings()  # type: ignore[call-arg]
    return Process(settings, open_pool(settings), open_store(settings.media_url))
