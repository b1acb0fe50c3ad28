"""A discovery from its order to its topics."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
import structlog
from psycopg import Connection

from agents.call import AgentCall
from agents.canonical import JSON
from agents.tda import explore, feeds, library
from agents.tda.candidates import Standings, find_candidates
from agents.tda.errors import DiscoveryBusy
from agents.tda.matching import Plan, is_open, make_plan
from agents.tda.material import Material
from agents.tda.order import Order
from agents.tda.preparing import Preparing
from agents.tda.reader import shared_reader
from agents.tda.rows import (
    JOIN,
    LOCK,
    NOTE_TRIED,
    OF_WORKFLOW,
    PATIENCE,
    SPREAD_ON_CARDS,
    StandingRow,
    TopicRow,
)
from agents.tda.settings import DiscoverySettings
from agents.tda.store import add_source, describe, propose
from agents.tda.story import SIDES, Story

log = structlog.get_logger(__name__)
Pages = dict[UUID, Material | None]
_TURNS = 15
"""How often a second is waited for the list of topics."""


def discover(call: AgentCall, order: Order, settings: DiscoverySettings) -> JSON:
    """Look for topics, and propose the worthiest.

    Raises:
        UnknownTopic: there is no such topic to look further into.
        DiscoveryBusy: others wrote topics all the time.
    """
    with call.pool.connection() as connection:
        found = OF_WORKFLOW.all(connection, workflow_id=order.workflow_id)
    if found:
        return _answer(call, found, Plan(), settings)
    feeds.refresh_feeds(call.pool, order, settings, shared_reader, call.checkpoint)
    now = datetime.now(UTC)
    with call.pool.connection() as connection:
        texts = _gather(connection, order, settings)
        standings = find_candidates(connection, texts, order, settings)
        standing = standings.read(connection)
        plan = make_plan(texts, standing, order, now)
        preparing = Preparing(
            connection, order, settings, call.settings.database_url, shared_reader,
            call.checkpoint, plan.may_be_one,
        )  # fmt: skip
        limit = min(order.limit, explore.MOST) if order.explores else order.limit
        chosen = [plan.named(story) for story in preparing.run(plan.stories, limit)]
        whole = preparing.complete(plan.joined)
    writing = _Writing(call, order, texts, now, standings)
    return _answer(call, writing.write(plan, chosen, standing, whole), plan, settings)


def _gather(
    connection: Connection[Any], order: Order, settings: DiscoverySettings
) -> list[Material]:
    entries = feeds.recent(connection, order, settings)
    if order.explores:
        return explore.explore(connection, order, entries, settings)
    return [*entries, *library.untold(connection, order.user_id, settings)]


def _answer(call: AgentCall, rows: list[TopicRow], plan: Plan, settings: DiscoverySettings) -> JSON:
    with call.pool.connection() as connection:
        states = feeds.states(connection, settings)
    return {
        "discovered_topics": [describe(row) for row in rows],
        "feeds": states,
        "considered": plan.considered,
        "stories": len(plan.stories) + len(plan.joined) + plan.held_back,
        "joined": len(plan.joined),
    }


class _Writing:
    """The one transaction in which topics are written, while no other discovery writes any."""

    def __init__(
        self, call: AgentCall, order: Order, texts: list[Material], now: datetime,
        standings: Standings,
    ) -> None:  # fmt: skip
        self._call = call
        self._order = order
        self._texts = texts
        self._now = now
        self._standings = standings

    def write(
        self, plan: Plan, chosen: list[Story], standing: list[StandingRow], whole: Pages
    ) -> list[TopicRow]:
        """Write the chosen and what joined; the topics that this flow has proposed."""
        for _ in range(_TURNS):
            self._call.checkpoint()
            try:
                return self._write_at_once(plan, chosen, standing, whole)
            except psycopg.errors.LockNotAvailable:
                log.info("discovery_waits_for_its_turn")
        raise DiscoveryBusy

    def _write_at_once(
        self, plan: Plan, chosen: list[Story], standing: list[StandingRow], whole: Pages
    ) -> list[TopicRow]:
        flow = self._order.workflow_id
        with self._call.transaction() as connection:
            PATIENCE.run(connection)
            LOCK.run(connection)
            there = OF_WORKFLOW.all(connection, workflow_id=flow)
            if there:
                return there
            after = self._standings.read(connection)
            if _ids(after) != _ids(standing):
                chosen = self._still_open(chosen, after)
            for story in chosen:
                propose(connection, story, self._order)
            _join(connection, plan.joined)
            _complete(connection, whole)
            SPREAD_ON_CARDS.run(connection, topic_ids=_met(plan.joined))
            return OF_WORKFLOW.all(connection, workflow_id=flow)

    def _still_open(self, chosen: list[Story], standing: list[StandingRow]) -> list[Story]:
        """The chosen that nobody else has begun to tell since they were chosen."""
        plan = make_plan(self._texts, standing, self._order, self._now)
        of = {text.identity: one for one in [*plan.stories, *plan.joined] for text in one.texts}
        still = []
        for story in chosen:
            met = of.get(story.head.identity)
            if met is not None and is_open(met):
                still.append(replace(story, standing=met.standing))
        return still


def _ids(rows: list[StandingRow]) -> list[tuple[object, bool]]:
    return [(row.topic_id, row.again) for row in rows]


def _join(connection: Connection[Any], joined: list[Story]) -> None:
    """Lay what was met beside the topics that tell it already, one text of each publisher."""
    for story in joined:
        topic = story.standing
        assert topic is not None
        room = SIDES + 1 - len(topic.texts)
        new = [one for one in story.texts if one.publisher not in topic.publishers]
        for text in new[: max(0, room)]:
            add_source(connection, topic.topic_id, text)
    if ids := _met(joined):
        JOIN.run(connection, topic_ids=ids)


def _met(joined: list[Story]) -> list[UUID]:
    """The topics that stand and of which more was met."""
    return [one.standing.topic_id for one in joined if one.standing]


def _complete(connection: Connection[Any], whole: Pages) -> None:
    """Lay the pages that were fetched beside topics that had extracts only."""
    for topic_id, page in whole.items():
        if page is not None:
            add_source(connection, topic_id, page)
    if whole:
        NOTE_TRIED.run(connection, topic_ids=list(whole))
