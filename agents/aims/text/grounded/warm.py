"""What the writer's first episode would otherwise wait for: patterns compiled, word lists read."""

from collections.abc import Callable

from agents.aims.text.request import GenerateRequest, GenerateResponse, Source
from agents.aims.text.tasks import OUTLINE, PART

_TEXT = """\
The lighthouse keeper climbed two hundred steps every evening to trim the lamp. He began the work \
at dusk and was relieved at midnight by his assistant. The lamp burned whale oil until 1846, and \
paraffin after that. A clockwork turned the lens, so that the light swept across the water every \
thirty seconds.

In fog the light was useless. The keeper then rang a bell of 400 kilograms, once a minute, for as \
long as the fog lasted. One winter it lasted for nine days. Engineers replaced the bell in 1878 by \
a horn that was driven by compressed air, and it could be heard at a distance of eleven kilometres.

Electric light came late: no cable reached the rock. A generator was installed in 1931. The \
last keeper left the tower in 1974, when a switch on the mainland took over his work. Since then \
the lamp has been looked after by two visits a year.
"""
_SOURCE = Source(id="00000000-0000-0000-0000-000000000000", title="The Lamp", text=_TEXT)
_ASKED = {"topic": "The Lamp", "minutes": 1}


def warm(write: Callable[[GenerateRequest], GenerateResponse]) -> None:
    """Have a minute planned and its first part written."""
    sources = [_SOURCE]
    plan = write(GenerateRequest(task=OUTLINE, sources=sources, parameters=_ASKED)).output
    first = {**_ASKED, "outline": plan, "position": 0, "earlier": [], "attempt": 0}
    write(GenerateRequest(task=PART, sources=sources, parameters=first))
