"""What a refresh of the pool made, for whoever follows its workflow."""

from collections.abc import Mapping
from typing import Any, Literal
from uuid import UUID

from api.parts import Parts
from api.sessions.sessions import Asker
from api.snippets.document import Document, Snippet
from api.snippets.view import see


class FailedTopic(Document):
    """A topic of which no card came."""

    topic_id: UUID
    reason: str
    """A sentence for people."""


class RefreshResult(Document):
    """What came of a refresh."""

    source: Literal["generation"]
    snippets: list[Snippet]
    """The cards it wrote that you may see and that have not left the pool since, in the order in
    which their topics were found."""
    failed: list[FailedTopic]


async def tell_result(parts: Parts, asker: Asker, kept: Mapping[str, Any]) -> RefreshResult:
    """The result as the flow kept it (``context_data.result``), with its cards in full."""
    view = await see(parts, asker)
    made = (view.cards.get(UUID(snippet_id)) for snippet_id in kept["snippets"])
    return RefreshResult.model_validate(
        {**kept, "snippets": [view.say(card) for card in made if card is not None]}
    )
