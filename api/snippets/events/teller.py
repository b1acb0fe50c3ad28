"""What there is to tell one person, given what was told before."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

from fastapi.sse import format_sse_event

from agents.duia.cards import Card
from agents.duia.compose import compose_update
from api.podcasts.events.kinds import Happening
from api.snippets.book import Shelf
from api.snippets.events.kinds import CardRetired, CardTold, RefreshTold, Reload
from api.snippets.fragments import PoolCard
from api.snippets.view import View

MOST_TOLD = 50
"""Of more changes than that the page is fetched anew."""
SURFACE = "landing"
_OPEN = ("pending", "in_progress")


@dataclass(frozen=True)
class Refresh:
    """How a refresh stands."""

    workflow_id: UUID
    status: Any
    """In the API's words."""

    def __post_init__(self) -> None:
        said = "GENERATING" if self.status in _OPEN else self.status.upper()
        object.__setattr__(self, "status", said)


class Teller:
    """Remembers what was told."""

    def __init__(self, place: int | None, workflow_id: UUID | None) -> None:
        self._place = place
        self._after = 0
        self._gone_after = 0
        self._told: set[UUID] = set()
        self._workflow_id = workflow_id
        self._refresh: Refresh | None = None
        self._has_begun = False

    def tell(self, view: View, refresh: Refresh | None) -> Iterator[bytes]:
        """What is new in the view, as it goes over the wire.

        ``refresh`` was read before the view: when it has ended, all its cards are in the view.
        """
        now = datetime.now(UTC)
        if not self._has_begun:
            self._begin(view.look.version)
            yield write(self._after, "refresh", _say(now, refresh))
            self._has_begun, self._refresh = True, refresh
        yield from self._changes(view, now)
        if refresh != self._refresh:
            self._refresh = refresh
            yield write(None, "refresh", _say(now, refresh))

    def _begin(self, version: int) -> None:
        """Of one refresh all is told, from its first card on; what went before concerns nobody."""
        whole = self._workflow_id is not None and not self._place
        place = version if self._place is None or self._place > version else self._place
        self._after, self._gone_after = (0, version) if whole else (place, place)

    def _changes(self, view: View, now: datetime) -> Iterator[bytes]:
        changes = sorted(each for shelf in view.shelves for each in self._news(view, shelf))
        away = max(self._after, self._gone_after) < max(shelf.since for shelf in view.shelves)
        if away or len(changes) > MOST_TOLD:
            self._after = max(view.look.version, *(version for version, _ in changes))
            yield write(self._after, "reload", Reload(at=now, version=self._after))
            return
        for version, snippet_id in changes:
            self._after = version
            card = view.cards.get(snippet_id)
            if card is not None and self._is_followed(card):
                self._told.add(snippet_id)
                yield write(version, "card", _show(now, view, card))
            else:
                self._told.discard(snippet_id)
                yield write(version, "retired", CardRetired(at=now, snippet_id=snippet_id))

    def _news(self, view: View, shelf: Shelf) -> Iterator[tuple[int, UUID]]:
        """What of a shelf is to be told: cards, and those that are to be shown no more. One that
        this person may not see is only taken off whoever was told of it here."""
        for version, snippet_id in shelf.newer(self._after):
            card = view.cards.get(snippet_id)
            is_shown = card is not None and self._is_followed(card)
            is_gone = snippet_id in shelf.gone and version > self._gone_after
            if is_shown or is_gone or snippet_id in self._told:
                yield version, snippet_id

    def _is_followed(self, card: PoolCard) -> bool:
        return self._workflow_id in (None, card.workflow_id)


def _say(now: datetime, refresh: Refresh | None) -> RefreshTold:
    if refresh is None:
        return RefreshTold(at=now, workflow_id=None, status=None)
    return RefreshTold(at=now, workflow_id=refresh.workflow_id, status=refresh.status)


def _show(now: datetime, view: View, card: PoolCard) -> CardTold:
    said = view.say(card)
    messages = compose_update(SURFACE, cast(Card, said), view.label(card), view.minutes)
    return CardTold.model_validate({"at": now, "snippet": said, "ui": messages})


def write(number: int | None, kind: str, data: Happening) -> bytes:
    """An event as it goes over the wire."""
    name = None if number is None else str(number)
    return format_sse_event(id=name, event=kind, data_str=data.model_dump_json())
