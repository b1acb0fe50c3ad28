"""What became of a refresh, read from the rows of its steps and from the pool."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from agents.canonical import JSON
from plugins.errors import AgentOverdue
from plugins.flow.snippets.refresh import COLLECT, COMPOSE, COVER, CRAFT, DISCOVER
from plugins.step import rows
from plugins.step.rows import Connection, StepState
from sql.statements import Statement

Steps = Mapping[tuple[str, int], StepState]
"""The newest attempt at each task, by Airflow's task id and map index."""
NOT_TOLD = "No card was written."
NOT_PAINTED = "The cover was not painted."
KILLED = "Killed"
OVERDUE = AgentOverdue.__name__


@dataclass(frozen=True)
class StandingCard:
    """A card in the pool."""

    snippet_id: UUID
    topic_id: UUID
    has_cover: bool
    cover_problem: str | None
    is_own: bool = False
    """One person explored it; no page for all has it."""


@dataclass(frozen=True)
class FailedTopic:
    """A topic of which no card came."""

    topic_id: str
    title: str
    reason: str
    passing: bool = False
    """The fault was not the topic's: a service was away, or too slow."""


@dataclass(frozen=True)
class Result:
    """What came of a refresh."""

    discover: StepState | None
    collect: StepState | None
    compose: StepState | None
    topics: int
    made: tuple[StandingCard, ...]
    """Cards that this refresh wrote."""
    failed: tuple[FailedTopic, ...]
    bare: Mapping[UUID, str]
    """Why cards that this refresh wrote have no cover, by topic."""
    feeds: tuple[dict[str, JSON], ...]
    elsewhere: bool
    """Another refresh was at work, so this one looked for nothing."""

    @property
    def failing_feeds(self) -> tuple[dict[str, JSON], ...]:
        """Those that gave nothing this time."""
        return tuple(feed for feed in self.feeds if feed.get("status") == "failing")

    def as_json(self) -> dict[str, JSON]:
        """As the workflow keeps it."""
        return {
            "source": "generation",
            "snippets": [str(card.snippet_id) for card in self.made],
            "failed": [
                {"topic_id": topic.topic_id, "reason": topic.reason} for topic in self.failed
            ],
        }


CARDS_OF = Statement("refreshes/cards_of", StandingCard)


def read_result(connection: Connection, workflow_id: UUID) -> Result:
    """The result of a refresh as far as it is."""
    states = rows.READ_STEPS.all(connection, workflow_id=workflow_id)
    steps = {(state.airflow_task_id, state.map_index): state for state in states}
    topics = topics_of(steps.get((DISCOVER, -1)))
    cards = CARDS_OF.all(connection, topic_ids=[topic["topic_id"] for topic in topics])
    return sum_up(steps, topics, cards)


def topics_of(discover: StepState | None) -> list[dict[str, JSON]]:
    """What was found, in the order of the cards; nothing where the search has not ended well."""
    if discover is None or discover.status != "completed":
        return []
    return list((discover.summary or {}).get("topics") or [])


def sum_up(
    steps: Steps, topics: Sequence[Mapping[str, JSON]], cards: Sequence[StandingCard]
) -> Result:
    """The result, from the steps, the topics they were mapped over, and the cards that stand.

    A step of another topic than the one at its place is of an earlier search, before a Clear found
    others, and says nothing. Nor does a card that stood before and was only to be painted again.
    """
    standing = {str(card.topic_id): card for card in cards}
    made, failed, bare = [], [], {}
    for place, topic in enumerate(topics):
        if topic.get("bare"):
            continue
        craft, cover = _of(steps, CRAFT, place, topic), _of(steps, COVER, place, topic)
        card = standing.get(topic["topic_id"])
        if card is None or craft is None or craft.status != "completed":
            failed.append(_failure(topic, craft))
            continue
        made.append(card)
        if not card.has_cover or (cover is not None and cover.status == "failed"):
            bare[card.topic_id] = _reason(cover, NOT_PAINTED)
    discover = steps.get((DISCOVER, -1))
    found = (discover.summary if discover else None) or {}
    return Result(
        discover=discover,
        collect=steps.get((COLLECT, -1)),
        compose=steps.get((COMPOSE, -1)),
        topics=len(made) + len(failed),
        made=tuple(made),
        failed=tuple(failed),
        bare=bare,
        feeds=tuple(found.get("feeds") or ()),
        elsewhere=bool(found.get("elsewhere")),
    )


def _of(steps: Steps, task_id: str, place: int, topic: Mapping[str, JSON]) -> StepState | None:
    step = steps.get((task_id, place))
    if step is None or step.inputs.get("topic_id") not in (None, topic["topic_id"]):
        return None
    return step


def _failure(topic: Mapping[str, JSON], craft: StepState | None) -> FailedTopic:
    reason = _reason(craft, NOT_TOLD)
    return FailedTopic(topic["topic_id"], topic["title_suggestion"], reason, is_passing(craft))


def is_passing(step: StepState | None) -> bool:
    """Whether the step failed by what passes by itself. A process that was killed counts as the
    topic's fault: it may be what kills it."""
    error = (step.error if step else None) or {}
    if error.get("type") == KILLED:
        return False
    return bool(error.get("retryable")) or error.get("type") == OVERDUE


def _reason(step: StepState | None, otherwise: str) -> str:
    return str(((step.error if step else None) or {}).get("message") or otherwise)
