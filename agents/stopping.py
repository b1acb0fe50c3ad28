"""Whether this worker was asked to stop."""

import threading

from celery.signals import worker_shutting_down  # type: ignore[import-untyped]

from agents.errors import Deferred

_asked = threading.Event()


@worker_shutting_down.connect  # type: ignore[untyped-decorator]
def _note(**_: object) -> None:
    _asked.set()


def raise_if_stopping() -> None:
    """Give the slot back where the worker is to stop: another goes on, at once. Raises Deferred."""
    if _asked.is_set():
        raise Deferred(0)
