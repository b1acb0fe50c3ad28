"""POST /listen: have a story made. GET /listen/{podcast_id}: hear it, read it, see its sources."""

import json
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import RedirectResponse, Response

from api.identifiers import read_workflow_id
from api.login.form import read_form
from api.pages.library import picture_of
from api.pages.showing import Shown, show
from api.pages.visitor import OfVisitor, Visitor
from api.parts import OfFacade, Parts
from api.podcasts.document import PodcastStatus
from api.podcasts.ordering import order_podcast
from api.podcasts.status import read_status
from api.problems import KeyMissing, NotFound
from api.request_keys import unquote
from sql import Statement

AGAIN_SECONDS = 3
STATUS_WORDS = {
    "GENERATING": "In the making", "COMPLETED": "Finished", "FAILED": "It could not be made",
    "COMPLETED_WITH_ERRORS": "Finished, with something missing", "CANCELLED": "Cancelled",
}  # fmt: skip
HOSTS = {"host_a": "Host", "host_b": "Co-host"}

router = APIRouter()


@dataclass(frozen=True)
class Story:
    """The card that an episode was made from."""

    topic_id: UUID
    teaser: str | None
    category: str | None
    retired: bool
    """It is no page of its own any more."""


STORY = Statement("pages/story", Story)


async def _podcast_id(podcast_id: Annotated[str, Path()]) -> UUID:
    return await read_workflow_id(podcast_id)


OfPodcast = Annotated[UUID, Depends(_podcast_id)]


@router.post("/listen")
async def post_listen(request: Request, parts: OfFacade, visitor: OfVisitor) -> Response:
    """As POST /api/v1/podcasts with that topic_id, or that topic in words, under that key; then to
    where it is heard.

    Raises:
        ForeignOrigin: another site's page sent the form.
        InvalidRequest, QuotaExceeded, TooManyRequests: nothing was done.
    """
    form = await read_form(request)
    if not (key := form.get("key")):
        raise KeyMissing
    name = "topic" if "topic" in form else "topic_id"
    body = {name: form.get(name, "")}
    answer = await order_podcast(request, parts, visitor.caller, unquote(key), None, body)
    podcast = json.loads(bytes(answer.body))["podcast_id"]
    return RedirectResponse(f"/listen/{podcast}", 303)


@router.get("/listen/{podcast_id}")
async def get_listen(parts: OfFacade, visitor: OfVisitor, podcast_id: OfPodcast) -> Response:
    """An episode of the visitor's; while it is made, the page asks again by itself."""
    async with parts.pool.connection() as connection:
        user_id = visitor.caller.user_id
        podcast = await read_status(connection, parts, podcast_id, user_id)
        story = await STORY.aone(connection, podcast_id=podcast_id, user_id=user_id)
    if podcast is None:
        raise NotFound
    title = podcast.title or podcast.topic
    making = podcast.status == "GENERATING"
    words = {
        "podcast": podcast, "heading": title, "making": making, "hosts": HOSTS,
        "status": STATUS_WORDS[podcast.status], "steps": _steps(podcast),
        "story": story, "cover": await _cover(parts, visitor, podcast),
        "numbers": {each.source_id: place for place, each in enumerate(podcast.sources, 1)},
    }  # fmt: skip
    more = {"episode": podcast.model_dump(mode="json")}
    refresh = AGAIN_SECONDS if making else None
    page = Shown("listen", f"{title} · Aethercast", "", None, words, more, refresh)
    return show(parts.settings, visitor, page)


async def _cover(parts: Parts, visitor: Visitor, podcast: PodcastStatus) -> str | None:
    """The address of its picture; until it has one, of the picture of its story."""
    if podcast.media.cover:
        return podcast.media.cover.url
    title = podcast.title or podcast.topic
    pictures = await picture_of(parts, visitor, {podcast.podcast_id: title})
    return pictures.get(podcast.podcast_id)


def _steps(podcast: PodcastStatus) -> str:
    """How far each agent is, in a line."""
    done = sum(each.status in ("completed", "skipped") for each in podcast.agents)
    return f"{done} of {len(podcast.agents)} steps" if podcast.agents else ""
