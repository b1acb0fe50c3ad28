"""What may happen to the pool: each kind of event and its data."""

from typing import Any
from uuid import UUID

from api.podcasts.document import Status
from api.podcasts.events.kinds import Happening
from api.snippets.document import Snippet


class CardTold(Happening):
    """A card is new or changed; it has its id for good, so it takes the place of what you have."""

    snippet: Snippet
    ui: list[dict[str, Any]]
    """The card alone as messages for the surface `landing`: its data, then its component."""


class CardRetired(Happening):
    """A card is to be shown no more."""

    snippet_id: UUID


class RefreshTold(Happening):
    """A refresh is at work, or has ended. The first event of a stream says how that is now, and
    its `id` is where you can come back to."""

    workflow_id: UUID | None
    """Null where there was none lately."""
    status: Status | None


class Reload(Happening):
    """You were away for so long, or so much has changed, that you get the page anew."""

    version: int
    """The pool's."""


KINDS: dict[str, type[Happening]] = {
    "card": CardTold,
    "retired": CardRetired,
    "refresh": RefreshTold,
    "reload": Reload,
}
"""Every kind the server sends, by the name on the wire."""
