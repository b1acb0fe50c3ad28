"""What a worker does before it takes its first message, so that no task has to do it.

A worker that is not warm answers nobody who asks for workers, so the status service is not ready
before its queues are served at full speed.
"""

import time
from collections.abc import Callable

import structlog
from celery.signals import worker_ready  # type: ignore[import-untyped]

from agents.process import this_process

Step = Callable[[], object]

log = structlog.get_logger(__name__)
_steps: list[Step] = [this_process]


def when_warming(step: Step) -> Step:
    """Have every worker that serves the task of this module do so once; return the function.

    A step makes no model call and leaves nothing behind. One that fails is left to the first task.
    """
    _steps.append(step)
    return step


@worker_ready.connect  # type: ignore[untyped-decorator]
def warm(**_: object) -> None:
    """Do every step. Celery consumes nothing, and answers no ping, until this returns."""
    began = time.monotonic()
    for step in _steps:
        try:
            step()
        except Exception as error:
            log.warning("not warm", step=step.__qualname__, error=repr(error))
    log.info("warm", seconds=round(time.monotonic() - began, 3))
