"""Long calls that are given up as soon as nobody wants their answer."""

import contextvars
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import TypeVar

import psycopg
import structlog

log = structlog.get_logger(__name__)

LOOK_SECONDS = 1.0
"""Between two looks at whether the answer is still wanted."""

Answer = TypeVar("Answer")


def once_a_second(checkpoint: Callable[[], None]) -> Callable[[], None]:
    """A checkpoint for work in many small pieces: it looks once a second, however often asked."""
    looked = time.monotonic()

    def look() -> None:
        nonlocal looked
        if time.monotonic() - looked >= LOOK_SECONDS:
            checkpoint()
            looked = time.monotonic()

    return look


def watched(
    work: Callable[[], Answer],
    checkpoint: Callable[[], None],
    give_up: Callable[[], None] = lambda: None,
) -> Answer:
    """What ``work`` gives or raises; meanwhile ``checkpoint`` runs once a second.

    What ``checkpoint`` raises is raised at once, after ``give_up`` was called; but that the
    database is away says nothing against the work. The work cannot be interrupted: it goes on
    unheard on a thread of its own, and a process does not wait for it.
    """
    outcome: Future[Answer] = Future()

    def do() -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:
            outcome.set_exception(error)

    context = contextvars.copy_context()
    threading.Thread(target=context.run, args=(do,), name="watched", daemon=True).start()
    while not wait([outcome], timeout=LOOK_SECONDS).done:
        try:
            checkpoint()
        except psycopg.OperationalError as error:
            log.warning("nobody can say whether to go on", error=str(error))
        except BaseException:
            give_up()
            raise
    return outcome.result()
