"""The Celery task ``tda.discover_topics``."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

import agents.tda.warm  # noqa: F401  (its steps are done when a worker starts)
from agents.canonical import JSON
from agents.task import AgentCall, agent_task
from agents.tda.discovering import discover
from agents.tda.order import Interests, Order
from agents.tda.settings import DiscoverySettings

Limit = Annotated[int, Field(ge=1, le=64)]
Query = Annotated[str, Field(min_length=1, max_length=500)]


@agent_task("tda.discover_topics")
def discover_topics(
    call: AgentCall,
    *,
    query: Query | None = None,
    limit: Limit = 12,
    parent_topic_id: UUID | None = None,
    interests: Interests | None = None,
    hurry: bool = False,
) -> JSON:
    """Look for topics, write them down and name them, the worthiest first.

    Returns ``{"discovered_topics": [TopicObject], "feeds": [{"url", "status", "items",
    "problem"}], "considered", "stories", "joined"}``. Repeated, it finds what it found.
    """  # fmt: skip
    order = Order(
        workflow_id=call.workflow_id, user_id=call.user_id, query=query, limit=limit,
        parent_topic_id=parent_topic_id, interests=interests or Interests(), hurry=hurry,
    )  # fmt: skip
    return discover(call, order, DiscoverySettings())
