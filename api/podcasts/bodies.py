"""The newest body of each podcast asked for lately, serialised once."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Body:
    """A status as it is sent."""

    etag: str
    content: bytes
    ended: bool


Build = Callable[[], Coroutine[Any, Any, Body | None]]


class StatusBodies:
    """Keeps bodies, up to so many bytes in all; the one unused for longest goes first."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._kept: OrderedDict[UUID, Body] = OrderedDict()
        self._building: dict[tuple[UUID, str], asyncio.Task[Body | None]] = {}

    async def read(self, workflow_id: UUID, etag: str, build: Build) -> Body | None:
        """The body under that tag, kept or built; what is built may be newer than the tag.

        Those who ask for the same at once wait for one building.
        """
        kept = self._kept.get(workflow_id)
        if kept is not None and kept.etag == etag:
            self._kept.move_to_end(workflow_id)
            return kept
        key = (workflow_id, etag)
        building = self._building.get(key)
        if building is None:
            building = self._building[key] = asyncio.create_task(self._build(workflow_id, build))
            building.add_done_callback(lambda _: self._building.pop(key))
        # Whoever leaves does not take the body from the others.
        return await asyncio.shield(building)

    async def _build(self, workflow_id: UUID, build: Build) -> Body | None:
        body = await build()
        if body is not None:
            self._keep(workflow_id, body)
        return body

    def _keep(self, workflow_id: UUID, body: Body) -> None:
        before = self._kept.pop(workflow_id, None)
        self._bytes += len(body.content) - (len(before.content) if before else 0)
        self._kept[workflow_id] = body
        while self._bytes > self._most_bytes:
            _, dropped = self._kept.popitem(last=False)
            self._bytes -= len(dropped.content)
