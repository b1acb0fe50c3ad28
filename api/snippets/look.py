"""The one question that every answer about the pool begins with."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from api.sessions.preferences import read_preferences
from api.snippets.ranking import Taste
from sql import Statement


@dataclass(frozen=True)
class Category:
    """What a card can be about."""

    category: str
    label: str


@dataclass(frozen=True)
class Look:
    """All that an answer about the pool depends on."""

    shared: int
    """The version of everybody's cards."""
    own: int
    """The version of the caller's own; 0 where there never was one."""
    preferences: dict[str, Any] | None
    listened: dict[str, dict[str, Any]] | None
    """By topic the caller's newest podcast of it, its status and how long it is."""
    refresh: UUID | None
    """The last refresh of the pool."""
    refreshing: bool
    checked_at: datetime | None
    """When that ended."""

    @property
    def version(self) -> int:
        """The pool's, as far as this caller sees it."""
        return max(self.shared, self.own)

    @property
    def episodes(self) -> dict[str, dict[str, Any]]:
        """As ``listened``."""
        return self.listened or {}

    @property
    def taste(self) -> Taste:
        """What the caller likes, does not want to see, and has listened to."""
        wishes = read_preferences(self.preferences)
        return Taste(
            frozenset(wishes.liked),
            frozenset(wishes.muted),
            frozenset(UUID(each) for each in self.episodes),
        )


LOOK = Statement("pool/look", Look)
CATEGORIES = Statement("pool/categories", Category)
