"""Accepts an exploration: one at a time of the same thing, and within what a caller may have."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from agents.canonical import digest
from api.json_body import at, refused
from api.limits.quotas import admit_exploration
from api.request_keys import Answer
from api.search.find import Search
from api.settings import FacadeSettings
from api.snippets.events.teller import Refresh
from api.snippets.orders import Order
from api.snippets.view import View
from api.topics.request import ExploreRequest
from sql import Statement

NEAR = 6
"""Cards that are shown while others are made."""
POLL_AFTER_SECONDS = 2
_WORDS = re.compile(r"[^\W_]+(?:[ '-][^\W_]+)*")


@dataclass(frozen=True)
class Parent:
    """A topic to go deeper into."""

    topic_id: UUID
    title: str
    keywords: list[str]


PARENT = Statement("pool/topic", Parent)


class Joined(Exception):
    """The same exploration is at work, or was a moment ago."""

    def __init__(self, workflow_id: UUID) -> None:
        super().__init__(str(workflow_id))
        self.workflow_id = workflow_id


def order_of(
    wanted: ExploreRequest, user_id: UUID, request_key: str, context: dict[str, str]
) -> Order:
    """The work that is wanted."""
    asked = {"query": wanted.query} if wanted.query else {"parent_topic_id": str(wanted.topic_id)}
    return Order(
        {**asked, "limit": wanted.limit, "hurry": True, "reason": "explore"},
        scope=f"explore/{user_id}/{digest(wanted.identity)}", user_id=user_id,
        request_key=request_key, context=context,
    )  # fmt: skip


async def commit(connection: AsyncConnection[Any], order: Order, settings: FacadeSettings) -> None:
    """Write the workflow. The caller holds the transaction.

    Raises:
        Joined: there is one; nothing is to be done.
        QuotaExceeded: the caller has as many as is allowed.
    """
    assert order.user_id is not None
    if (standing := await order.claim(connection)) is not None:
        raise Joined(standing)
    await admit_exploration(connection, order.user_id, order.workflow_id, settings)


def answer(refresh: Refresh, near: Sequence[dict[str, Any]]) -> Answer:
    """202, where to look, and what there is already."""
    body = {
        "workflow_id": str(refresh.workflow_id),
        "status": refresh.status,
        "source": "generation",
        "snippets": near,
        "events_url": f"/api/v1/snippets/events?workflow_id={refresh.workflow_id}",
    }
    headers = {
        "Location": f"/api/v1/workflows/{refresh.workflow_id}",
        "Retry-After": str(POLL_AFTER_SECONDS),
    }
    return Answer(202, headers, json.dumps(body))


async def find_near(
    connection: AsyncConnection[Any], view: View, wanted: ExploreRequest
) -> list[dict[str, Any]]:
    """Cards that are near to what is to be explored, the story itself aside.

    Raises:
        InvalidRequest: there is no such topic for this person.
    """
    words = wanted.query or ""
    if wanted.topic_id is not None:
        user_id = view.asker.user_id
        parent = await PARENT.aone(connection, topic_id=wanted.topic_id, user_id=user_id)
        if parent is None:
            raise refused(at("topic_id", "There is no such topic."))
        words = " or ".join(_WORDS.findall(" . ".join([*parent.keywords, parent.title])))
    found = await Search(view, words, NEAR + 1).snippets(connection)
    near = (view.cards[each.snippet_id] for each in found if each.topic_id != wanted.topic_id)
    return [view.say(each) for each in near][:NEAR]
