"""The Celery task ``duia.compose_page``."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

import agents.duia.warm  # noqa: F401  (its steps are done when a worker starts)
from agents.canonical import JSON
from agents.duia.cards import Card
from agents.duia.compose import CATALOG, CategoryChoice, PageOrder, compose
from agents.duia.errors import NoCards
from agents.duia.stored import Page, read_cards, read_labels, read_version, store_page
from agents.duia.validate import MOST_CARDS, check_page
from agents.task import AgentCall, agent_task

Ids = Annotated[list[UUID], Field(min_length=1, max_length=MOST_CARDS)]


@agent_task("duia.compose_page")
def compose_page(
    call: AgentCall, *, snippet_ids: Ids, kind: Literal["landing"] = "landing"
) -> JSON:
    """Compose the page of these cards, in their order, and keep it.

    Returns ``{"page_id", "ui": {"catalog", "messages"}, "snippets", "sha256"}``: the A2UI messages
    with media as the store's own addresses, and the ids of the cards that are on the page. A card
    that is gone is left out.

    Raises:
        NoCards: all of them are gone.
        PageInvalid: the page is not what the catalogue says a page is; nothing was kept.
    """
    with call.pool.connection() as connection:
        version = read_version(connection)  # first: a card that changes meanwhile is newer
        cards = read_cards(connection, list(dict.fromkeys(snippet_ids)), call.user_id)
        labels = read_labels(connection)
    if not cards:
        raise NoCards
    messages = compose(order_of(cards, labels), cards)
    check_page(messages)
    page = Page(kind, call.workflow_id, version, [each["snippet_id"] for each in cards], messages)
    with call.transaction() as connection:
        store_page(connection, page)
    return {
        "page_id": str(page.page_id),
        "ui": {"catalog": CATALOG, "messages": messages},
        "snippets": page.snippet_ids,
        "sha256": page.sha256,
    }


def order_of(cards: list[Card], labels: dict[str, str]) -> PageOrder:
    """The landing page as nobody in particular sees it: the filter has what the cards have."""
    there = {each["category"] for each in cards}
    return PageOrder(
        categories=[
            CategoryChoice(id=category, label=label, selected=False, muted=False)
            for category, label in labels.items()
            if category in there
        ]
    )
