"""What the page's worker has ready before the first page is asked of it."""

from agents.duia.schemas import MESSAGES, component, envelope
from agents.warming import when_warming


@when_warming
def read_schemas() -> None:
    """Read the schemas and put them together."""
    for kind in MESSAGES:
        envelope(kind)
    component("EpisodeCard")
