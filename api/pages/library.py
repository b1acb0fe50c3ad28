"""GET /library: what the visitor had made."""

import time
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import RedirectResponse, Response

from agents.duia.cards import EpisodeEntry
from agents.duia.compose import CATALOG, VERSION, PageOrder, compose
from agents.duia.fragments import row_data
from api.media.links import cover_url, cover_window
from api.pages.showing import Shown, show
from api.pages.visitor import OfVisitor, Visitor
from api.parts import OfFacade, Parts
from api.podcasts.pages import Listed, PodcastPage, read_cursor, read_page
from api.problems import InvalidRequest
from sql import Statement

EPISODES = 100
TITLE = "Library"
EMPTY = "Nothing here yet. Listen to a story, and it is kept here."

router = APIRouter()


@dataclass(frozen=True)
class CoverRow:
    """The picture of a podcast, as the media store calls it."""

    podcast_id: UUID
    uri: str


COVERS = Statement("pages/covers", CoverRow)


@router.get("/library")
async def get_library(
    parts: OfFacade, visitor: OfVisitor, cursor: Annotated[str | None, Query()] = None
) -> Response:
    """The newest first."""
    try:
        after = None if cursor is None else read_cursor(cursor)
    except InvalidRequest:
        return RedirectResponse("/library", 303)  # an old bookmark: from the top
    async with parts.pool.connection() as connection:
        found = await read_page(connection, visitor.caller.user_id, after, EPISODES)
    entries = await list_entries(parts, visitor, found.podcasts)
    words = {
        "rows": [(row_data(each), each["podcast_id"]) for each in entries],
        "heading": TITLE,
        "empty": EMPTY,
        "more": found.next_cursor and "/library?" + urlencode({"cursor": found.next_cursor}),
    }
    answer = _answer(found, entries)
    page = Shown("library", f"{TITLE} · Aethercast", "/library", answer, words, {})
    return show(parts.settings, visitor, page)


async def list_entries(
    parts: Parts, visitor: Visitor, podcasts: list[Listed]
) -> list[EpisodeEntry]:
    """The podcasts with their pictures, as a page shows them."""
    titles = {each.podcast_id: each.title or each.topic for each in podcasts}
    pictures = await picture_of(parts, visitor, titles)
    return [
        EpisodeEntry(
            podcast_id=str(each.podcast_id), title=each.title, topic=each.topic,
            status=each.status, duration_seconds=each.duration_seconds,
            cover_url=pictures.get(each.podcast_id), created_at=each.created_at.isoformat(),
        )
        for each in podcasts
    ]  # fmt: skip


async def picture_of(parts: Parts, visitor: Visitor, titles: dict[UUID, str]) -> dict[UUID, str]:
    """The addresses of the pictures of the visitor's podcasts, as far as they have any."""
    async with parts.pool.connection() as connection:
        covers = await COVERS.aall(
            connection, podcast_ids=list(titles), user_id=visitor.caller.user_id
        )
    until = cover_window(parts.settings, time.time())
    return {
        row.podcast_id: cover_url(parts.settings, row.uri, titles[row.podcast_id], until)
        for row in covers
    }


def _answer(found: PodcastPage, entries: list[EpisodeEntry]) -> dict[str, Any]:
    order = PageOrder("library", TITLE, layout="even", empty=EMPTY, episodes_heading="")
    messages = compose(order, [], entries)
    ui = {"version": VERSION, "catalog": CATALOG, "messages": messages}
    return {**found.model_dump(mode="json"), "ui": ui}
