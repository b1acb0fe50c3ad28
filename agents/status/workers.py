"""Who serves which queue, asked of the workers themselves."""

import time

import structlog
from kombu.exceptions import OperationalError

from agents.celery_app import app

log = structlog.get_logger(__name__)

_ANSWER_WITHIN = 1.0
"""Seconds the workers have to answer."""
_FRESH = 20.0
"""Seconds an answer is good for: a busy machine may miss one round."""


class Workers:
    """The last answers of broker and workers.

    Asking takes a second, for nobody knows how many will answer; so it is done in the
    background, and readiness reads what was heard last.
    """

    def __init__(self) -> None:
        self._broker_heard = float("-inf")
        self._queue_heard: dict[str, float] = {}

    def ask(self) -> None:
        """Ask every worker for its queues. Blocks for about a second."""
        try:
            answers = app.control.inspect(timeout=_ANSWER_WITHIN).active_queues() or {}
        except (OperationalError, OSError) as error:
            log.warning("broker away", error=str(error))
            return
        now = time.monotonic()
        self._broker_heard = now
        for queues in answers.values():
            self._queue_heard.update({queue["name"]: now for queue in queues})

    def has_broker(self) -> bool:
        """Whether the broker answered lately."""
        return time.monotonic() - self._broker_heard < _FRESH

    def serves(self, queue: str) -> bool:
        """Whether a worker said lately that it takes messages from this queue."""
        return time.monotonic() - self._queue_heard.get(queue, float("-inf")) < _FRESH
