"""GET /library: what the visitor had made."""

import time
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from agents.duia.cards import EpisodeEntry
from agents.duia.compose import CATALOG, VERSION, PageOrder, compose
from agents.duia.fragments import row_data
from api.media.links import cover_url, cover_window
from api.pages.showing import Shown, show
from api.pages.visitor import OfVisitor, Visitor
from api.parts import OfFacade, Parts
from api.podcasts.pages import Listed, PodcastPage, read_cursor, read_page
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
    after = None if cursor is None else read_cursor(cursor)
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
    ids, user_id = [each.podcast_id for each in podcasts], visitor.caller.user_id
    async with parts.pool.connection() as connection:
        covers = await COVERS.aall(connection, podcast_ids=ids, user_id=user_id)
    until = cover_window(parts.settings, time.time())
    pictures = {row.podcast_id: row.uri for row in covers}
    return [
        EpisodeEntry(
            podcast_id=str(each.podcast_id), title=each.title, topic=each.topic,
            status=each.status, duration_seconds=each.duration_seconds,
            cover_url=_url(parts, pictures.get(each.podcast_id), each.title or each.topic, until),
        )
        for each in podcasts
    ]  # fmt: skip


def _url(parts: Parts, uri: str | None, title: str, until: int) -> str | None:
    return None if uri is None else cover_url(parts.settings, uri, title, until)


def _answer(found: PodcastPage, entries: list[EpisodeEntry]) -> dict[str, Any]:
    order = PageOrder("library", TITLE, layout="even", empty=EMPTY, episodes_heading="")
    messages = compose(order, [], entries)
    ui = {"version": VERSION, "catalog": CATALOG, "messages": messages}
    return {**found.model_dump(mode="json"), "ui": ui}
