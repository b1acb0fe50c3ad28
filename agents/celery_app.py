"""The Celery application of the agents: a broker and nothing else.

Results and states live in PostgreSQL, so there is no result back end. Importing this module
connects to nothing. A worker serves one agent's queue::

    celery -A agents.celery_app worker -I agents.pswa.task -Q pswa -P threads -c 2
"""

from typing import Any

from celery import Celery  # type: ignore[import-untyped]

from agents.broker import BrokerSettings


def route_by_agent(name: str, *_: Any, **__: Any) -> dict[str, str] | None:
    """Send ``<agent>.<task>`` to the queue ``<agent>``."""
    agent, dot, _task = name.partition(".")
    return {"queue": agent} if dot and agent != "celery" else None


app = Celery("aethercast", broker=BrokerSettings().broker_url, set_as_current=False)
app.conf.update(
    task_serializer="json",
    accept_content=["json"],
    task_ignore_result=True,
    task_routes=(route_by_agent,),
    # A message is acknowledged when it is taken: what a dead worker had taken is brought back
    # by our own lease, within seconds, not by Redis after its visibility time-out of an hour.
    task_acks_late=False,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    broker_transport_options={
        "socket_connect_timeout": 2,
        "socket_timeout": 30,
        "socket_keepalive": True,
    },
    # A broker that is away must not hold a caller: the dispatch is in PostgreSQL and is sent
    # again from there.
    task_publish_retry_policy={"max_retries": 1, "interval_start": 0.1, "interval_max": 0.1},
)
