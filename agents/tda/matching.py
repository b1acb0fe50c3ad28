"""From texts and topics that stand to stories, each met for the first time or known."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from agents.tda.alike import Likeness
from agents.tda.categories import categorise
from agents.tda.changed import find_changed
from agents.tda.groups import group
from agents.tda.keywords import keywords_of
from agents.tda.material import Material
from agents.tda.order import Order
from agents.tda.rows import StandingRow
from agents.tda.scoring import rate
from agents.tda.stories import Batch
from agents.tda.story import Standing, Story, are_two, arrange

WELL_SHOWN = 20
"""A story shown so often is no news at all."""
LEAST_TOLD = 2
"""Sentences without which there is nothing to say."""


@dataclass(frozen=True)
class Plan:
    """Stories that may become cards, and those that joined a topic which stands."""

    stories: list[Story] = field(default_factory=list)
    joined: list[Story] = field(default_factory=list)
    considered: int = 0
    batch: Batch = field(default_factory=lambda: Batch([]))
    """What the stories were told apart in."""
    held_back: int = 0
    """How many stories wait, because a topic that stands may tell them already."""
    may_be_one: Callable[[Story, Story], bool] = field(default=are_two)
    """Which stories are not to be proposed together."""

    def named(self, story: Story) -> Story:
        """The story with its keywords."""
        return replace(story, keywords=keywords_of(story.head, self.batch))


def make_plan(texts: list[Material], rows: list[StandingRow], order: Order, now: datetime) -> Plan:
    """Sort texts into stories, and rate those that are new."""
    standing = [standing_of(row) for row in rows]
    known, fresh = _divide(texts, standing)
    old = [(topic, text) for topic in standing for text in topic.texts]
    batch = Batch([*fresh, *(text for _, text in old)])
    at = {id(text): place for place, (_, text) in enumerate(old, len(fresh))}
    groups = group(batch, [[at[id(text)] for text in topic.texts] for topic in standing])
    found = [_story(places, batch, fresh, old, known) for places in groups]
    stories = [one for one in found if one is not None]
    joined = [one for one in stories if not is_open(one)]
    likeness = Likeness(batch)
    untold = [one for one in stories if is_open(one)]
    free = [one for one in untold if order.explores or not _is_told(one, standing, likeness)]
    rated = [_finish(one, batch, old, order, now) for one in free]
    if order.explores:
        return Plan(rated, joined, len(texts), batch)
    return Plan(rated, joined, len(texts), batch, len(untold) - len(free), likeness.may_be_one)


def _is_told(story: Story, standing: list[Standing], likeness: Likeness) -> bool:
    """Whether a story that stands nowhere may be told already."""
    return story.standing is None and likeness.is_told(story, standing)


def is_open(story: Story) -> bool:
    """Whether a story is for telling: new, to be tried again, there whole for the first time, or
    saying something else now.
    """
    topic = story.standing
    if topic is None or topic.again or story.retold:
        return True
    return not topic.complete and any(one.complete for one in story.texts)


def standing_of(row: StandingRow) -> Standing:
    """A topic that stands, with the beginnings of its texts."""
    texts = tuple(_text(row, source) for source in row.sources or [])
    return Standing(
        topic_id=row.topic_id, texts=texts, again=row.again, shown=row.shown,
        complete=any(one.complete for one in texts), tried=row.tried,
        publishers=frozenset(one.publisher for one in texts),
    )  # fmt: skip


def _text(row: StandingRow, source: dict[str, Any]) -> Material:
    own = source["url"] or source["document_id"] or f"{row.topic_id}#{source['position']}"
    identity = row.identity if source["position"] == 0 and row.identity else own
    published = source["published_at"]
    moment = datetime.fromisoformat(published) if published else None
    return Material(
        identity=identity, kind=source["kind"], title=source["title"], text=source["beginning"],
        publisher=source["publisher"], url=source["url"], document_id=source["document_id"],
        published_at=moment, seen_at=moment or row.last_seen_at,
        complete=source["complete"], whole=own if _is_section(identity, own) else None,
    )  # fmt: skip


def _is_section(identity: str, own: str) -> bool:
    return identity != own and identity.startswith(f"{own}#")


def _divide(
    texts: list[Material], standing: list[Standing]
) -> tuple[dict[object, list[Material]], list[Material]]:
    """Texts that topics are told from already, by topic; and the others, each once."""
    of = {one.identity: topic for topic in standing for one in topic.texts}
    known: dict[object, list[Material]] = defaultdict(list)
    fresh: dict[str, Material] = {}
    for text in texts:
        if text.identity in of:
            known[of[text.identity].topic_id].append(text)
        else:
            fresh.setdefault(text.identity, text)
    return known, list(fresh.values())


def _story(
    places: list[int], batch: Batch, fresh: list[Material],
    old: list[tuple[Standing, Material]], known: dict[object, list[Material]],
) -> Story | None:  # fmt: skip
    """What one group tells; None for a topic of which nothing was met."""
    texts = [batch.texts[place] for place in places if place < len(fresh)]
    topic = next((old[p - len(fresh)][0] for p in places if p >= len(fresh)), None)
    if topic is not None:
        texts += known.get(topic.topic_id, [])
        changed = find_changed(texts, topic)
        if changed is not None:
            rest = [one for one in arrange(texts) if one.publisher != changed.publisher]
            return Story((changed, *rest), topic, retold=True)
    return Story(arrange(texts), topic) if texts else None


def _finish(
    story: Story, batch: Batch, old: list[tuple[Standing, Material]], order: Order, now: datetime
) -> Story:
    named = replace(story, category=categorise(story.head), novelty=_novelty(story, batch, old))
    return rate(named, order.interests, now)


def _novelty(story: Story, batch: Batch, old: list[tuple[Standing, Material]]) -> float:
    """1 where nothing like it was shown lately, 0 where the same was, often."""
    begin = len(batch.texts) - len(old)
    place = next((i for i in range(begin) if batch.texts[i] is story.head), None)
    if place is None:
        return 1.0
    near = (
        float(batch.cosines[place, begin + number]) * min(1.0, topic.shown / WELL_SHOWN)
        for number, (topic, _) in enumerate(old)
        if topic.shown and (story.standing is None or topic.topic_id != story.standing.topic_id)
    )
    return max(0.0, 1.0 - max(near, default=0.0))
