"""A discovery from its order to its topics."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import structlog
from psycopg import Connection

from agents.call import AgentCall
from agents.canonical import JSON
from agents.tda import library
from agents.tda.order import Order
from agents.tda.rows import LOCK, OF_WORKFLOW, PATIENCE, STANDING
from agents.tda.scoring import choose, rate
from agents.tda.settings import DiscoverySettings
from agents.tda.store import describe, propose
from agents.tda.story import Story

log = structlog.get_logger(__name__)


@dataclass
class Tally:
    """What a discovery went through."""

    feeds: list[dict[str, JSON]] = field(default_factory=list)
    considered: int = 0
    stories: int = 0
    joined: int = 0


def discover(call: AgentCall, order: Order, settings: DiscoverySettings) -> JSON:
    """Look for topics and propose the worthiest."""
    tally = Tally()
    now = datetime.now(UTC)
    with call.pool.connection() as connection:
        told = {row.identity for row in _standing(connection, order, settings) if not row.again}
        texts = [
            text
            for text in library.untold(connection, order.user_id, settings)
            if text.identity not in told
        ]
        tally.considered = tally.stories = len(texts)
        stories = [
            rate(Story((text,), category=text.category or "world"), order.interests, now)
            for text in texts
        ]
        chosen = choose(
            stories, order.limit, order.interests.muted, settings.discovery_publisher_share,
            settings.discovery_category_share,
        )  # fmt: skip
        read = library.whole(connection, [one.head.identity for one in chosen], settings)
    whole = [one.led_by(read[one.head.identity]) for one in chosen if one.head.identity in read]
    call.checkpoint()
    with call.transaction() as connection:
        _take_turn(connection)
        if not OF_WORKFLOW.all(connection, workflow_id=order.workflow_id):
            for story in whole:
                propose(connection, story, order)
        rows = OF_WORKFLOW.all(connection, workflow_id=order.workflow_id)
    return {
        "discovered_topics": [describe(row) for row in rows],
        "feeds": tally.feeds,
        "considered": tally.considered,
        "stories": tally.stories,
        "joined": tally.joined,
    }


def _take_turn(connection: Connection[Any]) -> None:
    PATIENCE.run(connection)
    LOCK.run(connection)


def _standing(connection: Connection[Any], order: Order, settings: DiscoverySettings) -> list[Any]:
    return STANDING.all(connection, user_id=order.user_id, match_days=settings.match_days)
