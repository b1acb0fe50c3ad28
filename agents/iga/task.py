"""The Celery task ``iga.generate_image``."""

from dataclasses import asdict, dataclass
from functools import partial
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

import agents.iga.warm  # noqa: F401  (its steps are done when a worker starts)
from agents.canonical import JSON
from agents.iga.backend import Order, Painter, choose_painter, size_of
from agents.iga.letters import Lettering
from agents.iga.settings import ImageSettings
from agents.journal import Produced
from agents.task import AgentCall, agent_task
from agents.watching import watched
from streamer.media import keep
from streamer.media.keeping import TOUCH

Ratio = Literal["1:1", "16:9", "9:16", "4:3", "3:4"]
Pixels = Annotated[int, Field(ge=400, le=3000)]
_LONGEST_PROMPT = 4000


@dataclass(frozen=True)
class Shelf:
    """Whose a picture is: its workflow's, or that of a topic's card, which outlives workflows."""

    workflow_id: UUID
    topic_id: UUID | None

    @property
    def owner(self) -> JSON:
        """What the picture's content key is told: each keeps one of its own, so that none vanishes
        with another's media."""
        if self.topic_id is not None:
            return {"topic_id": str(self.topic_id)}
        return {"workflow_id": str(self.workflow_id)}

    def key_of(self, call_key: str) -> str:
        """The media key."""
        place = self.workflow_id if self.topic_id is None else f"topics/{self.topic_id}"
        return f"covers/{place}/{call_key}.jpg"


@agent_task("iga.generate_image")
def generate_image(
    call: AgentCall,
    *,
    prompt: str,
    aspect_ratio: Ratio = "1:1",
    title: str = "",
    pixels: Pixels | None = None,
    lettering: Lettering = "set",
    topic_id: UUID | None = None,
) -> JSON:
    """Paint a cover and store it.

    ``pixels`` is the longer side, by default that of the settings. Where there is to be ``room``
    no title is painted: a page sets it there, in the ink returned. A picture for a ``topic_id``
    belongs to no workflow, and is painted once for the topic, whoever asks.

    Returns ``{"image_url", "width", "height", "ink"}``: the media URI of a JPEG, its size in
    pixels, and whether light or dark letters can be read on it.
    """
    settings = ImageSettings()
    width, height = size_of(aspect_ratio, pixels or settings.image_pixels)
    order = Order(prompt[:_LONGEST_PROMPT], title, aspect_ratio, width, height, lettering)
    painter, shelf = choose_painter(settings), Shelf(call.workflow_id, topic_id)
    inputs = {**asdict(order), **shelf.owner}
    call.progress(0, 1, "pictures")
    made = call.journal.remember(
        "image", inputs, partial(_make, call, painter, order, shelf), painter.model
    )
    if topic_id is not None and not _stands(call, made):
        made = call.journal.remember(
            "image", {**inputs, "in_place_of": str(call.idempotency_key)},
            partial(_make, call, painter, order, shelf), painter.model,
        )  # fmt: skip
    call.progress(1, 1, "pictures")
    return made


def _stands(call: AgentCall, made: JSON) -> bool:
    """Whether a picture that was painted before is still there; from now on it is wanted."""
    with call.transaction() as connection:
        return bool(TOUCH.run(connection, uri=made["image_url"]))


def _make(call: AgentCall, painter: Painter, order: Order, shelf: Shelf, call_key: str) -> Produced:
    painted = watched(partial(painter.paint, order), call.checkpoint)
    call.checkpoint()
    key = shelf.key_of(call_key)
    # Everybody's outlives the flow that made it. What one person explored stays that flow's: what
    # has an owner and no flow counts as what they handed in.
    workflow_id = None if shelf.topic_id and call.user_id is None else shelf.workflow_id
    with call.pool.connection() as connection:
        uri = keep(
            connection, call.media, key, painted.data, "image/jpeg", call.user_id, workflow_id
        )
    result = {
        "image_url": uri, "width": order.width, "height": order.height, "ink": painted.ink,
    }  # fmt: skip
    return Produced(result, {"images": 1}, painted.cost_usd)
