"""A client of event streams, by the rules a browser follows (WHATWG HTML, section 9.2)."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx


@dataclass
class Event:
    """An event as a client has it."""

    id: str = ""
    kind: str = "message"
    data: Any = None


def path_of(workflow_id: UUID) -> str:
    """Where a podcast's events are."""
    return f"/api/v1/podcasts/{workflow_id}/events"


def read_events(lines: Iterator[str]) -> Iterator[Event]:
    """What a client makes of a stream's lines."""
    event = Event()
    for line in lines:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "id":
            event.id = value
        elif name == "event":
            event.kind = value
        elif name == "data":
            event.data = json.loads(value)
        elif not line:
            if event.data is not None:
                yield event
            event = Event()


@contextmanager
def follow(
    client: httpx.Client, workflow_id: UUID, after: str | None = None
) -> Iterator[Iterator[Event]]:
    """The events of that podcast, as they come, after the one with that id."""
    headers = {} if after is None else {"Last-Event-ID": after}
    with client.stream("GET", path_of(workflow_id), headers=headers) as answer:
        assert answer.status_code == 200, answer.read()
        yield read_events(answer.iter_lines())
