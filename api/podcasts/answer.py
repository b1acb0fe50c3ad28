"""GET /podcasts/{workflow_id}: a look at the version, and the body of it where it is wanted."""

import time
from functools import partial
from uuid import UUID

from starlette.responses import Response

from api.media.links import window_of
from api.media.ranges import matches
from api.parts import Parts
from api.podcasts.accept import POLL_AFTER_SECONDS
from api.podcasts.bodies import Body
from api.podcasts.status import read_status
from api.podcasts.versions import VERSIONS, Version
from api.problems import NotFound
from sql import Command

REPRESENTATION = 3
"""Part of every ETag: to be raised when the same rows are told differently."""
_SECONDS_OF_A_DAY = 86_400
ONE_MOMENT = Command("events/one_moment")


async def look(parts: Parts, workflow_id: UUID, user_id: UUID) -> Version:
    """The present version of that user's workflow.

    Raises:
        NotFound: that user has no such workflow.
    """
    version = await parts.versions.look(workflow_id)
    if version is None or version.user_id != user_id:
        raise NotFound
    return version


async def answer_status(
    parts: Parts, workflow_id: UUID, user_id: UUID, if_none_match: str | None
) -> Response:
    """The status, or 304 where the caller has it.

    Raises:
        NotFound: that user has no such podcast.
    """
    return await answer_version(parts, await look(parts, workflow_id, user_id), if_none_match)


async def answer_version(parts: Parts, version: Version, if_none_match: str | None) -> Response:
    """The same, for whom that workflow may be shown.

    Raises:
        NotFound: it makes no podcast.
    """
    etag = etag_of(version, parts.settings.media_link_seconds)
    if if_none_match is not None and matches(if_none_match, etag):
        return Response(None, 304, _caching(etag))
    body = await parts.bodies.read(version.workflow_id, etag, partial(_build, parts, version))
    if body is None:
        raise NotFound
    headers = _caching(body.etag)
    if not body.ended:
        headers["Retry-After"] = str(POLL_AFTER_SECONDS)
    return Response(body.content, 200, headers, "application/json")


def etag_of(version: Version, media_link_seconds: int) -> str:
    """The entity tag of a version's status.

    The signed links in it belong to a window of time, the episode's to a day. When the version
    came to be is in it, because a database restored from a backup counts the same numbers again.
    """
    now = time.time()
    window, day = window_of(now, media_link_seconds), int(now) // _SECONDS_OF_A_DAY
    return f'"{REPRESENTATION}.{version.version:x}.{version.changed:x}.{window:x}.{day:x}"'


def _caching(etag: str) -> dict[str, str]:
    return {"ETag": etag, "Cache-Control": "private, no-cache"}


async def _build(parts: Parts, asked: Version) -> Body | None:
    """Version and status are read in one snapshot: the tag names exactly what it is on."""
    async with parts.pool.connection() as connection:
        await ONE_MOMENT.arun(connection)
        version = await VERSIONS.aone(connection, workflow_ids=[asked.workflow_id])
        if version is None:
            return None
        etag = etag_of(version, parts.settings.media_link_seconds)
        status = await read_status(connection, parts, asked.workflow_id, asked.user_id)
    if status is None:
        return None
    return Body(etag, status.model_dump_json().encode(), status.status != "GENERATING")
