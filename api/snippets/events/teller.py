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
        self._workflow_id = workflow_id
        self._refresh: Refresh | None = None
        self._has_begun = False

    def tell(self, view: View, refresh: Refresh | None) -> Iterator[bytes]:
        """What is new in the view, as it goes over the wire.

        ``refresh`` was read before the view: when it has ended, all its cards are in the view.
        """
        now = datetime.now(UTC)
        if not self._has_begun:
            place, version = self._place, view.look.version
            self._after = version if place is None or place > version else place
            yield write(self._after, "refresh", _say(now, refresh))
            self._has_begun, self._refresh = True, refresh
        yield from self._changes(view, now)
        if refresh != self._refresh:
            self._refresh = refresh
            yield write(None, "refresh", _say(now, refresh))

    def _changes(self, view: View, now: datetime) -> Iterator[bytes]:
        changes = sorted(each for shelf in view.shelves for each in shelf.newer(self._after))
        away = any(self._after < shelf.since for shelf in view.shelves)
        if away or len(changes) > MOST_TOLD:
            self._after = max(view.look.version, *(version for version, _ in changes))
            yield write(self._after, "reload", Reload(at=now, version=self._after))
            return
        gone = {each for shelf in view.shelves for each in shelf.gone}
        for version, snippet_id in changes:
            self._after = version
            card = view.cards.get(snippet_id)
            if card is not None and self._is_followed(card):
                yield write(version, "card", _show(now, view, card))
            elif snippet_id in gone:
                yield write(version, "retired", CardRetired(at=now, snippet_id=snippet_id))

    def _is_followed(self, card: PoolCard) -> bool:
        return self._workflow_id in (None, card.workflow_id)


def _say(now: datetime, refresh: Refresh | None) -> RefreshTold:
    if refresh is None:
        return RefreshTold(at=now, workflow_id=None, status=None)
    return RefreshTold(at=now, workflow_id=refresh.workflow_id, status=refresh.status)


def _show(now: datetime, view: View, card: PoolCard) -> CardTold:
    said = view.say(card)
    messages = compose_update(SURFACE, cast(Card, said), view.label(card))
    return CardTold.model_validate({"at": now, "snippet": said, "ui": messages})


def write(number: int | None, kind: str, data: Happening) -> bytes:
    """An event as it goes over the wire."""
    name = None if number is None else str(number)
    return format_sse_event(id=name, event=kind, data_str=data.model_dump_json())
