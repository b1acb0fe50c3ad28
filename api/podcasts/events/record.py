"""What happened to a podcast, as events to send."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from psycopg import AsyncConnection

from api.parts import Parts
from api.podcasts.answer import ONE_MOMENT
from api.podcasts.events.estimate import seconds_left
from api.podcasts.events.kinds import End, Happening, StatusTold, Written, compose
from api.podcasts.status import PODCAST, read_agents
from api.podcasts.versions import VERSIONS, Version
from sql import Statement

AT_ONCE = 200
"""Events read at one time; more are read when these are sent."""


@dataclass(frozen=True)
class Told:
    """An event on its way out."""

    seq: int | None
    """None where whoever has seen only this has nothing to go on from."""
    kind: str
    data: Happening


@dataclass(frozen=True)
class Row:
    """An event as it is recorded."""

    seq: int
    kind: str
    data: dict[str, Any]
    at: datetime


@dataclass(frozen=True)
class Asked:
    """What an estimate is made from."""

    began: datetime
    minutes: float | None


@dataclass(frozen=True)
class Made(Asked):
    """How much there is by now."""

    written: int
    part_count: int | None
    spoken: float
    total_seconds: float | None


SINCE = Statement("events/since", Row)
ASKED = Statement("events/asked", Asked)
PROGRESS = Statement("events/progress", Made)


@dataclass(frozen=True)
class Batch:
    """Events to send, and the number of the last one they stand for."""

    told: list[Told]
    until: int


async def read_present(parts: Parts, version: Version) -> Batch:
    """The whole present state as a first event; and an end, where it has ended.

    Both stand for the same version. Its number is the end's alone: a caller whom the connection
    leaves in between would otherwise come back as one who has seen the end.

    Nothing where the workflow makes no podcast, or is no more.
    """
    async with parts.pool.connection() as connection:
        await ONE_MOMENT.arun(connection)
        now = await VERSIONS.aone(connection, workflow_ids=[version.workflow_id])
        told = await _tell_status(parts, connection, version)
    if now is None or told is None:
        return Batch([], version.version)
    if now.ended is None:
        return Batch([Told(now.version, "status", told)], now.version)
    first = Told(None, "status", told)
    end = End(at=told.at, status=told.status, title=told.title, error=told.error)
    return Batch([first, Told(now.version, "end", end)], now.version)


async def _tell_status(
    parts: Parts, connection: AsyncConnection[Any], version: Version
) -> StatusTold | None:
    identity = {"workflow_id": version.workflow_id}
    podcast = await PODCAST.aone(connection, user_id=version.user_id, **identity)
    made = await PROGRESS.aone(connection, **identity)
    if podcast is None or made is None:
        return None
    agents = await read_agents(connection, version.workflow_id)
    pace = await parts.pace.read(connection)
    now = datetime.now(UTC)
    return StatusTold(
        at=now,
        status=podcast.status,
        title=podcast.title,
        error=podcast.error,
        agents=agents,
        script=Written(written=made.written, total=made.part_count),
        seconds_spoken=made.spoken,
        estimated_total_seconds=made.total_seconds,
        estimated_seconds_left=None
        if podcast.ended_at
        else seconds_left(pace, made.minutes, made.began, now),
    )


async def read_since(parts: Parts, version: Version, after: int) -> Batch:
    """The events after one, in order, up to ``version``: all of them, or the first of many.

    Where they are not all recorded, as of a time before events were, the present state instead.
    An end that was not the last word, because a person had the podcast made again, is left out.
    """
    async with parts.pool.connection() as connection:
        rows = await SINCE.aall(
            connection, workflow_id=version.workflow_id, after=after, until=version.version,
            most=AT_ONCE,
        )  # fmt: skip
        left = await _estimate(parts, connection, version)
    if not rows or rows[0].seq != after + 1:
        return await read_present(parts, version)
    told = [
        Told(row.seq, row.kind, compose(row.kind, row.at, row.data, left))
        for row in rows
        if row.kind != "end" or row.seq == version.ended
    ]
    return Batch(told, rows[-1].seq)


async def _estimate(parts: Parts, connection: AsyncConnection[Any], version: Version) -> int | None:
    if version.ended is not None:
        return None
    asked = await ASKED.aone(connection, workflow_id=version.workflow_id)
    pace = await parts.pace.read(connection)
    if asked is None:
        return None
    return seconds_left(pace, asked.minutes, asked.began, datetime.now(UTC))


async def makes_podcast(parts: Parts, version: Version) -> bool:
    """Whether the workflow is a podcast's."""
    async with parts.pool.connection() as connection:
        return await ASKED.aone(connection, workflow_id=version.workflow_id) is not None


def is_over(version: Version, after: int) -> bool:
    """Whether whoever has seen event ``after`` has seen the end."""
    return version.ended is not None and version.ended <= after <= version.version
