"""Imported by Airflow at its start, from the plugins folder, by this very name.

The processes that fork tasks import here, once, what every task needs. In a plain hop 137 ms
went into importing redis and 138 ms into celery (docs/decisions/0061-latency.md).
Nothing here may open a connection: forked tasks would share it.
"""

import sys

__all__: list[str] = []

FORKING = {"scheduler", "worker"}
"""Words of ``airflow scheduler`` and ``airflow celery worker``."""


def preload() -> None:
    """Import the clients of an agent call and finalise the Celery app, unconnected."""
    import httpx  # noqa: F401
    import kombu.transport.redis
    import psycopg  # noqa: F401

    import agents.dispatch
    import plugins.agent.operator
    import plugins.flow
    from agents.celery_app import app

    app.finalize()


if FORKING & set(sys.argv):
    preload()
