"""The Celery task ``iga.generate_image``."""

from functools import partial
from typing import Literal

import agents.iga.warm  # noqa: F401  (its steps are done when a worker starts)
from agents.canonical import JSON
from agents.iga.backend import Order, Painter, choose_painter, size_of
from agents.iga.settings import ImageSettings
from agents.journal import Produced
from agents.task import AgentCall, agent_task
from agents.watching import watched
from streamer.media import keep

Ratio = Literal["1:1", "16:9", "9:16", "4:3", "3:4"]
_LONGEST_PROMPT = 4000


@agent_task("iga.generate_image")
def generate_image(
    call: AgentCall, *, prompt: str, aspect_ratio: Ratio = "1:1", title: str = ""
) -> JSON:
    """Paint a cover and store it.

    Returns ``{"image_url", "width", "height"}``: the media URI of a JPEG and its size in pixels.
    """
    settings = ImageSettings()
    width, height = size_of(aspect_ratio, settings.image_pixels)
    order = Order(prompt[:_LONGEST_PROMPT], title, aspect_ratio, width, height)
    painter = choose_painter(settings)
    # Each workflow keeps a picture of its own, so that none vanishes with another's media.
    inputs = {**vars(order), "workflow_id": str(call.workflow_id)}
    call.progress(0, 1, "pictures")
    made = call.journal.remember(
        "image", inputs, partial(_make, call, painter, order), painter.model
    )
    call.progress(1, 1, "pictures")
    return made


def _make(call: AgentCall, painter: Painter, order: Order, call_key: str) -> Produced:
    painted = watched(partial(painter.paint, order), call.checkpoint)
    call.checkpoint()
    key = f"covers/{call.workflow_id}/{call_key}.jpg"
    with call.pool.connection() as connection:
        uri = keep(
            connection, call.media, key, painted.data, "image/jpeg", call.user_id, call.workflow_id
        )
    result = {"image_url": uri, "width": order.width, "height": order.height}
    return Produced(result, {"images": 1}, painted.cost_usd)
