"""Imported by Airflow at its start, from the plugins folder, by this very name.

The processes that fork tasks import here, once, what every task needs: in a plain hop 137 ms go
into importing redis and 138 ms into celery, and in a harvest 350 ms into its parsers. Airflow
itself is only half initialised at this point, so what imports Airflow waits for the plugin
(``aethercast_plugin.py``). Nothing here may open a connection: forked tasks would share it.
"""

import sys
from importlib import import_module

__all__: list[str] = []

FORKING = frozenset({"scheduler", "worker"})
"""Words of ``airflow scheduler`` and ``airflow celery worker``."""


CLIENTS = (
    "httpx",
    "psycopg",
    "kombu.transport.redis",
    "celery.app.events",
    "celery.events.dispatcher",
)
"""What an agent call uses, directly or at its first message."""


def preload() -> None:
    """Import the clients of an agent call and what a harvest needs; complete the Celery app.

    What Celery does when it first sends, it does here: it looks for result back ends in the
    metadata of every installed package, though we have none, and builds its router.
    """
    import agents.dispatch  # noqa: F401
    from agents.celery_app import app
    from agents.wcha.warm import warm

    for name in CLIENTS:
        import_module(name)
    app.finalize()
    warm()
    _ = app.backend, app.amqp.router, app.amqp.queues


if FORKING & set(sys.argv):
    preload()
