"""What one person sees of the pool at one moment: every route about cards begins here.

Cards of muted categories and other people's explored ones are not in it, so no route can show them.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request

from api.callers import OfCaller
from api.media.links import cover_url, cover_window
from api.parts import OfFacade, Parts
from api.podcasts.preferences import Preferences
from api.sessions.preferences import read_preferences, with_defaults
from api.sessions.sessions import Asker, asker_of
from api.snippets.book import Shelf
from api.snippets.fragments import PoolCard
from api.snippets.look import Look
from api.snippets.ranking import Taste

RANKED_SECONDS = 300
"""Within the same so many seconds the same cards stand in the same order."""


@dataclass(frozen=True)
class View:
    """The pool for one person."""

    parts: Parts
    asker: Asker
    look: Look
    shelves: list[Shelf]
    labels: dict[str, str]
    """What each category is called, in their order."""
    now: float

    @cached_property
    def taste(self) -> Taste:
        """What the person likes, does not want to see, and has listened to."""
        return self.look.taste

    @cached_property
    def minutes(self) -> int:
        """How long an episode is that the person asks for without a word about its length."""
        usual = read_preferences(self.look.preferences)
        return with_defaults(Preferences(), usual).length_minutes

    @cached_property
    def cards(self) -> dict[UUID, PoolCard]:
        """All that this person may see."""
        return {
            snippet_id: card
            for shelf in self.shelves
            for snippet_id, card in shelf.cards.items()
            if card.merits.category not in self.taste.muted
        }

    @property
    def has_cards(self) -> bool:
        """Whether there is any card, be it of a muted category."""
        return any(shelf.cards for shelf in self.shelves)

    @property
    def at(self) -> int:
        """As of when cards are ranked, in seconds since 1970."""
        return ranked_at(self.now)

    @cached_property
    def links_until(self) -> int:
        """When links to covers expire that are given now."""
        return cover_window(self.parts.settings, self.now)

    def say(self, card: PoolCard) -> dict[str, Any]:
        """The card as an answer to this person has it."""
        settings, uri = self.parts.settings, card.image_uri
        url = uri and cover_url(settings, uri, card.said["title"], self.links_until)
        episode = self.look.episodes.get(card.said["topic_id"])
        return {**card.said, "image_url": url, "episode": episode}

    def label(self, card: PoolCard) -> str:
        """What the card's category is called."""
        return self.labels.get(card.merits.category, card.merits.category.capitalize())

    def newest(self) -> PoolCard | None:
        """The card that was made last."""
        return max(self.cards.values(), key=lambda each: each.made_at, default=None)

    def of_category(self, category: str | None) -> Iterable[PoolCard]:
        """The cards of one category (None: of all)."""
        cards = self.cards.values()
        return cards if category is None else [c for c in cards if c.merits.category == category]


def ranked_at(now: float) -> int:
    """As of when cards are ranked at a moment; both in seconds since 1970."""
    return int(now) // RANKED_SECONDS * RANKED_SECONDS


async def see(parts: Parts, asker: Asker) -> View:
    """The pool as it is for that person now; nothing in it is older than this call, but how often
    cards were shown, which may be five minutes old."""
    look = await parts.looks.look(asker)
    now = time.time()
    shelves = await parts.book.shelves(asker.user_id, look, ranked_at(now))
    return View(parts, asker, look, shelves, await parts.book.labels(), now)


async def _asker(request: Request, parts: OfFacade, caller: OfCaller) -> Asker:
    return asker_of(request, caller.user_id, parts.settings)


OfAsker = Annotated[Asker, Depends(_asker)]
"""Who asks, and from which session: what they like is the session's."""
