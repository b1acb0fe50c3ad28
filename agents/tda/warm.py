"""What a worker of this agent does before its first task."""

from datetime import UTC, datetime
from uuid import UUID

from agents.tda.matching import make_plan
from agents.tda.material import Material
from agents.tda.order import Order
from agents.tda.reader import start_reading
from agents.tda.settings import DiscoverySettings
from agents.tda.story import Story
from agents.tda.telling import can_be_told
from agents.warming import when_warming

_TEXT = "These words stand here so that all has been loaded once. The second sentence ends here."


@when_warming
def warm_reader() -> None:
    """Start the reader, where there are feeds to read."""
    if DiscoverySettings().feeds:
        start_reading()


@when_warming
def warm_matching() -> None:
    """Load what tells stories apart and sentences fit to be told."""
    from agents.wcha.fetch import tls_context

    text = Material("warm", "feed", "A title", _TEXT, "Nobody", usable=2)
    make_plan([text], [], Order(UUID(int=0)), datetime.now(UTC))
    can_be_told(Story((text,)))
    tls_context()
