"""By what names a caller knows a request: they stand on each of the agents' log lines for it."""

from typing import Any

import psycopg
import structlog
from psycopg.types.json import Jsonb

from agents.call import AgentCall
from agents.canonical import JSON
from agents.idempotency import Completed
from agents.task import agent_task
from tests.agents.core.conftest import Arrive, Record

Connection = psycopg.Connection[Any]


@agent_task("test.tell_names")
def tell_names(call: AgentCall) -> JSON:
    """What a log line of this task would say besides its event."""
    return {
        str(name): str(value) for name, value in structlog.contextvars.get_contextvars().items()
    }


def test_the_clients_headers_are_bound_for_the_body(
    connection: Connection, record: Record, arrive: Arrive, asked: dict[str, Any]
) -> None:
    connection.execute(
        """UPDATE workflow_instances SET client_workflow_id = 'order 7',
               client_idempotency_key = 'k-1', context_data = %s WHERE workflow_id = %s""",
        [Jsonb({"request_id": "r-1", "episode_url": "http://x"}), asked["workflow_id"]],
    )
    ending = arrive(tell_names, record(tell_names, asked))
    assert isinstance(ending, Completed)
    assert ending.result == {
        "client_workflow_id": "order 7", "client_idempotency_key": "k-1", "request_id": "r-1"
    }  # fmt: skip
    assert structlog.contextvars.get_contextvars() == {}
