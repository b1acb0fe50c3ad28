"""What a story is worth, and which are chosen."""

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from agents.tda.order import Interests
from agents.tda.story import Story, are_two

RECENCY, SPREAD, NOVELTY, QUALITY = 0.40, 0.25, 0.25, 0.10
HALF_LIFE = 18.0
"""Hours after which a story is half as recent."""
TIMELESS = 0.25
"""How recent a document of the library is, whatever its age."""
LIKED = 0.5
"""By how much a category that everybody likes is worth more."""


def recency(seen_at: datetime | None, now: datetime) -> float:
    """1 for what is new, half of it every 18 hours; what has no date does not age."""
    if seen_at is None:
        return TIMELESS
    hours = max(0.0, (now - seen_at).total_seconds() / 3600)
    return float(2 ** (-hours / HALF_LIFE))


def spread(publishers: int) -> float:
    """How widely a story is told: 0 for one publisher, towards 1 for many."""
    return 1 - 1 / max(1, publishers)


def rate(story: Story, interests: Interests, now: datetime) -> Story:
    """The story with what it is worth: between 0 and 1, more where its category is liked."""
    seen = [one.seen_at for one in story.texts if one.seen_at is not None]
    worth = (
        RECENCY * recency(max(seen) if seen else None, now)
        + SPREAD * spread(story.publishers)
        + NOVELTY * story.novelty
        + QUALITY * story.quality
    )
    liked = min(1.0, max(0.0, interests.liked.get(story.category, 0.0)))
    return replace(story, worth=worth * (1 + LIKED * liked))


def choose(
    stories: list[Story],
    limit: int,
    muted: list[str],
    publisher_share: float,
    category_share: float,
    may_be_one: Callable[[Story, Story], bool] = are_two,
) -> list[Story]:
    """The worthiest, no muted ones; first within the shares, then whatever is left; none that may
    be the same as a worthier one.
    """
    ranked = sorted(
        (story for story in stories if story.category not in muted),
        key=lambda story: (-story.worth, story.head.identity),
    )
    most = math.ceil(publisher_share * limit), math.ceil(category_share * limit)
    by_publisher: Counter[str] = Counter()
    by_category: Counter[str] = Counter()
    chosen: list[Story] = []
    later: list[Story] = []
    for story in ranked:
        if len(chosen) == limit:
            break
        if any(may_be_one(story, one) for one in chosen):
            continue
        publisher = story.head.publisher
        if by_publisher[publisher] < most[0] and by_category[story.category] < most[1]:
            by_publisher[publisher] += 1
            by_category[story.category] += 1
            chosen.append(story)
        else:
            later.append(story)
    for story in later:
        if len(chosen) < limit and not any(may_be_one(story, one) for one in chosen):
            chosen.append(story)
    return sorted(chosen, key=lambda story: (-story.worth, story.head.identity))
