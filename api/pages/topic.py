"""GET /topics/{topic_id}: one story, what it was written from, and what is near it."""

from typing import Annotated, Any, cast
from uuid import UUID

from fastapi import APIRouter, Depends, Path
from starlette.responses import Response

from agents.duia.cards import Card
from agents.duia.compose import CATALOG, VERSION, PageOrder, compose
from api.identifiers import read_id
from api.pages.cards import show_cards
from api.pages.showing import Shown, show
from api.pages.visitor import OfVisitor
from api.parts import OfFacade
from api.problems import NotFound
from api.snippets.document import SnippetDetails, SnippetSource
from api.snippets.routes import SOURCES
from api.snippets.view import View, see
from api.topics.explore import find_near
from api.topics.request import ExploreRequest

NEAR = "Near to it"

router = APIRouter()


async def _topic_id(topic_id: Annotated[str, Path()]) -> UUID:
    return read_id(topic_id)


OfTopic = Annotated[UUID, Depends(_topic_id)]


@router.get("/topics/{topic_id}")
async def get_topic(parts: OfFacade, visitor: OfVisitor, topic_id: OfTopic) -> Response:
    """Another's exploration, and a topic without a card, are as if they were not."""
    view = await see(parts, visitor.asker)
    card = next((each for each in view.cards.values() if each.topic_id == topic_id), None)
    if card is None:
        raise NotFound
    async with parts.pool.connection() as connection:
        sources = await SOURCES.aall(connection, topic_id=topic_id)
        near = await find_near(connection, view, ExploreRequest(topic_id=topic_id))
    said = [view.say(card), *near]
    shown = show_cards(view, said)
    words = {
        "heading": said[0]["title"],
        "near_heading": NEAR,
        "card": shown[0],
        "near": shown[1:],
        "sources": [(each, quotes_of(said[0], each)) for each in sources],
    }
    answer = _answer(view, said, sources)
    page = Shown("topic", f"{said[0]['title']} · Aethercast", "", answer, words, {})
    return show(parts.settings, visitor, page)


def quotes_of(said: dict[str, Any], source: SnippetSource) -> list[str]:
    """The words of a source that the card rests on, each once, in the card's order."""
    cited = [each for sentence in said["sentences"] for each in sentence["citations"]]
    of_source = [each["quote"] for each in cited if each["source_id"] == str(source.source_id)]
    return list(dict.fromkeys(of_source))


def _answer(view: View, said: list[dict[str, Any]], sources: list[SnippetSource]) -> dict[str, Any]:
    order = PageOrder(
        "topic", said[0]["title"], near=NEAR, labels=view.labels, minutes=view.minutes
    )
    messages = compose(order, cast(list[Card], said))
    ui = {"version": VERSION, "catalog": CATALOG, "messages": messages}
    details = SnippetDetails(**said[0], sources=sources)
    return {**details.model_dump(mode="json"), "ui": ui}
