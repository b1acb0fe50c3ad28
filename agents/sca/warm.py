"""What the first card of a worker would otherwise wait for: the gate's patterns and word lists."""

from agents.aims.text.grounded.snippet import write_snippet
from agents.aims.text.request import Source
from agents.aims.text.tasks import SnippetParameters
from agents.pswa.ground import Ground
from agents.sca.gate import judge_card
from agents.warming import when_warming

_TITLE = "The Lamp on the Rock"
_TEXT = """\
The lighthouse keeper climbed two hundred steps every evening to trim the lamp. He began the work \
at dusk and was relieved at midnight by his assistant. The lamp burned whale oil until 1846, and \
paraffin after that."""


@when_warming
def write_a_card_for_nobody() -> None:
    """Write a card and judge it."""
    source = Source(id="nobody", title=_TITLE, text=f"{_TITLE}\n\n{_TEXT}")
    judge_card(write_snippet([source], SnippetParameters()), Ground({source.id: source}, _TITLE))
