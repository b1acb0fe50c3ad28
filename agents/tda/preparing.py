"""Making chosen stories ready: their material whole, and enough of it for a card."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from psycopg import Connection

from agents.tda import library
from agents.tda.matching import LEAST_TOLD
from agents.tda.material import Material
from agents.tda.order import Order
from agents.tda.pages import fetch_pages
from agents.tda.scoring import choose
from agents.tda.settings import DiscoverySettings
from agents.tda.story import Story, are_two
from agents.tda.telling import can_be_told
from agents.wcha.reading import Reader

_ROUNDS = 4
"""How often others are chosen for those that have nothing to say."""


@dataclass
class Preparing:
    """Chooses among stories, and reads what the chosen are told from."""

    connection: Connection[Any]
    order: Order
    settings: DiscoverySettings
    database_url: str
    reader: Callable[[], Reader]
    checkpoint: Callable[[], None]
    may_be_one: Callable[[Story, Story], bool] = field(default=are_two)
    """Which stories are not to be chosen together."""
    _ready: dict[str, Story] = field(default_factory=dict)
    _empty: set[str] = field(default_factory=set)
    _fetched: int = 0

    def run(self, stories: list[Story], limit: int) -> list[Story]:
        """The worthiest that can be told, with all that was to be had of their texts."""
        for _ in range(_ROUNDS):
            chosen = self._choose(stories, limit)
            missing = [one for one in chosen if one.head.identity not in self._ready]
            if not missing:
                break
            self._prepare(missing)
        return [
            self._ready[one.head.identity]
            for one in self._choose(stories, limit)
            if one.head.identity in self._ready
        ]

    def complete(self, joined: list[Story]) -> dict[UUID, Material | None]:
        """For topics that are told from extracts: a page behind each, fetched once, or None.

        Their cards stay as they are; who listens then finds the whole text there.
        """
        if not self._has_time():
            return {}
        room = self.settings.pages - self._fetched
        wanted: dict[UUID, Material] = {}
        for story in joined:
            topic = story.standing
            own = {one.identity for one in topic.texts} if topic else set()
            entry = next((one for one in story.texts if one.url and one.identity in own), None)
            if topic and entry and not (topic.complete or topic.tried) and len(wanted) < room:
                wanted[topic.topic_id] = entry
        found = self._fetch(list(wanted.values()))
        return {key: found.get(entry.identity) for key, entry in wanted.items()}

    def _has_time(self) -> bool:
        return not (self.order.hurry or self.order.explores)

    def _choose(self, stories: list[Story], limit: int) -> list[Story]:
        shares = (
            (1.0, 1.0)
            if self.order.explores
            else (
                self.settings.discovery_publisher_share,
                self.settings.discovery_category_share,
            )
        )
        left = [one for one in stories if one.head.identity not in self._empty]
        return choose(left, limit, self.order.interests.muted, *shares, self.may_be_one)

    def _prepare(self, stories: list[Story]) -> None:
        self.checkpoint()
        better = self._read_documents(stories) | self._read_pages(stories)
        for story in stories:
            key = story.head.identity
            ready = story.led_by(better[key]) if key in better else story
            head = ready.head
            is_read = key in better or head.kind != "document" or head.complete
            if is_read and can_be_told(ready):
                self._ready[key] = ready
            else:
                self._empty.add(key)

    def _read_documents(self, stories: list[Story]) -> dict[str, Material]:
        heads = [one.head for one in stories]
        ids = [one.identity for one in heads if one.kind == "document" and one.whole is None]
        return library.whole(self.connection, ids, self.settings)

    def _read_pages(self, stories: list[Story]) -> dict[str, Material]:
        """Pages of entries that are extracts; those first that have nothing to say without."""
        if not self._has_time():
            return {}
        heads = [one.head for one in stories if not one.retold]
        wanted = [one for one in heads if one.kind == "feed" and not one.complete]
        wanted.sort(key=lambda one: one.usable >= LEAST_TOLD)
        return self._fetch(wanted)

    def _fetch(self, entries: list[Material]) -> dict[str, Material]:
        wanted = entries[: self.settings.pages - self._fetched]
        if not wanted:
            return {}
        self._fetched += len(wanted)
        return fetch_pages(self.database_url, wanted, self.settings, self.reader(), self.checkpoint)
