"""Imported by Airflow at its start, from the plugins folder, by this very name.

The processes that fork tasks import here, once, what every task needs: in a plain hop 137 ms go
into importing redis and 138 ms into celery. Airflow itself is only half initialised at this
point, so what imports Airflow waits for the plugin (``aethercast_plugin.py``).
Nothing here may open a connection: forked tasks would share it.
"""

import sys

__all__: list[str] = []

FORKING = frozenset({"scheduler", "worker"})
"""Words of ``airflow scheduler`` and ``airflow celery worker``."""


def preload() -> None:
    """Import the clients of an agent call and finalise the Celery app, unconnected."""
    import httpx  # noqa: F401
    import kombu.transport.redis  # noqa: F401
    import psycopg  # noqa: F401

    import agents.dispatch  # noqa: F401
    from agents.celery_app import app

    app.finalize()


if FORKING & set(sys.argv):
    preload()
