"""Two callers: one has podcasts in every state, the other knows their ids and should learn nothing.

What another may not see is compared with what never was: status, body, header fields, and the
statements sent to the database, which is where time would go.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest

from sql.statements import load_file
from tests.agents.sca.seed import seed_cards
from tests.api.conftest import Facade, ask_podcast, new_key
from tests.api.made import finish, ids_of

STATES = ("GENERATING", "COMPLETED", "FAILED", "CANCELLED")
PASSING = {"date", "x-request-id", "ratelimit", "ratelimit-policy", "traceparent"}
"""Header fields that are another at each request."""

SWEEPING = frozenset(load_file("runs").values())
"""Statements that no request sends."""


@dataclass(frozen=True)
class Tenants:
    """The owner with a podcast for each state, a source, and somebody else."""

    facade: Facade
    owner: httpx.Client
    other: httpx.Client
    podcasts: dict[str, UUID]
    source_id: str
    request_key: str
    things: dict[str, UUID]
    """What else the owner has, by the name that its id has in paths."""

    def id_of(self, name: str, state: str) -> UUID:
        """The owner's thing of that kind; of podcasts there is one in each state."""
        return self.podcasts[state] if name == "workflow_id" else self.things[name]


def settle(facade: Facade, owner: httpx.Client, other: httpx.Client) -> Tenants:
    """Give the owner something to hide."""
    podcasts = {state: UUID(ask_podcast(owner).json()["workflow_id"]) for state in STATES}
    key = new_key()
    text = {"title": "Mine", "text": "Words."}
    source_id = owner.post("/api/v1/sources", json=text, headers=key).json()["source_id"]
    with psycopg.connect(facade.settings.database_url, autocommit=True) as connection:
        finish(connection, facade.settings, podcasts["COMPLETED"])
        connection.execute(
            """UPDATE workflow_instances SET overall_status = 'failed', end_timestamp = now()
               WHERE workflow_id = %s""",
            [podcasts["FAILED"]],
        )
        connection.execute(
            "UPDATE podcasts SET status = 'FAILED', error = 'No.' WHERE podcast_id = %s",
            [podcasts["FAILED"]],
        )
    assert owner.delete(f"/api/v1/podcasts/{podcasts['CANCELLED']}").status_code == 200
    for state, workflow_id in podcasts.items():
        assert owner.get(f"/api/v1/podcasts/{workflow_id}").json()["status"] == state
    with psycopg.connect(facade.settings.database_url, autocommit=True) as connection:
        user_id, _ = ids_of(connection, podcasts["COMPLETED"])
        [explored] = seed_cards(connection, 1, user_id=user_id)
    things = {
        "snippet_id": explored.snippet_id, "topic_id": explored.topic_id,
        "session_id": UUID(owner.get("/api/v1/sessions/current").json()["session_id"]),
        "podcast_id": podcasts["COMPLETED"],
    }  # fmt: skip
    other.delete(f"/api/v1/podcasts/{uuid4()}")  # makes the other a user
    return Tenants(facade, owner, other, podcasts, source_id, key["X-Idempotency-Key"], things)


@dataclass(frozen=True)
class Told:
    """All that an answer tells."""

    status: int
    body: bytes
    headers: dict[str, str]
    statements: list[bytes]


def ask(client: httpx.Client, method: str, path: str, **request: Any) -> Told:
    """Send a request; what comes back, and what it made the database do."""
    with listening() as statements:
        answer = client.request(method, path, **request)
    kept = {name: value for name, value in answer.headers.items() if name not in PASSING}
    return Told(answer.status_code, answer.content, kept, list(statements))


def wait_for_silence() -> None:
    """Return once nothing is asked of the database any more: a stream that was left ends late."""
    for _ in range(100):
        with listening() as statements:
            time.sleep(0.1)
        if not statements:
            return
    raise TimeoutError("this facade is never quiet")


@contextmanager
def listening() -> Iterator[list[bytes]]:
    """The statements that this process sends within the block."""
    heard: list[bytes] = []
    with pytest.MonkeyPatch.context() as patch:
        for cursor in (psycopg.AsyncCursor, psycopg.Cursor):
            patch.setattr(cursor, "execute", _noting(cursor.execute, heard))
        yield heard


def _noting(execute: Any, heard: list[bytes]) -> Any:
    def note(self: Any, query: Any, *more: Any, **named: Any) -> Any:
        # The pool looks after its connections with an empty one; and in one process there may be
        # other facades, whose sweepers never rest.
        if query and query not in SWEEPING:
            heard.append(query if isinstance(query, bytes) else str(query).encode())
        return execute(self, query, *more, **named)

    return note
